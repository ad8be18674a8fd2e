"""Rows of a table taken apart into cells."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from leads_excel.excel.cells.references import column_letters
from leads_excel.excel.cells.xml import tail_of
from leads_excel.excel.file.sheet.sheet_data import cells_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leads_excel.excel.book.protocol import Key
    from leads_excel.excel.file.columns.column_reader import ColumnReader
    from leads_excel.excel.file.package.table_part import TablePart
    from leads_excel.excel.file.sheet.sheet_data import Row, SheetStream


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
        self._openings = [self._opening + name for name in letters]
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

    def column(self, number: int, rows: Sequence[bytes], column: int) -> list[bytes]:
        """Cut the cells of one column out of rows that follow each other from a number on.

        Gives what follows their address; nothing for absent ones.
        """
        opening, following = self._openings[column], self._opening
        marks = [opening + b'%d"' % found for found in range(number, number + len(rows))]
        places = [(row.find(mark), len(mark)) for row, mark in zip(rows, marks, strict=True)]
        ends = [row.find(following, start + 1) for row, (start, _) in zip(rows, places, strict=True)]
        return [
            row[start + length : end if end >= 0 else None] if start >= 0 else b""
            for row, (start, length), end in zip(rows, places, ends, strict=True)
        ]


class RowKeys:
    """The keys of rows that follow each other, read as they are asked for.

    A text that is shared is none that can be looked for.

    Args:
        rows: Takes the rows apart.
        readers: Reads the cells of each key column, by the column of the table.
        number: The number of the first row.
        pieces: The rows.
    """

    def __init__(
        self, rows: RowReader, readers: Mapping[int, ColumnReader], number: int, pieces: Sequence[bytes]
    ) -> None:
        self._rows, self._readers, self._number, self._pieces = rows, readers, number, pieces

    def __getitem__(self, place: int) -> Key:
        return self._keys(self._number + place, self._pieces[place : place + 1])[0]

    def all(self) -> list[Key]:
        """Read all at once, which is faster."""
        return self._keys(self._number, self._pieces)

    def _keys(self, number: int, pieces: Sequence[bytes]) -> list[Key]:
        columns = [reader.cells(self._rows.column(number, pieces, k)) for k, reader in self._readers.items()]
        return cast("list[Key]", list(zip(*columns, strict=True)))
