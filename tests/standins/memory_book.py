"""A book that is nothing but lists: what `sheets` asks of any book, in the fewest words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sample_tables import INPUTS, RESULTS, SHEETS, columns_of

from leads_excel.excel.book.matching import row_hashes, row_keys
from leads_excel.excel.book.protocol import NamedCell, SortKey, Standing
from leads_excel.excel.cells.values import to_column
from leads_excel.exceptions import WorkbookLayoutError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from leads_excel.excel.book.protocol import Fill

ROOM = 1000


@dataclass
class MemoryTable:
    """A table: headings, and rows as lists."""

    headers: list[str]
    rows: list[list[Any]] = field(default_factory=list)
    sort: tuple[SortKey, ...] = ()
    sorted: bool = True


class MemoryBook:
    """A book with the tables and names of the contract."""

    date1904 = False
    language = "en"

    def __init__(self, own: Sequence[str] = ()) -> None:
        self.tables = {table: MemoryTable(list(columns_of(table))) for table in SHEETS}
        self.tables["leads"].headers += own
        self.names: dict[str, Any] = dict.fromkeys((*INPUTS, *RESULTS))
        self.formulas: dict[str, str] = {}
        """Formulas of named cells; what the names hold is then their stored results."""
        self.written: list[str] = []
        self._ours: dict[str, list[int]] = {}

    def named(self, names: Sequence[str]) -> dict[str, NamedCell]:
        """Read named cells; each stands in a row of its own on Home."""
        places = {f"Home!B{row}": name for row, name in enumerate(self.names, 1)}
        at = {**{name: place for place, name in places.items()}, **{place: place for place in places}}
        asked = {name: at.get(name.replace("'", "").replace("$", "")) for name in names}
        return {
            name: NamedCell(place, self.names[places[place]], self.formulas.get(places[place]))
            for name, place in asked.items()
            if place
        }

    def headers(self, table: str) -> tuple[str, ...]:
        """Read a table's headings."""
        if table not in self.tables:
            raise WorkbookLayoutError(f"The book has no table {table}.")
        return tuple(self.tables[table].headers)

    def standing(
        self,
        table: str,
        columns: Sequence[str],
        key: Sequence[str],
        frame: pd.DataFrame | None = None,  # noqa: ARG002 - all rows are read
    ) -> Standing:
        """Read a table."""
        here = self.tables[table]
        at = {header: place for place, header in enumerate(here.headers)}
        self._ours[table] = [at[header] for header in columns]
        own = [header for header in here.headers if header not in columns]
        notes = [{h: row[at[h]] for h in own if row[at[h]] is not None} for row in here.rows]
        return Standing(
            row_keys([self.column(table, header) for header in key]),
            row_hashes([self.column(table, header) for header in columns]),
            {row: note for row, note in enumerate(notes) if note},
            here.sort,
            ROOM,
        )

    def column(self, table: str, header: str) -> list[Any]:
        """Read a column."""
        here = self.tables[table]
        return [row[here.headers.index(header)] for row in here.rows]

    def write(self, fill: Fill) -> list[str]:
        """Fill a table."""
        here = self.tables[fill.table]
        self.written.append(fill.table)
        new = {header: to_column(fill.frame[header]) for header in fill.frame}
        rows = []
        for place, (source, old) in enumerate(zip(fill.rows, fill.carried, strict=True)):
            row = list(here.rows[old]) if old >= 0 else [None] * len(here.headers)
            values = {header: cells[source] for header, cells in new.items()} if source >= 0 else {}
            for header, cell in (values | dict(fill.notes.get(place, {}))).items():
                row[here.headers.index(header)] = cell
            rows.append(row)
        here.rows, here.sorted = rows, fill.sorted
        return []

    def write_named(self, values: Mapping[str, Any]) -> None:
        """Write named cells."""
        self.names.update({name: value for name, value in values.items() if name in self.names})

    # --- for the tests -----------------------------------------------------------------------------------------------

    def cells(self, table: str, *headers: str) -> list[tuple[Any, ...]]:
        """Read some columns side by side, row by row."""
        return list(zip(*(self.column(table, header) for header in headers), strict=True))

    def type(self, table: str, row: int, header: str, value: Any) -> None:
        """Type a value into a cell."""
        here = self.tables[table]
        here.rows[row][here.headers.index(header)] = value
