"""A worksheet's part read as a stream: what stands before its rows, the rows, what stands behind them.

Elements are found by their bytes, so that whatever a refresh does not change stays as it is (ECMA-376 part 1,
18.3.1). Any prefix of the main namespace is understood, and cells and rows without an address (18.3.1.4).
"""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from leads_excel.excel.cells.references import column_letters, column_number
from leads_excel.excel.file.attached.attachments import attaching_tags
from leads_excel.excel.file.sheet.moved_references import rows_of_rules
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leads_excel.excel.cells.moves import Move

RawCell: TypeAlias = tuple[int, bytes, bytes]
"""A cell as it is written: column, attributes without the address, content."""

_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*?(/?)>")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)["']""")
_ADDRESS = re.compile(rb"""\sr\s*=\s*["']\$?([A-Z]+)\$?\d+["']""")
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([^"']+)["']""")
_PROTECTION = re.compile(rb"""<(?:\w+:)?sheetProtection\b[^>]*?\ssheet\s*=\s*["'](?:1|true)["']""")
_SLASH = ord("/")
_LONGEST_HEAD = 1 << 26
_LONGEST_ROW = 1 << 28
_LONGEST_SURROUNDINGS = 1 << 22
_SPANS = re.compile(rb"""\sspans\s*=\s*["'][^"']*["']""")
_ROW_STYLE = re.compile(rb"""\ss\s*=""")


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


def look_of(row: Row) -> bytes:
    """Tell the attributes of a row without its number."""
    return row.attributes.replace(b' r="%d"' % row.number, b"", 1)


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
        number = 0
        for pieces in self.pieces():
            for row in self.parsed(pieces, number):
                number = row.number
                yield row

    def pieces(self) -> Iterator[list[bytes]]:
        """Read the rows, once, some at a time, as `parsed` takes them: each from its start tag up to its end tag."""
        if self._empty:
            return
        finish, end = b"</" + self.prefix + b"row>", b"</" + self.prefix + b"sheetData"
        while True:
            if b"!" in self._buffer and b"<!" in self._buffer:  # comments and CDATA could hide tags
                raise self._unclear()
            *whole, self._buffer = self._buffer.split(finish)
            last, mark, _ = self._buffer.partition(end)
            if mark:
                break
            yield whole
            self._more(_LONGEST_ROW)
        self._buffer = self._buffer[self._buffer.index(b">", self._buffer.index(end)) + 1 :]
        yield [*whole, last]

    def parsed(self, pieces: Iterable[bytes], number: int) -> Iterator[Row]:
        """Parse rows.

        Args:
            pieces: The rows, as `pieces` gives them.
            number: The number of the row before them, or 0.
        """
        next_row, start = b"<" + self.prefix + b'row r="%d"', len(self.prefix) + 4
        for piece in pieces:
            close = piece.find(b">")
            usual = close > 0 and piece[close - 1] != _SLASH
            if usual and piece.startswith(next_row % (number + 1)):
                number += 1
                yield Row(number, piece[start:close], piece[close + 1 :])
                continue
            for row in self._rows_in(piece, number):
                if row.number <= number:
                    raise self._unclear()
                number = row.number
                yield row

    def _rows_in(self, piece: bytes, number: int) -> Iterator[Row]:
        begin, start = b"<" + self.prefix + b"row", 0
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


class Surroundings:
    """A sheet without the cells of one table, kept while the sheet is read, so that it need not be read again.

    Args:
        stream: The sheet, at its beginning.
    """

    def __init__(self, stream: SheetStream) -> None:
        self.head, self.prefix, self.name = stream.head, stream.prefix, stream.name
        self._above: list[Row] = []
        self._below: list[Row] = []
        self._beside: dict[int, Row] = {}
        self._tail: list[bytes] = []
        self._numbers, self._looks, self._known = array("i"), array("i"), dict[bytes, int]()
        self._size = 0

    @property
    def complete(self) -> bool:
        """False where there was too much to be kept."""
        return self._size <= _LONGEST_SURROUNDINGS

    @property
    def styled(self) -> bool:
        """Whether a row of the table has a style, which cells show that are not there."""
        return any(_ROW_STYLE.search(attributes) for attributes in self._known)

    def keep(self, row: Row) -> None:
        """Keep a row outside the table."""
        (self._below if self._numbers or self._below else self._above).append(row)
        self._count(len(row.cells))

    def keep_attributes(self, numbers: Iterable[int], attributes: bytes) -> None:
        """Keep the attributes of rows of the table, without their numbers."""
        look, before = self._known.setdefault(_SPANS.sub(b"", attributes), len(self._known)), len(self._numbers)
        self._numbers.extend(numbers)
        self._looks.extend([look] * (len(self._numbers) - before))

    def looks(self, first: int, count: int) -> tuple[list[bytes], array[int]]:
        """List the attributes that rows of the table have, and for each of its rows which of them; the first is none.

        Args:
            first: The first row of the table, by its number.
            count: How many rows it has.
        """
        found = array("i", [0]) * count
        for number, look in zip(self._numbers, self._looks, strict=True):
            found[number - first] = look + 1
        return [b"", *self._known], found

    def change_attributes(self, row: Row) -> None:
        """Keep other attributes for one of the rows that were kept last."""
        look = _SPANS.sub(b"", look_of(row))
        self._looks[row.number - self._numbers[-1] - 1] = self._known.setdefault(look, len(self._known))

    def keep_beside(self, row: Row) -> None:
        """Keep a whole row of the table, for what stands in it beside the table."""
        self._beside[row.number] = row
        self._count(len(row.cells))

    def keep_tail(self, piece: bytes) -> None:
        """Keep a piece of what stands behind the rows."""
        self._tail.append(piece)
        self._count(len(piece))

    def _count(self, size: int) -> None:
        self._size += size
        if not self.complete:
            self._above, self._below, self._beside, self._tail = [], [], {}, []

    def outside(self) -> Iterator[Row]:
        """Go through what stands outside the table, row by row."""
        yield from self._above
        yield from self._beside.values()
        yield from self._below

    def rows(self) -> Iterator[Row]:
        """Go through the rows in order, of the table only those with cells beside it."""
        yield from self._above
        yield from map(self._beside.__getitem__, sorted(self._beside))
        yield from self._below

    def tail(self) -> Iterator[bytes]:
        """Go through what stands behind the rows."""
        yield from self._tail


class Behind:
    """What matters for a table of what stands behind the rows of its sheet.

    Args:
        prefix: The prefix of the main namespace, with its colon.
        move: The table as it stands.
    """

    def __init__(self, prefix: bytes, move: Move) -> None:
        self._prefix, self._move = prefix, move
        self.merges: list[str] = []
        """Cells that are merged."""
        self.protected = False
        """Whether the sheet is protected."""
        self.attaching: list[bytes] = []
        """The tags that attach something to cells."""
        self.ruled: set[int] = set()
        """The rows, by number, of which single cells have formats or validations of their own."""

    def meet(self, piece: bytes) -> None:
        """Read a piece, which cuts no tag."""
        self.protected = self.protected or _PROTECTION.search(piece) is not None
        self.merges += [ref.decode() for ref in _MERGE.findall(piece)]
        self.attaching += attaching_tags(piece, self._prefix)
        self.ruled.update(rows_of_rules(piece, self._move))


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
