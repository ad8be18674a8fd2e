"""A worksheet's part read as a stream: what stands before its rows, the rows, what stands behind them.

Elements are found by their bytes, so that whatever a refresh does not change stays as it is (ECMA-376 part 1,
18.3.1). Any prefix of the main namespace is understood, and cells and rows without an address (18.3.1.4).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from leads_excel.excel.references import column_letters, column_number
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RawCell: TypeAlias = tuple[int, bytes, bytes]
"""A cell as it is written: column, attributes without the address, content."""

_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*?(/?)>")
_ROW_NUMBER = re.compile(rb"""\sr=["'](\d+)["']""")
_ADDRESS = re.compile(rb"""\sr=["']\$?([A-Z]+)\$?\d+["']""")
_ADDRESSED = re.compile(rb"""\s*<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']\$?([A-Z]+)""")
_LONGEST_HEAD = 1 << 26
_LONGEST_ROW = 1 << 28


class Row(NamedTuple):
    """A row as it is written.

    Args:
        number: Its number.
        attributes: Its attributes, the number among them.
        cells: Its cells.
    """

    number: int
    attributes: bytes
    cells: bytes


class SheetStream:
    """A worksheet's part, read from front to back.

    Args:
        chunks: The part.
        name: The sheet's name, for messages.

    Raises:
        WorkbookError: The part cannot be understood. Nothing is guessed.
    """

    def __init__(self, chunks: Iterator[bytes], name: str) -> None:
        self._chunks, self._name = chunks, name
        self._buffer = b""
        while not (found := _DATA.search(self._buffer)):
            self._more(_LONGEST_HEAD)
        self.head = self._buffer[: found.start()]
        """What stands before the rows."""
        self.prefix: bytes = found[1]
        """The prefix of the main namespace, with its colon."""
        self._empty = bool(found[2])
        self._buffer = self._buffer[found.end() :]

    def _more(self, limit: int) -> None:
        chunk = next(self._chunks, None)
        if chunk is None or len(self._buffer) > limit:
            raise self._unclear()
        self._buffer += chunk

    def _unclear(self) -> WorkbookError:
        return WorkbookError(f"The sheet {self._name} is written in an unusual way: save the workbook in Excel first.")

    def rows(self) -> Iterator[Row]:
        """Read the rows, once, in order."""
        if self._empty:
            return
        self._check()
        begin, finish = b"<" + self.prefix + b"row", b"</" + self.prefix + b"row>"
        end = b"</" + self.prefix + b"sheetData"
        number = position = 0
        while True:
            start = self._buffer.find(b"<", position)
            if start < 0 or len(self._buffer) - start < len(end):
                position = self._refill(position)
            elif self._buffer.startswith(end, start):
                break
            elif not self._buffer.startswith(begin, start):
                raise self._unclear()
            elif (found := self._row(start, begin, finish, number)) is None:
                position = self._refill(position)
            else:
                row, position = found
                if row.number <= number:
                    raise self._unclear()
                number = row.number
                yield row
        self._buffer = self._buffer[self._buffer.index(b">", start) + 1 :]

    def _refill(self, position: int) -> int:
        self._buffer = self._buffer[position:]
        self._more(_LONGEST_ROW)
        self._check()
        return 0

    def _check(self) -> None:
        if b"<!" in self._buffer:  # comments and CDATA could hide tags
            raise self._unclear()

    def _row(self, start: int, begin: bytes, finish: bytes, number: int) -> tuple[Row, int] | None:
        close = self._buffer.find(b">", start)
        if close < 0:
            return None
        if self._buffer[close - 1] == ord("/"):
            attributes, cells, end = self._buffer[start + len(begin) : close - 1], b"", close + 1
        else:
            stop = self._buffer.find(finish, close)
            if stop < 0:
                return None
            attributes, cells = self._buffer[start + len(begin) : close], self._buffer[close + 1 : stop]
            end = stop + len(finish)
        found = _ROW_NUMBER.search(attributes)
        return Row(int(found[1]) if found else number + 1, attributes, cells), end

    def tail(self) -> Iterator[bytes]:
        """Read what stands behind the rows, once they are read, in pieces that do not cut a tag or a text."""
        yield from whole_tags(self._rest())

    def _rest(self) -> Iterator[bytes]:
        yield self._buffer
        yield from self._chunks


def whole_tags(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut a stream of XML anew, always just before a tag, so that no tag and no text is split."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        cut = rest.rfind(b"<")
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


@lru_cache
def _cell_pattern(prefix: bytes) -> re.Pattern[bytes]:
    name = re.escape(prefix) + b"c"
    return re.compile(rb"<%s((?:\s[^>]*?)?)(?:/>|>(.*?)</%s>)" % (name, name), re.DOTALL)


def columns_of(row: Row, prefix: bytes) -> tuple[int, int] | None:
    """Look up a row's first and last column without taking it apart; None where that does not tell."""
    first = _ADDRESSED.match(row.cells)
    last = _ADDRESSED.match(row.cells, max(row.cells.rfind(b"<%sc " % prefix), 0))
    return (column_number(first[1].decode()), column_number(last[1].decode())) if first and last else None


def written(cells: Sequence[RawCell], number: int, prefix: bytes) -> bytes:
    """Write cells of a row."""
    name = prefix + b"c"
    openings = ((b'<%s r="%s%d"' % (name, column_letters(cell[0]).encode(), number), cell) for cell in cells)
    return b"".join(
        opening + attributes + (b">%s</%s>" % (content, name) if content else b"/>")
        for opening, (_, attributes, content) in openings
    )


def cells_of(row: Row, prefix: bytes) -> list[RawCell]:
    """Take a row apart into its cells."""
    column, cells = 0, []
    for attributes, content in _cell_pattern(prefix).findall(row.cells):
        found = _ADDRESS.search(attributes)
        column = column_number(found[1].decode()) if found else column + 1
        rest = attributes[: found.start()] + attributes[found.end() :] if found else attributes
        cells.append((column, rest, content))
    return cells
