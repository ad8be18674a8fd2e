"""Which row of a frame is which row that stands in a table, and in what order the rows are to stand. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from leads_excel.excel.cells import values as cells

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    import pandas as pd

    from leads_excel.excel.book.protocol import Key, SortKey, Standing
    from leads_excel.excel.cells.values import Cell

_CHUNK = 4096
_Rank: TypeAlias = "tuple[int, Any]"


def row_hashes(columns: Sequence[Sequence[Cell]], *, date1904: bool = False) -> list[int]:
    """Reduce each row to one number that tells whether its cells are still the same.

    Args:
        columns: Cells column by column, equally long.
        date1904: True when the workbook counts days from 1904.

    Returns:
        One number per row, equal within one process for rows whose cells are equal once `cells.plain`.
    """
    hashed = [_hashes(column, date1904=date1904) for column in columns]
    return [hash(row) for row in zip(*hashed, strict=True)]


def _hashes(column: Sequence[Cell], *, date1904: bool) -> list[int]:
    kinds = set(map(type, column))
    if "" not in column and not any(issubclass(kind, date | float) for kind in kinds):
        return list(map(hash, column))
    known = {cell: hash(cells.plain(cell, date1904=date1904)) for cell in set(column)}
    return [known[cell] for cell in column]


def _frame_hashes(frame: pd.DataFrame, *, date1904: bool) -> list[int]:
    columns = (_series_hashes(frame[name], date1904=date1904) for name in frame)
    return [hash(row) for row in zip(*columns, strict=True)]


def _series_hashes(values: pd.Series[Any], *, date1904: bool) -> list[int]:
    parted = cells.distinct(values)
    if parted is None:
        return _hashes(cells.to_column(values, date1904=date1904), date1904=date1904)
    hashes: list[int] = np.array(_hashes(parted[0], date1904=date1904), dtype=np.int64)[parted[1]].tolist()
    return hashes


def row_keys(columns: Sequence[Sequence[Cell]], *, date1904: bool = False) -> list[Key]:
    """Read the key of each row off its key columns.

    Args:
        columns: The key columns' cells, equally long.
        date1904: True when the workbook counts days from 1904.

    Returns:
        One key per row.
    """
    return list(zip(*(_plain_column(column, date1904=date1904) for column in columns), strict=True))


def _plain_column(column: Sequence[Cell], *, date1904: bool) -> Sequence[bool | float | str | None]:
    if set(map(type, column)) <= {int, NoneType}:
        return cast("Sequence[int | None]", column)
    return [cells.plain(cell, date1904=date1904) for cell in column]


@dataclass(frozen=True)
class Match:
    """How a frame and a standing table meet.

    Args:
        keys: For each row of the frame, its key.
        carried: For each row of the frame, the standing row of the same identity, or -1.
        changed: Rows of the frame that stand already, with other values, in order.
        gone: Standing rows that the frame no longer has, in order; blank rows are not counted.
    """

    keys: list[Key]
    carried: list[int]
    changed: list[int]
    gone: list[int]

    @property
    def new(self) -> int:
        """How many rows of the frame do not stand yet."""
        return self.carried.count(-1)


def match(standing: Standing, frame: pd.DataFrame, key: Sequence[str], *, date1904: bool = False) -> Match:
    """Find for each row of a frame the row of a table that is about the same thing.

    A key identifies a row where it begins with a positive number. Other rows (the API gave no usable number) are the
    same only when they are equal as a whole. Rows that share an identity meet in order.

    Args:
        standing: The table as it stands.
        frame: The columns of ours that the table has.
        key: Names of the key columns, all of them in the frame.
        date1904: True when the workbook counts days from 1904.

    Returns:
        The match.
    """
    rows = filled_rows(standing, frame.shape[1])
    named = [standing.keys[row] for row in rows]
    waiting = _Waiting(rows, _identities(named, lambda places: [standing.hashes[rows[place]] for place in places]))
    keys: list[Key] = []
    carried: list[int] = []
    for start in range(0, len(frame), _CHUNK):  # cells of all rows at once would outweigh the frame
        part = frame.iloc[start : start + _CHUNK]
        part_keys = row_keys([cells.to_column(part[name], date1904=date1904) for name in key], date1904=date1904)
        keys += part_keys
        hashes = partial(_hashes_at, part, date1904=date1904)
        carried += waiting.take(_identities(part_keys, hashes)) if rows else [-1] * len(part)
    changed = _changed(standing, frame, carried, date1904=date1904)
    return Match(keys, carried, changed, waiting.left)


def _changed(standing: Standing, frame: pd.DataFrame, carried: Sequence[int], *, date1904: bool) -> list[int]:
    """List the rows of a frame that stand with other values; those that are known to be alike are not hashed."""
    met = [row for row, old in enumerate(carried) if old >= 0]
    if standing.same:
        met = [row for row in met if standing.same[carried[row]] != row]
    changed: list[int] = []
    for start in range(0, len(met), _CHUNK):
        rows = met[start : start + _CHUNK]
        hashes = _frame_hashes(frame.iloc[rows], date1904=date1904)
        changed += (row for row, found in zip(rows, hashes, strict=True) if standing.hashes[carried[row]] != found)
    return changed


def _hashes_at(frame: pd.DataFrame, rows: Sequence[int], *, date1904: bool) -> list[int]:
    return _frame_hashes(frame.iloc[list(rows)], date1904=date1904)


def _identities(keys: Sequence[Key], hashes: Callable[[Sequence[int]], Sequence[int]]) -> list[Hashable]:
    """Tell what each row is known by: its key, or its hash where the key is not usable."""
    found: list[Hashable] = list(keys)
    unnamed = unusable(keys)
    for place, row_hash in zip(unnamed, hashes(unnamed) if unnamed else (), strict=True):
        found[place] = row_hash
    return found


def unusable(keys: Sequence[Key]) -> list[int]:
    """Find the keys that identify no row: those that do not begin with a positive number."""
    first = [key[0] for key in keys]
    if set(map(type, first)) <= {int, float} and min(cast("list[float]", first), default=1) > 0:
        return []
    return [place for place, cell in enumerate(first) if not _is_positive(cell)]


def _is_positive(cell: bool | float | str | None) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and cell > 0


class _Waiting:
    """Standing rows by identity, until rows of a frame take them; those that share one are taken in order."""

    def __init__(self, rows: Sequence[int], identities: Sequence[Hashable]) -> None:
        self._next = dict(zip(reversed(identities), reversed(rows), strict=True))
        self._others: dict[Hashable, list[int]] = defaultdict(list)
        if len(self._next) < len(rows):
            for row, identity in zip(reversed(rows), reversed(identities), strict=True):
                if self._next[identity] != row:
                    self._others[identity].append(row)

    def take(self, identities: Sequence[Hashable]) -> list[int]:
        """Take a row for each identity, or -1."""
        if not self._others:
            return [self._next.pop(identity, -1) for identity in identities]
        return list(map(self._take, identities))

    def _take(self, identity: Hashable) -> int:
        row = self._next.pop(identity, -1)
        if others := self._others.get(identity):
            self._next[identity] = others.pop()
        return row

    @property
    def left(self) -> list[int]:
        """The rows that nobody took, in order."""
        return sorted([*self._next.values(), *(row for rows in self._others.values() for row in rows)])


def filled_rows(standing: Standing, width: int) -> list[int]:
    """List the rows of a table that hold anything; an empty table stands as one blank row.

    Args:
        standing: The table as it stands.
        width: How many columns its hashes cover.

    Returns:
        The rows, in order.
    """
    blank = hash((hash(None),) * width)
    return [row for row, value in enumerate(standing.hashes) if value != blank or _is_used(standing, row)]


def _is_used(standing: Standing, row: int) -> bool:
    return row in standing.notes or row in standing.drawn or bool(standing.attached.get(row))


def sorted_rows(frame: pd.DataFrame, carried: Sequence[int], standing: Standing) -> list[int] | None:
    """Sort rows as Excel sorted the table before: by value, blanks last, ties in the frame's order.

    Args:
        frame: New rows, columns named by the table's headings.
        carried: For each row of the frame, the standing row whose notes come along, or -1.
        standing: The table as it stands, with its sort.

    Returns:
        Rows of the frame in their new order, or None where a sort column is neither ours nor holds typed values.
    """
    order = list(range(len(frame)))
    for sort in reversed(standing.sort):
        values = _sort_values(frame, carried, standing, sort)
        if values is None:
            return None
        ranks = {row: _rank(values[row]) for row in order if values[row] not in (None, "")}
        blanks = [row for row in order if row not in ranks]
        order = sorted(ranks, key=ranks.__getitem__, reverse=sort.descending) + blanks
    return order


def _sort_values(
    frame: pd.DataFrame, carried: Sequence[int], standing: Standing, sort: SortKey
) -> Sequence[Cell] | None:
    if sort.header in frame:
        return cells.to_column(frame[sort.header])
    typed = {row: note[sort.header] for row, note in standing.notes.items() if sort.header in note}
    return [typed.get(row) for row in carried] if typed else None


def _rank(cell: Cell) -> _Rank:
    if isinstance(cell, bool):
        return 2, cell
    if isinstance(cell, str):
        return 1, cell.casefold()
    return 0, cells.plain(cell)
