"""The exceptions from a proxy, as `NO_PROXY` lists them. Pure.

There is no standard; what counts is everything that curl, Go, Python and browsers agree on or add, so that a list that
works elsewhere works here, and an entry that none of them understands matches nothing:

* entries stand between commas, blanks or semicolons; `*` means every host
* a name means itself and what ends in it after a dot; a dot or `*.` in front changes nothing (curl, CURLOPT_NOPROXY)
* an address, or a network in CIDR notation, means the addresses in it (curl 7.86); brackets around IPv6 do no harm
* a port after a name, an address or brackets limits the entry to it (Go, Python, browsers)
* a scheme and `://` in front limits the entry to it (httpx)
* `*` within a name or an address stands for anything (browsers, Windows); `<local>` for names without a dot (Windows)
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

_BETWEEN = re.compile(r"[\s,;]+")
_LONGEST = 300  # characters: a name has at most 253


class Destination(NamedTuple):
    """Where a request goes.

    Args:
        scheme: `http` or `https`.
        host: A name or an address, without brackets.
        port: Its port.
    """

    scheme: str
    host: str
    port: int


def is_excepted(destination: Destination, no_proxy: str) -> bool:
    """Tell whether a list of exceptions names a destination.

    Args:
        destination: Where the request goes.
        no_proxy: The list, as `NO_PROXY` holds it.
    """
    name = _name(destination.host)
    address = _address(name)
    return any(
        _is_named(entry, destination, name, address)
        for entry in _BETWEEN.split(no_proxy)
        if entry and len(entry) <= _LONGEST
    )


def _is_named(entry: str, destination: Destination, name: str, address: IPv4Address | IPv6Address | None) -> bool:
    if entry == "<local>":
        return address is None and "." not in name
    scheme, separator, rest = entry.rpartition("://")
    rest = rest.rstrip("/") if separator else rest
    host, port = _parted(rest)
    if address is not None and _holds(rest.strip("[]"), address):  # before the last part of an IPv6 is taken for a port
        host, port = str(address), None
    if scheme.casefold() not in (destination.scheme, "all", "") or port not in (destination.port, None):
        return False
    if host == "*":
        return True
    if address is None:
        return _is_domain(_name(host), name)
    return _holds(host, address) or ("*" in host and fnmatchcase(name, host))


def _parted(entry: str) -> tuple[str, int | None]:
    """Take the port from an entry; of what has several colons and no brackets, none is one."""
    host, colon, port = entry.rpartition(":")
    if colon and port.isascii() and port.isdigit() and len(port) <= 5 and (":" not in host or host.endswith("]")):
        return host.strip("[]"), int(port)
    return entry.strip("[]"), None


def _is_domain(domain: str, name: str) -> bool:
    domain = domain.removeprefix("*.").removeprefix(".")
    if "*" in domain:
        return fnmatchcase(name, domain)
    return bool(domain) and (name == domain or name.endswith(f".{domain}"))


def _name(host: str) -> str:
    """Write a host as DNS compares it: in lower case, in ASCII, without the dot at the end."""
    text = host.casefold().removesuffix(".")
    if text.isascii():
        return text
    try:
        return text.encode("idna").decode("ascii")
    except UnicodeError:  # no name that DNS could hold
        return text


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _holds(entry: str, address: IPv4Address | IPv6Address) -> bool:
    try:
        return address in ip_network(entry, strict=False)
    except ValueError:
        return False
