"""Days become windows: every instant once, at most seven days each, on one grid, in every zone of the world."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leads_excel.dates.days import FIRST_DAY, LAST_DAY, Days, bounds
from leads_excel.exceptions import DateError
from leads_excel.windows.week_grid import Window, split, whole_weeks

RIYADH = ZoneInfo("Asia/Riyadh")
SUNDAY = datetime(2026, 8, 1, 21, tzinfo=UTC)  # 2 August 2026, 00:00 in Riyadh
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)

# Half-hour summer time, midnights skipped in spring, a skipped day, odd offsets, clocks that went back over midnight,
# a jump across midnight, the ends of the world.
STRANGE = [
    *("Asia/Riyadh", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia"),
    *("Asia/Kathmandu", "America/St_Johns", "America/Toronto", "Pacific/Kwajalein", "America/Havana"),
    *("Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin", "America/New_York", "UTC"),
]
zones = st.one_of(st.sampled_from(STRANGE), st.sampled_from(sorted(available_timezones()))).map(ZoneInfo)
instants = st.integers(-36_500 * 86_400, 36_500 * 86_400).map(
    lambda seconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
recent_days = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@st.composite
def ranges(draw: st.DrawFn) -> Days:
    """Any range of up to 120 days, near now or anywhere."""
    first = draw(st.one_of(recent_days, st.dates(FIRST_DAY, LAST_DAY)))
    length = draw(st.integers(0, min(119, (LAST_DAY - first).days)))
    return Days(first, first + timedelta(days=length))


def day(year: int, month: int, number: int) -> Days:
    """Make a range of a single day."""
    return Days(date(year, month, number), date(year, month, number))


# -- the module


# -- days


def test_days_count_and_give_each_day() -> None:
    """A range is as long as the days it gives, the last included, and goes across the end of a month."""
    days = Days(date(2026, 2, 27), date(2026, 3, 2))

    assert list(days) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]
    assert len(days) == 4


def test_days_read_as_text() -> None:
    """A range names both its days, a single day only itself."""
    assert str(Days(date(2026, 8, 2), date(2026, 8, 8))) == "2026-08-02 to 2026-08-08"
    assert str(day(2026, 8, 2)) == "2026-08-02"


def test_previous_has_the_same_length_and_ends_the_day_before() -> None:
    """The range before March has its 31 days and ends on the last of February."""
    assert Days(date(2026, 3, 1), date(2026, 3, 31)).previous() == Days(date(2026, 1, 29), date(2026, 2, 28))


def test_days_refuse_an_end_before_the_beginning() -> None:
    """A range that runs backwards is an error that names both days."""
    with pytest.raises(DateError, match=r"ends on 2026-08-01, before it begins on 2026-08-02: swap"):
        Days(date(2026, 8, 2), date(2026, 8, 1))


@pytest.mark.parametrize("outside", [date(1899, 12, 31), date(1448, 2, 20), date(9999, 12, 31)])
def test_days_refuse_what_the_calendar_does_not_hold(outside: date) -> None:
    """Days before Excel's calendar, Hijri years and the day without an end are refused."""
    with pytest.raises(DateError, match=rf"{outside} is outside 1900-01-01 to 9999-12-30: type a Gregorian date"):
        Days(outside, outside)


def test_days_sort_in_time_order() -> None:
    """Ranges sort by their first day, then by their last."""
    early, long, late = day(2026, 8, 1), Days(date(2026, 8, 1), date(2026, 8, 3)), day(2026, 8, 2)

    assert sorted([late, long, early]) == [early, long, late]


# -- a window


def test_stamps_are_written_as_the_api_writes_them() -> None:
    """Stamps are UTC with milliseconds and a Z, as in the sample of the API page."""
    window = Window(datetime(2025, 8, 24, 21, tzinfo=UTC), datetime(2025, 8, 25, 6, 5, 4, 321_987, tzinfo=UTC))

    assert window.from_stamp == "2025-08-24T21:00:00.000Z"
    assert window.to_stamp == "2025-08-25T06:05:04.321Z"


@pytest.mark.parametrize("wrong", [SUNDAY.replace(tzinfo=None), SUNDAY.astimezone(RIYADH)])
def test_a_window_refuses_times_that_are_not_utc(wrong: datetime) -> None:
    """Naive times and times of another zone would be stamped wrongly, at either end."""
    with pytest.raises(DateError, match="UTC"):
        Window(SUNDAY - WEEK, wrong)
    with pytest.raises(DateError, match="UTC"):
        Window(wrong, SUNDAY + WEEK)


@pytest.mark.parametrize("end", [SUNDAY, SUNDAY - HOUR])
def test_a_window_refuses_to_be_empty(end: datetime) -> None:
    """A window ends after it starts."""
    with pytest.raises(DateError, match="must end after it starts"):
        Window(SUNDAY, end)


def test_windows_sort_in_time_order_and_serve_as_keys() -> None:
    """Equal windows are one key; others sort by their start."""
    first, second = Window(SUNDAY, SUNDAY + WEEK), Window(SUNDAY + WEEK, SUNDAY + 2 * WEEK)

    assert sorted([second, first]) == [first, second]
    assert len({first, Window(SUNDAY, SUNDAY + WEEK)}) == 1


def test_a_label_names_whole_days_without_times() -> None:
    """A window of whole business days is named by the first and the last of them."""
    assert Window(SUNDAY, SUNDAY + WEEK).label(RIYADH) == "2026-08-02 to 2026-08-08"
    assert Window(SUNDAY, SUNDAY + 24 * HOUR).label(RIYADH) == "2026-08-02"


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        (SUNDAY + HOUR, SUNDAY + WEEK, "2026-08-02 01:00 to 2026-08-09 00:00"),
        (SUNDAY, SUNDAY + HOUR, "2026-08-02 00:00 to 2026-08-02 01:00"),
    ],
)
def test_a_label_shows_times_where_a_day_is_cut(start: datetime, end: datetime, label: str) -> None:
    """A window that begins or ends within a business day shows both times, in the zone."""
    assert Window(start, end).label(RIYADH) == label


def test_a_label_takes_a_day_that_begins_at_one_for_a_whole_day() -> None:
    """The day on which Cairo has no midnight is a whole day, not one from 01:00."""
    cairo = ZoneInfo("Africa/Cairo")

    assert Window(*bounds(day(2026, 4, 24), cairo)).label(cairo) == "2026-04-24"


def test_a_label_leaves_out_a_day_that_never_was() -> None:
    """The window up to the skipped day of Apia ends on the day before it."""
    apia = ZoneInfo("Pacific/Apia")

    assert Window(*bounds(Days(date(2011, 12, 28), date(2011, 12, 30)), apia)).label(apia) == (
        "2011-12-28 to 2011-12-29"
    )


# -- the bounds of days


def test_a_riyadh_day_is_the_one_on_the_api_page() -> None:
    """25 August 2025 in Riyadh begins at the instant that the API page gives as its example."""
    assert bounds(day(2025, 8, 25), RIYADH) == (
        datetime(2025, 8, 24, 21, tzinfo=UTC),
        datetime(2025, 8, 25, 21, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("days", "zone", "hours"),
    [
        (day(2026, 3, 29), "Europe/Berlin", 23),
        (day(2026, 10, 25), "Europe/Berlin", 25),
        (day(2026, 10, 4), "Australia/Lord_Howe", 23.5),
        (day(2026, 4, 5), "Australia/Lord_Howe", 24.5),
        (day(2026, 4, 24), "Africa/Cairo", 23),
        (day(2026, 10, 29), "Africa/Cairo", 25),
        (day(2018, 11, 4), "America/Sao_Paulo", 23),
        (day(2018, 2, 17), "America/Sao_Paulo", 25),
        (day(2024, 11, 3), "America/Havana", 25),
        (day(2011, 12, 29), "Pacific/Apia", 24),
        (day(2011, 12, 30), "Pacific/Apia", 0),
        (day(2026, 8, 3), "Asia/Kathmandu", 24),
    ],
)
def test_a_day_is_as_long_as_its_zone_made_it(days: Days, zone: str, hours: float) -> None:
    """Clock changes make days of 23 and 25 hours, half-hour ones where the zone has them, and one of none."""
    start, end = bounds(days, ZoneInfo(zone))

    assert end - start == hours * HOUR


@pytest.mark.parametrize(
    ("days", "zone", "clock"),
    [
        (day(2026, 4, 24), "Africa/Cairo", "01:00"),
        (day(2018, 11, 4), "America/Sao_Paulo", "01:00"),
        (day(1919, 3, 31), "America/Toronto", "00:30"),
        (day(2026, 4, 23), "Africa/Cairo", "00:00"),
    ],
)
def test_a_day_without_midnight_begins_at_its_first_instant(days: Days, zone: str, clock: str) -> None:
    """Where clocks skip midnight the day begins with the jump, wherever on the clock it lands."""
    start, _ = bounds(days, ZoneInfo(zone))

    local = start.astimezone(ZoneInfo(zone))
    assert f"{local:%Y-%m-%d %H:%M}" == f"{days.first} {clock}"
    assert (start - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() < days.first


def test_a_midnight_that_comes_twice_counts_the_first_time() -> None:
    """St John's clocks went from 00:01 back to 23:01: the new day began before they did."""
    st_johns = ZoneInfo("America/St_Johns")

    start, _ = bounds(day(2010, 11, 7), st_johns)

    assert start == datetime(2010, 11, 7, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", STRANGE)
def test_the_first_and_the_last_day_have_bounds(zone: str) -> None:
    """No zone pushes the ends of the calendar out of what Python can hold."""
    start, end = bounds(Days(FIRST_DAY, LAST_DAY), ZoneInfo(zone))

    assert (start.year, end.year) in {(1899, 9999), (1900, 9999)}


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(moment=instants, zone=zones)
@example(moment=datetime(2010, 11, 7, 2, 45, tzinfo=UTC), zone=ZoneInfo("America/St_Johns"))
@example(moment=datetime(2011, 12, 30, 10, tzinfo=UTC), zone=ZoneInfo("Pacific/Apia"))
def test_every_instant_lies_within_its_own_day(moment: datetime, zone: ZoneInfo) -> None:
    """The day that a clock shows holds the instant; only where clocks went back over midnight is it the next."""
    local = moment.astimezone(zone)
    start, end = bounds(Days(local.date(), local.date()), zone)
    next_start, next_end = bounds(Days(local.date(), local.date() + timedelta(days=1)), zone)

    assert start <= moment < end or (local.fold and next_start <= moment < next_end)


# -- windows


def test_a_range_is_cut_on_sundays_in_riyadh() -> None:
    """The inner boundaries are Sundays at midnight; the first and last window are cut by the range."""
    windows = split(Days(date(2026, 7, 30), date(2026, 8, 17)), RIYADH)

    assert [window.label(RIYADH) for window in windows] == [
        "2026-07-30 to 2026-08-01",
        "2026-08-02 to 2026-08-08",
        "2026-08-09 to 2026-08-15",
        "2026-08-16 to 2026-08-17",
    ]


def test_a_week_on_the_grid_is_one_window() -> None:
    """A range that begins and ends on the grid has no empty windows at its ends."""
    windows = split(Days(date(2026, 8, 2), date(2026, 8, 8)), RIYADH)

    assert windows == (Window(SUNDAY, SUNDAY + WEEK),)
    assert windows[0].from_stamp == "2026-08-01T21:00:00.000Z"
    assert windows[0].to_stamp == "2026-08-08T21:00:00.000Z"


def test_a_day_that_never_was_needs_no_window() -> None:
    """Nothing is asked for the day that Apia left out."""
    assert split(day(2011, 12, 30), ZoneInfo("Pacific/Apia")) == ()


def test_a_week_with_a_clock_change_still_fits_the_limit() -> None:
    """Seven days that last 169 hours are cut, because the API counts hours of UTC."""
    windows = split(Days(date(2026, 10, 25), date(2026, 10, 31)), ZoneInfo("Europe/Berlin"))

    assert sum((window.end - window.start for window in windows), timedelta()) == 169 * HOUR
    assert max(window.end - window.start for window in windows) <= WEEK


@settings(deadline=None, max_examples=300)
@given(days=ranges(), zone=zones)
@example(days=Days(date(2011, 12, 24), date(2012, 1, 2)), zone=ZoneInfo("Pacific/Apia"))
@example(days=day(2011, 12, 30), zone=ZoneInfo("Pacific/Apia"))
@example(days=Days(date(2026, 4, 20), date(2026, 5, 3)), zone=ZoneInfo("Africa/Cairo"))
@example(days=Days(date(2026, 10, 25), date(2026, 10, 31)), zone=ZoneInfo("Europe/Berlin"))
def test_windows_cover_every_instant_of_any_range_in_any_zone_once(days: Days, zone: ZoneInfo) -> None:
    """From the start of the range to its end, windows touch, are at most seven days long, and meet on the grid."""
    start, end = bounds(days, zone)
    windows = split(days, zone)
    edges = [window.start for window in windows] + [window.end for window in windows[-1:]]

    assert edges[:1] + edges[-1:] == ([start, end] if start < end else [])
    assert all(before.end == after.start for before, after in pairwise(windows))
    assert all(timedelta(0) < window.end - window.start <= WEEK for window in windows)
    assert all((edge - SUNDAY) % WEEK == timedelta(0) for edge in edges[1:-1])


@settings(deadline=None, max_examples=200)
@given(first=recent_days, later=st.integers(0, 60), lengths=st.tuples(*[st.integers(90, 150)] * 2), zone=zones)
def test_overlapping_ranges_share_their_inner_windows(
    first: date, later: int, lengths: tuple[int, int], zone: ZoneInfo
) -> None:
    """What two ranges have in common is asked for in the same windows, but for its two ends."""
    begins = (first, first + timedelta(days=later))
    one, other = (Days(begin, begin + timedelta(days=n)) for begin, n in zip(begins, lengths, strict=True))
    start, end = bounds(Days(other.first, min(one.last, other.last)), zone)

    shared, again = (
        {window for window in split(days, zone) if start < window.start and window.end < end} for days in (one, other)
    )

    assert shared == again
    assert len(shared) >= 3


# --- whole weeks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "today", "expected"),
    [
        ("2026-08-04", "2026-08-05", "2026-08-31", ("2026-08-02", "2026-08-08")),  # Tuesday and Wednesday
        ("2026-08-02", "2026-08-08", "2026-08-31", ("2026-08-02", "2026-08-08")),
        ("2026-08-08", "2026-08-09", "2026-08-31", ("2026-08-02", "2026-08-15")),
        ("2026-08-04", "2026-08-05", "2026-08-06", ("2026-08-02", "2026-08-06")),
        ("2026-08-04", "2026-08-05", "2026-08-01", ("2026-08-02", "2026-08-05")),
        ("1900-01-01", "1900-01-02", "2026-08-31", ("1900-01-01", "1900-01-07")),  # before clocks had zones
    ],
)
def test_days_widen_to_weeks_of_the_grid_but_not_beyond_today(first, last, today, expected):
    """Sundays to Saturdays in Riyadh; a week that goes on ends today."""
    days = Days(date.fromisoformat(first), date.fromisoformat(last))

    assert whole_weeks(days, RIYADH, date.fromisoformat(today)) == Days(*map(date.fromisoformat, expected))


def test_whole_weeks_in_another_zone_hold_the_days_that_their_lines_cut():
    """The grid is one for all zones: there its lines may lie within days."""
    zone = ZoneInfo("Europe/London")
    weeks = whole_weeks(Days(date(2026, 8, 4), date(2026, 8, 5)), zone, date(2026, 8, 31))

    assert weeks == Days(date(2026, 8, 1), date(2026, 8, 8))
    assert len(split(weeks, zone)) == 3


@pytest.mark.slow
@given(ranges(), zones)
def test_whole_weeks_hold_the_days_and_little_more(days, zone):
    """In every zone; days that widen once do not widen again by more than the days that the lines cut."""
    weeks = whole_weeks(days, zone, days.last)

    assert weeks.first <= days.first
    assert weeks.last == days.last
    assert (days.first - weeks.first).days <= 8
