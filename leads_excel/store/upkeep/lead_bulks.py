"""A bulk as its leads and everything else, each to the letter, and together again. Pure."""

from __future__ import annotations

import json
from typing import Any

import msgspec

_OBJECT: msgspec.json.Decoder[dict[str, msgspec.Raw]] = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST: msgspec.json.Decoder[list[msgspec.Raw] | None] = msgspec.json.Decoder(list[msgspec.Raw] | None)


def opened(body: bytes) -> tuple[dict[str, bytes], list[bytes]]:
    """Take a bulk apart.

    Args:
        body: Its JSON.

    Returns:
        Each key with its JSON, and the JSON of each lead.
    """
    try:
        parts = {key: bytes(value) for key, value in _OBJECT.decode(body).items()}
        return parts, [bytes(item) for item in _LIST.decode(parts.get("leads", b"null")) or ()]
    except (msgspec.MsgspecError, UnicodeDecodeError):  # JSON that only a lenient reader takes
        record = json.loads(body)
        return {key: _json(value) for key, value in record.items()}, [*map(_json, record.get("leads") or ())]


def closed(parts: dict[str, bytes], leads: list[bytes]) -> bytes:
    """Put a bulk together again.

    Args:
        parts: Each key with its JSON.
        leads: The JSON of its leads, in place of those among the parts.
    """
    parts = parts | {"leads": b"[%b]" % b",".join(leads)}
    return b"{%b}" % b",".join(b"%b:%b" % (_json(key), value) for key, value in parts.items())


def _json(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON holds
    return json.dumps(value, separators=(",", ":")).encode()
