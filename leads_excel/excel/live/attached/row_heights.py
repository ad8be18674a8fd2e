"""Heights of rows in Excel, and which rows the user has hidden, asked for as few calls as there are heights.

`Range.RowHeight` of rows that differ may be that of the first one or nothing (Microsoft's page says both), so the
height of all together is asked too; halves are asked where they differ. A hidden row has the height 0, and its own
when it is shown. Excel does not tell a height set by hand from one that it has fitted itself: a row is fitted first,
and given its height only where that came out different.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    import xlwings as xw

    from leads_excel.excel.cells.moves import Move

_MOST_QUESTIONS = 4_000
"""Excel takes about a millisecond for each."""

_SAME = 0.5  # points


class Run(NamedTuple):
    """Neighbouring rows of one height.

    Args:
        first: The first row of the sheet.
        last: The last one.
        height: In points; 0 for hidden rows.
    """

    first: int
    last: int
    height: float


class RowHeights:
    """The heights of a table's rows.

    Args:
        sheet: Its sheet.
        move: The table as it stands.
        filtered: Says whether a filter hides rows of it: then nobody knows which rows the user has hidden by hand.
        keeps_filter: Whether the filter can be applied again to rows that were shown.
    """

    def __init__(self, sheet: xw.Sheet, move: Move, filtered: Callable[[], bool], *, keeps_filter: bool) -> None:
        self._sheet, self._move = sheet, move
        self._runs = self._read()
        self.unseen = {row for run in self._out_of_sight() for row in _rows(run)}
        """The rows of the sheet that are hidden, by whatever."""
        self._filtered = bool(self.unseen) and filtered()
        self.hidden = [] if self._filtered else [row - move.first for row in sorted(self.unseen)]
        """The rows the user has hidden, counted from 0."""
        if self._filtered and not keeps_filter:
            self._runs = []

    @property
    def unknown(self) -> bool:
        """Whether rows keep their heights where they are: there are too many, or a filter is in the way."""
        return not self._runs

    def _read(self) -> list[Run]:
        """Read all heights; none where there are too many."""
        found: list[Run] = []
        ahead, asked = [(self._move.first, max(self._move.first, self._move.last))], 0
        while ahead:
            first, last = ahead.pop()
            cells, asked = self._range(first, last), asked + 2
            height = cells.row_height
            if first == last or _alike(cells, height, last - first + 1):
                found.append(Run(first, last, float(height or 0)))
            else:
                middle = (first + last) // 2
                ahead += [(middle + 1, last), (first, middle)]
            if asked > _MOST_QUESTIONS:
                return []
        return found

    def _out_of_sight(self) -> list[Run]:
        return [run for run in self._runs if not run.height]

    def show(self) -> None:
        """Show what is hidden, so that every row has its height."""
        unseen = self._out_of_sight()
        if self._filtered and unseen:
            self._range(self._move.first, self._move.last).rows.hidden = False
        for run in () if self._filtered else unseen:
            self._range(run.first, run.last).rows.hidden = False
        if unseen:
            self._runs = self._read()

    def move(self, move: Move) -> None:
        """Give every row the height of what stands in it now.

        Args:
            move: How the rows have moved.
        """
        standing = [run.height for run in self._runs for _ in _rows(run)]
        heights = Counter(standing)
        if not heights:
            return
        usual = heights.most_common(1)[0][0]
        new = usual if len(heights) == 1 < len(standing) else None
        to_be = [standing[old] if old >= 0 else new for old in move.carried or [-1]]
        if len(heights) > 1:
            self._give(self._changes(standing, [*to_be, *[None] * (len(standing) - len(to_be))]))
        elif new and len(to_be) > len(standing):
            added = self._range(move.last + 1, move.new_last)
            if added.row_height != new:
                added.row_height = new

    def hide(self, rows: Collection[int]) -> None:
        """Hide rows of the sheet."""
        for first, last, _ in _runs((row, None) for row in sorted(rows)):
            self._range(first, last).rows.hidden = True

    def _changes(self, standing: Sequence[float], to_be: Sequence[float | None]) -> Iterator[tuple[int, float | None]]:
        for place, height in enumerate(to_be):
            now = standing[place] if place < len(standing) else None
            if height != now:
                yield self._move.first + place, height

    def _give(self, changes: Iterable[tuple[int, float | None]]) -> None:
        for first, last, height in _runs(changes):
            rows = self._range(first, last)
            rows.rows.autofit()
            if height is not None and not (rows.row_height == height and _alike(rows, height, last - first + 1)):
                rows.row_height = height

    def _range(self, first: int, last: int) -> xw.Range:
        return self._sheet.range(f"{first}:{last}")  # whole rows: Excel fits no others


def _rows(run: Run) -> range:
    return range(run.first, run.last + 1)


def _alike(rows: xw.Range, height: float | None, count: int) -> bool:
    return height is not None and abs(rows.height - height * count) < _SAME


def _runs(rows: Iterable[tuple[int, float | None]]) -> list[tuple[int, int, float | None]]:
    found: list[tuple[int, int, float | None]] = []
    for row, height in rows:
        if found and found[-1][1] == row - 1 and found[-1][2] == height:
            found[-1] = (found[-1][0], row, height)
        else:
            found.append((row, row, height))
    return found
