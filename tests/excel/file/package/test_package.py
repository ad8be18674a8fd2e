"""Workbooks as packages: what is copied, what is refused, and how a new file takes the old one's place."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib

import pytest
from hostile_book import build
from zip_parts import read_parts, zipped

from leads_excel.excel.file.disk import refuse_if_open, replacing
from leads_excel.excel.file.package import archive
from leads_excel.excel.file.package.archive import Reader, Writer
from leads_excel.excel.file.package.package import Package
from leads_excel.exceptions import WorkbookError, WorkbookLockedError

TYPES = '<Types xmlns="t"><Default Extension="xml" ContentType="application/xml"/></Types>'
ROOT = (
    '<Relationships xmlns="r"><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def package(parts=(), **changes):
    """Open a small package: content types, relations, and other parts."""
    content = (
        {"[Content_Types].xml": TYPES, "_rels/.rels": ROOT, "xl/workbook.xml": "<workbook/>"} | dict(parts) | changes
    )
    raw = [(name, text if isinstance(text, bytes) else text.encode()) for name, text in content.items()]
    return Package(io.BytesIO(zipped(raw)), "book.xlsx")


def written(opened):
    """Write a package and read its parts."""
    buffer = io.BytesIO()
    opened.write(buffer)
    return read_parts(buffer.getvalue())


# --- the archive -----------------------------------------------------------------------------------------------------


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
    parts = written(Package(buffer, "x"))
    assert parts["xl/data.bin"] == b"abc" * 10_000


class _Unseekable(io.RawIOBase):
    def __init__(self, target):
        self._target = target

    def writable(self):
        return True

    def write(self, content):
        return self._target.write(content)


@pytest.mark.parametrize(
    "name", ["xl\\Worksheets\\Sheet1.XML", "/xl/worksheets/sheet1.xml", "XL/worksheets/sheet1.xml"]
)
def test_unusual_names_are_found_and_kept(name):
    """Backslashes, a leading slash and capitals occur in real files."""
    opened = package({name: "<worksheet/>"})
    assert opened.read("xl/worksheets/sheet1.xml") == b"<worksheet/>"
    opened.replace("xl/worksheets/sheet1.xml", b"<new/>")
    assert written(opened)[name.replace("\\", os.sep) if os.sep == "\\" else name] == b"<new/>"


@pytest.mark.parametrize("module", ["isal", "zlib"])
def test_new_members_inflate(module, monkeypatch):
    """With ISA-L or without it, what is written is what any zip program reads."""
    if module == "isal":
        pytest.importorskip("isal")
    else:
        monkeypatch.setattr(archive, "deflate", zlib)
    opened = package()
    content = os.urandom(300_000) + b"x" * 3_000_000
    opened.replace("xl/workbook.xml", lambda: (content[at : at + 100_000] for at in range(0, len(content), 100_000)))
    assert written(opened)["xl/workbook.xml"] == content


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


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\3\4 but nothing else", "not an Excel workbook"),
        (b"", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"old \.xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (zipped([("readme.txt", b"hello")]), "not an Excel workbook"),
    ],
    ids=["cut", "empty", "xls", "encrypted", "zip"],
)
def test_other_files_are_refused(content, message):
    """The message says what the file is and what to do."""
    with pytest.raises(WorkbookError, match=message):
        Package(io.BytesIO(content), "book.xlsx")


def test_signed_package_is_refused():
    """A change would break the signature."""
    with pytest.raises(WorkbookError, match="digitally signed"):
        package({"_xmlsignatures/sig1.xml": "<Signature/>"})


def test_part_that_comes_twice_is_refused():
    """Two readers could see two different workbooks."""
    parts = [("[Content_Types].xml", TYPES.encode()), ("xl/a.xml", b"<a/>"), ("XL/A.xml", b"<b/>")]
    with pytest.raises(WorkbookError, match="twice"):
        Package(io.BytesIO(zipped(parts)), "book.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/sharedStrings.xml", "docProps/app.xml", "_rels/.rels"])
def test_document_types_are_refused(part, encoding):
    """A DTD can blow up or read files; no workbook has one, and no part may have one."""
    text = f'<?xml version="1.0" encoding="{encoding}"?><!-- x --><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    with pytest.raises(WorkbookError, match="document type"):
        package({part: text.encode(encoding)})


def test_text_that_mentions_a_document_type_is_no_harm():
    """Only the prolog counts."""
    assert package({"docProps/app.xml": "<a><![CDATA[<!DOCTYPE x>]]></a>"})


def test_zip_bomb_is_refused():
    """A part that swells a thousand times is not opened."""
    with pytest.raises(WorkbookError, match="zip bomb"):
        package({"xl/media/a.bin": bytes(100 << 20)})


def test_overlapping_parts_are_refused():
    """Many members over the same bytes are the other kind of bomb."""
    content = bytearray(
        zipped([("[Content_Types].xml", TYPES.encode()), ("a.xml", b"<a>12345678</a>"), ("b.xml", b"<b/>")])
    )
    places = [at for at in range(len(content)) if content[at : at + 4] == b"PK\1\2"]
    content[places[2] + 42 : places[2] + 46] = content[places[1] + 42 : places[1] + 46]
    with pytest.raises(WorkbookError, match="overlap"):
        Package(io.BytesIO(bytes(content)), "book.xlsx")


@pytest.mark.parametrize("field", [16, 24], ids=["checksum", "size"])
def test_lying_directory_is_refused(field):
    """Content that is not what the directory says is not used."""
    content = bytearray(zipped([("[Content_Types].xml", TYPES.encode()), ("xl/workbook.xml", b"<workbook/>")]))
    entry = content.rindex(b"PK\1\2") + field
    content[entry : entry + 4] = struct.pack("<I", struct.unpack("<I", content[entry : entry + 4])[0] - 3)
    with pytest.raises(WorkbookError, match="damaged"):
        Package(io.BytesIO(bytes(content)), "book.xlsx").read("xl/workbook.xml")


def test_encrypted_member_is_refused():
    """A zip password is no Excel password."""
    content = bytearray(zipped([("[Content_Types].xml", TYPES.encode())]))
    content[content.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(WorkbookError, match="encrypted"):
        Package(io.BytesIO(bytes(content)), "book.xlsx")


def test_broken_part_is_named():
    """XML that cannot be read is an error of ours, with the part's name."""
    with pytest.raises(WorkbookError, match=r"xl/workbook\.xml is damaged"):
        package({"xl/workbook.xml": "<workbook"}).tree("xl/workbook.xml")


# --- parts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1", "windows-1252"])
def test_parts_are_read_as_utf8(encoding):
    """A part may be written in another encoding; whoever changes it sees UTF-8."""
    declared = encoding.replace("-le", "")
    text = f'<?xml version="1.0" encoding="{declared}" standalone="yes"?>\n<workbook a="é"/>'
    content = package({"xl/workbook.xml": text.encode(encoding)}).read("xl/workbook.xml")
    assert content == text.replace(declared, "UTF-8").encode()


def test_relations_lead_to_parts():
    """Relative and absolute targets, and targets outside, are told apart."""
    links = (
        '<Relationships xmlns="r"><Relationship Id="1" Type="http://x/table" Target="../tables/table1.xml"/>'
        '<Relationship Id="2" Type="http://x/table" Target="/xl/tables/Table%202.xml"/>'
        '<Relationship Id="3" Type="http://x/hyperlink" Target="http://example.com" TargetMode="External"/>'
        "</Relationships>"
    )
    found = package({"xl/worksheets/_rels/sheet1.xml.rels": links}).relations("xl/worksheets/sheet1.xml")
    assert [(link.id, link.kind, link.target) for link in found] == [
        ("1", "table", "xl/tables/table1.xml"),
        ("2", "table", "xl/tables/table 2.xml"),
        ("3", "hyperlink", ""),
    ]


@pytest.mark.parametrize("empty", ["/>", "></Override>"])
def test_dropped_part_is_dropped_from_the_content_types(empty):
    """No content type is left for a part that is gone."""
    override = f'<Override PartName="/xl/CalcChain.xml" ContentType="c"{empty}'
    opened = package(
        {"[Content_Types].xml": TYPES.replace("</Types>", f"{override}</Types>"), "xl/calcChain.xml": "<c/>"}
    )
    opened.drop("xl/calcChain.xml")
    parts = written(opened)
    assert "xl/calcChain.xml" not in parts
    assert parts["[Content_Types].xml"].decode() == TYPES


# --- the file --------------------------------------------------------------------------------------------------------


@pytest.fixture
def book(tmp_path):
    """Give a test a file."""
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    return path


def test_new_file_takes_the_place_of_the_old_one(book):
    """Permissions are kept and nothing else is left in the folder."""
    book.chmod(0o640)
    with replacing(book) as file:
        file.write(b"new")
        assert book.read_bytes() == b"old"
    assert book.read_bytes() == b"new"
    assert [path.name for path in book.parent.iterdir()] == ["report.xlsx"]
    if os.name == "posix":
        assert stat.S_IMODE(book.stat().st_mode) == 0o640


def test_failure_leaves_the_old_file(book):
    """Whatever goes wrong while writing: the old file stands and the new one is gone."""

    def interrupted():
        with replacing(book) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert book.read_bytes() == b"old"
    assert len(list(book.parent.iterdir())) == 1


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_link_goes_on_pointing_at_the_file(book):
    """The file is replaced, not the link to it."""
    link = book.with_name("link.xlsx")
    link.symlink_to(book.name)
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert book.read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such bits")
def test_new_file_gets_the_usual_permissions(book):
    """A file that did not exist is as readable as any other."""
    with replacing(book.with_name("other.xlsx")) as file:
        file.write(b"new")
    book.with_name("usual").write_bytes(b"")
    assert book.with_name("other.xlsx").stat().st_mode == book.with_name("usual").stat().st_mode


def test_what_a_killed_run_left_is_cleared_away(book):
    """Unfinished files of runs that were killed days ago go; those of today may still be written."""
    old, new = (book.with_name(f".report.xlsx.{name}.leads-excel.tmp") for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    with replacing(book) as file:
        file.write(b"new")
    assert (old.exists(), new.exists()) == (False, True)


def test_missing_folder_is_an_error_of_ours(book):
    """The message names the folder."""
    with pytest.raises(WorkbookError, match="nowhere cannot be written"), replacing(book.parent / "nowhere" / "a.xlsx"):
        pass


@pytest.mark.parametrize("lock", ["~$report.xlsx", ".~lock.report.xlsx#"])
def test_open_workbook_is_refused(book, lock):
    """Excel and LibreOffice say with a lock file that they have it open."""
    book.with_name(lock).write_bytes(b"")
    with pytest.raises(WorkbookLockedError, match="close it there"):
        refuse_if_open(book)


def test_missing_workbook_is_named(tmp_path):
    """The message names the path."""
    with pytest.raises(WorkbookError, match=r"no file .*missing\.xlsx"):
        refuse_if_open(tmp_path / "missing.xlsx")


def test_workbook_that_may_not_be_written_is_refused(book, monkeypatch):
    """On Windows this is what an open workbook looks like."""

    def denied(*_):
        raise PermissionError

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(WorkbookLockedError, match="cannot be written"):
        refuse_if_open(book)
