"""Proxies on loopback that write down what they are asked, and lead every connection to one server on loopback."""

from __future__ import annotations

import base64
import contextlib
import socket
import socketserver
import threading


class LoopbackProxy:
    """A proxy as a context manager.

    Args:
        port: Where every connection is led to, whatever name was asked for.
        sign_in: `name:password` that is asked for; None asks for nothing.
        status: What an HTTP proxy answers in place of a tunnel; the bytes that a SOCKS proxy answers to whatever it is
            sent, before it hangs up, and `...` for one that says nothing.
    """

    scheme = ""

    def __init__(self, port, sign_in=None, status=None):
        self.target = port
        self.sign_in = sign_in
        self.status = status
        self.asked = []
        """Host and port of each request."""
        self._server = _Server(("127.0.0.1", 0), self.handler)
        self._server.proxy = self

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self):
        """Server and port, as they stand in a variable."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, sign_in=None):
        """Its address with a scheme, and with a name and a password."""
        return f"{self.scheme}://{f'{sign_in}@' if sign_in else ''}{self.address}"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


class _Tunnels(socketserver.StreamRequestHandler):
    """CONNECT (RFC 9110, section 9.3.6), and any other method as one request that is answered by 200."""

    def handle(self):
        with contextlib.suppress(OSError, ValueError):
            self._answer(self.server.proxy)

    def _answer(self, proxy):
        method, target, _ = self.rfile.readline().decode().split()
        fields = dict(line.split(": ", 1) for line in iter(lambda: self.rfile.readline().decode().strip(), ""))
        given = {name.lower(): value for name, value in fields.items()}.get("proxy-authorization", "")
        proxy.asked.append(target)
        if proxy.sign_in and given != f"Basic {_base64(proxy.sign_in)}":
            self._say("407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="company"\r\n')
        elif proxy.status:
            self._say(f"{proxy.status} Status")
        elif method != "CONNECT":
            self._say("200 OK")
        else:
            with socket.create_connection(("127.0.0.1", proxy.target), 10) as server:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                _relay(self.connection, server)

    def _say(self, status, fields=""):
        self.wfile.write(f"HTTP/1.1 {status}\r\n{fields}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())


class HttpProxy(LoopbackProxy):
    """A proxy that is asked by CONNECT."""

    scheme = "http"
    handler = _Tunnels


class _Socks(socketserver.StreamRequestHandler):
    """SOCKS version 5 (RFC 1928) with a name and password (RFC 1929)."""

    def handle(self):
        proxy = self.server.proxy
        with contextlib.suppress(OSError, ValueError):
            if proxy.status is not None:
                self._break_off(proxy.status)
            elif self._signed_in(proxy):
                self._answer(proxy)

    def _break_off(self, status):
        self.connection.recv(100)
        if status is ...:
            self.connection.recv(100)
        else:
            self.wfile.write(status)

    def _signed_in(self, proxy):
        _, count = self.rfile.read(2)
        methods = self.rfile.read(count)
        wanted = 2 if proxy.sign_in else 0
        if wanted not in methods:
            self.wfile.write(b"\x05\xff")
            return False
        self.wfile.write(bytes([5, wanted]))
        if not proxy.sign_in:
            return True
        self.rfile.read(1)
        name, password = (self.rfile.read(self.rfile.read(1)[0]).decode() for _ in range(2))
        good = f"{name}:{password}" == proxy.sign_in
        self.wfile.write(bytes([1, not good]))
        return good

    def _answer(self, proxy):
        _, _, _, kind = self.rfile.read(4)
        if kind == 3:
            host = self.rfile.read(self.rfile.read(1)[0]).decode()
        else:
            family, length = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
            host = socket.inet_ntop(family, self.rfile.read(length))
        port = int.from_bytes(self.rfile.read(2), "big")
        proxy.asked.append(f"{host}:{port}")
        with socket.create_connection(("127.0.0.1", proxy.target), 10) as server:
            self.wfile.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
            _relay(self.connection, server)


class SocksProxy(LoopbackProxy):
    """A proxy that is asked by SOCKS 5."""

    scheme = "socks5h"
    handler = _Socks


def _base64(text):

    return base64.b64encode(text.encode()).decode()


def _relay(one, other):
    """Carry bytes both ways until both ends have closed."""
    back = threading.Thread(target=_carry, args=(other, one), daemon=True)
    back.start()
    _carry(one, other)
    back.join(10)


def _carry(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
