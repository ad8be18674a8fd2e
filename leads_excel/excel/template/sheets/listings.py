"""The sheets that hold our tables: one Excel table each, its header on the first row, ready to be filled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from leads_excel.captions.languages import LTR, caption
from leads_excel.excel.filling import rejections
from leads_excel.excel.filling.lead_fields import DAY, LEAD_FIELDS, heading_name
from leads_excel.excel.template.sheets.paper import ask_for_rows, print_list, tell_privacy
from leads_excel.rejected.workbench import COLUMNS, SHOWN
from leads_excel.schema.columns import BULKS, ERRORS, LEADS, VEHICLES, Column

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from leads_excel.captions.languages import Language
    from leads_excel.excel.template.sheets.formats import Styles

BANDED = "Table Style Light 1"
_FILTER_BUTTON, _MARGIN = 4, 3  # characters
_LAST_ROW = 1_048_575  # from 0
_HEADINGS = 200  # columns whose headings are shown, those of the user among them

LOG: tuple[Column, ...] = (
    Column("when", "time", "When", "الوقت", 17, False, "When the refresh ended."),
    Column("who", "text", "Who", "المستخدم", 18, True, "The user whose computer refreshed the workbook."),
    Column("environment", "text", "Environment", "البيئة", 14, False, "Where the leads came from."),
    Column("range", "text", "Days", "الأيام", 26, False, "The days asked for, the last one included."),
    Column("leads", "count", "Leads", "الطلبات", 10, False, "Rows of the leads table."),
    Column("vehicles", "count", "Vehicles", "المركبات", 10, False, "Rows of the vehicles table."),
    Column("errors", "count", "Errors", "الأخطاء", 10, False, "Rows of the errors table."),
    Column("new", "count", "New", "الجديدة", 9, False, "Leads that were not in the table before."),
    Column("changed", "count", "Changed", "المتغيرة", 11, False, "Leads that read differently than before."),
    Column("seconds", "count", "Seconds", "الثواني", 11, False, "How long it took."),
    Column("result", "text", "Result", "حصيلة التحديث", 70, False, "What happened."),
)
"""The refresh_log table: one row per refresh, the latest last."""


VERDICTS = Column(
    "verdict", "text", "Verdict", "النتيجة", 12, False,
    "accepted, rejected, or provisional while its bulk is under way. The Dashboard counts by it.",
)  # fmt: skip
REACHABLE = Column(
    "contactable", "flag", "Contactable", "يمكن التواصل", 13, False,
    "TRUE where the phone number or the e-mail address is a valid one.",
)  # fmt: skip
REPEATED = Column(
    "duplicate", "flag", "Duplicate", "مكرر", 11, False,
    "TRUE where the customer left another accepted lead up to 30 days earlier, before the range too.",
)  # fmt: skip
CHANGES = Column(
    "change", "text", "Change", "التغيير", 10, False,
    "What the last refresh brought: new or changed. Delete the column to do without.",
)  # fmt: skip
"""The last columns of the leads table, worked out by a refresh."""

_LEADS = {column.name: column for column in LEADS}
OF_LEAD = (
    *(
        replace(_LEADS[field], about=f"{_LEADS[field].about} The lead's own, as on Leads and in LEADS_BY.")
        for field in LEAD_FIELDS
        if field in _LEADS
    ),
    Column(
        DAY, "date", "Day", "اليوم", 12, False,
        "Day on which the lead was submitted: its bulkCreatedDate without the time, the day of LEADS_BY.",
    ),
)  # fmt: skip
"""The last columns of vehicles and errors: of the lead that each row belongs to. Delete them to do without."""

_OF_REJECTIONS = {column.name: column for column in (*LEADS, *COLUMNS)}
REJECTIONS = tuple(_OF_REJECTIONS[name] for name in SHOWN)
"""What a refresh lists of each rejected lead and reason, as `lx.rejections` does by default."""

STATES = ("open", "in work", "sent to partner", "fixed", "given up")
STATE = Column("state", "text", "State", "الحالة", 16, False, "How far it is: choose one, or type your own.")
OWN = (
    Column("owner", "text", "Owner", "المسؤول", 14, False, "Who works on it. Yours to fill: it follows its lead."),
    STATE,
    Column("note", "text", "Note", "ملاحظة", 30, False, "Whatever helps the next one who calls."),
    Column("fixed value", "text", "Fixed value", "القيمة المصححة", 20, True, "What it should have been, once known."),
)
"""The last columns of rejections: the user's own, shipped empty."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A conditional format that means something.

    Args:
        when: A formula over the first data row, such as `$C2=TRUE`.
        style: The format laid over the cells.
        column: The column marked; empty for the whole row.
    """

    when: str
    style: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A sheet with one table.

    Args:
        sheet: Name of the sheet.
        table: Name of the Excel table.
        columns: Its columns, in order.
        marks: Its conditional formats; the first one that holds wins.
        frozen: How many columns stay in view at the left.
        pages: How many pages wide it prints.
        printed: How many heads are printed where rows have to be asked for; 0 where all rows are printed.
        choices: Columns with a list of values to choose from; others may be typed.
    """

    sheet: str
    table: str
    columns: tuple[Column, ...]
    marks: tuple[Mark, ...] = ()
    frozen: int = 1
    pages: int = 1
    printed: int = 0
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()


_VERDICT, _CHANGE = xl_col_to_name(len(LEADS)), xl_col_to_name(len(LEADS) + 3)
_URGENCY, _RECOVERED = (xl_col_to_name(SHOWN.index(name)) for name in ("urgency", "recovered"))
_STATE = xl_col_to_name(len(SHOWN) + OWN.index(STATE))

LISTINGS = (
    Listing(
        "Leads",
        "leads",
        (*LEADS, VERDICTS, REACHABLE, REPEATED, CHANGES),
        (
            *(
                Mark(f'${_CHANGE}2="{change}"', style, column)
                for column in ("leadExternalId", CHANGES.name)
                for change, style in (("new", "cell.new"), ("changed", "cell.changed"))
            ),
            Mark("$C2=TRUE", "row.rejected"),
            Mark(f'${_VERDICT}2="provisional"', "row.provisional"),
        ),
        frozen=3,
        pages=4,
        printed=3,
    ),
    Listing("Vehicles", "vehicles", (*VEHICLES, *OF_LEAD), printed=len(VEHICLES)),
    Listing("Errors", "errors", (*ERRORS, *OF_LEAD), printed=len(ERRORS)),
    Listing(
        "Rejections",
        rejections.TABLE,
        (*REJECTIONS, *OWN),
        (
            Mark(f'${_RECOVERED}2="yes"', "cell.new", "recovered"),
            Mark(f'OR(${_RECOVERED}2="yes",${_STATE}2="fixed",${_STATE}2="given up")', "row.done"),
            Mark(f"AND(${_URGENCY}2>0,${_URGENCY}2<3)", "cell.alarm", "urgency"),
        ),
        frozen=2,
        pages=2,
        printed=6,
        choices=((STATE.name, STATES),),
    ),
    Listing(
        "Bulks",
        "bulks",
        BULKS,
        (
            Mark("AND($E2=4,$C2<>$G2)", "cell.alarm", "totalRecords"),
            Mark("AND($E2=4,$D2<>$H2)", "cell.alarm", "errorRecords"),
            Mark("$E2=3", "row.cancelled"),
            Mark('AND($E2<>"",$E2<3)', "row.open"),
        ),
    ),
    Listing("Log", "refresh_log", LOG, (Mark('LEFT($K2,6)="failed"', "row.rejected"),)),
)


def write_listing(workbook: Workbook, styles: Styles, listing: Listing, language: Language = "en") -> None:
    """Add the sheet of a table, with one empty data row.

    Args:
        workbook: The workbook to add it to.
        styles: The formats of that workbook.
        listing: What the sheet holds.
        language: The language that its headings are shown in.
    """
    sheet = workbook.add_worksheet(listing.sheet)
    _write_table(sheet, styles, listing)
    choices = dict(listing.choices)
    for index, column in enumerate(listing.columns):
        cell_format = styles[f"kind.{column.kind}"]
        sheet.set_column(index, index, _width(column, language), cell_format)
        sheet.write_blank(1, index, None, cell_format)
        sheet.data_validation(0, index, 0, index, _explanation(column, language))
        if _is_named(listing, column):
            name = heading_name(listing.table, column.name)
            workbook.define_name(name, f"={listing.sheet}!{xl_rowcol_to_cell(0, index, row_abs=True, col_abs=True)}")
        if column.name in choices:
            sheet.data_validation(1, index, _LAST_ROW, index, _choice(choices[column.name]))
    for mark in listing.marks:
        _lay(sheet, styles, listing, mark)
    if language != "en":
        _show_headings(workbook, sheet, listing)
    print_list(sheet, heads=0, frozen=listing.frozen, pages=listing.pages)
    if any(column.sensitive for column in listing.columns):
        tell_privacy(sheet)
    if listing.printed:
        ask_for_rows(sheet, listing.printed)


def _write_table(sheet: Worksheet, styles: Styles, listing: Listing) -> None:
    header = [
        {"header": column.name, "header_format": styles["header.own" if column in OWN else "header"]}
        for column in listing.columns
    ]
    options = {"name": listing.table, "style": BANDED, "columns": header}
    sheet.add_table(0, 0, 1, len(listing.columns) - 1, options)
    sheet.set_row(0, 22)
    sheet.freeze_panes(1, listing.frozen)


def _is_named(listing: Listing, column: Column) -> bool:
    """Tell whether the heading has a name, by which a refresh knows that the column is ours and no user's."""
    return column in OF_LEAD or (listing.table == rejections.TABLE and column.name in rejections.KEY)


def _width(column: Column, language: Language) -> float:
    shown = column.name if language == "en" else column.arabic
    return max(column.width + _MARGIN, len(column.name) + _FILTER_BUTTON, len(shown) + _FILTER_BUTTON)


def _show_headings(workbook: Workbook, sheet: Worksheet, listing: Listing) -> None:
    """Show headings in Arabic that stay the API's names.

    The table, formulas over it and a refresh go by the name in the cell; a number format shows another text in its
    place. It is laid by a condition on what the cell holds, so it goes wherever the user moves a column, and a heading
    of the user's own is shown as typed.
    """
    for column in listing.columns:
        shown = workbook.add_format({"num_format": f';;;"{column.arabic}"'})
        rule = {"type": "cell", "criteria": "==", "value": f'"{column.name}"', "format": shown}
        sheet.conditional_format(0, 0, 0, _HEADINGS - 1, rule)


def _explanation(column: Column, language: Language) -> dict[str, str]:
    """Describe a column beside its header while that cell is selected."""
    if language == "en":
        return {
            "validate": "any",
            "input_title": column.label,
            "input_message": f"{column.arabic}\n{column.about}",
        }
    about = caption(column.about, language)
    return {"validate": "any", "input_title": column.arabic, "input_message": f"{LTR}{column.name}\n{about}"}


def _choice(values: tuple[str, ...]) -> dict[str, object]:
    """Offer values below a header, down to the end of the sheet: rows come and go."""
    return {"validate": "list", "source": list(values), "show_error": False}


def _lay(sheet: Worksheet, styles: Styles, listing: Listing, mark: Mark) -> None:
    names = [column.name for column in listing.columns]
    first = names.index(mark.column) if mark.column else 0
    last = first if mark.column else len(names) - 1
    condition = {"type": "formula", "criteria": f"={mark.when}", "format": styles[mark.style]}
    sheet.conditional_format(1, first, 1, last, condition)
