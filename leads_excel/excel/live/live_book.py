"""`LiveBook`: a workbook open in Excel, through xlwings' free edition, on Windows and macOS.

Excel is asked as little as possible, in whole columns and tables: each call costs it about a millisecond. What xlwings
cannot say the same way on both systems (a table's sort, its filter, the calendar) is asked of Excel for Windows itself;
on macOS it counts as not set, which the user can see and set again.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from leads_excel.captions.languages import LANGUAGE_NAME, language_of
from leads_excel.excel.book.matching import row_hashes, row_keys
from leads_excel.excel.book.protocol import NamedCell, Standing
from leads_excel.excel.cells.sheet_names import same_sheet, unquoted
from leads_excel.excel.live.attached.native import member
from leads_excel.excel.live.live_rows import FormulasBeside, columns_to_be, read, typed
from leads_excel.excel.live.live_table import LiveTable
from leads_excel.exceptions import WorkbookLayoutError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    import xlwings as xw

    from leads_excel.captions.languages import Language
    from leads_excel.excel.book.protocol import Fill
    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.live.attached.attachments import Attachments
    from leads_excel.excel.live.live_rows import Stand


@contextmanager
def quiet(app: xw.App) -> Iterator[None]:
    """Keep Excel from redrawing, recalculating and running the workbook's own code, and put all back at the end.

    Args:
        app: The Excel.
    """
    with ExitStack() as put_back:
        for name, value in (("screen_updating", False), ("enable_events", False), ("calculation", "manual")):
            put_back.callback(setattr, app, name, getattr(app, name))
            setattr(app, name, value)
        yield


class LiveBook:
    """A workbook open in Excel; a `books.Book`.

    Args:
        book: The workbook.
    """

    def __init__(self, book: xw.Book) -> None:
        self._book = book
        self._tables: dict[str, LiveTable] = {}
        self._stands: dict[str, Stand] = {}
        self._attachments: dict[str, Attachments] = {}

    @cached_property
    def date1904(self) -> bool:
        """True when the book counts days from 1904."""
        api = self._book.api
        on_mac = member(api, "date_1904")
        return bool(on_mac.get() if on_mac is not None else member(api, "Date1904"))

    @property
    def language(self) -> Language:
        """The language of the workbook's captions."""
        names = self._book.names
        return language_of(str(names[LANGUAGE_NAME].refers_to) if LANGUAGE_NAME in names else None)

    def named(self, names: Sequence[str]) -> dict[str, NamedCell]:
        """Read cells by name or by address; one that the book lacks, or that is no cell, is left out."""
        cells = {name: cell for name in names if (cell := self._cell(name))}
        return {name: self._named(cell) for name, cell in cells.items()}

    def _named(self, cell: xw.Range) -> NamedCell:
        value, typed_in = read(cell.value), str(cell.formula or "")
        formula = typed_in[1:] if typed_in.startswith("=") and typed_in != value else None
        current = formula is not None and self._book.app.calculation != "manual"
        return NamedCell(_address(cell), value, formula, current)

    def _cell(self, name: str) -> xw.Range | None:
        if "!" in name:
            title, _, place = name.rpartition("!")
            sheet = next((sheet for sheet in self._book.sheets if same_sheet(sheet.name, unquoted(title))), None)
            return sheet.range(place.replace("$", "")) if sheet else None
        if name not in self._book.names:
            return None
        found = self._book.names[name]
        names_a_range = "!" in str(found.refers_to) and "#REF!" not in str(found.refers_to)
        return found.refers_to_range[0, 0] if names_a_range else None

    def headers(self, table: str) -> tuple[str, ...]:
        """Read a table's headings.

        Raises:
            WorkbookLayoutError: The book has no such table, or one that cannot be filled.
        """
        return self._table(table).headers

    def _table(self, name: str) -> LiveTable:
        if not self._tables:
            for sheet in self._book.sheets:
                self._tables |= {table.name.casefold(): LiveTable(sheet, table) for table in sheet.tables}
        if name.casefold() not in self._tables:
            raise WorkbookLayoutError(f"{self._book.name} has no table {name}: is it a workbook of this add-in?")
        return self._tables[name.casefold()]

    def standing(
        self,
        table: str,
        columns: Sequence[str],
        key: Sequence[str],
        frame: pd.DataFrame | None = None,  # noqa: ARG002 - all rows are read
    ) -> Standing:
        """Read how a table stands: `columns` are the headings that are ours, `key` those that identify a row."""
        live = self._table(table)
        stand = self._stands[table] = live.stand(columns)
        attachments = self._attachments[table] = live.attachments()
        by_name = dict(zip(stand.headers, stand.columns, strict=True))
        return Standing(
            keys=row_keys([by_name[name] for name in key], date1904=self.date1904),
            hashes=row_hashes([by_name[name] for name in columns], date1904=self.date1904),
            notes=stand.notes(),
            sort=live.sort(),
            room=live.room(),
            calculated=stand.calculated(),
            formulas=FormulasBeside(stand),
            attached=attachments.beside(),
            drawn=attachments.drawn_rows(),
        )

    def column(self, table: str, header: str) -> list[Cell]:
        """Read the values of one column of a table."""
        live = self._table(table)
        return live.values(live.headers.index(header), 1)[0]

    def write(self, fill: Fill) -> Sequence[str]:
        """Fill a table of which `standing` was read: text formats first, then all cells in one block.

        What is attached to the rows follows them; filters are applied again.

        Returns:
            What could not follow, one line each.
        """
        live, stand = self._table(fill.table), self._stands.pop(fill.table)
        attachments = self._attachments.pop(fill.table)
        columns = columns_to_be(stand, fill, date1904=self.date1904)
        move = replace(live.stands(), rows=len(columns[0].cells), carried=fill.carried)
        with quiet(self._book.app):
            live.write(columns, in_order=fill.sorted, following=attachments.follow(move, fill.attached))
        return [f"{fill.table}: {remark}" for remark in attachments.remarks]

    def write_named(self, values: Mapping[str, Cell]) -> None:
        """Write named cells; a name the book lacks is left out."""
        with quiet(self._book.app):
            for name, value in values.items():
                if cell := self._cell(name):
                    cell.value = typed(value)


def _address(cell: xw.Range) -> str:
    return f"{cell.sheet.name}!{cell.get_address(row_absolute=False, column_absolute=False)}"
