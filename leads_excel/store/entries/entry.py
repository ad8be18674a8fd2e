"""What goes into a store and comes out of it: a window as it was asked for, its versions, its bulks as bytes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Self
from zlib import crc32

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from leads_excel.windows.week_grid import Window

_CODEC = "zstd"


@dataclass(frozen=True)
class Asked:
    """What was asked of an API: exactly this window, under these filters.

    Args:
        api: The base URL. Environments differ in it, so their answers never mix.
        window: The window.
        lead_id: Only this lead, or None.
        source: Only this source, or None.
        sub_source: Only this sub-source, or None.
    """

    api: str
    window: Window
    lead_id: int | None = None
    source: int | None = None
    sub_source: int | None = None

    @cached_property
    def scope(self) -> bytes:
        """A digest of the API and the filters."""
        return digest([repr((self.api, self.lead_id, self.source, self.sub_source)).encode()])

    @cached_property
    def key(self) -> bytes:
        """A digest of everything."""
        return digest([self.scope, self.window.from_stamp.encode(), self.window.to_stamp.encode()])


@dataclass(frozen=True, slots=True)
class Making:
    """What decides how a part looks that is made of given bulks.

    Args:
        zone: The name of the business zone.
        made_by: A digest of the code.
    """

    zone: str
    made_by: bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """Bytes as they stand in a store.

    Args:
        body: The bytes, compressed.
        size: How many they were.
        checksum: The CRC-32 of the compressed ones: enough to notice damage, and five times as fast as a digest.
    """

    body: bytes
    size: int
    checksum: int

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Pack bytes."""
        body = compressed(content)
        return cls(body, len(content), crc32(body))

    def content(self) -> pa.Buffer:
        """Unpack the bytes.

        Raises:
            DamagedError: They are not the same any more.
        """
        if crc32(self.body) != self.checksum:
            raise DamagedError
        return decompressed(self.body, self.size)


@dataclass(frozen=True, slots=True)
class Version:
    """The latest answer for a window that is in the store.

    Args:
        number: Its number in the store.
        window: The window.
        last_seen: When the API was asked for it the last time, in UTC.
        final: Whether the API will give the same at any later time.
        flat: Its flattened part, if that came along.
    """

    number: int
    window: Window
    last_seen: datetime
    final: bool
    flat: Packed | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """An answer of the API.

    Args:
        bodies: The bulks as received, in the order received.
        at: When the API was asked, in UTC.
        final: Whether it will give the same at any later time.
        records: `totalRecords` and `errorRecords`, summed over the bulks.
        recount_days: Where nothing else may change but bulks lack leads they count: after how many different days with
            this same answer it is taken for final. None elsewhere.
    """

    bodies: Sequence[bytes]
    at: datetime
    final: bool
    records: tuple[int, int]
    recount_days: int | None = None

    def final_after(self, days: int) -> bool:
        """Tell whether the answer is final, now that it was given on so many different days."""
        return self.final or (self.recount_days is not None and days >= self.recount_days)


class DamagedError(Exception):
    """What is in the store is not what was put in."""


def digest(contents: Iterable[Any]) -> bytes:
    """Digest bytes, one after the other."""
    found = blake2b(digest_size=16)
    for content in contents:
        found.update(content)
    return found.digest()


def compressed(content: bytes) -> bytes:
    """Compress bytes to one Zstandard frame (RFC 8878)."""
    frame: bytes = pa.compress(content, codec=_CODEC, asbytes=True)
    return frame


def decompressed(frame: bytes, size: int, expected: bytes | None = None) -> pa.Buffer:
    """Undo `compressed`.

    Args:
        frame: What it returned.
        size: How many bytes it was given.
        expected: Their digest, if it is to be checked.

    Raises:
        DamagedError: They are not the same bytes any more.
    """
    try:
        content = pa.decompress(frame, decompressed_size=size, codec=_CODEC)
    except (OSError, ValueError):
        raise DamagedError from None
    if expected is not None and digest([content]) != expected:
        raise DamagedError
    return content
