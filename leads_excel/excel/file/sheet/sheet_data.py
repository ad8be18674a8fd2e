"""A worksheet's part read as a stream: what stands before its rows, the rows, what stands behind them.

Elements are found by their bytes, so that whatever a refresh does not change stays as it is (ECMA-376 part 1,
18.3.1). Any prefix of the main namespace is understood, and cells and rows without an address (18.3.1.4).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from leads_excel.excel.cells.references import column_letters, column_number
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RawCell: TypeAlias = tuple[int, bytes, bytes]
"""A cell as it is written: column, attributes without the address, content."""

_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*?(/?)>")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_ADDRESS = re.compile(rb"""\sr\s*=\s*["']\$?([A-Z]+)\$?\d+["']""")
_SLASH = ord("/")
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
        self._chunks, self.name = chunks, name
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
        return WorkbookError(f"The sheet {self.name} is written in an unusual way: save the workbook in Excel first.")

    def rows(self) -> Iterator[Row]:
        """Read the rows, once, in order."""
        if self._empty:
            return
        finish, end = b"</" + self.prefix + b"row>", b"</" + self.prefix + b"sheetData"
        number = 0
        while True:
            if b"<!" in self._buffer:  # comments and CDATA could hide tags
                raise self._unclear()
            *whole, rest = self._buffer.split(finish)
            last, mark, _ = rest.partition(end)
            for row in self._rows_in(whole, last if mark else b"", number):
                if row.number <= number:
                    raise self._unclear()
                number = row.number
                yield row
            self._buffer = rest
            if mark:
                break
            self._more(_LONGEST_ROW)
        self._buffer = self._buffer[self._buffer.index(b">", self._buffer.index(end)) + 1 :]

    def _rows_in(self, whole: list[bytes], last: bytes, number: int) -> Iterator[Row]:
        begin = b"<" + self.prefix + b"row"
        for piece in (*whole, last):
            start = 0
            while (start := piece.find(b"<", start)) >= 0:
                close = piece.find(b">", start)
                if not piece.startswith(begin, start) or close < 0:
                    raise self._unclear()
                empty = piece[close - 1] == _SLASH
                attributes = piece[start + len(begin) : close - empty]
                found = _ROW_NUMBER.search(attributes)
                number = int(found[1]) if found else number + 1
                yield Row(number, attributes, b"" if empty else piece[close + 1 :])
                if not empty:
                    break
                start = close

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
