"""Headings of ours that a user typed anew: found again by their place and by what stands below them. Pure.

A column `Phone` that stands where `phoneNumber` did and holds the phone numbers of the leads is that column. One that
holds something else is the user's own. Where nothing tells, because none of the leads stood there before, nothing is
guessed: the rows stay and the user is asked, since a phone number is no note and a note is no phone number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import TYPE_CHECKING

import pandas as pd

from leads_excel.excel.cells import values as cells
from leads_excel.schema.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leads_excel.excel.book.protocol import Standing
    from leads_excel.excel.cells.values import Cell

PERSONAL = {column.name for columns in TABLES.values() for column in columns if column.sensitive}
"""Our columns that hold personal data, by their API names."""
_WORD = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+")
_SAMPLE = 200
_ENOUGH = 3
"""So many rows that can be compared decide; fewer may be chance."""


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


_NAMED = {
    column.name: _words(f"{column.name} {column.label} {column.arabic}") - {"lead"}  # as a user's own may be called
    for columns in TABLES.values()
    for column in columns
}
"""The words by which a column is known: `Phone` and `Mobile phone` may be `phoneNumber`."""


@dataclass
class Retyped:
    """What became of columns of ours that a table no longer has by name.

    Args:
        found: The headings they go by now, by their name.
        unsure: Headings that may be theirs, and may be the user's, by their name.
        blank: The same, with nothing below them.
    """

    found: dict[str, str] = field(default_factory=dict)
    unsure: dict[str, str] = field(default_factory=dict)
    blank: dict[str, str] = field(default_factory=dict)


class HeadingSearch:
    """Looks for the columns of a frame that a table does not have by name.

    Args:
        headers: The table's headings, left to right.
        present: For columns that the table has, their heading.
        frame: What was fetched, all columns in their usual order.
        standing: The table as it stands, read with the columns that are present.
        carried: For each row of the frame, the standing row of the same identity, or -1.
        date1904: True when the book counts days from 1904.
    """

    def __init__(
        self,
        headers: Sequence[str],
        present: Mapping[str, str],
        frame: pd.DataFrame,
        standing: Standing,
        carried: Sequence[int],
        *,
        date1904: bool,
    ) -> None:
        self._frame, self._standing, self._date1904 = frame, standing, date1904
        self._gaps = list(_gaps(headers, present, list(frame.columns)))
        rows = {old: row for row, old in enumerate(carried)} if self._gaps else {}
        met = (old for old in standing.notes if old in rows) if rows else iter(())
        self._met = [(rows[old], standing.notes[old]) for old in islice(met, _SAMPLE)]

    def result(self) -> Retyped:
        """Tell what became of the columns."""
        found = Retyped()
        for missing, strangers in self._gaps:
            narrow = len(missing) <= len(strangers)
            for name in missing:
                free = [header for header in strangers if header not in found.found.values()]
                verdicts = {header: self._verdict(name, header, narrow=narrow) for header in free}
                self._note(found, name, verdicts, alone=len(missing) == len(strangers))
            if len(missing) == len(strangers):
                pairs = zip(missing, strangers, strict=True)
                blank = {name: header for name, header in pairs if self._is_blank(header)}
                found.blank.update({n: h for n, h in blank.items() if n not in found.found})
        for name, header in list(found.unsure.items()):
            if name in found.found or header in found.found.values():
                del found.unsure[name]
        return found

    @staticmethod
    def _note(found: Retyped, name: str, verdicts: Mapping[str, bool | None], *, alone: bool) -> None:
        sure = [header for header, verdict in verdicts.items() if verdict]
        unsure = [header for header, verdict in verdicts.items() if verdict is None]
        if len(sure) == 1 or (sure and alone):
            found.found[name] = sure[0]
        elif sure or unsure:
            found.unsure[name] = (sure or unsure)[0]

    def _verdict(self, name: str, header: str, *, narrow: bool) -> bool | None:
        """Say whether a heading is a column's: None where nothing tells."""
        if header in self._standing.calculated:
            return False
        pairs = list(self._compared(name, header))
        equal = [new for new, old in pairs if new == old and type(new) is type(old)]
        if len(pairs) >= _ENOUGH:
            return len(equal) * 2 >= len(pairs) and (narrow or len(set(equal)) > 1)
        if not narrow:
            return False
        return True if equal else self._looks_alike(name, header)

    def _compared(self, name: str, header: str) -> Iterator[tuple[Cell, Cell]]:
        rows = [(row, cell) for row, notes in self._met if (cell := notes.get(header)) is not None]
        new = cells.to_column(self._frame[name].iloc[[row for row, _ in rows]], date1904=self._date1904)
        for value, (_, cell) in zip(new, rows, strict=True):
            if value not in {None, ""}:  # what the API does not say tells nothing
                yield self._plain(value), self._plain(cell)

    def _looks_alike(self, name: str, header: str) -> bool | None:
        typed = [self._plain(cell) for cell in self._typed(header)]
        if not typed:
            return False
        verdict = self._looks(name, typed)
        # What is called like a personal column is kept, whatever it looks like, until somebody says whose it is.
        return None if verdict is False and name in PERSONAL and _words(header) & _NAMED[name] else verdict

    def _looks(self, name: str, typed: Sequence[bool | float | str | None]) -> bool | None:
        if not all(_fits(self._frame[name], cell) for cell in typed):
            return False
        values = self._frame[name].dropna().head(_SAMPLE * 5)
        new = {self._plain(cell) for cell in cells.to_column(values, date1904=self._date1904)} - {None}
        shapes = set(map(_shape, new))
        alike = [cell for cell in typed if _shape(cell) in shapes]
        if not new:
            return None
        if len(alike) * 5 < len(typed) * 4:
            return None if name in PERSONAL and len(new) < _ENOUGH else False
        telling = all(re.search(r"[^a ]", _shape(cell)) for cell in alike)
        return True if telling or sum(cell in new for cell in typed) * 2 >= len(typed) else None

    def _typed(self, header: str) -> list[Cell]:
        notes = (self._standing.notes[row].get(header) for row in islice(self._standing.notes, _SAMPLE))
        return [cell for cell in notes if cell is not None]

    def _is_blank(self, header: str) -> bool:
        noted = islice(self._standing.notes.values(), _SAMPLE * 5)
        return header not in self._standing.calculated and not any(header in cells for cells in noted)

    def _plain(self, cell: Cell) -> bool | float | str | None:
        return cells.plain(cell, date1904=self._date1904)


def _gaps(
    headers: Sequence[str], present: Mapping[str, str], names: Sequence[str]
) -> Iterator[tuple[list[str], list[str]]]:
    """List the places where columns of ours are missing and others stand: (ours, others), left to right."""
    ranks = {header: names.index(name) for name, header in present.items()}
    before = -1
    runs = [(known, list(run)) for known, run in groupby(headers, lambda header: header in ranks)]
    for place, (known, run) in enumerate(runs):
        if known:
            before = ranks[run[-1]]
            continue
        after = ranks[runs[place + 1][1][0]] if place + 1 < len(runs) else len(names)
        missing = [name for name in names[before + 1 : after] if name not in present]
        if missing:
            yield missing, run


def _fits(values: pd.Series, cell: Cell) -> bool:
    if isinstance(cell, bool):
        return pd.api.types.is_bool_dtype(values)
    if isinstance(cell, str):
        return pd.api.types.is_string_dtype(values)
    return pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values)


def _shape(cell: Cell) -> str:
    """Reduce a value to its looks: `+966 50 123` is `+9 9 9`, `Sara Ali` is `a a`."""
    if not isinstance(cell, str):
        return type(cell).__name__ if isinstance(cell, bool) else "9"
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell))
