"""Where the server listens, and how it is known."""

import pytest
import trustme

from leads_excel.exceptions import SettingsError
from leads_excel.serving.server import Place, bound, checked_address

ALL = "0.0.0.0"  # noqa: S104 - nothing listens there


@pytest.mark.parametrize("host", [ALL, "::", "192.0.2.7", "leads.example.com", ""])
def test_leads_do_not_go_through_a_network_in_the_clear(host):
    """Neither by an address nor by a name that may be one."""
    with pytest.raises(SettingsError, match="in the clear"):
        Place(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_computer_alone_needs_no_certificate(host):
    """What goes from it to itself is not seen by others."""
    assert Place(host).address.startswith("http://")


def test_a_certificate_and_its_key_belong_together(tmp_path):
    """One without the other, or a file that is not there, is told before anything listens."""
    certificate = tmp_path / "server.pem"
    trustme.CA().issue_cert("localhost").cert_chain_pems[0].write_to_path(certificate)

    with pytest.raises(SettingsError, match="--certificate and --key"):
        Place(ALL, certificate=certificate)
    with pytest.raises(SettingsError, match=r"no file key\.pem"):
        Place(ALL, certificate=certificate, key=tmp_path / "key.pem")


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://leads.example.com", "https://leads.example.com"),
        (" HTTPS://Leads.Example.com:443/ ", "https://leads.example.com"),
        ("http://127.0.0.1:8433", "http://127.0.0.1:8433"),
        ("https://[::1]:8433", "https://[::1]:8433"),
    ],
)
def test_an_address_is_written_as_browsers_do(written, origin):
    """In small letters, without the usual port, without a slash: origins are compared as they stand."""
    assert checked_address(written) == origin


@pytest.mark.parametrize(
    "written", ["leads.example.com", "https://", "https://a/b", "https://a?b", "ftp://a", "https://u@a", "https://a:x"]
)
def test_an_address_that_is_none_is_one_line(written):
    """And what one looks like."""
    with pytest.raises(SettingsError, match=r"https://leads\.example\.com"):
        checked_address(written)


def test_a_port_that_is_taken_is_one_line():
    """Two servers do not share one."""
    with bound(Place(port=0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port}"):
            bound(Place(port=port))


def test_a_host_that_is_not_this_computer_is_one_line(tmp_path):
    """An address of a documentation's network."""
    paths = [tmp_path / "server.pem", tmp_path / "key.pem"]
    for path in paths:
        path.write_text("")
    with pytest.raises(SettingsError):
        bound(Place("192.0.2.7", 0, *paths))
