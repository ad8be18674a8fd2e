"""What a person may type as a date, and what it means; what is refused, and what the refusal says."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from programs import printed_by

from leads_excel.dates.days import FIRST_DAY, LAST_DAY, Days
from leads_excel.dates.typed_dates import Weekday, to_day, to_days, today
from leads_excel.exceptions import DateError

RIYADH = ZoneInfo("Asia/Riyadh")
TODAY = date(2026, 8, 12)  # a Wednesday
AUGUST_3 = date(2026, 8, 3)
SERIAL = 46237  # 3 August 2026, as Excel counts

WEEKDAYS = get_args(Weekday)
any_day = st.dates(date(1902, 1, 1), date(9990, 12, 31))


def read(from_date: object, to_date: object = None, *, today: date = TODAY, week_start: Weekday = "sunday") -> Days:
    """Read values in Riyadh, on 12 August 2026 unless told otherwise."""
    return to_days(from_date, to_date, zone=RIYADH, today=today, week_start=week_start)


def days_or_message(value: object) -> Days | str:
    """Give the days of a value, or the message with which it is refused."""
    try:
        return read(value)
    except DateError as error:
        return str(error)


def refusal(*values: object) -> str:
    """Give the message with which values are refused."""
    with pytest.raises(DateError) as caught:
        read(*values)
    return str(caught.value)


# -- one day


@pytest.mark.parametrize(
    "value",
    [
        AUGUST_3,
        datetime.fromisoformat("2026-08-03T23:59:59.999999"),
        *(datetime(2026, 8, 2, 21, tzinfo=UTC), datetime(2026, 8, 3, 20, 59, 59, tzinfo=UTC)),
        *(pd.Timestamp("2026-08-03 23:00"), pd.Timestamp("2026-08-02 21:00", tz="UTC")),
        *(np.datetime64("2026-08-03"), np.datetime64("2026-08-03T23:00", "ns")),
        *(SERIAL, float(SERIAL), SERIAL + 0.999, np.int64(SERIAL), np.float64(SERIAL + 0.5), f"{SERIAL}"),
        *(Decimal(SERIAL), Decimal(f"{SERIAL}.5"), Decimal(20260803)),
        *(20260803, 20260803.0, "20260803"),
        *("2026-08-03", "2026/08/03", "2026.8.3", "2026-8-3", " 2026-08-03\u00a0"),
        *("2026-08-03T23:59:59", "2026-08-03 23:59", "2026-08-02T21:00:00.000Z", "2026-08-02t21:00z"),
        "2026-08-02T23:00+01:00",
        *("٢٠٢٦-٠٨-٠٣", "٢٠٢٦/٠٨/٠٣", "\u200f2026-08-03\u200f", "2026\N{EN DASH}08\N{EN DASH}03"),
    ],
    ids=repr,
)
def test_a_day_is_read_from_whatever_holds_it(value: object) -> None:
    """Dates, times, numpy and pandas, serial numbers and text all mean the same business day."""
    assert read(value) == Days(AUGUST_3, AUGUST_3)


@pytest.mark.parametrize("value", ["2026-08-02T21:00:00Z", datetime(2026, 8, 2, 21, tzinfo=UTC)])
def test_a_time_with_an_offset_is_converted_to_the_zone(value: object) -> None:
    """The same instant is 3 August in Riyadh and still the 2nd in New York; a naive time is never moved."""
    new_york = ZoneInfo("America/New_York")

    assert to_day(value, zone=RIYADH) == AUGUST_3
    assert to_day(value, zone=new_york) == date(2026, 8, 2)
    assert to_day("2026-08-03T01:00", zone=new_york) == AUGUST_3


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        (1, date(1900, 1, 1)),
        (59, date(1900, 2, 28)),
        (61, date(1900, 3, 1)),
        (1899, date(1905, 3, 13)),
        (10_000, date(1927, 5, 18)),
        (45_292, date(2024, 1, 1)),
        (2_958_464, date(9999, 12, 30)),
    ],
)
def test_serial_numbers_count_as_excel_counts(serial: int, day: date) -> None:
    """The 1900 system, which has a 29 February 1900 that never was, on either side of it."""
    assert to_days(serial, zone=RIYADH, oldest=FIRST_DAY) == Days(day, day)


@pytest.mark.parametrize("serial", [1, 30, 59, 1899, 10_000, 32_873, 30.0, 365.25, "10000"])
def test_a_serial_number_before_all_leads_asks_back(serial: object) -> None:
    """Whoever types 30 means the last 30 days, not 30 January 1900; 1990 and later are read."""
    assert " to Excel, before all leads: type " in refusal(serial)
    assert read(32_874) == Days(date(1990, 1, 1), date(1990, 1, 1))


@given(day=st.dates(date(1990, 1, 1), date(9999, 12, 30)), clock=st.floats(0, 0.999_999))
def test_any_serial_number_is_its_day_at_any_time_of_day(day: date, clock: float) -> None:
    """A serial number with a time is cut to the day, never rounded up to the next."""
    assert to_day((day - date(1899, 12, 30)).days + clock, zone=RIYADH) == day


def test_a_sum_of_times_that_falls_short_of_midnight_by_rounding_is_that_midnight() -> None:
    """Excel shows 46236.99999999999 as 3 August 00:00, so that is its day."""
    assert to_day(SERIAL - 1e-11, zone=RIYADH) == AUGUST_3


@pytest.mark.parametrize(
    ("token", "day"),
    [("TODAY", TODAY), ("today", TODAY), (" Today ", TODAY), ("yesterday", date(2026, 8, 11))],
)
def test_tokens_for_a_day(token: str, day: date) -> None:
    """Case and blanks do not matter."""
    assert read(token) == Days(day, day)


def test_today_is_the_day_of_the_zone() -> None:
    """At any moment it is another day somewhere: 26 hours lie between these two zones."""
    east, west = today(ZoneInfo("Pacific/Kiritimati")), today(ZoneInfo("Etc/GMT+12"))

    assert timedelta(days=1) <= east - west <= timedelta(days=2)


def test_tokens_count_from_the_day_it_is_now_in_the_zone() -> None:
    """Without a given day, TODAY is the day of the zone, not that of the machine or of UTC."""
    for name in ("Pacific/Kiritimati", "Etc/GMT+12"):
        zone = ZoneInfo(name)
        before, read_day, after = today(zone), to_day("TODAY", zone=zone), today(zone)
        assert before <= read_day <= after


# -- periods


@pytest.mark.parametrize(
    ("token", "first", "last"),
    [
        ("-1D", "2026-08-12", "2026-08-12"),
        ("-7D", "2026-08-06", "2026-08-12"),
        ("-30d", "2026-07-14", "2026-08-12"),
        ("-2W", "2026-07-30", "2026-08-12"),
        ("-3M", "2026-05-13", "2026-08-12"),
        ("-2Q", "2026-02-13", "2026-08-12"),
        ("-1Y", "2025-08-13", "2026-08-12"),
        ("WTD", "2026-08-09", "2026-08-12"),
        ("mtd", "2026-08-01", "2026-08-12"),
        ("QTD", "2026-07-01", "2026-08-12"),
        ("YTD", "2026-01-01", "2026-08-12"),
        ("LW", "2026-08-02", "2026-08-08"),
        ("LM", "2026-07-01", "2026-07-31"),
        ("LQ", "2026-04-01", "2026-06-30"),
        ("LY", "2025-01-01", "2025-12-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024/2", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026q4", "2026-10-01", "2026-12-31"),
        ("2026-W34", "2026-08-17", "2026-08-23"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2026w53", "2026-12-28", "2027-01-03"),
        ("2026", "2026-01-01", "2026-12-31"),
        (2026.0, "2026-01-01", "2026-12-31"),
        (1900, "1900-01-01", "1900-12-31"),
        ("-\N{ARABIC-INDIC DIGIT SEVEN}D", "2026-08-06", "2026-08-12"),
        ("\N{MINUS SIGN}7D", "2026-08-06", "2026-08-12"),
    ],
)
def test_a_period_sets_both_ends(token: object, first: str, last: str) -> None:
    """Every period has its first and its last day, seen from 12 August 2026."""
    assert read(token) == Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("token", "now", "first", "last"),
    [
        ("-3M", "2026-05-31", "2026-03-01", "2026-05-31"),
        ("-3M", "2026-05-28", "2026-03-01", "2026-05-28"),
        ("-3M", "2026-05-27", "2026-02-28", "2026-05-27"),
        ("-1M", "2026-01-15", "2025-12-16", "2026-01-15"),
        ("-1Y", "2024-02-29", "2023-03-01", "2024-02-29"),
        ("LM", "2026-01-01", "2025-12-01", "2025-12-31"),
        ("LQ", "2026-03-31", "2025-10-01", "2025-12-31"),
        ("LY", "2025-12-31", "2024-01-01", "2024-12-31"),
        ("LW", "2026-01-03", "2025-12-21", "2025-12-27"),
        ("WTD", "2026-08-09", "2026-08-09", "2026-08-09"),
    ],
)
def test_periods_at_the_ends_of_months_and_years(token: str, now: str, first: str, last: str) -> None:
    """Short months end the months back early; the period before the first of a year is in the year before."""
    days = read(token, today=date.fromisoformat(now))

    assert days == Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(("week_start", "first"), [*zip(WEEKDAYS, [10, 11, 12, 6, 7, 8, 9], strict=True)])
def test_weeks_begin_on_the_day_of_the_setting(week_start: Weekday, first: int) -> None:
    """On Wednesday, 12 August, the week began up to six days ago, and the last week seven days before that."""
    began = date(2026, 8, first)

    assert read("WTD", week_start=week_start) == Days(began, TODAY)
    assert read("LW", week_start=week_start) == Days(began - timedelta(days=7), began - timedelta(days=1))
    assert to_day("WTD", zone=RIYADH, today=TODAY, week_start=week_start) == began


@pytest.mark.parametrize("week_start", WEEKDAYS)
def test_a_numbered_week_is_that_of_iso_8601_whatever_the_setting(week_start: Weekday) -> None:
    """The same name means the same days to everyone, Monday to Sunday."""
    assert read("2026-W34", week_start=week_start) == Days(date(2026, 8, 17), date(2026, 8, 23))


@given(now=any_day, count=st.integers(1, 99))
def test_days_and_weeks_back_span_as_many_days(now: date, count: int) -> None:
    """-7D and -1W are seven days, today among them."""
    assert len(read(f"-{count}D", today=now)) == count
    assert read(f"-{count}W", today=now) == read(f"-{7 * count}D", today=now)


@given(now=any_day, count=st.integers(1, 12))
def test_months_back_span_whole_months(now: date, count: int) -> None:
    """The day before -3M bears today's date, or is the last of a shorter month, three months ago."""
    days = read(f"-{count}M", today=now)
    before = days.first - timedelta(days=1)

    assert days.last == now
    assert (now.year - before.year) * 12 + now.month - before.month == count
    assert before.day == min(now.day, monthrange(before.year, before.month)[1])


@given(now=any_day)
@example(now=date(2024, 2, 29))
def test_units_agree_on_how_long_they_are(now: date) -> None:
    """A quarter is three months, a year four quarters."""
    assert read("-1Q", today=now) == read("-3M", today=now)
    assert read("-1Y", today=now) == read("-4Q", today=now) == read("-12M", today=now)


@given(now=any_day, unit=st.sampled_from("WMQY"), week_start=st.sampled_from(WEEKDAYS))
def test_the_last_period_ends_where_this_one_begins(now: date, unit: str, week_start: Weekday) -> None:
    """LM ends the day before MTD begins, and is the same as MTD on its own last day."""
    this = read(f"{unit}TD", today=now, week_start=week_start)
    last = read(f"L{unit}", today=now, week_start=week_start)

    assert this.last == now
    assert last.last == this.first - timedelta(days=1)
    assert last == read(f"{unit}TD", today=last.last, week_start=week_start)


@given(now=any_day)
def test_named_periods_are_the_ones_that_tokens_mean(now: date) -> None:
    """LM is last month by its name, LQ last quarter, LY last year, and LW with weeks from Monday its ISO week."""
    month, week = (read(token, today=now, week_start="monday").first for token in ("LM", "LW"))
    quarter = read("LQ", today=now).first
    iso_year, iso_week, _ = week.isocalendar()

    assert read("LM", today=now) == read(f"{month:%Y-%m}")
    assert read("LQ", today=now) == read(f"{quarter.year}-Q{(quarter.month + 2) // 3}")
    assert read("LY", today=now) == read(now.year - 1)
    assert read("LW", today=now, week_start="monday") == read(f"{iso_year}-W{iso_week}")


# -- both ends


@pytest.mark.parametrize(
    ("from_date", "to_date", "first", "last"),
    [
        ("2026-08-01", "2026-08-03", "2026-08-01", "2026-08-03"),
        ("2026-08-01", "TODAY", "2026-08-01", "2026-08-12"),
        (SERIAL, SERIAL + 1.5, "2026-08-03", "2026-08-04"),
        ("LM", "TODAY", "2026-07-01", "2026-08-12"),
        ("-30D", "YESTERDAY", "2026-07-14", "2026-08-11"),
        ("2026-06", "2026-08", "2026-06-01", "2026-08-31"),
        ("2025", 2026, "2025-01-01", "2026-12-31"),
        ("2026-08-01", None, "2026-08-01", "2026-08-01"),
        ("2026-08-01", " \u200f", "2026-08-01", "2026-08-01"),
        ("LM", "", "2026-07-01", "2026-07-31"),
        ("2027-01-01", "2027-01-31", "2027-01-01", "2027-01-31"),
    ],
)
def test_a_range_runs_from_the_first_day_of_one_to_the_last_of_the_other(
    from_date: object, to_date: object, first: str, last: str
) -> None:
    """Periods give their first day to the beginning and their last to the end; days to come are allowed."""
    assert read(from_date, to_date) == Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("token", ["-7D", "MTD", "LM", "2026-W34", "2026", "2026-08-03"])
def test_to_day_gives_the_first_day_of_a_period(token: str) -> None:
    """As the day something begins, a period counts with its first day."""
    assert to_day(token, zone=RIYADH, today=TODAY) == read(token).first


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    """The message names both days, read from what was typed."""
    assert refusal("TODAY", "LM") == ("The range ends on 2026-07-31, before it begins on 2026-08-12: swap the dates.")


# -- refusals


@pytest.mark.parametrize("value", [None, "", "  ", "\u00a0\u200f"])
def test_an_empty_date_says_what_to_type(value: object) -> None:
    """Nothing is not today and not everything."""
    message = "No date is given: type a day like 2026-08-03, or -7D, MTD, 2026-08."

    assert refusal(value) == message
    with pytest.raises(DateError, match="No date is given"):
        to_day(value, zone=RIYADH)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("03/04/2026", "'03/04/2026' can be misread: type 2026-04-03 or 2026-03-04."),
        ("3-4-2026", "'3-4-2026' can be misread: type 2026-04-03 or 2026-03-04."),
        ("03.04.2026 10:00", "'03.04.2026 10:00' can be misread: type 2026-04-03 or 2026-03-04."),
        ("13/04/2026", "'13/04/2026' can be misread: type 2026-04-13."),
        ("04/13/2026", "'04/13/2026' can be misread: type 2026-04-13."),
        ("04/04/2026", "'04/04/2026' can be misread: type 2026-04-04."),
        ("٠٣/٠٤/٢٠٢٦", "'٠٣/٠٤/٢٠٢٦' can be misread: type 2026-04-03 or 2026-03-04."),
    ],
)
def test_text_with_the_year_last_is_refused_with_its_readings(text: str, message: str) -> None:
    """Which number is the month is never guessed; the message gives what to type for each reading."""
    assert refusal(text) == message


@pytest.mark.parametrize(
    "value",
    [
        *("3/4", "3/4/26", "99/99/2026", "2026-02-30", "2026-13", "2026-00", "2026-W54", "2025-W53", "2026-W00"),
        *("2026-Q5", "2026-08/03", "2026-08-03T25:00", "2026-08-03-05", "2026-08-03T", "TOMORROW", "last week"),
        *("7D", "+7D", "-0D", "-7", "-7X", "-D", "-9999Y", "XTD", "LD", "7", "123", "123456", "20261301", "12:00"),
        *(0, -7, 60, 0.5, 2_958_466, 20261301, 10**12, 1e300, 10**400, float("nan"), float("inf"), True, False),
        *(np.bool_(True), np.float64("nan"), np.datetime64("NaT"), pd.NaT, pd.NA, b"2026-08-03", object()),
        *([[SERIAL]], [], pd.Series([SERIAL]), pd.DataFrame({"day": ["2026-08-03"]}), {"day": 1}),
        *(datetime.max.replace(tzinfo=UTC), "=TODAY()", "abc\ndef\r\n" * 50, "\ud800", "x" * 100_000),
    ],
    ids=lambda value: repr(value)[:20].encode("ascii", "replace").decode(),
)
def test_what_is_not_a_date_is_refused_in_one_short_line(value: object) -> None:
    """Every refusal fits a cell, is one line, shows the value cut short, and says what to type."""
    message = refusal(value)

    assert re.search(r" is not a date: (type|did you mean|a year has|it is still to come).*[.?]$", message)
    assert len(message) <= 120
    assert message.isprintable()


@pytest.mark.parametrize("value", ["1448-02-20", "1448", "1899-12-31", "9999-12-31", "9999", 9999, 2_958_465])
def test_a_day_outside_the_calendar_is_refused(value: object) -> None:
    """Hijri years are not taken for Gregorian ones, and the last day must have an end."""
    assert refusal(value).endswith("is outside 1900-01-01 to 9999-12-30: type a Gregorian date in there.")


def test_a_wrong_end_is_refused_like_a_wrong_beginning() -> None:
    """The end of a range is read by the same rules, and not-a-number is no empty cell."""
    assert refusal("2026-08-01", "03/04/2026").startswith("'03/04/2026' can be misread")
    assert refusal("2026-08-01", float("nan")).startswith("nan is not a date")


@settings(deadline=None)
@given(
    st.one_of(
        st.text(),
        st.text(alphabet="0123456789-/.:TWQMYDLZ +٣", max_size=14),
        st.floats(),
        st.integers(),
        st.datetimes(timezones=st.none() | st.timezones()),
        st.binary(),
        st.lists(st.integers()),
    )
)
def test_anything_is_days_or_a_date_error(value: object) -> None:
    """Whatever is typed gives days within the calendar or one printable line, and no other exception."""
    outcome = days_or_message(value)

    if isinstance(outcome, Days):
        assert FIRST_DAY <= outcome.first <= outcome.last <= LAST_DAY
    else:
        assert len(outcome) <= 120
        assert outcome.isprintable()


# -- the module


def test_reading_dates_loads_neither_numpy_nor_pandas() -> None:
    """The command line reads dates before it knows whether it needs a frame."""
    code = "import sys, leads_excel.dates; print({'numpy', 'pandas'} & set(sys.modules))"

    assert printed_by(code) == "set()\n"
