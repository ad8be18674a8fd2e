"""Rules as people write them: `rejection_rate > 15%`, `age > 2h`, `leads[source=3] < 0.5 * same weekday`. Pure."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from leads_excel.exceptions import ArgumentError
from leads_excel.kpis import KPIS, named_kpi

if TYPE_CHECKING:
    from collections.abc import Callable

    from leads_excel.kpis.registry import Kpi

Reference = Literal["same weekday", "previous", "last year"]

AGES = {
    "age": "Minutes since the API gave the oldest answer that may still change.",
    "sync_age": "Minutes since the last sync that did all it was to do began.",
    "refresh_age": "Minutes since the last refresh that did all it was to do began.",
}
"""What a rule can be about beside key figures, in minutes."""

REFERENCES: dict[Reference, str] = {
    "same weekday": "the mean of the same days one to four weeks before",
    "previous": "as many days before",
    "last year": "the same weekdays 52 weeks before",
}
"""What a key figure can be compared with."""

_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "<>": operator.ne,
    "!=": operator.ne,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
_RULE = re.compile(r"\s*([^<>=!\[\]]+?)\s*(?:\[([^\]]*)\])?\s*(>=|<=|<>|!=|==|>|<|=)\s*(\S[^<>=!]*?)\s*")
_LIMIT = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([%a-z]*)")
_FACTOR = re.compile(r"(?:(\d+(?:\.\d+)?|\.\d+)\s*(%\s*of|%\s*\*|\*)\s*)?([a-z][a-z ]*)")
_MINUTES = {"s": 1 / 60, "min": 1, "h": 60, "d": 1440, "w": 10_080}
_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "minute", "minutes"), "min"),
    **dict.fromkeys(("h", "hour", "hours"), "h"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("w", "week", "weeks"), "w"),
}
_OF_TIME = {"minutes": 1, "hours": 60, "days": 1440}  # units of key figures, in minutes


@dataclass(frozen=True, slots=True)
class Rule:
    """What would be wrong.

    Args:
        text: As it was written.
        name: The key figure, or one of `AGES`.
        operator: How it is compared.
        limit: What with: a number in the figure's unit, or a multiple of `reference`.
        reference: Other days with which the figure is compared; None for a number.
        filters: Which leads count.
    """

    text: str
    name: str
    operator: str
    limit: float
    reference: Reference | None = None
    filters: str | None = None

    @property
    def kpi(self) -> Kpi | None:
        """The key figure; None for an age."""
        return KPIS.get(self.name)

    def is_met(self, value: float, limit: float) -> bool:
        """Tell whether what would be wrong is so.

        Args:
            value: What the figure is.
            limit: What it is compared with.
        """
        return _OPERATORS[self.operator](value, limit)


def parse(text: str) -> Rule:
    """Read a rule.

    Args:
        text: A key figure or an age, with filters in square brackets if need be, an operator, and a number, a share
            such as `15%`, a time such as `2h`, or other days such as `0.5 * same weekday`.

    Raises:
        ArgumentError: It cannot be read: what to write instead.
    """
    found = _RULE.fullmatch(text)
    if not found:
        raise ArgumentError(
            f"The rule {_short(text)} cannot be read: write a figure, an operator and a limit, such as "
            "rejection_rate > 15%."
        )
    name, filters, sign, right = found.groups()
    name = _named(name)
    if filters is not None and name in AGES:
        raise ArgumentError(f"The rule {_short(text)}: {name} is not about leads, leave out [{filters}].")
    limit, reference = _right(text, name, right.lower())
    return Rule(text.strip(), name, sign, limit, reference, filters or None)


def _named(name: str) -> str:
    plain = name.strip().lower().replace(" ", "_")
    return plain if plain in AGES else named_kpi(name).name


def _right(text: str, name: str, right: str) -> tuple[float, Reference | None]:
    if number := _LIMIT.fullmatch(right):
        return _number(text, name, float(number[1]), number[2]), None
    other = _FACTOR.fullmatch(right)
    reference = next((known for known in REFERENCES if other and other[3].strip() == known), None)
    if not other or not reference:
        raise ArgumentError(
            f"The rule {_short(text)}: {right!r} is no limit, write a number, 15%, 2h, or 0.5 * and one of "
            f"{', '.join(REFERENCES)}."
        )
    if name in AGES:
        raise ArgumentError(f"The rule {_short(text)}: an age is compared with a time, such as 2h.")
    factor = float(other[1] or 1)
    return (factor / 100 if other[2] and "%" in other[2] else factor), reference


def _number(text: str, name: str, number: float, unit: str) -> float:
    kpi = KPIS.get(name)
    measured = "minutes" if kpi is None else kpi.unit
    if unit == "%":
        if measured != "share":
            raise ArgumentError(f"The rule {_short(text)}: {name} is no share, write a number without %.")
        return number / 100
    if unit:
        if unit not in _UNITS or measured not in _OF_TIME:
            raise ArgumentError(f"The rule {_short(text)}: {name} is told in {measured}, write a number of them.")
        return number * _MINUTES[_UNITS[unit]] / _OF_TIME[measured]
    if kpi is None:
        raise ArgumentError(f"The rule {_short(text)}: say which time is meant, such as {number:g}h or {number:g}min.")
    if measured == "share" and number > 1 and not kpi.compares:
        raise ArgumentError(f"The rule {_short(text)}: a share is at most 1, write {number:g}% if that is meant.")
    return number


def _short(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= 60 else f"{line[:59]}…")
