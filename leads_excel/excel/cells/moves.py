"""What becomes of references when the rows of a table move: areas, lists of areas, formulas. Pure.

A refresh leaves cells below and beside a table where they are; only the table's own rows and its totals row move.
Grammar of formulas: ECMA-376 part 1, 18.17.2. Formulas are in file form: English, no leading `=`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import ne
from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import BRACKETS, LITERAL, Area
from leads_excel.excel.cells.values import MAX_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.excel.cells.sheet_names import SheetNames

_SHEET = r"'(?:[^']|'')+'|\w[\w.]*(?::\w[\w.]*)?"
_REFERENCE = re.compile(
    rf"{LITERAL}|{BRACKETS}(?!\w*!)"
    rf"|(?:(?<![\w.\]'!])(?P<sheet>{_SHEET})!|(?<![\w.$!':]))(?:"
    r"(?P<left>\$?[A-Z]{1,3})(?P<fixed>\$?)(?P<top>\d{1,7})"
    r"(?::(?:(?P=sheet)!)?(?P<right>\$?[A-Z]{1,3})(?P<fixed_too>\$?)(?P<bottom>\d{1,7}))?"
    r"|(?P<row_fixed>\$?)(?P<first>\d{1,7}):(?:(?P=sheet)!)?(?P<row_fixed_too>\$?)(?P<last>\d{1,7})"
    r")(?![\w(.!:])"
)


@dataclass(frozen=True)
class Move:
    """How the rows of one table move.

    Args:
        sheet: Name of its sheet.
        area: The table as it stands, header and totals row included.
        totals: How many totals rows it has, 0 or 1.
        rows: How many data rows it is to have.
        carried: For each row to be the standing row that comes there, both counted from 0, or -1 for a new one;
            without it every row stays.
    """

    sheet: str
    area: Area
    totals: int
    rows: int
    carried: Sequence[int] | None = field(default=None, compare=False, repr=False)

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

    @cached_property
    def _places(self) -> dict[int, int]:
        return {old: new for new, old in enumerate(self.carried or ()) if old >= 0}

    @cached_property
    def reorders(self) -> bool:
        """Whether a row comes to stand elsewhere, or leaves."""
        standing, carried = self.last - self.first + 1, self.carried
        return carried is not None and (len(carried) < standing or any(map(ne, carried, range(standing))))

    def holds(self, row: int, column: int) -> bool:
        """Say whether a cell stands in a data row of the table."""
        return self.first <= row <= self.last and self.area.left <= column <= self.area.right

    def row(self, row: int) -> int | None:
        """Look up where a data row of the sheet comes to stand; None where it leaves."""
        new = self._places.get(row - self.first) if self.carried is not None else row - self.first
        return None if new is None else self.first + new

    def across(self, area: Area) -> bool:
        """Say whether an area has a column of the table."""
        return area.left <= self.area.right and self.area.left <= area.right

    def is_totals(self, area: Area) -> bool:
        """Say whether an area is a cell of the totals row, or several."""
        inside = self.area.left <= area.left and area.right <= self.area.right
        around = area.left <= self.area.left and self.area.right <= area.right
        return bool(self.totals) and (inside or around) and area.top == area.bottom == self.area.bottom

    def moved(self, area: Area, *, shared: bool = False) -> Area:
        """Work out what becomes of a reference when the table's rows move.

        A reference to all data rows of some of its columns goes on naming all of them, one to the whole table does
        too, one within the totals row moves with it. One that also names cells beside or below the table, which stay
        where they are, grows where the table outgrows it and loses no cell, unless totals would come into it. Every
        other one stays as it is.

        Args:
            area: What is named.
            shared: True when the same cells of other sheets are named too.
        """
        if not self.across(area):
            return area
        if self.is_totals(area) and not shared:
            return replace(area, top=area.top + self.shift, bottom=area.bottom + self.shift)
        inside = self.area.left <= area.left and area.right <= self.area.right
        around = area.left <= self.area.left and self.area.right <= area.right and area.top <= self.area.top
        bottom = self._bottom(area)
        whole = (not shared and (inside or around)) or (self.totals and area.bottom == self.last)
        return replace(area, bottom=bottom if whole else max(bottom, area.bottom))

    def _bottom(self, area: Area) -> int:
        if area.top > self.last:
            return area.bottom
        if area.bottom > self.area.bottom:
            return max(area.bottom, self.new_area.bottom)
        if self.totals and area.bottom == self.area.bottom:
            return max(area.top, area.bottom + self.shift)
        return self.new_last if area.bottom == self.last and area.top <= self.first else area.bottom


@dataclass(frozen=True)
class Moves:
    """All tables of a workbook whose rows are written anew.

    Args:
        tables: How each moves; those whose end stays are among them.
        sheets: The sheets of the workbook.
    """

    tables: tuple[Move, ...]
    sheets: SheetNames
    _known: dict[str, tuple[list[Move], bool]] = field(default_factory=dict, compare=False, repr=False)

    def __bool__(self) -> bool:
        return self._shifts

    @cached_property
    def _shifts(self) -> bool:
        return any(move.shift for move in self.tables)

    @cached_property
    def reorders(self) -> bool:
        """Whether any row comes to stand elsewhere, or leaves."""
        return any(move.reorders for move in self.tables)

    @cached_property
    def totals(self) -> tuple[bytes, ...]:
        """The numbers of the totals rows that move, as references write them."""
        return tuple(b"%d" % move.area.bottom for move in self.tables if move.totals and move.shift)

    def on(self, sheet: str | None) -> list[Move]:
        """List those on one sheet; none where it has none of which anything moves."""
        moves = [move for move in self.tables if move.sheet == sheet]
        return moves if any(move.shift or move.reorders for move in moves) else []

    def named(self, written: str | None, sheet: str | None) -> tuple[list[Move], bool]:
        """List those that a reference may name.

        Args:
            written: The sheet in front of it, as it is written; None for none.
            sheet: The sheet it stands on, or None.

        Returns:
            The tables, and whether the reference names several sheets.
        """
        if written is None:
            return self.on(sheet), False
        if written not in self._known:
            sheets = self.sheets.named(written)
            self._known[written] = [move for name in sheets for move in self.on(name)], len(sheets) > 1
        return self._known[written]


def moved_area(area: Area, moves: Sequence[Move], *, shared: bool = False) -> Area:
    """Work out what becomes of an area when several tables of its sheet move."""
    changed = [new for move in moves if (new := move.moved(area, shared=shared)) != area]
    if not changed:
        return area
    if any(new.top != area.top for new in changed):  # the totals row
        return changed[0] if len(set(changed)) == 1 else area
    others = [min(area.bottom, move.new_area.bottom) for move in moves if move.area.overlaps(area)]
    return replace(area, bottom=max([new.bottom for new in changed] + (others if len(others) > 1 else [])))


# --- lists of areas --------------------------------------------------------------------------------------------------


def move_areas(text: str, moves: Sequence[Move]) -> str:
    """Move a list of areas (`sqref`, 18.18.76) on the sheet of the tables that move.

    An area within one row of a table goes with that row, and is gone with it.
    """
    tokens = [(token, Area.parse(token)) for token in text.split()]
    areas = [area for _, area in tokens if area]
    news: dict[Area, Area | None] = {area: _in_row(area, moves) for area in areas}
    for move in moves if len(areas) > 1 else ():
        news.update(_fragments(areas, move))
    kept = [new for new in news.values() if new is not None]
    left = []
    for token, area in tokens:
        new = news[area] if area else None
        if area is None or new == area:
            left.append(token)
        elif new is not None and not any(other != new and _covers(other, new) for other in kept):
            cell = ":" not in token and new.top == new.bottom
            left.append(str(new).partition(":")[0] if cell else str(new))
    return " ".join(dict.fromkeys(left))


def _in_row(area: Area, moves: Sequence[Move]) -> Area | None:
    move = next((move for move in moves if is_in_row(area, move)), None)
    if move is None:
        return moved_area(area, moves)
    row = move.row(area.top)
    return replace(area, top=row, bottom=row) if row is not None else None


def is_in_row(area: Area, move: Move) -> bool:
    """Say whether an area belongs to one row of a table that has several."""
    return area.top == area.bottom and move.first < move.last and move.holds(area.top, max(area.left, move.area.left))


def _fragments(areas: Sequence[Area], move: Move) -> dict[Area, Area | None]:
    """Move what pasting has left of an area over all rows: the last piece grows, as Excel lets it, the others end."""
    pieces = [a for a in areas if move.across(a) and move.area.top <= a.bottom <= move.last and a.top <= move.last]
    heads = [a for a in pieces if a.top <= move.first and a.bottom < move.last]
    tails = [a for a in pieces if a.top > move.first and a.bottom == move.last]
    tails = [tail for tail in tails if any(h.left <= tail.right and tail.left <= h.right for h in heads)]
    if not tails:
        return {}
    if not move.shift:
        return {a: a for a in pieces}
    news: dict[Area, Area | None] = {
        a: replace(a, bottom=min(a.bottom, move.new_last)) if a.top <= move.new_last else None
        for a in pieces
        if a not in tails and a.bottom < move.last
    }
    return news | {a: replace(a, top=min(a.top, move.new_last), bottom=move.new_last) for a in tails}


def _covers(area: Area, other: Area) -> bool:
    across = area.left <= other.left and other.right <= area.right
    return across and area.top <= other.top and other.bottom <= area.bottom


# --- formulas --------------------------------------------------------------------------------------------------------


def move_formula(
    formula: str,
    moves: Moves,
    sheet: str | None,
    *,
    filled: bool = False,
    listed: bool = False,
    linked: bool = False,
    row: int | None = None,
) -> str:
    """Move the references in a formula that stays in its cell.

    Args:
        formula: The formula, in file form.
        moves: The tables that move.
        sheet: The sheet it stands on, for references without a sheet; None where there are none.
        filled: True when it is filled down a column: then only absolute rows are meant to stay what they are.
        listed: True when it is nothing but a list of cells, as of a chart: Excel writes one over a single row as a
            single cell.
        linked: True when it is the cell that a control is linked to, which goes with its row.
        row: The row it stands in, where that is known: `F$2:F9` in row 9 is a running total, elsewhere a column.

    Returns:
        The formula, changed where it has to be.
    """
    how = _How(filled=filled, listed=listed, row=row)
    if linked:
        return _REFERENCE.sub(lambda found: _linked(found, moves, sheet, how), formula)
    return _REFERENCE.sub(lambda found: _moved(found, moves, sheet, how), formula)


def carried_formula(formula: str, moves: Moves, sheet: str, rows: int) -> str:
    """Move the references in a formula that moves with its row, and is shifted like a copy after that.

    Only ranges with absolute rows are meant to stay a whole column (`F$2:F2` is a running total, even in the first
    row). The totals row is meant however it is written.

    Args:
        formula: The formula, in file form.
        moves: The tables that move.
        sheet: The sheet it stands on.
        rows: By how many rows it is going to be shifted.

    Returns:
        The formula, changed where it has to be.
    """
    return _REFERENCE.sub(lambda found: _moved(found, moves, sheet, _How(carried=True, rows=rows)), formula)


@dataclass(frozen=True, slots=True)
class _How:
    """How a formula is used: filled down, carried along with its row and shifted after that, or a list of cells."""

    filled: bool = False
    listed: bool = False
    carried: bool = False
    rows: int = 0
    row: int | None = None

    def runs(self, top: int, bottom: int, *, fixed: bool) -> bool:
        """Say whether a range with one absolute end may be a running total."""
        return self.row is None or self.row == (bottom if fixed else top)


def _moved(found: re.Match[str], moves: Moves, sheet: str | None, how: _How) -> str:
    top, bottom = found["top"] or found["first"], found["bottom"] or found["last"] or found["top"]
    fixed = bool(found["fixed"] or found["row_fixed"])
    ends_fixed = bool(found["fixed_too"] or found["row_fixed_too"])
    single = found["top"] is not None and found["bottom"] is None
    if top is None or (how.filled and not fixed):
        return found[0]
    if fixed != ends_fixed and not single and how.runs(int(top), int(bottom), fixed=fixed):
        return found[0]
    tables, shared = moves.named(found["sheet"], sheet)
    if not tables:
        return found[0]
    area = _area(found, int(top), int(bottom))
    if single and how.listed and any(move.first == move.last == area.top and move.across(area) for move in tables):
        new = moved_area(area, tables, shared=shared)
        return found[0] if new == area else f"{found[0]}:{found['left']}{found['fixed']}{new.bottom}"
    if (single or (how.carried and not fixed)) and not any(move.is_totals(area) for move in tables):
        return found[0]
    new = moved_area(area, tables, shared=shared)
    by = 0 if fixed else how.rows
    return found[0] if new == area else _with_rows(found, new.top - by, new.bottom - by)


def _linked(found: re.Match[str], moves: Moves, sheet: str | None, how: _How) -> str:
    if found["top"] is not None and found["bottom"] is None:
        area = _area(found, int(found["top"]), int(found["top"]))
        for move in moves.named(found["sheet"], sheet)[0]:
            if move.holds(area.top, area.left):
                row = move.row(area.top)
                return _with_rows(found, row, row) if row is not None else found[0]
    return _moved(found, moves, sheet, how)


def _area(found: re.Match[str], top: int, bottom: int) -> Area:
    if found["top"] is None:
        return Area(1, top, MAX_COLUMNS, bottom)
    ends = f"{found['left']}{top}:{found['right'] or found['left']}{bottom}"
    return Area.parse(ends) or Area(0, 0, 0, 0)


def _with_rows(found: re.Match[str], top: int, bottom: int) -> str:
    text, start = found[0], found.start()
    places = [(name, row) for name, row in (("top", top), ("first", top), ("bottom", bottom), ("last", bottom))]
    for name, row in sorted(places, key=lambda place: -found.start(place[0])):
        if found[name] is not None:
            text = text[: found.start(name) - start] + str(row) + text[found.end(name) - start :]
    return text
