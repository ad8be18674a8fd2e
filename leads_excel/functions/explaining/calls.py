"""The line of Python and the formula that give a number again, tomorrow too: with days and moments instead of tokens.

Values of personal fields are masked in them, as everywhere.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from leads_excel import arguments
from leads_excel.arguments.known_values import is_blank_word
from leads_excel.arguments.typed_arguments import Options, as_text
from leads_excel.dates.days import FIRST_DAY
from leads_excel.dates.elapsed import named
from leads_excel.dates.typed_dates import to_days
from leads_excel.exceptions import DateError, LeadsError
from leads_excel.schema.masking import MASK, is_personal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from leads_excel.arguments.typed_arguments import Filter
    from leads_excel.dates.days import Days
    from leads_excel.schema.columns import Column
    from leads_excel.settings.model import Settings

_LONGEST_TEXT = 255  # of a text within a formula (Excel's specifications and limits)
_SHOWN = ("headers", "labels", "n")
"""Options of how a result is shown, which make no other number."""


def settled(condition: Filter, item: Column | None, settings: Settings) -> list[Filter]:
    """Write a filter so that it says the same on any day: dates as days.

    Args:
        condition: The filter.
        item: Its field; None where nobody knows it.
        settings: Time zone and first day of the week.

    Returns:
        One filter, or two where it names a period of several days.
    """
    if item is None or item.kind not in ("date", "time"):
        return [condition]
    try:
        periods = [_days(wanted, settings) for wanted in condition.wanted]
    except DateError:
        return [condition]
    if condition.operator in ("=", "<>"):
        if condition.operator == "=" and len(periods) == 1 and (days := periods[0]) and len(days) > 1:
            return [
                replace(condition, operator=">=", wanted=(f"{days.first}",)),
                replace(condition, operator="<=", wanted=(f"{days.last}",)),
            ]
        listed = [
            each
            for days, wanted in zip(periods, condition.wanted, strict=True)
            for each in ([wanted] if days is None else _named(days))
        ]
        return [replace(condition, wanted=tuple(listed))]
    edge = [
        wanted if days is None else f"{days.first if condition.operator in ('>=', '<') else days.last}"
        for days, wanted in zip(periods, condition.wanted, strict=True)
    ]
    return [replace(condition, wanted=tuple(edge))]


def _days(wanted: object, settings: Settings) -> Days | None:
    if is_blank_word(wanted):
        return None
    return to_days(wanted, zone=settings.zone, week_start=settings.week_start, oldest=FIRST_DAY)


def _named(days: Days) -> list[str]:
    """Name days as one text can: a month, quarter or year by its name, else each of them."""
    name = named(days)
    return [name] if " " not in name else [f"{day}" for day in days]


def hidden(condition: Filter, item: Column | None) -> Filter:
    """Mask the values of a filter that are or may be personal, and those of a field that nobody knows.

    Args:
        condition: The filter.
        item: Its field; None where nobody knows it.
    """
    kept = (
        wanted if is_blank_word(wanted) or (item and not is_personal(item, as_text(wanted))) else MASK
        for wanted in condition.wanted
    )
    return replace(condition, wanted=tuple(dict.fromkeys(kept)))


def written(condition: Filter) -> str:
    """Write a filter as people do.

    Args:
        condition: The filter.
    """
    return f"{condition.field}{condition.operator}{'|'.join(map(as_text, condition.wanted))}"


def settled_options(shape: Options, as_of: datetime | None, settings: Settings) -> dict[str, object]:
    """List the options that make the number what it is, with the moment as a moment.

    Args:
        shape: The options.
        as_of: The moment that `as_of` names, aware.
        settings: The time zone.
    """
    usual = Options()
    names = [item.name for item in fields(Options) if item.name not in _SHOWN]
    chosen = {name: getattr(shape, name) for name in names if getattr(shape, name) != getattr(usual, name)}
    told = {name: 1 if value is True else value for name, value in chosen.items()}
    if as_of is not None:
        told["as_of"] = as_of.astimezone(settings.zone).isoformat(sep=" ")
    return told


def _as_one_text(conditions: Sequence[Filter]) -> str | None:
    """Write filters as one text, if it is read as these filters."""
    text = "; ".join(map(written, conditions))
    try:
        read = arguments.filters(text)
    except LeadsError:
        return None
    return text if [*map(_plain, read)] == [*map(_plain, conditions)] else None


def _plain(condition: Filter) -> tuple[str, str, tuple[str, ...]]:
    return condition.field, condition.operator, tuple(map(as_text, condition.wanted))


def python_line(kpi: str, days: Days, conditions: Sequence[Filter], options: dict[str, object]) -> str:
    """Write the call of `leads_kpi` as a line of Python.

    Args:
        kpi: The key figure.
        days: The range.
        conditions: The filters, settled and masked.
        options: The options, settled.
    """
    parts = [f'"{kpi}"', f'"{days.first}"', f'"{days.last}"']
    if conditions:
        text = _as_one_text(conditions)
        listed = [[f"{each.field}{each.operator}", [*map(as_text, each.wanted)]] for each in conditions]
        parts.append(f"filters={_quoted(text) if text is not None else repr(listed)}")
    if options:
        text = _options_text(options)
        parts.append(f"options={_quoted(text) if text is not None else repr(options)}")
    return f"lx.leads_kpi({', '.join(parts)})"


def formula(kpi: str, days: Days, conditions: Sequence[Filter], options: dict[str, object]) -> str:
    """Write the call as a formula; nothing where its arguments cannot stand in one.

    Args:
        kpi: The key figure.
        days: The range.
        conditions: The filters, settled and masked.
        options: The options, settled.
    """
    filters, settings = _as_one_text(conditions), _options_text(options)
    if filters is None or settings is None or max(len(filters), len(settings)) > _LONGEST_TEXT:
        return ""
    parts = [kpi, f"{days.first}", f"{days.last}", filters, settings]
    while not parts[-1]:
        parts.pop()
    cells = ('"' + part.replace('"', '""') + '"' if part else "" for part in parts)
    return f"=LEADS_KPI({','.join(cells)})"


def _options_text(options: dict[str, object]) -> str | None:
    text = "; ".join(f"{name}={as_text(value)}" for name, value in options.items())
    try:
        return text if arguments.options(text, options) == arguments.options(options, options) else None
    except LeadsError:
        return None


def _quoted(text: str) -> str:
    return repr(text) if '"' in text or "\\" in text or not text.isprintable() else f'"{text}"'
