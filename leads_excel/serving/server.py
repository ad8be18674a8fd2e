"""The server as a program: an address to listen at, certificates, and an end that waits for what is under way."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn

from leads_excel.exceptions import SettingsError
from leads_excel.log.events import tell

if TYPE_CHECKING:
    from pathlib import Path

    from leads_excel.serving.guard import Guard

_ENDING = 10  # seconds for what is under way when the server is told to end


@dataclass(frozen=True)
class Place:
    """Where a server listens.

    Args:
        host: An address of this computer, or its name.
        port: The port; 0 for one that is free.
        certificate: A PEM file with the server's certificate and those between it and a root.
        key: A PEM file with its key.
    """

    host: str = "127.0.0.1"
    port: int = 8433
    certificate: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise SettingsError("A certificate and its key belong together: give --certificate and --key.")
        for path in (self.certificate, self.key):
            if path and not path.is_file():
                raise SettingsError(f"There is no file {path.name}: give the path of a PEM file.")
        if not (_is_loopback(self.host) or self.certificate):
            raise SettingsError(
                f"Tokens and leads would go through the network in the clear at {self.host}: give --certificate and "
                "--key, or listen at 127.0.0.1 behind a reverse proxy."
            )

    @property
    def address(self) -> str:
        """How a browser on this computer calls it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self.certificate else ''}://{host}:{self.port}"


def checked_address(written: str) -> str:
    """Read the address under which browsers know a server.

    Args:
        written: Such as `https://leads.example.com`.

    Returns:
        The same, as browsers name an origin.

    Raises:
        SettingsError: It is no such address.
    """
    try:
        parts = urlsplit(written.strip().rstrip("/").lower())
        valid = parts.scheme in ("http", "https") and parts.hostname and not (parts.path or parts.query)
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        netloc = parts.netloc.removesuffix(f":{usual}") if parts.port == usual else parts.netloc
    except ValueError:
        valid = None
    if not valid or "@" in parts.netloc:
        raise SettingsError("The address of the server is one such as https://leads.example.com: write no path.")
    return f"{parts.scheme}://{netloc}"


def bound(place: Place) -> socket.socket:
    """Take the port.

    Args:
        place: Where.

    Raises:
        SettingsError: It is taken, or the host is not this computer.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        taken = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(f"{place.host} is no address of this computer: {error.strerror}.") from None
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows lets two listen at one port otherwise
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(256)
    except OSError as error:
        taken.close()
        raise SettingsError(
            f"The server cannot listen at {place.host} port {place.port}: {error.strerror}. Choose another --port."
        ) from None
    return taken


def prepared(app: Guard, place: Place) -> uvicorn.Server:
    """Prepare a server, whose `run(sockets=[...])` answers requests until the program is told to end.

    Args:
        app: What answers.
        place: Where it listens.

    Raises:
        SettingsError: The certificate or its key cannot be used.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        ssl_certfile=place.certificate,
        ssl_keyfile=place.key,
        http="h11",
        ws="none",
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_ENDING,
    )
    try:
        config.load()
    except OSError:
        raise SettingsError("The certificate or its key cannot be used: give PEM files that belong together.") from None
    tell("serving", {"host": place.host, "port": place.port, "tls": bool(place.certificate)})
    return uvicorn.Server(config)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
