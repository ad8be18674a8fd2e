"""Rows that stand as a refresh would write them: found by their key, compared by their bytes, never read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, repeat
from typing import TYPE_CHECKING

import numpy as np

from leads_excel.excel.book.matching import row_keys, unusable
from leads_excel.excel.cells.references import column_letters, column_number
from leads_excel.excel.cells.values import to_column
from leads_excel.excel.file.columns.column_cells import ROW, FrameCells, OwnCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from leads_excel.excel.book.protocol import Key

_CHUNK = 4096
_LETTERS = re.compile(rb"[A-Z]+")


class FrameRows:
    """The rows of a frame by key: those whose key is usable and no other row's.

    Args:
        frame: The frame, its columns named by a table's headings.
        key: The headings that identify a row.
        date1904: True when the workbook counts days from 1904.
    """

    def __init__(self, frame: pd.DataFrame, key: Sequence[str], *, date1904: bool) -> None:
        self.frame = frame
        self.keys: list[Key] = []
        """The key of each row."""
        for start in range(0, len(frame), _CHUNK):
            columns = [to_column(frame[name].iloc[start : start + _CHUNK], date1904=date1904) for name in key]
            self.keys += row_keys(columns, date1904=date1904)
        places = dict(zip(self.keys, range(len(frame)), strict=True))
        counts = Counter(self.keys) if len(places) < len(frame) else {}
        for found in [self.keys[row] for row in unusable(self.keys)] + [k for k, count in counts.items() if count > 1]:
            places.pop(found, None)
        self._places = places

    def find(self, keys: Sequence[Key]) -> list[int]:
        """Find the row with each key, or -1."""
        return [self._places.get(key, -1) for key in keys]

    def named(self, first: int, count: int) -> int:
        """Say how many rows from one on, and no more than some, can be found by their keys."""
        keys = self.keys[first : first + count]
        return next((place for place, key in enumerate(keys) if key not in self._places), len(keys))

    def take(self, rows: Sequence[int]) -> pd.DataFrame:
        """Take some rows, in any order."""
        if isinstance(rows, range):
            return self.frame.iloc[rows.start : rows.stop]
        return self.frame.take(np.array(rows, dtype=np.intp))


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing some rows told.

    Args:
        same: For each row the row of the frame whose cells it holds, byte for byte, else -1.
        own: The rows, by place, that do but for cells of the user's: what follows the address of each cell in the
            user's own columns, left to right; empty for an absent one. Those of the other rows hold nothing.
        behind: The cells that stand to the right of the table, by place.
    """

    same: list[int]
    own: dict[int, list[bytes]] = field(default_factory=dict)
    behind: dict[int, bytes] = field(default_factory=dict)


class ExpectedRows:
    """Compares rows of a table with those that a refresh would write.

    Args:
        rows: The rows of the frame.
        columns: For each column of the table how its cells are written; the user's own are `OwnCells`.
        headers: The headings of the table.
        left: The first column of the table, counted from 1.
        prefix: The prefix of the sheet's main namespace, with its colon.
    """

    def __init__(
        self,
        rows: FrameRows,
        columns: Sequence[FrameCells | OwnCells],
        headers: Sequence[str],
        left: int,
        prefix: bytes,
    ) -> None:
        self._rows, self._columns, self._headers, self._prefix = rows, columns, headers, prefix
        self._right = left + len(columns) - 1
        self._letters = [column_letters(left + k).encode() for k in range(len(columns))]
        self._opening, self._closing = b"<" + prefix + b'c r="', (b"</" + prefix + b"c>", b"/>")
        runs = groupby(range(len(columns)), key=lambda k: isinstance(columns[k], FrameCells))
        self._runs = [(ours, list(run)) for ours, run in runs]

    def in_order(self, number: int, rows: Sequence[bytes], tag: bytes, row: int) -> int:
        """Count how many rows hold just what the rows of the frame do, one after the other, and nothing of the user's.

        Args:
            number: The number of the first one.
            rows: The rows, with their start tags.
            tag: The start tag that they have, `ROW` in the place of their number.
            row: The row of the frame that the first one is compared with.
        """
        count = self._rows.named(row, len(rows))
        if not count:
            return 0
        numbers = range(number, number + count)
        columns = self._written(range(row, row + count), numbers)
        marks = [b"%d" % found for found in numbers]
        whole = map(b"".join, zip(repeat(tag), *columns, strict=False))
        alike = [text == there.replace(ROW, mark) for text, there, mark in zip(rows, whole, marks, strict=False)]
        return count if all(alike) else alike.index(False)

    def compare(self, number: int, rows: Sequence[bytes], tag: bytes, keys: Sequence[Key]) -> Compared:
        """Compare some rows that follow each other.

        Args:
            number: The number of the first one.
            rows: The rows, with their start tags.
            tag: The start tag that most have, `ROW` in the place of their number.
            keys: Their keys.

        Returns:
            Which of them are as they are expected.
        """
        found = self._rows.find(keys)
        met = [place for place, row in enumerate(found) if row >= 0]
        compared = Compared([-1] * len(rows))
        if not met:
            return compared
        columns = self._written([found[place] for place in met], [number + place for place in met])
        marks = [b"%d" % (number + place) for place in met]
        whole = map(b"".join, zip(repeat(tag), *columns, strict=False))
        alike = [rows[p] == there.replace(ROW, mark) for p, there, mark in zip(met, whole, marks, strict=True)]
        for at, (place, is_alike) in enumerate(zip(met, alike, strict=True)):
            if is_alike:
                compared.same[place] = found[place]
                continue
            runs = [
                b"".join([columns[k][at] for k in run]).replace(ROW, marks[at]) if ours else b""
                for ours, run in self._runs
            ]
            if (parted := self._parted(rows[place], marks[at], runs)) is not None:
                compared.same[place], compared.own[place] = found[place], parted[0]
                compared.behind.update({place: parted[1]} if parted[1] else {})
        return compared

    def _written(self, rows: Sequence[int], numbers: Sequence[int]) -> list[list[bytes]]:
        part = self._rows.take(rows)
        return [
            column.written(part[header]) if isinstance(column, FrameCells) else column.written(numbers)
            for column, header in zip(self._columns, self._headers, strict=True)
        ]

    def _parted(self, row: bytes, digits: bytes, written: Sequence[bytes]) -> tuple[list[bytes], bytes] | None:
        """Part a row into the user's own cells and those behind the table; None where ours are not as expected."""
        start = b'<%srow r="%s"' % (self._prefix, digits)
        close = row.find(b">")
        if not row.startswith(start) or row[close - 1 : close] == b"/":
            return None
        cells, place, own = row[close + 1 :], 0, list[bytes]()
        for at, ((ours, run), expected) in enumerate(zip(self._runs, written, strict=True)):
            if ours:
                if not expected or not cells.startswith(expected, place):
                    return None
                place += len(expected)
                continue
            following = written[at + 1] if at + 1 < len(written) else b""
            after = cells.find(following[: following.find(b'"', len(self._opening)) + 1], place) if following else None
            found = self._rests(cells[place:after], run, digits) if after != -1 else None
            if found is None or (found[1] and following):
                return None
            own += found[0]
            place = len(cells) - len(found[1]) if after is None else after
        behind = cells[place:]
        return (own, behind) if not behind or self._is_behind(behind) else None

    def _is_behind(self, cells: bytes) -> bool:
        """Say whether cells stand to the right of the table; one of ours that ought to be absent does not."""
        found = _LETTERS.match(cells, len(self._opening)) if cells.startswith(self._opening) else None
        return found is not None and column_number(found[0].decode()) > self._right

    def _rests(self, cells: bytes, run: Sequence[int], digits: bytes) -> tuple[list[bytes], bytes] | None:
        before, *pieces = cells.split(self._opening)
        rests, met = [], 0
        for k in run:
            address = self._letters[k] + digits + b'"'
            if met == len(pieces) or not pieces[met].startswith(address):
                rests.append(b"")
                continue
            piece = pieces[met]
            if not piece.endswith(self._closing) or b"extLst" in piece or b"shared" in piece:
                return None
            rests.append(piece[len(address) :])
            met += 1
        return None if before else (rests, b"".join([self._opening + piece for piece in pieces[met:]]))
