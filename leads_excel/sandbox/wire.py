"""Sockets: how an answer of the sandbox travels, whole or broken on purpose."""

from __future__ import annotations

import os
import socket
import socketserver
import struct
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread, current_thread
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from threading import Event

    from leads_excel.sandbox.api import Answer
    from leads_excel.sandbox.faults import Fault, Faults

_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""SO_LINGER for zero seconds: closing sends a reset instead of a farewell."""

_DRIPS = 20


class Owner(Protocol):
    """Who answers the requests that a listener reads."""

    stopping: Event
    faults: Faults

    def respond(self, method: str, target: str, headers: Mapping[str, str]) -> tuple[Answer, Fault | None]:
        """Answer one request: what to send, and the fault to send it with."""


class _Handler(BaseHTTPRequestHandler):
    """One connection: reads requests, sends what the server says."""

    protocol_version = "HTTP/1.1"
    server_version = "leads-excel-sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    server: Listener

    def _exchange(self) -> None:
        if self.command != "GET":  # refused unread: the connection ends with it
            length = self.headers.get("Content-Length", "")
            self.rfile.read(min(int(length), 2**24) if length.isdigit() else 0)
            self.close_connection = True
        owner = self.server.owner
        answer, fault = owner.respond(self.command, self.path, dict(self.headers))
        if fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self.close_connection = True
            return
        self._send_head(answer)
        if self.command != "HEAD":
            self._send_body(answer.body, fault)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _exchange  # noqa: N815  the base class's names

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _send_body(self, body: bytes, fault: Fault | None) -> None:
        if fault == "cut":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif fault == "slow":
            self._drip(body)
        else:
            self.wfile.write(body)

    def _drip(self, body: bytes) -> None:
        owner = self.server.owner
        size = len(body) // _DRIPS + 1
        for start in range(0, len(body), size):
            owner.stopping.wait(owner.faults.slow_seconds / _DRIPS)
            self.wfile.write(body[start : start + size])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  the base class's signature
        """Print nothing: the server keeps a log of its own."""


class Listener(ThreadingHTTPServer):
    """A listening socket and one thread for each connection, all of which can be ended.

    Args:
        owner: Who answers.
        port: The TCP port on 127.0.0.1; 0 takes a free one.
    """

    request_queue_size = 128
    allow_reuse_address = os.name != "nt"  # on Windows it would let two servers share a port

    def __init__(self, owner: Owner, port: int) -> None:
        self.owner = owner
        self.accepted = 0
        self._lock = Lock()
        self._open: dict[Thread, Any] = {}
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        """Bind without looking up the machine's name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  the base class's signature
        """Start the thread of a connection, remembering both."""
        thread = Thread(target=self._serve_one, args=(request, client_address), daemon=True)
        with self._lock:
            self.accepted += 1
            self._open[thread] = request
        thread.start()

    def _serve_one(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  as above
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._open[current_thread()]

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401  as above
        """End a connection; one that is to be reset must not say goodbye first, one that is gone cannot."""
        if request.fileno() == -1:
            return
        if any(request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_NO_LINGER))):
            request.close()
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  as above
        """Report a defect of the sandbox; a client that hangs up is none."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Stop listening, hang up on every client and wait for their threads."""
        self.shutdown()
        with self._lock:
            connections = list(self._open.items())
        for _, request in connections:
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)
                if os.name == "nt":  # there nothing promises that this wakes a thread which reads; Wine's is not
                    socket.close(request.detach())
        for thread, _ in connections:
            thread.join()
        self.server_close()
