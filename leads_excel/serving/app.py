"""What is asked of the server by which path, as an ASGI application."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from leads_excel.excel.unexpected import told
from leads_excel.exceptions import ApiError, ApiUnavailableError, ArgumentError, DateError, LeadsError
from leads_excel.serving.calls import FUNCTIONS, Answer, Batch, Calculated, batch_of, days_of
from leads_excel.serving.downloads import FORMATS, TABLES, Download, download
from leads_excel.serving.guard import Guard, body_of
from leads_excel.serving.metrics import CONTENT_TYPE, Metrics
from leads_excel.serving.people.callers import RefusedError
from leads_excel.serving.people.limits import Rate
from leads_excel.serving.recalculation import Recalculation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from starlette.requests import Request

    from leads_excel.log.events import Fact
    from leads_excel.serving.calls import Call
    from leads_excel.serving.people.audit import Audit
    from leads_excel.serving.people.callers import Caller, Door

_CALLS, _HEALTH, _METRICS = "/v1/calls", "/healthz", "/metrics"
_DOWNLOAD = 20  # a table counts as so many formulas
_WAIT = 20  # seconds for which an API out of reach is left alone (`fetching.memory`)
_STATUS: tuple[tuple[type[LeadsError], int], ...] = (
    (ArgumentError, 400),
    (DateError, 400),
    (ApiUnavailableError, 503),
    (ApiError, 502),
    (LeadsError, 500),
)


@dataclass
class Service:
    """What a server has in common for all requests.

    Args:
        door: Tells who asks.
        audit: Keeps who was given what.
        address: Under which address browsers know it, such as `https://leads.example.com`.
        hosts: Other hosts, with ports, by which it may be called.
        per_minute: Formulas that each caller may ask for in a minute.
    """

    door: Door
    audit: Audit
    address: str
    hosts: Collection[str] = ()
    per_minute: int = 6_000
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        self._rate = Rate(self.per_minute)
        self._recalculation = Recalculation()
        self._tables = CapacityLimiter(4)

    def app(self) -> Guard:
        """Make the application."""
        tables = [f"/v1/tables/{name}.{ending}" for name in TABLES for ending in FORMATS]
        routes = [
            Route(_HEALTH, _healthy),
            Route(_METRICS, self._told_metrics),
            Route(_CALLS, self._calculated, methods=["POST"]),
            *(Route(path, self._table) for path in tables),
        ]
        handlers = {RefusedError: _refused, LeadsError: _failed, Exception: _unexpected}
        hosts = {urlsplit(self.address).netloc, *self.hosts}
        app = Starlette(routes=routes, exception_handlers=handlers)  # type: ignore[arg-type]  # each handler has its error
        return Guard(app, hosts, self.address, {_CALLS, _HEALTH, _METRICS, *tables}, self.metrics)

    def _caller(self, request: Request) -> Caller:
        return self.door.caller(request.headers, request.client.host if request.client else "")

    def _take(self, caller: Caller, calls: int) -> None:
        if after := self._rate.wait(caller.name, calls):
            raise RefusedError(429, f"More than {self.per_minute:,} formulas in a minute: wait {after} seconds.", after)

    async def _told_metrics(self, request: Request) -> Response:
        self._caller(request)
        return Response(self.metrics.text(), media_type=CONTENT_TYPE)

    async def _calculated(self, request: Request) -> Response:
        caller = self._caller(request)  # before anything of theirs is read
        batch = batch_of(await body_of(request))
        self._take(caller, len(batch.calls))
        return StreamingResponse(self._lines(batch, caller), media_type="application/x-ndjson")

    async def _lines(self, batch: Batch, caller: Caller) -> AsyncIterator[bytes]:
        async for call, found in self._recalculation.answers(batch.calls, caller):
            answer = await self._given(call, found, caller)
            self.metrics.call(call.name if call.name in FUNCTIONS else "other", failed=bool(answer.error))
            yield msgspec.json.encode(answer) + b"\n"

    async def _given(self, call: Call, found: Calculated, caller: Caller) -> Answer:
        if not found.revealed:
            return found.answer
        value = found.answer.value
        rows = len(value) if isinstance(value, list) else 1
        facts: dict[str, Fact] = {"who": caller.name, "what": call.name, "range": days_of(call), "rows": rows}
        try:
            await to_thread.run_sync(self.audit.note, "revealed", facts)
        except LeadsError as error:
            return Answer(call.id, error="#VALUE!", message=str(error))
        return found.answer

    async def _table(self, request: Request) -> Response:
        caller = self._caller(request)
        self._take(caller, _DOWNLOAD)
        table, _, ending = request.url.path.rpartition("/")[2].rpartition(".")
        words = dict(request.query_params)
        made = await to_thread.run_sync(
            download, table, ending, words, caller, limiter=self._tables, abandon_on_cancel=True
        )
        headers = {"ETag": made.etag, "Cache-Control": "private, no-cache"}
        if made.etag in request.headers.get("if-none-match", ""):
            return Response(None, 304, headers)
        await to_thread.run_sync(self._note_table, table, words, made, caller)
        headers["Content-Disposition"] = f'attachment; filename="{table}.{ending}"'
        return Response(made.body, headers=headers, media_type=made.kind)

    def _note_table(self, table: str, words: dict[str, str], made: Download, caller: Caller) -> None:
        days = " ".join(filter(None, (words.get("from"), words.get("to"))))
        facts: dict[str, Fact] = {
            "who": caller.name,
            "what": table,
            "range": days,
            "rows": made.rows,
            "personal": made.revealed,
        }
        self.audit.note("exported", facts)


async def _healthy(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _refused(_: Request, error: RefusedError) -> Response:
    headers = {"Retry-After": str(error.after)} if error.after else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({"error": error.line}, error.status, headers)


async def _failed(_: Request, error: LeadsError) -> Response:
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    return JSONResponse({"error": told(error)}, status, {"Retry-After": str(_WAIT)} if status == 503 else {})


async def _unexpected(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": told(error)}, 500)
