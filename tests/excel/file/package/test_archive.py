"""Zip archives: members are copied as they are, streamed ones and those beyond four gigabytes too."""

from __future__ import annotations

import io
import os
import struct
import zipfile

import pytest
from hostile_book import build
from zip_parts import read_parts

from leads_excel.excel.file.package import archive
from leads_excel.excel.file.package.archive import Reader, Writer
from leads_excel.excel.file.package.package import Package

TYPES = '<Types xmlns="t"><Default Extension="xml" ContentType="application/xml"/></Types>'


@pytest.fixture
def hostile(tmp_path):
    """Give a test a workbook with many parts."""
    return build(tmp_path / "hostile.xlsm", 20)


def test_members_are_copied_as_they_are(hostile):
    """Content, compression, dates, attributes and order of the members are those of the source."""
    with hostile.open("rb") as file:
        buffer = io.BytesIO()
        Package(file, "x").write(buffer)
    with zipfile.ZipFile(hostile) as before, zipfile.ZipFile(buffer) as after:
        assert after.testzip() is None
        kept = ("filename", "date_time", "compress_type", "CRC", "compress_size", "file_size", "external_attr")
        listed = [[[getattr(entry, name) for name in kept] for entry in book.infolist()] for book in (before, after)]
        assert listed[0] == listed[1]


def test_streamed_members_are_copied():
    """Members with data descriptors (written by programs that stream) lose the descriptor, not the content."""
    buffer = io.BytesIO()
    stream = io.BufferedWriter(_Unseekable(buffer))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", TYPES)
        book.writestr("xl/data.bin", b"abc" * 10_000)
    stream.flush()
    copy = io.BytesIO()
    Package(buffer, "x").write(copy)
    parts = read_parts(copy.getvalue())
    assert parts["xl/data.bin"] == b"abc" * 10_000


class _Unseekable(io.RawIOBase):
    def __init__(self, target):
        self._target = target

    def writable(self):
        return True

    def write(self, content):
        return self._target.write(content)


def test_zip64_sizes_and_offsets(monkeypatch):
    """Members and archives beyond the limits of plain zip get the wider fields; here the limit is small."""
    monkeypatch.setattr(archive, "_FULL", 1 << 16)
    small, large = zipfile.ZipInfo("small.txt"), zipfile.ZipInfo("large.txt")
    for member in (small, large):
        member.orig_filename = member.filename
    buffer = io.BytesIO()
    writer = Writer(buffer)
    writer.write(large, lambda: [os.urandom(1)[:0], bytes(200_000)])
    writer.write(small, lambda: [b"abc"])
    assert _local_extra(buffer.getvalue()) == struct.pack("<2HQ", 1, 16, 200_000)


def _local_extra(content):
    name, extra = struct.unpack("<2H", content[26:30])
    return content[30 + name : 30 + name + min(extra, 12)]


@pytest.mark.slow
def test_a_member_of_more_than_four_gigabytes(tmp_path):
    """The real limit: a part of 4.5 GB is written, read by the standard library, and copied again."""
    member = zipfile.ZipInfo("large.bin")
    block, blocks = bytes(range(256)) * 4096, 4608
    with (tmp_path / "large.zip").open("wb") as file:
        writer = Writer(file)
        writer.write(member, lambda: (block for _ in range(blocks)))
        writer.close()
    with (tmp_path / "large.zip").open("rb") as file, (tmp_path / "copy.zip").open("wb") as copy:
        reader, writer = Reader(file), Writer(copy)
        writer.copy(reader, reader.members[0])
        writer.close()
    with zipfile.ZipFile(tmp_path / "copy.zip") as book:
        assert book.infolist()[0].file_size == len(block) * blocks
        assert book.testzip() is None
