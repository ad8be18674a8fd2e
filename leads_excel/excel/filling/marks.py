"""The column `change`: what a refresh brought. It is filled like a column of the user's, and may be deleted. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leads_excel.excel.book.matching import Match
    from leads_excel.excel.book.protocol import Standing
    from leads_excel.excel.cells.values import Cell

CHANGE = "change"
NEW, CHANGED, GONE = "new", "changed", "gone"


class Marks:
    """What the column is to hold after a refresh.

    Args:
        header: Its heading; empty where the table has no such column.
        standing: The table as it stands.
        found: How the fetched rows meet it.
        another: True when the rows that stand come from another environment.
    """

    def __init__(self, header: str, standing: Standing, found: Match, *, another: bool) -> None:
        self.header, self._noted = header, standing.notes
        self._carried, self._changed = found.carried, set(found.changed)
        was_empty = found.new == len(found.carried) and not found.gone
        self._compares = not (was_empty or another)  # otherwise all rows would be new, which says nothing

    def _mark(self, row: int) -> str | None:
        if self._carried[row] < 0:
            return NEW if self._compares else None
        return CHANGED if row in self._changed else None

    def beside(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Put the marks beside a frame, for a table that is sorted by them."""
        if not self.header:
            return frame
        marks = pd.Series(map(self._mark, range(len(frame))), frame.index, dtype="string")
        return frame.assign(**{self.header: marks})

    def added(
        self, notes: Mapping[int, Mapping[str, Cell]], order: Sequence[int], kept: int
    ) -> Mapping[int, Mapping[str, Cell]]:
        """Add the marks to what is put into the user's own columns, and take away those of the refresh before.

        Args:
            notes: Values for the user's own columns, by row to be and heading.
            order: For each row to be, its row in the frame.
            kept: How many rows that are no longer in the range follow.

        Returns:
            The notes with the marks.
        """
        if not self.header:
            return notes
        added: dict[int, Mapping[str, Cell]] = dict(notes)
        for place, row in enumerate(order):
            mark = self._mark(row)
            if mark or self._carried[row] in self._noted:
                added[place] = {**notes.get(place, {}), self.header: mark}
        added.update((len(order) + row, {self.header: GONE}) for row in range(kept))
        return added
