"""A server on loopback that plays a script: for each request the next step, however broken, the last one for ever."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    target: str
    headers: dict[str, str]


class ScriptedApi:
    """The server, as a context manager; a step takes the connection and the server, and tells whether to go on.

    With the TLS context of a server as `tls`, it is asked over HTTPS.
    """

    def __init__(self, *steps, tls=None):
        self.tls = tls
        self.steps = list(steps)
        self.requests = []
        self.connections = 0
        self.at_once = 0
        self.most_at_once = 0
        self.asked = threading.Semaphore(0)
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.api = self

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self):
        """The base URL."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/gs"

    @property
    def port(self):
        """Where it listens."""
        return self._server.server_address[1]

    def wait_for_requests(self, count):
        """Wait until so many requests have arrived."""
        for _ in range(count):
            assert self.asked.acquire(timeout=10)

    def play(self, seen, connection):
        """Play the next step for a request."""
        with self._lock:
            self.requests.append(seen)
            step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        self.asked.release()
        return step(connection, self)

    @contextlib.contextmanager
    def counted(self):
        """Count a request as under way; to be left before its reply is sent, since the client then goes on."""
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            yield
        finally:
            with self._lock:
                self.at_once -= 1

    def connected(self):
        """Count a connection."""
        with self._lock:
            self.connections += 1


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, _request, _address):
        """Say nothing of a client that does not trust us: the test looks at what the client tells."""


class _Handler(socketserver.StreamRequestHandler):
    def setup(self):
        tls = self.server.api.tls
        if tls:
            self.request = tls.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
        super().setup()

    def handle(self):
        api = self.server.api
        api.connected()
        with contextlib.suppress(OSError):
            while (line := self.rfile.readline().decode()) and api.play(_seen(line, self.rfile), self.connection):
                pass

    def finish(self):
        with contextlib.suppress(OSError):
            super().finish()
        if self.server.api.tls:
            self.request.close()


def _seen(line, rfile):
    fields = iter(lambda: rfile.readline().decode().strip(), "")
    headers = {name.lower(): value.strip() for name, _, value in (item.partition(":") for item in fields)}
    return Seen(line.split()[1], headers)


def head(status=200, **headers):
    """Return the head of a reply; `Content_Length=5` is the header `Content-Length: 5`."""
    lines = [f"HTTP/1.1 {status} Status", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def reply(status=200, body=b"[]", **headers):
    """Step: a whole reply; the connection stays open."""
    whole = head(status, Content_Length=len(body), **headers) + body

    def step(connection, _api):
        connection.sendall(whole)
        return True

    return step


def cut(content):
    """Step: these bytes, then the end of the connection."""

    def step(connection, _api):
        connection.sendall(content)
        return False

    return step


def reset(connection, _api):
    """Step: reset the connection instead of answering."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def silence(_connection, api):
    """Step: say nothing until the test is over."""
    api.over.wait(30)
    return False


def drip(content):
    """Step: these bytes, then one more every ten milliseconds, until the client has gone or the test is over."""

    def step(connection, api):
        connection.sendall(content)
        while not api.over.wait(0.01):
            connection.sendall(b" ")
        return False

    return step


def together(count, step):
    """Step: another one, as soon as so many requests are under way, and a moment later, so that one more would show."""
    barrier = threading.Barrier(count, timeout=10)

    def gathered(connection, api):
        with api.counted():
            barrier.wait()
            api.over.wait(0.03)
        return step(connection, api)

    return gathered


def slowly(seconds, step):
    """Step: another one, after a pause."""

    def paused(connection, api):
        api.over.wait(seconds)
        return step(connection, api)

    return paused
