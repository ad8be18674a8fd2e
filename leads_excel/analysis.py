"""Key figures over a range of days: `=LEADS_KPI(...)` in a cell is `leads_kpi(...)` here, with the same arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel import arguments
from leads_excel.arguments import as_text, plain, words
from leads_excel.exceptions import ArgumentError
from leads_excel.families import narrowed
from leads_excel.fetcher import asked
from leads_excel.grouping import PERIODS, by_group, by_period, by_value
from leads_excel.kpis import named_kpi
from leads_excel.ranges import answered
from leads_excel.session import current
from leads_excel.views import columns_of, marked, meets

if TYPE_CHECKING:
    import pandas as pd

    from leads_excel.session import Session
    from leads_excel.tables import LeadTables

_OF_GROUPS = ("headers", "sort", "limit", "top", "date", "empty", "as_of")
_USUAL = ("leads", "accepted", "rejected", "rejection_rate")


def leads_kpi(
    kpi: object, from_date: object, to_date: object = None, filters: object = None, options: object = None
) -> object:
    """Compute one key figure over the leads submitted in a range of days.

    Args:
        kpi: Its name; `leads_fields("kpis")` lists them.
        from_date: As for `leads`.
        to_date: As for `leads`.
        filters: Conditions on leads.
        options: `empty=0`: what a share of nothing is; None by default, in a cell #N/A. `as_of=2026-08-03 09:00` for
            the figure as it stood then.

    Returns:
        A count, or a share between 0 and 1.

    Raises:
        LeadsError: As for `leads`.
    """
    figure = named_kpi(as_text(kpi))
    shape = arguments.options(options, ["empty", "as_of"])
    value = figure.measure(_filtered(current(), from_date, to_date, filters, shape.as_of)).total()
    return shape.empty if value is None else value


def _filtered(session: Session, from_date: object, to_date: object, filters: object, as_of: object) -> LeadTables:
    """Fetch a range and keep the leads that meet the filters, with their vehicles and errors."""
    tables, conditions = answered(session, from_date, to_date, arguments.filters(filters), as_of)
    if not conditions:
        return tables
    return narrowed(tables, meets(tables.leads, conditions, columns_of("leads", tables.leads), session.settings))


def leads_by(
    dimension: object,
    from_date: object,
    to_date: object = None,
    kpis: object = None,
    filters: object = None,
    options: object = None,
) -> pd.DataFrame:
    """Compute key figures for each value of a dimension.

    Args:
        dimension: A field of leads, `modelFamily` or `modelYear`, `reason` (the wording of an error), or `day`, `week`,
            `month`, `quarter`, `year`.
        from_date: As for `leads`.
        to_date: As for `leads`.
        kpis: Names of key figures; `leads, accepted, rejected, rejection_rate` by default.
        filters: Conditions on leads.
        options: `headers=0`, `sort=-rejected`, `limit=5`, `top=10` (the rest becomes `Other`), `empty=-`,
            `as_of` as for `leads`, and for periods `date=created|lead`: which date of a lead counts.

    Returns:
        One row per value, the largest first, periods in their order. A lead with several models or reasons counts in
        each of them.

    Raises:
        LeadsError: As for `leads`.
    """
    shape = arguments.options(options, _OF_GROUPS)
    figures = [named_kpi(name) for name in words(kpis) or _USUAL]
    session = current()
    tables = _filtered(session, from_date, to_date, filters, shape.as_of)
    period = plain(as_text(dimension))
    if period not in PERIODS:
        if shape.date == "lead":
            raise ArgumentError("The option date=lead is for day, week, month, quarter and year: leave it out.")
        return marked(by_group(by_value(as_text(dimension), tables), tables, figures, shape), shape)
    if shape.top:
        raise ArgumentError("The option top is not for periods, which have an order of their own: write limit=10.")
    settings = session.settings
    groups = by_period(
        period,
        tables,
        days=asked(from_date, to_date, as_of=shape.as_of, settings=settings).days,
        week_start=settings.week_start,
        date="leadDate" if shape.date == "lead" else "bulkCreatedDate",
    )
    return marked(by_group(groups, tables, figures, shape), shape)
