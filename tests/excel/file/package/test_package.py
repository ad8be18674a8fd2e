"""Workbooks as packages: what is found in them, what is refused."""

from __future__ import annotations

import io
import os
import struct
import zlib

import pytest
from zip_parts import read_parts, zipped

from leads_excel.excel.file.package import archive
from leads_excel.excel.file.package.package import Package
from leads_excel.exceptions import WorkbookError

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


@pytest.mark.parametrize(
    "name", ["xl\\Worksheets\\Sheet1.XML", "/xl/worksheets/sheet1.xml", "XL/worksheets/sheet1.xml"]
)
def test_unusual_names_are_found_and_kept(name):
    """Backslashes, a leading slash and capitals occur in real files."""
    opened = package({name: "<worksheet/>"})
    assert opened.read("xl/worksheets/sheet1.xml") == b"<worksheet/>"
    opened.replace("xl/worksheets/sheet1.xml", b"<new/>")
    assert written(opened)[name.replace(os.sep, "/")] == b"<new/>"


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
    """A DTD can blow up or read files: no part that has one is read."""
    text = f'<?xml version="1.0" encoding="{encoding}"?><!-- x --><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    opened = package({part: text.encode(encoding)})
    with pytest.raises(WorkbookError, match="document type"):
        opened.tree(part)


@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE x><x/>", b'<?xml version="1.0" encoding="utf-16"?><x/>', b"\xff\0", b""]
)
def test_parts_that_nobody_reads_are_copied_unread(content):
    """What is in a part that is not ours is not for us to judge."""
    opened = package({"customXml/item1.xml": content, "customXml/_rels/item1.xml.rels": content})
    opened.replace("xl/workbook.xml", b"<new/>")
    parts = written(opened)
    assert [parts["customXml/item1.xml"], parts["customXml/_rels/item1.xml.rels"]] == [content, content]


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
