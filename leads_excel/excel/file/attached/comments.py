"""Comments of a sheet: notes, and the threads of newer Excel, each kind in a part of its own.

Notes: ECMA-376 part 1, 18.7. Threads: MS-XLSX 2.6.205 (`threadedComment`), whose cell also has a note for older
Excel; who wrote is told by a part of the workbook (2.6.203).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.cells.places import address, cell_at
from leads_excel.excel.cells.values import escape
from leads_excel.excel.cells.xml import rich_text
from leads_excel.excel.file.package.start_tags import attributes_of, start_tag, whole_element, with_attributes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leads_excel.excel.cells.places import CellPlace

_NOTE, _THREAD, _PERSON = whole_element("comment"), whole_element("threadedComment"), start_tag("person")
_TEXT = re.compile(rb"<(?:[^\s<>/:]+:)?text\b[^>]*>(.*?)</(?:[^\s<>/:]+:)?text\s*>", re.DOTALL)
_AUTHORS = re.compile(rb"<((?:[^\s<>/:]+:)?)authors\s*(?:/>|>(.*?)</\1authors\s*>)", re.DOTALL)
_LIST = re.compile(rb"<((?:[^\s<>/:]+:)?)commentList\s*(?:/>|>(.*)</\1commentList\s*>)", re.DOTALL)
_AUTHOR = b"leads_excel"

NO_NOTES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<authors/><commentList/></comments>"
)
"""The part of a sheet without notes."""


def notes_of(content: bytes) -> dict[CellPlace, str]:
    """Read the texts of a part of notes, by cell."""
    found = {
        cell_at(attributes_of(note[2]).get("ref", "")): rich_text(note[3] or b"") for note in _NOTE.finditer(content)
    }
    return {cell: text for cell, text in found.items() if cell}


def threads_of(content: bytes, persons: Mapping[str, str]) -> dict[CellPlace, str]:
    """Read a part of threads.

    Args:
        content: The part.
        persons: The names of those who wrote, by id.

    Returns:
        For each cell all that was written, a line for each writer: `Sami: call back`.
    """
    lines: dict[CellPlace, list[str]] = {}
    for entry in _THREAD.finditer(content):
        attributes, text = attributes_of(entry[2]), _TEXT.search(entry[3] or b"")
        if cell := cell_at(attributes.get("ref", "")):
            name = persons.get(attributes.get("personId", "").casefold(), "")
            said = rich_text(b"<t>" + text[1] + b"</t>") if text else ""
            lines.setdefault(cell, []).append(f"{name}: {said}" if name else said)
    return {cell: "\n".join(said) for cell, said in lines.items()}


def names_of(content: bytes) -> dict[str, str]:
    """Read a part of persons: their names by id."""
    persons = (attributes_of(person[2]) for person in _PERSON.finditer(content))
    return {person.get("id", "").casefold(): person.get("displayName", "") for person in persons}


def moved_comments(content: bytes, places: Mapping[CellPlace, CellPlace | None]) -> bytes:
    """Move what a part of notes or of threads holds; what has no place any more is taken out."""

    def moved(found: re.Match[bytes]) -> bytes:
        cell = cell_at(attributes_of(found[2]).get("ref", ""))
        new = places.get(cell, cell) if cell else cell
        if cell is None or new == cell:
            return found[0]
        if new is None:
            return b""
        inside = found.start(3) - found.start() if found[3] is not None else len(found[0])
        return with_attributes(found[0][:inside], ref=address(new)) + found[0][inside:]

    return _THREAD.sub(moved, _NOTE.sub(moved, content))


def with_notes(content: bytes, notes: Mapping[CellPlace, str]) -> bytes:
    """Add notes to a part of notes."""
    prefix, author = _prefix(content), 0

    def authors(found: re.Match[bytes]) -> bytes:
        nonlocal author
        author = (found[2] or b"").count(b"<" + found[1] + b"author")
        return b"<%sauthors>%s<%sauthor>%s</%sauthor></%sauthors>" % (
            *(found[1], found[2] or b"", found[1], _AUTHOR, found[1], found[1]),
        )

    content = _AUTHORS.sub(authors, content, count=1)
    added = b"".join(_note(cell, text, author, prefix) for cell, text in sorted(notes.items()))
    return _LIST.sub(
        lambda found: b"<%scommentList>%s</%scommentList>" % (found[1], (found[2] or b"") + added, found[1]),
        content,
        count=1,
    )


def _note(cell: CellPlace, text: str, author: int, prefix: bytes) -> bytes:
    tag = with_attributes(b"<%scomment>" % prefix, ref=address(cell), authorId=str(author))
    inside = b'<%stext><%sr><%st xml:space="preserve">%s</%st></%sr></%stext>' % (
        *(prefix, prefix, prefix, escape(text).encode(), prefix, prefix, prefix),
    )
    return tag + inside + b"</%scomment>" % prefix


def _prefix(content: bytes) -> bytes:
    found = start_tag("comments").search(content)
    return found[1] if found else b""
