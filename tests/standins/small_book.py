"""A small workbook of the contract: few columns and nothing around them, so that a test adds the thing it is about."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import openpyxl
import xlsxwriter
from package_edit import PackageEdit
from sample_tables import INPUTS, LOG, RESULTS, SHEETS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

LEADS = ("leadExternalId", "firstName", "isError", "leadDate", "note")
"""The columns of `leads`: four of ours and one of the user's."""

_OTHERS = {
    "vehicles": ("leadExternalId", "position", "modelFamily"),
    "errors": ("leadExternalId", "position", "message"),
    "bulks": ("createdDate", "createdBy", "status"),
    "refresh_log": LOG,
}


def build(
    path: Path,
    rows: Sequence[Sequence[Any]] = (),
    around: Callable[[Any, Any], None] | None = None,
    *,
    columns: Sequence[str | dict[str, Any]] = LEADS,
    options: dict[str, Any] | None = None,
    totals: bool = False,
) -> Path:
    """Build the workbook; the leads stand on their sheet from A1 on.

    Args:
        path: Where to.
        rows: Values of the leads, row by row.
        around: Adds to the workbook, given the book and the sheet of the leads.
        columns: The columns of the leads, as headings or as XlsxWriter describes a column.
        options: Options of the workbook, as XlsxWriter names them.
        totals: Whether the leads have a totals row.

    Returns:
        The path.
    """
    with xlsxwriter.Workbook(path, options or {}) as book:
        home = book.add_worksheet("Home")
        for row, name in enumerate((*INPUTS, *RESULTS)):
            home.write_string(row, 0, name)
            book.define_name(name, f"=Home!$B${row + 1}")
        home.write_row(0, 1, ["demo"])
        sheet = book.add_worksheet("Leads")
        described = [column if isinstance(column, dict) else {"header": column} for column in columns]
        last = max(1, len(rows)) + totals
        sheet.add_table(
            0, 0, last, len(columns) - 1, {"name": "leads", "columns": described, "total_row": totals, "data": rows}
        )
        for table, headers in _OTHERS.items():
            heads = [{"header": header} for header in headers]
            book.add_worksheet(SHEETS[table]).add_table(0, 0, 1, len(heads) - 1, {"name": table, "columns": heads})
        if around:
            around(book, sheet)
    return path


def edited(path: Path, part: str, *changes: tuple[str, str]) -> Path:
    """Change the bytes of one part: each text for another, everywhere it stands, as a regular expression."""
    edit = PackageEdit(path)
    text = edit.text(part)
    for old, new in changes:
        text, count = re.subn(old, new, text)
        if not count:
            raise ValueError(f"{part} has no {old}")
    edit.write(part, text)
    path.write_bytes(bytes(edit))
    return path


def opened(path: Path) -> openpyxl.Workbook:
    """Open a workbook with openpyxl, to be read only: the last one is kept for whoever reads on."""
    status = path.stat()
    return _opened(path, status.st_ino, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _opened(path: Path, *_state: int) -> openpyxl.Workbook:
    # It warns of every extension that it would lose on saving.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)


def values(path: Path, sheet: str = "Leads") -> list[list[Any]]:
    """Read a sheet with openpyxl: formulas as text, rows as lists."""
    return [list(row) for row in opened(path)[sheet].iter_rows(values_only=True)]


SHEET, TABLE = "xl/worksheets/sheet2.xml", "xl/tables/table1.xml"
"""The parts of the leads."""
