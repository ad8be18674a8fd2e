"""A worksheet written anew around its tables: rows of the tables from blocks, everything else as it was.

Rows of tables are built a few thousand at a time as one list of pieces, joined once: that is what makes it fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import Area
from leads_excel.excel.cells.xml import has_content
from leads_excel.excel.file.attached.views import moved_views
from leads_excel.excel.file.package.start_tags import attributes_of, start_tag, with_attributes
from leads_excel.excel.file.sheet.moved_references import moved_areas, moved_formulas
from leads_excel.excel.file.sheet.row_attributes import is_hidden, shown
from leads_excel.excel.file.sheet.sheet_data import cells_of, written
from leads_excel.exceptions import WorkbookLayoutError

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leads_excel.excel.cells.moves import Moves
    from leads_excel.excel.file.sheet.sheet_data import Row, SheetStream, Surroundings
    from leads_excel.excel.file.sheet.table_block import TableBlock
    from leads_excel.excel.file.sheet.texts_in_use import TextsInUse

_CHUNK = 2048


@dataclass(frozen=True, slots=True)
class _Band:
    """Rows that the same tables stand in, the tables from left to right."""

    first: int
    last: int
    blocks: tuple[TableBlock, ...]


@dataclass(slots=True)
class _Side:
    """What a row of a band holds besides its tables: cells before, between and after them."""

    gaps: list[bytes]


class _Ahead:
    """Rows that are read only as far as they are wanted."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    def until(self, stop: int | None) -> Iterator[Row]:
        """Read the rows above a row, or all."""
        while self._next is not None and (stop is None or self._next.number < stop):
            row, self._next = self._next, next(self._rows, None)
            yield row


class SheetWriter:
    """Writes one sheet anew.

    Args:
        stream: The sheet as it is; its rows are not read yet.
        rows: Its rows, changed where cells outside the tables change.
        blocks: What its tables are to hold.
        moves: All tables of the workbook whose rows move.
        changed: The rows, by number, in which other cells changed.
        attached: Moves what is attached to the sheet's cells, see `Attachments.follow`.
        shown: Meets every cell that is written but those with new values, which share no text.
    """

    def __init__(
        self,
        stream: SheetStream | Surroundings,
        rows: Iterable[Row],
        blocks: Sequence[TableBlock],
        moves: Moves,
        changed: set[int],
        *,
        attached: Callable[[bytes, bytes], bytes],
        shown: TextsInUse,
    ) -> None:
        self._stream, self._rows, self._name, self._moves = stream, rows, stream.name, moves
        self._blocks = sorted(blocks, key=lambda block: block.move.area.left)
        self._prefix, self._shown = stream.prefix, shown
        self._beside = changed.union(*(block.rows.beside for block in blocks))
        self._attached = attached

    def chunks(self) -> Iterator[bytes]:
        """Write the sheet, piece by piece.

        Raises:
            WorkbookLayoutError: Something stands where a table would grow: what, and where.
        """
        yield self._head() + b"<" + self._prefix + b"sheetData>"
        rows = _Ahead(self._rows)
        for band in self._bands():
            yield from self._outside(rows, band.first)
            for first in range(band.first, band.last + 1, _CHUNK):
                stop = min(first + _CHUNK, band.last + 1)
                yield self._chunk(band, first, stop, self._sides(band, rows, stop))
        yield from self._outside(rows, None)
        yield b"</" + self._prefix + b"sheetData>"
        tail = self._attached(self._stream.head, b"".join(self._stream.tail()))
        views = moved_views(tail, self._moves.on(self._name))
        yield moved_formulas(moved_areas(views, self._moves, self._name), self._moves, self._name)

    @property
    def stays(self) -> bool:
        """Whether nothing of the sheet changes but, it may be, the rows of its tables."""
        moves, name = self._moves, self._name
        rows = all(moved_formulas(row.cells, moves, name, row.number) == row.cells for row in self._rows)
        tail = all(moved_formulas(piece, moves, name) == piece for piece in self._stream.tail())
        return not moves.on(name) and self._head() == self._stream.head and rows and tail

    def _head(self) -> bytes:
        def grown(found: re.Match[bytes]) -> bytes:
            box = Area.parse(attributes_of(found[0]).get("ref", ""))
            areas = [block.move.new_area for block in self._blocks]
            return with_attributes(found[0], ref=str(Area.around([box, *areas]))) if box else found[0]

        shown = moved_views(self._stream.head, self._moves.on(self._name))
        return start_tag("dimension").sub(grown, shown, count=1)

    def _bands(self) -> Iterator[_Band]:
        edges = {block.move.first for block in self._blocks} | {block.last + 1 for block in self._blocks}
        for first, after in pairwise(sorted(edges)):
            blocks = tuple(block for block in self._blocks if block.move.first <= first <= block.last)
            if blocks:
                yield _Band(first, after - 1, blocks)

    # --- rows outside the tables -----------------------------------------------------------------------------------

    def _outside(self, rows: _Ahead, stop: int | None) -> Iterator[bytes]:
        for row in rows.until(stop):
            left = [block for block in self._blocks if block.last < row.number <= block.move.area.bottom]
            attributes, cells = row.attributes, row.cells
            if left:  # rows that a table no longer fills
                areas = [block.move.area for block in left]
                rest = [c for c in cells_of(row, self._prefix) if not any(a.left <= c[0] <= a.right for a in areas)]
                attributes = b' r="%d"' % row.number + (shown(attributes) if rest else b"")
                cells = written(rest, row.number, self._prefix)
            self._shown.meet(cells)
            yield self._element(attributes, moved_formulas(cells, self._moves, self._name, row.number))

    def _element(self, attributes: bytes, cells: bytes) -> bytes:
        name = self._prefix + b"row"
        return b"<%s%s>%s</%s>" % (name, attributes, cells, name) if cells else b"<%s%s/>" % (name, attributes)

    # --- rows of the tables ----------------------------------------------------------------------------------------

    def _chunk(self, band: _Band, first: int, stop: int, sides: dict[int, _Side]) -> bytes:
        count, opening = stop - first, b"<" + self._prefix + b'c r="'
        numbers = [b"%d" % number for number in range(first, stop)]
        pattern = [b"<" + self._prefix + b'row r="', b"", b'">']
        for block in band.blocks:
            for letters in block.letters:
                pattern += [opening + letters, b"", b""]
            pattern.append(b"")
        pattern[-1] = b"</" + self._prefix + b"row>"
        width = len(pattern)
        pieces = pattern * count
        pieces[1::width] = numbers
        place, ends, attributes = 3, [], self._attributes(band, first, stop)
        for block in band.blocks:
            top = block.move.first
            columns, hidden = block.tails(first - top, stop - top)
            for k in block.standing(first - top, stop - top):
                self._shown.meet(b"".join([opening + b"A1" + tail for tail in columns[k]]))
            for tails in columns:
                pieces[place + 1 :: width] = numbers
                pieces[place + 2 :: width] = tails
                place += 3
            ends.append(place)
            place += 1
            for k in (k for k, hides in enumerate(hidden) if hides and not is_hidden(attributes[k])):
                attributes[k] += b' hidden="1"'
        pieces[2::width] = [b'"' + text + b">" for text in attributes]
        self._shown.meet(b"".join([gap for side in sides.values() for gap in side.gaps]))
        for row, side in sides.items():
            base = (row - first) * width
            pieces[base + 2] += side.gaps[0]
            for end, gap in zip(ends, side.gaps[1:], strict=True):
                pieces[base + end] = gap + pieces[base + end]
        return b"".join(pieces)

    def _sides(self, band: _Band, rows: _Ahead, stop: int) -> dict[int, _Side]:
        sides = {}
        for row in rows.until(stop):
            side = _Side(self._gaps(band, row))
            if any(side.gaps):
                sides[row.number] = side
        return sides

    def _attributes(self, band: _Band, first: int, stop: int) -> list[bytes]:
        """Look up the attributes of some rows: those of the leftmost lead that stood there before goes along."""
        known = [block.attributes(first - block.move.first, stop - block.move.first) for block in band.blocks]
        usual = [block.rows.attributes.usual for block in band.blocks]
        filtered = any(block.rows.table.filters for block in band.blocks)
        found = [next((text for text in row if text is not None), usual[0]) for row in zip(*known, strict=True)]
        return [shown(text) for text in found] if filtered and len(known) > 1 else found

    def _gaps(self, band: _Band, row: Row) -> list[bytes]:
        first, *others = (block.move.area for block in band.blocks)
        if not others and row.number <= band.blocks[0].move.last and row.number not in self._beside:
            return [b"", b""]
        cells = cells_of(row, self._prefix)
        for block in band.blocks:
            area = block.move.area
            if row.number > area.bottom and any(area.left <= c[0] <= area.right and has_content(c[2]) for c in cells):
                raise WorkbookLayoutError(
                    f"{self._name}: the table {block.rows.table.name} needs row {row.number}, but something stands "
                    f"there below it: move it beside the table or to another sheet."
                )
        gaps, left = [], 0
        for start, end in [*((area.left, area.right) for area in (first, *others)), (1 << 20, 0)]:
            gap = written([c for c in cells if left < c[0] < start], row.number, self._prefix)
            gaps.append(moved_formulas(gap, self._moves, self._name, row.number))
            left = end
        return gaps
