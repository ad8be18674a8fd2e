"""Headings that a user typed anew: the column is found again, or told; what is in it never becomes a note."""

from __future__ import annotations

import shutil

import openpyxl
import pytest
from lead_frames import leads, refresh, run, sample, tables
from memory_book import MemoryBook
from readers import openpyxl_values

from leads_excel.excel.filling import sheets
from leads_excel.excel.template.building import template_path
from leads_excel.schema.columns import TABLES

ASKED = "column {0} is no longer filled: if it is {1}, give it that name again, else move it"
VALUES = {
    "phoneNumber": "+96650000000{}",
    "email": "sara{}@example.com",
    "firstName": "Sara{}",
    "middleName": "M.",
    "lastName": "Ali",
    "source": "Website",
    "leadNote": "Please call me at {} o'clock",
}


def some(*ids, **more):
    """Make leads whose texts differ from lead to lead."""
    texts = [{name: value.format(number) for name, value in (VALUES | more).items()} for number in ids]
    return tables(leads=[{"leadExternalId": number, **text} for number, text in zip(ids, texts, strict=True)])


def filled(*ids, **more):
    """Make a book with leads."""
    book = MemoryBook(["note"])
    sheets.fill(book, some(*ids, **more), run())
    return book


def retype(book, old, new):
    """Type another heading over one."""
    headers = book.tables["leads"].headers
    headers[headers.index(old)] = new


def log(book):
    """Read what the Log says."""
    return " ".join(str(cell) for cell in book.column("refresh_log", "result"))


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("ids", [(1, 2, 3, 4), (3, 4, 5, 6), (4, 5), (1,)])
def test_a_retyped_column_is_found_by_its_contents(name, ids):
    """It is filled under its new heading, also for new leads, and no row counts as changed for it."""
    book = filled(1, 2, 3, 4)
    retype(book, name, "Spalte")

    summary = sheets.fill(book, some(*ids), run())

    assert book.cells("leads", "leadExternalId", "Spalte") == [(n, VALUES[name].format(n)) for n in ids]
    assert (summary.changed, summary.remarks) == (0, ())
    assert "Notes kept" not in log(book)


@pytest.mark.parametrize("name", ["phoneNumber", "email", "source", "lastName"])
def test_a_retyped_column_is_found_by_its_looks(name):
    """None of the leads stood there before: numbers, addresses and the few names of sources tell."""
    book = filled(1, 2, 3)
    retype(book, name, "Spalte")

    assert sheets.fill(book, some(7, 8), run()).remarks == ()

    assert book.column("leads", "Spalte") == [VALUES[name].format(n) for n in (7, 8)]
    assert "Notes kept" not in log(book)


@pytest.mark.parametrize("name", VALUES)
def test_what_may_be_a_column_of_ours_is_no_note(name):
    """With no lead to compare, the rows stay and the user is asked; once leads meet, the column is found."""
    book = filled(1, 2, 3)
    retype(book, name, "Spalte")

    summary = sheets.fill(book, some(), run())

    assert summary.remarks[0] == f"leads: {ASKED.format('Spalte', name)}"
    assert book.column("leads", "Spalte") == [VALUES[name].format(n) for n in (1, 2, 3)]
    assert "Notes kept" not in log(book)
    assert sheets.fill(book, some(2, 3, 4), run()).remarks == ()
    assert book.cells("leads", "leadExternalId", "Spalte") == [(n, VALUES[name].format(n)) for n in (2, 3, 4)]


def test_names_without_a_lead_to_compare_are_asked_for():
    """A name may be that of the lead or of whoever calls: neither is lost, neither goes to the Log."""
    book = filled(1, 2, 3, firstName="Noura")
    retype(book, "firstName", "Vorname")

    remarks = sheets.fill(book, some(7, firstName="Reem"), run()).remarks

    assert remarks[0] == f"leads: {ASKED.format('Vorname', 'firstName')}"
    assert remarks[1] == "leads: 3 rows outside the range kept until it is clear whose column that is"
    assert book.column("leads", "Vorname") == [None, "Noura", "Noura", "Noura"]
    assert "Noura" not in log(book)


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("phoneNumber", "Phone"),
        ("phoneNumber", "رقم الهاتف"),
        ("email", "E-Mail"),
        ("firstName", "FIRST"),
    ],
)
@pytest.mark.parametrize("ids", [(7, 8, 9), (7,), ()])
def test_what_is_called_like_personal_data_is_no_note_whatever_it_looks_like(name, heading, ids):
    """Where no lead can be compared, odd contents do not make it the user's own: the rows stay and one is asked."""
    book = filled(1, 2, 3, **{name: "odd no. {} / of ours"})
    retype(book, name, heading)

    remarks = sheets.fill(book, some(*ids), run()).remarks

    assert remarks[0] == f"leads: {ASKED.format(heading, name)}"
    assert "odd no. 1 / of ours" in book.column("leads", heading)
    assert "odd no." not in log(book)


def test_an_empty_column_in_the_place_of_ours_is_told():
    """Nothing is filled into it: it may be the user's."""
    book = filled()
    retype(book, "phoneNumber", "Phone")

    assert sheets.fill(book, some(1), run()).remarks == (f"leads: {ASKED.format('Phone', 'phoneNumber')}",)
    assert book.column("leads", "Phone") == [None]


@pytest.mark.parametrize("ids", [(1, 2, 3), (2, 3, 4), (8, 9), ()])
@pytest.mark.parametrize("name", ["phoneNumber", "leadDate", "firstName", "leadNote"])
def test_a_column_of_the_users_in_the_place_of_one_they_deleted_stays_theirs(ids, name):
    """What they typed follows its lead, and goes to the Log with it, where it can be told from ours."""
    book = filled(1, 2, 3)
    retype(book, name, "Owner")
    for row, owner in enumerate(["(Huda, 2nd floor)", "(Sami, 1st floor)", "(Huda, 2nd floor)"]):
        book.type("leads", row, "Owner", owner)

    sheets.fill(book, some(*ids), run())
    sheets.fill(book, some(1, 2, 3), run())

    owners = dict(book.cells("leads", "leadExternalId", "Owner"))
    assert owners == {1: "(Huda, 2nd floor)", 2: "(Sami, 1st floor)", 3: "(Huda, 2nd floor)"}


def test_every_lead_has_a_column_called_after_it():
    """`Lead owner` in the place of a deleted note is no note: what stands below it leaves with its lead."""
    book = filled(1, 2, 3)
    retype(book, "leadNote", "Lead owner")
    for row in range(3):
        book.type("leads", row, "Lead owner", "(Huda, 2nd floor)")

    sheets.fill(book, some(7, 8, 9), run())

    assert book.column("leads", "leadExternalId") == [7, 8, 9]
    assert "Huda" in log(book)


def test_more_columns_than_are_missing():
    """A note typed beside a retyped column stays a note."""
    book = filled(1, 2, 3, 4)
    retype(book, "phoneNumber", "Phone")
    here = book.tables["leads"]
    at = here.headers.index("Phone")
    here.headers.insert(at, "call")
    for row in here.rows:
        row.insert(at, "later")

    sheets.fill(book, some(2, 3, 4, 5), run())
    sheets.fill(book, some(1, 2), run())

    assert book.cells("leads", "call", "Phone") == [("later", "+966500000001"), ("later", "+966500000002")]
    assert "+966" not in log(book)


def test_two_neighbours_are_told_apart():
    """Each is found by what it holds."""
    book = filled(1, 2, 3)
    headers = book.tables["leads"].headers
    first = headers.index("firstName")
    names = headers[first : first + 2]
    headers[first : first + 2] = ["A", "B"]

    assert sheets.fill(book, some(1, 2, 3, 4), run()).remarks == ()

    assert names == ["firstName", "middleName"]
    assert book.cells("leads", "A", "B") == [(f"Sara{n}", "M.") for n in (1, 2, 3, 4)]


@pytest.mark.slow
def test_every_column_of_a_file_is_found_again(tmp_path):
    """In a workbook file, whichever heading is retyped, of whichever kind the column is."""
    path = tmp_path / "report.xlsx"
    shutil.copy(template_path(), path)
    fetched = sample(6)
    refresh(path, fetched)
    skipped = {"leadExternalId", "change", "contactable", "duplicate", "verdict"}
    for name in [column.name for column in TABLES["leads"] if column.name not in skipped][::9]:
        again = tmp_path / "again.xlsx"
        book = openpyxl.load_workbook(path)
        table = book["Leads"].tables["leads"]
        column = next(c for c in table.tableColumns if c.name == name)
        book["Leads"].cell(1, table.tableColumns.index(column) + 1).value = column.name = "Retyped"
        book.save(again)

        refresh(again, fetched)
        refresh(again, leads(99))

        assert "Notes kept" not in str(openpyxl_values(again)["Log"])


@pytest.mark.parametrize("phone", [None, "+966511111111"])
def test_few_leads_and_leads_without_a_phone_tell_nothing(phone):
    """A phone number that changed, or that the API no longer tells, makes no note of the others."""
    book = filled(1, 2, 3, 4, phoneNumber="ask {}")
    retype(book, "phoneNumber", "Phone")

    remarks = sheets.fill(book, leads(1, 2, phoneNumber=phone), run()).remarks

    assert remarks[0] == f"leads: {ASKED.format('Phone', 'phoneNumber')}"
    assert sorted(book.column("leads", "Phone")) == [f"ask {n}" for n in (1, 2, 3, 4)]
    assert "ask" not in log(book)
