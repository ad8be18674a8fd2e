"""`FileBook`: a workbook on disk, refreshed without Excel, everything in it that is not ours kept.

An .xlsx or .xlsm file is a package of parts. A refresh rewrites the rows of our tables and what has to move with
them; every other part is copied as it is, not even compressed again. The new file is written beside the old one and
takes its place in one step. What cannot be kept intact is refused before anything is written.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, BinaryIO, Self

from leads_excel.captions.languages import LANGUAGE_NAME, language_of
from leads_excel.excel.book.protocol import NamedCell, Standing
from leads_excel.excel.cells.moves import Moves
from leads_excel.excel.cells.references import Area
from leads_excel.excel.cells.values import MAX_ROWS
from leads_excel.excel.cells.xml import read_cell
from leads_excel.excel.file.attached.attachments import Attachments, nothing_attached
from leads_excel.excel.file.columns.column_formats import CellFormats
from leads_excel.excel.file.columns.column_reader import CellGrammar
from leads_excel.excel.file.columns.expected_rows import FrameRows
from leads_excel.excel.file.disk import fingerprint, opened, refuse_if_changed, refuse_if_open, replacing, resolved
from leads_excel.excel.file.elsewhere import follow_references, refresh_pivots
from leads_excel.excel.file.known_sheets import remembered, stays
from leads_excel.excel.file.package.package import Package
from leads_excel.excel.file.package.shared_strings import SharedStrings
from leads_excel.excel.file.package.sources import Sources
from leads_excel.excel.file.package.workbook import Workbook
from leads_excel.excel.file.remarks import Remarks
from leads_excel.excel.file.sheet.formulas import read_cells
from leads_excel.excel.file.sheet.row_changes import with_cells, with_own_formulas
from leads_excel.excel.file.sheet.row_reader import RowReader
from leads_excel.excel.file.sheet.sheet_data import SheetStream
from leads_excel.excel.file.sheet.sheet_writer import SheetWriter
from leads_excel.excel.file.sheet.table_block import TableBlock
from leads_excel.excel.file.sheet.table_rows import TableRows
from leads_excel.excel.file.sheet.texts_in_use import WITH_CELLS, TextsInUse
from leads_excel.excel.file.stored_results import NAMES, drop_results
from leads_excel.exceptions import WorkbookError, WorkbookLayoutError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType
    from xml.etree import ElementTree as ET

    import pandas as pd

    from leads_excel.captions.languages import Language
    from leads_excel.excel.book.protocol import Fill
    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.cells.xml import SharedIndex
    from leads_excel.excel.file.package.table_part import TablePart
    from leads_excel.excel.file.package.workbook import Place, Sheet
    from leads_excel.excel.file.sheet.sheet_data import Row


class FileBook:
    """A workbook file, opened to be refreshed. A context manager; `save` ends it too.

    Args:
        path: An .xlsx or .xlsm file. It is only read; `save` puts a new one in its place.
        in_place: False for a template, which may be write-protected: `save` then needs another path.

    Raises:
        WorkbookLockedError: It is open in another program.
        WorkbookError: It is missing, no such file, encrypted, signed, damaged or made to harm.
    """

    def __init__(self, path: str | os.PathLike[str], *, in_place: bool = True) -> None:
        self.path = resolved(path)
        if in_place:
            refuse_if_open(self.path)
        self._file = opened(self.path)
        try:
            self._opened = fingerprint(self.path)
            self._package = Package(self._file, self.path.name)
            self._workbook = Workbook(self._package)
        except BaseException:
            self._file.close()
            raise
        self._texts = next(iter(self._workbook.related("sharedStrings")), None)
        self._strings = SharedStrings(
            partial(self._package.original, self._texts) if self._texts else partial(iter, ())
        )
        self._refilled = set[str]()
        self._rows: dict[str, TableRows] = {}
        self._blocks: dict[str, TableBlock] = {}
        self._cells: dict[str, dict[tuple[int, int], Cell]] = {}
        self._attachments: dict[str, Attachments] = {}
        self._unclear = False
        self._unread: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. What was not saved is lost."""
        self._file.close()

    @property
    def date1904(self) -> bool:
        """True when the workbook counts days from 1904."""
        return self._workbook.date1904

    @property
    def language(self) -> Language:
        """The language of the workbook's captions."""
        return language_of(self._workbook.defined_names().get(LANGUAGE_NAME))

    # --- reading ---------------------------------------------------------------------------------------------------

    def named(self, names: Sequence[str]) -> dict[str, NamedCell]:
        """Read named cells.

        Args:
            names: The names; an address such as `Home!C5` is one too.

        Returns:
            The cells by name, with their formulas; a name the workbook lacks, or that names no cell, is left out.
        """
        places = self._places(names)
        found: dict[str, tuple[Cell | SharedIndex, str | None]] = dict.fromkeys(places, (None, None))
        for sheet in {place.sheet for place in places.values()}:
            here = {name: (place.row, place.column) for name, place in places.items() if place.sheet == sheet}
            cells = read_cells(self._stream(sheet), set(here.values()))
            found.update({name: cells[place] for name, place in here.items() if place in cells})
        values = self._strings.look_up([value for value, _ in found.values()])
        return {
            name: NamedCell(places[name].address, value, formula)
            for (name, (_, formula)), value in zip(found.items(), values, strict=True)
        }

    def _places(self, names: Iterable[str]) -> dict[str, Place]:
        formulas = self._workbook.defined_names()
        places = {name: self._workbook.cell_named(formulas.get(name.casefold(), name)) for name in names}
        return {name: place for name, place in places.items() if place}

    def headers(self, table: str) -> tuple[str, ...]:
        """Read a table's headings, left to right.

        Raises:
            WorkbookLayoutError: The workbook has no such table, or one that cannot be filled.
        """
        return self._table(table).headers

    def _table(self, name: str) -> TablePart:
        table = self._workbook.tables.get(name.casefold())
        for sheet, error in self._workbook.broken:
            if table is None or table.sheet == sheet.name:
                raise error
        if table is None:
            raise WorkbookLayoutError(f"{self.path.name} has no table {name}: is it a workbook of this add-in?")
        if table.unusual:
            raise WorkbookLayoutError(f"The table {name} {table.unusual}.")
        return table

    def standing(
        self, table: str, columns: Sequence[str], key: Sequence[str], frame: pd.DataFrame | None = None
    ) -> Standing:
        """Read how a table stands.

        Args:
            table: Its name.
            columns: The headings that are ours.
            key: The headings that identify a row.
            frame: What it is to be compared with, its columns those that are ours: rows that hold it stay unread.

        Returns:
            Its rows, as the protocol says.

        Raises:
            WorkbookLayoutError: The table is missing or its sheet is protected.
        """
        part = self._table(table)
        places = {header: place for place, header in enumerate(part.headers)}
        rows = TableRows(
            self._stream(self._sheet(part.sheet)),
            part,
            [places[header] for header in columns],
            [places[header] for header in key],
            self._strings,
            self._formats,
            date1904=self.date1904,
            frame=None if frame is None else FrameRows(frame, key, date1904=self.date1904),
        )
        if rows.behind.protected:
            raise WorkbookLayoutError(f"The sheet {part.sheet} is protected: unprotect it (Review, Unprotect Sheet).")
        self._rows[part.part] = rows
        room = MAX_ROWS - part.area.top - part.totals
        calculated = tuple(column.header for column in part.columns if column.formula is not None)
        attachments = self._attached_to(self._sheet(part.sheet), rows)
        attached = attachments.beside(part.move(1), part.headers, rows.attributes.hidden() if not part.filters else ())
        return Standing(
            rows.keys(),
            rows.hashes,
            rows.notes(),
            part.sort,
            room,
            calculated,
            rows.typed_formulas(),
            rows.same,
            attached,
            attachments.drawn_rows(part.move(1)),
        )

    def _attached_to(self, sheet: Sheet, rows: TableRows) -> Attachments:
        if sheet.part not in self._attachments:
            self._attachments[sheet.part] = Attachments(self._package, self._workbook, sheet, rows.behind.attaching)
        return self._attachments[sheet.part]

    @cached_property
    def _shown(self) -> TextsInUse:
        return TextsInUse()

    @cached_property
    def _formats(self) -> CellFormats:
        return CellFormats(self._styles())

    def _styles(self) -> ET.Element | None:
        return next(map(self._package.tree, self._workbook.related("styles")), None)

    def column(self, table: str, header: str) -> list[Cell]:
        """Read one column of a table: the values of its rows, top to bottom."""
        part = self._table(table)
        stream = self._stream(self._sheet(part.sheet))
        place, reader, move = part.headers.index(header), RowReader(stream, part), part.move(1)
        grammar = CellGrammar(stream.prefix)
        cells: list[Cell | SharedIndex] = [None] * (move.last - move.first + 1)
        for row in stream.rows():
            if move.first <= row.number <= move.last:
                cells[row.number - move.first] = read_cell(*grammar.parts(reader.rests(row)[place]))
        return self._strings.look_up(cells)

    def _sheet(self, name: str) -> Sheet:
        return next(sheet for sheet in self._workbook.sheets if sheet.name == name)

    def _stream(self, sheet: Sheet) -> SheetStream:
        return SheetStream(self._package.chunks(sheet.part), sheet.name)

    # --- writing ---------------------------------------------------------------------------------------------------

    def write(self, fill: Fill) -> list[str]:
        """Fill a table when the workbook is saved.

        Args:
            fill: What it is to hold; its `standing` must have been read.

        Returns:
            What the user should know, one line each.

        Raises:
            WorkbookLayoutError: Another table or merged cells stand where the table would grow.
        """
        part = self._table(fill.table)
        rows = self._rows[part.part]
        kept = {old for source, old in zip(fill.rows, fill.carried, strict=True) if source < 0}
        block = TableBlock(rows, fill, self._kept(part, rows, kept), self._strings, date1904=self.date1904)
        for place in [
            *(table.area for table in self._others(part)),
            *filter(None, map(Area.parse, rows.behind.merges)),
        ]:
            if place.overlaps(block.move.new_area) and not place.overlaps(part.area):
                raise WorkbookLayoutError(
                    f"{part.sheet}: the table {part.name} needs the cells {block.move.new_area}, but a table or merged "
                    f"cells stand at {place}: move them beside the table or to another sheet."
                )
        self._blocks[part.part] = block
        return self._remarks.of(block, self._attached_to(self._sheet(part.sheet), rows).unread)

    @cached_property
    def _sources(self) -> Sources:
        return Sources(self._workbook)

    @cached_property
    def _remarks(self) -> Remarks:
        ours = {self._sheet(rows.table.sheet).part for rows in self._rows.values()}
        return Remarks(self._package, self._workbook, self._sources, ours)

    def _others(self, part: TablePart) -> Iterator[TablePart]:
        return (table for table in self._workbook.tables.values() if table.sheet == part.sheet and table is not part)

    def _kept(self, part: TablePart, rows: TableRows, kept: set[int]) -> dict[int, list[bytes]]:
        if not kept - {-1}:
            return {}
        stream, first, tails = self._stream(self._sheet(part.sheet)), part.area.top + 1, {}
        reader = RowReader(stream, part)
        for row in stream.rows():
            if row.number - first in kept:
                tails[row.number - first] = [rows.tail(k, row.number, rest) for k, rest in enumerate(reader.rests(row))]
        return tails

    def write_named(self, values: Mapping[str, Cell]) -> None:
        """Write named cells when the workbook is saved; a name the workbook lacks is left out."""
        for name, place in self._places(values).items():
            self._cells.setdefault(place.sheet.part, {})[place.row, place.column] = values[name]

    def save(self, path: str | os.PathLike[str] | None = None) -> list[str]:
        """Write the workbook, whole or not at all, and let go of it.

        Args:
            path: Where to; by default the file takes the place of the one that was opened.

        Returns:
            What the user should know and only saving could tell, one line each.

        Raises:
            WorkbookLayoutError: Cells stand where a table would grow.
            WorkbookLockedError: The file was opened or changed in the meantime.
        """
        target = resolved(path) if path is not None else self.path
        try:
            self._replace_parts()
            with replacing(target) as file:
                self._write(file)
                self.close()  # Windows replaces no file that is open
                if target.exists():
                    refuse_if_open(target)
                refuse_if_changed(self.path, self._opened, "refresh")
        except WorkbookError:
            refuse_if_changed(self.path, self._opened, "refresh")  # the reason why what was read made no sense
            raise
        told = [f"{part} cannot be read: what it names of the tables stays" for part in self._unread]
        unclear = "texts that no cell shows any more stay in the file until Excel has saved it"
        return [*told, unclear] if self._unclear else told

    def _write(self, file: BinaryIO) -> None:
        texts = self._texts if self._refilled else None
        writer = self._package.write(file, but=texts)
        if texts:
            self._meet_other_texts()
            used, certain = self._shown.numbers, self._shown.certain
            self._unclear = not certain or not self._strings.can_tell(used)
            self._package.finish(writer, texts, self._strings.without_unused(used) if certain else None)

    def _replace_parts(self) -> None:
        moves = Moves(tuple(block.move for block in self._blocks.values()), self._workbook.sheet_names)
        for part, block in self._blocks.items():
            block.moves = moves
            content, table = self._package.read(part), block.rows.table
            resized = table.resized(content, block.move, filtered=block.filters, sort=block.fill.sorted)
            self._package.replace(part, resized)
        for sheet in self._workbook.sheets:
            blocks = [block for block in self._blocks.values() if block.rows.table.sheet == sheet.name]
            if blocks or sheet.part in self._cells:
                self._refilled.add(sheet.part)
                attached = self._follow_attached(sheet, blocks)
                if sheet.part not in self._cells and stays(blocks, moves):
                    self._shown.add(blocks[0].rows.shown)
                    continue
                self._package.replace(sheet.part, partial(self._sheet_chunks, sheet, blocks, moves, attached))
        self._unread = follow_references(self._package, self._workbook, moves, self._sources, self._refilled)
        refresh_pivots(self._package, self._workbook, list(moves.tables), self._sources)
        drop_results(self._package, {place.sheet.part for place in self._places(NAMES).values()})
        if self._blocks or self._cells:
            self._workbook.recalculate_on_load()

    def _follow_attached(self, sheet: Sheet, blocks: Sequence[TableBlock]) -> Callable[[bytes, bytes], bytes]:
        if sheet.part not in self._attachments:
            return nothing_attached
        added = {cell: attached for block in blocks for cell, attached in block.attached().items()}
        return self._attachments[sheet.part].follow([block.move for block in blocks], added)

    def _sheet_chunks(
        self, sheet: Sheet, blocks: list[TableBlock], moves: Moves, attached: Callable[[bytes, bytes], bytes]
    ) -> Iterator[bytes]:
        kept = remembered(blocks) if sheet.part not in self._cells else None
        stream = kept or SheetStream(self._package.original(sheet.part), sheet.name)
        rows: Iterable[Row] = stream.rows()
        if cells := self._cells.get(sheet.part, {}):
            rows = with_cells(rows, cells, stream.prefix, date1904=self.date1904)
        for formulas in (block.rows.formulas for block in blocks if block.rows.formulas.torn):
            rows = with_own_formulas(rows, formulas, stream.prefix)
        changed = {row for row, _ in cells}
        writer = SheetWriter(stream, rows, blocks, moves, changed, attached=attached, shown=self._shown)
        yield from writer.chunks()

    def _meet_other_texts(self) -> None:
        for part, kind in self._package.content_types().items():
            if kind.casefold().endswith(WITH_CELLS) and part not in self._refilled:
                self._shown.read(self._package.original(part))
