"""Days of a business zone -> windows: the spans of UTC that single requests ask for. Pure.

A request may span at most seven days (API page, Note). Ranges are therefore cut on one fixed grid of weeks,
the same for every range, zone and setting, so that ranges that overlap ask for the same inner windows and the
store answers all but the first. In Asia/Riyadh the lines of the grid are Sundays at midnight.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from leads_excel.dates.days import FIRST_DAY, Days, between, bounds, day_start
from leads_excel.exceptions import DateError

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

GRID = datetime(2000, 1, 1, 21, tzinfo=UTC)
"""One line of the grid: Sunday, 2 January 2000, 00:00 in Asia/Riyadh. The others lie whole weeks from it."""

WEEK = timedelta(days=7)


@dataclass(frozen=True, order=True, slots=True)
class Window:
    """A span of time that one request asks for.

    Args:
        start: Its first instant, aware, in UTC.
        end: The instant it ends, aware, in UTC; where the next window starts.

    Raises:
        DateError: A time is naive or not in UTC, or the window does not end after it starts.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() != timedelta(0) or self.end.utcoffset() != timedelta(0):
            raise DateError("A window needs times in UTC: convert them with astimezone(UTC).")
        if self.start >= self.end:
            raise DateError(f"A window must end after it starts, not from {self.start} to {self.end}.")

    @property
    def from_stamp(self) -> str:
        """The start as the API writes times, such as `2025-08-24T21:00:00.000Z`."""
        return _stamp(self.start)

    @property
    def to_stamp(self) -> str:
        """The end as the API writes times, such as `2025-08-31T21:00:00.000Z`."""
        return _stamp(self.end)

    def label(self, zone: ZoneInfo) -> str:
        """Name the window for people.

        Args:
            zone: The business zone.

        Returns:
            `2026-08-02 to 2026-08-08`, or one day, where it holds whole days of the zone; else with times,
            `2026-08-01 22:00 to 2026-08-08 22:00`.
        """
        start, end = self.start.astimezone(zone), self.end.astimezone(zone)
        if all(day_start(edge.date(), zone) == edge for edge in (start, end)):
            last_moment = (self.end - timedelta.resolution).astimezone(zone)
            return between(f"{start:%Y-%m-%d}", f"{last_moment:%Y-%m-%d}")
        return between(f"{start:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}")


def split(days: Days, zone: ZoneInfo) -> tuple[Window, ...]:
    """Cut a range of days into windows on the fixed week grid.

    Args:
        days: The days, the last included.
        zone: The business zone.

    Returns:
        Windows in time order, none longer than seven days by the clock of UTC. Neighbours touch: one ends
        where the next starts, on the grid. The first and the last are cut by the range. Empty only for days
        that the zone left out.
    """
    start, end = bounds(days, zone)
    if start == end:
        return ()
    after_start, not_before_end = (start - GRID) // WEEK + 1, -((GRID - end) // WEEK)
    lines = (GRID + WEEK * number for number in range(after_start, not_before_end))
    return tuple(Window(*edges) for edges in pairwise((start, *lines, end)))


def whole_weeks(days: Days, zone: ZoneInfo, last: date) -> Days:
    """Widen a range of days to weeks of the grid: others ask for these, and once final they are never asked for again.

    Args:
        days: The days.
        zone: The business zone.
        last: No day after this one, unless the range itself reaches further.

    Returns:
        Days that begin on a line of the grid and end on one, or on `last`. Where the zone puts the lines within days,
        the days that hold them are part of it.
    """
    start, end = bounds(days, zone)
    first = max((GRID + (start - GRID) // WEEK * WEEK).astimezone(zone).date(), FIRST_DAY)
    if last <= days.last:
        return Days(min(first, days.first), days.last)
    line = GRID - (GRID - end) // WEEK * WEEK
    reached = (line - timedelta.resolution).astimezone(zone).date()
    return Days(min(first, days.first), max(days.last, min(reached, last)))


def _stamp(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
