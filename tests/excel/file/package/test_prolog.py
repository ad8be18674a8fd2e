"""Parts as UTF-8: which encodings are read, which document types are refused, and where a part's prolog ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads_excel.excel.file.package.prolog import as_utf8
from leads_excel.exceptions import WorkbookError

DOCTYPE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LONG = "long notes, the same again and again " * 60_000


def read(content, size=1 << 30):
    """Read a part that comes in pieces of a size."""
    return b"".join(as_utf8((content[at : at + size] for at in range(0, len(content), size)), "xl/a.xml"))


def declared(encoding, text):
    """Write a part in an encoding."""
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.encode(encoding)


@pytest.mark.parametrize("size", [1000, 1 << 16, 1 << 30])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", ["", "<!-- x -->", "<?x y?>\n"])
def test_a_part_may_be_longer_than_any_prolog(before, encoding, size):
    """However much of it comes in the first piece: only what stands before the root element is the prolog."""
    text = f"{before}<x>{LONG}</x>"
    assert read(declared(encoding, text), size).endswith(text.encode())


def test_the_prolog_itself_is_short():
    """Nobody writes a megabyte of remarks before the root element, whether it comes whole or in pieces."""
    for size in (1000, 1 << 30):
        with pytest.raises(WorkbookError, match="a megabyte of remarks"):
            read(f"<!--{LONG}--><x/>".encode(), size)


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize(
    "before", ["", "\n", "<!-- x -->", "<!-- <x -->", "<?x <y?>", "<!-- -- > --><?a?>\n", "<!--?><x>--><?a-->?>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_document_type_is_found_behind_anything(before, encoding, size):
    """Remarks that look like a root element hide none."""
    with pytest.raises(WorkbookError, match="document type"):
        read(
            f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>{before}{DOCTYPE}<x/>'.encode(encoding),
            size,
        )


@pytest.mark.parametrize("text", [f"<!--{DOCTYPE}--><x/>", f"<x><![CDATA[{DOCTYPE}]]></x>", f"<?y {DOCTYPE}?><x/>"])
def test_text_that_looks_like_a_document_type_is_none(text):
    """In a remark or in the text of an element it declares nothing."""
    assert read(text.encode()) == text.encode()


@given(
    st.lists(st.sampled_from(["<!-- <a> -->", "<?b <c?>", "\n", " ", "<!--\n-->"]), max_size=6),
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "windows-1252"]),
    st.integers(1, 60),
)
def test_pieces_change_nothing(before, encoding, size):
    """Wherever a part is cut, it reads the same."""
    name = encoding.removesuffix("-le")
    text = f"""<?xml version='1.0' encoding = '{name}'?>{"".join(before)}<é a="ü"/>"""
    plain = text if encoding == "utf-8" else text.replace(name, "UTF-8")
    assert read(text.encode(encoding), size) == plain.encode()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'<?xml version="1.0" encoding="utf-16"?>\r\n<root xmlns="urn:x"><a>1</a></root>', "encoding it declares"),
        (b'<?xml version="1.0" encoding="ascii-8"?><root/>', "unknown encoding"),
        (b'<?xml version="1.0" encoding="bz2"?><root/>', "unknown encoding"),
        (b'<?xml version="1.0" encoding="undefined"?><root/>', "encoding it declares"),
        ('<?xml version="1.0" encoding="utf-16"?><root/>'.encode("utf-16")[:-1], "encoding it declares"),
    ],
    ids=["utf-8 says utf-16", "none such", "no text", "never", "cut"],
)
def test_encodings_that_are_none_are_told(content, message):
    """A part that has to be read and cannot be is an error of ours."""
    with pytest.raises(WorkbookError, match=message):
        read(content)


@pytest.mark.parametrize("content", [b"", b"   ", b"<", b"<!-- x", b"no XML"])
def test_what_is_no_xml_comes_as_it_is(content):
    """Whoever reads it says what is wrong with it."""
    assert read(content) == content
