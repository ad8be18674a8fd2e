"""Streams -> a compound file: the container that a VBA project is kept in.

Version 3 of MS-CFB, written in one go and in memory. `olefile` reads such files but cannot make them; the packages
that can are under a licence that does not suit, or write through files in the working directory.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    Folder = dict[str, "bytes | Folder"]

_SECTOR, _MINI_SECTOR, _MINI_LIMIT = 512, 64, 4096
_HEADER_FAT_SECTORS = 109
_END_OF_CHAIN, _FAT_SECTOR, _FREE, _NONE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Pack streams into a compound file (MS-CFB 2.2 to 2.6).

    Args:
        streams: Content by path: `VBA/dir` is the stream `dir` in the storage `VBA`.

    Returns:
        The bytes of the file.

    Raises:
        ValueError: More than the 7 MB that the header alone can map.
    """
    sectors = _Chains(_SECTOR)
    minis = _Chains(_MINI_SECTOR)
    entries = [_Entry("Root Entry", _ROOT)]
    entries[0].child = _add_folder(entries, _folders(streams), sectors, minis)
    entries[0].start, entries[0].size = sectors.add(minis.data), len(minis.data)
    mini_table = _padded(_table(minis.table), _SECTOR, b"\xff")
    mini_start = sectors.add(mini_table)
    directory = sectors.add(_directory(entries))
    fat = _close_table(sectors)
    header = struct.pack(
        "<8s16x5H6x9I",
        bytes.fromhex("D0CF11E0A1B11AE1"),
        *(0x3E, 3, 0xFFFE, 9, 6),  # versions, byte order, sector sizes as powers of two
        *(0, len(fat), directory, 0, _MINI_LIMIT),
        *(mini_start, len(mini_table) // _SECTOR, _END_OF_CHAIN, 0),
    )
    mapped = _table([*fat, *[_FREE] * (_HEADER_FAT_SECTORS - len(fat))])
    return header + mapped + bytes(sectors.data) + _table(sectors.table)


class _Chains:
    """An allocation table and the sectors it describes (MS-CFB 2.3 and 2.4)."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.table: list[int] = []
        self.data = bytearray()

    def add(self, content: bytes | bytearray) -> int:
        """Append content in sectors of its own and give the first one's number."""
        start, count = len(self.table), -(-len(content) // self.size)
        if not count:
            return _END_OF_CHAIN
        self.table += [*range(start + 1, start + count), _END_OF_CHAIN]
        self.data += content.ljust(count * self.size, b"\0")
        return start


@dataclass(slots=True)
class _Entry:
    """A directory entry (MS-CFB 2.6.1)."""

    name: str
    kind: int
    colour: int = _BLACK
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        """Give the 128 bytes of the entry; times and class identifiers stay zero."""
        name = self.name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBB3I", len(name), self.kind, self.colour, self.left, self.right, self.child)
        return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", self.start, self.size)


def _folders(streams: Mapping[str, bytes]) -> Folder:
    root: Folder = {}
    for path, content in streams.items():
        *storages, name = path.split("/")
        folder = root
        for storage in storages:
            folder = cast("Folder", folder.setdefault(storage, {}))
        folder[name] = content
    return root


def _add_folder(entries: list[_Entry], folder: Folder, sectors: _Chains, minis: _Chains) -> int:
    """Append the entries of a folder, nested ones included, and give the number of the one its storage points to."""
    numbers = []
    for name in sorted(folder, key=lambda name: (len(name), name.upper())):  # MS-CFB 2.6.4
        content = folder[name]
        numbers.append(len(entries))
        if isinstance(content, dict):
            entry = _Entry(name, _STORAGE)
            entries.append(entry)
            entry.child = _add_folder(entries, content, sectors, minis)
        else:
            start = (minis if len(content) < _MINI_LIMIT else sectors).add(content)
            entries.append(_Entry(name, _STREAM, start=start, size=len(content)))
    return _link(entries, numbers, len(numbers).bit_length() - 1)


def _link(entries: list[_Entry], numbers: list[int], levels: int, level: int = 0) -> int:
    """Make sorted entries a balanced tree: with the last level red, every path has as many black entries."""
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.left = _link(entries, numbers[:middle], levels, level + 1)
    entry.right = _link(entries, numbers[middle + 1 :], levels, level + 1)
    entry.colour = _RED if level == levels and level else _BLACK
    return numbers[middle]


def _directory(entries: list[_Entry]) -> bytes:
    unused = _Entry("", 0).packed()
    unused = bytes(66) + unused[66:]
    packed = b"".join(entry.packed() for entry in entries)
    return packed + unused * (-len(entries) % (_SECTOR // len(unused)))


def _close_table(sectors: _Chains) -> list[int]:
    """Add the sectors of the table itself to the table and give their numbers."""
    per_sector, used = _SECTOR // 4, len(sectors.table)
    count = -(-used // (per_sector - 1))
    if count > _HEADER_FAT_SECTORS:
        raise ValueError(f"{used * _SECTOR:,} bytes are more than a compound file of this kind holds.")
    numbers = list(range(used, used + count))
    sectors.table += [_FAT_SECTOR] * count
    sectors.table += [_FREE] * (count * per_sector - len(sectors.table))
    return numbers


def _table(numbers: list[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _padded(content: bytes, size: int, filler: bytes) -> bytes:
    return content.ljust(-(-len(content) // size) * size, filler)
