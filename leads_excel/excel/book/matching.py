"""Which row of a frame is which row that stands in a table, and in what order the rows are to stand. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from leads_excel.excel.cells import values as cells

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

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
    return list(zip(*([cells.plain(cell, date1904=date1904) for cell in column] for column in columns), strict=True))


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
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for row in reversed(filled_rows(standing, frame.shape[1])):
        waiting[_identity(standing.keys[row], standing.hashes[row])].append(row)
    keys: list[Key] = []
    carried: list[int] = []
    changed: list[int] = []
    for start in range(0, len(frame), _CHUNK):  # cells of all rows at once would outweigh the frame
        part = frame.iloc[start : start + _CHUNK]
        part_keys = row_keys([cells.to_column(part[name], date1904=date1904) for name in key], date1904=date1904)
        keys += part_keys
        met = [place for place, found in enumerate(part_keys) if found in waiting or not _is_usable(found)]
        hashes = dict(zip(met, _frame_hashes(part.iloc[met], date1904=date1904), strict=True)) if waiting else {}
        for place, found in enumerate(part_keys):
            old = _take(waiting, _identity(found, hashes[place])) if place in hashes else -1
            if old >= 0 and standing.hashes[old] != hashes[place]:
                changed.append(len(carried))
            carried.append(old)
    return Match(keys, carried, changed, sorted(row for rows in waiting.values() for row in rows))


def _identity(key: Key, row_hash: int) -> Hashable:
    return key if _is_usable(key) else row_hash


def _is_usable(key: Key) -> bool:
    first = key[0]
    return isinstance(first, int | float) and not isinstance(first, bool) and first > 0


def _take(waiting: dict[Hashable, list[int]], identity: Hashable) -> int:
    rows = waiting.get(identity)
    return rows.pop() if rows else -1


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
