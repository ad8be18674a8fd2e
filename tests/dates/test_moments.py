"""What people type as a moment, and which one it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from leads_excel.dates.moments import to_moment
from leads_excel.exceptions import DateError

RIYADH = ZoneInfo("Asia/Riyadh")
NOW = datetime(2026, 8, 20, 9, tzinfo=UTC)  # Thursday noon in Riyadh
NINE = datetime(2026, 8, 3, 6, tzinfo=UTC)


def read(value, edge="first", **more):
    return to_moment(value, edge, zone=RIYADH, now=NOW, **more)


@pytest.mark.parametrize(
    "value",
    [
        "2026-08-03 09:00",
        " 2026/8/3 9:00 ",
        "2026-08-03T09:00:00",
        "2026-08-03T06:00Z",
        "2026-08-03t08:00+02:00",
        "46237.375",
        "46237,375",
        46237.375,
        Decimal("46237.375"),
        datetime(2026, 8, 3, 9),  # noqa: DTZ001 - as a cell gives it
        NINE,
        NINE.astimezone(timezone(timedelta(hours=-7))),
        pd.Timestamp(2026, 8, 3, 9),
    ],
)
def test_a_moment_is_read_however_it_is_written(value):
    """With an offset it is an instant, without one it is business time; the edge does not matter."""
    assert read(value) == read(value, "last") == NINE


def test_a_token_takes_a_time_of_day():
    """Yesterday evening needs no date."""
    assert read("yesterday 18:00") == datetime(2026, 8, 19, 15, tzinfo=UTC)


@pytest.mark.parametrize("value", ["2026-08-03", date(2026, 8, 3), datetime(2026, 8, 3), 46237, "46237", "20260803"])  # noqa: DTZ001 - likewise
def test_a_day_stands_for_its_beginning_or_its_end(value):
    """Changes since a day include that day, and the state of a day is how it ended."""
    assert read(value) == datetime(2026, 8, 2, 21, tzinfo=UTC)
    assert read(value, "last") == datetime(2026, 8, 3, 20, 59, 59, 999999, tzinfo=UTC)


def test_a_period_stands_for_its_edges():
    """Last month begins with its first day and ends with its last."""
    assert read("LM") == datetime(2026, 6, 30, 21, tzinfo=UTC)
    assert read("LM", "last") == datetime(2026, 7, 31, 20, 59, 59, 999999, tzinfo=UTC)


def test_what_is_not_over_ends_now():
    """The state of today is how it stands now."""
    assert read("TODAY", "last") == read("2026", "last") == NOW


@pytest.mark.parametrize("value", ["2026-08-20 12:01", "2026-08-21", date(2026, 9, 1), 46254.75])
@pytest.mark.parametrize("edge", ["first", "last"])
def test_the_future_is_refused(value, edge):
    """Nobody knows how it will stand."""
    with pytest.raises(DateError, match="still to come"):
        read(value, edge)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-08-03 25:00", "no time of day"),
        ("2026-08-03 09:00 or so", "no time of day"),
        ("LM 09:00", "name one day"),
        ("03/04/2026 09:00", "can be misread"),
        ("09:00", "is not a date"),
        ("soon", "is not a date"),
        (True, "is not a date"),
        ("", "No date is given"),
        (None, "No date is given"),
        (float("nan"), "is not a date"),
        (pd.NaT, "is not a date"),
    ],
)
def test_anything_else_is_refused(value, text):
    """The message says what is wrong."""
    with pytest.raises(DateError, match=text):
        read(value)
