"""The client through real proxies and to real TLS servers on loopback: what is asked, and who is blamed."""

from __future__ import annotations

import os
import socket

import pytest
from client_calls import BULK, GOOD, ask, failure
from loopback_proxies import HttpProxy, SocksProxy
from private_roots import HOST, server_context, write_root
from scripted_api import ScriptedApi, cut, reset, silence

from leads_excel.exceptions import ApiUnavailableError

SIGN_IN = "n0ura:p4ss-s3cret"
AWAY = f"https://{HOST}/gs"


@pytest.fixture(autouse=True)
def network(monkeypatch, tmp_path):
    """Give the computer no proxy, and the company's root."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(write_root(tmp_path / "root.pem")))


@pytest.fixture
def api():
    """Serve the API over TLS, by a name that only a proxy can lead to."""
    with ScriptedApi(GOOD, tls=server_context()) as running:
        yield running


@pytest.fixture
def nowhere():
    """Find a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def blame(api, **changes):
    """Return the text of the error of asking a server that is away."""
    return str(failure(api, ApiUnavailableError, **{"base_url": AWAY, "attempts": 1, "token": "t0ken", **changes}))


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
@pytest.mark.parametrize("sign_in", [None, SIGN_IN])
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_proxy_leads_to_the_api(monkeypatch, api, kind, sign_in, variable):
    """By tunnel or SOCKS, with and without a name; the proxy is told a name that nobody here knows."""
    with kind(api.port, sign_in) as proxy:
        monkeypatch.setenv(variable, proxy.url(sign_in))
        reply_ = ask(api, base_url=AWAY, token="t0ken")

    assert (reply_.content, reply_.attempts) == (BULK, 1)
    assert proxy.asked == [f"{HOST}:443"]
    assert api.requests[0].headers["authorization"] == "Bearer t0ken"
    assert "proxy-authorization" not in api.requests[0].headers


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
def test_an_excepted_api_is_asked_directly(monkeypatch, api, kind):
    """What `NO_PROXY` names never reaches the proxy; that the name is not known here proves it."""
    with kind(api.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url())
        monkeypatch.setenv("NO_PROXY", "localhost,::1,[::1],fe80::/10,.company.test")
        assert f"{HOST} is not known on this network" in blame(api)

    assert proxy.asked == []


@pytest.mark.parametrize(
    "name", ["NO_PROXY", "ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"]
)
@pytest.mark.parametrize(
    "value", ["fe80::/10", "[::1", "socks4://127.0.0.1:1", "http://p:port", "/nope", "what:is://this"]
)
def test_nothing_stands_on_the_way_to_this_computer(monkeypatch, name, value):
    """Whatever a variable holds, an API on loopback is asked."""
    monkeypatch.setenv(name, value)
    with ScriptedApi(GOOD) as api:
        assert ask(api).content == BULK


# Who is blamed


@pytest.mark.parametrize("scheme", ["http", "https", "socks5h"])
def test_a_dead_proxy_is_blamed(monkeypatch, api, nowhere, scheme):
    """The message names it and its variable, and shows no password."""
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{SIGN_IN}@127.0.0.1:{nowhere}")

    told = blame(api)

    assert f"The proxy {scheme}://127.0.0.1:{nowhere} (HTTPS_PROXY) cannot be reached: check HTTPS_PROXY" in told
    assert f"name {HOST} in NO_PROXY" in told
    assert "s3cret" not in told
    assert "n0ura" not in told


def test_a_proxy_that_nobody_knows_is_blamed(monkeypatch, api):
    """A name with a slip is the proxy's, not the API's."""
    monkeypatch.setenv("ALL_PROXY", "http://proxy.invalid:8080")

    assert "The proxy http://proxy.invalid:8080 (ALL_PROXY) is not known on this network" in blame(api)


@pytest.mark.parametrize(
    ("step", "told"),
    [(silence, "did not answer"), (cut(b""), "broke the connection off"), (reset, "broke the connection")],
)
def test_a_proxy_that_breaks_is_blamed(monkeypatch, api, step, told):
    """Silence and a closed door before the way to the API is open are the proxy's."""
    with ScriptedApi(step) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        message = blame(api, timeout=0.3)

    assert f"The proxy http://127.0.0.1:{proxy.port} (HTTPS_PROXY) {told}" in message


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (..., "did not answer"),
        (b"", "broke the connection off"),
        (b"\x05", "broke the connection off"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "broke the connection off"),
        (b"\x05\x00", "broke the connection off"),
        (b"\x05\x02", "asks for a name and a password"),
        (b"\x05\x00\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00", "broke the connection off"),
    ],
)
def test_a_socks_proxy_that_breaks_is_blamed(monkeypatch, api, status, told):
    """Nothing, too little, another protocol: the library that speaks SOCKS waits for ever, and raises what it likes."""
    with SocksProxy(api.port, status=status) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url())
        message = blame(api, timeout=0.3)

    assert f"The proxy {proxy.url()} (HTTPS_PROXY) {told}" in message


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
@pytest.mark.parametrize(
    ("sign_in", "told"), [("", "asks for a name and a password"), ("n0ura:wr0ng@", "refuses the name")]
)
def test_a_proxy_that_asks_for_a_sign_in_is_told_as_such(monkeypatch, api, kind, sign_in, told):
    """Where to write it, and whether there was one; asking again would not help, and could lock an account."""
    with kind(api.port, SIGN_IN) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"{kind.scheme}://{sign_in}{proxy.address}")
        message = blame(api, attempts=3)

    assert told in message
    assert f"HTTPS_PROXY as {kind.scheme}://NAME:PASSWORD@SERVER:PORT" in message
    assert "attempts" not in message
    assert "wr0ng" not in message


@pytest.mark.parametrize("status", [403, 502, 503])
def test_a_proxy_that_refuses_is_told_as_such(monkeypatch, api, status):
    """Its status is told; what it means the company's own people know."""
    with HttpProxy(api.port, status=status) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url())
        assert f"does not let requests through to {HOST} ({status}): ask your IT" in blame(api)


@pytest.mark.parametrize("kind", [HttpProxy, SocksProxy])
@pytest.mark.parametrize("step", [silence, reset], ids=["silence", "reset"])
def test_behind_a_proxy_the_api_is_blamed_for_its_own(monkeypatch, kind, step):
    """What goes wrong past the proxy is not the proxy's."""
    with ScriptedApi(step, tls=server_context()) as api, kind(api.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url())
        message = blame(api, timeout=0.5)

    assert "proxy" not in message
    assert ("The API was silent" if step is silence else f"The connection to {HOST} broke") in message


@pytest.mark.parametrize("kind", [None, HttpProxy, SocksProxy])
def test_a_certificate_that_is_not_trusted_is_told_as_such(monkeypatch, api, kind):
    """It is the API's with a proxy as well; a variable that was left out is named beside it."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nope/cert.pem")
    if kind is None:
        message = blame(api, base_url=api.url)
    else:
        with kind(api.port) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url())
            message = blame(api)

    assert f"The certificate of {HOST if kind else '127.0.0.1'} cannot be verified: ask your IT" in message
    assert "; SSL_CERT_FILE names a file that does not exist: correct or unset it." in message


def test_an_encrypted_proxy_has_to_show_a_good_certificate(monkeypatch, api):
    """The certificate that is not trusted is the proxy's, and the message says so."""
    monkeypatch.delenv("SSL_CERT_FILE")
    with ScriptedApi(GOOD, tls=server_context()) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{proxy.port}")
        assert "The proxy" in (message := blame(api))

    assert "shows a certificate that cannot be verified" in message


def test_a_trusted_company_root_is_enough(api):
    """A server on this computer over TLS, with a certificate of the company's own."""
    assert ask(api).content == BULK
