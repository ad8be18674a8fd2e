"""Addresses and references in A1 style: reading them, and what becomes of them when a table grows or shrinks. Pure.

Grammar of formulas: ECMA-376 part 1, 18.17.2. Formulas are in file form: English, no leading `=`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from leads_excel.excel.cells.values import MAX_COLUMNS, MAX_ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
_LITERAL = r'"(?:[^"]|"")*"'
_BRACKETS = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
_RELATIVE = re.compile(
    rf"{_LITERAL}|'(?:[^']|'')*'|{_BRACKETS}"
    r"|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\w(.!])"
    r"|(?<![\w.$:])(\$?)(\d{1,7}):(\$?)(\d{1,7})(?![\w.])"
    r"|(?<![\w.$:])(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})(?![\w(.!])"
    r"|[A-Za-z_\\][\w.]*"
)
_RANGE = re.compile(
    rf"{_LITERAL}|{_BRACKETS}(?!\w*!)"
    r"|(?:(?<![\w.\]'!])('(?:[^']|'')+'|\w[\w.]*)!|(?<![\w.$!':]))"
    r"(\$?[A-Z]{1,3})(\$?)(\d{1,7}):(\$?[A-Z]{1,3})(\$?)(\d{1,7})(?![\w(.!:])"
)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, its last row and column included."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def parse(cls, text: str) -> Area | None:
        """Read `A1:C9`, `$A$1:$C$9` or `A1`; None for anything else."""
        found = _AREA.fullmatch(text.strip())
        if not found:
            return None
        left, top = column_number(found[1]), int(found[2])
        return cls(left, top, column_number(found[3] or found[1]), int(found[4] or found[2]))

    @classmethod
    def around(cls, areas: Sequence[Area]) -> Area:
        """Draw the smallest rectangle around areas."""
        return cls(
            min(area.left for area in areas),
            min(area.top for area in areas),
            max(area.right for area in areas),
            max(area.bottom for area in areas),
        )

    def __str__(self) -> str:
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"

    def overlaps(self, other: Area) -> bool:
        """Say whether two areas share a cell."""
        across = self.left <= other.right and other.left <= self.right
        return across and self.top <= other.bottom and other.top <= self.bottom


@dataclass(frozen=True, slots=True)
class Move:
    """How the rows of one table move.

    Args:
        sheet: Name of its sheet.
        area: The table as it stands, header and totals row included.
        totals: How many totals rows it has, 0 or 1.
        rows: How many data rows it is to have.
    """

    sheet: str
    area: Area
    totals: int
    rows: int

    @property
    def first(self) -> int:
        """The first data row."""
        return self.area.top + 1

    @property
    def last(self) -> int:
        """The last data row as the table stands."""
        return self.area.bottom - self.totals

    @property
    def new_last(self) -> int:
        """The last data row to be."""
        return self.area.top + self.rows

    @property
    def new_area(self) -> Area:
        """The table to be, header and totals row included."""
        return replace(self.area, bottom=self.new_last + self.totals)

    @property
    def shift(self) -> int:
        """By how many rows its end moves."""
        return self.new_last - self.last

    def moved(self, area: Area) -> Area:
        """Work out what becomes of a reference when the table's rows move.

        A reference to all data rows (with or without the header) of some of its columns goes on naming all of them,
        one to the whole table does too, one within the totals row moves with it. Every other one stays as it is.
        """
        inside = self.area.left <= area.left and area.right <= self.area.right
        around = area.left <= self.area.left and self.area.right <= area.right
        if inside and area.top in (self.area.top, self.first) and area.bottom == self.last:
            return replace(area, bottom=self.new_last)
        if around and area.top <= self.area.top and area.bottom == self.area.bottom:
            return replace(area, bottom=area.bottom + self.shift)
        if self.totals and inside and area.top == area.bottom == self.area.bottom:
            return replace(area, top=area.top + self.shift, bottom=area.bottom + self.shift)
        return area


def move_areas(text: str, moves: list[Move]) -> str:
    """Move a list of areas (`sqref`) on the sheet of the tables that move."""
    return " ".join(_move_area(token, moves) for token in text.split())


def _move_area(token: str, moves: list[Move]) -> str:
    area = Area.parse(token)
    if area is None:
        return token
    for move in moves:
        if (moved := move.moved(area)) != area:
            return str(moved)
    return token


def move_formula(formula: str, moves: list[Move], sheet: str | None, *, travels: bool = False) -> str:
    """Move the ranges in a formula that name whole columns of tables that move.

    Args:
        formula: The formula, in file form.
        moves: The tables that move.
        sheet: The sheet it stands on, for references without a sheet; None where there are none.
        travels: True when the formula itself moves with a row: then only ranges with absolute rows are meant to
            stay a whole column (`F$2:F2` is a running total, even in the first row).

    Returns:
        The formula, changed where it has to be.
    """

    def moved(found: re.Match[str]) -> str:
        if found[2] is None or (found[3] != found[6]) or (travels and not found[3]):
            return found[0]
        name = sheet if found[1] is None else found[1].strip("'").replace("''", "'")
        area = Area.parse(f"{found[2]}{found[4]}:{found[5]}{found[7]}")
        for move in moves:
            if area and name and name.casefold() == move.sheet.casefold() and (new := move.moved(area)) != area:
                prefix = f"{found[1]}!" if found[1] else ""
                return f"{prefix}{found[2]}{found[3]}{new.top}:{found[5]}{found[6]}{new.bottom}"
        return found[0]

    return _RANGE.sub(moved, formula)


def shift_formula(formula: str, rows: int, columns: int = 0) -> str:
    """Shift the relative references of a formula, as copying its cell does.

    Args:
        formula: The formula, in file form.
        rows: By how many rows the cell moves down.
        columns: By how many columns it moves right.

    Returns:
        The formula at its new place; `#REF!` where a reference would leave the sheet.
    """

    def shifted(found: re.Match[str]) -> str:
        if found[2]:
            return _column(found[1], found[2], columns) + _row(found[3], found[4], rows)
        if found[6]:
            return f"{_row(found[5], found[6], rows)}:{_row(found[7], found[8], rows)}"
        if found[10]:
            return f"{_column(found[9], found[10], columns)}:{_column(found[11], found[12], columns)}"
        return found[0]

    if not rows and not columns:
        return formula
    return re.sub(r"\$?[A-Z]*#REF!\d*", "#REF!", _RELATIVE.sub(shifted, formula))


@lru_cache
def row_pattern(formula: str) -> tuple[str, list[int]]:
    """Part a formula that is filled down a column into what stays and what counts with the rows.

    Args:
        formula: The formula of the first row, in file form.

    Returns:
        The formula with `%d` in the place of each relative row number, and those numbers.
    """
    numbers: list[int] = []

    def parted(found: re.Match[str]) -> str:
        if found[2] and not found[3]:
            numbers.append(int(found[4]))
            return f"{found[1]}{found[2]}%d"
        if found[6] and not (found[5] and found[7]):
            numbers.extend(int(found[k]) for k in (6, 8) if not found[k - 1])
            return ":".join(f"{found[k - 1]}{found[k]}" if found[k - 1] else "%d" for k in (6, 8))
        return found[0]

    return _RELATIVE.sub(parted, formula.replace("%", "%%")), numbers


def _row(absolute: str, row: str, by: int) -> str:
    number = int(row) + (0 if absolute else by)
    return f"{absolute}{number}" if 1 <= number <= MAX_ROWS else "#REF!"


def _column(absolute: str, letters: str, by: int) -> str:
    number = column_number(letters) + (0 if absolute else by)
    return f"{absolute}{column_letters(number)}" if 1 <= number <= MAX_COLUMNS else "#REF!"


def column_letters(column: int) -> str:
    """Name a column: 1 is A, 16,384 is XFD."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Number a column: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
