"""What goes into a store and comes out of it: a window as it was asked for, its versions, its bulks as bytes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Self
from zlib import crc32

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
        return scope_of(self.api, self.lead_id, self.source, self.sub_source)

    @cached_property
    def key(self) -> bytes:
        """A digest of everything."""
        return key_of(self.scope, self.window)


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
        checksum: A CRC-32 of the compressed ones and of what they belong to: enough to notice damage, and five times as
            fast as a digest.
        about: What they belong to.
    """

    body: bytes
    size: int
    checksum: int
    about: tuple[object, ...] = ()

    @classmethod
    def of(cls, content: bytes, about: tuple[object, ...] = ()) -> Self:
        """Pack bytes.

        Args:
            content: The bytes.
            about: What they belong to: such bytes are never taken for those of something else.
        """
        body = compressed(content)
        return cls(body, len(content), _checksum(body, len(content), about), about)

    @property
    def is_sound(self) -> bool:
        """Whether they are the same as when they were packed."""
        return isinstance(self.body, bytes) and _checksum(self.body, self.size, self.about) == self.checksum

    def content(self) -> pa.Buffer:
        """Unpack the bytes.

        Raises:
            DamagedError: They are not the same any more.
        """
        if not self.is_sound:
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


@dataclass(frozen=True, slots=True)
class Seen:
    """What a store says of a version beside its bulks, each value of it.

    Args:
        window: The key of its window.
        digest: The digest of the digests of its bulks.
        first_seen: When the API gave it for the first time, in UTC.
        last_seen: When the API gave it the last time.
        latest: Whether no other answer came after it.
        final: Whether the API will give the same at any later time.
        total_records: `totalRecords`, summed over the bulks.
        error_records: `errorRecords`, likewise.
        asked_days: On how many different days it was the answer.
    """

    window: bytes
    digest: bytes
    first_seen: datetime
    last_seen: datetime
    latest: bool
    final: bool
    total_records: int
    error_records: int
    asked_days: int

    @property
    def seal(self) -> bytes:
        """A digest of all values: where one of them changed behind our back, nothing of the version is believed."""
        times = (self.first_seen, self.last_seen)
        stamps = [at.astimezone(UTC).isoformat() if isinstance(at, datetime) else at for at in times]
        values = (self.latest, self.final, self.total_records, self.error_records, self.asked_days)
        return digest([repr((self.window, self.digest, *stamps, *values)).encode()])


def key_of(scope: bytes, window: Window) -> bytes:
    """Make the key of a window.

    Args:
        scope: A digest of the API and the filters.
        window: The window.
    """
    return digest([scope, window.from_stamp.encode(), window.to_stamp.encode()])


def scope_of(api: str, lead_id: int | None, source: int | None, sub_source: int | None) -> bytes:
    """Digest an API and filters."""
    return digest([repr((api, lead_id, source, sub_source)).encode()])


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
    except (OSError, ValueError, TypeError, OverflowError, MemoryError):  # the size may be damaged too
        raise DamagedError from None
    if expected is not None and digest([content]) != expected:
        raise DamagedError
    return content


def _checksum(body: bytes, size: int, about: tuple[object, ...]) -> int:
    return crc32(body, crc32(repr((size, *about)).encode()))
