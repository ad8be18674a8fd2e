"""The bulks as received: the JSON of a range, to the letter, in one array."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from leads_excel.exceptions import ApiReplyError

if TYPE_CHECKING:
    from collections.abc import Iterable

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_RAW: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])


def as_received(replies: Iterable[bytes]) -> bytes:
    """Join the bodies of several replies into one JSON array of bulks.

    Args:
        replies: Bodies of 200 replies, in time order: one bulk, an array of bulks, or nothing.

    Returns:
        The array, each bulk byte for byte as the API sent it; a bulk that two neighbouring windows returned in the
        same words stands once.
    """
    bulks: list[bytes] = []
    previous: set[bytes] = set()
    for content in replies:
        current = _bulks_of(content)
        bulks.extend(bulk for bulk in current if bulk not in previous)
        previous = set(current)
    return b"[" + b",\n".join(bulks) + b"]\n"


def is_object(content: bytes) -> bool:
    """Tell whether a reply is one object and no array.

    Args:
        content: The body of a 200 reply.
    """
    return content.removeprefix(_BYTE_ORDER_MARK).lstrip().startswith(b"{")


def _bulks_of(content: bytes) -> list[bytes]:
    body = content.removeprefix(_BYTE_ORDER_MARK).strip()
    if body in {b"", b"null"}:
        return []
    if is_object(body):
        return [body]
    try:
        return [bytes(bulk) for bulk in _RAW.decode(body)]
    except msgspec.MsgspecError:
        return _rewritten(body)


def _rewritten(body: bytes) -> list[bytes]:
    # JSON that only a lenient reader takes (NaN, a lone surrogate): the same values, escaped anew.
    try:
        return [json.dumps(bulk, ensure_ascii=True).encode() for bulk in json.loads(body)]
    except (ValueError, TypeError):
        raise ApiReplyError("The API's answer is not JSON made of bulks; report it to the owner of the API.") from None
