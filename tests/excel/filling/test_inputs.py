"""What Home asks for, and what it may not ask for."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from memory_book import MemoryBook

from leads_excel.dates.days import Days
from leads_excel.excel.filling.inputs import read_inputs
from leads_excel.exceptions import ArgumentError, DateError, WorkbookLayoutError

ZONE, TODAY = ZoneInfo("Asia/Riyadh"), date(2025, 8, 31)


@pytest.fixture
def book():
    """Give a test a book that asks for a week."""
    book = MemoryBook()
    book.names |= {"in_environment": "demo", "in_from": "-7D"}
    return book


def read(book, **values):
    """Read the inputs of a book."""
    return read_inputs(book, zone=ZONE, today=TODAY, **values)


def test_range_and_filters_are_read(book):
    """Dates may be tokens, texts or Excel's own; numbers come as Excel gives them."""
    end = datetime(2025, 8, 31)  # noqa: DTZ001 - cells hold wall clocks
    book.names |= {"in_from": "2025-08-01", "in_to": end, "in_lead_id": 5.0, "in_source": "12", "in_sub_source": " "}
    asked = read(book)
    assert asked.days == Days(date(2025, 8, 1), date(2025, 8, 31))
    assert (asked.environment, asked.lead_id, asked.source, asked.sub_source) == ("demo", 5, 12, None)


def test_one_token_is_a_range(book):
    """With nothing in `in_to`, a token names both ends."""
    assert read(book).days == Days(date(2025, 8, 25), date(2025, 8, 31))


@pytest.mark.parametrize(("cell", "environment"), [("PROD", "prod"), (" Test ", "test"), (None, None), ("", None)])
def test_environment_is_read_in_any_case(book, cell, environment):
    """An empty cell leaves the choice to the settings."""
    book.names["in_environment"] = cell
    assert read(book).environment == environment


def test_given_dates_win(book):
    """Whoever names a range need not fill in Home; its filters still count."""
    book.names |= {"in_from": "nonsense", "in_source": 4}
    asked = read(book, from_date="2025-08-01", to_date="2025-08-02")
    assert (asked.days, asked.source) == (Days(date(2025, 8, 1), date(2025, 8, 2)), 4)


def test_book_without_inputs_needs_dates(book):
    """A book without our cells asks for no filter; without dates it cannot be read."""
    book.names = {}
    assert read(book, from_date="2025-08-01").source is None
    with pytest.raises(WorkbookLayoutError, match="in_environment"):
        read(book)


def test_missing_input_is_named(book):
    """A filter whose name was deleted is not silently left out."""
    del book.names["in_source"]
    with pytest.raises(WorkbookLayoutError, match="in_source"):
        read(book, from_date="2025-08-01")


def test_serial_numbers_follow_the_books_calendar(book):
    """In a workbook that counts from 1904 the same number is another day."""
    book.names["in_from"] = 45881
    assert read(book).days.first == date(2025, 8, 12)
    book.date1904 = True
    book.names["in_from"] = 45881 - 1462
    assert read(book).days.first == date(2025, 8, 12)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"in_from": None}, "Home!B2: "),
        ({"in_from": "03/04/2026"}, "Home!B2: "),
        ({"in_from": "2025-08-02", "in_to": "2025-08-01"}, "Home!B2 to Home!B3: "),
    ],
)
def test_bad_dates_name_their_cell(book, values, message):
    """The message says which cell to look at."""
    book.names |= values
    with pytest.raises(DateError, match=f"^{message}"):
        read(book)


def test_a_small_number_is_asked_back_by_its_cell(book):
    """30 means thirty days to whoever types it, and 30 January 1900 to Excel; given dates are asked back likewise."""
    book.names["in_from"] = 30
    with pytest.raises(DateError, match=r"^Home!\S+: 30 is the day 1900-01-30 to Excel, before all leads: type -30D"):
        read(book)
    book.names |= {"in_from": "2025-08-01", "in_to": 30.0}
    with pytest.raises(DateError, match=r"^Home!.*: 30 is the day 1900-01-30"):
        read(book)
    for days in ({"from_date": 30}, {"from_date": "-7D", "to_date": 30}):
        with pytest.raises(DateError, match=r"^30 is the day 1900-01-30"):
            read(book, **days)


@pytest.mark.parametrize("name", ["in_lead_id", "in_source", "in_sub_source"])
@pytest.mark.parametrize("value", ["x", -1, 0, 1.5, True, 2.0**63, "1 2", datetime(2025, 8, 1)])  # noqa: DTZ001 - a cell
def test_bad_numbers_name_their_cell(book, name, value):
    """A filter is a positive whole number or empty."""
    book.names[name] = value
    with pytest.raises(ArgumentError, match=r"^Home!B\d: the (lead id|source|sub source) must"):
        read(book)


def test_unknown_environment_names_its_cell(book):
    """There are three environments."""
    book.names["in_environment"] = "production"
    with pytest.raises(ArgumentError, match=r"^Home!B1: there is no environment 'production'"):
        read(book)


# --- formulas ------------------------------------------------------------------------------------------------------


def test_stored_results_are_no_inputs(book):
    """A formula counts with what it comes to today in the business zone, not with what it came to weeks ago."""
    book.names |= {"in_from": 45870, "in_to": 45876, "in_lead_id": 99, "in_source": 7, "in_environment": "test"}
    book.formulas |= {"in_from": "TODAY()-7", "in_to": "Home!$B$2+6", "in_lead_id": "YEAR(TODAY())"}
    book.formulas |= {"in_environment": 'IF(in_lead_id>2000,"demo","prod")'}

    asked = read(book)

    assert asked.days == Days(date(2025, 8, 24), date(2025, 8, 30))
    assert (asked.environment, asked.lead_id, asked.source) == ("demo", 2025, 7)


def test_formulas_may_give_tokens(book):
    """A text that a formula makes is read like one that is typed."""
    book.names |= {"in_from": "-30D", "in_source": 7}
    book.formulas["in_from"] = '"-"&in_source&"D"'
    assert read(book).days == Days(date(2025, 8, 25), date(2025, 8, 31))


def test_formulas_follow_the_books_calendar(book):
    """In a workbook that counts from 1904 today has another number, and is the same day."""
    book.date1904 = True
    book.names["in_from"], book.formulas["in_from"] = 1, "DATE(YEAR(TODAY()),MONTH(TODAY()),1)"
    assert read(book).days.first == date(2025, 8, 1)


def test_today_is_that_of_the_business_zone(book):
    """Where nobody says which day it is, formulas and tokens count from the same one."""
    book.names |= {"in_from": 45870, "in_to": "TODAY"}
    book.formulas["in_from"] = "TODAY()"
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # never the same day
        days = read_inputs(book, zone=ZoneInfo(zone)).days
        assert days.first == days.last


@pytest.mark.parametrize("formula", ["OFFSET(B9,0,0)", "RAND()", "out_status+1", "", "WORKDAY(TODAY(),-5)"])
@pytest.mark.parametrize("name", ["in_from", "in_to", "in_source", "in_environment"])
def test_other_formulas_are_refused_by_their_cell(book, formula, name):
    """The message says where, why, and what to type instead; a result that is weeks old is not used."""
    book.names |= {name: "-7D", "out_status": "Complete"}
    book.formulas[name] = formula
    error, instead = (DateError, "-7D") if name in {"in_from", "in_to"} else (ArgumentError, "type the value instead")

    with pytest.raises(error, match=rf"^Home!B\d: only Excel can work out the formula there.*{instead}"):
        read(book)


def test_formulas_of_days_that_are_not_asked_for_are_not_read(book):
    """Whoever gives dates need not mend the cells for them."""
    book.formulas["in_from"] = "RAND()"
    assert read(book, from_date="2025-08-01").days.first == date(2025, 8, 1)
