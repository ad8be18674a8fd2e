"""Cells that hold formulas: what they show, and when Excel calculates them again.

Others ask for that with `Range.Dirty`, from other processes too. With automatic calculation Excel does it at once,
otherwise it notes it for the next time. While it calculates, or somebody edits a cell, it refuses.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pythoncom

from excel_side.excel import MANUAL
from excel_side.objects import ExcelObject, Range, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from excel_side.excel import Excel
    from excel_side.objects import Worksheet
    from excel_side.values import Typed

REJECTED, EDITING, DELETED = -2147418111, -2146777998, -2146827864
"""What Excel answers: RPC_E_CALL_REJECTED, VBA_E_IGNORE, and that an object is no longer there (0x800A01A8)."""


class Sheet:
    """A sheet with formulas in column A.

    Args:
        excel: The Excel that it is open in.
        sheet: The sheet; the workbook's first one by default.
    """

    def __init__(self, excel: Excel, sheet: Worksheet | None = None) -> None:
        self.excel = excel
        self.sheet = sheet or excel.workbook.sheet
        self.editing = False
        self.calculations: list[list[str]] = []
        """The cells of each calculation that others asked for."""
        self.noted: list[Cell] = []
        """Cells to be calculated when somebody presses F9."""
        self._cells: dict[int, Cell] = {}
        self._calculating = False
        sheet_application = excel.workbook.Application
        sheet_application.properties["Union"] = self._union

    def enter(self, formula: str, *arguments: object) -> Cell:
        """Type a formula into the next cell, which calculates it.

        Args:
            formula: The formula's name.
            arguments: As for `Excel.calculate`.
        """
        cell = Cell(self, len(self._cells) + 1, formula, arguments)
        self._cells[cell.address] = cell
        self.calculate([cell])
        return cell

    def calculate(self, cells: Sequence[Cell]) -> None:
        """Calculate cells one after the other."""
        self._calculating = True
        try:
            for cell in cells:
                self.excel.caller = cell
                cell.shown = self.excel.calculate(cell.formula, *cell.arguments)
        finally:
            self._calculating = False

    def pass_time(self, until: Callable[[], bool], limit: float = 60) -> None:
        """Let Excel idle and listen, as it does while nobody works in it.

        Args:
            until: What is waited for.
            limit: After how many seconds it is not.

        Raises:
            TimeoutError: It did not happen.
        """
        last = time.monotonic() + limit
        while not until():
            if time.monotonic() > last:
                raise TimeoutError
            pythoncom.PumpWaitingMessages()
            time.sleep(0.005)

    @contextmanager
    def edited(self) -> Iterator[None]:
        """Edit a cell, during which Excel does nothing for others."""
        self.editing = True
        try:
            yield
        finally:
            self.editing = False

    def dirty(self, cells: Sequence[Cell]) -> None:
        """Calculate cells again, at once or later, as `Range.Dirty` does."""
        if self.excel.application.Calculation == MANUAL:
            self.noted += cells
            return
        self.calculations.append([cell.name for cell in cells])
        self.calculate(cells)

    def listen(self) -> None:
        """Refuse if Excel does not listen."""
        if self._calculating:
            raise RefusedError(REJECTED)
        if self.editing:
            raise RefusedError(EDITING)

    def _union(self, *ranges: Typed) -> _Union:
        self.listen()
        found = [self._cells[given.value] for given in ranges]
        joined = _Union(self, [cell for part in found for cell in part.members])
        self._cells[joined.address] = joined  # type: ignore[assignment]  # it can be joined further
        return joined


class Cell(Range):
    """A cell with a formula.

    Args:
        sheet: Where it is.
        row: Its row.
        formula: The formula's name.
        arguments: Its arguments.
    """

    def __init__(self, sheet: Sheet, row: int, formula: str, arguments: Sequence[object]) -> None:
        super().__init__([[None]], sheet.sheet, row)
        self.sheet, self.formula, self.arguments = sheet, formula, arguments
        self.deleted = False
        self.shown: Typed | None = None
        self.members = [self]
        self.properties |= {"Application": sheet.excel.workbook.Application, "Address": self._address}
        self.properties["Dirty"] = self._dirty

    @property
    def name(self) -> str:
        """Where it is."""
        return f"$A${self.row}"

    def _listen(self) -> None:
        self.sheet.listen()
        if self.deleted:
            raise RefusedError(DELETED)

    def _address(self, *_: Typed) -> str:
        self._listen()
        return f"'[{self.sheet.excel.workbook.Name}]{self.sheet.sheet.Name}'!{self.name}"

    def _dirty(self) -> None:
        self._listen()
        self.sheet.dirty(self.members)


class _Union(ExcelObject):
    """Cells that are not beside each other."""

    interface = "Range"

    def __init__(self, sheet: Sheet, members: list[Cell]) -> None:
        super().__init__(Dirty=self._dirty)
        self.sheet, self.members = sheet, members

    def _dirty(self) -> Any:
        self.sheet.listen()
        self.sheet.dirty(self.members)
