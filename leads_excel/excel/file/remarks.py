"""What a user should know of a table that is filled: what cannot follow its rows, or only in Excel."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from leads_excel.excel.cells.moves import Moves, move_formula
from leads_excel.excel.file.elsewhere import has_pivot, references_in_texts
from leads_excel.excel.file.package.data_models import loaded_spans
from leads_excel.excel.file.package.pivots import cells_of_tables

if TYPE_CHECKING:
    from collections.abc import Collection

    from leads_excel.excel.file.elsewhere import TextReference
    from leads_excel.excel.file.package.package import Package
    from leads_excel.excel.file.package.sources import Sources, Span
    from leads_excel.excel.file.package.workbook import Workbook
    from leads_excel.excel.file.sheet.table_block import TableBlock


class Remarks:
    """What to say of the tables of one workbook.

    Args:
        package: The parts of the workbook.
        workbook: Its directory.
        sources: Follows names to their cells.
        ours: The sheets of the tables, by their part.
    """

    def __init__(self, package: Package, workbook: Workbook, sources: Sources, ours: Collection[str]) -> None:
        self._package, self._workbook, self._sources, self._ours = package, workbook, sources, ours

    def of(self, block: TableBlock, unread: Collection[str]) -> list[str]:
        """List what to say of one table, one line each.

        Args:
            block: What it is to hold.
            unread: Kinds of things attached to its sheet that cannot be read.
        """
        rows, move, name = block.rows, block.move, block.rows.table.name
        told = [] if block.filters else [f"{name}: its filter was cleared, only Excel can apply it: set it again"]
        if any(move.row(row) is None for row in rows.behind.ruled):
            told.append(f"{name}: formats or validations of single cells left with their rows")
        left = rows.filled > sum(old >= 0 for old in block.fill.carried)
        if left and has_pivot(self._package, self._workbook, move, self._sources):
            told.append(f"{name}: pivot tables keep rows that left until Excel has opened and saved the workbook")
        if any(span.overlaps(cells_of_tables([move])) for span in self._loaded):
            told.append(f"{name}: the Data Model or a query has its old rows until Data, Refresh All in Excel")
        if unread and (move.shift or move.reorders):
            told.append(f"{name}: {', '.join(sorted(unread))} cannot be read and no longer stand beside their rows")
        moves = Moves((move,), self._workbook.sheet_names)
        stale = (one.place for one in self._by_text if move_formula(one.text, moves, None) != one.text)
        told += [
            f"{name}: {place} names its rows in a text that no longer holds: name the table"
            for place in dict.fromkeys(stale)
        ]
        return told

    @cached_property
    def _loaded(self) -> list[Span]:
        return loaded_spans(self._package, self._workbook, self._sources)

    @cached_property
    def _by_text(self) -> list[TextReference]:
        return references_in_texts(self._package, self._workbook, self._ours)
