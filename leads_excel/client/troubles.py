"""What it means when a request gets no answer: the network, the proxy or the API, and what to do about it."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from leads_excel.client.failures import Failure
from leads_excel.client.network.proxies import NO_PROXY
from leads_excel.exceptions import ApiUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leads_excel.client.network.connections import Passage
    from leads_excel.client.network.proxies import Proxy

_CHECK_NETWORK = "check the network, the VPN and LEADS_EXCEL_BASE_URL"
_INSTALL_ROOT = "ask your IT for the certificate of the network, and install it on this computer"
_AGAIN = "try again later"


@dataclass(frozen=True, slots=True)
class Troubles:
    """Says what the errors of requests to one server mean.

    Args:
        host: The server.
        timeout: How many seconds it may stay silent.
        proxy: What requests go through, or None.
        remarks: What of this computer's certificates was left out.
    """

    host: str
    timeout: float
    proxy: Proxy | None = None
    remarks: tuple[str, ...] = ()

    def failure(self, error: Exception, passage: Passage) -> Failure:
        """Say what an error means.

        Args:
            error: What httpx raised.
            passage: How far the request had got.

        Returns:
            A failure; passing where another attempt may do better.
        """
        if self.proxy and (isinstance(error, httpx.ProxyError) or (passage.is_new and not passage.is_past_proxy)):
            return self._of_proxy(self.proxy, error, is_given_up=passage.is_given_up)
        if _is_unverified(error):
            advice = "; ".join([_INSTALL_ROOT, *self.remarks])
            return _failure(f"The certificate of {self.host} cannot be verified", advice, passing=False)
        if _is_unknown(error):
            return _failure(f"{self.host} is not known on this network", _CHECK_NETWORK)
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return _failure(f"There is no connection to {self.host}", _CHECK_NETWORK)
        if isinstance(error, httpx.TimeoutException):
            return _failure(f"The API was silent for {self.timeout:g} s", _AGAIN)
        return _failure(f"The connection to {self.host} broke before the answer was complete", _AGAIN)

    def _of_proxy(self, proxy: Proxy, error: Exception, *, is_given_up: bool) -> Failure:
        name = f"The proxy {proxy} ({proxy.source})"
        advice = f"check {proxy.source} and the network; where it needs no proxy, name {self.host} in {NO_PROXY}"
        if _is_unverified(error):
            return _failure(f"{name} shows a certificate that cannot be verified", _INSTALL_ROOT, passing=False)
        if _is_unknown(error):
            return _failure(f"{name} is not known on this network", advice)
        if isinstance(error, httpx.ProxyError):
            return self._refused(name, proxy, str(error))
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            return _failure(f"{name} cannot be reached", advice)
        if isinstance(error, httpx.TimeoutException) or is_given_up:
            return _failure(f"{name} did not answer", advice)
        return _failure(f"{name} broke the connection off", advice)

    def _refused(self, name: str, proxy: Proxy, said: str) -> Failure:
        """Tell a refusal by a status of HTTP, or in httpcore's words for SOCKS."""
        status = said[:3] if said[:3].isdigit() else ""
        if status == "407" or (not status and ("Requested" in said or "password" in said)):
            wrong = "refuses the name and password in it" if proxy.signs_in else "asks for a name and a password"
            advice = f"write them in {proxy.source} as {proxy.url.scheme}://NAME:PASSWORD@SERVER:PORT, or ask your IT"
            return _failure(f"{name} {wrong}", advice, passing=False)
        told = f" ({status})" if status else ""
        return _failure(f"{name} does not let requests through to {self.host}{told}", "ask your IT")


def _failure(what: str, advice: str, *, passing: bool = True) -> Failure:
    return Failure(ApiUnavailableError, what, advice, passing=passing)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_unverified(error: BaseException) -> bool:
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error))


def _is_unknown(error: BaseException) -> bool:
    return any(isinstance(cause, socket.gaierror) for cause in _causes(error))
