"""How sheets print: their paper, what stands at the edges of a page, and how much of a long list is printed unasked.

A month of leads is hundreds of pages, which nobody wants by mistake. So a list with a row for each lead, vehicle or
error has its heads as print area: printed as it is, or with the whole workbook, it is one page that tells how to have
its rows. The area is a fixed one, in the header row, where no refresh and no new row moves it. A formula could follow a
filter, but Excel puts cells in its place as soon as anybody sets up the page, other programs pass it over, and rows
outside of those cells would be missing on paper without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

ASK_FOR_ROWS = "Rows are printed on request: filter, select them (Ctrl+A), then Print Selection."
"""What stands on each page of a list whose rows are not printed unasked: true of both, the heads and the rows."""

PRIVACY = "Holds personal data: share it as your privacy rules allow."

PAGES = "&A, page &P of &N"
"""The sheet and the page, in Excel's codes."""

_A4 = 9
_SIDES = 0.4  # inches


def print_page(sheet: Worksheet, last_row: int, last_column: int, *, landscape: bool) -> None:
    """Have a sheet print on one page.

    Args:
        sheet: The sheet.
        last_row: The last row that is printed, from 0.
        last_column: The last column that is printed, from 0.
        landscape: Whether the page lies on its side.
    """
    _lay_paper(sheet, "&F", ends=0.5, landscape=landscape)
    sheet.center_horizontally()
    sheet.print_area(0, 0, last_row, last_column)
    sheet.fit_to_pages(1, 1)


def print_list(sheet: Worksheet, *, heads: int, frozen: int = 0, pages: int = 1) -> None:
    """Have a sheet print as a list: all its rows, the heads repeated on each page.

    Args:
        sheet: The sheet.
        heads: The row of its heads, from 0.
        frozen: How many columns are repeated at the left of each page.
        pages: How many pages wide it prints.
    """
    _lay_paper(sheet, "&F", ends=0.6, landscape=True)
    sheet.repeat_rows(heads)
    if frozen:
        sheet.repeat_columns(0, frozen - 1)
    sheet.fit_to_pages(pages, 0)


def ask_for_rows(sheet: Worksheet, columns: int) -> None:
    """Have a list print its heads alone, with a line that tells how to have its rows.

    Args:
        sheet: The sheet, set up by `print_list`; its heads are in its first row.
        columns: How many of its heads are printed.
    """
    sheet.print_area(0, 0, 0, columns - 1)
    sheet.set_header(f"&L&9&A&C&10&B{ASK_FOR_ROWS}&B&R&9&D")


def tell_privacy(sheet: Worksheet) -> None:
    """Have each page of a list say that it holds personal data."""
    sheet.set_footer(_footer(PRIVACY))


def _lay_paper(sheet: Worksheet, left: str, *, ends: float, landscape: bool) -> None:
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=_SIDES, right=_SIDES, top=ends, bottom=ends)
    sheet.set_header("&L&9&A&R&9&D")
    sheet.set_footer(_footer(left))


def _footer(left: str) -> str:
    return f"&L&9{left}&R&9{PAGES}"
