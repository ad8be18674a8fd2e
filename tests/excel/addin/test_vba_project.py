"""VBA projects as bytes, read back by olefile and oletools, which know nothing of how they were made."""

from __future__ import annotations

import random
import struct

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vba_reader import decompressed, sources, streams

from leads_excel.excel.addin.compound_file import compound_file
from leads_excel.excel.addin.vba_project import Module, compress, vba_project

MODULES = (
    Module("ThisWorkbook", kind="workbook"),
    Module("Sheet1", kind="sheet"),
    Module("Tool", 'Attribute VB_Name = "Other"\nSub Run()\n    Debug.Print "ok"\nEnd Sub\n'),
    Module(
        "Box",
        'VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1  \'True\nEND\nAttribute VB_Name = "Box"\n'
        "Attribute VB_Exposed = False\nPublic Property Get Item()\nAttribute Item.VB_UserMemId = 0\nEnd Property\n",
        kind="class",
    ),
)


def records(stream):
    """Read the records of a `dir` stream in order (MS-OVBA 2.3.4.2)."""
    at, found = 0, []
    while at < len(stream):
        identifier, size = struct.unpack_from("<HI", stream, at)
        size = 6 if identifier == 0x09 else size
        found.append((identifier, stream[at + 6 : at + 6 + size]))
        at += 6 + size
    return found


def decrypted(text, identity):
    """Decrypt a value of the PROJECT stream (MS-OVBA 2.4.3.3)."""
    seed, version, key, *rest = bytes.fromhex(text)
    assert version ^ seed == 2
    assert key ^ seed == sum(identity.encode()) & 0xFF
    before, last, plain, data = version, key, key ^ seed, []
    for byte in rest:
        plain = byte ^ ((before + plain) & 0xFF)
        before, last = last, byte
        data.append(plain)
    length, content = struct.unpack_from("<I", bytes(data), (seed & 6) // 2)[0], data[(seed & 6) // 2 + 4 :]
    assert length == len(content)
    return bytes(content)


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 4095, 4096, 4097, 100_000])
def test_a_stream_of_any_size_comes_back(size):
    """Small streams share sectors, large ones have their own; both are read unchanged."""
    content = random.Random(size).randbytes(size)
    packed = {"A": content, "VBA/b": content[::-1], "VBA/deeper/c": b"c"}

    assert streams(compound_file(packed)) == packed


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 9, 40])
def test_every_one_of_many_streams_is_found(count):
    """The directory is a search tree: each entry can be reached, whatever their number."""
    packed = {f"VBA/{'m' * (number % 5)}Module{number}": bytes([number]) for number in range(count)}

    assert streams(compound_file(packed)) == packed


@pytest.mark.parametrize("count", range(1, 33))
def test_the_directory_is_a_red_black_tree(count):
    """Shorter names stand left, no red entry has a red child, all ways down meet as many black ones (MS-CFB 2.6.4)."""
    names = [f"{'xY'[number % 2]}{'m' * (number % 7)}{number}" for number in range(count)]
    with olefile.OleFileIO(compound_file(dict.fromkeys(names, b""))) as file:
        entries = file.direntries

    def blacks(number, parent_is_red):
        if number == olefile.NOSTREAM:
            return 1
        entry = entries[number]
        red = entry.color == 0
        assert not (red and parent_is_red)
        left = blacks(entry.sid_left, red)
        passed.append(entry.name)
        right = blacks(entry.sid_right, red)
        assert left == right
        return left + (not red)

    passed = []
    assert entries[entries[0].sid_child].color == 1
    blacks(entries[0].sid_child, parent_is_red=False)
    assert passed == sorted(names, key=lambda name: (len(name), name.upper()))


@pytest.mark.parametrize("sectors", range(120, 130))
def test_the_table_of_sectors_has_room_for_itself(sectors):
    """Where one table is just full, it takes another one, and the file is whole sectors."""
    content = random.Random(sectors).randbytes(512 * sectors)
    packed = compound_file({"A": content})

    assert streams(packed) == {"A": content}
    assert len(packed) % 512 == 0


def test_a_file_that_its_header_cannot_map_is_refused():
    """Seven megabytes are the limit of this writer."""
    with pytest.raises(ValueError, match="more than a compound file"):
        compound_file({"A": bytes(8_000_000)})


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300) | st.text("ab \r\n", max_size=9000).map(str.encode))
def test_compression_can_be_undone(content):
    """Whatever is compressed is found again, followed by at most the padding of a raw chunk."""
    plain = decompressed(compress(content))

    assert plain[: len(content)] == content
    assert not plain[len(content) :].strip(b"\0")


@pytest.mark.parametrize("start", [17, 33, 65, 129, 257, 513, 1025, 2049, 3000])
def test_a_reference_is_no_longer_than_its_place_allows(start):
    """The further into a chunk, the more bits the distance takes, and the fewer are left for the length."""
    noise = random.Random(start).randbytes(start)
    content = (noise + noise * 40)[:4000]

    assert decompressed(compress(content)) == content


def test_a_chunk_that_cannot_be_shortened_is_stored_as_it_is():
    """Noise of a whole chunk stays 4096 bytes behind a header that says so (MS-OVBA 2.4.1.3.10)."""
    noise = random.Random(1).randbytes(4096)

    assert compress(noise) == b"\x01" + struct.pack("<H", 0x3FFF) + noise


@pytest.mark.parametrize(
    ("content", "container"),
    [
        (b"abcdefghijklmnopqrstuv.", "0119B000616263646566676800696A6B6C6D6E6F7000717273747576 2E"),
        (b"a" * 73, "0103B00261 4500"),
    ],
)
def test_compression_is_that_of_the_specification(content, container):
    """The examples of MS-OVBA 3.2.1 and 3.2.3 come out to the byte."""
    assert compress(content) == bytes.fromhex(container)


def test_text_is_worth_compressing():
    """Source that repeats itself takes a fraction of its size."""
    assert len(compress(b"Public Sub LeadsRefresh()\r\nEnd Sub\r\n" * 100)) < 300


def test_olevba_finds_every_module():
    """All modules are there, a standard module with its code under its own name."""
    found = sources(vba_project("Leads", MODULES))

    assert list(found) == ["ThisWorkbook", "Sheet1", "Tool", "Box"]
    assert found["Tool"].split("\r\n")[:3] == ['Attribute VB_Name = "Tool"', "Sub Run()", '    Debug.Print "ok"']


def test_objects_say_what_they_are():
    """Workbook, sheet and class modules carry their attributes; a class keeps those of its members."""
    found = sources(vba_project("Leads", MODULES))

    assert 'VB_Base = "0{00020819-0000-0000-C000-000000000046}"' in found["ThisWorkbook"]
    assert 'VB_Base = "0{00020820-0000-0000-C000-000000000046}"' in found["Sheet1"]
    assert 'VB_Base = "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"' in found["Box"]
    assert found["Box"].count("VB_Exposed") == 1
    assert "Attribute Item.VB_UserMemId = 0" in found["Box"]
    assert "MultiUse" not in found["Box"]


def test_the_host_is_told_what_kind_each_module_is():
    """The PROJECT stream lists documents, modules and classes (MS-OVBA 2.3.1.1)."""
    project = streams(vba_project("Leads", MODULES))["PROJECT"].decode("cp1252").splitlines()

    assert project[1:6] == [
        "Document=ThisWorkbook/&H00000000",
        "Document=Sheet1/&H00000000",
        "Module=Tool",
        "Class=Box",
        'Name="Leads"',
    ]
    assert "Tool=0, 0, 0, 0, C" in project


def test_the_project_is_open_and_visible():
    """Nobody needs a password to read it: protection 0, password none, visibility 0xFF (MS-OVBA 2.3.1.15 to 17)."""
    lines = streams(vba_project("Leads", MODULES))["PROJECT"].decode("cp1252").splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    identity = values["ID"].strip('"')

    state = [decrypted(values[name].strip('"'), identity) for name in ("CMG", "DPB", "GC")]

    assert state == [bytes(4), bytes(1), b"\xff"]


def test_the_directory_of_the_project_is_complete():
    """Name, code page, references, and for each module name, stream, start of the source and type."""
    stream = streams(vba_project("Leads", MODULES))["VBA/dir"]
    found = records(decompressed(stream))
    by_identifier = {}
    for identifier, content in found:
        by_identifier.setdefault(identifier, []).append(content)

    assert by_identifier[0x04] == [b"Leads"]
    assert by_identifier[0x03] == [struct.pack("<H", 1252)]
    assert by_identifier[0x16] == [b"stdole", b"Office"]
    assert by_identifier[0x0F] == [struct.pack("<H", 4)]
    assert by_identifier[0x19] == by_identifier[0x1A] == [b"ThisWorkbook", b"Sheet1", b"Tool", b"Box"]
    assert by_identifier[0x31] == [bytes(4)] * 4
    assert (len(by_identifier[0x21]), len(by_identifier[0x22])) == (1, 3)
    assert found[-1] == (0x10, b"")


def test_a_character_that_vba_cannot_hold_is_refused():
    """Sources are in code page 1252."""
    with pytest.raises(UnicodeEncodeError):
        vba_project("Leads", [Module("Tool", "' \u0642")])
