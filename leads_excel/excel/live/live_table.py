"""One table of a workbook open in Excel: read and written in whole columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leads_excel.excel.book.protocol import SortKey
from leads_excel.excel.cells.moves import Move
from leads_excel.excel.cells.references import Area
from leads_excel.excel.cells.values import MAX_ROWS
from leads_excel.excel.live.attached.attachments import Attachments
from leads_excel.excel.live.attached.native import is_for_windows, member
from leads_excel.excel.live.live_rows import Stand, read, runs
from leads_excel.exceptions import WorkbookLayoutError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xlwings as xw

    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.live.attached.native import Native
    from leads_excel.excel.live.live_rows import Column

TEXT = "@"
"""The number format that keeps a text as it is."""

_LONGEST_IN_BLOCK = 8_203
"""Characters. A longer text makes Excel refuse the whole block (Microsoft KB 832136); alone it is taken."""

_DESCENDING, _BY_VALUE = 2, 0  # Excel's xlDescending and xlSortOnValues


class LiveTable:
    """A table in Excel.

    Args:
        sheet: The sheet it stands on.
        table: The table.
    """

    def __init__(self, sheet: xw.Sheet, table: xw.main.Table) -> None:
        self._sheet = sheet
        self._table = table

    @property
    def headers(self) -> tuple[str, ...]:
        """Its headings.

        Raises:
            WorkbookLayoutError: It cannot be filled.
        """
        row = self._table.header_row_range
        if row is None:
            raise WorkbookLayoutError(f"The table {self._table.name} has no header row: show it (Table Design).")
        if member(self._sheet.api, "ProtectContents"):
            raise WorkbookLayoutError(f"The sheet {self._sheet.name} is protected: unprotect it (Review).")
        return tuple(map(str, row.options(ndim=1).value))

    # --- reading ---------------------------------------------------------------------------------------------------

    def stand(self, ours: Sequence[str]) -> Stand:
        """Read all rows, and the formulas in columns that are not ours."""
        headers = self.headers
        own = [place for place, header in enumerate(headers) if header not in set(ours)]
        formulas = {
            place: column
            for first, last in runs(own)
            for place, column in enumerate(self._formulas(first, last - first + 1), first)
        }
        return Stand(headers, self.values(0, len(headers)), formulas, self._table.range.row + 1)

    def values(self, first: int, count: int) -> list[list[Cell]]:
        """Read some columns, in one block."""
        body = self._table.data_body_range
        if body is None:  # all its rows were deleted
            return [[] for _ in range(count)]
        rows = body[:, first : first + count].options(ndim=2, err_to_str=True).value
        return [list(map(read, column)) for column in zip(*rows, strict=True)]

    def _formulas(self, first: int, count: int) -> list[list[str]]:
        body = self._table.data_body_range
        if body is None:
            return [[] for _ in range(count)]
        block: Any = body[:, first : first + count].formula
        rows = block if isinstance(block, tuple) else ((block,),)
        return [[str(cell) for cell in column] for column in zip(*rows, strict=True)]

    def room(self) -> int:
        """Count the rows that fit between the header and the end of the sheet, or what stands below the table."""
        area = self._table.range
        last = area.last_cell.row
        end = MAX_ROWS if self._sheet.used_range.last_cell.row <= last else self._first_below(area, last + 1) - 1
        return end - area.row - (self._table.totals_row_range is not None)

    def _first_below(self, area: xw.Range, row: int) -> int:
        """Find the first row from here on in which a cell below the table holds something."""
        below = self._sheet.range((row, area.column), (row, area.last_cell.column))
        if any(cell is not None for cell in below.options(ndim=1, err_to_str=True).value):
            return row
        return min(cell.end("down").row for cell in below)

    def stands(self) -> Move:
        """Tell where it stands, all its rows in their places."""
        cells = self._table.range
        area = Area(cells.column, cells.row, cells.last_cell.column, cells.last_cell.row)
        totals = int(self._table.totals_row_range is not None)
        return Move(self._sheet.name, area, totals, area.bottom - area.top - totals)

    def attachments(self) -> Attachments:
        """Read what is attached to its rows."""
        return Attachments(self._sheet, self.stands(), self.headers, self._is_filtered)

    def _is_filtered(self) -> bool:
        if is_for_windows(self._sheet.api):
            return self._filter() is not None
        return any(criterion.type != "none" for criterion in self._table.autofilter.criteria)

    def _filter(self) -> Native | None:
        """Give Excel's filter where it hides rows; Excel for Windows only."""
        found = member(self._table.api, "AutoFilter")
        return found if found is not None and found.FilterMode else None

    def sort(self) -> tuple[SortKey, ...]:
        """Tell what the table is sorted by; Excel for Windows only."""
        sort = member(self._table.api, "Sort")
        if sort is None:
            return ()
        headers, first = self.headers, self._table.range.column
        return tuple(
            SortKey(headers[field.Key.Column - first], field.Order == _DESCENDING)
            for field in sort.SortFields
            if field.SortOn == _BY_VALUE
        )

    # --- writing ---------------------------------------------------------------------------------------------------

    def write(self, columns: Sequence[Column], *, in_order: bool, following: Iterator[None]) -> None:
        """Write all rows.

        Args:
            columns: What each column is to hold.
            in_order: False when the rows are no longer in the order of the table's sort.
            following: Has what is attached to the rows follow them, see `Attachments.follow`.
        """
        next(following, None)
        totals = self._table.totals_row_range is not None
        if totals:
            self._table.show_totals = False
        try:
            grown_from = self._fit(len(columns[0].cells))
            self._format(columns, grown_from)
            self._put(columns)
        finally:
            if totals:
                self._table.show_totals = True
        next(following, None)
        self._tidy(in_order=in_order)

    def _body(self) -> xw.Range:
        return self._table.range[1:, :]

    def _fit(self, rows: int) -> int:
        """Give the table as many rows, and tell how many of the old ones it keeps."""
        area = self._table.range
        old = area.shape[0] - 1
        if rows != old:
            self._table.resize(area.resize(rows + 1, area.shape[1]))
        if rows < old:
            area[rows + 1 :, :].clear_contents()
        return min(old, rows)

    def _format(self, columns: Sequence[Column], kept: int) -> None:
        """Format text as Text before it is written, nothing else of ours so, and new rows like the first one."""
        body, is_grown = self._body(), len(columns[0].cells) > kept
        for first, last in runs(place for place, column in enumerate(columns) if column.text):
            texts = body[:, first : last + 1]
            if is_grown or texts.number_format != TEXT:
                texts.number_format = TEXT
        for place, column in enumerate(columns):
            cells = body[:, place]
            if column.text is None and is_grown:
                cells[kept:, 0].number_format = cells[0, 0].number_format
            elif column.text is False:
                shown = cells.number_format  # None where they are not all alike
                usual = shown or cells[0, 0].number_format
                if is_grown or shown is None or usual == TEXT:
                    cells.number_format = "General" if usual == TEXT else usual

    def _put(self, columns: Sequence[Column]) -> None:
        rows = [list(row) for row in zip(*(column.cells for column in columns), strict=True)]
        alone = []
        for place, column in enumerate(columns):
            for number, cell in enumerate(column.cells):
                if isinstance(cell, str) and len(cell) > _LONGEST_IN_BLOCK:
                    alone.append((number, place, cell))
                    rows[number][place] = None
        body = self._body()
        body.value = rows
        for number, place, cell in alone:
            body[number, place].value = cell

    def _tidy(self, *, in_order: bool) -> None:
        """Have Excel for Windows hide the rows that the filter hides, and forget an order that is no longer there."""
        sort = None if in_order else member(self._table.api, "Sort")
        if sort is not None:
            sort.SortFields.Clear()
        if (table_filter := self._filter()) is not None:
            table_filter.ApplyFilter()
