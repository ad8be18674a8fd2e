"""The boxes that notes and form controls are drawn in: VML (ECMA-376 part 4, 19.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.cells.boxes import Box
from leads_excel.excel.cells.places import cell_at
from leads_excel.excel.file.package.start_tags import whole_element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leads_excel.excel.cells.boxes import Drawn
    from leads_excel.excel.cells.places import CellPlace

_SHAPE = whole_element("shape")
_NOTE = re.compile(rb"""<(?:\w+:)?ClientData\s[^>]*?ObjectType\s*=\s*["']Note["']""")
_ROW = re.compile(rb"(<(?:\w+:)?Row>\s*)(\d+)(?=\s*<)")
_COLUMN = re.compile(rb"(<(?:\w+:)?Column>\s*)(\d+)(?=\s*<)")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)([^<]*)(?=<)")
_STAYS = re.compile(rb"<(?:\w+:)?MoveWithCells\s*(?:/>|>\s*(?:[Tt](?:rue)?)?\s*<)")
"""In spite of its name it says that a shape does not move with cells."""
_LINKED = re.compile(rb"<(?:\w+:)?FmlaLink>\s*([$A-Z0-9]+)\s*<")
_NUMBER = re.compile(rb"_x0000_s(\d+)")
_TOP, _BOTTOM, _NUMBERS = 2, 6, 8

NO_SHAPES = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b"</o:shapelayout></xml>"
)
"""The part of a sheet without such boxes."""

_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX = (
    b'<v:shape id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1"'
    b' o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    b'<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
    b'</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    b"<x:Anchor>%d, 15, %d, 2, %d, 31, %d, 1</x:Anchor><x:AutoFill>False</x:AutoFill>"
    b"<x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"
)
_WIDE, _HIGH = 2, 4


def moved_shapes(content: bytes, places: Mapping[CellPlace, CellPlace | None], drawn: Drawn) -> bytes:
    """Move the boxes of a part.

    Args:
        content: The part.
        places: Where the cells with notes come to stand; None takes a box out.
        drawn: Says how far other boxes move.

    Returns:
        The part, with nothing else changed.
    """

    def moved(found: re.Match[bytes]) -> bytes:
        shape = found[0]
        if not _NOTE.search(shape):
            return shape if _STAYS.search(shape) else _shifted(shape, drawn.shift(_box(shape)))
        cell = _cell(shape)
        new = places.get(cell, cell) if cell else cell
        if cell is None or new == cell:
            return shape
        if new is None:
            return b""
        shape = _ROW.sub(lambda row: row[1] + b"%d" % (new[0] - 1), shape, count=1)
        return _shifted(shape, new[0] - cell[0])

    return _SHAPE.sub(moved, content)


def boxes(content: bytes) -> Iterator[Box]:
    """List the boxes that are no notes and move with cells."""
    for found in _SHAPE.finditer(content):
        box = None if _NOTE.search(found[0]) or _STAYS.search(found[0]) else _box(found[0])
        if box:
            yield box


def linked_cells(content: bytes) -> Iterator[CellPlace]:
    """List the cells of the same sheet that controls of a part are linked to."""
    for found in _LINKED.finditer(content):
        if cell := cell_at(found[1].decode()):
            yield cell


def with_shapes(content: bytes, cells: Iterable[CellPlace]) -> bytes:
    """Add the boxes of new notes."""
    last = max(map(int, _NUMBER.findall(content)), default=1024)
    kind = b"" if b'id="_x0000_t202"' in content else _TYPE
    added = b"".join(
        _BOX % (number, column, max(row - 2, 0), column + _WIDE, max(row - 2, 0) + _HIGH, row - 1, column - 1)
        for number, (row, column) in enumerate(cells, last + 1)
    )
    end = content.rindex(b"</")
    return content[:end] + kind + added + content[end:]


def _cell(shape: bytes) -> CellPlace | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[2]) + 1, int(column[2]) + 1) if row and column else None


def _box(shape: bytes) -> Box | None:
    numbers = _anchor(shape)
    return Box(numbers[_TOP] + 1, numbers[0] + 1, numbers[_BOTTOM] + 1) if numbers else None


def _anchor(shape: bytes) -> list[int]:
    found = _ANCHOR.search(shape)
    numbers = [int(number) for number in found[2].split(b",") if number.strip().isdigit()] if found else []
    return numbers if len(numbers) == _NUMBERS else []


def _shifted(shape: bytes, rows: int) -> bytes:
    numbers = _anchor(shape)
    if not numbers or not rows:
        return shape
    rows = max(rows, -numbers[_TOP])
    for place in (_TOP, _BOTTOM):
        numbers[place] += rows
    written = b", ".join(b"%d" % number for number in numbers)
    return _ANCHOR.sub(lambda found: found[1] + written, shape, count=1)
