"""What the user typed into columns of their own beside the rows of a table: values, and formulas."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from leads_excel.excel.book.protocol import TypedFormula
from leads_excel.excel.cells.movable_formulas import is_movable
from leads_excel.excel.cells.xml import read_cell
from leads_excel.excel.file.sheet.formulas import formula_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.file.columns.column_reader import CellGrammar
    from leads_excel.excel.file.package.shared_strings import SharedStrings
    from leads_excel.excel.file.package.table_part import TablePart

_BATCH = 256
_ARRAY = re.compile(rb"""\st=["'](?:array|dataTable)["']|\scm=["']""")


class UserCells:
    """The cells of the user's own columns.

    Args:
        tails: Those that hold anything: by column of the table, counted from 0, and row.
        table: The table.
        grammar: How cells of the sheet are written.
        strings: The texts that cells share.
    """

    def __init__(
        self,
        tails: Mapping[int, Mapping[int, bytes]],
        table: TablePart,
        grammar: CellGrammar,
        strings: SharedStrings,
    ) -> None:
        self.tails, self.table, self._grammar, self._strings = tails, table, grammar, strings

    def notes(self) -> Mapping[int, Mapping[str, Cell]]:
        """What the user typed, by row and heading."""
        return _Notes(self)

    def formulas(self) -> Mapping[int, Mapping[str, TypedFormula]]:
        """The formulas the user typed, by row and heading, but for calculated columns."""
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


class _Notes(Mapping[int, Mapping[str, "Cell"]]):
    """Notes by row, read from their cells when they are asked for: some hundred at a time, going down the table."""

    def __init__(self, cells: UserCells) -> None:
        self._cells = cells
        self._rows = {row for tails in cells.tails.values() for row, tail in tails.items() if not is_formula(tail)}
        self._read: dict[int, dict[str, Cell]] = {}

    def __getitem__(self, row: int) -> Mapping[str, Cell]:
        if row not in self._rows:
            raise KeyError(row)
        if row not in self._read:
            first = bisect_left(self._order, row)
            self._read = self._cells.typed(self._order[first : first + _BATCH])
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

    def __init__(self, cells: UserCells) -> None:
        self._cells = cells

    def __getitem__(self, row: int) -> Mapping[str, TypedFormula]:
        found = {}
        for column, tails in self._cells.tails.items():
            text = formula_of(tails[row]) if row in tails else None
            if text is not None:
                # an array, and what spills, is told by its attributes
                alone = is_movable(text, in_file=True) and not _ARRAY.search(tails[row])
                number = self._cells.table.area.top + 1 + row
                found[self._cells.table.columns[column].header] = TypedFormula(text, number, movable=alone)
        if not found:
            raise KeyError(row)
        return found

    def __iter__(self) -> Iterator[int]:
        rows = {row for tails in self._cells.tails.values() for row, tail in tails.items() if is_formula(tail)}
        return iter(sorted(rows))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def is_formula(tail: bytes) -> bool:
    """Say whether a tail is a formula's."""
    return formula_of(tail) is not None
