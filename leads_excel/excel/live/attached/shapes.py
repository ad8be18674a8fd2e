"""Pictures, shapes and form controls on a sheet in Excel for Windows.

Excel moves a shape when cells move, not when other values are written into them: whoever writes has to. A shape keeps
its distance to the top of its row, and its size, which changes with its cells' where its placement says so.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.excel.cells.boxes import Box, Drawn
from leads_excel.excel.cells.references import Area, column_letters
from leads_excel.excel.cells.sheet_names import same_sheet, unquoted

if TYPE_CHECKING:
    from collections.abc import Collection

    import xlwings as xw

    from leads_excel.excel.cells.moves import Move
    from leads_excel.excel.cells.places import CellPlace
    from leads_excel.excel.live.attached.native import Native

_NOTE, _CONTROL, _ACTIVE_X, _PICTURES = 4, 8, 12, (11, 13)  # MsoShapeType
_FREE = 3  # xlFreeFloating
_SAME = 0.5  # points
_LINKED = {1, 2, 6, 7, 8, 9}  # XlFormControl: a button, a frame and a label have no cell


@dataclass
class Shape:
    """A shape that moves with its cells.

    Args:
        api: Excel's own.
        box: What it covers.
        link: The cell a control is linked to, as Excel writes it; empty for none.
        active_x: Whether it is a control of the other kind, whose cell cannot be told for sure.
    """

    api: Native
    box: Box
    link: str = ""
    active_x: bool = False
    offset: float = 0.0
    """How far below the top of its row it begins."""
    height: float = 0.0
    """Its own height."""


class Shapes:
    """The shapes of one sheet that move with cells, as they stood when they were read.

    Args:
        sheet: The sheet.
        unseen: Its rows that are hidden, which make nothing higher.
    """

    def __init__(self, sheet: xw.Sheet, unseen: Collection[int]) -> None:
        self._sheet = sheet
        self.stuck = 0
        """How many Excel did not let move."""
        shapes = sheet.api.Shapes
        self.all = [shape for api in shapes if (shape := _shape(api, unseen))] if shapes.Count else []

    def rows(self, move: Move) -> set[int]:
        """List the rows of a table, counted from 0, that a picture or a control belongs to."""
        places = {(shape.box.top, shape.box.column) for shape in self.all if shape.box.in_row}
        places |= {cell for shape in self.all if (cell := self._linked(shape))}
        return {row - move.first for row, column in places if move.holds(row, column)}

    def active_x(self, move: Move) -> bool:
        """Say whether a control stands on a row of a table whose cell cannot be told for sure."""
        return any(shape.active_x and move.holds(shape.box.top, shape.box.column) for shape in self.all)

    def link(self, move: Move) -> None:
        """Link controls to the cells to which what they are linked to moves."""
        for shape in self.all:
            if (
                (cell := self._linked(shape))
                and move.holds(*cell)
                and (row := move.row(cell[0])) not in (None, cell[0])
            ):
                sheet, mark, _ = shape.link.rpartition("!")
                shape.api.ControlFormat.LinkedCell = f"{sheet}{mark}${column_letters(cell[1])}${row}"

    def measure(self, move: Move) -> dict[int, int]:
        """Measure the shapes that are going to move, while every row has its height.

        Args:
            move: How the rows move.

        Returns:
            By how many rows each moves, by its place among all.
        """
        drawn = Drawn([move])
        shifts = {place: shift for place, shape in enumerate(self.all) if (shift := drawn.shift(shape.box))}
        for shape in (self.all[place] for place in shifts):
            shape.offset = shape.api.Top - self._top(shape.box.top)
            shape.height = shape.api.Height
        return shifts

    def move(self, shifts: dict[int, int]) -> None:
        """Move what was measured."""
        for place, shift in shifts.items():
            shape = self.all[place]
            try:
                shape.api.Top = self._top(shape.box.top + shift) + shape.offset
                if abs(shape.api.Height - shape.height) > _SAME:
                    _resize(shape)
            except Exception:  # noqa: BLE001 - one that is locked or grouped must not end the refresh
                self.stuck += 1

    def _linked(self, shape: Shape) -> CellPlace | None:
        title, _, cell = shape.link.rpartition("!")
        area = Area.parse(cell) if not title or same_sheet(unquoted(title), self._sheet.name) else None
        return (area.top, area.left) if area else None

    def _top(self, row: int) -> float:
        return float(self._sheet.range(f"A{row}").top)


def _shape(api: Native, unseen: Collection[int]) -> Shape | None:
    kind = api.Type
    try:
        if kind == _NOTE or api.Placement == _FREE:
            return None
        first, last = api.TopLeftCell, api.BottomRightCell
    except Exception:  # noqa: BLE001 - an arrow of a filter or of a list of values stands on no cell, says Excel
        return None
    top, bottom = first.Row, last.Row
    bottom -= sum(row in unseen for row in range(top + 1, bottom)) if unseen else 0
    box = Box(top, first.Column, bottom, kind in _PICTURES)
    linked = api.ControlFormat.LinkedCell if kind == _CONTROL and api.FormControlType in _LINKED else ""
    return Shape(api, box, str(linked or ""), kind == _ACTIVE_X)


def _resize(shape: Shape) -> None:
    """Give a shape its height back, whose width would follow where their ratio is locked."""
    api, locked = shape.api, 0
    with suppress(Exception):  # a control has no ratio
        locked = api.LockAspectRatio
        api.LockAspectRatio = 0
    api.Height = shape.height
    if locked:
        api.LockAspectRatio = locked
