"""Parts of XML as UTF-8, with what stands before their root element checked (XML 1.0, 2.8 and 4.3.3).

A document type can blow up or read files; no workbook needs one (ECMA-376 part 2, 8.1.4). Only what stands before the
root element can be one: how much of a part comes in its first piece says nothing, a text that repeats itself is packed
a thousand to one.
"""

from __future__ import annotations

import codecs
import re
from itertools import chain
from typing import TYPE_CHECKING

from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MISCELLANEOUS = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DOCUMENT_TYPE = b"<!DOCTYPE"
_UNFINISHED = (b"<?", b"<!--")
_ENCODING = re.compile(rb"""^<\?xml\s(?:[^>]*?\s)?encoding\s*=\s*["']([\w.-]+)["']""")
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_SAME = (b"utf-8", b"utf8", b"us-ascii", b"ascii")
_LONGEST_DECLARATION = 1 << 10
_LONGEST_PROLOG = 1 << 20


def as_utf8(chunks: Iterator[bytes], part: str) -> Iterator[bytes]:
    """Read a part as UTF-8, whatever it is stored in.

    Args:
        chunks: The part as it is stored.
        part: Its name, for messages.

    Yields:
        The part; the first piece reaches into the root element.

    Raises:
        WorkbookError: It declares a document type, or is not written in the encoding it declares.
    """
    start = b""
    while len(start) < _LONGEST_DECLARATION and (chunk := next(chunks, None)) is not None:
        start += chunk
    encoding = _encoding(start)
    pieces = chain((start,), chunks) if encoding is None else _decoded(chain((start,), chunks), encoding, part)
    prolog, due = b"", 0
    for piece in pieces:
        prolog += piece
        if len(prolog) < due:
            continue
        if _reaches_root(prolog, part):
            break
        due = 2 * len(prolog)  # so that many small pieces are not read over and over
    else:
        _reaches_root(prolog, part)
    yield prolog if encoding is None else _declared_utf8(prolog)
    yield from pieces


def _encoding(start: bytes) -> str | None:
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    declared = _ENCODING.match(start)
    if marked or not declared or declared[1].lower() in _SAME:
        return marked
    return declared[1].decode()


def _decoded(chunks: Iterator[bytes], encoding: str, part: str) -> Iterator[bytes]:
    try:
        " ".encode(encoding)  # refuses codecs that make no text, such as those that inflate
        decoder = codecs.getincrementaldecoder(encoding)()
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except LookupError as error:
        raise WorkbookError(
            f"The part {part} is written in an unknown encoding: save the workbook in Excel."
        ) from error
    except UnicodeError as error:
        raise WorkbookError(
            f"The part {part} is not written in the encoding it declares: save the workbook in Excel."
        ) from error


def _reaches_root(prolog: bytes, part: str) -> bool:
    found = _MISCELLANEOUS.match(prolog, len(codecs.BOM_UTF8) if prolog.startswith(codecs.BOM_UTF8) else 0)
    end = found.end() if found else 0
    rest = prolog[end : end + len(_DOCUMENT_TYPE)]
    if rest == _DOCUMENT_TYPE:
        raise WorkbookError(f"The part {part} declares a document type, as no workbook does: it is not opened.")
    cut = (
        rest.startswith(_UNFINISHED) or _DOCUMENT_TYPE.startswith(rest) or any(m.startswith(rest) for m in _UNFINISHED)
    )
    if (len(prolog) if cut else end) > _LONGEST_PROLOG:
        raise WorkbookError(f"The part {part} starts with a megabyte of remarks: it is not opened.")
    return not cut


def _declared_utf8(prolog: bytes) -> bytes:
    prolog = prolog.removeprefix(codecs.BOM_UTF8)
    return _ENCODING.sub(lambda found: found[0].replace(found[1], b"UTF-8"), prolog, count=1)
