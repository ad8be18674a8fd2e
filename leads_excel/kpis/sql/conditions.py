"""Filters as conditions of SQL that choose the same leads, and times as SQL writes them. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from leads_excel.arguments.known_values import is_blank_word
from leads_excel.arguments.typed_arguments import as_text
from leads_excel.dates.days import FIRST_DAY, bounds
from leads_excel.dates.typed_dates import to_days
from leads_excel.schema.masking import MASK, is_personal

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from leads_excel.arguments.typed_arguments import Filter
    from leads_excel.dates.days import Days
    from leads_excel.schema.columns import Column
    from leads_excel.settings.model import Settings

_TRUE = {"true", "1", "yes"}


def instant(moment: datetime, zone: ZoneInfo) -> str:
    """Write an instant, with the offset of the business zone: the time zone of a session of SQL does not matter.

    Args:
        moment: The instant, aware.
        zone: The business zone.
    """
    return f"TIMESTAMPTZ '{moment.astimezone(zone).isoformat(sep=' ')}'"


def within(column: str, days: Days, zone: ZoneInfo) -> str:
    """Say that an instant lies in a range of business days.

    Args:
        column: The column that holds it.
        days: The days, the last included.
        zone: The business zone.
    """
    start, end = (instant(edge, zone) for edge in bounds(days, zone))
    return f"{column} >= {start} AND {column} < {end}"


def unsaid(condition: Filter, item: Column, cells: pd.Series[Any]) -> str:
    """Tell why a filter cannot be said in SQL.

    Args:
        condition: The filter.
        item: Its field.
        cells: The field, over all leads of the range.

    Returns:
        A few words, nothing of the values in them; nothing where it can be said.
    """
    if item.about == "Not on the API page.":
        return f"{item.name} is no column of the export"
    if item.kind != "text":
        return f"{item.name} holds values that are not of its kind" if cells.dtype == object else ""
    if item.sensitive:  # its values are masked: nobody runs it as it stands
        return ""
    if not all(is_plain(as_text(wanted)) for wanted in condition.wanted) or not are_plain(cells):
        return f"{item.name} holds letters or blanks that SQL compares otherwise"
    return ""


def are_plain(cells: pd.Series[Any]) -> bool:
    """Tell whether SQL makes the same of the texts of a column, capitals and blanks at their ends left out.

    Args:
        cells: The column.
    """
    return all(is_plain(text) for text in pd.unique(cells.astype("string").dropna()))


def is_plain(text: str) -> bool:
    """Tell it of one text.

    Args:
        text: The text.
    """
    small = text.lower()
    return text.strip() == text.strip(" ") and (
        text.isascii() or (text.casefold() == small and len(small) == len(text))
    )


def said(condition: Filter, item: Column, settings: Settings) -> str:
    """Say a filter in SQL.

    Args:
        condition: The filter; it has been applied, so its values are of the kind of the field.
        item: Its field; the values of one that is personal are masked.
        settings: Time zone and first day of the week.

    Returns:
        A condition that is true or not true of a lead; unknown counts as not true.
    """
    met = " OR ".join(_one(condition.operator, wanted, item, settings) for wanted in condition.wanted)
    if condition.operator == "<>":
        return f"NOT coalesce({met}, false)"
    return f"({met})" if " OR " in met or " AND " in met else met


def _one(operator: str, wanted: object, item: Column, settings: Settings) -> str:
    compared = "=" if operator == "<>" else operator
    if is_blank_word(wanted):
        return f"coalesce(trim({item.name}), '') = ''" if item.kind == "text" else f"{item.name} IS NULL"
    if item.kind == "text":
        return _texts(compared, as_text(wanted), item)
    if item.sensitive:
        return f"{item.name} {compared} '{MASK}'"
    if item.kind in ("date", "time"):
        return _dated(compared, wanted, item, settings)
    if item.kind == "flag":
        return item.name if as_text(wanted).lower() in _TRUE else f"NOT {item.name}"
    return f"{item.name} {compared} {as_text(wanted)}"


def _texts(operator: str, text: str, item: Column) -> str:
    pattern = text.casefold().replace("'", "''")
    is_like = operator == "=" and re.search(r"[*?~]", pattern) is not None
    if is_like:
        pattern = _wildcards(pattern)
    if is_personal(item, text):
        pattern = MASK
    column = f"lower(trim({item.name}))"
    return rf"{column} LIKE '{pattern}' ESCAPE '\'" if is_like else f"{column} {operator} '{pattern}'"


def _wildcards(pattern: str) -> str:
    pieces = re.findall(r"~[*?~]|.", pattern, re.DOTALL)
    return "".join({"*": "%", "?": "_"}.get(piece, re.sub(r"([%_\\])", r"\\\1", piece[-1])) for piece in pieces)


def _dated(operator: str, wanted: object, item: Column, settings: Settings) -> str:
    days = to_days(wanted, zone=settings.zone, week_start=settings.week_start, oldest=FIRST_DAY)
    if item.kind == "time":
        first, end = (instant(edge, settings.zone) for edge in bounds(days, settings.zone))
    else:
        after = days.last.fromordinal(days.last.toordinal() + 1)
        first, end = f"TIMESTAMP '{days.first}'", f"TIMESTAMP '{after}'"
    edges = {">=": f">= {first}", ">": f">= {end}", "<": f"< {first}", "<=": f"< {end}"}
    if operator in edges:
        return f"{item.name} {edges[operator]}"
    return f"({item.name} >= {first} AND {item.name} < {end})"
