"""How far pictures, shapes and controls move with the rows they are drawn over. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.excel.cells.values import MAX_ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.excel.cells.moves import Move


@dataclass(frozen=True, slots=True)
class Box:
    """What a drawing covers.

    Args:
        top: The row it begins in.
        column: The column it begins in.
        bottom: The row it ends in.
        picture: Whether it is a picture, which people size as they like.
    """

    top: int
    column: int
    bottom: int
    picture: bool = False

    @property
    def in_row(self) -> bool:
        """Whether it belongs to the row it begins in: a picture, or what is no higher than a row or two."""
        return self.picture or self.bottom - self.top <= 1


class Drawn:
    """How far drawings of a sheet move with its tables.

    Args:
        moves: How the rows of its tables move.
    """

    def __init__(self, moves: Sequence[Move]) -> None:
        self._moves = moves

    def shift(self, box: Box | None) -> int:
        """Say by how many rows a drawing moves: with its row, or with the end of the table above it."""
        if box is None:
            return 0
        for move in self._moves:
            if move.holds(box.top, box.column):
                new = move.row(box.top) if box.in_row else box.top
                return self._within(box, (new or box.top) - box.top)
        above = [m for m in self._moves if m.area.left <= box.column <= m.area.right and box.top > m.last]
        return self._within(box, max((move.shift for move in above), default=0))

    def _within(self, box: Box, shift: int) -> int:
        return min(shift, max(MAX_ROWS - box.bottom, 0))
