"""Addresses and references in A1 style: reading them, and what becomes of them when their cell is copied. Pure.

Grammar of formulas: ECMA-376 part 1, 18.17.2. Formulas are in file form: English, no leading `=`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from leads_excel.excel.cells.values import MAX_COLUMNS, MAX_ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")
LITERAL = r'"(?:[^"]|"")*"'
BRACKETS = r"\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
_RELATIVE = re.compile(
    rf"{LITERAL}|'(?:[^']|'')*'|{BRACKETS}"
    r"|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\w(.!])"
    r"|(?<![\w.$:])(\$?)(\d{1,7}):(\$?)(\d{1,7})(?![\w.])"
    r"|(?<![\w.$:])(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})(?![\w(.!])"
    r"|[A-Za-z_\\][\w.]*"
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
    return re.sub(r"\$?(?<![A-Z])[A-Z]*+#REF!\d*", "#REF!", _RELATIVE.sub(shifted, formula))


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
