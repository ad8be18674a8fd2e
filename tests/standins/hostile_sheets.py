"""The sheets of the hostile workbook, as far as XlsxWriter makes them."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sample_tables import INPUTS, RESULTS, SHEETS, columns_of, rows_of
from xlsxwriter.utility import xl_col_to_name, xl_range

if TYPE_CHECKING:
    from sample_tables import Value
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

TOP = 3
"""The row of each table's headers, from 0: a title stands above them."""

FIRST_ROW = TOP + 2
"""The first data row of each table, from 1."""

NOTES, STEP, FOLLOW_UP, AGE, STATUS = "My notes", "Agreed\nstep [h]", "Follow up", "Days open", "My status"
"""The user's columns in `leads`: typed, typed under a nasty header, two calculated, one with a list."""

FOLLOW_UP_FORMULA = 'IF(leads[[#This Row],[isError]]=TRUE,"fix","call")'

STATUSES = ("open", "called", "won", "lost")
TODAY = datetime(2025, 10, 1)  # noqa: DTZ001 - cells hold naive business time

_AFTER = {NOTES: "phoneNumber", STEP: NOTES, FOLLOW_UP: "priority", AGE: "bulkCreatedDate", STATUS: AGE}
_WIDTH = 11


@dataclass(frozen=True)
class Layout:
    """Where a table stands on its sheet.

    Args:
        name: The table.
        columns: Its columns, the user's included.
        rows: Its values, row by row.
    """

    name: str
    columns: list[str]
    rows: list[list[Value]]

    @property
    def last(self) -> int:
        """The last data row, from 0."""
        return TOP + max(1, len(self.rows))

    def at(self, column: str) -> int:
        """The position of a column, from 0."""
        return self.columns.index(column)

    def values(self, column: str) -> list[Value]:
        """The values of a column."""
        return [row[self.at(column)] for row in self.rows]

    def body(self, column: str) -> str:
        """The data cells of a column, on their sheet."""
        return xl_range(TOP + 1, self.at(column), self.last, self.at(column))

    def far_body(self, column: str) -> str:
        """The data cells of a column, as other sheets name them."""
        letters = f"${letters_of(self, column)}"
        return f"={SHEETS[self.name]}!{letters}${FIRST_ROW}:{letters}${self.last + 1}"

    def calculated(self, column: str, row: int) -> str:
        """The formula of a calculated column in a row, from 1; empty for columns that are typed."""
        by_cell = f"$B$1-{letters_of(self, 'leadDate')}{row}" if column == AGE else ""
        return FOLLOW_UP_FORMULA if column == FOLLOW_UP else by_cell


def letters_of(layout: Layout, column: str) -> str:
    """The letters of a column's position."""
    return str(xl_col_to_name(layout.at(column)))


def layouts_of(leads: int) -> dict[str, Layout]:
    """Lay out every table, the user's columns among ours."""
    layouts = {table: Layout(table, list(columns_of(table)), rows_of(table, leads)) for table in SHEETS}
    for added, before in _AFTER.items():
        _insert(layouts["leads"], added, layouts["leads"].at(before) + 1)
    return layouts


def _insert(layout: Layout, column: str, position: int) -> None:
    errors, days = layout.values("isError"), layout.values("leadDate")
    layout.columns.insert(position, column)
    for number, row in enumerate(layout.rows):
        day = days[number]
        values: dict[str, Value] = {
            NOTES: f"note {number}" if number % 2 else None,
            STEP: f"step {number}" if number % 3 == 0 else None,
            FOLLOW_UP: "fix" if errors[number] else "call",
            AGE: (TODAY - day).days if isinstance(day, datetime) else None,
            STATUS: STATUSES[number % len(STATUSES)],
        }
        row.insert(position, values[column])


def add_sheets(book: Workbook, layouts: dict[str, Layout]) -> None:
    """Add every sheet, in the order of the contract, the user's own ones last."""
    sheets = {name: book.add_worksheet(name) for name in ("Home", "Dashboard", *SHEETS.values(), "Formulas")}
    _home(book, sheets["Home"])
    for layout in layouts.values():
        _table(book, sheets[SHEETS[layout.name]], layout)
    _dashboard(book, sheets["Dashboard"], layouts["leads"])
    _around_leads(book, sheets["Leads"], layouts["leads"])
    _around_others(sheets, layouts)
    _formulas(sheets["Formulas"])
    _own_sheets(book, layouts["leads"])
    _names(book, layouts["leads"])
    book.set_properties({"title": "Leads of the month", "created": TODAY})
    book.set_custom_property("Reviewed", True)
    book.set_custom_property("Branch", "Riyadh")


def _home(book: Workbook, sheet: Worksheet) -> None:
    sheet.merge_range("A1:C1", "Leads", book.add_format({"bold": True, "font_size": 18}))
    for row, name in enumerate((*INPUTS, *RESULTS), 2):
        sheet.write_string(row, 0, name.partition("_")[2])
        sheet.write_string(row, 1, {"in_environment": "demo", "in_from": "-30D", "in_to": "today"}.get(name, ""))
        book.define_name(name, f"=Home!$B${row + 1}")
    choice = {"validate": "list", "source": ["demo", "test", "prod"], "input_title": "Environment"}
    sheet.data_validation("B3", choice | {"input_message": "Which DMS?"})
    sheet.write_url("E3", "https://example.com/help?a=1&b=2", string="Help")
    sheet.write_url("E4", "internal:Leads!A1", string="Leads")
    sheet.set_column("A:B", 18)
    sheet.set_footer("&CPage &P of &N")


def _table(book: Workbook, sheet: Worksheet, layout: Layout) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_string(0, 0, "Today")
    sheet.write_datetime(0, 1, TODAY, book.add_format({"num_format": "yyyy-mm-dd"}))
    has_totals = layout.name == "vehicles"
    columns = [_column(layout, name, has_totals=has_totals) for name in layout.columns]
    last = layout.last + has_totals
    options = {"name": layout.name, "columns": columns, "total_row": has_totals, "style": "Table Style Light 9"}
    sheet.add_table(TOP, 0, last, len(columns) - 1, options)
    for row in range(TOP + 1, TOP + 1 + len(layout.rows)):
        for position in range(len(layout.columns)):
            _cell(sheet, layout, row, position, day)
    if has_totals:
        total = sum(value for value in layout.values("totalQty") if isinstance(value, int))
        position = layout.at("totalQty")
        sheet.write_formula(last, position, "SUBTOTAL(109,vehicles[totalQty])", None, total)  # as Excel stores it
    sheet.freeze_panes(TOP + 1, 2)
    sheet.set_column(0, len(columns) - 1, _WIDTH)


def _column(layout: Layout, name: str, *, has_totals: bool) -> dict[str, object]:
    options: dict[str, object] = {"header": name}
    if formula := layout.calculated(name, FIRST_ROW):
        options["formula"] = formula
    if has_totals and name == "leadExternalId":
        options["total_string"] = "Total"
    if has_totals and name == "totalQty":
        options["total_function"] = "sum"
    return options


def _cell(sheet: Worksheet, layout: Layout, row: int, position: int, day: Format) -> None:
    value = layout.rows[row - TOP - 1][position]
    if formula := layout.calculated(layout.columns[position], row + 1):
        sheet.write_formula(row, position, formula, None, value)
    elif isinstance(value, str):
        sheet.write_string(row, position, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, position, value, day)
    elif value is not None:
        sheet.write(row, position, value)


def _dashboard(book: Workbook, sheet: Worksheet, leads: Layout) -> None:
    sheet.write_string("A1", "Leads")
    sheet.write_formula("B1", "ROWS(leads[leadExternalId])", None, len(leads.rows))
    sheet.write_string("A2", "Rejected")
    sheet.write_formula("B2", "COUNTIFS(leads[isError],TRUE)", None, leads.values("isError").count(True))
    for row, source in enumerate(sorted({str(value) for value in leads.values("source")}), 3):
        sheet.write_string(row, 0, source)
        count = leads.values("source").count(source)
        sheet.write_formula(row, 1, f"COUNTIFS(leads[source],A{row + 1})", None, count)
    for kind, column, place in (("column", "vehicleCount", "D2"), ("line", "errorCount", "D18")):
        chart = book.add_chart({"type": kind})
        series = {"name": f"=Leads!{xl_col_to_name(leads.at(column), col_abs=True)}${TOP + 1}"}
        places = {"categories": leads.far_body("leadDate"), "values": leads.far_body(column)}
        chart.add_series(series | places | {"trendline": {"type": "linear"}})
        chart.set_title({"name": column})
        sheet.insert_chart(place, chart)
    pie = book.add_chart({"type": "doughnut"})
    pie.add_series({"categories": "=Dashboard!$A$4:$A$7", "values": "=Dashboard!$B$4:$B$7"})
    sheet.insert_chart("L2", pie)
    sheet.insert_textbox("L18", "Ask Sara before the 5th", {"fill": {"color": "#FFF2CC"}, "width": 200})
    sheet.insert_textbox("L24", "", {"textlink": "=$B$1", "width": 120})
    sheet.add_sparkline("C1", {"range": leads.far_body("vehicleCount")[1:], "type": "column", "markers": True})


def _around_leads(book: Workbook, sheet: Worksheet, leads: Layout) -> None:
    red = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
    flags, counts = leads.body("isError"), leads.body("vehicleCount")
    sheet.conditional_format(flags, {"type": "cell", "criteria": "==", "value": "TRUE", "format": red})
    sheet.conditional_format(counts, {"type": "data_bar", "data_bar_2010": True, "bar_axis_position": "none"})
    sheet.conditional_format(leads.body("errorCount"), {"type": "3_color_scale"})
    sheet.conditional_format(leads.body(AGE), {"type": "icon_set", "icon_style": "3_traffic_lights"})
    wide = xl_range(TOP + 1, 0, leads.last, len(leads.columns) - 1)
    rule = {"type": "formula", "criteria": f"=$C{FIRST_ROW}=TRUE", "format": book.add_format({"italic": True})}
    sheet.conditional_format(wide, rule | {"multi_range": f"{wide} BC5:BD9"})
    sheet.data_validation(leads.body(STATUS), {"validate": "list", "source": list(STATUSES)})
    sheet.data_validation(leads.body("vehicleCount"), {"validate": "integer", "criteria": ">=", "value": 0})
    sheet.write_comment(TOP + 2, leads.at(NOTES), "Called twice", {"author": "Sara", "visible": True})
    sheet.write_comment(TOP, leads.at(STATUS), "Ours, not the DMS's")
    right = len(leads.columns) + 2
    sheet.merge_range(TOP, right, TOP + 1, right + 2, "Beside the table")
    sheet.merge_range(TOP + 4, right, TOP + 4, right + 2, "Still beside it")
    sheet.write_url(TOP + 6, right, "mailto:desk@example.com", string="Write to the desk")
    picture = {"image_data": io.BytesIO(_picture()), "url": "https://example.com", "description": "A red dot"}
    sheet.insert_image(TOP + 8, right, "dot.png", picture)
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": leads.far_body("vehicleCount")})
    sheet.insert_chart(TOP + 12, right, chart)
    sheet.set_row(TOP + 3, 40, book.add_format({"bold": True}))
    sheet.set_column(leads.at("address1"), leads.at("address2"), _WIDTH, None, {"hidden": True})
    sheet.set_column(leads.at("company"), leads.at("branch"), _WIDTH, None, {"level": 1})
    sheet.set_header("&C&G", {"image_center": "dot.png", "image_data_center": io.BytesIO(_picture())})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.print_area(0, 0, leads.last, 10)
    sheet.repeat_rows(TOP)
    sheet.set_h_pagebreaks([20])
    sheet.ignore_errors({"number_stored_as_text": f"A1:BB{leads.last + 1}"})


def _around_others(sheets: dict[str, Worksheet], layouts: dict[str, Layout]) -> None:
    """Put a table of the user's beside the errors, a background behind the vehicles, a hidden row into the bulks."""
    reasons = [["Format", 1], ["Missing", 2]]
    columns = [
        {"header": "Reason"},
        {"header": "Rank"},
        {"header": "Twice", "formula": "reasons[[#This Row],[Rank]]*2"},
    ]
    sheets["Errors"].add_table("I4:K6", {"name": "reasons", "columns": columns, "data": reasons})
    for row, (_, rank) in enumerate(reasons, 5):
        sheets["Errors"].write_formula(f"K{row}", "reasons[[#This Row],[Rank]]*2", None, rank * 2)
    sheets["Vehicles"].set_background(io.BytesIO(_picture()))
    bulks = layouts["bulks"]
    for row in range(TOP + 1, bulks.last + 1):
        if bulks.values("status")[row - TOP - 1] != bulks.values("status")[0]:
            sheets["Bulks"].set_row(row, None, None, {"hidden": True})
    sheets["Log"].set_tab_color("#808080")
    sheets["Log"].conditional_format("K4:K20", {"type": "text", "criteria": "containing", "value": "failed"})


def _formulas(sheet: Worksheet) -> None:
    for row, text in enumerate(('=LEADS("-30D")', "=LEADS_KPI()", '=LEAD_VEHICLES("2025-08-01")')):
        sheet.write_string(row, 0, text)


def _own_sheets(book: Workbook, leads: Layout) -> None:
    """Add the user's own sheets: dynamic arrays, a chart sheet, the place of the pivot, hidden and protected ones."""
    spill = book.add_worksheet("Spill")
    sources = sorted({str(value) for value in leads.values("source")})
    spill.write_dynamic_array_formula(
        f"A1:A{len(sources)}", "=_xlfn._xlws.SORT(_xlfn.UNIQUE(leads[source]))", None, sources[0]
    )
    for row, source in enumerate(sources[1:], 1):
        spill.write_string(row, 0, source)
    spill.write_formula("C1", "_xlfn.ANCHORARRAY(A1)", None, sources[0])
    trend = book.add_chartsheet("Trend")
    chart = book.add_chart({"type": "area"})
    chart.add_series({"values": leads.far_body("vehicleCount")})
    trend.set_chart(chart)
    pivot = book.add_worksheet("Pivot")
    counts = [(source, leads.values("source").count(source)) for source in sources]
    for row, cells in enumerate((("Row Labels", "Leads"), *counts, ("Grand Total", len(leads.rows))), 2):
        pivot.write_row(row, 0, cells)
    lists = book.add_worksheet("Lists")
    lists.write_column("A1", STATUSES)
    lists.protect("secret")
    lists.very_hidden()
    old = book.add_worksheet("Old 'data' 2024")
    old.autofilter("A1:B3")
    old.write_row("A1", ("day", "leads"))
    old.write_row("A2", (1, 7))
    old.write_row("A3", (2, 9))
    old.filter_column("A", "x == 1")
    old.set_row(2, None, None, {"hidden": True})
    old.write_array_formula("D1:D2", "{=A2:A3*2}", None, 2)
    old.write_number("D2", 4)
    old.hide()


def _names(book: Workbook, leads: Layout) -> None:
    book.define_name("lead_types", leads.far_body("leadType"))
    book.define_name("lead_notes", f"=leads[{NOTES}]")
    book.define_name("first_leads", f"=OFFSET(Leads!$A${FIRST_ROW},0,0,5,1)")
    book.define_name("growth", "=1.05")
    book.define_name("Leads!here", f"=Leads!$A${TOP + 1}:$C${leads.last + 1}")


def _picture() -> bytes:
    """Draw a red square, as PNG."""
    pixels = zlib.compress(b"".join(b"\0" + b"\xc0\x20\x20" * 24 for _ in range(24)))
    head = struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
