"""Days of a business zone -> windows: the spans of UTC that single requests ask for. Pure.

A request may span at most seven days (API page, Note). Ranges are therefore cut on one fixed grid of weeks,
the same for every range, zone and setting, so that ranges that overlap ask for the same inner windows and the
store answers all but the first. In Asia/Riyadh the lines of the grid are Sundays at midnight.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from leads_excel.exceptions import DateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

FIRST_DAY = date(1900, 1, 1)
"""The first day a range may hold: where Excel's calendar begins."""

LAST_DAY = date(9999, 12, 30)
"""The last day a range may hold: the next day is the last one that Python can write as a date."""

GRID = datetime(2000, 1, 1, 21, tzinfo=UTC)
"""One line of the grid: Sunday, 2 January 2000, 00:00 in Asia/Riyadh. The others lie whole weeks from it."""

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, order=True, slots=True)
class Days:
    """A range of business days; iterating gives each day, `len` their number, `str` a text for people.

    Args:
        first: The first day.
        last: The last day, included.

    Raises:
        DateError: The last day comes before the first, or a day lies outside `FIRST_DAY` to `LAST_DAY`.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise DateError(f"The range ends on {self.last}, before it begins on {self.first}: swap the dates.")
        if self.first < FIRST_DAY or self.last > LAST_DAY:
            raise DateError(f"{self} is outside {FIRST_DAY} to {LAST_DAY}: type a Gregorian date in there.")

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + DAY * count for count in range(len(self)))

    def __str__(self) -> str:
        return _between(f"{self.first}", f"{self.last}")

    def previous(self) -> Days:
        """Step back to the range of the same length that ends the day before this one, to compare with.

        Returns:
            As many days, whatever months they lie in: before March come 31 days, not February.

        Raises:
            DateError: It would begin before `FIRST_DAY`.
        """
        return Days(self.first - DAY * len(self), self.first - DAY)


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
        if all(_day_start(edge.date(), zone) == edge for edge in (start, end)):
            last_moment = (self.end - timedelta.resolution).astimezone(zone)
            return _between(f"{start:%Y-%m-%d}", f"{last_moment:%Y-%m-%d}")
        return _between(f"{start:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}")


def bounds(days: Days, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Find the instants between which a range of days lies.

    A day begins with the first instant that bears its date. So it has 23 or 25 hours where clocks change,
    begins at 01:00 where they skip midnight, and has no length where a zone left it out (Apia, 30 December
    2011).

    Args:
        days: The days, the last included.
        zone: The business zone.

    Returns:
        Start and end, aware, in UTC; the end belongs to the next day.
    """
    return _day_start(days.first, zone), _day_start(days.last + DAY, zone)


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


def _day_start(day: date, zone: ZoneInfo) -> datetime:
    midnight = datetime.combine(day, time.min, zone)
    start, other = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    if start <= other:  # the same, or midnight came twice as clocks went back: the first one counts
        return start
    # Clocks skipped midnight, so neither is it: the day begins with the jump between them (PEP 495).
    seconds = range(int((start - other).total_seconds()))
    jump = bisect_left(seconds, day, key=lambda n: (other + timedelta(seconds=n)).astimezone(zone).date())
    return other + timedelta(seconds=jump)


def _stamp(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _between(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"
