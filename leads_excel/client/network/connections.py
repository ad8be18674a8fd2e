"""The open connections of a client, so that another thread can cut them: a read that waits ends at once.

On POSIX a read ends when another thread shuts its socket down. Windows promises no such thing: there a read waits in
slices, and looks in between whether it still has to.
"""

from __future__ import annotations

import math
import select
import socket
import sys
import time
from contextlib import contextmanager, suppress
from threading import Event, Lock, Timer
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SENT = Event()
"""Set once this process has sent a request: from then on there is time, until an answer comes."""

_SOCKS = "socks.setup_socks5_connection."
_SLICE = 0.1  # seconds
_SHORTEST = 0.001  # seconds: 0 would mean not to wait at all, which is another error


class Passage:
    """How far one request got, as its trace tells.

    Args:
        connections: What its connection is remembered by.
        patience: Seconds that a SOCKS proxy may take, for which httpcore has no limit.
    """

    def __init__(self, connections: Connections, patience: float) -> None:
        self._connections = connections
        self._patience = patience
        self._watch: Timer | None = None
        self._socket: socket.socket | None = None
        self.is_new = False
        """Whether a connection was opened for it, rather than one used again."""
        self.is_past_proxy = False
        """Whether a proxy, where there is one, had connected it to the server."""
        self.is_held_by_socks = False
        """Whether a SOCKS proxy was asked and had not agreed; what fails then may be of any kind."""
        self.is_given_up = False
        """Whether that took too long."""

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Follow the request.

        Args:
            event: What httpcore says that happened (httpx's request extension `trace`).
            info: What to: for a new connection its stream, as `return_value`.
        """
        if event.endswith(".connect_tcp.started"):
            self.is_new = True
        elif event == "proxy.start_tls.started":
            self.is_past_proxy = True
        elif event.startswith(_SOCKS):
            self._follow_socks(event.removeprefix(_SOCKS), info)
        self._connections.watch(event, info)

    def _follow_socks(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "started":
            self.is_held_by_socks = True
            self._socket = info["stream"].get_extra_info("socket")
            self._watch = Timer(self._patience, self._give_up)
            self._watch.daemon = True
            self._watch.start()
            return
        if self._watch:
            self._watch.cancel()
        if event == "complete":
            self.is_held_by_socks = False
            self.is_past_proxy = True
        elif self._socket:
            self._socket.close()  # httpcore leaves it open

    def _give_up(self) -> None:
        self.is_given_up = True
        if self._socket:
            with suppress(OSError):  # closed already
                self._socket.shutdown(socket.SHUT_RDWR)


class Connections:
    """Every connection that `watch` saw being opened and that is still open."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._shut: WeakSet[socket.socket] = WeakSet()

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember a connection, and that a request was sent.

        Args:
            event: What httpcore says that happened (httpx's request extension `trace`).
            info: For a new connection: its stream, as `return_value`.
        """
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            stream = info["return_value"]
            connection = stream.get_extra_info("socket")
            with self._lock:
                self._sockets.add(connection)
            if sys.platform == "win32":
                stream.read = self._in_slices(stream.read, connection)
        elif event.endswith(".send_request_body.complete"):
            SENT.set()

    def cut(self) -> None:
        """Shut every connection down; whoever reads from one gets an error."""
        with self._lock:
            for connection in self._sockets:
                with suppress(OSError):  # closed already
                    # Not the method of a TLS socket: that one is not made for two threads.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
                self._shut.add(connection)

    def _in_slices(self, read: Callable[[int, float | None], bytes], connection: Any) -> Callable[..., bytes]:  # noqa: ANN401 - with TLS or without
        def sliced(max_bytes: int, timeout: float | None = None) -> bytes:
            until = time.monotonic() + (math.inf if timeout is None else timeout)
            pending = getattr(connection, "pending", int)  # what TLS has decrypted already
            while connection not in self._shut and not pending() and (left := until - time.monotonic()) > 0:
                if select.select([connection], [], [], min(_SLICE, left))[0]:
                    break
            if connection in self._shut:
                until = 0.0
            return read(max_bytes, None if until == math.inf else max(until - time.monotonic(), _SHORTEST))

        return sliced

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """Cut the connections if the context lasts too long.

        A read timeout starts anew with each byte, so that a server which drips its headers could hold a request for
        hours. Which connection a request uses is not known before its headers are there; all are cut, and the requests
        on the others are tried again.

        Args:
            seconds: How long it may last.
        """
        timer = Timer(seconds, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
