"""Business days: ranges of them, and the instants between which they lie. Pure."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from leads_excel.exceptions import DateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

FIRST_DAY = date(1900, 1, 1)
"""The first day a range may hold: where Excel's calendar begins."""

LAST_DAY = date(9999, 12, 30)
"""The last day a range may hold: the next day is the last one that Python can write as a date."""

DAY = timedelta(days=1)


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
        return between(f"{self.first}", f"{self.last}")

    def previous(self) -> Days:
        """Step back to the range of the same length that ends the day before this one, to compare with.

        Returns:
            As many days, whatever months they lie in: before March come 31 days, not February.

        Raises:
            DateError: It would begin before `FIRST_DAY`.
        """
        return Days(self.first - DAY * len(self), self.first - DAY)


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
    return day_start(days.first, zone), day_start(days.last + DAY, zone)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Find the first instant of a day, in UTC.

    Args:
        day: The day.
        zone: The business zone.
    """
    midnight = datetime.combine(day, time.min, zone)
    start, other = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    if start <= other:  # the same, or midnight came twice as clocks went back: the first one counts
        return start
    # Clocks skipped midnight, so neither is it: the day begins with the jump between them (PEP 495).
    seconds = range(int((start - other).total_seconds()))
    jump = bisect_left(seconds, day, key=lambda n: (other + timedelta(seconds=n)).astimezone(zone).date())
    return other + timedelta(seconds=jump)


def between(first: str, last: str) -> str:
    """Name a span by its ends; one that begins and ends alike by one of them.

    Args:
        first: Its first day or moment, in words.
        last: Its last one.
    """
    return first if first == last else f"{first} to {last}"
