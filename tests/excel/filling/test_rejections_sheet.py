"""Rejected leads on a sheet: what the function lists, and beside it what a user noted of each lead and reason."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import replace

import openpyxl
import pytest
import xlwings as xw
from excel_double import running
from few_leads import RIYADH, Desk, bulk, lead, session
from lead_frames import run
from memory_book import MemoryBook, MemoryTable
from udf_host import windows_excel

import leads_excel as lx
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling.lead_fields import heading_name
from leads_excel.excel.filling.rejections import KEY, OWN, TABLE, is_in, listed
from leads_excel.excel.filling.sheets import fill
from leads_excel.excel.live.live_book import LiveBook
from leads_excel.excel.template.building import template_path
from leads_excel.exceptions import ApiUnavailableError, WorkbookLayoutError
from leads_excel.fetching.fetch import asked
from leads_excel.fetching.session import Session, use
from leads_excel.rejected.workbench import SHOWN
from leads_excel.tables.lead_tables import build

PHONE = {"code": "E1", "field": "phoneNumber", "message": "Phone 0512345678 of Sara is not valid"}
BRANCH = {"code": "E2", "field": "branch", "message": "Branch 'Hail Nort' is not known"}
MAIL = {"code": "E3", "field": "email", "message": "E-mail is mandatory"}
DAYS = ("2026-08-02", "2026-08-07")


def rejected(number, *errors, **keys):
    """Write a lead that was rejected."""
    return lead(number, isError=1, errorList=list(errors) or None, **keys)


def tables(*leads):
    """Make the tables of a day."""
    return build([bulk("2026-08-03", *leads)], zone=RIYADH)


def book_with_rejections():
    """Make a book as the template is."""
    book = MemoryBook()
    book.tables[TABLE] = MemoryTable([*SHOWN, *OWN])
    book.names |= {heading_name(TABLE, column): column for column in KEY}
    return book


def notes(book):
    """List the notes of a book by lead and field at fault."""
    return {(number, field): note for number, field, note in book.cells(TABLE, "leadExternalId", "field", "note")}


def note_all(book):
    """Type something beside each row that tells which it is."""
    for row, (number, field) in enumerate(book.cells(TABLE, "leadExternalId", "field")):
        for header in OWN:
            book.type(TABLE, row, header, f"{header} of {number} {field}")


def log(book):
    """Read what the Log says of the last refresh."""
    return book.column("refresh_log", "result")[-1]


# --- what the user notes ----------------------------------------------------------------------------------------------


def test_what_a_user_noted_follows_its_lead_and_reason():
    """Rows come before it, another reason of the same lead goes, the order changes: nothing is beside another row."""
    book = book_with_rejections()
    fill(book, tables(rejected(1, PHONE, BRANCH), rejected(2, MAIL)), run())
    note_all(book)

    now = tables(rejected(9, MAIL), rejected(2, MAIL, priority="Hot"), rejected(1, BRANCH, MAIL))
    fill(book, now, run())

    assert book.cells(TABLE, "leadExternalId", "field", *OWN) == [
        (2, "email", *(f"{header} of 2 email" for header in OWN)),
        (9, "email", *[None] * 4),
        (1, "branch", *(f"{header} of 1 branch" for header in OWN)),
        (1, "email", *[None] * 4),
    ]


def test_notes_of_a_lead_that_left_are_in_the_log_and_come_back_with_it():
    """The lead was accepted, or the range moved on; later it is back."""
    book = book_with_rejections()
    both = tables(rejected(1, PHONE), rejected(2, MAIL))
    fill(book, both, run())
    note_all(book)

    told = fill(book, tables(rejected(2, MAIL), lead(1, leadId=5)), run())
    assert f"{TABLE}: notes beside 1 row that left the range are kept in the Log" in told.remarks
    assert notes(book) == {(2, "email"): "note of 2 email"}

    fill(book, both, run())
    assert notes(book) == {(1, "phoneNumber"): "note of 1 phoneNumber", (2, "email"): "note of 2 email"}
    assert not [line for line in book.column("refresh_log", "result") if "Notes kept" in line]


def test_two_reasons_of_one_wording_are_told_apart_by_their_field():
    """The same code and text for two fields: where one of them is mended, the other keeps its own note."""
    said = {"code": "REQUIRED", "message": "Value is missing"}
    book = book_with_rejections()
    fill(book, tables(rejected(1, {**said, "field": "branch"}, {**said, "field": "email"})), run())
    note_all(book)

    fill(book, tables(rejected(1, {**said, "field": "email"})), run())

    assert notes(book) == {(1, "email"): "note of 1 email"}


def test_a_table_without_rejected_leads_is_one_blank_row():
    """A button that empties the tables empties this one too."""
    book = book_with_rejections()
    fill(book, tables(rejected(1, PHONE)), run())
    fill(book, build([], zone=RIYADH), run())

    assert book.column(TABLE, "leadExternalId") == []
    assert log(book) == "complete"


def test_the_users_columns_are_never_taken_for_ours():
    """Also where the columns of ours beside them were deleted, and they hold nothing yet."""
    book = book_with_rejections()
    book.tables[TABLE].headers = [header for header in (*SHOWN, *OWN) if header not in SHOWN[-4:]]

    told = fill(book, tables(rejected(1, PHONE)), run())

    assert not [line for line in told.remarks if "no longer filled" in line]


# --- whose table it is ------------------------------------------------------------------------------------------------


def test_a_table_of_the_users_is_left_alone():
    """It is called as ours is, and has such columns: none of its headings has a name of ours."""
    book = MemoryBook()
    book.tables[TABLE] = MemoryTable([*KEY, "note"], [[1, "x", "y", "z", "mine"]])

    fill(book, tables(rejected(7, PHONE)), run())

    assert not is_in(book)
    assert book.cells(TABLE, *KEY, "note") == [(1, "x", "y", "z", "mine")]


def test_a_book_without_the_table_is_refreshed_as_before():
    """Older templates had none."""
    book = MemoryBook()
    assert fill(book, tables(rejected(7, PHONE)), run()).leads == 1
    assert book.written.count(TABLE) == 0


def test_a_table_of_ours_that_lost_a_column_by_which_rows_are_found_is_refused():
    """Nothing is guessed: notes would be beside other leads."""
    book = book_with_rejections()
    book.tables[TABLE].headers.remove("reason")
    del book.names[heading_name(TABLE, "reason")]

    with pytest.raises(WorkbookLayoutError, match="The table rejections has no column reason, by which rows are found"):
        fill(book, tables(rejected(7, PHONE)), run())


def test_a_table_of_ours_that_was_made_a_range_is_refused():
    """As every other table: a list that no refresh fills would look like today's."""
    book = book_with_rejections()
    del book.tables[TABLE]

    with pytest.raises(WorkbookLayoutError, match="no table rejections"):
        fill(book, tables(rejected(7, PHONE)), run())


@pytest.mark.parametrize("door", ["file", "excel"])
def test_a_sheet_that_was_deleted_is_done_without(door, tmp_path):
    """Its names lead nowhere then."""
    path = shutil.copy(template_path(), tmp_path / "report.xlsx")
    if door == "excel":
        with running():
            book = xw.Book(path)
            book.sheets["Rejections"].delete()
            assert fill(LiveBook(book), tables(rejected(7, PHONE)), run()).leads == 1
        return
    opened = openpyxl.load_workbook(path)
    del opened["Rejections"]
    opened.save(path)
    with FileBook(path) as book:
        assert fill(book, tables(rejected(7, PHONE)), run()).leads == 1
        book.save()
    assert "Rejections" not in openpyxl.load_workbook(path).sheetnames


# --- what stands there ------------------------------------------------------------------------------------------------


@contextmanager
def filled(door, path, fetched):
    """Fill a new workbook, as a file or open in Excel, and read the sheet: headings, then rows."""
    shutil.copy(template_path(), path)
    if door == "excel":
        with running():
            book = xw.Book(path)
            fill(LiveBook(book), fetched, run())
            yield book.sheets["Rejections"].used_range.value
        return
    with FileBook(path) as book:
        fill(book, fetched, run())
        book.save()
    yield list(openpyxl.load_workbook(path)["Rejections"].values)


@pytest.fixture(scope="module")
def days():
    """Keep days of made-up leads, some of which were recovered after them, as formulas and notebooks see them."""
    kept = Session(lx.Settings(environment="demo", store="none"))
    use(kept)
    tables = kept.tables(asked(*DAYS, settings=kept.settings))
    yield tables
    use(None)


@pytest.mark.slow
@pytest.mark.parametrize("door", ["file", "excel"])
def test_the_sheet_is_what_function_and_formula_list(door, days, tmp_path):
    """Cell by cell: `lx.rejections` of the range, and what LEADS_FIX fills."""
    with windows_excel() as excel:
        excel.load("leads_excel.excel.udfs")
        formula = excel.call("LEADS_FIX", *DAYS)
    frame = lx.rejections(*DAYS).astype(object)

    with filled(door, tmp_path / "report.xlsx", days) as rows:
        shown = [[cell or None for cell in row[: len(SHOWN)]] for row in rows]

    assert len(shown) > 60
    assert shown[1:] == [[cell or None for cell in row] for row in frame.where(frame.notna(), None).to_numpy().tolist()]
    assert shown == [[cell or None for cell in row] for row in formula]
    assert {*frame["recovered"]} == {"yes", "no"}
    assert {cell for row in rows[1:] for cell in row[len(SHOWN) :]} == {None}


@pytest.mark.slow
def test_nothing_personal_is_in_the_sheet(days, tmp_path):
    """No name, number or address of any lead that was rejected, in no part of what stands there."""
    with filled("file", tmp_path / "report.xlsx", days) as rows:
        text = "\n".join(str(cell) for row in rows[1:] for cell in row if cell is not None)
    leads = days.leads[days.leads["isError"].fillna(value=False)]
    personal = {
        str(value) for name in ("firstName", "lastName", "companyName", "phoneNumber", "email", "address1", "leadNote")
        for value in leads[name].dropna() if len(str(value)) > 3
    }  # fmt: skip

    assert len(personal) > 150
    assert [value for value in personal if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)] == []
    with_them = "\n".join(lx.rejections(*DAYS, options="pii=reveal").astype("string").fillna("").to_csv().split(","))
    assert [value for value in personal if value in with_them]


def test_tables_that_somebody_sorted_or_cut_are_listed_by_the_number():
    """A notebook writes what it kept: reasons stay with their lead, those of no lead are left out."""
    whole = tables(lead(3, leadId=5), rejected(1, PHONE, BRANCH), rejected(2, MAIL), rejected(4, MAIL))
    cut = replace(whole, leads=whole.leads.iloc[[2, 1]], errors=whole.errors.iloc[::-1])

    rows = listed(cut)[0]

    assert rows[["leadExternalId", "field"]].to_numpy().tolist() == [[2, "email"], [1, "branch"], [1, "phoneNumber"]]


def test_days_after_that_are_missing_are_told():
    """What was not recovered in the range is unknown, and the remark says why; without rejections there is none."""
    third = bulk("2026-08-03", rejected(1, PHONE), lead(2, leadId=6), errorRecords=1)
    desk = Desk(third, bulk("2026-08-04", lead(3, leadId=7)))
    kept = session(desk)
    fetched, accepted = (kept.tables(asked(day, settings=kept.settings)) for day in ("2026-08-03", "2026-08-04"))
    desk.error = ApiUnavailableError("The API is out of reach.")

    book = book_with_rejections()
    told = fill(book, fetched, run())

    assert book.column(TABLE, "recovered") == ["unknown"]
    (remark,) = told.remarks
    assert remark.startswith(f"{TABLE}: recovered: ")
    assert "The API is out of reach." in remark
    assert log(book) == f"complete; {remark}"
    assert fill(book_with_rejections(), accepted, run()).remarks == ()
