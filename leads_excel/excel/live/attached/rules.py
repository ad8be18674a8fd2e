"""Validations and conditional formats of single cells in Excel for Windows, which are told and not moved.

`ModifyAppliesToRange` would move a conditional format, but no page says what becomes of a relative reference in it;
a validation can be pasted, but a cell's own is not to be told from its neighbour's without a question for each cell.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from leads_excel.excel.cells.moves import is_in_row
from leads_excel.excel.cells.references import Area

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xlwings as xw

    from leads_excel.excel.cells.moves import Move
    from leads_excel.excel.live.attached.native import Native

_WITH_VALIDATION, _LIKE_THIS = -4174, -4175  # xlCellTypeAllValidation, xlCellTypeSameValidation


def has_single_rules(sheet: xw.Sheet, move: Move) -> bool:
    """Say whether some row of a table has a validation or a conditional format of its own.

    Args:
        sheet: Its sheet.
        move: The table as it stands.
    """
    body = sheet.range((move.first, move.area.left), (move.last, move.area.right)).api
    formatted = (area for rule in body.FormatConditions for area in _areas(rule.AppliesTo))
    return any(is_in_row(area, move) for area in chain(formatted, _validated(body)))


def _validated(body: Native) -> Iterator[Area]:
    """List the cells with a validation, those of the same one together."""
    try:
        found = body.SpecialCells(_WITH_VALIDATION)
    except Exception:  # noqa: BLE001 - Excel's way to say that there are none, of no common class
        return
    for area in _areas(found):
        yield area
        first = body.Worksheet.Cells(max(area.top, body.Row), area.left)
        yield from _areas(first.SpecialCells(_LIKE_THIS))


def _areas(cells: Native) -> Iterator[Area]:
    for part in cells.Areas:
        top, left = part.Row, part.Column
        yield Area(left, top, left + part.Columns.Count - 1, top + part.Rows.Count - 1)
