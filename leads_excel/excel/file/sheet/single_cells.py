"""Single cells of a sheet, read off its stream: their values and their formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.excel.cells.xml import read_cell
from leads_excel.excel.file.sheet.formulas import SharedFormulas, formula_of
from leads_excel.excel.file.sheet.sheet_data import cells_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.cells.xml import SharedIndex
    from leads_excel.excel.file.sheet.sheet_data import SheetStream


def read_cells(
    stream: SheetStream, places: Collection[tuple[int, int]]
) -> dict[tuple[int, int], tuple[Cell | SharedIndex, str | None]]:
    """Read some cells, going down the sheet no further than they stand.

    Args:
        stream: The sheet, at its beginning.
        places: The cells, by row and column.

    Returns:
        For each cell that is there its value, or the stored result of its formula, and its formula.
    """
    found: dict[tuple[int, int], tuple[Cell | SharedIndex, str | None]] = {}
    wanted, last, shared = {row for row, _ in places}, max((row for row, _ in places), default=0), SharedFormulas()
    for row in stream.rows():
        if row.number > last:
            break
        has_shared = b"shared" in row.cells
        for cell in cells_of(row, stream.prefix) if has_shared or row.number in wanted else ():
            column, attributes, content = cell
            if has_shared:
                shared.meet(row.number, cell, moves=False)
            if (row.number, column) in places:
                written = shared.written_out(row.number, column, content)
                found[row.number, column] = read_cell(attributes, content), formula_of(written)
    return found
