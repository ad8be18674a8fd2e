"""The rows of a table as they stand on a sheet: keys, hashes, styles, and the cells that are the user's own."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from leads_excel.excel.book.protocol import TypedFormula
from leads_excel.excel.cells.movable_formulas import is_movable
from leads_excel.excel.cells.references import column_letters, row_pattern
from leads_excel.excel.cells.values import plain
from leads_excel.excel.cells.xml import SharedIndex, has_content, read_cell, tail_of
from leads_excel.excel.file.attached.attachments import attaching_tags
from leads_excel.excel.file.sheet.column_reader import CellGrammar, ColumnReader
from leads_excel.excel.file.sheet.formulas import SharedFormulas, formula_of
from leads_excel.excel.file.sheet.moved_references import rows_of_rules
from leads_excel.excel.file.sheet.row_attributes import RowAttributes
from leads_excel.excel.file.sheet.sheet_data import cells_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.excel.book.protocol import Key
    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.file.package.shared_strings import SharedStrings
    from leads_excel.excel.file.package.table_part import TableColumn, TablePart
    from leads_excel.excel.file.sheet.column_formats import CellFormats
    from leads_excel.excel.file.sheet.sheet_data import Row, SheetStream

_BATCH = 256
_ARRAY = re.compile(rb"""\st=["'](?:array|dataTable)["']|\scm=["']""")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_SPAN = {name: re.compile(rb"""\s%s\s*=\s*["'](\d+)["']""" % name) for name in (b"min", b"max", b"style")}
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([^"']+)["']""")
_PROTECTION = re.compile(rb"""<(?:\w+:)?sheetProtection\b[^>]*?\ssheet\s*=\s*["'](?:1|true)["']""")


class RowReader:
    """Takes the rows of a table apart into what follows each cell's address.

    Args:
        stream: The sheet.
        table: The table.
    """

    def __init__(self, stream: SheetStream, table: TablePart) -> None:
        self._prefix, self._left, self._width = stream.prefix, table.area.left, len(table.columns)
        letters = [column_letters(self._left + k).encode() for k in range(self._width)]
        self._first, self._last = letters[0], letters[-1]
        self._rest_at = lru_cache(lambda digits: [slice(len(name) + digits, None) for name in letters])
        self._opening = b"<" + stream.prefix + b'c r="'
        self._closing = b"</" + stream.prefix + b"c>"
        self.beside: set[int] = set()
        """The rows, by number, that hold cells beside the table."""

    def rests(self, row: Row) -> list[bytes]:
        """Cut a row into its cells in the table's columns, left to right; an absent cell is empty.

        Cells stand in order, so where the first and the last column are as far apart as they should be, no cell is
        missing between them.
        """
        pieces, number = row.cells.split(self._opening), b'%d"' % row.number
        start = self._first + number
        first = next((k for k, piece in enumerate(pieces) if piece.startswith(start)), 0)
        alone = first == 1 and len(pieces) == self._width + 1
        pieces = pieces[first : first + self._width]
        whole = first and len(pieces) == self._width and pieces[-1].startswith(self._last + number)
        if whole and pieces[-1].endswith((self._closing, b"/>")) and b"extLst" not in pieces[-1]:
            self.beside.update(() if alone else (row.number,))
            return [piece[rest] for piece, rest in zip(pieces, self._rest_at(len(number)), strict=True)]
        found = dict.fromkeys(range(self._left, self._left + self._width), b"")
        found.update({cell[0]: tail_of(*cell[1:], self._prefix)[1:] for cell in cells_of(row, self._prefix)})
        self.beside.update((row.number,) if len(found) > self._width else ())
        return [found[self._left + k] for k in range(self._width)]


class TableRows:
    """One table, read off its sheet.

    Args:
        stream: The sheet, at its beginning.
        table: The table.
        columns: Which of its columns are ours, counted from 0, in the order rows are compared in.
        key: Which of its columns identify a row, counted from 0.
        strings: The texts that cells share.
        formats: The formats of cells.
        date1904: True when the workbook counts days from 1904.
    """

    def __init__(
        self,
        stream: SheetStream,
        table: TablePart,
        columns: Sequence[int],
        key: Sequence[int],
        strings: SharedStrings,
        formats: CellFormats,
        *,
        date1904: bool,
    ) -> None:
        self.table, self.prefix = table, stream.prefix
        self.tails: dict[int, dict[int, bytes]] = {k: {} for k in range(len(table.columns)) if k not in columns}
        """The user's own cells that hold anything: by column, counted from 0, and row."""
        self.totals: dict[int, bytes] = {}
        """The cells of the totals row, by column."""
        self.totals_attributes = b""
        self.formulas = SharedFormulas()
        self.attributes = RowAttributes(filtered=bool(table.filters))
        """The attributes of each row: its height, whether it is hidden."""
        self.merges: list[str] = []
        self.attaching: list[bytes] = []
        """The tags of the sheet that attach something to cells."""
        self.ruled: set[int] = set()
        """The rows, by number, of which single cells have formats or validations of their own."""
        self.protected = False
        self.hashes = array("q")
        self._columns, self._key, self._strings = columns, key, strings
        self._blank = hash((hash(None),) * len(columns))
        self._grammar, self._rests = CellGrammar(stream.prefix), RowReader(stream, table)
        absent = _column_styles(stream.head, table)
        self._readers = [ColumnReader(self._grammar, strings, style, date1904=date1904) for style in absent]
        self._keys: list[list[Cell | SharedIndex]] = [[] for _ in key]
        self._odd: dict[int, dict[int, int]] = {}
        self._met = 0
        self._read(stream)
        self.styles = self._formats(formats, absent)
        """The style of each column, which new cells take."""
        pairs = enumerate(zip(self._readers, self.styles, strict=True))
        self._painted = {k: reader.usual for k, (reader, style) in pairs if reader.usual != style}

    def _read(self, stream: SheetStream) -> None:
        move, batch = self.table.move(1), dict[int, list[bytes]]()
        for row in stream.rows():
            if b"shared" in row.cells:
                self._meet_shared(row)
            if move.first <= row.number <= move.last:
                batch[row.number - move.first] = self._rests.rests(row)
                self.attributes.keep(row.number - move.first, row)
                if len(batch) == _BATCH:
                    self._read_batch(batch)
                    batch = {}
            elif self.table.totals and row.number == move.last + 1:
                self._keep_totals(row)
        self._read_batch(batch)
        self._pad(move.last - move.first + 1)
        for piece in stream.tail():
            self.protected = self.protected or _PROTECTION.search(piece) is not None
            self.merges += [ref.decode() for ref in _MERGE.findall(piece)]
            self.attaching += attaching_tags(piece, stream.prefix)
            self.ruled.update(rows_of_rules(piece, move))

    def _read_batch(self, batch: dict[int, list[bytes]]) -> None:
        if not batch:
            return
        self._met += len(batch)
        columns = list(zip(*batch.values(), strict=True))
        hashes = [reader.read(rests) for reader, rests in zip(self._readers, columns, strict=True)]
        keys = [self._readers[k].cells(columns[k]) for k in self._key]
        row_hashes = map(hash, zip(*(hashes[k] for k in self._columns), strict=True))
        for row, row_hash, *cells in zip(batch, row_hashes, *keys, strict=True):
            self._pad(row)
            self.hashes.append(row_hash)
            for column, cell in zip(self._keys, cells, strict=True):
                column.append(cell)
        for k, (reader, rests) in enumerate(zip(self._readers, columns, strict=True)):
            for place, style in reader.odd(rests).items():
                self._odd.setdefault(list(batch)[place], {})[k] = style
        for k in self.tails:
            self._keep_own(k, list(batch), columns[k])

    def _formats(self, formats: CellFormats, absent: Sequence[int]) -> list[int]:
        seen = [Counter({reader.usual: self._met}) for reader in self._readers]
        for styles in self._odd.values():
            for k, style in styles.items():
                seen[k][style] += 1
                seen[k][self._readers[k].usual] -= 1
        columns = zip(seen, absent, self.table.columns, strict=True)
        return [formats.of_column(+counts, style, column.dxf) for counts, style, column in columns]

    def _pad(self, rows: int) -> None:
        for _ in range(rows - len(self.hashes)):
            self.hashes.append(self._blank)
            for column in self._keys:
                column.append(None)

    def _meet_shared(self, row: Row) -> None:
        area = self.table.area
        for cell in cells_of(row, self.prefix):
            inside = area.top < row.number <= area.bottom and area.left <= cell[0] <= area.right
            self.formulas.meet(row.number, cell, moves=inside)

    def _keep_own(self, k: int, rows: Sequence[int], rests: Sequence[bytes]) -> None:
        column, top = self.table.columns[k], self.table.area.top + 1
        empty = {rest for rest in set(rests) if rest.endswith(b"/>") or not rest}
        for row, rest in zip(rows, rests, strict=True) if len(empty) < len(set(rests)) else ():
            if rest in empty:
                continue
            attributes, content = self._grammar.parts(rest)
            content = self.formulas.written_out(top + row, self.table.area.left + k, content)
            if has_content(content) and not _filled_down(column, row, content):
                self.tails[k][row] = tail_of(attributes, content, self.prefix)

    def _keep_totals(self, row: Row) -> None:
        self.totals_attributes = row.attributes
        for column, attributes, content in cells_of(row, self.prefix):
            if self.table.area.left <= column <= self.table.area.right:
                written = self.formulas.written_out(row.number, column, content)
                self.totals[column - self.table.area.left] = tail_of(attributes, written, self.prefix)

    def tail(self, column: int, number: int, rest: bytes) -> bytes:
        """Make the tail of any cell of the table, from what follows its address."""
        attributes, content = self._grammar.parts(rest)
        content = self.formulas.written_out(number, self.table.area.left + column, content)
        return tail_of(attributes, content, self.prefix)

    # --- what was read ---------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        """The key of each row."""
        columns = [map(_whole, self._strings.look_up(column)) for column in self._keys]
        return list(zip(*columns, strict=True))

    def notes(self) -> Mapping[int, Mapping[str, Cell]]:
        """What the user typed into columns of their own, by row and heading."""
        return _Notes(self)

    def typed_formulas(self) -> Mapping[int, Mapping[str, TypedFormula]]:
        """The formulas the user typed into columns of their own, by row and heading, but for calculated columns."""
        return _Formulas(self)

    def typed(self, rows: Sequence[int]) -> dict[int, dict[str, Cell]]:
        """What the user typed beside some rows, by row and heading; their texts are looked up in one reading."""
        places, cells = [], []
        for column, tails in self.tails.items():
            for row in rows:
                if row in tails and not is_formula(tails[row]):
                    places.append((row, self.table.columns[column].header))
                    cells.append(read_cell(*self._grammar.parts(tails[row][1:])))
        found: dict[int, dict[str, Cell]] = {row: {} for row in rows}
        for (row, header), value in zip(places, self._strings.look_up(cells), strict=True):
            if value not in (None, ""):
                found[row][header] = value
        return found

    @property
    def filled(self) -> int:
        """How many rows hold anything of ours; an empty table stands as one blank row."""
        return len(self.hashes) - self.hashes.count(self._blank)

    @property
    def beside(self) -> set[int]:
        """The rows of the table, by number, that hold cells beside it."""
        return self._rests.beside

    def own_styles(self, row: int) -> dict[int, int]:
        """Which cells of a row look different from their column, by column."""
        odd = self._odd.get(row, {})
        return self._painted | odd if self._painted else odd


class _Notes(Mapping[int, Mapping[str, "Cell"]]):
    """Notes by row, read from their cells when they are asked for: some hundred at a time, going down the table."""

    def __init__(self, rows: TableRows) -> None:
        self._table = rows
        self._rows = {row for tails in rows.tails.values() for row, tail in tails.items() if not is_formula(tail)}
        self._read: dict[int, dict[str, Cell]] = {}

    def __getitem__(self, row: int) -> Mapping[str, Cell]:
        if row not in self._rows:
            raise KeyError(row)
        if row not in self._read:
            first = bisect_left(self._order, row)
            self._read = self._table.typed(self._order[first : first + _BATCH])
        return self._read[row]

    @cached_property
    def _order(self) -> list[int]:
        return sorted(self._rows)

    def __contains__(self, row: object) -> bool:
        return row in self._rows

    def __iter__(self) -> Iterator[int]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._rows)


class _Formulas(Mapping[int, Mapping[str, TypedFormula]]):
    """Formulas by row, read from their cells when they are asked for."""

    def __init__(self, rows: TableRows) -> None:
        self._table = rows

    def __getitem__(self, row: int) -> Mapping[str, TypedFormula]:
        found = {}
        for column, tails in self._table.tails.items():
            text = formula_of(tails[row]) if row in tails else None
            if text is not None:
                # an array, and what spills, is told by its attributes
                alone = is_movable(text, in_file=True) and not _ARRAY.search(tails[row])
                number = self._table.table.area.top + 1 + row
                found[self._table.table.columns[column].header] = TypedFormula(text, number, movable=alone)
        if not found:
            raise KeyError(row)
        return found

    def __iter__(self) -> Iterator[int]:
        rows = {row for tails in self._table.tails.values() for row, tail in tails.items() if is_formula(tail)}
        return iter(sorted(rows))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def is_formula(tail: bytes) -> bool:
    """Say whether a tail is a formula's."""
    return formula_of(tail) is not None


def _filled_down(column: TableColumn, row: int, content: bytes) -> bool:
    if column.formula is None:
        return False
    pattern, numbers = row_pattern(column.formula)
    own = pattern % tuple([number + row for number in numbers])
    return formula_of(content) in (own, column.formula)  # the latter as XlsxWriter fills a column


def _whole(cell: Cell) -> bool | float | str | None:
    cell = plain(cell)
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _column_styles(head: bytes, table: TablePart) -> list[int]:
    styles = [0] * len(table.columns)
    for element in _COLUMN.findall(head):
        found = {name: pattern.search(element) for name, pattern in _SPAN.items()}
        low, high, style = (int(match[1]) if match else 0 for match in found.values())
        for column in range(max(low, table.area.left), min(high, table.area.right) + 1):
            styles[column - table.area.left] = style
    return styles
