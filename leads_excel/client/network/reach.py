"""How the API of some settings is reached from this computer: through which proxy, trusting whom."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leads_excel.client.network.addresses import read_address
from leads_excel.client.network.certificates import trust
from leads_excel.client.network.no_proxy import Destination
from leads_excel.client.network.proxies import way_to
from leads_excel.exceptions import SettingsError
from leads_excel.settings.types import is_loopback

if TYPE_CHECKING:
    import httpx

    from leads_excel.client.network.proxies import Proxy
    from leads_excel.settings.model import Settings


def _nobody() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True, slots=True)
class Reach:
    """How requests reach the API; by default nothing of the network is used.

    Args:
        host: Its server.
        proxy: What they go through, or None.
        because: What names the proxy, or why there is none.
        context: Whom connections trust.
        trusted: Where the certificates come from; empty where none are needed.
        remarks: What of the certificates was left out, and what to do.
    """

    host: str = ""
    proxy: Proxy | None = None
    because: str = "it is on this computer"
    context: ssl.SSLContext = field(default_factory=_nobody, repr=False)
    trusted: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def reach(settings: Settings) -> Reach:
    """Find how the API is reached, as this computer's variables and settings are now.

    Nothing that a proxy or a certificate is for stands on the way to this computer itself: there none is looked for.

    Args:
        settings: Where the API is.

    Raises:
        SettingsError: The base URL names no server, or the proxy on the way to it cannot be used.
    """
    return reach_of(endpoint(settings.url))


def reach_of(url: httpx.URL) -> Reach:
    """Find how another server is reached, likewise.

    Args:
        url: Its address.

    Raises:
        SettingsError: The proxy on the way to it cannot be used.
    """
    trusted = trust() if url.scheme == "https" else None
    context, sources, remarks = (trusted.context, trusted.sources, trusted.remarks) if trusted else (_nobody(), (), ())
    if is_loopback(url.host):
        return Reach(url.host, context=context, trusted=sources, remarks=remarks)
    way = way_to(Destination(url.scheme, url.host, url.port or 443))
    return Reach(url.host, way.proxy, way.because, context, sources, remarks)


def endpoint(url: str) -> httpx.URL:
    """Read the base URL of an API.

    Args:
        url: As settings hold it.

    Raises:
        SettingsError: Its server name is none.
    """
    address = read_address(url)
    if address is None:
        raise SettingsError("The setting 'base_url' cannot be used: its server name is none.")
    return address
