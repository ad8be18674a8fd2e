"""Columns that a refresh works out beside the leads, for the Dashboard to count by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from lead_frames import leads, run, tables
from memory_book import MemoryBook

from leads_excel.excel.filling.sheets import fill
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
