"""Single cells of a worksheet's part: whether they are empty, and how one is put among the others. Pure."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from leads_excel.excel.cells.references import Area, column_letters, column_number
from leads_excel.excel.file.package.start_tags import attributes_of, start_tag, whole_element, with_attributes
from leads_excel.exceptions import WorkbookLayoutError

_CELL = whole_element("c")
_ROW = whole_element("row")
_HOLDS = re.compile(rb"<(?:\w+:)?(?:v|f|is)\b")


def text_cell(text: str, style: int) -> bytes:
    """Write what stands in a cell with a text, from its start tag without an address."""
    return b'<c s="%d" t="inlineStr"><is><t xml:space="preserve">%b</t></is></c>' % (style, escape(text).encode())


def empty_cell(style: int) -> bytes:
    """Write an empty cell with a format, likewise."""
    return b'<c s="%d"/>' % style


def is_empty(content: bytes, top: int, bottom: int, left: int, right: int) -> bool:
    """Tell whether no cell of an area holds anything, or is merged with others.

    Args:
        content: The worksheet's part.
        top: The first row of the area, from 1.
        bottom: Its last row.
        left: Its first column, from 1.
        right: Its last column.
    """
    wanted = Area(left, top, right, bottom)
    merged = (Area.parse(attributes_of(found[2]).get("ref", "")) for found in start_tag("mergeCell").finditer(content))
    if any(area.overlaps(wanted) for area in merged if area):
        return False
    for row in _ROW.finditer(_rows(content)[0]):
        if top <= _number(row[2]) <= bottom:
            for cell in _CELL.finditer(row[3] or b""):
                if left <= _place(cell[2]) <= right and _HOLDS.search(cell[3] or b""):
                    return False
    return True


def style_at(content: bytes, row: int, column: int) -> int:
    """Look up the number of a cell's format; 0 where there is no cell."""
    for found in _ROW.finditer(_rows(content)[0]):
        if _number(found[2]) == row:
            for cell in _CELL.finditer(found[3] or b""):
                if _place(cell[2]) == column:
                    return int(attributes_of(cell[2]).get("s", 0))
    return 0


def with_cell(content: bytes, row: int, column: int, cell: bytes) -> bytes:
    """Put a cell in its place, instead of an empty one that may stand there.

    Args:
        content: The worksheet's part.
        row: Its row, from 1.
        column: Its column, from 1.
        cell: What `text_cell` or `empty_cell` wrote.
    """
    cell = (
        with_attributes(cell[: cell.index(b">") + 1], r=f"{column_letters(column)}{row}") + cell[cell.index(b">") + 1 :]
    )
    rows, start, end = _rows(content)
    found = next((match for match in _ROW.finditer(rows) if _number(match[2]) >= row), None)
    if found is None or _number(found[2]) != row:
        at = found.start() if found else len(rows)
        rows = rows[:at] + b'<row r="%d">%b</row>' % (row, cell) + rows[at:]
    else:
        rows = rows[: found.start()] + _row_with(found, column, cell) + rows[found.end() :]
    return content[:start] + rows + content[end:]


def _row_with(found: re.Match[bytes], column: int, cell: bytes) -> bytes:
    inside, at = found[3] or b"", 0
    for other in _CELL.finditer(inside):
        if _place(other[2]) == column:
            inside = inside[: other.start()] + inside[other.end() :]
            break
        if _place(other[2]) > column:
            break
        at = other.end()
    opening = start_tag("row").match(found[0])
    tag = with_attributes(opening[0] if opening else b"<row>", spans=None).rstrip(b"/>").rstrip() + b">"
    return tag + inside[:at] + cell + inside[at:] + b"</row>"


def _rows(content: bytes) -> tuple[bytes, int, int]:
    """Return what is in the element that holds the rows, and where that starts and ends."""
    found = re.search(rb"<sheetData\s*>(.*)</sheetData\s*>", content, re.DOTALL)
    if found is None:
        raise WorkbookLayoutError("A sheet of the workbook is written in an unusual way: save it in Excel first.")
    return found[1], found.start(1), found.end(1)


def _number(attributes: bytes) -> int:
    return int(_required(attributes))


def _place(attributes: bytes) -> int:
    return column_number(_required(attributes).rstrip("0123456789"))


def _required(attributes: bytes) -> str:
    address = attributes_of(attributes).get("r")
    if address is None:
        raise WorkbookLayoutError("A sheet of the workbook has cells without an address: save it in Excel first.")
    return address
