"""A key figure over a range and filters -> one statement for DuckDB over exported months, or why there is none.

The export keeps each lead once a month, and names the month a file is of. So whole months come out the same to the last
lead; over part of a month those that came again later in it are missing, which is told beside the statement.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from leads_excel.dates.days import Days, bounds
from leads_excel.kpis.facts.facts import days_of, is_provisional, known, submitted
from leads_excel.kpis.sql.conditions import are_plain, instant, said, unsaid, within
from leads_excel.kpis.sql.statements import NO_STATEMENT, STATEMENTS, Statement
from leads_excel.schema.columns import LEADS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.arguments.typed_arguments import Filter
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.schema.columns import Column
    from leads_excel.settings.model import Settings

_OPEN = (1, 2)  # isProcessed, see schema.STATES
_VERDICTS = r"accepted|rejected|provisional"
_OF_VEHICLES = r"units|families|newest"
_UNDER_WAY = (
    "under_way AS (SELECT DISTINCT createdDate AS bulkCreatedDate, true AS is_open"
    " FROM 'lake/bulks/*/*.parquet' WHERE isProcessed IN (1, 2))"
)
_CARS = (
    "cars AS (SELECT leadExternalId, month, sum(totalQty) AS units,"
    " count(DISTINCT nullif(trim(modelFamily), '')) AS families, max(modelYear) AS newest"
    " FROM 'lake/vehicles/*/*.parquet' GROUP BY ALL)"
)


class Written(NamedTuple):
    """A statement.

    Args:
        sql: It, or nothing where there is none.
        note: Why there is none, or what it leaves out.
    """

    sql: str
    note: str = ""


def statement(name: str, facts: Facts, conditions: Sequence[tuple[Filter, Column]], settings: Settings) -> Written:
    """Write a key figure as one statement over the files of an export in the folder `lake`.

    Args:
        name: The key figure.
        facts: The leads of the range, those that filters take away included.
        conditions: The filters, each with its field.
        settings: Time zone and first day of the week.

    Returns:
        The statement in one line, or the reason why there is none.
    """
    days = facts.tables.days
    if name in NO_STATEMENT:
        return Written("", NO_STATEMENT[name])
    if days is None or (come := days_of(facts)) is None:
        return Written("", "the days of the range are not known")
    figure = STATEMENTS[name]
    if reason := _hindrance(figure, facts, conditions):
        return Written("", reason)
    words = _words(facts, come)
    part, whole = (re.sub(r"@(\w+)", lambda match: words[match[1]], text) for text in (figure.part, figure.whole))
    value = f"{part} / nullif({whole}, 0)" if whole and not whole.isdecimal() else f"{part}{' / ' * bool(whole)}{whole}"
    where = _where(facts, days, "createdDate" if figure.over == "bulks" else "bulkCreatedDate")
    if figure.over == "bulks":
        query = f"SELECT {value} AS {name} FROM 'lake/bulks/*/*.parquet' WHERE {where}"  # noqa: S608 - as below
        return Written(query, _bulk_note(facts, days))
    tables = [_leads(value, where, facts)]
    if re.search(rf"\b({_OF_VEHICLES})\b", value):
        tables.insert(0, _CARS)
    if re.search(rf"\b({_VERDICTS})\b", value):
        tables.insert(0, _UNDER_WAY)
    filters = " AND ".join(said(condition, item, settings) for condition, item in conditions)
    # Not run here, but by whoever copies it; what was typed stands in it as texts, their quotes doubled.
    tables.append(f"chosen AS (SELECT * FROM leads{f' WHERE {filters}' if filters else ''})")  # noqa: S608 - our own names, and texts that are quoted
    origin = f" FROM {figure.over}" if figure.over else ""
    return Written(f"WITH {', '.join(tables)} SELECT {value} AS {name}{origin}", _note(facts, days))


def _leads(value: str, where: str, facts: Facts) -> str:
    """Write the leads of the range, each in its last version, with what the figure asks of them."""
    more, beside = [], ""
    if re.search(rf"\b({_VERDICTS})\b", value):
        beside += " LEFT JOIN under_way USING (bulkCreatedDate)"
        more = [
            "coalesce(isError, false) AS rejected",
            "NOT rejected AND coalesce(leadId, 0) <= 0 AND is_open IS NOT NULL AS provisional",
            "NOT rejected AND NOT provisional AS accepted",
        ]
    if re.search(r"\bsubmitted\b", value):
        more.append(f"bulkCreatedDate AT TIME ZONE '{facts.tables.zone.key}' AS submitted")
    if re.search(rf"\b({_OF_VEHICLES})\b", value):
        beside += " LEFT JOIN cars USING (leadExternalId, month)"
    once = (
        "coalesce(leadExternalId, 0) <= 0 OR row_number() OVER"
        " (PARTITION BY leadExternalId ORDER BY bulkCreatedDate DESC NULLS FIRST, month DESC) = 1"
    )
    origin = f"{', '.join(['*', *more])} FROM 'lake/leads/*/*.parquet'{beside}"
    return f"leads AS (SELECT {origin} WHERE {where} QUALIFY {once})"


# --- the range -----------------------------------------------------------------------------------------------------


def _are_months(days: Days, today: date) -> bool:
    """Tell whether a range is made of months as an export has them: whole ones, the last one perhaps until today."""
    last = days.last
    return days.first.day == 1 and (last >= today or last.day == monthrange(last.year, last.month)[1])


def _where(facts: Facts, days: Days, column: str) -> str:
    zone, today = facts.tables.zone, facts.tables.today
    if not _are_months(days, today):
        return within(column, days, zone)
    where = f"month BETWEEN '{days.first:%Y-%m}' AND '{days.last:%Y-%m}'"
    if days.last < today or days.last.day == monthrange(days.last.year, days.last.month)[1]:
        return where
    end = instant(bounds(days, zone)[1], zone)
    return f"{where} AND coalesce({column} < {end}, true)"  # what has no date is of its month


def _note(facts: Facts, days: Days) -> str:
    if _are_months(days, facts.tables.today):
        return ""
    undated = int((~known(submitted(facts))).sum())
    left_out = f", and {undated:,} lead(s) without a date" if undated else ""
    return (
        "an export keeps a lead that came twice in a month where it came last: those of these days that came again"
        f" later in the month are missing{left_out}"
    )


def _bulk_note(facts: Facts, days: Days) -> str:
    undated = int(facts.tables.bulks["createdDate"].isna().sum())
    if _are_months(days, facts.tables.today) or not undated:
        return ""
    return f"{undated:,} bulk(s) without a date are missing"


def _words(facts: Facts, come: Days) -> dict[str, str]:
    rules, zone = facts.rules, facts.tables.zone
    week = Days(max(come.first, come.last - timedelta(days=6)), come.last)
    month = Days(max(come.first, come.last.replace(day=1)), come.last)
    now = facts.tables.looked_at
    hours = [f"CASE isodow(submitted) {' '.join(_weekdays(rules.business_hours, edge))} END" for edge in (0, 1)]
    return {
        "days": f"{len(come)}",
        "last_week": within("bulkCreatedDate", week, zone),
        "week_days": f"{len(week)}",
        "last_month": within("bulkCreatedDate", month, zone),
        "month_days": f"{monthrange(come.last.year, come.last.month)[1]}",
        "month_so_far": f"{len(month)}",
        "year": f"{come.last.year}",
        "now": instant(now, zone),
        "stuck": instant(now - timedelta(hours=rules.stuck_hours), zone),
        "near": f"{rules.near_days}",
        "prompt": f"{rules.prompt_minutes}",
        "fleet": f"{rules.fleet_units}",
        "many": f"{rules.many}",
        "opens": hours[0],
        "closes": hours[1],
    }


def _weekdays(hours: tuple[tuple[int, int], ...], edge: int) -> list[str]:
    usual = max({pair[edge] for pair in hours}, key=[pair[edge] for pair in hours].count)
    others = [f"WHEN {day} THEN {pair[edge]}" for day, pair in enumerate(hours, start=1) if pair[edge] != usual]
    return [*(others or [f"WHEN 1 THEN {usual}"]), f"ELSE {usual}"]


# --- what stands in the way ----------------------------------------------------------------------------------------


def _hindrance(figure: Statement, facts: Facts, conditions: Sequence[tuple[Filter, Column]]) -> str:
    """Tell why these very leads cannot be told in SQL; nothing where they can."""
    if facts.tables.as_of is not None:
        return "an export holds how it stands now, and not how it stood then"
    numbers = [name for name in ("source", "sub_source", "lead_id") if facts.tables.asked.get(name) is not None]
    if numbers:
        return f"the API was asked for a number of {' and '.join(numbers)}, which an export does not have"
    for condition, item in conditions:
        if reason := unsaid(condition, item, facts.tables.leads[item.name]):
            return f"a filter cannot be said: {reason}"
    expression = f"{figure.part} {figure.whole}"
    if figure.over != "bulks" and re.search(rf"\b({_VERDICTS})\b", expression) and not _told_by_moment(facts):
        return "two bulks of the range were created at the same moment, or have no date, and one of them is under way"
    if re.search(rf"\b({_OF_VEHICLES})\b", expression) and not _told_by_number(facts):
        return "some leads with vehicles have no number by which an export could put them together"
    return _odd_texts(expression, facts)


def _odd_texts(expression: str, facts: Facts) -> str:
    named = set(re.findall(r"\w+", expression))
    if named & {"families"} and not are_plain(facts.tables.vehicles["modelFamily"]):
        return "modelFamily holds letters or blanks that SQL compares otherwise"
    texts = (item.name for item in LEADS if item.kind == "text" and item.name in named and not item.sensitive)
    odd = [name for name in texts if not are_plain(facts.tables.leads[name])]
    return f"{odd[0]} holds letters or blanks that SQL compares otherwise" if odd else ""


def _told_by_moment(facts: Facts) -> bool:
    tables = facts.tables
    created = tables.bulks["createdDate"]
    is_open = pd.to_numeric(tables.bulks["isProcessed"], errors="coerce").isin(_OPEN)
    numbers = pd.to_numeric(tables.leads["leadId"], errors="coerce").gt(0).fillna(value=False).to_numpy("bool")
    rejected = tables.leads["isError"].eq(other=True).fillna(value=False).to_numpy("bool")
    by_moment = tables.leads["bulkCreatedDate"].isin(created[is_open].dropna()).to_numpy("bool")
    return bool(np.array_equal(by_moment & ~numbers & ~rejected, is_provisional(facts)))


def _told_by_number(facts: Facts) -> bool:
    numbers = pd.to_numeric(facts.tables.leads["leadExternalId"], errors="coerce").gt(0).fillna(value=False)
    has_vehicles = facts.tables.leads["vehicleCount"].gt(0).fillna(value=False)
    return bool((numbers | ~has_vehicles).all())
