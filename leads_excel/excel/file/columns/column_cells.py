"""How a book writes the cells of one column, learned from some of them, and new cells written likewise.

A refresh writes texts into their cells and leaves a cell for each blank. Excel, when it saves the book, moves the texts
to the shared ones, gives numbers 17 digits, and drops blank cells that look like their column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from leads_excel.excel.cells.references import column_letters, row_pattern
from leads_excel.excel.cells.values import distinct, escape, to_column
from leads_excel.excel.cells.xml import TailWriter

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from leads_excel.excel.file.package.shared_strings import SharedStrings

ROW = b"\1"
"""Stands for the number of a row: no byte of a sheet is one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the first of its cells show it.

    Args:
        number: Its number on the sheet, counted from 1.
        prefix: The prefix of the sheet's main namespace, with its colon.
        style: The style of most of its cells.
        absent: The style of cells that are not there.
        is_sparse: True where the book drops blank cells that look like their column.
    """

    number: int
    prefix: bytes
    style: int
    absent: int
    is_sparse: bool

    @property
    def address(self) -> bytes:
        """What its cells begin with, `ROW` in the place of the row's number."""
        return b"<" + self.prefix + b'c r="' + column_letters(self.number).encode() + ROW

    @property
    def drops_blanks(self) -> bool:
        """Whether a blank cell is not there."""
        return self.is_sparse and self.style == self.absent


class FoundTexts:
    """Finds texts among the shared ones, and remembers which were asked for.

    Args:
        strings: The texts that cells share.
    """

    def __init__(self, strings: SharedStrings) -> None:
        self._strings = strings
        self._asked = np.zeros(len(strings), dtype=bool)

    def numbers(self, texts: Sequence[str]) -> list[int]:
        """Look up the numbers of texts; -1 where there is none that looks plain."""
        numbers = self._strings.numbers(texts)
        self._asked[numbers[numbers >= 0]] = True
        found: list[int] = numbers.tolist()
        return found

    @property
    def asked(self) -> list[int]:
        """The numbers of the texts that were asked for."""
        numbers: list[int] = np.flatnonzero(self._asked).tolist()
        return numbers


class _AsExcel(TailWriter):
    """Writes tails as Excel does."""

    _digits = staticmethod("{:.17g}".format)

    def __init__(self, column: Column, texts: FoundTexts, *, date1904: bool) -> None:
        super().__init__(column.prefix, column.style, date1904=date1904, address=column.address)
        self._found = texts
        name, look = column.prefix.decode(), self.blank.removesuffix(b"/>").decode()
        self._index = (f'{look} t="s"><{name}v>', f"</{name}v></{name}c>")

    def _texts(self, texts: list[str]) -> list[bytes]:
        opening, closing = self._index
        return [f"{opening}{number}{closing}".encode() for number in self._found.numbers(texts)]


class FrameCells:
    """Writes the cells of a column that a frame fills, with a mark for the number of their row.

    Args:
        column: The column.
        texts: The texts that cells share; None where each cell holds its own.
        date1904: True when the workbook counts days from 1904.
    """

    def __init__(self, column: Column, texts: FoundTexts | None, *, date1904: bool) -> None:
        self._date1904 = date1904
        self._writer = (
            TailWriter(column.prefix, column.style, date1904=date1904, address=column.address)
            if texts is None
            else _AsExcel(column, texts, date1904=date1904)
        )
        self._left_out = self._writer.blank if column.drops_blanks else None

    def written(self, values: pd.Series[Any]) -> list[bytes]:
        """Write cells, `ROW` in the place of each row's number."""
        parted = distinct(values)
        if parted is None:
            return self._without_blanks(self._writer.tails(to_column(values, date1904=self._date1904)))
        written = self._without_blanks(self._writer.different(parted[0]))
        if len(written) == len(values):
            return written
        pieces = np.empty(len(written), dtype=object)
        pieces[:] = written
        placed: list[bytes] = pieces[parted[1]].tolist()
        return placed

    def _without_blanks(self, cells: list[bytes]) -> list[bytes]:
        return [b"" if cell == self._left_out else cell for cell in cells] if self._left_out else cells


class OwnCells:
    """Writes the cells of a column of the user's that hold nothing but what Excel fills it with.

    Args:
        column: The column.
        formula: What Excel fills it with, anchored at the first data row; None for typed values.
        first: The first data row.
    """

    def __init__(self, column: Column, formula: str | None, first: int) -> None:
        blank = TailWriter(column.prefix, column.style, date1904=False).blank
        self._address, self._rest, self._offsets = column.address + b'"', blank[1:], list[int]()
        self._formula = b""
        if formula is not None:
            pattern, numbers = row_pattern(formula)
            self._formula = b"<%sf>%s</%sf>" % (column.prefix, escape(pattern).encode(), column.prefix)
            self._rest = blank[1:].removesuffix(b"/>") + b">%s</%sc>" % (self._formula, column.prefix)
            self._offsets = [number - first for number in numbers]
        elif column.drops_blanks:
            self._address = self._rest = b""

    def rests(self, numbers: Sequence[int]) -> list[bytes]:
        """Write what follows the address of the cells in some rows of the sheet; empty where none is there."""
        return self._filled(self._rest, numbers)

    def are_filled(self, numbers: Sequence[int], rests: Sequence[bytes]) -> list[bool]:
        """Say which cells hold the formula that Excel fills the column with, beside a stored result or not."""
        if not self._formula:
            return [False] * len(rests)
        formulas = self._filled(self._formula, numbers)
        return [rest.startswith(own, rest.find(b">") + 1) for rest, own in zip(rests, formulas, strict=True)]

    def _filled(self, pattern: bytes, numbers: Sequence[int]) -> list[bytes]:
        if not self._offsets:
            return [pattern % ()] * len(numbers)
        return [pattern % tuple([number + offset for offset in self._offsets]) for number in numbers]

    @property
    def written(self) -> bytes:
        """The cell of any row, `ROW` in the place of the row's number; only an address where that does not tell it."""
        if any(self._offsets) or (self._offsets and b"%%" in self._rest):
            return self._address
        return self._address + (self._rest.replace(b"%d", ROW) if self._offsets else self._rest % ())
