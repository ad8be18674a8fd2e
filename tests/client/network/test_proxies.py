"""Which proxy stands on the way to a server: of variables, of the operating system; and how it is refused."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads_excel.client.network import proxies
from leads_excel.client.network.no_proxy import Destination
from leads_excel.client.network.proxies import way_to
from leads_excel.exceptions import SettingsError

API = Destination("https", "dms.example.com", 443)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    """Take the machine's own variables away, and settings of a Windows or a Mac."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(proxies, "_of_system", dict)


def proxy(monkeypatch, **variables):
    """Return the proxy on the way to the API."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return way_to(API).proxy


def refusal(monkeypatch, **variables):
    """Return the text of the refusal of a proxy."""
    with pytest.raises(SettingsError) as caught:
        proxy(monkeypatch, **variables)
    assert caught.value.__cause__ is caught.value.__context__ is None
    return str(caught.value)


def test_without_variables_there_is_none(monkeypatch):
    """Nothing names a proxy."""
    assert proxy(monkeypatch) is None


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_the_variable_of_the_scheme_or_of_all_counts(monkeypatch, name):
    """In capitals or not; the proxy knows which variable it is from."""
    found = proxy(monkeypatch, **{name: "http://proxy.example:8080"})

    assert (str(found), found.source.upper()) == ("http://proxy.example:8080", name.upper())


def test_the_scheme_counts_before_all(monkeypatch):
    """What is said of one scheme is said of it alone, whatever the others hold."""
    found = proxy(monkeypatch, HTTPS_PROXY="http://one:1", ALL_PROXY="what:is://this", HTTP_PROXY="nor\tthis")

    assert (str(found), found.source.upper()) == ("http://one:1", "HTTPS_PROXY")


def test_the_proxy_of_another_scheme_is_none_of_ours(monkeypatch):
    """A proxy for http:// alone is not on the way to https://."""
    assert proxy(monkeypatch, HTTP_PROXY="http://one:1") is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the cases of names apart")
def test_lower_case_counts_first(monkeypatch):
    """As everywhere."""
    found = proxy(monkeypatch, HTTPS_PROXY="http://capitals:1", https_proxy="http://small:1")

    assert (str(found), found.source) == ("http://small:1", "https_proxy")


@pytest.mark.parametrize("blank", ["", " "])
def test_a_blank_variable_counts_as_unset(monkeypatch, blank):
    """`HTTPS_PROXY=` takes a proxy away."""
    assert proxy(monkeypatch, HTTPS_PROXY=blank) is None
    assert str(proxy(monkeypatch, HTTPS_PROXY=blank, ALL_PROXY="http://one:1")) == "http://one:1"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("proxy.example:8080", "http://proxy.example:8080"),
        (" http://proxy.example:8080/ ", "http://proxy.example:8080"),
        ("http://proxy.example:8080/a?b#c", "http://proxy.example:8080"),
        ("https://proxy.example", "https://proxy.example"),
        ("HTTP://10.0.0.1:3128", "http://10.0.0.1:3128"),
        ("http://[fd00::1]:3128", "http://[fd00::1]:3128"),
        ("http://my_proxy:1", "http://my_proxy:1"),
        ("http://noura:p%40ss@proxy:1", "http://proxy:1"),
        ("http://noura:p@ss@proxy:1", "http://proxy:1"),
        ("socks5://proxy:1080", "socks5://proxy:1080"),
        ("socks5h://noura:pass@proxy:1080", "socks5h://proxy:1080"),
        ("socks://proxy:1080", "socks5://proxy:1080"),
    ],
)
def test_addresses_that_are_understood(monkeypatch, address, shown):
    """With and without a scheme; neither its text nor its repr holds the sign-in."""
    found = proxy(monkeypatch, HTTPS_PROXY=address)

    assert str(found) == shown
    assert "ss" not in repr(found).replace("https", "")
    assert found.signs_in == ("noura" in address)


@pytest.mark.parametrize(
    "address",
    [
        *("socks4://p:1", "socks4a://p:1", "ftp://p:1", "p4ss://p:1", "http://", "http://:8080", "http://noura:p4ss@"),
        *(
            "http://p:0",
            "http://p:99999",
            "http://p:port",
            "http://p q:1",
            "http://noura:p4ss#x@p:1",
            "http://[::1",
            "%",
        ),
        *(
            "http://noura:p4/ss@p:1",
            "http://a..b:1",
            f"http://{'a' * 64}:1",
            "http://p\x0b:1",
            "http://%41:1",
            "http://noura:1/p4ss@p:1",
            "http://noura:1#p4ss@p:1",
            "http://noura:1?p4ss@p:1",
            "=;\udcff",
        ),
    ],
)
def test_what_is_no_proxy_is_refused_by_name(monkeypatch, address):
    """One line names the variable and what to write, and holds nothing of a password."""
    told = refusal(monkeypatch, HTTPS_PROXY=address)

    assert told.upper().startswith("HTTPS_PROXY NAMES ")
    assert "write http://SERVER:PORT" in told
    assert "NO_PROXY" in told
    assert "p4ss" not in told
    assert "noura" not in told
    assert told.isprintable()


def test_an_excepted_server_asks_for_no_proxy(monkeypatch):
    """What stands in a variable that is not used may be anything."""
    assert proxy(monkeypatch, HTTPS_PROXY="what:is://this", NO_PROXY="example.com") is None


def test_socks_without_its_extra_says_so(monkeypatch):
    """The line names the variable and the extra."""
    monkeypatch.setattr(proxies, "find_spec", lambda _: None)

    told = refusal(monkeypatch, ALL_PROXY="socks5h://127.0.0.1:1080")

    assert told.upper().startswith("ALL_PROXY NAMES A SOCKS PROXY")
    assert 'pip install "leads-excel[socks]"' in told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_no_text_is_an_error_of_another_kind(monkeypatch, text):
    """A variable may hold anything: a proxy, or a refusal in one line."""
    monkeypatch.setenv("HTTPS_PROXY", text)
    told = ""
    try:
        way_to(API)
    except SettingsError as error:
        told = str(error)

    assert told.isprintable()


# --- the operating system's ----------------------------------------------------------------------------------------


@pytest.fixture
def of_system(monkeypatch):
    """Give the computer a proxy that its settings name, with an exception."""
    monkeypatch.setattr(proxies, "_of_system", lambda: {"https": "http://office:8080"})
    monkeypatch.setattr(proxies, "_is_excepted_by_system", lambda host: host.endswith(".local"))


@pytest.mark.usefixtures("of_system")
def test_the_systems_proxy_counts_where_no_variable_names_one(monkeypatch):
    """Its exceptions and `NO_PROXY` both count."""
    assert str(proxy(monkeypatch)) == "http://office:8080"
    assert way_to(Destination("https", "dms.local", 443)).proxy is None
    assert str(proxy(monkeypatch, NO_PROXY="localhost")) == "http://office:8080"
    assert proxy(monkeypatch, NO_PROXY="example.com") is None


@pytest.mark.usefixtures("of_system")
def test_a_variable_counts_before_the_system(monkeypatch):
    """Whoever sets a variable means it, also for other schemes only."""
    assert str(proxy(monkeypatch, HTTPS_PROXY="http://one:1")) == "http://one:1"
    monkeypatch.delenv("HTTPS_PROXY")
    assert proxy(monkeypatch, HTTP_PROXY="http://one:1") is None


def test_a_proxy_of_the_system_that_is_none_is_told_as_such(monkeypatch):
    """Windows writes `socks4://` where somebody filled in the field for SOCKS."""
    monkeypatch.setattr(proxies, "_of_system", lambda: {"https": "socks4://office:1080"})

    assert refusal(monkeypatch).startswith("The proxy setting of the operating system names a proxy of a kind")


@pytest.mark.skipif(sys.platform != "win32", reason="the registry is Windows'")
def test_the_registry_of_windows_is_read(monkeypatch):
    """What a person sets under Internet Options: the server, and the exceptions from it."""
    import winreg  # noqa: PLC0415 - Windows only

    monkeypatch.undo()
    path = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
        winreg.SetValueEx(key, "ProxyEnable", 0, winreg.REG_DWORD, 1)
        winreg.SetValueEx(key, "ProxyServer", 0, winreg.REG_SZ, "office:8080")
        winreg.SetValueEx(key, "ProxyOverride", 0, winreg.REG_SZ, "*.local;<local>")
        try:
            assert str(way_to(API).proxy) == "http://office:8080"
            assert way_to(Destination("https", "dms.local", 443)).proxy is None
        finally:
            winreg.SetValueEx(key, "ProxyEnable", 0, winreg.REG_DWORD, 0)
