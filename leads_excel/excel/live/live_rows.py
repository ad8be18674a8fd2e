"""What the rows of a table in an open workbook are to hold, as Excel has to be told. Pure.

Excel reads a text that a program puts into a cell like typing: `00966` becomes a number, `=x` a formula. A cell
formatted as Text keeps it, and an apostrophe in front does the same in any cell; Excel eats one leading apostrophe in
either case, so a text's own is doubled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from leads_excel.excel.book.protocol import TypedFormula
from leads_excel.excel.cells.movable_formulas import is_movable
from leads_excel.excel.cells.references import shift_formula
from leads_excel.excel.cells.values import to_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leads_excel.excel.book.protocol import Fill
    from leads_excel.excel.cells.values import Cell

ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})

_NO_NUL = str.maketrans("\0", "\ufffd")  # where a text ends for Excel
_LARGEST = 2**31
"""Whole numbers from here on go as floats: 32-bit Excel takes no others."""


@dataclass(frozen=True)
class Stand:
    """The rows of a table as they stand.

    Args:
        headers: The headings.
        columns: The values, column by column; errors as text.
        formulas: For columns of the user's own, by place, what each of their cells was typed as.
        top: The row of the sheet the first of them stands in.
    """

    headers: Sequence[str]
    columns: Sequence[Sequence[Cell]]
    formulas: Mapping[int, Sequence[str]]
    top: int = 2

    def formula(self, column: int, row: int) -> str | None:
        """Read the formula of a cell in one of the user's columns; None where it holds no formula."""
        typed, value = self.formulas[column][row], self.columns[column][row]
        return typed if typed.startswith("=") and typed != value else None

    @cached_property
    def usual(self) -> dict[int, str | None]:
        """For columns of the user's own, by place, the formula of a calculated one as it stands in the last row."""
        return {place: _usual_formula(self, place) for place in self.formulas}

    def calculated(self) -> tuple[str, ...]:
        """List the headings of calculated columns."""
        return tuple(self.headers[place] for place, formula in self.usual.items() if formula)

    def typed_formulas(self, row: int) -> dict[str, TypedFormula]:
        """List the formulas the user typed beside a row, by heading, but for those of calculated columns."""
        found = {}
        for place, usual in self.usual.items():
            formula, last = self.formula(place, row), len(self.formulas[place]) - 1
            if formula and shift_formula(formula, last - row) != usual:
                movable = is_movable(formula[1:], in_file=False)
                found[self.headers[place]] = TypedFormula(formula[1:], self.top + row, movable=movable)
        return found

    def notes(self) -> dict[int, dict[str, Cell]]:
        """List what the user typed, by row and heading."""
        found: dict[int, dict[str, Cell]] = {}
        for place in self.formulas:
            for row, value in enumerate(self.columns[place]):
                if value is not None and self.formula(place, row) is None:
                    found.setdefault(row, {})[self.headers[place]] = value
        return found


class FormulasBeside(Mapping[int, Mapping[str, TypedFormula]]):
    """What `Stand.typed_formulas` lists, for rows that have any, read when it is asked for.

    Args:
        stand: The rows.
    """

    def __init__(self, stand: Stand) -> None:
        self._stand = stand

    def __getitem__(self, row: int) -> Mapping[str, TypedFormula]:
        if found := self._stand.typed_formulas(row):
            return found
        raise KeyError(row)

    def __iter__(self) -> Iterator[int]:
        rows = max((len(cells) for cells in self._stand.formulas.values()), default=0)
        return (row for row in range(rows) if self._stand.typed_formulas(row))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Column(NamedTuple):
    """One column of a table to be.

    Args:
        cells: What to write, a cell a row.
        text: True where it holds nothing but text and has to be formatted so, False where it must not be, None for a
            column of the user's own, whose format is theirs.
    """

    cells: list[Cell]
    text: bool | None


def columns_to_be(stand: Stand, fill: Fill, *, date1904: bool) -> list[Column]:
    """Work out what each column of a table is to hold.

    Args:
        stand: The table as it stands.
        fill: What it is to hold.
        date1904: True when the workbook counts days from 1904.

    Returns:
        The columns, left to right, each with at least one cell: a table has no fewer rows.
    """
    return [
        _own(stand, fill, place) if place in stand.formulas else _ours(stand.columns[place], header, fill, date1904)
        for place, header in enumerate(stand.headers)
    ]


def _ours(standing: Sequence[Cell], header: str, fill: Fill, date1904: bool) -> Column:
    new = to_column(fill.frame[header], date1904=date1904)
    cells = [
        new[source] if source >= 0 else standing[old] for source, old in zip(fill.rows, fill.carried, strict=True)
    ] or [None]
    kinds = {type(cell) for cell in cells if cell is not None and cell != ""}  # an empty text is an empty cell
    text = kinds == {str}
    return Column([typed(cell, in_text_cell=text) for cell in cells], text if kinds else None)


def _own(stand: Stand, fill: Fill, place: int) -> Column:
    usual, last = stand.usual[place], len(stand.formulas[place]) - 1
    cells: list[Cell] = []
    for row, old in enumerate(fill.carried or [-1]):
        if old < 0:
            cells.append(shift_formula(usual, row - last) if usual else None)
            continue
        formula, value = stand.formula(place, old), stand.columns[place][old]
        cells.append(shift_formula(formula, row - old) if formula else value if value in ERRORS else typed(value))
    header = stand.headers[place]
    for row, note in fill.notes.items():
        if header in note:
            cells[row] = typed(note[header])
    for row, formulas in fill.formulas.items():
        if header in formulas:
            text = formulas[header].text.replace("_xlfn.", "")
            cells[row] = "=" + shift_formula(text, stand.top + row - formulas[header].row)
    return Column(cells, None)


def _usual_formula(stand: Stand, place: int) -> str | None:
    """Find the formula of a calculated column, as it stands in the last row, by which new rows are filled down."""
    rows = [row for row, value in enumerate(stand.formulas[place]) if value]
    last = len(stand.formulas[place]) - 1
    # Excel does not tell which column is a calculated one: it is, where most of its cells have one formula.
    found = [shift_formula(formula, last - row) for row in rows if (formula := stand.formula(place, row))]
    formula, count = Counter(found).most_common(1)[0] if found else ("", 0)
    return formula if count * 2 > len(rows) else None


def typed(cell: Cell, *, in_text_cell: bool = False) -> Cell:
    """Write a value so that Excel's cell holds just that.

    Args:
        cell: The value.
        in_text_cell: Whether the cell is formatted as Text.

    Returns:
        What to put into the cell.
    """
    if isinstance(cell, str):
        text = cell.translate(_NO_NUL)
        return text if not text or (in_text_cell and text[0] != "'") else f"'{text}"
    if type(cell) is int and abs(cell) >= _LARGEST:
        return float(cell)
    return cell


def read(cell: Cell | Decimal) -> Cell:
    """Take a cell as Excel gives it: no text is nothing, currency a number, and a time is exact to the millisecond."""
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, datetime) and cell.microsecond and cell.year < 9999:
        cell += timedelta(microseconds=500)
        return cell.replace(microsecond=cell.microsecond // 1000 * 1000)
    return None if cell == "" else cell


def runs(places: Iterable[int]) -> list[tuple[int, int]]:
    """Group ascending numbers into runs without gaps: 1, 2, 3, 7 -> (1, 3), (7, 7)."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and place == found[-1][1] + 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found
