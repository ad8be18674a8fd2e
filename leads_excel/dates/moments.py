"""What a person may type as a moment: a date as `dates` reads it, and perhaps a time of day. Pure.

* `2026-08-03 09:00`, `YESTERDAY 18:00`, `2026-08-03T09:00Z`: that moment, in the business zone where it names none
* a date and time of Python or of a cell, an Excel serial number with a fraction: that moment. Midnight without a zone
  is how a cell holds a day, so it is one
* any day or period: of a past to compare with its beginning, of a state its end, or now while it is not over
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Literal

from leads_excel.dates.days import Days, bounds
from leads_excel.dates.typed_dates import to_days
from leads_excel.exceptions import DateError

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from leads_excel.dates.typed_dates import Weekday

_CLOCK = re.compile(r"[\sT](\d{1,2}:\d{2}.*)", re.IGNORECASE)
_SERIAL = re.compile(r"\s*\d{5}[.,]\d+\s*")
_MIDNIGHT = time()


def to_moment(
    value: object,
    edge: Literal["first", "last"],
    *,
    zone: ZoneInfo,
    week_start: Weekday = "sunday",
    now: datetime | None = None,
) -> datetime:
    """Read what a person typed as a moment that has been.

    Args:
        value: A moment, a day or a period, as the module describes them.
        edge: Whether a day or a period stands for its beginning or its end.
        zone: The business zone.
        week_start: The first day of the week, for `WTD` and `LW`.
        now: The moment it is, aware; by default now.

    Returns:
        The moment, aware, in UTC.

    Raises:
        DateError: The value is neither a date nor a moment, or lies in the future.
    """
    now = (now or datetime.now(UTC)).astimezone(UTC)
    today = now.astimezone(zone).date()
    exact = _exact(value, zone, week_start, today)
    if exact is None:
        first, last = bounds(to_days(value, zone=zone, week_start=week_start, today=today), zone)
        exact = first if edge == "first" or first > now else min(last - timedelta.resolution, now)
    if exact > now:
        raise DateError(f"{exact.astimezone(zone):%Y-%m-%d %H:%M} is still to come: type a moment that has been.")
    return exact


def _exact(value: object, zone: ZoneInfo, week_start: Weekday, today: date) -> datetime | None:
    """Read a value that has a time of day; None where it has none."""
    moment: datetime | None = None
    if isinstance(value, str):
        if _SERIAL.fullmatch(value):
            return _exact(float(value.replace(",", ".")), zone, week_start, today)
        if (match := _CLOCK.search(value)) and (text := value[: match.start()].rstrip("Tt \t").strip()):
            days = to_days(text, zone=zone, week_start=week_start, today=today)
            moment = _at(days, match[1].strip(), value)
    elif isinstance(value, Real | Decimal) and float(value) % 1:
        day = to_days(value, zone=zone).first
        seconds = round(float(value) % 1 * 86_400, 3)  # as Excel shows it
        moment = datetime.combine(day, _MIDNIGHT) + timedelta(seconds=seconds)
    elif isinstance(value, datetime):
        to_days(value, zone=zone)  # refuses the missing time of pandas, NaT
        moment = value if value.tzinfo or value.time() != _MIDNIGHT else None
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _at(days: Days, clock: str, value: str) -> datetime:
    if len(days) > 1:
        raise DateError(f"{value.strip()!r} is a time in a period of {len(days)} days: name one day.")
    hour, _, rest = clock.partition(":")
    try:
        return datetime.fromisoformat(f"{days.first}T{hour:>02}:{rest}")
    except ValueError:
        raise DateError(f"{clock!r} is no time of day: type one such as 09:00.") from None
