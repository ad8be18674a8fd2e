"""The counts that the pictures draw and that a report without pictures lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from leads_excel import kpis
from leads_excel.arguments.typed_arguments import Options
from leads_excel.dates.days import Days
from leads_excel.kpis.facts.facts import days_of, facts_of
from leads_excel.kpis.facts.grouping import by_group, by_period, by_value

if TYPE_CHECKING:
    from leads_excel.dates.typed_dates import Weekday
    from leads_excel.tables.lead_tables import LeadTables

VERDICTS = ("accepted", "rejected", "provisional")
"""What can be said of a lead; together they are all leads."""

_MOST_DAYS = 100  # of more days, weeks are shown


class Periods(NamedTuple):
    """Leads per day or week.

    Args:
        frame: `at` (the first day), `accepted`, `rejected`, `provisional`, and `share` (rejected of the
            leads judged in the periods up to each).
        period: `day` or `week`.
        span: Over how many periods `share` is taken.
        title: What it is, and how many leads of other days are left out.
    """

    frame: pd.DataFrame
    period: str
    span: int
    title: str


def per_period(tables: LeadTables, week_start: Weekday) -> Periods:
    """Count leads per day; of a long range, per week.

    Args:
        tables: The leads of a range.
        week_start: The first day of a week.
    """
    days = _days(tables)
    period, span = ("day", 7) if len(days) <= _MOST_DAYS else ("week", 4)
    groups = by_period(period, tables, days=days, week_start=week_start, undated=False)
    frame = by_group(groups, tables, [kpis.KPIS[name] for name in VERDICTS], Options())
    frame = frame.astype(dict.fromkeys(VERDICTS, "int64")).rename(columns={period: "at"})
    frame, title = _inside(frame, days, f"Leads per {period}", len(tables.leads))
    recent = frame[["accepted", "rejected"]].rolling(span, min_periods=1).sum()
    frame["share"] = recent["rejected"] / recent.sum(axis="columns")
    return Periods(frame, period, span, title)


def per_value(tables: LeadTables, dimension: str, most: int) -> tuple[pd.DataFrame, str]:
    """Count leads by source, branch or another field.

    Args:
        tables: The leads of a range.
        dimension: A field of leads, `modelFamily` or `modelYear`.
        most: At most so many values; the others are one row.

    Returns:
        `value`, `leads`, `accepted`, `rejected`, `provisional` and `rejection_rate`, the largest first; and the name of
        the field.
    """
    groups = by_value(dimension, tables)
    figures = [kpis.KPIS[name] for name in ("leads", *VERDICTS, "rejection_rate")]
    frame = by_group(groups, tables, figures, Options(top=most)).rename(columns={groups.name: "value"})
    frame["value"] = frame["value"].astype(str)
    return frame, groups.name


def _days(tables: LeadTables) -> Days:
    """Take the days of a range; of nothing, the day on which it was fetched."""
    return days_of(facts_of(tables)) or Days(tables.today, tables.today)


def _inside(frame: pd.DataFrame, days: Days, title: str, leads: int) -> tuple[pd.DataFrame, str]:
    """Leave out days that were not asked for, such as the year 1 of a program's empty date, and say of how many leads.

    Leads without a date are among these.
    """
    inside = frame["at"].between(pd.Timestamp(days.first) - pd.Timedelta(days=6), pd.Timestamp(days.last))
    left_out = leads - int(frame.loc[inside, [*VERDICTS]].to_numpy().sum())
    return frame[inside].reset_index(drop=True), f"{title}, {left_out:,} of other days left out" if left_out else title
