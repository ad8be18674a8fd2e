"""Which windows tell what changed, and which would only seem to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leads_excel.dates.days import Days, bounds
from leads_excel.store.entries.entry import Version
from leads_excel.store.entries.knowledge import comparable, stretches
from leads_excel.windows.week_grid import Window

RIYADH = ZoneInfo("Asia/Riyadh")
SINCE = datetime(2026, 8, 19, 12, tzinfo=UTC)  # Wednesday


def window(first, last):
    """Make the window of some days of August."""
    return Window(*bounds(Days(date(2026, 8, first), date(2026, 8, last)), RIYADH))


def version(first, last, seen, *, final=False):
    """Make the answer for some days, seen so many hours after `SINCE`."""
    return Version(1, window(first, last), SINCE + timedelta(hours=seen), final)


def chosen(before, after):
    """Choose, and give the windows alone."""
    return tuple([item.window for item in group] for group in comparable(before, after, SINCE))


def test_the_same_window_is_compared_with_itself():
    """It was asked for before and since."""
    week = window(16, 19)
    assert chosen([version(16, 19, -1)], [version(16, 19, 1)]) == ([week], [week], [week])


def test_a_window_that_was_not_asked_for_since_tells_nothing():
    """Unless it is final."""
    old, final = version(9, 15, -1), version(2, 8, -1, final=True)
    assert chosen([old, final], [old, final]) == ([window(2, 8), window(9, 15)], [window(2, 8)], [window(2, 8)])


def test_days_that_came_since_are_known_to_have_been_empty():
    """A longer window takes over from one that was asked for while it ran, and a day after the last look is new."""
    assert chosen([version(16, 19, -1)], [version(16, 20, 24)])[1] == [window(16, 20)]
    assert chosen([version(18, 19, -1)], [version(18, 19, 1), version(20, 20, 24)])[1] == [
        window(18, 19),
        window(20, 20),
    ]


@pytest.mark.parametrize("days", [(2, 8), (16, 20), (17, 20)])
def test_days_that_had_begun_and_that_nobody_asked_for_are_left_out(days):
    """Neither an earlier week, nor a longer window with a day in it that was over, nor one with a hole before."""
    before = [version(16, 16, -1), version(18, 18, -1), version(9, 15, -1, final=True)]
    after = [version(9, 15, -1, final=True), version(*days, 24)]

    assert chosen(before, after)[1] == [window(9, 15)]


def test_a_window_that_is_covered_by_fresher_ones_is_left_out():
    """Even by several together; the freshest come last, so that they have the last word."""
    week, days = version(16, 22, -5), [version(day, day, -4 + day / 100) for day in range(16, 23)]

    assert chosen([week, *days], [])[0] == [item.window for item in days]
    assert chosen([week, *days[1:]], [])[0] == [week.window, *(item.window for item in days[1:])]
    assert chosen([version(16, 22, -1), *days], [])[0] == [week.window]


def test_gone_is_told_only_of_windows_that_were_asked_for_whole():
    """Of one whose last days alone were asked for again, the others may hold the lead still."""
    before = [version(16, 17, -3), version(16, 19, -2), version(9, 15, -1)]
    after = [version(17, 19, 1), version(9, 15, 1)]

    assert chosen(before, after) == ([window(16, 19), window(9, 15)], [window(9, 15), window(17, 19)], [window(9, 15)])


def test_stretches_join_what_touches_or_overlaps():
    """Days are named in as few words as possible."""
    assert stretches([window(9, 15), window(16, 17), window(17, 19), window(2, 3)]) == [window(2, 3), window(9, 19)]
    assert stretches([]) == []
