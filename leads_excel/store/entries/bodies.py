"""A reply's bytes -> the bytes of each of its bulks, to the letter. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_RAW: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])

# Numbers stay text: only where a value ends is of interest, and Python refuses to convert very long numbers.
_LENIENT = json.JSONDecoder(parse_int=str, parse_float=str)


def split(content: bytes) -> list[bytes]:
    """Cut a reply into bulks.

    Args:
        content: The body of a reply that `bulks.decode` accepts.

    Returns:
        The JSON of each bulk as received, in the order received.
    """
    body = content.removeprefix(_BYTE_ORDER_MARK).strip()
    if body in {b"", b"null"}:
        return []
    if not body.startswith(b"["):
        return [body]
    try:
        return [bytes(bulk) for bulk in _RAW.decode(body)]
    except (msgspec.MsgspecError, UnicodeDecodeError):  # JSON that only a lenient reader takes: NaN, a lone surrogate
        return list(_cut(body.decode()))


def whole(bodies: Iterable[bytes]) -> bytes:
    """Put bulks together again, as one array."""
    return b"[" + b",".join(bodies) + b"]"


def _cut(text: str) -> Iterable[bytes]:
    at = 1
    while True:
        while text[at] in " \t\r\n,":
            at += 1
        if text[at] == "]":
            return
        _, end = _LENIENT.raw_decode(text, at)
        yield text[at:end].encode()
        at = end
