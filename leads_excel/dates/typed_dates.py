"""What a person may type as a date -> business days. Pure.

The same forms stand in a cell, a formula, a notebook and a command line. Case, blanks around them, the script
of the digits (Latin or Arabic) and the kind of dash do not matter.

One day:

* a date: that day
* a time: its day, cut off; where the time has an offset, its day in the business zone
* an Excel serial number: its day, the time cut off (1900 system; ECMA-376 part 1, 18.17.4.1). A number before 1990
  is refused: `=LEADS(30)` is meant to be the last 30 days and would be 30 January 1900
* `2026-08-03`, `2026/8/3`, also with a time, `2026-08-03T10:00Z`: as for a date, as for a time
* `20260803`: eight digits are year, month and day; `46237`: five digits are a serial number
* `TODAY`, `YESTERDAY`: in the business zone

A period, with a first and a last day:

* `-7D`, `-2W`: today and the 6, the 13 days before
* `-3M`, `-2Q`, `-1Y`: the last 3, 6, 12 months: today and back to the day after today's date that many months
  ago. Where that month is too short, back to the day after its end: on 31 May `-3M` begins on 1 March
* `WTD`, `MTD`, `QTD`, `YTD`: this week, month, quarter, year from its first day to today
* `LW`, `LM`, `LQ`, `LY`: the whole week, month, quarter, year before this one
* `2026-08`, `2026-Q3`, `2026`: that month, quarter, year. The number 2026 is the year too and no serial number
  (of a day in 1905): no lead is that old, and a cell does not show whether its digits are text
* `2026-W34`: that week of ISO 8601, Monday to Sunday on whichever day weeks start here: the name is ISO's,
  and Excel's ISOWEEKNUM and pandas mean those days by it

Days to come are read like others; who asks leads of them is told by `elapsed`. `03/04/2026` is refused: some read
April, others March. So is `13/04/2026`: a form that is read on some days and refused on others is a trap.
`last month`, `30D`, `Aug 2026`, `أمس` are refused with what to type instead: there is one way to write each period.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Literal, get_args

from leads_excel.dates.days import DAY, Days
from leads_excel.dates.refusals import EXAMPLES, negative, old_serial, refusal
from leads_excel.dates.texts import plain
from leads_excel.exceptions import DateError

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
"""A day on which weeks may begin."""

_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_MONTHS = {"M": 1, "Q": 3, "Y": 12}
_OLDEST = date(1990, 1, 1)


def today(zone: ZoneInfo) -> date:
    """Look up which day it is.

    Args:
        zone: The business zone.

    Returns:
        The day of this moment in that zone.
    """
    return datetime.now(zone).date()


def to_days(
    from_date: object,
    to_date: object = None,
    *,
    zone: ZoneInfo,
    week_start: Weekday = "sunday",
    today: date | None = None,
    oldest: date = _OLDEST,
) -> Days:
    """Read what a person typed as a range of days.

    Args:
        from_date: A day or a period, as the module describes them; a period counts with its first day.
        to_date: The same, but a period counts with its last day. None or blank: the range is what `from_date`
            names, the whole of a period, or that one day and no other.
        zone: The business zone.
        week_start: The first day of the week, for `WTD` and `LW`.
        today: The day that tokens count from; by default the day it is now in the zone.
        oldest: The first day that a serial number may mean. No lead is older than 1990, and whoever types 30 means
            the last 30 days; a date of birth may be as old as Excel's calendar.

    Returns:
        The days, the last included.

    Raises:
        DateError: A value is not a date, `from_date` is blank, or the range ends before it begins.
    """
    if _is_blank(from_date):
        raise DateError(f"No date is given: type {EXAMPLES}.")
    reader = _Reader(zone, week_start, today or datetime.now(zone).date(), oldest)
    first = reader.read(from_date)
    last = first if _is_blank(to_date) else reader.read(to_date)
    return Days(first.first, last.last)


def to_day(value: object, *, zone: ZoneInfo, week_start: Weekday = "sunday", today: date | None = None) -> date:
    """Read what a person typed as the day something begins.

    Args:
        value: A day or a period, as the module describes them; a period counts with its first day.
        zone: The business zone.
        week_start: The first day of the week, for `WTD` and `LW`.
        today: The day that tokens count from; by default the day it is now in the zone.

    Returns:
        The day.

    Raises:
        DateError: The value is blank or not a date.
    """
    return to_days(value, zone=zone, week_start=week_start, today=today).first


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads values as they are meant in one zone, on one day."""

    zone: ZoneInfo
    week_start: Weekday
    today: date
    oldest: date

    def read(self, value: object) -> Days:
        """Read any value, or raise a DateError that says what to type instead."""
        try:
            days = self.days(value)
        except DateError:
            raise
        except (ValueError, OverflowError):  # 30 February, week 54, not a number, the year 10000
            days = None
        if days is None:
            raise refusal(value)
        return days

    def days(self, value: object) -> Days | None:
        match value:
            case bool():
                pass  # a number to Python, a date to nobody
            case str():
                return self.text(plain(value))
            case Real() | Decimal():  # a cell formatted as currency holds the latter
                return self.number(value)
            case datetime():
                return self.moment(value)
            case date():
                return Days(value, value)
        # numpy's datetime64, told by its name: loading numpy would slow down every start.
        if type(value).__name__ == "datetime64" and hasattr(value, "astype"):
            return self.days(value.astype("datetime64[us]").item())
        return None

    def text(self, text: str) -> Days | None:
        for form, read in _FORMS.items():
            if match := re.fullmatch(form, text):
                return read(self, *match.groups())
        return None

    def number(self, number: Real | Decimal | str) -> Days | None:
        whole = math.floor(round(float(number), 8))  # to the millisecond before it is cut, as Excel shows it
        if 1900 <= whole <= 9999:
            return _span(date(whole, 1, 1), months=12)
        if 10_000_000 <= whole <= 99_999_999:
            return self.moment(datetime.fromisoformat(f"{whole}"))
        if -3660 <= whole < 0:
            raise negative(whole)
        if whole < 1 or whole == 60:  # Excel's 0 January and 29 February 1900 never were
            return None
        day = date(1899, 12, 31 if whole < 60 else 30) + timedelta(days=whole)
        if day < self.oldest:
            raise old_serial(whole, day)
        return Days(day, day)

    def moment(self, moment: datetime) -> Days:
        local = moment if moment.tzinfo is None else moment.astimezone(self.zone)
        day = date.fromordinal(local.toordinal())  # date() would pass on the missing time of pandas, NaT
        return Days(day, day)

    def iso(self, year: str, _separator: str, month: str, day: str, clock: str | None) -> Days:
        return self.moment(datetime.fromisoformat(f"{year}-{month:>02}-{day:>02}T{clock or '00:00'}"))

    def named_day(self, name: str) -> Days:
        day = self.today - DAY if name == "YESTERDAY" else self.today
        return Days(day, day)

    def recent(self, count: str, unit: str) -> Days:
        if unit in _MONTHS:
            before = _months_before(self.today, int(count) * _MONTHS[unit])
        else:
            before = self.today - DAY * int(count) * (7 if unit == "W" else 1)
        return Days(before + DAY, self.today)

    def to_date(self, unit: str) -> Days:
        return Days(self.around(self.today, unit).first, self.today)

    def last(self, unit: str) -> Days:
        return self.around(self.to_date(unit).first - DAY, unit)

    def around(self, day: date, unit: str) -> Days:
        if unit in _MONTHS:
            return _span(day, _MONTHS[unit])
        first = day - DAY * ((day.weekday() - _WEEKDAYS.index(self.week_start)) % 7)
        return Days(first, first + DAY * 6)

    def year(self, year: str) -> Days:
        return _span(date(int(year), 1, 1), months=12)

    def quarter(self, year: str, quarter: str) -> Days:
        return _span(date(int(year), int(quarter) * 3, 1), months=3)

    def month(self, year: str, month: str) -> Days:
        return _span(date(int(year), int(month), 1), months=1)

    def iso_week(self, year: str, week: str) -> Days:
        monday = date.fromisocalendar(int(year), int(week), 1)
        return Days(monday, monday + DAY * 6)


_FORMS: dict[str, Callable[..., Days | None]] = {
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ](.+))?": _Reader.iso,
    r"(\d{5}|\d{8})": _Reader.number,
    r"(TODAY|YESTERDAY)": _Reader.named_day,
    r"-([1-9]\d{0,3})([DWMQY])": _Reader.recent,
    r"([WMQY])TD": _Reader.to_date,
    r"L([WMQY])": _Reader.last,
    r"(\d{4})": _Reader.year,
    r"(\d{4})-?Q([1-4])": _Reader.quarter,
    r"(\d{4})[-/](\d{1,2})": _Reader.month,
    r"(\d{4})-?W(\d{1,2})": _Reader.iso_week,
}
"""Every form of text, and what reads its groups."""


def _span(day: date, months: int) -> Days:
    """Find the calendar month (1), quarter (3) or year (12) that holds a day."""
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return Days(date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1]))


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not plain(value))
