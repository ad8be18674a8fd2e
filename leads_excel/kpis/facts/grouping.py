"""The values of a dimension, and key figures for each of them. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from leads_excel.arguments.typed_arguments import column, plain
from leads_excel.arguments.views import columns_of, cut, moments, ordered
from leads_excel.exceptions import ArgumentError
from leads_excel.kpis.facts.groups import Groups, Lines
from leads_excel.kpis.facts.rules import Rules
from leads_excel.schema import BLANK, NO_DATE
from leads_excel.tables.children import owners
from leads_excel.tables.reasons import reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.arguments.typed_arguments import Options
    from leads_excel.dates.days import Days
    from leads_excel.dates.typed_dates import Weekday
    from leads_excel.kpis.facts.groups import Numbers
    from leads_excel.kpis.facts.measures import Measure
    from leads_excel.tables.children import Child
    from leads_excel.tables.lead_tables import LeadTables

PERIODS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
"""Dimensions of time, and the pandas frequency of each."""

OF_CHILDREN: dict[str, tuple[Child, str]] = {
    "modelFamily": ("vehicles", "modelFamily"),
    "modelYear": ("vehicles", "modelYear"),
    "reason": ("errors", "message"),
}
"""Dimensions of which a lead can have several values: table and column."""

OTHER = "Other"

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Measured(Protocol):
    """What is worked out for each group: a key figure of `kpis` is one."""

    @property
    def name(self) -> str:
        """How its column is called."""

    def measure(self, tables: LeadTables, rules: Rules = ...) -> Measure:
        """Work it out for a range, to be told by group."""


def by_period(
    name: str,
    tables: LeadTables,
    *,
    days: Days,
    week_start: Weekday,
    date: str = "bulkCreatedDate",
    undated: bool = True,
) -> Groups:
    """Sort the leads of a range by the days, weeks, months, quarters or years they fall into.

    Args:
        name: One of `PERIODS`.
        tables: The leads.
        days: The range; each of its periods has a group, with or without leads.
        week_start: The first day of a week.
        date: The column of leads that decides.
        undated: Whether leads without a date there have a group `(no date)`, the last one, so that the groups add up;
            else they are left out.
    """
    last_day = _WEEKDAYS[_WEEKDAYS.index(week_start) - 1][:3].upper()  # by which pandas names a week
    frequency = f"W-{last_day}" if name == "week" else PERIODS[name]
    dates = moments(tables.leads[date]).dt.tz_localize(None)
    known = dates.notna().to_numpy(bool)
    starts = _starts(pd.PeriodIndex(dates[known], freq=frequency))
    every = _starts(pd.period_range(str(days.first), str(days.last), freq=frequency))
    values = every.union(pd.DatetimeIndex(starts.unique()))
    groups = Groups(name, np.flatnonzero(known), pd.Categorical(starts, categories=values), in_order=True)
    return groups if known.all() or not undated else _with_undated(groups, np.flatnonzero(~known))


def _with_undated(groups: Groups, rows: Numbers) -> Groups:
    """Add leads without a date as the last group; beside a text the periods are objects."""
    codes = np.concatenate([groups.keys.codes, np.full(len(rows), groups.count)])
    values = pd.Index([*groups.keys.categories, NO_DATE], dtype=object)
    return replace(
        groups, rows=np.concatenate([groups.rows, rows]), keys=pd.Categorical.from_codes(codes, categories=values)
    )


def _starts(periods: pd.PeriodIndex) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(periods.to_timestamp(how="start").normalize().as_unit("us"))


def by_value(dimension: str, tables: LeadTables) -> Groups:
    """Sort leads by a field of theirs, or of their vehicles or errors.

    Args:
        dimension: One of `OF_CHILDREN`, or a field of leads by name or label.
        tables: The leads.

    Returns:
        The groups, values in order; where a field is empty, the value is `(blank)`. A lead without a vehicle is blank
        there too, and so is a rejected lead without an error: every lead that can have a value has one.

    Raises:
        ArgumentError: There is no such dimension, or it is personal data.
    """
    for name, (child, field) in OF_CHILDREN.items():
        if plain(dimension) == plain(name):
            return _by_child(name, child, field, tables)
    item = column(dimension, columns_of("leads", tables.leads))
    if item.sensitive:
        raise ArgumentError(f"The field {item.name} is personal data and no dimension: choose one such as source.")
    cells = tables.leads[item.name]
    return Groups(item.name, np.arange(len(cells)), _categories(cells))


def _by_child(name: str, child: Child, field: str, tables: LeadTables) -> Groups:
    cells = reasons(tables) if name == "reason" else getattr(tables, child)[field]
    owner = owners(tables, child)
    bare = np.ones(len(tables.leads), "bool")
    bare[owner] = False
    if child == "errors":
        bare &= tables.leads["isError"].fillna(value=False).to_numpy("bool")
    blanks = pd.Series([BLANK] * int(bare.sum()), dtype=object)
    keys = _categories(pd.concat([cells.astype(object), blanks]))
    rows, lines = np.concatenate([owner, np.flatnonzero(bare)]), Lines(child, np.arange(len(owner)))
    return Groups(name, rows, keys, lines=lines).merged(keys)


def _categories(cells: pd.Series[Any]) -> pd.Categorical:
    keys = cells.astype(object).where(cells.notna(), BLANK)
    keys = keys.where(keys.ne(""), BLANK)
    return pd.Categorical(keys, categories=pd.Index(ordered(keys.unique()), dtype=object))


def by_group(groups: Groups, tables: LeadTables, figures: Sequence[Measured], shape: Options) -> pd.DataFrame:
    """Compute key figures for each group.

    Args:
        groups: Which leads belong where.
        tables: The leads.
        figures: The key figures, one column each.
        shape: How many groups, how to sort them, and how to tell rates of few leads.

    Returns:
        One row per group, the one with the largest first figure first, periods in their order; a share of nothing is
        missing.

    Raises:
        ArgumentError: A field to sort by is unknown.
    """
    if shape.top and not groups.in_order:
        groups = _top(groups, shape.top)
    frame = pd.DataFrame({
        name: cells for figure in figures for name, cells in _columns(figure, tables, groups, shape).items()
    })  # fmt: skip
    if not groups.in_order:
        frame = frame.sort_values(figures[0].name, ascending=False, kind="stable")
        frame = pd.concat([frame.drop(OTHER, errors="ignore"), frame[frame.index == OTHER]])
    frame.index = pd.Index(frame.index.tolist(), dtype=groups.keys.categories.dtype, name=groups.name)
    return cut(frame.reset_index(), shape)


def _columns(figure: Measured, tables: LeadTables, groups: Groups, shape: Options) -> dict[str, pd.Series[Any]]:
    parts = figure.measure(tables, Rules(days=shape.days)).over(groups)
    if parts.denominator is None:
        return {figure.name: parts.value}
    value = parts.value.where(parts.denominator >= shape.min)
    return {figure.name: value} | ({f"{figure.name}_n": parts.denominator} if shape.n else {})


def _top(groups: Groups, most: int) -> Groups:
    largest = groups.keys.value_counts().sort_values(ascending=False, kind="stable").index[:most]
    values = [*largest, OTHER]
    keys = pd.Series(groups.keys.astype(object))
    keys = keys.where(keys.isin(largest), OTHER)
    used = [value for value in values if value != OTHER or value in set(keys)]
    return groups.merged(pd.Categorical(keys, categories=pd.Index(used, dtype=object)))
