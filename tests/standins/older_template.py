"""Workbooks of templates that lacked something, made of today's by another program, with things of a user in them."""

from __future__ import annotations

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from leads_excel.excel.template.building import template_path


def without_sheet(*titles):
    """Make what removes sheets, with their tables and names."""

    def older(book):
        for title in titles:
            for name in [name for name, made in book.defined_names.items() if made.attr_text.startswith(f"{title}!")]:
                del book.defined_names[name]
            del book[title]

    return older


def without_columns(title, *headers):
    """Make what removes the last columns of a table."""

    def older(book):
        sheet = book[title]
        table = next(iter(sheet.tables.values()))
        for _ in headers:
            column = table.tableColumns.pop()
            assert column.name in headers
        last = get_column_letter(len(table.tableColumns))
        table.ref = table.autoFilter.ref = f"A1:{last}2"
        first = len(table.tableColumns) + 1
        sheet.delete_cols(first, len(headers))
        for number in range(first, first + len(headers)):
            sheet.column_dimensions.pop(get_column_letter(number), None)
        for header in headers:
            book.defined_names.pop(f"{table.name}_{header}", None)

    return older


def without_row_of_home(name, row):
    """Make what removes a named cell of Home with its label."""

    def older(book):
        del book.defined_names[name]
        for column in "FG":
            book["Home"][f"{column}{row}"] = None

    return older


def without_explanations():
    """Make what removes the rows of Home that explain numbers, with their names."""

    def older(book):
        names = [name for name in book.defined_names if name.startswith("why_")]
        rows = [int(book.defined_names[name].attr_text.rpartition("$")[2]) for name in names]
        for name in names:
            del book.defined_names[name]
        home = book["Home"]
        for area in [area for area in home.merged_cells.ranges if area.min_row >= min(rows)]:
            home.unmerge_cells(str(area))
        home.delete_rows(min(rows) - 1, len(rows) + 1)

    return older


def with_other_texts(title):
    """Make what says less on a sheet, which nothing there has a name in."""

    def older(book):
        for name in [name for name, made in book.defined_names.items() if made.attr_text.startswith(f"{title}!")]:
            del book.defined_names[name]
        for row in book[title].iter_rows(max_row=8):
            for cell in row:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    cell.value = f"{cell.value} then"

    return older


OLDER = {
    "no Dashboard": [without_sheet("Dashboard")],
    "no Formulas": [without_sheet("Formulas")],
    "no Bulks": [without_sheet("Bulks")],
    "no Log": [without_sheet("Log")],
    "no Rejections": [without_sheet("Rejections")],
    "nothing but Home and Leads": [
        without_sheet("Dashboard", "Vehicles", "Errors", "Rejections", "Bulks", "Log", "Formulas")
    ],
    "no columns of the lead": [
        without_columns("Vehicles", "source", "branch", "brand", "day"),
        without_columns("Errors", "source", "branch", "brand", "day"),
    ],
    "no verdicts": [
        without_columns("Leads", "verdict", "contactable", "duplicate", "change"),
        without_sheet("Dashboard"),
    ],
    "no row of Home": [without_row_of_home("out_until", 9)],
    "another Dashboard": [with_other_texts("Dashboard")],
    "nothing to choose": [
        without_explanations(),
        without_columns("Leads", "duplicate", "change"),
        with_other_texts("Dashboard"),
    ],
}
"""What older templates lacked."""


def make(path, *changes, own=True):
    """Make a workbook of an older template.

    Args:
        path: Where to.
        changes: What it lacks.
        own: Whether a user has made it their own: sheets renamed, and sheets, cells, names and formats added.
    """
    book = openpyxl.load_workbook(template_path())
    for change in changes:
        change(book)
    if own:
        _make_own(book)
    book.save(path)
    return path


def _make_own(book):
    book["Home"].title = "It's home"
    for name in book.defined_names.values():
        name.attr_text = name.attr_text.replace("Home!", "'It''s home'!")
    for row in (row for sheet in book for row in sheet.iter_rows()):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.value = cell.value.replace("Home!", "'It''s home'!")
    book["It's home"]["B40"] = "typed by hand"
    book["It's home"]["B40"].font = Font(name="Georgia", size=17, italic=True)
    sheet = book.create_sheet("تقريري", 0)
    sheet["A1"], sheet["A2"] = 41, "=A1+1"
    sheet["A1"].fill = PatternFill("solid", fgColor="FF123456")
    sheet["A1"].number_format = '0.00" SAR"'
    sheet["A1"].comment = Comment("mine", "me")
    book.defined_names["mine"] = openpyxl.workbook.defined_name.DefinedName("mine", attr_text="'تقريري'!$A$1")
