"""Which days of a range have come: the one rule by which rates, means and comparisons count days. Pure.

Every door counts the days up to and including today. Today is not over, but its leads are counted, and so is the day; a
figure of a range that ends today is told with that. A day to come holds no leads, so it is no day of a mean, has no row
in a table by day, and the earlier range to compare with has as many days as have come. What is shown says
"27 of 30 days". Today is the day, in the business zone, at which somebody looked: that of the fetch, or of `as_of`.

A range of which no day has come is an error: zero leads would look like an answer.
"""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING

from leads_excel.dates.days import Days
from leads_excel.exceptions import DateError

if TYPE_CHECKING:
    from datetime import date


def elapsed(days: Days, today: date) -> Days:
    """Cut a range to the days that have come.

    Args:
        days: The range that was asked for.
        today: The day at which somebody looked, in the business zone.

    Returns:
        Its days up to and including today.

    Raises:
        DateError: All of it is still to come.
    """
    if days.first > today:
        raise DateError(f"{named(days)} is still to come: there are no leads yet, type a day or period up to {today}.")
    return Days(days.first, min(days.last, today))


def so_far(days: Days, today: date) -> str:
    """Tell how many days of a range have come: "27 of 30 days"; nothing where all have.

    Args:
        days: The range that was asked for.
        today: The day at which somebody looked, in the business zone.

    Raises:
        DateError: All of it is still to come.
    """
    come = len(elapsed(days, today))
    return f"{come:,} of {len(days):,} days" if come < len(days) else ""


def named(days: Days) -> str:
    """Name a range as people type it: `2027-01` for a whole month, `2027-Q1`, `2027`; else its first and last day.

    Args:
        days: The range.
    """
    first, last = days.first, days.last
    is_whole = first.day == 1 and last.day == monthrange(last.year, last.month)[1] and first.year == last.year
    months = last.month - first.month + 1
    if is_whole and months == 1:
        return f"{first:%Y-%m}"
    if is_whole and months == 3 and first.month % 3 == 1:
        return f"{first:%Y}-Q{last.month // 3}"
    if is_whole and months == 12:
        return f"{first:%Y}"
    return str(days)
