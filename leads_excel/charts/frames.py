"""The counts that the pictures draw and that a report without pictures lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from leads_excel import kpis
from leads_excel.arguments.typed_arguments import Options
from leads_excel.captions.languages import told
from leads_excel.dates.days import Days
from leads_excel.kpis.facts.facts import days_of, facts_of
from leads_excel.kpis.facts.grouping import OTHER, by_group, by_period, by_value
from leads_excel.schema.columns import BLANK

if TYPE_CHECKING:
    from leads_excel.captions.languages import Language
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


def per_period(tables: LeadTables, week_start: Weekday, language: Language = "en") -> Periods:
    """Count leads per day; of a long range, per week.

    Args:
        tables: The leads of a range.
        week_start: The first day of a week.
        language: The language of the title.
    """
    days = _days(tables)
    period, span = ("day", 7) if len(days) <= _MOST_DAYS else ("week", 4)
    groups = by_period(period, tables, days=days, week_start=week_start, undated=False)
    frame = by_group(groups, tables, [kpis.KPIS[name] for name in VERDICTS], Options())
    frame = frame.astype(dict.fromkeys(VERDICTS, "int64")).rename(columns={period: "at"})
    title = told(f"Leads per {period}", language)
    frame, left_out = _inside(frame, days, len(tables.leads))
    if left_out:
        title = told("{title}, {count} of other days left out", language, title=title, count=f"{left_out:,}")
    recent = frame[["accepted", "rejected"]].rolling(span, min_periods=1).sum()
    frame["share"] = recent["rejected"] / recent.sum(axis="columns")
    return Periods(frame, period, span, title)


def per_value(tables: LeadTables, dimension: str, most: int, language: Language = "en") -> tuple[pd.DataFrame, str]:
    """Count leads by source, branch or another field.

    Args:
        tables: The leads of a range.
        dimension: A field of leads, `modelFamily` or `modelYear`.
        most: At most so many values; the others are one row.
        language: The language of that row's name, and of what is called blank.

    Returns:
        `value`, `leads`, `accepted`, `rejected`, `provisional` and `rejection_rate`, the largest first; and the name of
        the field.
    """
    groups = by_value(dimension, tables)
    figures = [kpis.KPIS[name] for name in ("leads", *VERDICTS, "rejection_rate")]
    frame = by_group(groups, tables, figures, Options(top=most)).rename(columns={groups.name: "value"})
    ours = {name: told(name, language) for name in (OTHER, BLANK)}
    frame["value"] = [ours.get(value, value) for value in frame["value"].astype(str)]
    return frame, groups.name


def _days(tables: LeadTables) -> Days:
    """Take the days of a range; of nothing, the day on which it was fetched."""
    return days_of(facts_of(tables)) or Days(tables.today, tables.today)


def _inside(frame: pd.DataFrame, days: Days, leads: int) -> tuple[pd.DataFrame, int]:
    """Leave out days that were not asked for, such as the year 1 of a program's empty date, and say of how many leads.

    Leads without a date are among these.
    """
    inside = frame["at"].between(pd.Timestamp(days.first) - pd.Timedelta(days=6), pd.Timestamp(days.last))
    return frame[inside].reset_index(drop=True), leads - int(frame.loc[inside, [*VERDICTS]].to_numpy().sum())
