"""What every request passes and every answer carries: which host and origin, how large, how slow, counted."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

from leads_excel.excel.unexpected import told
from leads_excel.log.events import tell
from leads_excel.serving.people.callers import RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from leads_excel.serving.metrics import Metrics

LARGEST = 4 * 1024 * 1024
"""Bytes of a request: a whole column of lead numbers fits."""

PATIENCE = 10.0
"""Seconds in which a request has to arrive."""

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SAME_PLACE = "The address in the request is not this server's: use the one that it was started with."


class Guard:
    """Refuses what comes by another name or from another site's page, and adds what browsers are told.

    Args:
        app: What answers.
        hosts: The hosts, with ports, by which the server may be called: another name that leads here is an attack on
            browsers (DNS rebinding).
        origin: The only origin whose pages may ask.
        paths: Paths of ours, which are counted by name.
        metrics: Where requests are counted.
    """

    def __init__(
        self, app: ASGIApp, hosts: Collection[str], origin: str, paths: Collection[str], metrics: Metrics
    ) -> None:
        self._app, self._hosts, self._origin, self._paths, self._metrics = app, hosts, origin, paths, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await (self._refusal(Headers(scope=scope)) or self._app)(scope, receive, sent)
        except Exception as error:  # noqa: BLE001 - answered by now; its trace would hold whatever it is about
            tell("unexpected", {"what": told(error)}, level=logging.ERROR)
        finally:
            path = scope["path"] if scope["path"] in self._paths else "other"
            self._metrics.request(path, status, time.perf_counter() - began)

    def _refusal(self, headers: Headers) -> JSONResponse | None:
        if headers.get("host", "").lower() not in self._hosts:
            return JSONResponse({"error": _SAME_PLACE}, 421)
        if headers.get("origin", self._origin) != self._origin:
            return JSONResponse({"error": "Pages of another site may not ask this server."}, 403)
        return None


async def body_of(request: Request) -> bytes:
    """Read the body of a request.

    Args:
        request: The request.

    Raises:
        RefusedError: It is too large, or does not arrive.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "Send JSON: Content-Type: application/json.")
    body = bytearray()
    try:
        with anyio.fail_after(PATIENCE):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST:
                    raise RefusedError(413, f"A request has at most {LARGEST // 2**20} MiB: send several.")
    except TimeoutError:
        raise RefusedError(408, f"The request did not arrive within {PATIENCE:.0f} seconds: send it again.") from None
    return bytes(body)
