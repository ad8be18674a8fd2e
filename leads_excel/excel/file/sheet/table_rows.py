"""The rows of a table as they stand on a sheet: keys, hashes, styles, and the cells that are the user's own."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import row_pattern
from leads_excel.excel.cells.values import plain
from leads_excel.excel.cells.xml import SharedIndex, has_content, tail_of
from leads_excel.excel.file.columns.column_cells import ROW, Column, FoundTexts, FrameCells, OwnCells
from leads_excel.excel.file.columns.column_formats import column_styles
from leads_excel.excel.file.columns.column_reader import CellGrammar, ColumnReader
from leads_excel.excel.file.columns.expected_rows import Compared, ExpectedRows
from leads_excel.excel.file.sheet.formulas import SharedFormulas, formula_of
from leads_excel.excel.file.sheet.row_attributes import RowAttributes
from leads_excel.excel.file.sheet.row_reader import RowKeys, RowReader
from leads_excel.excel.file.sheet.sheet_data import Behind, Row, Surroundings, cells_of, look_of
from leads_excel.excel.file.sheet.texts_in_use import TextsInUse
from leads_excel.excel.file.sheet.user_cells import UserCells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leads_excel.excel.book.protocol import Key, TypedFormula
    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.file.columns.column_formats import CellFormats
    from leads_excel.excel.file.columns.expected_rows import FrameRows
    from leads_excel.excel.file.package.shared_strings import SharedStrings
    from leads_excel.excel.file.package.table_part import TableColumn, TablePart
    from leads_excel.excel.file.sheet.sheet_data import SheetStream

_BATCH = 256
_CELLS = 1 << 18
_BLANK = re.compile(rb'(?: s="\d+")?/>')


class TableRows:
    """One table, read off its sheet.

    Args:
        stream: The sheet, at its beginning.
        table: The table.
        columns: Which of its columns are ours, counted from 0, in the order rows are compared in.
        key: Which of its columns identify a row, counted from 0.
        strings: The texts that cells share.
        formats: The formats of cells.
        date1904: True when the workbook counts days from 1904.
        frame: The rows that are to be compared with it: those it holds already are not read.
    """

    def __init__(  # noqa: PLR0913 - what a table is read with
        self,
        stream: SheetStream,
        table: TablePart,
        columns: Sequence[int],
        key: Sequence[int],
        strings: SharedStrings,
        formats: CellFormats,
        *,
        date1904: bool,
        frame: FrameRows | None = None,
    ) -> None:
        self.table, self.prefix = table, stream.prefix
        self.tails: dict[int, dict[int, bytes]] = {k: {} for k in range(len(table.columns)) if k not in columns}
        """The user's own cells that hold anything: by column, counted from 0, and row."""
        self.totals: dict[int, bytes] = {}
        """The cells of the totals row, by column."""
        self.totals_attributes = b""
        self.formulas = SharedFormulas()
        self.behind = Behind(stream.prefix, table.move(1))
        """What stands behind the rows of the sheet."""
        self.around = Surroundings(stream)
        """What stands on the sheet but for the cells of the table."""
        count = table.move(1).last - table.area.top
        self._columns, self._key, self._strings, self._frame = columns, key, strings, frame
        self._blank = hash((hash(None),) * len(columns))
        self.hashes = array("q", [self._blank]) * count
        self.same = array("q", [-1] if frame else []) * count
        """For each row the row of the frame that it holds already, or -1; empty where there is no frame."""
        self._grammar, self._rests = CellGrammar(stream.prefix), RowReader(stream, table)
        self._beside = UserCells(self.tails, table, self._grammar, strings)
        absent = column_styles(stream.head, table)
        self._readers = [ColumnReader(self._grammar, strings, style, date1904=date1904) for style in absent]
        self._date1904, self.absent = date1904, absent
        """The style of cells that are not there, column by column."""
        self._expected: ExpectedRows | None = None
        self._next, self._look, self._shown = 0, b"", TextsInUse()
        self._own: dict[int, OwnCells] = {}
        self._texts: FoundTexts | None = None
        self._is_canonical, self._is_sparse = frame is not None, False
        self._keys: list[list[Cell | SharedIndex]] = [[] for _ in key]
        self._read, self._met = list[int](), 0
        self._odd: dict[int, dict[int, int]] = {}
        self._read_sheet(stream)
        self.attributes = RowAttributes(*self.around.looks(table.area.top + 1, count), filtered=bool(table.filters))
        """The attributes of each row: its height, whether it is hidden."""
        self.styles = self._formats(formats, absent)
        """The style of each column, which new cells take."""
        pairs = enumerate(zip(self._readers, self.styles, strict=True))
        self._painted = {k: reader.usual for k, (reader, style) in pairs if reader.usual != style}

    def _read_sheet(self, stream: SheetStream) -> None:
        waiting, number = list[bytes](), 0
        for pieces in stream.pieces():
            waiting += pieces
            if len(waiting) >= max(_CELLS // len(self.table.columns), _BATCH):
                number = self._take_in(stream, waiting, number)
                waiting = []
        self._take_in(stream, waiting, number)
        for piece in stream.tail():
            self.behind.meet(piece)
            self.around.keep_tail(piece)

    def _take_in(self, stream: SheetStream, pieces: Sequence[bytes], number: int) -> int:
        """Go through some rows, which follow a row of the sheet, and give the number of the last one."""
        move, above = self.table.move(1), 0
        while number < move.first - 1 and above < len(pieces):
            number = self._put(stream.parsed(pieces[above : above + 1], number), number)
            above += 1
        pieces = pieces[above:]
        if not self._met:
            sample = stream.parsed(pieces[:_BATCH], number)
            self._learn([row for row in sample if move.first <= row.number <= move.last])
        known = self._compare(stream, pieces[: max(move.last - number, 0)], number + 1)
        return self._put(stream.parsed(pieces[known:], number + known), number + known)

    def _put(self, rows: Iterable[Row], number: int) -> int:
        """Read rows, wherever they stand, and give the number of the last one."""
        move, batch = self.table.move(1), list[Row]()
        for row in rows:
            number = row.number
            if move.first <= number <= move.last:
                batch.append(row)
                continue
            if number > move.last:  # a formula that is shared below the table may have its master in it
                self._read_all(batch)
                batch = []
            self._meet_shared(row)
            self.around.keep(row)
            if self.table.totals and number == move.last + 1:
                self._keep_totals(row)
        self._read_all(batch)
        return number

    def _compare(self, stream: SheetStream, pieces: Sequence[bytes], number: int) -> int:
        """Compare rows with those that are expected, and read the others; give how many rows that are."""
        last = b'<%srow r="%d"' % (self.prefix, number + len(pieces) - 1)
        if self._expected is None or not pieces or not pieces[-1].startswith(last):  # a row is missing
            return 0
        tag, count = b'<%srow r="%s"%s>' % (self.prefix, ROW, self._look), 0
        if self._next >= 0:
            compared = self._expected.follow(number, pieces, tag, self._next, self._keys_of(number, pieces))
            count = len(compared.same)
            self._note(number, compared.same)
            self._read_others(stream, pieces[:count], number, compared)
            self._next = compared.following
        rest, first = pieces[count:], number + count
        if not rest:
            return count
        compared = self._expected.compare(first, rest, tag, self._keys_of(first, rest).all())
        self._note(first, compared.same)
        self._read_others(stream, rest, first, compared)
        self._next = compared.following
        return len(pieces)

    def _keys_of(self, number: int, pieces: Sequence[bytes]) -> RowKeys:
        return RowKeys(self._rests, {k: self._readers[k] for k in self._key}, number, pieces)

    def _note(self, number: int, found: Sequence[int]) -> None:
        """Note which rows of the frame stand from a row of the sheet on."""
        first = number - self.table.area.top - 1
        self.same[first : first + len(found)] = array("q", found)
        self.hashes[first : first + len(found)] = array("q", [~self._blank]) * len(found)
        self.around.keep_attributes(range(number, number + len(found)), self._look)
        self._met += len(found)

    def _read_others(self, stream: SheetStream, pieces: Sequence[bytes], number: int, compared: Compared) -> None:
        """Read the rows that are not as expected, and what stands beside the others."""
        odd = [place for place, found in enumerate(compared.same) if found < 0 or place in compared.own]
        rows = {place: next(stream.parsed([pieces[place]], number + place - 1)) for place in odd}
        if any(row.number != number + place for place, row in rows.items()):
            list(stream.parsed(pieces, number - 1))  # tells that they do not follow each other
        for row in rows.values():
            self.around.change_attributes(row)
        self._read_rows([row for place, row in rows.items() if compared.same[place] < 0])
        for place, cells in compared.behind.items():
            self.beside.add(number + place)
            self.around.keep_beside(rows[place]._replace(cells=cells))
        own = [number + place - self.table.area.top - 1 for place in compared.own]
        for k, rests in zip(self.tails, zip(*compared.own.values(), strict=True), strict=False):
            self._note_styles(k, own, self._readers[k].styles(rests))
            self._keep_beside(k, own, rests)

    def _read_all(self, rows: Sequence[Row]) -> None:
        if not self._met:
            self._learn(rows[:_BATCH])
        self._met += len(rows)
        for row in rows:
            self.around.keep_attributes((row.number,), look_of(row))
        self._read_rows(rows)

    def _read_rows(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._meet_shared(row)
        for start in range(0, len(rows), _BATCH):
            self._read_batch(rows[start : start + _BATCH])
        self._is_canonical = self._is_canonical and not rows
        for row in rows:
            if row.number in self.beside:
                self.around.keep_beside(row)

    def _learn(self, rows: Sequence[Row]) -> None:
        """See from the first rows what cells look like."""
        if not rows:
            return
        self._look = Counter(map(look_of, rows)).most_common(1)[0][0]
        samples = list(zip(*map(self._rests.rests, rows), strict=True))
        for reader, rests in zip(self._readers, samples, strict=True):
            reader.learn(rests)
        if self._frame is None:
            return
        left, columns = self.table.area.left, list[FrameCells | OwnCells]()
        if any(b' t="s"' in rest for k in self._columns for rest in samples[k]):
            self._texts = FoundTexts(self._strings)
        looks = list(zip(self._readers, self.absent, strict=True))
        self._is_sparse = any(
            b"" in sample and reader.usual == absent for sample, (reader, absent) in zip(samples, looks, strict=True)
        )
        for k, (reader, absent) in enumerate(looks):
            column = Column(left + k, self.prefix, reader.usual, absent, self._is_sparse)
            if k in self.tails:
                self._own[k] = OwnCells(column, self.table.columns[k].formula, self.table.area.top + 1)
            columns.append(self._own.get(k) or FrameCells(column, self._texts, date1904=self._date1904))
        self._expected = ExpectedRows(self._frame, columns, self.table.headers, left, self.prefix)

    def _read_batch(self, batch: Sequence[Row]) -> None:
        rows = [row.number - self.table.area.top - 1 for row in batch]
        columns = list(zip(*map(self._rests.rests, batch), strict=True))
        hashes = [reader.read(rests) for reader, rests in zip(self._readers, columns, strict=True)]
        keys = [self._readers[k].cells(columns[k]) for k in self._key]
        row_hashes = map(hash, zip(*(hashes[k] for k in self._columns), strict=True))
        for row, row_hash in zip(rows, row_hashes, strict=True):
            self.hashes[row] = row_hash
        self._read += rows
        for column, found in zip(self._keys, keys, strict=True):
            column.extend(found)
        for k, (reader, rests) in enumerate(zip(self._readers, columns, strict=True)):
            self._note_styles(k, rows, reader.odd(rests))
        for k in self.tails:
            self._keep_own(k, rows, columns[k])

    def _note_styles(self, k: int, rows: Sequence[int], odd: Mapping[int, int]) -> None:
        for place, style in odd.items():
            self._odd.setdefault(rows[place], {})[k] = style

    def _formats(self, formats: CellFormats, absent: Sequence[int]) -> list[int]:
        seen = [Counter({reader.usual: self._met}) for reader in self._readers]
        for styles in self._odd.values():
            for k, style in styles.items():
                seen[k][style] += 1
                seen[k][self._readers[k].usual] -= 1
        columns = zip(seen, absent, self.table.columns, strict=True)
        return [formats.of_column(+counts, style, column.dxf) for counts, style, column in columns]

    def _meet_shared(self, row: Row) -> None:
        area = self.table.area
        for cell in cells_of(row, self.prefix) if b"shared" in row.cells else ():
            inside = area.top < row.number <= area.bottom and area.left <= cell[0] <= area.right
            self.formulas.meet(row.number, cell, moves=inside)

    def _keep_beside(self, k: int, rows: Sequence[int], rests: Sequence[bytes]) -> None:
        """Keep the user's cells beside rows that are known, and see whether a refresh would write them as they are."""
        numbers = [self.table.area.top + 1 + row for row in rows]
        expected = zip(rests, self._own[k].rests(numbers), self._own[k].are_filled(numbers, rests), strict=True)
        odd = list[int]()
        for place, (rest, usual, is_filled) in enumerate(expected):
            if rest != usual:  # a stored result is one that is written anew
                self._is_canonical = self._is_canonical and not is_filled
                odd += () if is_filled else (place,)
        self._keep_own(k, [rows[place] for place in odd], [rests[place] for place in odd])
        for place in odd:
            kept, rest = self.tails[k].get(rows[place]), rests[place]
            blank = self.table.columns[k].formula is None and (not rest or _BLANK.fullmatch(rest))
            self._is_sparse = self._is_sparse or not rest
            self._is_canonical = self._is_canonical and (bool(blank) if kept is None else kept[1:] == rest)
        self._shown.meet(b"".join([b'<%sc r="A1"' % self.prefix + rests[place] for place in odd if rests[place]]))

    def _keep_own(self, k: int, rows: Sequence[int], rests: Sequence[bytes]) -> None:
        column, top = self.table.columns[k], self.table.area.top + 1
        empty = {rest for rest in set(rests) if rest.endswith(b"/>") or not rest}
        for row, rest in zip(rows, rests, strict=True) if len(empty) < len(set(rests)) else ():
            if rest in empty:
                continue
            attributes, content = self._grammar.parts(rest)
            content = self.formulas.written_out(top + row, self.table.area.left + k, content)
            if has_content(content) and not _filled_down(column, row, content):
                self.tails[k][row] = tail_of(attributes, content, self.prefix)

    def _keep_totals(self, row: Row) -> None:
        self.totals_attributes = row.attributes
        for column, attributes, content in cells_of(row, self.prefix):
            if self.table.area.left <= column <= self.table.area.right:
                written = self.formulas.written_out(row.number, column, content)
                self.totals[column - self.table.area.left] = tail_of(attributes, written, self.prefix)

    def tail(self, column: int, number: int, rest: bytes) -> bytes:
        """Make the tail of any cell of the table, from what follows its address."""
        attributes, content = self._grammar.parts(rest)
        content = self.formulas.written_out(number, self.table.area.left + column, content)
        return tail_of(attributes, content, self.prefix)

    # --- what was read ---------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        """The key of each row."""
        columns = (map(_whole, self._strings.look_up(column)) for column in self._keys)
        read = dict(zip(self._read, zip(*columns, strict=True), strict=True))
        absent = (None,) * len(self._key)
        known = self._frame.keys if self._frame else ()
        same = self.same or array("q", [-1]) * len(self.hashes)
        return [known[at] if at >= 0 else read.get(row, absent) for row, at in enumerate(same)]

    def notes(self) -> Mapping[int, Mapping[str, Cell]]:
        """What the user typed into columns of their own, by row and heading."""
        return self._beside.notes()

    def typed_formulas(self) -> Mapping[int, Mapping[str, TypedFormula]]:
        """The formulas the user typed into columns of their own, by row and heading, but for calculated columns."""
        return self._beside.formulas()

    @property
    def filled(self) -> int:
        """How many rows hold anything of ours; an empty table stands as one blank row."""
        return len(self.hashes) - self.hashes.count(self._blank)

    @property
    def is_canonical(self) -> bool:
        """Whether a refresh that moves no row would write each cell as it stands."""
        known = self._is_canonical and self._met == len(self.hashes) and not self.formulas.torn
        return known and self.around.complete and not (self._is_sparse and self.around.styled)

    @property
    def shown(self) -> TextsInUse:
        """The shared texts that the sheet shows, where all its rows are known."""
        for row in self.around.outside():
            self._shown.meet(row.cells)
        self._shown.numbers.update(self._texts.asked if self._texts else ())
        return self._shown

    @property
    def beside(self) -> set[int]:
        """The rows of the table, by number, that hold cells beside it."""
        return self._rests.beside

    def own_styles(self, row: int) -> dict[int, int]:
        """Which cells of a row look different from their column, by column."""
        odd = self._odd.get(row, {})
        return self._painted | odd if self._painted else odd


def _filled_down(column: TableColumn, row: int, content: bytes) -> bool:
    if column.formula is None:
        return False
    pattern, numbers = row_pattern(column.formula)
    own = pattern % tuple([number + row for number in numbers])
    return formula_of(content) in (own, column.formula)  # the latter as XlsxWriter fills a column


def _whole(cell: Cell) -> bool | float | str | None:
    cell = plain(cell)
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
