"""Days that have come count, others do not, and a range of which none has come is asked back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads_excel.dates.days import Days
from leads_excel.dates.elapsed import elapsed, named, so_far
from leads_excel.exceptions import DateError

TODAY = date(2026, 11, 27)


def days(first, last=None):
    """Make a range of days as they are written."""
    return Days(date.fromisoformat(first), date.fromisoformat(last or first))


@pytest.mark.parametrize(
    ("asked", "last", "told"),
    [
        (days("2026-10-01", "2026-10-31"), "2026-10-31", ""),
        (days("2026-11-21", "2026-11-27"), "2026-11-27", ""),
        (days("2026-11-01", "2026-11-30"), "2026-11-27", "27 of 30 days"),
        (days("2026-11-27", "2026-11-28"), "2026-11-27", "1 of 2 days"),
        (days("2020-01-01", "2029-12-31"), "2026-11-27", "2,523 of 3,653 days"),
    ],
)
def test_days_up_to_today_have_come(asked, last, told):
    """Today is one of them; where some are to come it is said how many have."""
    assert elapsed(asked, TODAY) == Days(asked.first, date.fromisoformat(last))
    assert so_far(asked, TODAY) == told


@given(st.integers(-400, 400), st.integers(1, 400))
def test_a_cut_range_is_the_part_that_has_come(start, length):
    """As many days as lie before tomorrow, or an error where there are none."""
    first = TODAY + timedelta(days=start)
    asked = Days(first, first + timedelta(days=length - 1))
    if start > 0:
        with pytest.raises(DateError, match="is still to come"):
            elapsed(asked, TODAY)
        return
    assert [*elapsed(asked, TODAY)] == [day for day in asked if day <= TODAY]
    assert bool(so_far(asked, TODAY)) == (len(elapsed(asked, TODAY)) < len(asked))


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (days("2027-01-01", "2027-01-31"), "2027-01"),
        (days("2027-02-01", "2027-02-28"), "2027-02"),
        (days("2027-10-01", "2027-12-31"), "2027-Q4"),
        (days("2027-01-01", "2027-12-31"), "2027"),
        (days("2026-11-28"), "2026-11-28"),
        (days("2027-01-01", "2027-01-30"), "2027-01-01 to 2027-01-30"),
        (days("2027-01-02", "2027-01-31"), "2027-01-02 to 2027-01-31"),
        (days("2027-02-01", "2027-04-30"), "2027-02-01 to 2027-04-30"),
        (days("2027-01-01", "2028-01-31"), "2027-01-01 to 2028-01-31"),
    ],
)
def test_what_is_to_come_is_named_as_people_type_it(asked, name):
    """A month, a quarter, a year, or its first and last day; in one line that says what to type."""
    assert named(asked) == name
    with pytest.raises(DateError) as refused:
        elapsed(asked, TODAY)
    told = f"{name} is still to come: there are no leads yet, type a day or period up to 2026-11-27."
    assert str(refused.value) == told
