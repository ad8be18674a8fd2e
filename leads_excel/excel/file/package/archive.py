"""Zip files: members copied compressed as they are, new members deflated as they come.

The standard library reads the directory; it can neither copy a member without inflating it nor deflate with ISA-L,
which is several times faster. Format: PKWARE APPNOTE 6.3, zip64 where a size or an offset needs it.
"""

from __future__ import annotations

import contextlib
import importlib
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import ModuleType

deflate: ModuleType = zlib
with contextlib.suppress(ImportError):  # there is no wheel for every machine
    deflate = importlib.import_module("isal.isal_zlib")

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_SIZES64 = struct.Struct("<2H2Q")

_FULL = 0xFFFFFFFF
_BROKEN: tuple[type[Exception], ...] = (zlib.error, deflate.error)
_ENCRYPTED, _UTF8 = 0x1, 0x800
_BLOCK = 1 << 16
_LARGE = 1 << 26
_RATIO = 400
"""No honest part shrinks more: sheets of equal rows reach about 100, a bomb 1,000."""
_LARGEST = 1 << 36


class Reader:
    """The members of a zip file, checked before any is inflated.

    Args:
        file: The file, open for reading.

    Raises:
        WorkbookError: The file is not a zip file, is damaged, or is made to fill the memory of its reader.
    """

    def __init__(self, file: BinaryIO) -> None:
        try:
            with zipfile.ZipFile(file) as directory:
                self.members = directory.infolist()
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise WorkbookError("The file is not an Excel workbook, or it is damaged: open it in Excel.") from error
        self._file = file
        self._check()

    def _check(self) -> None:
        ends = 0
        for member in sorted(self.members, key=lambda member: member.header_offset):
            if member.header_offset < ends:
                raise WorkbookError("Parts of the file overlap, as in a zip bomb: it is not opened.")
            ends = member.header_offset + member.compress_size
            if member.flag_bits & _ENCRYPTED:
                raise WorkbookError("The file is an encrypted zip file, not a workbook: save it without a password.")
            if member.file_size > max(_LARGE, _RATIO * member.compress_size):
                raise WorkbookError("A part of the file swells like a zip bomb: it is not opened.")
        if sum(member.file_size for member in self.members) > _LARGEST:
            raise WorkbookError("The file holds more than 64 GB: it is not opened.")

    def raw(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """Read a member as it is stored."""
        self._file.seek(member.header_offset)
        header = self._file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or header[:4] != b"PK\3\4":
            raise WorkbookError("The file is damaged: open it in Excel and save it again.")
        *_, name, extra = _LOCAL.unpack(header)
        place, left = member.header_offset + _LOCAL.size + name + extra, member.compress_size
        while left:
            self._file.seek(place)
            block = self._file.read(min(left, _BLOCK))
            if not block:
                raise WorkbookError("The file is cut off: get a complete copy.")
            place, left = place + len(block), left - len(block)
            yield block

    def chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """Read the content of a member, inflated.

        Raises:
            WorkbookError: The content does not match the directory, or is packed in an unusual way.
        """
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise WorkbookError("A part of the file is packed in an unusual way: save the workbook in Excel first.")
        size, check = 0, 0
        for chunk in self.raw(member) if member.compress_type == zipfile.ZIP_STORED else self._inflated(member):
            size, check = size + len(chunk), deflate.crc32(chunk, check)
            if size > member.file_size:
                break
            yield chunk
        if size != member.file_size or check != member.CRC:
            raise WorkbookError("The file is damaged: open it in Excel and save it again.")

    def _inflated(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        inflater = deflate.decompressobj(wbits=-15)
        try:
            for block in self.raw(member):
                yield inflater.decompress(block)
            yield inflater.flush()
        except _BROKEN as error:
            raise WorkbookError("The file is damaged: open it in Excel and save it again.") from error


@dataclass(slots=True)
class _Entry:
    name: bytes
    flags: int
    method: int
    time: int
    date: int
    attributes: int
    offset: int
    check: int = 0
    packed: int = 0
    size: int = 0

    def local(self) -> bytes:
        packed, size, extra = self.packed, self.size, b""
        if max(packed, size) >= _FULL:
            extra, packed, size = _SIZES64.pack(1, 16, size, packed), _FULL, _FULL
        fields = (self.flags, self.method, self.time, self.date, self.check, packed, size, len(self.name), len(extra))
        return _LOCAL.pack(b"PK\3\4", 45 if extra else 20, *fields) + self.name + extra

    def central(self) -> bytes:
        values = [self.size, self.packed, self.offset]
        wide = b"".join(struct.pack("<Q", value) for value in values if value >= _FULL)
        extra = struct.pack("<2H", 1, len(wide)) + wide if wide else b""
        size, packed, offset = (min(value, _FULL) for value in values)
        version = 45 if wide else 20
        fields = (self.flags, self.method, self.time, self.date, self.check, packed, size, len(self.name), len(extra))
        return _CENTRAL.pack(b"PK\1\2", version, version, *fields, 0, 0, 0, self.attributes, offset) + self.name + extra


class Writer:
    """A zip file written from the first member to the last.

    Args:
        file: The file, empty and open for writing; it must be able to seek.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._entries: list[_Entry] = []

    def copy(self, reader: Reader, member: zipfile.ZipInfo) -> None:
        """Copy a member compressed as it is."""
        entry = self._entry(member, member.compress_type)
        entry.check, entry.packed, entry.size = member.CRC, member.compress_size, member.file_size
        self._file.write(entry.local())
        for block in reader.raw(member):
            self._file.write(block)
        self._entries.append(entry)

    def write(self, member: zipfile.ZipInfo, content: Callable[[], Iterable[bytes]]) -> None:
        """Write a member anew, under its old name.

        Args:
            member: The member it stands for.
            content: Gives the content, chunk by chunk; asked a second time when it turns out to need zip64.
        """
        entry = self._entry(member, zipfile.ZIP_DEFLATED)
        self._file.write(entry.local())
        self._deflate(entry, content())
        after = self._file.tell()
        self._file.seek(entry.offset)
        if max(entry.packed, entry.size) >= _FULL:  # the header grows: everything behind it is in the wrong place
            self._file.write(entry.local())
            self._deflate(entry, content())
            self._file.truncate()
        else:
            self._file.write(entry.local())
            self._file.seek(after)
        self._entries.append(entry)

    def _entry(self, member: zipfile.ZipInfo, method: int) -> _Entry:
        year, month, day, hour, minute, second = member.date_time
        return _Entry(
            name=member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437"),
            flags=member.flag_bits & _UTF8,
            method=method,
            time=hour << 11 | minute << 5 | second // 2,
            date=(year - 1980) << 9 | month << 5 | day,
            attributes=member.external_attr,
            offset=self._file.tell(),
        )

    def _deflate(self, entry: _Entry, chunks: Iterable[bytes]) -> None:
        packer = deflate.compressobj(level=1, wbits=-15)
        check = size = 0
        start = self._file.tell()
        for chunk in chunks:
            check, size = deflate.crc32(chunk, check), size + len(chunk)
            self._file.write(packer.compress(chunk))
        self._file.write(packer.flush())
        entry.check, entry.size, entry.packed = check, size, self._file.tell() - start

    def close(self) -> None:
        """Write the directory. The file itself stays open."""
        start = self._file.tell()
        for entry in self._entries:
            self._file.write(entry.central())
        end, count = self._file.tell(), len(self._entries)
        size = end - start
        if max(start, size) >= _FULL or count >= 0xFFFF:
            self._file.write(_END64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start))
            self._file.write(_LOCATOR.pack(b"PK\6\7", 0, end, 1))
        count = min(count, 0xFFFF)
        self._file.write(_END.pack(b"PK\5\6", 0, 0, count, count, min(size, _FULL), min(start, _FULL), 0))
