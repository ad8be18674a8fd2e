"""Home: what to load, what is loaded, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from leads_excel.excel.filling.inputs import ENVIRONMENTS
from leads_excel.excel.template.sheets.explaining import write_explanations
from leads_excel.excel.template.sheets.paper import print_page
from leads_excel.excel.template.sheets.phrases import literal, written

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.sheets.formats import Styles

SHEET = "Home"
BADGE = "Home!$F$2"
BUTTONS = "$I$7:$I$11"
"""Where a workbook with macros has its buttons; empty in one without."""

_TOKENS = ("TODAY", "YESTERDAY", "-7D", "-30D", "-90D", "WTD", "LW", "MTD", "LM", "QTD", "LQ", "YTD")
_TOP = 6  # the first row of inputs and results, from 0
_STATUS = _TOP + 8
_NEXT_ROW = _STATUS + 3
_SHEETS_ROW = _NEXT_ROW + 7
_LABEL, _INPUT, _HINT, _RESULT_LABEL, _RESULT = 1, 2, 3, 5, 6  # columns, from 0


class Input(NamedTuple):
    """A cell the user fills.

    Args:
        name: Its defined name.
        label: What stands left of it.
        hint: What stands right of it.
        style: Its format.
        rule: Its data validation.
        value: What it holds at first.
    """

    name: str
    label: str
    hint: str
    style: str
    rule: dict[str, Any]
    value: str = ""


class Result(NamedTuple):
    """A cell that a refresh fills.

    Args:
        name: Its defined name.
        label: What stands left of it.
        style: Its format.
    """

    name: str
    label: str
    style: str


def _number(label: str) -> dict[str, Any]:
    return {
        "validate": "integer",
        "criteria": ">",
        "value": 0,
        "input_title": label,
        "input_message": "A number, or empty for all.",
        "error_title": label,
        "error_message": "Type a positive whole number, or leave the cell empty.",
    }


def _day(label: str, message: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(_TOKENS),
        "show_error": False,  # any date may be typed; the list only offers
        "input_title": label,
        "input_message": message,
    }


INPUTS = (
    Input(
        "in_environment",
        "Environment",
        "demo, test or prod; empty: as set on this computer",
        "input.text",
        {
            "validate": "list",
            "source": list(ENVIRONMENTS),
            "input_title": "Environment",
            "input_message": "demo: made-up leads\ntest: the test DMS\nprod: real leads\nEmpty: as set here",
            "error_title": "Environment",
            "error_message": "Choose demo, test or prod, or leave the cell empty.",
        },
    ),
    Input(
        "in_from",
        "From",
        "first day, or a period: -30D, MTD, LM, 2026-08",
        "input.text",
        _day(
            "From",
            "A day: 2026-08-24\nA period: 2026-08, 2026-W34, 2026-Q3\nCounted back: -7D, -2W, -3M (today included)\n"
            "To date: WTD, MTD, QTD, YTD\nLast full one: LW, LM, LQ, LY",
        ),
        "-30D",
    ),
    Input(
        "in_to",
        "To",
        "last day, included; empty: only that day or period",
        "input.text",
        _day("To", "The last day, included: 2026-08-31, TODAY.\nEmpty: the day or the whole period that From names."),
    ),
    Input("in_lead_id", "Lead no.", "only this lead; empty: all leads", "input.number", _number("Lead no.")),
    Input(
        "in_source", "Source no.", "its number in the DMS; empty: all sources", "input.number", _number("Source no.")
    ),
    Input(
        "in_sub_source",
        "Sub-source no.",
        "its number in the DMS; empty: all sub-sources",
        "input.number",
        _number("Sub-source no."),
    ),
)

RESULTS = (
    Result("out_environment", "Environment", "value.text"),
    Result("out_range", "Days", "value.text"),
    Result("out_until", "Counted up to", "value.day"),
    Result("out_refreshed_at", "Refreshed", "value.time"),
    Result("out_leads", "Leads", "value.count"),
    Result("out_vehicles", "Vehicles", "value.count"),
    Result("out_errors", "Errors", "value.count"),
)
"""The result cells beside the inputs; `out_status` stands below them, as wide as the page."""

STEPS = (
    ("1", "Choose the days above. Days and times are those of Asia/Riyadh, unless the settings name another zone."),
    ("2", "Press Refresh: on the Leads tab of Excel's ribbon, or beside the days in a file with buttons."),
    ("", 'Without Excel, or as a scheduled job:   leads-excel refresh "this file.xlsx"'),
    ("3", "Read the Dashboard, filter the tables, add columns, charts and pivots of your own: a refresh keeps them."),
)

SHEETS = (
    ("Dashboard", "Cards and charts over everything loaded, with the figures behind them at the right."),
    ("Leads", "One row per lead as submitted; rejected ones are marked, those not judged yet in italics."),
    ("Vehicles", "The vehicles each lead asks for, with the lead's source, branch, brand and day."),
    ("Errors", "Why leads were rejected, in the DMS's own words, with the lead's source, branch, brand and day."),
    ("Rejections", "Rejected leads to work through, whom to call first on top; the last four columns are yours."),
    ("Bulks", "The deliveries that brought them; open, cancelled and doubtful ones are marked."),
    ("Log", "Every refresh: who, when, how many, and what went wrong."),
    ("Formulas", "Functions for your own sheets, such as LEADS and LEADS_KPI."),
)
TEXTS: dict[str, str] = {
    "title": "Leads",
    "subtitle": "What was sent to the DMS, what became a lead, and what was rejected.",
    "badge.none": "NOT REFRESHED YET",
    "badge.live": "PROD: LIVE DATA",
    "badge.other": "{environment} DATA: NOT LIVE",
    "inputs": "What to load",
    "results": "What is loaded",
    "status": "Status",
    "coverage": "Coverage",
    "next": "What to do next",
    "next.failed": "The last refresh failed, the tables hold what they held before: read the status, then refresh "
    "again.",
    "next.nothing": "Nothing is loaded yet: choose days above, then refresh.",
    "next.other": "You chose {chosen}, but the tables hold {loaded}: refresh.",
    "next.read": "Read the Dashboard, or choose other days and refresh.",
    "sheets": "Sheets",
    "printing": "Leads, Vehicles, Errors and Rejections print their heads only. For rows: filter the list, select it "
    "(Ctrl+A), then choose Print Selection.",
    "privacy": "Leads, Errors and Log hold personal data, and so may what is typed into Rejections: share this file "
    "only as your privacy rules allow.",
    "why": "Why a number is what it is",
    "why.chosen": "Chosen on the Dashboard",
    "why.type": "Type it into an empty cell (Windows, tab Leads), or as lx.leads_why(...) in a notebook:",
    "why.nothing": "Nothing is loaded yet.",
    "pick.all": "(all)",
}
"""What else the sheet says, each text by a name of its own; its inputs, results, steps and sheets are told above."""

_NOTES_ROW = _SHEETS_ROW + len(SHEETS) + 2
_WHY_ROW = _NOTES_ROW + 3

_OTHER = written(TEXTS["badge.other"], environment="UPPER(out_environment)")
_BADGE = (
    f'IF(out_environment="",{literal(TEXTS["badge.none"])},'
    f'IF(LOWER(out_environment)="prod",{literal(TEXTS["badge.live"])},{_OTHER}))'
)
_CHOSE = written(TEXTS["next.other"], chosen="in_environment", loaded="out_environment")
_NEXT = (
    f'IF(LEFT(out_status,6)="Failed",{literal(TEXTS["next.failed"])},'
    f'IF(out_refreshed_at="",{literal(TEXTS["next.nothing"])},'
    f'IF(AND(in_environment<>"",LOWER(in_environment)<>LOWER(out_environment)),{_CHOSE},'
    f"{literal(TEXTS['next.read'])})))"
)


def write_home(workbook: Workbook, styles: Styles, coverage: str) -> None:
    """Add the sheet Home and the names of its cells.

    Args:
        workbook: The workbook to add it to.
        styles: The formats of that workbook.
        coverage: The cell that says whether everything is there.
    """
    sheet = workbook.add_worksheet(SHEET)
    _write_frame(sheet, styles)
    _write_inputs(workbook, sheet, styles)
    _write_results(workbook, sheet, styles)
    _write_status(workbook, sheet, styles, coverage)
    _write_next(sheet, styles)
    _write_sheets(sheet, styles)
    _heading(sheet, styles, _WHY_ROW, TEXTS["why"], _LABEL, _RESULT)
    last = write_explanations(workbook, sheet, styles, TEXTS, _WHY_ROW + 1)
    workbook.define_name("buttons", f"={SHEET}!{BUTTONS}")
    print_page(sheet, last, _RESULT + 1, landscape=True)


def lay_badge(sheet: Worksheet, styles: Styles, cell: str) -> None:
    """Colour a badge by what it says: live data, loudly anything else, nothing before the first refresh."""
    live = {"type": "formula", "criteria": '=LOWER(out_environment)="prod"', "format": styles["badge.live"]}
    loud = {"type": "formula", "criteria": '=out_environment<>""', "format": styles["badge.loud"]}
    for condition in (live, loud):
        sheet.conditional_format(cell, {**condition, "stop_if_true": True})


def _write_frame(sheet: Worksheet, styles: Styles) -> None:
    for column, width in enumerate((20, 116, 150, 330, 26, 106, 220, 20, 150)):
        sheet.set_column_pixels(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_row_pixels(0, 10)
    sheet.set_row_pixels(1, 38)
    sheet.write_string("B2", TEXTS["title"], styles["title"])
    sheet.write_string("B3", TEXTS["subtitle"], styles["subtitle"])
    sheet.merge_range("F2:G2", "", styles["badge"])
    sheet.write_formula("F2", f"={_BADGE}", styles["badge"])
    lay_badge(sheet, styles, "F2:G2")


def _heading(sheet: Worksheet, styles: Styles, row: int, text: str, first: int, last: int) -> None:
    sheet.set_row_pixels(row, 26)
    for column in range(first, last + 1):
        sheet.write(row, column, text if column == first else None, styles["heading"])


def _write_inputs(workbook: Workbook, sheet: Worksheet, styles: Styles) -> None:
    _heading(sheet, styles, _TOP - 1, TEXTS["inputs"], _LABEL, _HINT)
    for row, entry in enumerate(INPUTS, start=_TOP):
        sheet.set_row_pixels(row, 26)
        sheet.write_string(row, _LABEL, entry.label, styles["label"])
        sheet.write(row, _INPUT, entry.value or None, styles[entry.style])
        sheet.write_string(row, _HINT, entry.hint, styles["hint"])
        sheet.data_validation(row, _INPUT, row, _INPUT, entry.rule)
        _name(workbook, entry.name, row, _INPUT)


def _write_results(workbook: Workbook, sheet: Worksheet, styles: Styles) -> None:
    _heading(sheet, styles, _TOP - 1, TEXTS["results"], _RESULT_LABEL, _RESULT)
    for row, entry in enumerate(RESULTS, start=_TOP):
        sheet.set_row_pixels(row, 26)
        sheet.write_string(row, _RESULT_LABEL, entry.label, styles["label"])
        sheet.write_blank(row, _RESULT, None, styles[entry.style])
        _name(workbook, entry.name, row, _RESULT)


def _write_status(workbook: Workbook, sheet: Worksheet, styles: Styles, coverage: str) -> None:
    for row, label in ((_STATUS, TEXTS["status"]), (_STATUS + 1, TEXTS["coverage"])):
        sheet.set_row_pixels(row, 40)
        sheet.write_string(row, _LABEL, label, styles["label"])
        sheet.merge_range(row, _INPUT, row, _RESULT, "", styles["strip"])
    sheet.write_formula(_STATUS + 1, _INPUT, f"={coverage}", styles["strip"])
    _name(workbook, "out_status", _STATUS, _INPUT)
    lay_strip(sheet, styles, xl_range(_STATUS, _INPUT, _STATUS + 1, _RESULT))


def lay_strip(sheet: Worksheet, styles: Styles, cells: str) -> None:
    """Colour sentences by their first word: `Complete` is good, anything else but an empty one is not."""
    first = cells.partition(":")[0]
    for start, style in (("Complete", "strip.good"), ("Failed", "strip.warning"), ("Check", "strip.warning")):
        formula = f'=LEFT(${first},{len(start)})="{start}"'
        sheet.conditional_format(cells, {"type": "formula", "criteria": formula, "format": styles[style]})


def _write_next(sheet: Worksheet, styles: Styles) -> None:
    _heading(sheet, styles, _NEXT_ROW, TEXTS["next"], _LABEL, _RESULT)
    sheet.set_row_pixels(_NEXT_ROW + 1, 32)
    sheet.merge_range(_NEXT_ROW + 1, _LABEL, _NEXT_ROW + 1, _RESULT, "", styles["strong"])
    sheet.write_formula(_NEXT_ROW + 1, _LABEL, f"={_NEXT}", styles["strong"])
    for row, (number, text) in enumerate(STEPS, start=_NEXT_ROW + 2):
        sheet.set_row_pixels(row, 22)
        sheet.write_string(row, _LABEL, number, styles["step"])
        sheet.write_string(row, _INPUT, text, styles["plain"])


def _write_sheets(sheet: Worksheet, styles: Styles) -> None:
    _heading(sheet, styles, _SHEETS_ROW, TEXTS["sheets"], _LABEL, _RESULT)
    for row, (name, text) in enumerate(SHEETS, start=_SHEETS_ROW + 1):
        sheet.set_row_pixels(row, 22)
        sheet.write_url(row, _LABEL, f"internal:'{name}'!A1", styles["link"], name)
        sheet.write_string(row, _INPUT, text, styles["plain"])
    for row, text in enumerate((TEXTS["printing"], TEXTS["privacy"]), start=_NOTES_ROW):
        sheet.write_string(row, _LABEL, text, styles["hint"])


def _name(workbook: Workbook, name: str, row: int, column: int) -> None:
    workbook.define_name(name, f"={SHEET}!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}")
