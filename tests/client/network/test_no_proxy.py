"""Exceptions from a proxy: what curl, Go, Python and browsers mean by a list, and curl itself as a peer."""

from __future__ import annotations

import contextlib
import socket
import threading
from ipaddress import ip_network

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leads_excel.client.network.no_proxy import Destination, is_excepted

API = "dms-gs.jtc.aljabr.com.sa"


def excepts(no_proxy, host, scheme="https", port=443):
    return is_excepted(Destination(scheme, host, port), no_proxy)


@pytest.mark.parametrize(
    ("no_proxy", "host"),
    [
        *(
            (entry, API)
            for entry in (API, "aljabr.com.sa", ".aljabr.com.sa", "*.aljabr.com.sa", "*aljabr.com.sa", "sa")
        ),
        *((entry, API) for entry in (f"{API}.", API.upper(), f"{API}:443", "aljabr.com.sa:443", "*", "*:443")),
        *((entry, API) for entry in (f"https://{API}", f"https://{API}:443/", f"all://{API}", "dms-gs.*", "*.sa")),
        *((f"a.b{gap}{API}{gap}c.d", API) for gap in (",", ", ", " ", ";", "\t", ",,", " , \n")),
        *((entry, "10.1.2.3") for entry in ("10.1.2.3", "10.1.2.3/32", "10.0.0.0/8", "10.1.2.0/255.255.255.0")),
        *((entry, "10.1.2.3") for entry in ("10.1.2.3:443", "10.*", "*.2.3", "10.1.2.9/24", "0.0.0.0/0")),
        *(
            (entry, "fe80::1:443")
            for entry in ("fe80::/10", "fe80::1:443", "[fe80::1:443]", "[fe80::1:443]:443", "FE80::/64")
        ),
        *((entry, "fd00::1") for entry in ("fd00:0:0:0::1", "[fd00::/8]", "[fd00::1]", "fd00::1/128", "::/0")),
        ("<local>", "dms"),
        ("dms", "dms"),
        ("مثال.com", "xn--mgbh0fb.com"),
        ("xn--mgbh0fb.com", "www.مثال.com"),
    ],
)
def test_what_a_list_names_is_excepted(no_proxy, host):
    """Each way that some program documents to name a host."""
    assert excepts(no_proxy, host)


@pytest.mark.parametrize(
    ("no_proxy", "host"),
    [
        *(
            (entry, API)
            for entry in ("", " ", ",", "bralj.com.sa", "ljabr.com.sa", f"x.{API}", f"{API}.x", f"{API}:80")
        ),
        *((entry, API) for entry in ("http://aljabr.com.sa", "ftp://*", "*:80", "<local>", ".", "..", ":", "/", "[]")),
        *((entry, API) for entry in ("::1", "[::1]", "fe80::/10", "10.0.0.0/8", "::/0", "[", "]:443", "a/b", "*.com")),
        *(
            (entry, "10.1.2.3")
            for entry in ("10.1.2.4", "10.1.2.0/30x", "1.2.3", "2.3", "10.1.2.3:80", "10.1.3.0/24", "::/0")
        ),
        *((entry, "fe80::1") for entry in ("fe80::2", "fec0::/10", "fe80::1/129", "[fe80::1]:80", "fe80", "0.0.0.0/0")),
        ("<local>", "10.1.2.3"),
        ("<local>", "fe80::1"),
    ],
)
def test_what_a_list_does_not_name_is_not(no_proxy, host):
    """Another name, port or scheme, and what no program understands."""
    assert not excepts(no_proxy, host)


@given(st.text(), st.sampled_from([API, "10.1.2.3", "fe80::1", "dms", "ü.example"]))
def test_no_text_is_an_error(no_proxy, host):
    """A variable may hold anything; one that names nothing else stays as it is beside an entry that counts."""
    assert excepts(no_proxy, host) in (True, False)
    assert excepts(f"{no_proxy},{host}", host)


# --- curl as a peer ------------------------------------------------------------------------------------------------

LABEL = st.text("ab-", min_size=1, max_size=3).filter(lambda label: label.strip("-") == label)
NAME = st.lists(LABEL, min_size=1, max_size=4).map(".".join).filter(lambda name: not name.endswith("localhost"))
FOUR = st.builds("{}.{}.{}.{}".format, *[st.sampled_from([1, 9, 10, 192, 255])] * 4)
SIX = st.builds("{}::{}".format, st.sampled_from(["fe80", "fd00", "2001:db8"]), st.sampled_from(["1", "a:443", "ff"]))


@st.composite
def lists(draw):
    """A host, and a list in curl's grammar whose entries are mostly about it."""
    host = draw(st.one_of(NAME, FOUR, SIX))
    is_name = not any(letter.isdigit() for letter in host)
    about = st.sampled_from(_of_name(host) if is_name else _of_address(host))
    entry = st.one_of(about, st.one_of(NAME, FOUR, SIX))
    entries = draw(st.lists(entry, max_size=4))
    return host, draw(st.sampled_from([",", ", ", " , "])).join(entries)


def _of_name(host):
    tails = [host[n:] for n in range(len(host))]
    return [*tails, *(f".{tail}" for tail in tails), f"{host}.", host.upper(), f"b{host}", f"{host}.b"]


def _of_address(host):
    lengths = (1, 8, 9, 16, 24, 31, 32) if "." in host else (1, 10, 16, 33, 64, 127, 128)
    networks = [str(ip_network(f"{host}/{bits}", strict=False)) for bits in lengths]
    return [host, *networks, *(f"{host}/{bits}" for bits in (*lengths, 129)), host[:-1] + "7"]


class Counter:
    """A server on loopback that answers everything and counts; what curl asks is its proxy or the server itself."""

    def __init__(self):
        self.count = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.count += 1
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def close(self):
        """Listen no longer."""
        self._socket.close()


@pytest.fixture(scope="module")
def servers():
    """Start what is asked directly and what is asked as a proxy."""
    pair = Counter(), Counter()
    yield pair
    for server in pair:
        server.close()


@pytest.mark.slow
@settings(deadline=None, max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(("fe80::1", "localhost,127.0.0.1,::1,[::1]"))
@example(("fe80::1", "fe80::/10"))
@example(("a.b", "*"))
@given(lists())
def test_curl_means_the_same(servers, asked):
    """Whatever names and networks a list holds, curl goes past its proxy when we do, and only then."""
    pycurl = pytest.importorskip("pycurl", reason="curl is not there")
    direct, proxy = servers
    before = direct.count, proxy.count
    host, no_proxy = asked
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, f"http://[{host}]/" if ":" in host else f"http://{host}/")
    curl.setopt(pycurl.PROXY, f"http://127.0.0.1:{proxy.port}")
    curl.setopt(pycurl.NOPROXY, no_proxy)
    curl.setopt(pycurl.CONNECT_TO, [f"::127.0.0.1:{direct.port}"])
    with contextlib.suppress(pycurl.error):  # the proxy tells nothing
        curl.perform()
    curl.close()

    assert (direct.count - before[0], proxy.count - before[1]) in ((1, 0), (0, 1)), "curl asked one of them"
    assert excepts(no_proxy, host, "http", 80) == (direct.count > before[0])
