"""The open connections of a client, so that another thread can cut them: a read that waits ends at once."""

from __future__ import annotations

import socket
from contextlib import contextmanager, suppress
from threading import Event, Lock, Timer
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SENT = Event()
"""Set once this process has sent a request: from then on there is time, until an answer comes."""


class Connections:
    """Every connection that `watch` saw being opened and that is still open."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sockets: WeakSet[socket.socket] = WeakSet()

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember a connection, and that a request was sent.

        Args:
            event: What httpcore says that happened (httpx's request extension `trace`).
            info: For a new connection: its stream, as `return_value`.
        """
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            with self._lock:
                self._sockets.add(info["return_value"].get_extra_info("socket"))
        elif event.endswith(".send_request_body.complete"):
            SENT.set()

    def cut(self) -> None:
        """Shut every connection down; whoever reads from one gets an error."""
        with self._lock:
            for connection in self._sockets:
                with suppress(OSError):  # closed already
                    # Not the method of a TLS socket: that one is not made for two threads.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

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
