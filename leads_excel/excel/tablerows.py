"""The rows of a table as they stand on a sheet: keys, hashes, styles, and the cells that are the user's own."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from leads_excel.excel.cells import plain
from leads_excel.excel.cellxml import SharedIndex, has_content, read_cell, read_style, tail_of
from leads_excel.excel.formulas import SharedFormulas, formula_of
from leads_excel.excel.references import column_letters, shift_formula
from leads_excel.excel.sheetdata import cells_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leads_excel.excel.books import Key
    from leads_excel.excel.cells import Cell
    from leads_excel.excel.sharedstrings import SharedStrings
    from leads_excel.excel.sheetdata import Row, SheetStream
    from leads_excel.excel.tablepart import TableColumn, TablePart

Read: TypeAlias = "tuple[int, int, Cell | SharedIndex]"
"""A cell that was read: the hash of its value, its style, its value."""

_REMEMBERED = 4_000
_NO_LOOK = -1
_COMMON = re.compile(
    rb"""(?: s="(\d+)")?(?: t="inlineStr"><is><t>([^<&\r]*)</t></is>|><v>(-?\d{1,15}(?:\.\d{1,7})?)</v>)</c>"""
)
"""A cell as it mostly is, read in one step: a text without escapes, or a number that rounding does not change."""
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_SPAN = {name: re.compile(rb"""\s%s=["'](\d+)["']""" % name) for name in (b"min", b"max", b"style")}
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([^"']+)["']""")
_PROTECTION = re.compile(rb"""<(?:\w+:)?sheetProtection\b[^>]*?\ssheet=["'](?:1|true)["']""")


class _Memory(dict[bytes, "Read"]):
    """Cells of one column that were read lately: most columns repeat themselves."""

    def __init__(self, read: Callable[[bytes], Read]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, rest: bytes) -> Read:
        if len(self) > _REMEMBERED:
            self.clear()
        value = self[rest] = self._read(rest)
        return value


class RowReader:
    """Takes the rows of a table apart into what follows each cell's address.

    Args:
        stream: The sheet.
        table: The table.
    """

    def __init__(self, stream: SheetStream, table: TablePart) -> None:
        self._prefix, self._left = stream.prefix, table.area.left
        self._letters = [column_letters(self._left + k).encode() for k in range(len(table.columns))]
        self._opening = b"<" + stream.prefix + b'c r="'
        self._cell = re.compile(rb"([^>]*?)(?:/>|>(.*?)</%sc>)" % re.escape(stream.prefix), re.DOTALL)

    def rests(self, row: Row) -> list[bytes]:
        """Cut a row into its cells in the table's columns, left to right; an absent cell is empty."""
        pieces = row.cells.split(self._opening)
        number = b'%d"' % row.number
        starts = [letters + number for letters in self._letters]
        first = next((k for k, piece in enumerate(pieces) if piece.startswith(starts[0])), 0)
        pieces = pieces[first : first + len(starts)]
        if len(pieces) == len(starts) and all(map(bytes.startswith, pieces, starts)):
            return [piece[len(start) :] for piece, start in zip(pieces, starts, strict=True)]
        found = dict.fromkeys(range(self._left, self._left + len(starts)), b"")
        found.update({cell[0]: tail_of(*cell[1:], self._prefix)[1:] for cell in cells_of(row, self._prefix)})
        return [found[self._left + k] for k in range(len(starts))]

    def parts(self, rest: bytes) -> tuple[bytes, bytes]:
        """Part what follows an address into attributes and content."""
        found = self._cell.match(rest)
        return (found[1], found[2] or b"") if found else (b"", b"")


class TableRows:
    """One table, read off its sheet.

    Args:
        stream: The sheet, at its beginning.
        table: The table.
        columns: Which of its columns are ours, counted from 0, in the order rows are compared in.
        key: Which of its columns identify a row, counted from 0.
        strings: The texts that cells share.
        date1904: True when the workbook counts days from 1904.
    """

    def __init__(
        self,
        stream: SheetStream,
        table: TablePart,
        columns: Sequence[int],
        key: Sequence[int],
        strings: SharedStrings,
        *,
        date1904: bool,
    ) -> None:
        self.table, self.prefix = table, stream.prefix
        self.tails: dict[int, dict[int, bytes]] = {k: {} for k in range(len(table.columns)) if k not in columns}
        """The user's own cells that hold anything: by column, counted from 0, and row."""
        self.totals: dict[int, bytes] = {}
        """The cells of the totals row, by column."""
        self.totals_attributes = b""
        self.formulas = SharedFormulas()
        self.merges: list[str] = []
        self.protected = False
        self.hashes = array("q")
        self._columns, self._key, self._strings, self._date1904 = columns, key, strings, date1904
        self._reader = RowReader(stream, table)
        self._keys: list[tuple[Cell | SharedIndex, ...]] = []
        self._looks: dict[tuple[int, ...], int] = {}
        self._look = array("i")
        self._default = _column_styles(stream.head, table)
        self._read_all(stream)
        self.styles = self._usual_styles()
        """The usual style of each column's cells."""

    def _read_all(self, stream: SheetStream) -> None:
        move = self.table.move(1)
        known = [_Memory(self._column_reader(k)) for k in range(len(self.table.columns))]
        pick, pick_key = _picker(self._columns), _picker(self._key)
        for row in stream.rows():
            if b"shared" in row.cells:
                self._meet_shared(row)
            if move.first <= row.number <= move.last:
                self._pad(row.number - move.first)
                rests = self._reader.rests(row)
                reads = [memory[rest] for memory, rest in zip(known, rests, strict=True)]
                hashes, styles, values = zip(*reads, strict=True)
                self._add(hash(pick(hashes)), pick_key(values), self._looks.setdefault(styles, len(self._looks)))
                self._keep_own(row.number, rests)
            elif self.table.totals and row.number == move.last + 1:
                self._keep_totals(row)
        self._pad(move.last - move.first + 1)
        for piece in stream.tail():
            self.protected = self.protected or _PROTECTION.search(piece) is not None
            self.merges += [ref.decode() for ref in _MERGE.findall(piece)]

    def _column_reader(self, column: int) -> Callable[[bytes], Read]:
        default = self._default[column]

        def read(rest: bytes) -> Read:
            if not rest:
                return hash(None), default, None
            if (common := _COMMON.fullmatch(rest)) and b"_x" not in rest:
                style, text, number = common.groups()
                value: Cell | SharedIndex = text.decode() if text is not None else float(number)
                return hash(value or None if text is not None else value), int(style or 0), value
            attributes, content = self._reader.parts(rest)
            value = read_cell(attributes, content)
            if isinstance(value, SharedIndex):
                return self._strings.hash_of(value), read_style(attributes), value
            return hash(plain(value, date1904=self._date1904)), read_style(attributes), value

        return read

    def _add(self, row_hash: int, key: tuple[Cell | SharedIndex, ...], look: int) -> None:
        self.hashes.append(row_hash)
        self._keys.append(key)
        self._look.append(look)

    def _pad(self, rows: int) -> None:
        blank = hash((hash(None),) * len(self._columns))
        for _ in range(rows - len(self.hashes)):
            self._add(blank, (None,) * len(self._key), _NO_LOOK)

    def _meet_shared(self, row: Row) -> None:
        area = self.table.area
        for cell in cells_of(row, self.prefix):
            inside = area.top < row.number <= area.bottom and area.left <= cell[0] <= area.right
            self.formulas.meet(row.number, cell, moves=inside)

    def _keep_own(self, number: int, rests: Sequence[bytes]) -> None:
        for column, tails in self.tails.items():
            rest = rests[column]
            if len(rest) > 12 and not rest.endswith(b"/>"):
                attributes, content = self._reader.parts(rest)
                content = self.formulas.written_out(number, self.table.area.left + column, content)
                if has_content(content) and not self._filled_down(self.table.columns[column], number, content):
                    tails[number - self.table.area.top - 1] = tail_of(attributes, content, self.prefix)

    def _filled_down(self, column: TableColumn, number: int, content: bytes) -> bool:
        formula = formula_of(content)
        if column.formula is None or formula is None:
            return False
        if formula == column.formula:
            return True
        return formula == shift_formula(column.formula, number - self.table.area.top - 1)

    def _keep_totals(self, row: Row) -> None:
        self.totals_attributes = row.attributes
        for column, attributes, content in cells_of(row, self.prefix):
            if self.table.area.left <= column <= self.table.area.right:
                written = self.formulas.written_out(row.number, column, content)
                self.totals[column - self.table.area.left] = tail_of(attributes, written, self.prefix)

    def tail(self, column: int, number: int, rest: bytes) -> bytes:
        """Make the tail of any cell of the table, from what follows its address."""
        attributes, content = self._reader.parts(rest)
        content = self.formulas.written_out(number, self.table.area.left + column, content)
        return tail_of(attributes, content, self.prefix)

    # --- what was read ---------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        """The key of each row."""
        flat = self._strings.look_up([cell for key in self._keys for cell in key])
        values = [plain(cell, date1904=self._date1904) for cell in flat]
        width = len(self._key)
        return [tuple(values[start : start + width]) for start in range(0, len(values), width)]

    def notes(self) -> Mapping[int, Mapping[str, Cell]]:
        """What the user typed into columns of their own, by row and heading."""
        return _Notes(self)

    def typed(self, row: int) -> dict[str, Cell]:
        """What the user typed beside one row, by heading."""
        tails = {self.table.columns[column].header: tails[row] for column, tails in self.tails.items() if row in tails}
        parts = {header: self._reader.parts(tail[1:]) for header, tail in tails.items() if not is_formula(tail)}
        values = self._strings.look_up([read_cell(*part) for part in parts.values()])
        return {header: value for header, value in zip(parts, values, strict=True) if value not in (None, "")}

    def own_styles(self, row: int) -> dict[int, int]:
        """Which cells of a row look different from their column, by column."""
        look = self._look[row]
        return {} if look == _NO_LOOK else self._odd[look]

    def _usual_styles(self) -> list[int]:
        looks, often = list(self._looks), Counter(self._look)
        usual = list(self._default)
        for column in range(len(usual)):
            votes = Counter[int]()
            for number, look in enumerate(looks):
                votes[look[column]] += often[number]
            usual[column] = votes.most_common(1)[0][0] if votes else usual[column]
        pairs = [list(zip(look, usual, strict=True)) for look in looks]
        self._odd = [{k: style for k, (style, base) in enumerate(pair) if style != base} for pair in pairs]
        return usual


class _Notes(Mapping[int, Mapping[str, "Cell"]]):
    """Notes by row, read from their cells when they are asked for."""

    def __init__(self, rows: TableRows) -> None:
        self._table = rows
        self._rows = {row for tails in rows.tails.values() for row, tail in tails.items() if not is_formula(tail)}

    def __getitem__(self, row: int) -> Mapping[str, Cell]:
        if row not in self._rows:
            raise KeyError(row)
        return self._table.typed(row)

    def __contains__(self, row: object) -> bool:
        return row in self._rows

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._rows))

    def __len__(self) -> int:
        return len(self._rows)


def is_formula(tail: bytes) -> bool:
    """Say whether a tail is a formula's."""
    return formula_of(tail) is not None


def _picker(columns: Sequence[int]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    if len(columns) == 1:
        return lambda values: (values[columns[0]],)
    return itemgetter(*columns)


def _column_styles(head: bytes, table: TablePart) -> list[int]:
    styles = [0] * len(table.columns)
    for element in _COLUMN.findall(head):
        found = {name: pattern.search(element) for name, pattern in _SPAN.items()}
        low, high, style = (int(match[1]) if match else 0 for match in found.values())
        for column in range(max(low, table.area.left), min(high, table.area.right) + 1):
            styles[column - table.area.left] = style
    return styles
