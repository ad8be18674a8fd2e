"""The simulated DMS over real HTTP, on the loopback interface only."""

from __future__ import annotations

import gzip
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, urlsplit

from leads_excel.sandbox.api import Answer, Sandbox, header
from leads_excel.sandbox.faults import Faults
from leads_excel.sandbox.wire import Listener

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from leads_excel.sandbox.faults import Fault

_WORTH_ZIPPING = 1024
"""Bytes; a shorter body is sent as it is."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and how it was answered.

    Args:
        received: When, in UTC.
        method: Its HTTP method.
        path: Its path.
        parameters: Its query.
        status: The status sent; 0 when the connection was reset instead.
        seconds: From the end of the request to the start of the reply.
        fault: The fault it met with, if any.
    """

    received: datetime
    method: str
    path: str
    parameters: Mapping[str, str]
    status: int
    seconds: float
    fault: Fault | None

    @property
    def window(self) -> tuple[str, str] | None:
        """The window asked for, as sent: `fromDate` and `toDate`."""
        first, last = self.parameters.get("fromDate"), self.parameters.get("toDate")
        return (first, last) if first and last else None


class SandboxServer:
    """A sandbox behind real HTTP on this machine, for as long as the `with` block runs.

    It speaks HTTP/1.1 with connections kept open, gzips where the client accepts it, and answers requests in parallel.
    `sandbox`, `latency` and `faults` may be exchanged while it runs.

    Args:
        sandbox: What answers; a default Sandbox when left out.
        port: The TCP port on 127.0.0.1; 0 takes a free one.
        latency: Seconds that every request takes at least.
        faults: What goes wrong; nothing by default.
    """

    def __init__(
        self,
        sandbox: Sandbox | None = None,
        *,
        port: int = 0,
        latency: float = 0.0,
        faults: Faults | None = None,
    ) -> None:
        self.sandbox = sandbox or Sandbox()
        self.latency = latency
        self.faults = faults or Faults()
        self.stopping = Event()
        self._port = port
        self._listener: Listener | None = None
        self._lock = Lock()
        self._log: list[Exchange] = []
        self._received = 0
        self._in_flight = 0
        self._peak = 0

    def __enter__(self) -> Self:
        self.stopping.clear()
        self._listener = Listener(self, self._port)
        self._thread = Thread(target=self._listener.serve_forever, args=(0.05,), name="sandbox", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening, drop every connection and end every thread; harmless when that is done already."""
        self.stopping.set()
        if self._listener is not None:
            self._listener.close()
            self._thread.join()
            self._listener = None

    def wait(self) -> None:
        """Wait until another thread closes the server or Ctrl-C interrupts."""
        while not self.stopping.wait(0.2):  # in slices: on Windows an endless wait cannot be interrupted
            pass

    @property
    def url(self) -> str:
        """The base URL, such as http://127.0.0.1:8765/gs.

        Raises:
            RuntimeError: The server is not running.
        """
        if self._listener is None:
            raise RuntimeError("The sandbox has an address only inside its with block.")
        return f"http://127.0.0.1:{self._listener.server_port}/gs"

    @property
    def log(self) -> list[Exchange]:
        """Every request so far, in the order of their replies."""
        with self._lock:
            return self._log.copy()

    @property
    def peak(self) -> int:
        """The most requests that were being answered at the same time."""
        with self._lock:
            return self._peak

    @property
    def connections(self) -> int:
        """How many connections clients have opened."""
        return 0 if self._listener is None else self._listener.accepted

    def respond(self, method: str, target: str, headers: Mapping[str, str]) -> tuple[Answer, Fault | None]:
        """Answer one request and log it.

        Args:
            method: The HTTP method.
            target: Path and query.
            headers: The headers of the request.

        Returns:
            What to send, and the fault to send it with.
        """
        received, start = datetime.now(UTC), time.perf_counter()
        parts = urlsplit(target)
        parameters = dict(parse_qsl(parts.query))
        fault = self.faults.strike(self._arrive(), parameters.get("fromDate"))
        try:
            answer = self.faults.replacement(fault) or self.sandbox.answer(method, target, headers)
            answer = _zipped(answer, headers)
            self.stopping.wait(max(0.0, self.latency - (time.perf_counter() - start)))
        finally:
            self._leave()
        status = 0 if fault == "reset" else answer.status
        seconds = time.perf_counter() - start
        with self._lock:
            self._log.append(Exchange(received, method, parts.path, parameters, status, seconds, fault))
        return answer, fault

    def _arrive(self) -> int:
        with self._lock:
            self._received += 1
            self._in_flight += 1
            self._peak = max(self._peak, self._in_flight)
            return self._received

    def _leave(self) -> None:
        with self._lock:
            self._in_flight -= 1


def _zipped(answer: Answer, headers: Mapping[str, str]) -> Answer:
    if len(answer.body) < _WORTH_ZIPPING or not _accepts_gzip(header(headers, "Accept-Encoding")):
        return answer
    zipped = gzip.compress(answer.body, compresslevel=1, mtime=0)
    return Answer(answer.status, {**answer.headers, "Content-Encoding": "gzip"}, zipped)


def _accepts_gzip(accepted: str) -> bool:
    codings = [coding.replace(" ", "") for coding in accepted.split(",")]
    return any(coding.partition(";")[0] == "gzip" and not coding.endswith("q=0") for coding in codings)
