"""Vehicles and errors tell what their lead is grouped by: a pivot over them adds up to `leads_by` without a lookup."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime

import excel_double
import openpyxl
import pandas as pd
import pytest
import xlwings as xw
from few_leads import FOUR, RIYADH
from lead_frames import refresh, run, tables
from memory_book import MemoryBook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import TableFormula
from readers import libreoffice_values

import leads_excel as lx
from leads_excel.excel.filling.lead_fields import CHILDREN, LEAD_FIELDS, beside_rows, heading_name
from leads_excel.excel.filling.sheets import fail, fill
from leads_excel.excel.live.live_book import LiveBook
from leads_excel.excel.template.building import template_path
from leads_excel.excel.template.sheets.listings import OF_LEAD
from leads_excel.schema import BLANK
from leads_excel.schema.own_words import is_personal
from leads_excel.tables.lead_tables import build

DAYS = ("2026-08-01", "2026-08-31")
DEMO = lx.Settings(environment="demo", store="none")
THIRD, TENTH = datetime(2026, 8, 3), datetime(2026, 8, 10)  # noqa: DTZ001 - cells hold wall clocks
BESIDE = {
    "vehicles": [
        (11, "Website", "Riyadh", "KIA", THIRD),
        (12, "Website", "Riyadh", "KIA", THIRD),
        (13, "walk IN", "", None, TENTH),
    ],
    "errors": [(None, "Website", "Jeddah", None, THIRD)],
}
"""What stands beside the vehicles, and the error, of the four leads."""


def few():
    """Make the tables of four leads, one of which has a brand, and one whose number cannot be read a vehicle."""
    of_brand = {**FOUR[0], "leads": [{**FOUR[0]["leads"][0], "brand": "KIA"}, *FOUR[0]["leads"][1:]]}
    return build([of_brand, FOUR[1]], zone=RIYADH)


def beside(frame):
    """List the rows of a table with what is told of their leads, as cells hold it."""
    own = frame.get("leadVehiclesId", pd.Series(pd.NA, index=frame.index))
    cells = pd.concat([own, frame[[*LEAD_FIELDS]]], axis="columns").astype(object)
    return list(cells.where(cells.notna(), None).itertuples(index=False, name=None))


def marked(own, table="errors"):
    """Make a book whose errors have columns, and name their headings as the template does."""
    book = MemoryBook()
    book.tables[table].headers += own
    book.names |= {heading_name(table, field): field for field in own}
    return book


# --- what stands there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("child", CHILDREN)
def test_a_row_tells_the_source_branch_brand_and_day_of_its_lead(child):
    """Also where the number of the lead cannot be read; the day is that in the business zone, without a time."""
    assert beside(beside_rows(few(), child, LEAD_FIELDS)) == BESIDE[child]


def test_tables_that_somebody_sorted_or_cut_are_told_by_the_number():
    """Rows whose number is not that of one lead stay without, instead of showing what is another lead's."""
    four = few()
    turned = replace(four, vehicles=four.vehicles.iloc[::-1], errors=four.errors.iloc[:0])

    assert beside(beside_rows(turned, "vehicles", LEAD_FIELDS)) == BESIDE["vehicles"][::-1]
    assert beside(beside_rows(turned, "errors", LEAD_FIELDS)) == []

    twice = replace(turned, leads=pd.concat([four.leads, four.leads.iloc[:1]]))
    without = [(number, None, None, None, None) for number in (12, 11)]
    assert beside(beside_rows(twice, "vehicles", LEAD_FIELDS)) == [BESIDE["vehicles"][2], *without]


def test_what_an_error_calls_its_source_is_not_that_of_its_lead():
    """The columns are of the lead: a pivot by source counts no validator of the DMS."""
    error = {"code": "E1", "message": "No phone", "source": "validator"}
    lead = {"leadExternalId": 1, "leadId": 0, "isError": 1, "source": "Website", "errorList": [error]}
    fetched = build([{**FOUR[0], "leads": [lead]}], zone=RIYADH)
    assert fetched.errors["source"].tolist() == ["validator"]

    assert beside_rows(fetched, "errors", ["source"])["source"].tolist() == ["Website"]


def test_the_frames_of_a_notebook_keep_their_columns(tmp_path):
    """Writing a workbook adds nothing to what was fetched."""
    four = few()
    before = four.vehicles.copy(), four.errors.copy()
    four.to_excel(tmp_path / "four.xlsx")

    pd.testing.assert_frame_equal(four.vehicles, before[0])
    pd.testing.assert_frame_equal(four.errors, before[1])


def test_none_of_them_is_personal():
    """Where Errors go, no name and no number goes along; the day is a date of the bulk."""
    assert not any(is_personal(field) for field in (*LEAD_FIELDS[:-1], "bulkCreatedDate"))
    assert not any(column.sensitive for column in OF_LEAD)


# --- whose column it is -----------------------------------------------------------------------------------------------


def test_a_column_that_was_moved_or_deleted_is_filled_where_it_stands_or_left_out():
    """Headings are found by name, in any order."""
    book = marked(["day", "branch"])

    fill(book, few(), run())

    assert book.cells("errors", "day", "branch") == [(THIRD, "Jeddah")]
    assert not {"source", "brand"} & set(book.headers("errors"))


def test_a_column_of_the_user_s_with_such_a_name_stays_theirs():
    """It has no name of ours, whatever stands in it: what they typed stays, and new rows have nothing there."""
    book = MemoryBook()
    book.tables["errors"].headers.append("Branch")
    book.tables["errors"].rows.append([2, None, 1, None, None, None, "Jeddah, second desk"])

    fill(book, few(), run())
    assert book.cells("errors", "message", "Branch") == [("Phone 500000002 is not valid", "Jeddah, second desk")]

    other = tables(errors=[{"leadExternalId": 5, "position": 1}], leads=[{"leadExternalId": 5, "branch": "Abha"}])
    fill(book, other, run())
    assert book.cells("errors", "leadExternalId", "Branch") == [(5, None)]


def test_a_heading_of_ours_that_says_something_else_is_the_user_s():
    """Whoever calls the column anew has it, and may call another one as ours was: neither is written over."""
    book = marked(["branch"])
    fill(book, few(), run())
    book.tables["errors"].headers[-1:] = ["desk", "branch"]
    book.names["errors_branch"] = "desk"
    book.tables["errors"].rows[0][-1:] = ["second", "theirs"]

    fill(book, few(), run())

    assert book.cells("errors", "desk", "branch") == [("second", "theirs")]


def test_a_failure_is_told_in_a_book_without_vehicles():
    """The Log needs no other table."""
    book = MemoryBook()
    del book.tables["vehicles"]

    fail(book, "no network", run())

    assert book.names["out_status"].endswith("no network")


# --- in workbooks -----------------------------------------------------------------------------------------------------


def read(path, sheet):
    """Read a sheet of ours as a frame."""
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=header)


@pytest.mark.parametrize("child", CHILDREN)
def test_a_file_and_an_open_workbook_hold_the_same(child, tmp_path):
    """On disk and in Excel, at the first refresh and at the next."""
    path, sheet = tmp_path / "report.xlsx", child.capitalize()
    refresh(template_path(), tables(), path)
    with excel_double.running():
        book = xw.Book(shutil.copy(path, tmp_path / "live.xlsx"))
        for _ in range(2):
            refresh(path, few())
            fill(LiveBook(book), few(), run())
        book.save()

    expected = [tuple(cell or None for cell in row) for row in BESIDE[child]]
    assert beside(read(path, sheet)) == beside(read(tmp_path / "live.xlsx", sheet)) == expected


@pytest.mark.parametrize("left", [None, "Errors!#REF!"], ids=["never there", "deleted"])
def test_a_lookup_of_the_user_s_own_stays_a_formula(left, tmp_path):
    """In a workbook from before there were such columns, and in place of ours that a user deleted in Excel."""
    lookup = "INDEX(leads[branch],MATCH(errors[[#This Row],[leadExternalId]],leads[leadExternalId],0))"
    book = openpyxl.load_workbook(template_path())
    for field in LEAD_FIELDS:
        name = book.defined_names.pop(heading_name("errors", field)).name
        if left:
            book.defined_names.add(DefinedName(name, attr_text=left))
    own = next(column for column in book["Errors"].tables["errors"].tableColumns if column.name == "branch")
    own.calculatedColumnFormula, book["Errors"]["H2"] = TableFormula(attr_text=lookup), f"={lookup}"
    book.save(tmp_path / "own.xlsx")

    refresh(tmp_path / "own.xlsx", few())

    sheet = openpyxl.load_workbook(tmp_path / "own.xlsx")["Errors"]
    assert sheet["H1"].value == "branch"
    assert sheet["H2"].value == f"={lookup}"
    assert [sheet[cell].value for cell in ("G2", "I2", "J2")] == [None, None, None]


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """Write a workbook of a month of made-up leads."""
    return lx.fetch(*DAYS, settings=DEMO).to_excel(tmp_path_factory.mktemp("month") / "month.xlsx")


@pytest.fixture
def no_store(monkeypatch):
    """Have formulas ask the made-up DMS, which gives the same leads each time."""
    monkeypatch.setenv("LEADS_EXCEL_STORE", "none")


@pytest.mark.parametrize("field", LEAD_FIELDS)
@pytest.mark.parametrize(("child", "counted"), [("errors", "errors"), ("vehicles", "vehicles")])
@pytest.mark.usefixtures("no_store")
def test_rows_by_a_field_are_what_leads_by_counts(month, child, counted, field):
    """Errors by branch is one pivot over the sheet: no lookup, and the same numbers as everywhere else."""
    rows = read(month, child.capitalize())
    expected = lx.leads_by(field, *DAYS, counted).set_index(field)[counted]

    found = rows[field].fillna(BLANK).value_counts()
    assert len(rows) > 100
    assert found.to_dict() == expected[expected > 0].to_dict()


@pytest.mark.slow
@pytest.mark.usefixtures("no_store")
def test_a_spreadsheet_counts_errors_by_branch_without_a_lookup(month, tmp_path):
    """LibreOffice counts over the filled table what `leads_by` counts over the leads."""
    expected = lx.leads_by("branch", *DAYS, "errors").set_index("branch")["errors"]
    book = openpyxl.load_workbook(month)
    sheet = book.create_sheet("Mine")
    for row, branch in enumerate(expected.index, start=1):
        sheet.append(
            [branch, f"=COUNTIFS(errors[branch],A{row})" if branch != BLANK else "=COUNTBLANK(errors[branch])"]
        )
    book.save(tmp_path / "mine.xlsx")

    counted = {row[0]: row[1] for row in libreoffice_values(tmp_path / "mine.xlsx")["Mine"]}

    assert counted == expected.to_dict()
