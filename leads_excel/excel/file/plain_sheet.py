"""A new workbook of one plain sheet, for people outside who get a list and nothing else."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_DATE = "yyyy-mm-dd"


def plain_sheet(
    title: str, headings: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[object]], *, from_right: bool
) -> bytes:
    """Write rows as a workbook: a heading that stays in sight, and every text a text, whatever it begins with.

    Args:
        title: The name of the sheet.
        headings: One for each column.
        widths: Of each column, in characters.
        rows: Cells: text without characters that XML cannot hold, numbers, dates or None.
        from_right: Whether the sheet runs from right to left.

    Returns:
        The file.
    """
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.sheet_view.rightToLeft = from_right
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: object, value: object, *, bold: bool = False) -> Any:  # noqa: ANN401 - openpyxl has no types
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # what begins with = would be a formula
    if isinstance(value, date):
        cell.number_format = _DATE
    if bold:
        cell.font = Font(bold=True)
    return cell
