"""Which proxy stands between this computer and a server: of the variables, else of the operating system's settings."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.request import getproxies_environment

import httpx

from leads_excel.client.network.addresses import read_address
from leads_excel.client.network.no_proxy import Destination, is_excepted
from leads_excel.exceptions import SettingsError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

NO_PROXY = "NO_PROXY"
OF_THE_SYSTEM = "the proxy setting of the operating system"

_SCHEMES = {"http": "http", "https": "https", "socks5": "socks5", "socks5h": "socks5h", "socks": "socks5"}
"""What can be asked by: what is written in front of an address, and what it means. `socks` is what desktops write."""

_INSTALL = 'pip install "leads-excel[socks]"'


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that requests go through.

    Args:
        url: Its address; may hold a password.
        source: The variable, or the settings, that name it.
    """

    url: httpx.URL = field(repr=False)
    source: str

    def __str__(self) -> str:
        """Show its address without name and password."""
        return f"{self.url.scheme}://{self.url.netloc.decode('ascii')}"

    @property
    def signs_in(self) -> bool:
        """Whether its address holds a name to sign in with."""
        return bool(self.url.userinfo)

    def opened(self, context: ssl.SSLContext) -> httpx.Proxy:
        """Make it usable.

        Args:
            context: Whom to trust, where the way to the proxy itself is encrypted.
        """
        return httpx.Proxy(self.url, ssl_context=context if self.url.scheme == "https" else None)


@dataclass(frozen=True, slots=True)
class Way:
    """How requests reach a server.

    Args:
        proxy: What they go through; None for nothing.
        because: Why there is none, or what names it.
    """

    proxy: Proxy | None
    because: str


def way_to(destination: Destination) -> Way:
    """Find how requests reach a server.

    Args:
        destination: The server.

    Returns:
        The proxy of the server's scheme, else the one of all schemes; none where an exception names the server.

    Raises:
        SettingsError: The proxy cannot be used: which variable names it, and what to do. Proxies of other schemes and
            of excepted servers may be anything.
    """
    variables = {scheme: text for scheme, text in getproxies_environment().items() if text.strip()}
    if is_excepted(destination, variables.pop("no", "")):
        return Way(None, f"{NO_PROXY} names it")
    named = _named(destination.scheme, variables)
    if named:
        return _through(named[1], _variable(named[0]))
    if {"http", "https", "all"} & variables.keys():
        return Way(None, f"no variable names one for {destination.scheme}")
    found = _named(destination.scheme, _of_system())
    if found is None:
        return Way(None, "neither a variable nor the operating system names one")
    if _is_excepted_by_system(destination.host):
        return Way(None, f"{OF_THE_SYSTEM} excepts it")
    return _through(found[1], OF_THE_SYSTEM)


def _through(text: str, source: str) -> Way:
    return Way(_proxy(text, source), source)


def _named(scheme: str, proxies: Mapping[str, str]) -> tuple[str, str] | None:
    return next(((key, proxies[key]) for key in (scheme, "all") if proxies.get(key)), None)


def _variable(scheme: str) -> str:
    """Name the variable that counts as the person wrote it; the one in lower case counts first."""
    names = [name for name in os.environ if name.lower() == f"{scheme}_proxy" and os.environ[name]]
    return min(names, key=lambda name: name != name.lower(), default=f"{scheme.upper()}_PROXY")


def _proxy(text: str, source: str) -> Proxy:
    text = text.strip()
    scheme, _, rest = text.rpartition("://")
    meant = _SCHEMES.get(scheme.lower() or "http")
    if meant is None:
        raise _unusable(source, "a proxy of a kind that is not known, such as SOCKS 4")
    url = read_address(f"{meant}://{rest}")
    if url is None or b"@" in url.raw_path or "@" in url.fragment:  # there a password that is not quoted would end up
        raise _unusable(source, "no address of a proxy")
    if meant.startswith("socks") and find_spec("socksio") is None:
        raise SettingsError(f"{_sentence(source)} names a SOCKS proxy, which needs the extra socks: {_INSTALL}.")
    return Proxy(url.copy_with(path="/", query=None, fragment=None), source)


def _unusable(source: str, what: str) -> SettingsError:
    advice = "write http://SERVER:PORT, signs such as # in a password as %23"
    what = f"{_sentence(source)} names {what}"
    return SettingsError(f"{what}: {advice}; without a proxy unset it, or name the API's host in {NO_PROXY}.")


def _sentence(source: str) -> str:
    return source[0].upper() + source[1:]


def _of_system() -> Mapping[str, str]:
    """Read the settings of Windows or macOS; elsewhere there are none beside the variables."""
    if sys.platform == "win32":
        from urllib.request import getproxies_registry  # noqa: PLC0415 - Windows only

        return getproxies_registry()
    if sys.platform == "darwin":
        from urllib.request import getproxies_macosx_sysconf  # noqa: PLC0415 - macOS only

        return getproxies_macosx_sysconf()
    return {}


def _is_excepted_by_system(host: str) -> bool:
    if sys.platform == "win32":
        from urllib.request import proxy_bypass_registry  # noqa: PLC0415 - Windows only

        return bool(proxy_bypass_registry(host))
    if sys.platform == "darwin":
        from urllib.request import proxy_bypass_macosx_sysconf  # noqa: PLC0415 - macOS only

        return bool(proxy_bypass_macosx_sysconf(host))
    return False
