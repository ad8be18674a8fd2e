"""What people type where a date belongs, and is none -> a line that says what to type instead. Pure.

Nothing is read here: whoever typed `last month` is told `LM`, so that there is one way to write each period, and a
formula never means what its author did not.
"""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from leads_excel.dates.texts import plain
from leads_excel.exceptions import DateError
from leads_excel.schema.spelling import either, folded, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = "a day like 2026-08-03, or -7D, MTD, 2026-08"

_FURTHEST = 3660  # days back that somebody may mean
_TOKENS = ("TODAY", "YESTERDAY", "-7D", "-30D", "WTD", "MTD", "QTD", "YTD", "LW", "LM", "LQ", "LY")
_MEANT = {
    "TODAY": "now, اليوم, هذا اليوم",
    "YESTERDAY": "أمس, امس, البارحة, مبارح, last day, previous day",
    "WTD": "this week, current week, week to date, هذا الأسبوع, الأسبوع الحالي, الأسبوع الجاري",
    "MTD": "this month, current month, month to date, هذا الشهر, الشهر الحالي, الشهر الجاري",
    "QTD": "this quarter, current quarter, quarter to date, هذا الربع, الربع الحالي",
    "YTD": "this year, current year, year to date, هذه السنة, هذا العام, السنة الحالية, العام الحالي",
    "LW": "last week, previous week, past week, الأسبوع الماضي, الأسبوع السابق, الاسبوع الفائت",
    "LM": "last month, previous month, past month, الشهر الماضي, الشهر السابق, الشهر الفائت",
    "LQ": "last quarter, previous quarter, past quarter, الربع الماضي, الربع السابق",
    "LY": "last year, previous year, past year, السنة الماضية, العام الماضي, السنة السابقة, العام السابق",
}
_WORDS = {folded(word): token for token, words in _MEANT.items() for word in words.split(",")}
"""What people say for a day or period, and how it is typed."""

_UNITS = {
    **dict.fromkeys(("D", "DAY", "DAYS", "يوم", "يوما", "ايام"), "D"),
    **dict.fromkeys(("W", "WK", "WEEK", "WEEKS", "اسبوع", "اسبوعا", "اسابيع"), "W"),
    **dict.fromkeys(("M", "MO", "MTH", "MONTH", "MONTHS", "شهر", "شهرا", "شهور", "اشهر"), "M"),
    **dict.fromkeys(("Q", "QUARTER", "QUARTERS", "ارباع"), "Q"),
    **dict.fromkeys(("Y", "YR", "YEAR", "YEARS", "سنه", "سنوات", "عام", "اعوام"), "Y"),
}
_NAMES = (
    "january|jan|يناير", "february|feb|فبراير", "march|mar|مارس", "april|apr|أبريل|ابريل", "may|مايو",
    "june|jun|يونيو", "july|jul|يوليو", "august|aug|أغسطس|اغسطس", "september|sept|sep|سبتمبر",
    "october|oct|أكتوبر|اكتوبر", "november|nov|نوفمبر", "december|dec|ديسمبر",
)  # fmt: skip
_MONTHS = {folded(name): month for month, names in enumerate(_NAMES, 1) for name in names.split("|")}
_WEEKDAYS = {
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    *map(folded, ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")),
}


def refusal(value: object) -> DateError:
    """Say what to type instead of what is no date.

    Args:
        value: What was typed, or came out of a cell.
    """
    text = repr(value) if isinstance(value, str) else " ".join(str(value).split())
    shown = text if len(text) <= 24 else text[:23] + "…"
    if isinstance(value, str):
        if readings := _readings(plain(value)):
            return DateError(f"{shown} can be misread: type {' or '.join(readings)}.")
        typed = plain(value)[:100].removeprefix("=").removesuffix("()")
        if re.search(r".[=<>≤≥≠]", typed):
            return DateError(f"{shown} is a filter or an option, not a date: the dates come first, such as -30D.")
        for hint in _HINTS:
            if told := hint(typed):
                return DateError(f"{shown} is not a date: {told}")
    return DateError(f"{shown} is not a date: type {EXAMPLES}.")


def old_serial(number: int, day: date) -> DateError:
    """Ask back about a number that is a day of long ago to Excel, such as 30.

    Args:
        number: The serial number.
        day: The day it stands for.
    """
    meant = f"-{number}D for the last {number} days" if 0 < number <= _FURTHEST else "a day like 2026-08-03"
    return DateError(f"{number} is the day {day} to Excel, before all leads: type {meant}, or the day as {day}.")


def negative(number: int) -> DateError:
    """Say how days that go back from today are typed.

    Args:
        number: Such as -30.
    """
    return DateError(f'{number} is not a date: type "{number}D", in quotes, for the last {-number} days.')


def _readings(text: str) -> list[str]:
    """List what text such as 03/04/2026 can mean, as people should type it: day first, then month first."""
    match = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: .*)?", text)
    if not match:
        return []
    one, other, year = map(int, match.groups())
    readings: dict[str, None] = {}  # a set that keeps its order: 04/04/2026 has one reading
    for day, month in ((one, other), (other, one)):
        with suppress(ValueError):
            readings[f"{date(year, month, day)}"] = None
    return list(readings)


def _said(text: str) -> str | None:
    token = _WORDS.get(folded(text)) if not re.search(r"\d", text) else None
    return token and f"type {token}."


def _counted(text: str) -> str | None:
    """Read `30D`, `-30 days`, `last 30 days`, `آخر 30 يوم`."""
    match = re.fullmatch(r"(?:THE )?(?:LAST|PAST|PREVIOUS|آخر|اخر)?\s*[-+]?\s*(\d{1,4})\s*([^\W\d_]*)(?: AGO)?", text)
    if not match or not int(match[1]):
        return None
    if int(match[1]) > _FURTHEST:
        return None
    unit = _UNITS.get(match[2]) or _UNITS.get(folded(match[2])) or _UNITS.get(folded(match[2]).upper())
    if match[2] and not unit:
        return None
    return f"type -{int(match[1])}{unit or 'D'}."


def _with_month(text: str) -> str | None:
    """Read `Aug 2026`, `3 August 2026`, `August`."""
    words = re.findall(r"[^\W\d_]+|\d+", text)
    months = [_MONTHS[folded(word)] for word in words if folded(word) in _MONTHS]
    numbers = [word for word in words if word.isdecimal()]
    if len(months) != 1 or len(numbers) > 2 or len(words) != 1 + len(numbers):
        return None
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(years) != 1 or len(years) + len(days) != len(numbers):
        return f"type the month with its year, such as 2026-{months[0]:02}."
    month = f"{years[0]}-{months[0]:02}"
    if not days:
        return f"type {month}."
    last = monthrange(int(years[0]), months[0])[1] if int(years[0]) else 31
    return f"type {month}-{int(days[0]):02}." if 1 <= int(days[0]) <= last else f"type {month}-01 to {month}-{last}."


_YEAR_LAST = (
    (r"(?P<month>0?[1-9]|1[0-2])[-/. ](?P<year>\d{4})", "{year}-{month:0>2}"),
    (r"(?P<year>(?:19|20)\d\d)[ _.]?(?P<month>0[1-9]|1[0-2])", "{year}-{month}"),
    (r"(?P<part>Q[1-4]|W\d{1,2})[-/ ]*(?P<year>\d{4})", "{year}-{part}"),
    (r"(?P<year>\d{4})[/ ._]+(?P<part>Q[1-4]|W\d{1,2})", "{year}-{part}"),
)


def _turned(text: str) -> str | None:
    """Read `08/2026`, `Q3 2026`, `W34 2026`, `202608`, `2026 08`."""
    for form, right in _YEAR_LAST:
        if match := re.fullmatch(form, text):
            return f"type {right.format(**match.groupdict())}."
    return None


def _other(text: str) -> str | None:
    """Read `3/4`, a weekday, a day to come, a range."""
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}([-/.]\d{2})?", text):
        return "type the year first, such as 2026-08-03."
    if folded(text.removeprefix("LAST ")) in _WEEKDAYS:
        return "type the day itself, such as 2026-08-03."
    if folded(text) in ("tomorrow", folded("غدا")):
        return "it is still to come: type a day up to TODAY."
    if re.fullmatch(r"\S+\s*(?:\.\.+|:|TO|UNTIL|→|/|-|\s)\s*\S+", text) and len(re.findall(r"\d{4}-\d\d", text)) == 2:
        return "type the first day as from_date and the last day as to_date."
    return None


def _beyond(text: str) -> str | None:
    """Tell of `2026-13`, `2026-02-30`, `2026-Q5`, `2026-W54` what there is, of `2026-08/03` how it is typed."""
    if re.fullmatch(r"\d{4}-?Q\d+", text):
        return f"type {text[:4]}-Q1 to {text[:4]}-Q4."
    if match := re.fullmatch(r"(\d{4})-?W\d+", text):
        return f"type {match[1]}-W01 to {match[1]}-W{_weeks(int(match[1]))}."
    match = re.fullmatch(r"(\d{4})[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?", text)
    if not match or not 1 <= int(match[1]) <= 9999:
        return None
    year = match[1]
    if not 1 <= int(match[2]) <= 12:
        return f"a year has months 01 to 12: type one such as {year}-12."
    month, last = f"{year}-{int(match[2]):02}", monthrange(int(year), int(match[2]))[1]
    if match[3] is None:
        return f"type {month}."
    return f"type {month}-{int(match[3]):02}." if 1 <= int(match[3]) <= last else f"type {month}-01 to {month}-{last}."


def _weeks(year: int) -> int:
    with suppress(ValueError):
        return date(year, 12, 28).isocalendar().week
    return 52


def _misspelt(text: str) -> str | None:
    if re.search(r"\d", text):
        text = re.sub(r"(?<=\d)O", "0", text)  # the letter beside the digit
        match = re.fullmatch(r"\D{0,2}(\d{1,3})\D{0,2}", text)
        unit = next((letter for letter in text if letter in "DWMQY"), "D")
        return f"did you mean -{int(match[1])}{unit}?" if match and int(match[1]) and "-" in text else None
    found = nearest(text, (token for token in _TOKENS if token.isalpha()), most=4)
    if not found:
        found = [_WORDS[word] for word in nearest(text, (word for word in _WORDS if len(word) > 3), cutoff=0.75)]
    return f"did you mean {either(dict.fromkeys(found))}?" if found else None


_HINTS: tuple[Callable[[str], str | None], ...] = (
    *(_said, _counted, _with_month, _turned, _other, _beyond, _misspelt),
)
