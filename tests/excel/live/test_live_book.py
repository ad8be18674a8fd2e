"""A workbook open in Excel: the stand-in that damages values as Excel does holds what the API sent, to the letter."""

from __future__ import annotations

import datetime as dt
import shutil
from itertools import chain
from types import SimpleNamespace

import excel_cells
import openpyxl
import pytest
import xlwings as xw
from excel_double import called, calls, running
from few_leads import bulk, lead
from lead_frames import leads, refresh, run, sample, tables

import leads_excel as lx
from leads_excel.excel.book.protocol import Fill
from leads_excel.excel.cells.values import unescape
from leads_excel.excel.filling import sheets
from leads_excel.excel.live.live_book import LiveBook, quiet
from leads_excel.excel.template.building import template_path
from leads_excel.exceptions import WorkbookError, WorkbookLayoutError
from leads_excel.schema.columns import TABLES
from leads_excel.tables.lead_tables import build

NASTY = (
    "=cmd|' /C calc'!A0", "=1+1", "+966500000000", "@x", "-x", "00966", "1e5", "2025-08-12", "1/2", "TRUE", "5%", "(5)",
    "_x0041_", "😀 مرحبا", " blanks ", "two\nlines", "#N/A", "'quoted'", "''", '<&">', "1234567890123456", "10:30",
)  # fmt: skip


"""Texts that must stay texts."""


@pytest.fixture
def book(tmp_path):
    """Open the template in an Excel."""
    with running():
        yield xw.Book(shutil.copy(template_path(), tmp_path / "report.xlsx"))


def fill(book, filled, **more):
    """Refresh an open workbook with tables."""
    environment = more.pop("environment", "demo")
    return sheets.fill(LiveBook(book), filled, run(environment), **more)


def table(book, name):
    """Find a table of the open workbook."""
    return next(found for sheet in book.sheets for found in sheet.tables if found.name == name)


def column(book, header, name="leads"):
    """Read what the cells of a column hold."""
    body = table(book, name).range
    place = body[0, :].value.index(header)
    return body[1:, place].options(ndim=1, err_to_str=True).value


def kinds(book, header, name="leads"):
    """Read of which kind the cells of a column are: n, s, b, d, e, f."""
    body = table(book, name).range
    place = body.column + body[0, :].value.index(header)
    sheet = body.sheet.api
    return [sheet.cell(row, place).data_type for row in range(body.row + 1, body.last_cell.row + 1)]


def add_column(book, header, values, name="leads"):
    """Add a column of the user's own at the right of a table."""
    grown = table(book, name)
    area = grown.range
    grown.resize(area.resize(area.shape[0], area.shape[1] + 1))
    cells = grown.range[:, -1]
    cells[0, 0].value = header
    for row, value in enumerate(values, 1):
        cells[row, 0].value = value


# --- texts ---------------------------------------------------------------------------------------------------------


def test_every_text_stays_what_the_api_sent(book):
    """Nothing becomes a formula, a number, a date, a flag or an error, and no apostrophe is eaten."""
    fill(book, tables(leads=[{"leadExternalId": number, "leadNote": text} for number, text in enumerate(NASTY, 1)]))

    assert column(book, "leadNote") == list(NASTY)
    assert set(kinds(book, "leadNote")) == {"s"}


@pytest.mark.parametrize("name", ["leads", "vehicles", "errors"])
def test_every_text_column_of_every_table_is_safe(book, name):
    """Whatever a stranger typed, in whichever field."""
    texts = [item.name for item in TABLES[name] if item.kind == "text"]
    rows = [{"leadExternalId": n, "position": 1} | dict.fromkeys(texts, text) for n, text in enumerate(NASTY, 1)]

    fill(book, tables(**{name: rows}))

    for header in texts:
        assert column(book, header, name) == list(NASTY)


def test_texts_are_formatted_as_text_before_they_are_written(book):
    """For each table the formats come first, then all its cells in one block."""
    for text_table in ("leads", "vehicles", "errors"):
        table(book, text_table).range[1:, :].number_format = "General"
    calls.clear()

    fill(book, sample(30))

    for sheet in ("Leads", "Vehicles", "Errors", "Bulks", "Log"):
        here = [call.name for call in calls if call.details.get("sheet") == sheet]
        assert here.count("range.write") == 1
        assert here.index("range.write") == max(
            place for place, name in enumerate(here) if name != "range.clear_contents"
        )
        if sheet in ("Leads", "Vehicles", "Errors"):
            assert "range.number_format" in here


def test_a_text_that_no_cell_holds_is_cut_with_a_mark(book):
    """40,000 characters become 32,767 with an ellipsis, and the Log says so; NUL, which ends a text, is marked."""
    long, emoji = "x" * 40_000, "😀" * 20_000
    summary = fill(book, leads(1, leadNote=long, firstName=emoji, lastName="a\0b"))

    assert column(book, "leadNote") == ["x" * 32_766 + "…"]
    assert column(book, "firstName") == ["😀" * 16_383 + "…"]
    assert column(book, "lastName") == ["a\ufffdb"]
    assert len(summary.remarks) == 2


def test_a_long_text_is_written_alone(book, monkeypatch):
    """One text of more than 8,203 characters makes Excel refuse a whole block."""
    write = excel_cells.Range.raw_value.fset

    def of_excel(cells, data):
        if isinstance(data, list) and any(isinstance(cell, str) and len(cell) > 8_203 for cell in chain(*data)):
            raise ValueError("Excel: application-defined error 1004.")
        write(cells, data)

    monkeypatch.setattr(excel_cells.Range, "raw_value", excel_cells.Range.raw_value.setter(of_excel))
    notes = ["'" + "x" * 9_000, "y"]
    fill(book, tables(leads=[{"leadExternalId": number, "leadNote": note} for number, note in enumerate(notes, 1)]))

    assert [call["cells"] for call in called("range.write") if call["sheet"] == "Leads"][1:] == [1]
    assert column(book, "leadNote") == notes


def test_a_stray_text_among_numbers_harms_nothing(book):
    """The numbers stay numbers, the text a text."""
    odd = build([bulk("2026-08-03", lead(1, leadId=5), lead(2, leadId="00966"), lead(3, leadId=7))])

    fill(book, odd)

    assert column(book, "leadId") == [5.0, "00966", 7.0]
    assert kinds(book, "leadId") == ["n", "s", "n"]


def test_numbers_are_never_written_into_text_cells(book):
    """Where somebody formatted a column of numbers as Text, or all of it was text before, it becomes numbers again."""
    place = table(book, "leads").range[0, :].value.index("leadId")
    table(book, "leads").range[1:, place].number_format = "@"

    fill(book, tables(leads=[{"leadExternalId": n, "leadId": n} for n in (1, 2, 3)]))

    assert kinds(book, "leadId") == ["n"] * 3


def test_values_of_every_kind_arrive(book):
    """Numbers, large numbers, flags, dates and times in business time; what is missing is an empty cell."""
    when = dt.datetime(2026, 8, 3, 10, 30, 15)  # noqa: DTZ001 - cells hold wall clocks
    day = dt.datetime(2026, 8, 1)  # noqa: DTZ001
    full = {"leadId": 2**40, "isError": True, "leadDate": day, "bulkCreatedDate": when, "source": "Website"}

    fill(book, tables(leads=[{"leadExternalId": 1, **full}, {"leadExternalId": 2}, {"leadExternalId": 10**15}]))

    assert column(book, "leadExternalId") == [1.0, 2.0, str(10**15)]
    assert column(book, "leadId") == [float(2**40), None, None]
    assert column(book, "isError") == [True, None, None]
    assert column(book, "leadDate") == [day, None, None]
    assert column(book, "bulkCreatedDate") == [when, None, None]


# --- rows ----------------------------------------------------------------------------------------------------------


def test_a_table_grows_and_shrinks_with_the_leads(book):
    """Nothing of the old rows is left below."""
    fill(book, leads(*range(1, 41)))
    assert column(book, "leadExternalId") == [float(n) for n in range(1, 41)]

    summary = fill(book, leads(7, 8))

    assert (summary.leads, summary.gone, summary.new) == (2, 38, 0)
    assert column(book, "leadExternalId") == [7.0, 8.0]
    assert set(chain(*book.sheets["Leads"]["A4:AW41"].value)) == {None}


def test_no_leads_leave_one_blank_row(book):
    """A table has no fewer; its columns stay."""
    fill(book, leads(1, 2, 3))
    width = table(book, "leads").range.shape[1]

    fill(book, leads())

    assert table(book, "leads").range.shape == (2, width)
    assert column(book, "leadExternalId") == [None]
    assert [call for call in called("table.resize") if call["name"] == "leads"]


@pytest.mark.slow
def test_a_second_refresh_finds_nothing_new(book):
    """Cells compare equal with what was written, in all tables."""
    first, second = fill(book, sample(60)), fill(book, sample(60))

    assert (first.new, second.new, second.changed, second.gone) == (60, 0, 0, 0)


@pytest.mark.slow
def test_changes_are_counted(book):
    """A lead with another value is changed, one that was not there is new."""
    fill(book, leads(1, 2, 3, branch="Riyadh"))

    same = [{"leadExternalId": number, "source": "Website", "branch": "Riyadh"} for number in (1, 2)]
    summary = fill(book, tables(leads=[*same, {"leadExternalId": 3, "branch": "Jeddah"}, {"leadExternalId": 4}]))

    assert (summary.new, summary.changed, summary.gone) == (1, 1, 0)


def test_rows_that_left_can_be_kept(book):
    """Below the others, cells and kinds as they were."""
    fill(book, leads(1, 2, branch="=x", leadId=5))

    fill(book, leads(2, 3), gone="keep")

    assert column(book, "leadExternalId") == [2.0, 3.0, 1.0]
    assert column(book, "branch") == [None, None, "=x"]
    assert column(book, "leadId") == [None, None, 5.0]


def test_the_log_gets_a_row(book):
    """Each refresh adds one, those before stay."""
    for count in (1, 2):
        fill(book, leads(*range(1, count + 1)))

    assert column(book, "leads", "refresh_log") == [1.0, 2.0]
    assert column(book, "result", "refresh_log") == ["complete", "complete"]


def test_home_says_what_is_loaded(book):
    """The result cells are written by name; texts in them stay texts."""
    fill(book, leads(1, 2))
    sheets.fail(LiveBook(book), "=bad", run())

    named = LiveBook(book).named(["out_leads", "out_environment", "out_status"])
    assert (named["out_leads"].value, named["out_environment"].value) == (2.0, "demo")
    assert named["out_status"].value.endswith(": =bad")
    LiveBook(book).write_named({"out_status": "=1+1", "no_such_name": 5})
    assert LiveBook(book).named(["out_status"])["out_status"].value == "=1+1"


def test_a_live_refresh_is_the_same_as_a_headless_one(book, tmp_path):
    """Both doors fill the same cells."""
    path = tmp_path / "headless.xlsx"
    shutil.copy(template_path(), path)
    everything = sample(50)

    refresh(path, everything)
    fill(book, everything)

    headless = openpyxl.load_workbook(path)
    for name in ("leads", "vehicles", "errors", "bulks"):
        live = table(book, name).range
        sheet = headless[live.sheet.name]
        assert sheet.tables[name].ref == live.get_address(row_absolute=False, column_absolute=False)
        rows = [
            [unescape(cell.value) if cell.data_type == "s" else cell.value for cell in row]
            for row in sheet[live.address]
        ]
        assert rows == live.value


# --- the user's own ------------------------------------------------------------------------------------------------


def test_notes_follow_their_lead(book):
    """Also where rows come between, go and change places."""
    fill(book, leads(1, 2, 3))
    add_column(book, "owner", ["Sami", None, "Noura"])

    fill(book, leads(3, 9, 1))

    assert column(book, "owner") == ["Noura", None, "Sami"]


def test_what_the_user_typed_stays_what_it_is(book):
    """Texts that look like numbers or formulas, dates, numbers and errors keep their kind as they move."""
    fill(book, leads(*range(1, 8)))
    day = dt.datetime(2026, 8, 1)  # noqa: DTZ001 - cells hold wall clocks
    add_column(book, "note", ["'00966", "'=x", day, 5, True, "#N/A", "''quoted"])
    before, types = column(book, "note"), kinds(book, "note")

    fill(book, leads(*range(7, 0, -1)))

    assert column(book, "note") == before[::-1] == ["'quoted", "#N/A", True, 5.0, day, "=x", "00966"]
    assert kinds(book, "note") == types[::-1]


def test_a_calculated_column_is_filled_down(book):
    """New leads get the formula of their column, old ones keep theirs, wherever they stand now."""
    fill(book, leads(1, 2, 3))
    formula = "=[@leadExternalId]*2"
    add_column(book, "twice", [formula] * 3)

    fill(book, leads(9, 3, 1, 8))

    assert formulas(book, "twice") == [formula] * 4


def test_formulas_move_with_their_row(book):
    """References to the own row stay with it, a formula of its own beside its lead; new rows get the usual one."""
    fill(book, leads(1, 2, 3, 4))
    add_column(book, "calc", ["=A2*$A$1", "=A3*$A$1", "=B4+1", "=A5*$A$1"])

    fill(book, leads(3, 9, 1))

    assert formulas(book, "calc") == ["=B2+1", "=A3*$A$1", "=A4*$A$1"]


def formulas(book, header):
    """Read the formulas of a column of leads."""
    body = table(book, "leads").range
    cells = body[1:, body[0, :].value.index(header)].formula
    return [row[0] for row in cells] if isinstance(cells, tuple) else [cells]


def test_a_calculated_column_survives_an_empty_table(book):
    """The one blank row keeps the formula."""
    fill(book, leads(1))
    add_column(book, "twice", ["=[@leadExternalId]*2"])

    fill(book, leads())
    fill(book, leads(5, 6))

    assert formulas(book, "twice") == ["=[@leadExternalId]*2"] * 2


def test_a_formula_among_notes_is_nobodys_pattern(book):
    """A column is a calculated one where most of its cells have one formula."""
    fill(book, leads(1, 2, 3))
    add_column(book, "mixed", ["=[@leadExternalId]*2", "typed", "typed too"])

    fill(book, leads(1, 2, 3, 4))

    assert column(book, "mixed")[1:] == ["typed", "typed too", None]
    assert formulas(book, "mixed")[3] == ""


@pytest.mark.slow
def test_new_rows_look_like_the_first_one(book):
    """The number format of an own column goes on."""
    fill(book, leads(1, 2))
    add_column(book, "budget", [5, 6])
    table(book, "leads").range[1:, -1].number_format = "#,##0"

    fill(book, leads(1, 2, 3, 4))

    assert table(book, "leads").range[4, -1].number_format == "#,##0"


def test_an_own_column_may_stand_between_ours(book):
    """Columns are found by name, and one of ours that was removed is left out."""
    fill(book, leads(1, 2))
    sheet = book.sheets["Leads"]
    sheet["B1"].value = "my notes"  # the column leadId is now the user's
    sheet["B2"].value = [["first"], ["second"]]

    fill(book, leads(2, 1, leadId=99))

    assert column(book, "my notes") == ["second", "first"]
    assert 99.0 not in chain(*table(book, "leads").range.value)


@pytest.mark.slow
def test_notes_of_rows_that_left_come_back(book):
    """They wait in the Log, as in a file."""
    fill(book, leads(1, 2))
    add_column(book, "owner", ["Sami", None])
    fill(book, leads(2))
    assert any("Sami" in str(line) for line in column(book, "result", "refresh_log"))

    fill(book, leads(1, 2))

    assert column(book, "owner") == ["Sami", None]


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_stands_below_a_table_is_not_overwritten(book):
    """More leads than fit are refused before anything is written."""
    fill(book, leads(1, 2))
    book.sheets["Leads"]["C8"].value = "mine"
    calls.clear()

    with pytest.raises(WorkbookError, match="would hold 7 rows, but 6 fit below its header"):
        fill(book, leads(*range(1, 8)))
    assert called("range.write") == []

    fill(book, leads(*range(1, 7)))
    assert book.sheets["Leads"]["C8"].value == "mine"
    with pytest.raises(WorkbookError, match="but 6 fit"):
        fill(book, leads(*range(1, 8)))


def test_a_sheet_ends(book, monkeypatch):
    """As far as there is room, it is the sheet's."""
    assert LiveBook(book).standing("leads", ["leadExternalId"], ["leadExternalId"]).room == 1_048_575
    monkeypatch.setattr("leads_excel.excel.live.live_table.MAX_ROWS", 3)

    with pytest.raises(WorkbookError, match="would hold 3 rows, but 2 fit"):
        fill(book, leads(1, 2, 3))


def test_a_missing_table_is_named(book):
    """A workbook that is none of ours is left alone."""
    other = xw.Book()

    with pytest.raises(WorkbookLayoutError, match="has no table refresh_log: is it a workbook of this add-in"):
        sheets.check(LiveBook(other))
    assert LiveBook(other).named(["in_from"]) == {}
    sheets.check(LiveBook(book))


def test_a_protected_sheet_is_named(book):
    """Before anything is fetched."""
    book.sheets["Leads"].api.ProtectContents = True

    with pytest.raises(WorkbookLayoutError, match="The sheet Leads is protected"):
        sheets.check(LiveBook(book))


def test_a_table_without_headings_is_named(book, monkeypatch):
    """They are what columns are found by."""
    monkeypatch.setattr(xw.main.Table, "header_row_range", None)

    with pytest.raises(WorkbookLayoutError, match="The table refresh_log has no header row"):
        sheets.check(LiveBook(book))


def test_a_name_without_a_cell_is_left_out(book):
    """Deleted cells and constants have none."""
    book.names.add("gone", "=#REF!$A$1")
    book.names.add("constant", "=5")

    found = LiveBook(book).named(["gone", "constant", "in_from", "nothing"])

    assert {name: (cell.address, cell.value) for name, cell in found.items()} == {"in_from": ("Home!C8", "-30D")}
    LiveBook(book).write_named({"gone": 1, "constant": 2})


def test_formulas_of_named_cells_are_read(book):
    """Each with whether Excel keeps its result up to date; a cell may be named by its address."""
    home = book.sheets["Home"]
    home.range("C8").number_format = "General"  # what is typed into a cell for text is text
    home.range("C8").formula, home.range("C9").value = "=TODAY()-7", "'=1+1"
    places = ["in_from", "in_to", "'home'!$C$8", "Nowhere!A1"]

    found = {name: (cell.address, cell.formula, cell.current) for name, cell in LiveBook(book).named(places).items()}
    book.app.calculation = "manual"

    from_cell = ("Home!C8", "TODAY()-7", True)
    assert found == {"in_from": from_cell, "in_to": ("Home!C9", None, False), "'home'!$C$8": from_cell}
    assert not LiveBook(book).named(["in_from"])["in_from"].current


@pytest.mark.parametrize("money", ['#,##0.00 "SAR"', "$#,##0.00", "[$SAR] #,##0.00"])
def test_money_is_a_number(book, money):
    """Whatever a cell's format shows, its value is read as a number, a day on Home as that day."""
    home = book.sheets["Home"]
    home.range("C8").number_format, home.range("C8").value = money, 46237.5

    value = LiveBook(book).named(["in_from"])["in_from"].value

    assert (type(value), value) == (float, 46237.5)


# --- Excel itself --------------------------------------------------------------------------------------------------


def state(app):
    """Read what a refresh switches off."""
    return app.screen_updating, app.enable_events, app.calculation


def test_excel_is_quiet_while_it_is_written_to(book):
    """No redrawing, no recalculation, no code of the workbook; afterwards all is as before."""
    book.app.calculation = "semiautomatic"
    calls.clear()
    fill(book, leads(1, 2))

    names = [call.name for call in calls]
    first = names.index("table.resize")
    assert {"app.screen_updating", "app.enable_events", "app.calculation"} <= set(names[:first])
    assert state(book.app) == (True, True, "semiautomatic")


def test_excel_is_as_before_after_an_error_in_the_middle(book, monkeypatch):
    """Whatever Excel refuses, and whenever."""
    monkeypatch.setattr(xw.Range, "value", property(lambda _: [["x"]], lambda *_: 1 // 0))

    with pytest.raises(ZeroDivisionError), quiet(book.app):
        book.sheets["Home"]["A1"].value = 5
    assert state(book.app) == (True, True, "automatic")


def test_excel_is_as_before_when_it_refuses_to_be_quiet(book, monkeypatch):
    """What was switched off before the refusal is switched on again."""

    def refuse(*_):
        raise RuntimeError

    monkeypatch.setattr(xw.App, "calculation", property(lambda _: "automatic", refuse))
    with pytest.raises(RuntimeError), quiet(book.app):
        pytest.fail("not quiet")

    assert (book.app.screen_updating, book.app.enable_events) == (True, True)


def test_totals_stay_below_the_rows(book, monkeypatch):
    """They are off while rows are written, and on again whatever happens."""
    shown = []
    monkeypatch.setattr(xw.main.Table, "totals_row_range", property(lambda _: "a row"))
    monkeypatch.setattr(xw.main.Table, "show_totals", property(lambda _: True, lambda _, value: shown.append(value)))
    live = LiveBook(book)
    room = live.standing("leads", ["leadExternalId"], ["leadExternalId"]).room
    live.write(Fill("leads", leads(1, 2).leads[["leadExternalId"]], [0, 1], [-1, -1]))
    assert (shown, room) == ([False, True], 1_048_574)

    live.standing("leads", ["leadExternalId"], ["leadExternalId"])
    monkeypatch.setattr("leads_excel.excel.live.live_table.LiveTable._put", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        live.write(Fill("leads", leads(1).leads[["leadExternalId"]], [0], [-1]))
    assert shown == [False, True, False, True]


class SortFields(list):
    """What a table is sorted by, as Excel for Windows tells."""

    def Clear(self):  # noqa: N802 - Excel's name
        """Forget it."""
        self.clear()


def sort_by(book, column_number, order, on=0):
    """Let Excel for Windows say that leads are sorted."""
    fields = SortFields([SimpleNamespace(Key=SimpleNamespace(Column=column_number), Order=order, SortOn=on)])
    table(book, "leads").api.Sort = SimpleNamespace(SortFields=fields)
    return fields


def test_a_sorted_table_stays_sorted(book):
    """On Windows, by what Excel says."""
    fields = sort_by(book, 1, 2)

    fill(book, leads(1, 3, 2))

    assert column(book, "leadExternalId") == [3.0, 2.0, 1.0]
    assert len(fields) == 1


def test_an_order_that_is_lost_is_forgotten_and_told(book):
    """Where only Excel can sort so, the arrow on the column must not lie."""
    fill(book, leads(1, 2))
    add_column(book, "score", [None, None])
    fields = sort_by(book, table(book, "leads").range.shape[1], 1)

    summary = fill(book, leads(3, 1))

    assert fields == []
    assert any("no longer sorted" in remark for remark in summary.remarks)


@pytest.mark.slow
def test_an_order_by_colour_is_none_of_ours(book):
    """Only values can be sorted again."""
    sort_by(book, 1, 2, on=1)

    assert LiveBook(book).standing("leads", ["leadExternalId"], ["leadExternalId"]).sort == ()


@pytest.mark.parametrize("filtered", [True, False])
def test_a_filter_is_applied_to_the_new_rows(book, filtered):
    """On Windows Excel is asked to; without a filter there is nothing to ask."""
    applied = []
    table(book, "leads").api.AutoFilter = SimpleNamespace(FilterMode=filtered, ApplyFilter=lambda: applied.append(1))

    fill(book, leads(1, 2))

    assert applied == [1] * filtered


def test_a_book_may_count_days_from_1904(book):
    """Told by Excel for Windows, or by Excel for macOS."""
    assert LiveBook(book).date1904 is False
    windows, mac = SimpleNamespace(api=SimpleNamespace(Date1904=True)), SimpleNamespace(get=lambda: True)

    assert LiveBook(windows).date1904 is True
    assert LiveBook(SimpleNamespace(api=SimpleNamespace(date_1904=mac))).date1904 is True


def test_a_table_whose_rows_were_all_deleted_can_be_filled(book, monkeypatch):
    """Excel gives it no rows to read then."""
    live = LiveBook(book)
    with monkeypatch.context() as empty:
        empty.setattr(xw.main.Table, "data_body_range", None)
        standing = live.standing("leads", ["leadExternalId"], ["leadExternalId"])
    assert (standing.keys, standing.hashes, standing.notes) == ([], [], {})

    live.write(Fill("leads", leads(1, 2).leads[["leadExternalId"]], [0, 1], [-1, -1]))

    assert column(book, "leadExternalId") == [1.0, 2.0]


def test_refresh_takes_an_open_workbook(book):
    """`lx.refresh` with a Book of xlwings goes the same way as the button."""
    summary = lx.refresh(book, "-2D", settings=lx.Settings(store="none"))

    assert summary.leads == len(column(book, "leadExternalId")) > 0


def test_a_formula_typed_beside_a_lead_comes_back_with_it(book):
    """As in a file: it leaves with its lead, and names the lead's new row when that returns."""
    fill(book, leads(1, 2, 3, 4, 5))
    beside = ['=HYPERLINK("https://crm/"&A2)', "a", "b", "=A5*2", "=SUM($A$2:$A$6)"]
    add_column(book, "link", beside)

    remarks = fill(book, leads(2, 3)).remarks
    fill(book, leads(9, 3, 4, 2, 1))

    assert remarks == (
        "leads: 1 row outside the range kept for formulas that name several cells",
        "leads: notes beside 2 rows that left the range are kept in the Log",
    )
    assert formulas(book, "link") == ["", "b", "=A4*2", "a", '=HYPERLINK("https://crm/"&A6)', "=SUM($A$2:$A$6)"]
