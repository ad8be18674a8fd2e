"""Key figures for each value of a dimension. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leads_excel.arguments import column, plain
from leads_excel.exceptions import ArgumentError
from leads_excel.privacy import wording
from leads_excel.views import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.arguments import Options
    from leads_excel.dates import Days, Weekday
    from leads_excel.kpis import Kpi
    from leads_excel.tables import LeadTables

PERIODS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
"""Dimensions of time, and the pandas frequency of each."""

CHILDREN = {
    "modelfamily": ("vehicles", "modelFamily"),
    "modelyear": ("vehicles", "modelYear"),
    "reason": ("errors", "message"),
}
"""Dimensions of which a lead can have several values: table and column."""

_BLANK = "(blank)"
_OTHER = "Other"


class Groups:
    """Which leads belong to which value of a dimension.

    Args:
        name: The dimension, and the heading of its column.
        rows: Row numbers of leads.
        keys: The value each of these belongs to; a lead stands once for each of its values.
        order: All values in their order, for periods; None where the largest comes first.
    """

    def __init__(
        self, name: str, rows: np.ndarray[Any, Any], keys: pd.Series[Any], order: pd.Index[Any] | None = None
    ) -> None:
        self.name = name
        self.rows = rows
        self.keys = keys.reset_index(drop=True)
        self.order = order


def grouped(dimension: str, tables: LeadTables, *, days: Days, lead_date: bool, week_start: Weekday) -> Groups:
    """Sort the leads of a range by a dimension.

    Args:
        dimension: A field of leads, one of `CHILDREN` or one of `PERIODS`.
        tables: The leads.
        days: The range, every period of which gets a row.
        lead_date: Whether periods go by the lead's own date instead of the bulk's.
        week_start: The first day of a week.

    Raises:
        ArgumentError: There is no such dimension, or it is personal data.
    """
    if plain(dimension) in PERIODS:
        return _by_period(plain(dimension), tables, days, lead_date=lead_date, week_start=week_start)
    if plain(dimension) in CHILDREN:
        return _by_child(dimension, tables)
    item = column(dimension, columns_of("leads", tables.leads))
    if item.sensitive:
        raise ArgumentError(f"The field {item.name} is personal data and no dimension: choose one such as source.")
    keys = tables.leads[item.name].astype(object)
    return Groups(item.name, np.arange(len(keys)), keys.where(keys.notna(), _BLANK))


def _by_period(name: str, tables: LeadTables, days: Days, *, lead_date: bool, week_start: Weekday) -> Groups:
    moments = tables.leads["leadDate" if lead_date else "bulkCreatedDate"]
    moments = pd.to_datetime(moments, errors="coerce") if moments.dtype == object else moments
    if moments.dt.tz is not None:
        moments = moments.dt.tz_localize(None)
    # pandas names a week by its last day.
    last_day = {"sunday": "SAT", "monday": "SUN", "tuesday": "MON", "wednesday": "TUE", "thursday": "WED",
                "friday": "THU", "saturday": "FRI"}[week_start]  # fmt: skip
    frequency = f"W-{last_day}" if name == "week" else PERIODS[name]
    keys = moments.dt.to_period(frequency).dt.start_time.dt.normalize()
    every = pd.period_range(str(days.first), str(days.last), freq=frequency).start_time.normalize()
    known = keys.notna().to_numpy(bool)
    order = every.union(pd.DatetimeIndex(keys[known].unique())) if lead_date else every
    return Groups(name, np.flatnonzero(known), keys[known], order)


def _by_child(dimension: str, tables: LeadTables) -> Groups:
    table, name = CHILDREN[plain(dimension)]
    children: pd.DataFrame = getattr(tables, table)
    values = wording(children[name]) if name == "message" else children[name]
    place = pd.Series(np.arange(len(tables.leads)), index=tables.leads["leadExternalId"].to_numpy(object))
    place = place[~place.index.duplicated()]
    rows = children["leadExternalId"].map(place)
    pairs = pd.DataFrame({"row": rows, "key": values.astype(object).where(values.notna(), _BLANK)}).dropna(subset="row")
    pairs = pairs.drop_duplicates()
    return Groups("reason" if name == "message" else name, pairs["row"].to_numpy(int), pairs["key"])


def by_group(groups: Groups, tables: LeadTables, figures: Sequence[Kpi], shape: Options) -> pd.DataFrame:
    """Compute key figures for each group.

    Args:
        groups: Which leads belong where.
        tables: The leads.
        figures: The key figures, one column each.
        shape: How many groups, and how to sort them.

    Returns:
        One row per group; a share of nothing is missing.

    Raises:
        ArgumentError: A field to sort by is unknown.
    """
    keys = _with_other(groups, shape.top)
    columns = {}
    for figure in figures:
        measure = figure.measure(tables)
        sums = _summed(measure.numerator, groups.rows, keys)
        if measure.denominator is not None:
            whole = _summed(measure.denominator, groups.rows, keys)
            sums = (sums / whole.where(whole != 0)).astype("Float64")
        columns[figure.name] = sums
    frame = pd.DataFrame(columns)
    frame = frame.reindex(groups.order) if groups.order is not None else _largest_first(frame)
    for figure in figures:
        if figure.unit != "share":
            frame[figure.name] = frame[figure.name].fillna(0).astype("Int64")
    return frame.rename_axis(groups.name).reset_index()


def _with_other(groups: Groups, top: int | None) -> pd.Series[Any]:
    if not top or groups.order is not None:
        return groups.keys
    largest = groups.keys.value_counts().index[:top]
    return groups.keys.where(groups.keys.isin(largest), _OTHER)


def _summed(values: pd.Series[Any], rows: np.ndarray[Any, Any], keys: pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series(values.to_numpy()[rows]).groupby(keys.to_numpy(), sort=True).sum()


def _largest_first(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.sort_values(list(frame.columns[:1]), ascending=False, kind="stable")
    other = frame.index == _OTHER
    return pd.concat([frame[~other], frame[other]])
