"""The sheet Formulas: every function with its arguments and an example, as text, so that opening it asks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leads_excel.excel.template.sheets.paper import print_list

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.sheets.formats import Styles

SHEET = "Formulas"


class Entry(NamedTuple):
    """A worksheet function.

    Args:
        name: Its name.
        arguments: Its arguments, optional ones in brackets.
        gives: What it returns.
        example: A formula that works as it stands.
    """

    name: str
    arguments: str
    gives: str
    example: str

    @property
    def formula(self) -> str:
        """How it is written: `=LEAD(id, [fields])`."""
        return f"={self.name}({self.arguments})"


FUNCTIONS = (
    Entry(
        "LEADS",
        "from, [to], [fields], [filters], [options]",
        "A table with one row per lead.",
        '=LEADS("-30D")',
    ),
    Entry(
        "LEAD_VEHICLES",
        "from, [to], [fields], [filters], [options]",
        "A table with one row per vehicle of a lead.",
        '=LEAD_VEHICLES("LM",,"modelFamily,modelYear,totalQty")',
    ),
    Entry(
        "LEAD_ERRORS",
        "from, [to], [fields], [filters], [options]",
        "A table with one row per reason for a rejection.",
        '=LEAD_ERRORS("-7D",,,"source=Website")',
    ),
    Entry(
        "LEAD_BULKS",
        "from, [to], [fields], [filters], [options]",
        "A table with one row per bulk: when, how many, its state.",
        '=LEAD_BULKS("LW")',
    ),
    Entry(
        "LEAD",
        "id, [fields], [if_missing]",
        "One lead by its number, here that in cell A2; for a range, one row each.",
        '=LEAD(A2,"source,branch,priority")',
    ),
    Entry(
        "LEADS_KPI",
        "kpi, from, [to], [filters], [options]",
        "One number, such as rejection_rate: LEADS_FIELDS('kpis') lists them.",
        '=LEADS_KPI("rejection_rate","LM")',
    ),
    Entry(
        "LEADS_BY",
        "dimension, from, [to], [kpis], [filters], [options]",
        "Numbers by source, branch, day, week, month, modelFamily and more.",
        '=LEADS_BY("branch","LM",,"leads,rejection_rate")',
    ),
    Entry(
        "LEADS_DUPES",
        "from, [to], [fields], [filters], [options]",
        "Customers who left more than one lead within 30 days.",
        '=LEADS_DUPES("-30D")',
    ),
    Entry(
        "LEADS_CUSTOMERS",
        "from, [to], [fields], [filters], [options]",
        "Customers over all sources and branches, one row each.",
        '=LEADS_CUSTOMERS("-30D",,,"leads>=2")',
    ),
    Entry(
        "LEADS_FIX",
        "from, [to], [fields], [filters], [options]",
        "Rejected leads: what is wrong, what would be right, whom to call first.",
        '=LEADS_FIX("-30D",,,"recovered<>yes")',
    ),
    Entry(
        "LEADS_CONTACTS",
        "[purpose], [from], [to], [fields], [filters], [options]",
        "Customers who agreed to be contacted, and how they are reached.",
        '=LEADS_CONTACTS("marketing","-90D")',
    ),
    Entry(
        "LEADS_WHY",
        "kpi, from, [to], [filters], [options]",
        "Why a number is what it is: its parts, its windows, how to get it again.",
        '=LEADS_WHY("rejection_rate","LM")',
    ),
    Entry(
        "LEADS_NEW",
        "since, [fields], [options]",
        "What changed since: new, settled, recovered, changed, gone leads.",
        '=LEADS_NEW("YESTERDAY")',
    ),
    Entry(
        "LEADS_STATUS",
        "[item]",
        "Where the numbers come from and how fresh they are.",
        "=LEADS_STATUS()",
    ),
    Entry(
        "LEADS_FIELDS",
        "[table], [search]",
        "Every column with its label in English and Arabic and what it holds.",
        '=LEADS_FIELDS("leads","date")',
    ),
    Entry(
        "LEADS_LIST",
        "dimension, [from], [to]",
        "The distinct values of a column, for a drop-down list.",
        '=LEADS_LIST("branch")',
    ),
    Entry("LEADS_DATE", "text", "The day that a text such as -7D stands for.", '=LEADS_DATE("-7D")'),
)
"""The functions, those for beginners and everyday first. Each exists in Python under the same name in lower case."""

ARGUMENTS = (
    (
        "from, to",
        "A date, 2026-08-24, or a period: TODAY, -7D, MTD, LM, 2026-W34. The last day is included; `to` may be empty.",
    ),
    (
        "fields",
        'Columns by name, "leadId,source,branch", a range of headings, or a set: "basic", "contact", "consent", "all".',
    ),
    (
        "filters",
        '"source=Website; branch=Riyadh*|Jeddah*; leadDate>=-30D", or two columns of cells: names and values.',
    ),
    (
        "options",
        '"headers=0; sort=-leadDate; limit=500; as_of=YESTERDAY; missing=0", or two columns: names and values.',
    ),
    (
        "answers",
        "A table spills below and right of its formula. What went wrong is said in one line that starts with #LEADS.",
    ),
)

_WIDTHS = (2, 17, 47, 52, 48, 2)


def write_catalogue(workbook: Workbook, styles: Styles) -> None:
    """Add the sheet Formulas.

    Args:
        workbook: The workbook to add it to.
        styles: The formats of that workbook.
    """
    sheet = workbook.add_worksheet(SHEET)
    _write_frame(sheet, styles)
    top = 4
    _write_heads(sheet, styles, top, ("Function", "How to write it", "What it gives", "Example"))
    for row, entry in enumerate(FUNCTIONS, start=top + 1):
        sheet.set_row_pixels(row, 38)
        sheet.write_string(row, 1, entry.name, styles["formula.name"])
        sheet.write_string(row, 2, entry.formula, styles["formula"])
        sheet.write_string(row, 3, entry.gives, styles["formula.text"])
        sheet.write_string(row, 4, entry.example, styles["formula"])
    top += len(FUNCTIONS) + 2
    _write_heads(sheet, styles, top, ("Argument", "What it may be", "", ""))
    for row, (name, text) in enumerate(ARGUMENTS, start=top + 1):
        sheet.set_row_pixels(row, 26)
        sheet.write_string(row, 1, name, styles["formula.name"])
        sheet.merge_range(row, 2, row, 4, text, styles["formula.argument"])
    print_list(sheet, heads=4)
    sheet.fit_to_pages(1, 1)  # a page to put beside the screen
    sheet.center_horizontally()


def _write_frame(sheet: Worksheet, styles: Styles) -> None:
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_row_pixels(0, 10)
    sheet.set_row_pixels(1, 38)
    sheet.write_string("B2", SHEET, styles["title"])
    text = "For your own sheets, in Excel for Windows with the add-in. Copy an example into any cell; here it is text."
    sheet.write_string("B3", text, styles["subtitle"])
    sheet.freeze_panes(5, 0)


def _write_heads(sheet: Worksheet, styles: Styles, row: int, heads: tuple[str, ...]) -> None:
    sheet.set_row_pixels(row, 26)
    for column, head in enumerate(heads, start=1):
        if head:
            sheet.write_string(row, column, head, styles["heading"])
        else:
            sheet.write_blank(row, column, None, styles["heading"])
