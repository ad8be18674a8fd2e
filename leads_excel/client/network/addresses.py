"""Addresses of servers that a connection can be opened to; what cannot be is found out before the attempt. Pure."""

from __future__ import annotations

import re

import httpx

_NAME = re.compile(r"[A-Za-z0-9_.-]+")


def read_address(text: str) -> httpx.URL | None:
    """Read the address of a server.

    Args:
        text: `scheme://`, perhaps a name and a password, the server, perhaps a port and a path.

    Returns:
        The address; None where its server is none. The look-up of such a name would raise errors of many kinds.
    """
    try:
        url = httpx.URL(text)
        url.host.encode("idna")  # as the look-up does
        name = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):  # these repeat the text, which may hold a password
        return None
    is_host = ":" in name or _NAME.fullmatch(name) is not None
    return url if is_host and 0 < (url.port or 80) < 2**16 and url.port != 0 else None
