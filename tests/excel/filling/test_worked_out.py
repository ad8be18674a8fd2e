"""Columns that a refresh works out beside the leads, for the Dashboard to count by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lead_frames import leads, run, tables
from memory_book import MemoryBook

import leads_excel as lx
from leads_excel.excel.filling.sheets import fill
from leads_excel.exceptions import ApiUnavailableError
from leads_excel.tables.lead_tables import build

DAY = datetime(2025, 8, 12)  # noqa: DTZ001 - cells hold wall clocks
LEADS = [
    {"leadExternalId": 1, "leadId": 9, "isError": False, "bulkCreatedDate": DAY},
    {"leadExternalId": 2, "leadId": 0, "isError": True, "bulkCreatedDate": DAY},
    {"leadExternalId": 3, "leadId": 0, "isError": False, "bulkCreatedDate": DAY},
]


def fetched(state):
    """Make the tables of three leads in a bulk of some state."""
    return tables(leads=LEADS, bulks=[{"createdDate": DAY, "createdBy": 1, "isProcessed": state}])


def verdicts(book, header="verdict"):
    """Read the leads with what stands beside them."""
    return [text for (text,) in book.cells("leads", header)]


def test_a_book_that_asks_for_it_is_told_the_verdicts():
    """In words, and a lead whose bulk has been completed since is a changed one."""
    book = MemoryBook(own=["verdict"])

    fill(book, fetched(2), run())
    assert verdicts(book) == ["accepted", "rejected", "provisional"]

    assert fill(book, fetched(4), run()).changed == 1
    assert verdicts(book) == ["accepted", "rejected", "accepted"]


def test_whoever_deletes_the_column_does_without():
    """The table is filled as before."""
    book = MemoryBook(own=["note"])

    fill(book, fetched(2), run())

    assert "verdict" not in book.tables["leads"].headers
    assert len(book.tables["leads"].rows) == 3


def test_a_column_of_the_user_s_with_that_name_stays_theirs():
    """Whatever is typed there is not one of our words."""
    book = MemoryBook(own=["Verdict"])
    book.tables["leads"].rows.append([1, *[None] * (len(book.tables["leads"].headers) - 2), "call again"])

    fill(book, fetched(2), run())
    assert verdicts(book, "Verdict") == ["call again", None, None]

    fill(book, leads(3, 1), run())
    assert verdicts(book, "Verdict") == [None, "call again"]


@pytest.mark.parametrize(
    ("looked_at", "until"),
    [
        (datetime(2026, 8, 20, 20, 59, tzinfo=UTC), datetime(2026, 8, 20)),  # noqa: DTZ001 - cells hold wall clocks
        (datetime(2026, 8, 20, 21, 0, tzinfo=UTC), datetime(2026, 8, 21)),  # noqa: DTZ001 - likewise
        (datetime(2026, 9, 20, tzinfo=UTC), datetime(2026, 8, 31)),  # noqa: DTZ001 - likewise
    ],
)
def test_home_tells_up_to_which_day_is_counted(looked_at, until):
    """The day in the business zone at which the DMS was asked, or the last one of the range."""
    book = MemoryBook()
    asked = {"from": date(2026, 8, 1), "to": date(2026, 8, 31)}
    august = replace(build([], zone=ZoneInfo("Asia/Riyadh")), asked=asked, fetched_at=looked_at)

    fill(book, august, run())
    assert book.names["out_until"] == until

    fill(book, replace(august, asked={}), run())
    assert book.names["out_until"] is None


# --- duplicates -------------------------------------------------------------------------------------------------------

PHONE = {"phoneCode": "+966", "phoneNumber": "0512345678"}


def around(first, last):
    """Give the days before the range: the same customer on the day before."""
    del first, last
    return tables(leads=[{**LEADS[0], **PHONE, "leadExternalId": 90, "bulkCreatedDate": DAY - timedelta(days=1)}])


def missing(first, last):
    """Fail to give them."""
    raise ApiUnavailableError(f"{first} to {last}: no connection")


def asked(around):
    """Make the tables of a day, the first lead's customer known by phone, with what lies around it."""
    days = {"from": DAY.date(), "to": DAY.date()}
    leads = [{**LEADS[0], **PHONE}, *LEADS[1:]]
    bulks = [{"createdDate": DAY, "createdBy": 1, "isProcessed": 4}]
    empty = build([], zone=ZoneInfo("Asia/Riyadh")).coverage
    return replace(tables(leads=leads, bulks=bulks), asked=days, around=around, coverage=empty)


def test_a_lead_that_repeats_one_before_the_range_is_marked():
    """The same leads that the key figure counts, and the others are told not to be any."""
    book, fetched = MemoryBook(own=["duplicate"]), asked(around)

    fill(book, fetched, run())

    assert book.cells("leads", "duplicate") == [(True,), (False,), (False,)]
    assert lx.kpis.duplicates(fetched).value == 1


def test_where_the_days_before_are_missing_nobody_knows():
    """The column is empty, the rest is filled, and the Log says why."""
    book = MemoryBook(own=["duplicate"])

    summary = fill(book, asked(missing), run())

    assert book.cells("leads", "duplicate") == [(None,)] * 3
    assert len(summary.remarks) == 1
    assert summary.remarks[0].startswith("duplicates are not known: ")
    assert "no connection" in summary.remarks[0]


def test_nobody_looks_back_for_a_book_without_the_column():
    """It costs requests."""
    assert fill(MemoryBook(own=["note"]), asked(missing), run()).remarks == ()


def test_a_column_of_the_user_s_called_duplicate_stays_theirs():
    """What is typed there is no yes or no."""
    book = MemoryBook(own=["duplicate"])
    book.tables["leads"].rows.append([1, *[None] * (len(book.tables["leads"].headers) - 2), "see 1234"])

    fill(book, asked(around), run())

    assert book.cells("leads", "duplicate")[0] == ("see 1234",)
