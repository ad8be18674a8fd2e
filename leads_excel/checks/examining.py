"""Rules -> verdicts: each figure is what the formula of its name shows, by the same function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from leads_excel.dates.days import Days
from leads_excel.dates.typed_dates import today
from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.fetch import asked
from leads_excel.fetching.session import current
from leads_excel.functions.analysis import leads_kpi
from leads_excel.log.runs import last_run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leads_excel.checks.rules import Rule
    from leads_excel.kpis.registry import Kpi

State = Literal["ok", "broken", "unknown"]

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a rule.

    Args:
        rule: As it was written.
        state: `broken` where what it says is so; `unknown` where there is no number.
        value: The figure; None where there is none.
        limit: What it was compared with; None where there is no such number.
        line: All of this for a person.
    """

    rule: str
    state: State
    value: float | None
    limit: float | None
    line: str


def examine(rules: Iterable[Rule], from_date: object, to_date: object = None) -> list[Verdict]:
    """Look whether rules are broken.

    Args:
        rules: The rules.
        from_date: The first day, or a token; whole days are compared with others.
        to_date: The last day.

    Returns:
        A verdict for each, in their order.

    Raises:
        LeadsError: The leads cannot be had, or today, which is not over, is to be compared with whole days.
    """
    session = current()
    days = asked(from_date, to_date, settings=session.settings).days
    rules = list(rules)
    for rule in rules:
        if rule.reference and days.last >= today(session.settings.zone):
            raise ArgumentError(
                f"The rule {rule.text!r} compares whole days, and today is not over: name earlier days."
            )
    return [_about_leads(rule, rule.kpi, days) if rule.kpi else _about_age(rule, days) for rule in rules]


def _about_leads(rule: Rule, kpi: Kpi, days: Days) -> Verdict:
    value = _figure(kpi.name, days, rule.filters)
    if rule.reference is None:
        return _verdict(rule, value, rule.limit, kpi, f"{days}")
    figures = [_figure(kpi.name, each, rule.filters) for each in _others(rule, days)]
    others = [figure for figure in figures if figure is not None]
    usual = sum(others) / len(others) if others else None
    limit = None if usual is None else rule.limit * usual
    return _verdict(rule, value, limit, kpi, f"{days}; {rule.reference}: {_told(usual, kpi)}")


def _others(rule: Rule, days: Days) -> list[Days]:
    if rule.reference == "previous":
        return [days.previous()]
    weeks = (52,) if rule.reference == "last year" else (1, 2, 3, 4)
    return [Days(days.first - weeks * _WEEK, days.last - weeks * _WEEK) for weeks in weeks]


def _figure(name: str, days: Days, filters: str | None) -> float | None:
    # A value that some of the days have not is no slip there: no leads of a source is what a rule looks for.
    value = leads_kpi(name, days.first, days.last, filters, "missing=0" if filters else None)
    return value if isinstance(value, int | float) else None


def _about_age(rule: Rule, days: Days) -> Verdict:
    now = datetime.now(UTC)
    if rule.name == "age":
        _figure("leads", days, None)  # how old they are is known once they are there
        known = current().status()["age"]
        minutes = float(known) if isinstance(known, int | float) else None
    else:
        last = last_run(rule.name.removesuffix("_age"))
        minutes = (now - last.done).total_seconds() / 60 if last and last.done else float("inf")
    return _verdict(rule, minutes, rule.limit, None, "now")


def _verdict(rule: Rule, value: float | None, limit: float | None, kpi: Kpi | None, where: str) -> Verdict:
    if value is None or limit is None:
        why = "nothing to compare with" if value is not None else "no number"
        return Verdict(rule.text, "unknown", value, limit, f"--  {rule.text}: {why} ({where})")
    is_broken = rule.is_met(value, limit)
    line = f"{'NOT' if is_broken else 'ok '} {rule.text}: {_told(value, kpi)} ({where})"
    return Verdict(rule.text, "broken" if is_broken else "ok", value, limit, line)


def _told(value: float | None, kpi: Kpi | None) -> str:
    if value is None:
        return "none"
    if value == float("inf"):
        return "never"
    if kpi is None:
        return f"{value:,.0f} minutes" if value < 120 else f"{value / 60:,.1f} hours"
    if kpi.unit == "share":
        return f"{value:.1%}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
