"""Rows that stand as a refresh would write them: found by their key, compared by their bytes, never read."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby, repeat
from typing import TYPE_CHECKING, Protocol

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
_SLACK = 8
"""One of so many rows may be another than the next one of the frame: new, gone, changed."""
_PATIENCE = 400
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

    def is_named(self, row: int) -> bool:
        """Say whether a row can be found by its key."""
        return self.keys[row] in self._places

    def take(self, rows: Sequence[int]) -> pd.DataFrame:
        """Take some rows, in any order."""
        if isinstance(rows, range):
            return self.frame.iloc[rows.start : rows.stop]
        return self.frame.take(np.array(rows, dtype=np.intp))


class Keys(Protocol):
    """Keys of rows, by their place."""

    def __getitem__(self, place: int) -> Key: ...


@dataclass(slots=True)
class Compared:
    """What comparing some rows told.

    Args:
        same: For each row the row of the frame whose cells it holds, byte for byte, else -1.
        own: The rows, by place, that do but for cells of the user's: what follows the address of each cell in the
            user's own columns, left to right; empty for an absent one. Those of the other rows hold nothing.
        behind: The cells that stand to the right of the table, by place.
        following: The row of the frame that the next row may be; -1 where the rows stand in another order.
    """

    same: list[int]
    own: dict[int, list[bytes]] = field(default_factory=dict)
    behind: dict[int, bytes] = field(default_factory=dict)
    following: int = -1


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

    def follow(self, number: int, rows: Sequence[bytes], tag: bytes, row: int, keys: Keys) -> Compared:
        """Compare rows that mostly stand in the order of the frame, without reading their keys.

        Args:
            number: The number of the first one.
            rows: The rows, with their start tags.
            tag: The start tag that most have, `ROW` in the place of their number.
            row: The row of the frame that the first one may be.
            keys: The key of each row, by its place; only a few are asked for.

        Returns:
            Which of them are as they are expected; of the first ones only, where many are not.
        """
        count = min(len(self._rows.keys) - row, len(rows) + len(rows) // _SLACK + 1)
        columns = self._written(range(row, row + count)) if count > 0 else []
        whole = list(map(b"".join, zip(repeat(tag), *columns, strict=False))) if columns else []
        compared, at, missed = Compared([]), 0, 0
        for place, text in enumerate(rows):
            mark = b"%d" % (number + place)
            if at < count and self._meets(compared, place, text, mark, whole, columns, at, row):
                at += 1
                continue
            (found,) = self._rows.find([keys[place]])
            if 0 <= found - row < count and found - row != at:
                at = found - row
                if self._meets(compared, place, text, mark, whole, columns, at, row):
                    at += 1
                    continue
            at += found == row + at
            compared.same.append(-1)
            missed += 1
            if missed * _SLACK > place + _PATIENCE:
                return compared
        compared.following = row + at
        return compared

    def _meets(  # noqa: PLR0913, PLR0917 - one step of a loop
        self,
        compared: Compared,
        place: int,
        text: bytes,
        mark: bytes,
        whole: Sequence[bytes],
        columns: Sequence[Sequence[bytes]],
        at: int,
        row: int,
    ) -> bool:
        """Note a row that is as expected."""
        if not self._rows.is_named(row + at):
            return False
        if text != whole[at].replace(ROW, mark):
            parted = self._parted(text, mark, columns, at)
            if parted is None:
                return False
            compared.own[place] = parted[0]
            compared.behind.update({place: parted[1]} if parted[1] else {})
        compared.same.append(row + at)
        return True

    def compare(self, number: int, rows: Sequence[bytes], tag: bytes, keys: Sequence[Key]) -> Compared:
        """Compare rows that stand in any order.

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
        columns = self._written([found[place] for place in met]) if met else []
        whole = map(b"".join, zip(repeat(tag), *columns, strict=False)) if met else ()
        for at, (place, there) in enumerate(zip(met, whole, strict=True)):
            mark = b"%d" % (number + place)
            if rows[place] == there.replace(ROW, mark):
                compared.same[place] = found[place]
            elif (parted := self._parted(rows[place], mark, columns, at)) is not None:
                compared.same[place], compared.own[place] = found[place], parted[0]
                compared.behind.update({place: parted[1]} if parted[1] else {})
        if found and found == list(range(found[0], found[0] + len(found))):
            compared.following = found[-1] + 1
        return compared

    def _written(self, rows: Sequence[int]) -> list[Sequence[bytes]]:
        part = self._rows.take(rows)
        return [
            column.written(part[header]) if isinstance(column, FrameCells) else [column.written] * len(rows)
            for column, header in zip(self._columns, self._headers, strict=True)
        ]

    def _parted(
        self, row: bytes, digits: bytes, columns: Sequence[Sequence[bytes]], at: int
    ) -> tuple[list[bytes], bytes] | None:
        """Part a row into the user's own cells and those behind the table; None where ours are not as expected."""
        start = b'<%srow r="%s"' % (self._prefix, digits)
        close = row.find(b">")
        if not row.startswith(start) or row[close - 1 : close] == b"/":
            return None
        cells, place, own = row[close + 1 :], 0, list[bytes]()
        for n, (ours, run) in enumerate(self._runs):
            if ours:
                expected = b"".join([columns[k][at] for k in run]).replace(ROW, digits)
                if not expected or not cells.startswith(expected, place):
                    return None
                place += len(expected)
                continue
            following = self._address(columns, n + 1, at).replace(ROW, digits)
            after = cells.find(following, place) if following else None
            found = self._rests(cells[place:after], run, digits) if after != -1 else None
            if found is None or (found[1] and following):
                return None
            own += found[0]
            place = len(cells) - len(found[1]) if after is None else after
        behind = cells[place:]
        return (own, behind) if not behind or self._is_behind(behind) else None

    def _address(self, columns: Sequence[Sequence[bytes]], run: int, at: int) -> bytes:
        """Tell the address of the first cell of a run; nothing where there is none."""
        cells = (columns[k][at] for k in self._runs[run][1]) if run < len(self._runs) else iter(())
        cell = next(filter(None, cells), b"")
        return cell[: cell.find(b'"', len(self._opening)) + 1]

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
