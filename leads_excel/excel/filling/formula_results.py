"""What a formula comes to today. A stored result is as old as the last save, so it is worked out anew. Pure.

Functions and the order of values: ECMA-376 part 1, 18.17.7 and 18.17.2. Today is the day in the business zone, on
whichever machine Excel last calculated.
"""

from __future__ import annotations

import math
import operator
import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from leads_excel.excel.cells.values import serial
from leads_excel.excel.filling.formula_terms import Call, Constant, Reference, read_formula
from leads_excel.exceptions import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leads_excel.excel.book.protocol import NamedCell
    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.filling.formula_terms import Term

    Reading: TypeAlias = Callable[[Sequence[str]], Mapping[str, NamedCell]]

Value: TypeAlias = "bool | float | str | None"

_LONGEST = 8192
_MOST_CELLS = 64
_ISO_DAY = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})\s*")
"""A day as text that Excel counts with in every language."""
_LEAP_DAY = 60
"""Excel's 29 February 1900: days before it are counted differently, and no lead is that old."""
_FIRST_WEEKDAYS = {1: 6, 2: 0, **{11 + day: day for day in range(7)}}
"""For each kind of WEEKDAY that counts from 1, the day that is 1; Monday is 0."""


class Formulas:
    """Works out the formulas of one book's cells, at one moment.

    Args:
        reading: Reads cells by name or address, as `Book.named` does.
        now: The moment in the business zone, without a zone.
        date1904: True when the workbook counts days from 1904.
    """

    def __init__(self, reading: Reading, now: datetime, *, date1904: bool) -> None:
        self._reading, self._now, self._date1904 = reading, now, date1904
        self._days = _Calendar(date1904)
        self._known: dict[str, Value] = {}
        self._open: list[str] = []

    def value(self, cell: NamedCell) -> Cell:
        """Tell what a cell holds now.

        Args:
            cell: The cell.

        Returns:
            Its value, or what its formula comes to: a day as a number of the book's calendar.

        Raises:
            ArgumentError: The formula cannot be worked out; the error says in few words which part of it.
        """
        if cell.formula is None:
            return cell.value
        try:
            result = self._cell(cell)
        except (ValueError, OverflowError, ZeroDivisionError, TypeError) as error:
            raise ArgumentError(str(error) if isinstance(error, ArgumentError) else "an error") from None
        result = 0 if result is None else result  # a formula that names an empty cell shows 0
        return int(result) if isinstance(result, float) and result.is_integer() else result

    def _cell(self, cell: NamedCell) -> Value:
        if cell.formula is None:
            value = cell.value
            return serial(value, date1904=self._date1904) if isinstance(value, date) else value
        if cell.address in self._open:
            raise ArgumentError("a circle")
        if len(cell.formula) > _LONGEST or len(self._open) > _MOST_CELLS:
            raise ArgumentError("too many cells")
        if cell.address not in self._known:
            self._open.append(cell.address)
            self._known[cell.address] = self._result(read_formula(cell.formula))
            self._open.pop()
        return self._known[cell.address]

    def _result(self, term: Term) -> Value:
        match term:
            case Constant(value):
                return value
            case Reference(text, is_name):
                return self._referenced(text, is_name=is_name)
            case Call(name, arguments):
                return self._called(name, arguments)

    def _referenced(self, text: str, *, is_name: bool) -> Value:
        sheet = self._open[-1].rpartition("!")[0].replace("'", "''")
        place = text if is_name or "!" in text else f"'{sheet}'!{text.upper()}"
        cell = self._reading([place]).get(place)
        if cell is None:
            raise ArgumentError(text)
        return self._cell(cell)

    def _called(self, name: str, arguments: Sequence[Term]) -> Value:
        if name not in _CHOOSING and name not in _KNOWN:
            raise ArgumentError(name)
        if name in _CHOOSING and len(arguments) > 1:
            chosen = self._chosen(name, self._result(arguments[0]))
            return self._result(arguments[chosen]) if chosen < len(arguments) else False
        if name in {"TODAY", "NOW"} and not arguments:
            return float(serial(self._now if name == "NOW" else self._now.date(), date1904=self._date1904))
        return self._worked_out(name, [self._result(argument) for argument in arguments])

    def _chosen(self, name: str, value: Value) -> int:
        if name == "IF":
            return 1 if _truth(value) else 2
        chosen = int(self._number(value))
        if chosen < 1:
            raise ArgumentError(name)
        return chosen

    def _worked_out(self, name: str, values: Sequence[Value]) -> Value:
        if name in _ON_VALUES:
            return _ON_VALUES[name](*values)
        if name == "TEXT" and len(values) == 2:
            return self._days.text(self._number(values[0]), _shown(values[1]))
        if name in {"MIN", "MAX"}:  # empty cells do not count
            values = [value for value in values if value is not None]
        numbers = map(self._number, values)
        if name in _ON_DAYS:
            return _ON_DAYS[name](self._days, *numbers)
        if name in _ON_NUMBERS:
            return _ON_NUMBERS[name](*numbers)
        raise ArgumentError(name)

    def _number(self, value: Value) -> float:
        if isinstance(value, str) and (day := _ISO_DAY.fullmatch(value)):
            return self._days.number(date(int(day[1]), int(day[2]), int(day[3])))
        return float(value or 0)


class _Calendar:
    """The days of a book and their numbers."""

    def __init__(self, date1904: bool) -> None:
        self._date1904 = date1904

    def day(self, number: float) -> date:
        """Read the day a number stands for."""
        if not self._date1904 and number <= _LEAP_DAY:
            raise ArgumentError("a day before all leads")
        return (date(1904, 1, 1) if self._date1904 else date(1899, 12, 30)) + timedelta(days=math.floor(number))

    def number(self, day: date) -> float:
        """Number a day."""
        return float(serial(day, date1904=self._date1904))

    def date(self, year: float, month: float, day: float) -> float:
        """Number a day by its parts; months and days may lie outside the year, as in `DATE(2026,13,0)`."""
        year = int(year) + (1900 if 0 <= year < 1900 else 0)
        return self.number(_month(date(year, 1, 1), int(month) - 1) + timedelta(days=int(day) - 1))

    def edate(self, start: float, months: float) -> float:
        """Number the same day of another month, or its last one."""
        day = self.day(start)
        first = _month(day, int(months))
        return self.number(first.replace(day=min(day.day, monthrange(first.year, first.month)[1])))

    def eomonth(self, start: float, months: float) -> float:
        """Number the last day of another month."""
        return self.number(_month(self.day(start), int(months) + 1) - timedelta(days=1))

    def weekday(self, number: float, kind: float = 1) -> float:
        """Count a day within its week."""
        day = self.day(number).weekday()
        return float(day) if kind == 3 else float((day - _FIRST_WEEKDAYS[int(kind)]) % 7 + 1)

    def text(self, number: float, form: str) -> str:
        """Write a day in a form that nobody can misread: year, month and day as digits."""
        if not re.fullmatch(r"yyyy(?:[-/. ]?mm(?:[-/. ]?dd)?)?", form.lower()):
            raise ArgumentError("TEXT")
        return self.day(number).strftime(form.lower().replace("yyyy", "%Y").replace("mm", "%m").replace("dd", "%d"))


def _month(day: date, by: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + by, 12)
    return date(year, month + 1, 1)


def _truth(value: Value) -> bool:
    if isinstance(value, str):
        raise ArgumentError("a text where it asks whether")
    return bool(value)


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, int | float) else value or ""


def _compared(compare: Callable[[object, object], bool], one: Value, other: Value) -> bool:
    """Compare two values: numbers come before texts, texts before FALSE and TRUE; an empty cell is 0 or no text."""
    blank = "" if isinstance(one, str) or isinstance(other, str) else 0.0
    return compare(_rank(blank if one is None else one), _rank(blank if other is None else other))


def _rank(value: bool | float | str) -> tuple[int, bool | float | str]:
    if isinstance(value, bool):
        return 2, value
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def _rounded(value: float, digits: float, rounding: Callable[[float], float]) -> float:
    power: float = 10.0 ** int(digits)
    return math.copysign(rounding(round(abs(value) * power, 9)) / power, value)


_COMPARISONS: dict[str, Callable[..., bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge
}  # fmt: skip
_ON_DAYS: dict[str, Callable[..., float]] = {
    "DATE": _Calendar.date,
    "EDATE": _Calendar.edate,
    "EOMONTH": _Calendar.eomonth,
    "WEEKDAY": _Calendar.weekday,
    "YEAR": lambda calendar, day: float(calendar.day(day).year),
    "MONTH": lambda calendar, day: float(calendar.day(day).month),
    "DAY": lambda calendar, day: float(calendar.day(day).day),
}
_ON_NUMBERS: dict[str, Callable[..., float]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
    "^": math.pow,
    "%": lambda one: one / 100,
    "0-": lambda one: -one,
    "INT": lambda one: float(math.floor(one)),
    "TRUNC": lambda one, digits=0.0: _rounded(one, digits, math.floor),
    "ROUND": lambda one, digits: _rounded(one, digits, lambda number: math.floor(number + 0.5)),
    "ROUNDUP": lambda one, digits: _rounded(one, digits, math.ceil),
    "ROUNDDOWN": lambda one, digits: _rounded(one, digits, math.floor),
    "MOD": lambda one, other: one - other * math.floor(one / other),
    "ABS": abs,
    "MIN": lambda *numbers: min(numbers, default=0.0),
    "MAX": lambda *numbers: max(numbers, default=0.0),
}
_ON_VALUES: dict[str, Callable[..., Value]] = {
    **{sign: partial(_compared, compare) for sign, compare in _COMPARISONS.items()},
    "&": lambda one, other: _shown(one) + _shown(other),
    "CONCATENATE": lambda *values: "".join(map(_shown, values)),
    "AND": lambda *values: all(map(_truth, values)),
    "OR": lambda *values: any(map(_truth, values)),
    "NOT": lambda value: not _truth(value),
    "ISBLANK": lambda value: value is None,
    "TRUE": lambda: True,
    "FALSE": lambda: False,
}
_CHOOSING = {"IF", "CHOOSE"}
_KNOWN = {"TODAY", "NOW", "TEXT", *_ON_DAYS, *_ON_NUMBERS, *_ON_VALUES}
