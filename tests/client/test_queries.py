"""What may be asked of the API; everything else is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from leads_excel.client.queries import by_id, by_window
from leads_excel.exceptions import ArgumentError, DateError
from leads_excel.windows.week_grid import Window

START = datetime(2025, 8, 24, 21, tzinfo=UTC)
WEEK = Window(START, START + timedelta(days=7))


def test_window_is_written_as_the_page_writes_times():
    """From and to carry milliseconds and Z; nothing else is asked unless given."""
    assert by_window(WEEK) == {"fromDate": "2025-08-24T21:00:00.000Z", "toDate": "2025-08-31T21:00:00.000Z"}


def test_each_filter_is_sent_under_its_own_name():
    """Lead, source and sub-source travel beside the dates."""
    query = by_window(WEEK, lead_id=2**63 - 1, source=0, sub_source=np.int64(3))

    assert query == {**by_window(WEEK), "leadId": str(2**63 - 1), "source": "0", "subSource": "3"}


def test_bulk_is_asked_by_id_alone():
    """The id travels without dates."""
    assert by_id(5) == {"id": "5"}


@pytest.mark.parametrize("number", [0, -1, True, False, 1.0, "5", None, 2**63, np.float64(5), np.bool_(True)])
def test_what_is_no_id_is_refused(number):
    """An id is a whole number from 1 that fits a long."""
    with pytest.raises(ArgumentError, match="id must be a whole number"):
        by_id(number)


@pytest.mark.parametrize("name", ["lead_id", "source", "sub_source"])
@pytest.mark.parametrize("number", [-1, True, 1.5, "5", 2**63])
def test_what_is_no_filter_is_refused(name, number):
    """The refusal names the argument and repeats nothing of it."""
    with pytest.raises(ArgumentError, match=f"{name} must be a whole number") as caught:
        by_window(WEEK, **{name: number})

    assert not str(caught.value).startswith(str(number))


def test_lead_zero_is_refused():
    """0 stands for every lead the DMS has not created: no lead can be asked by it."""
    with pytest.raises(ArgumentError, match="lead_id"):
        by_window(WEEK, lead_id=0)


def test_more_than_seven_days_are_refused():
    """The API page allows 7 days; a microsecond more is too long."""
    with pytest.raises(DateError, match="7 days"):
        by_window(Window(START, WEEK.end + timedelta(microseconds=1)))


def test_what_is_no_window_is_refused():
    """A pair of dates is not a window."""
    with pytest.raises(ArgumentError, match="Window"):
        by_window((WEEK.start, WEEK.end))
