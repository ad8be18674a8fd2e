"""Key figures over a range of days: `=LEADS_KPI(...)` in a cell is `leads_kpi(...)` here, with the same arguments.

Filters choose the leads that count. The others still tell what is a duplicate of what and what a share is a share of,
so a figure of one source is the same under a filter and in the line of that source.

Figures that look back or ahead, as for duplicates, look beyond the range: the session fetches the days around it, from
memory or the store as a rule. Where these are missing the figure is an error, and others are not touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from leads_excel import arguments
from leads_excel.arguments.typed_arguments import as_text, plain, words
from leads_excel.arguments.views import chosen, columns_of, marked, meets, shown
from leads_excel.dates.elapsed import elapsed
from leads_excel.exceptions import ApiError, ArgumentError
from leads_excel.fetching.fetch import asked
from leads_excel.fetching.session import current
from leads_excel.functions.disputed import refuse_disputed
from leads_excel.functions.filtered_range import answered
from leads_excel.functions.missing_numbers import why_none
from leads_excel.kpis import named_kpi
from leads_excel.kpis.around.margin import margin_of
from leads_excel.kpis.clusters import COLUMNS, clusters
from leads_excel.kpis.facts.facts import days_of, facts_of
from leads_excel.kpis.facts.grouping import PERIODS, by_group, by_period, by_value
from leads_excel.kpis.facts.rules import Rules
from leads_excel.tables.children import narrowed

if TYPE_CHECKING:
    from leads_excel.arguments.typed_arguments import Options
    from leads_excel.fetching.session import Session
    from leads_excel.kpis import Figure, Kpi
    from leads_excel.kpis.facts.groups import Groups, Numbers
    from leads_excel.kpis.facts.measures import Measure
    from leads_excel.kpis.registry import Unknown
    from leads_excel.settings.model import Settings
    from leads_excel.tables.lead_tables import LeadTables

_OF_FIGURES = ("headers", "empty", "as_of", "min", "n", "days", "missing", "partial", "long")
_OF_GROUPS = (*_OF_FIGURES, "sort", "limit", "top", "date")
_OF_CLUSTERS = ("headers", "labels", "sort", "limit", "pii", "empty", "as_of", "days", "strict", "missing", "long")
_USUAL = ("leads", "accepted", "rejected", "rejection_rate", "provisional")
_DUPES = (
    *(item.name for item in COLUMNS),
    "leadExternalId",
    "bulkCreatedDate",
    "source",
    "branch",
    "brand",
    "priority",
)


def leads_kpi(
    kpi: object, from_date: object, to_date: object = None, filters: object = None, options: object = None
) -> object:
    """Compute one key figure over the leads submitted in a range of days.

    Args:
        kpi: Its name; `leads_fields("kpis")` lists them.
        from_date: As for `leads`.
        to_date: As for `leads`.
        filters: Conditions on leads.
        options: `empty=0`: what a share of nothing is; None by default, in a cell #N/A. `min=30`: a rate of fewer than
            30 is one of nothing. `n=1`: a table of value, numerator, denominator and unit. `days=14`: a lead within
            so many days is a duplicate. `as_of=YESTERDAY 09:00` for the figure as it stood then. `missing=0`: a value
            in a filter that no lead of the range has means no leads, instead of an error. `partial=1`: the number of
            the leads that came, though some windows lack leads that the DMS counts. `long=1` as for `leads`.

    Returns:
        A count, or a share between 0 and 1. Where there is none, `leads_status("failure")` tells why.

    Raises:
        LeadsError: As for `leads`.
    """
    named = named_kpi(as_text(kpi))
    shape = arguments.options(options, _OF_FIGURES)
    session = current()
    leads = _filtered(session, (from_date, to_date), filters, shape)
    figure = worked(named, session, filters, shape, leads).figure
    value = value_of(figure, shape)
    if value is None and shape.empty is None:
        title = asked(from_date, to_date, as_of=shape.as_of, settings=session.settings).title
        session.failed(f"{named.name} of {title}: {why_none(named, figure, shape.min)}")
    if not shape.n:
        return shape.empty if value is None else value
    cells = {"value": value, "numerator": figure.numerator, "denominator": figure.denominator, "unit": figure.unit}
    return marked(pd.DataFrame({name: pd.Series([cell]).convert_dtypes() for name, cell in cells.items()}), shape)


def value_of(figure: Figure, shape: Options) -> float | None:
    """Tell the value of a figure; None where it comes from fewer leads than the option `min` says."""
    return None if figure.denominator is not None and figure.denominator < shape.min else figure.value


class Worked(NamedTuple):
    """A key figure worked out.

    Args:
        figure: What it is.
        measure: Which leads have a part in it.
        before: The leads of the equal range before, where it compares with them.
    """

    figure: Figure
    measure: Measure
    before: LeadTables | None


def worked(
    kpi: Kpi, session: Session, filters: object, shape: Options, leads: tuple[LeadTables, Numbers | None]
) -> Worked:
    """Work a key figure out over the leads of a range that meet the filters.

    Args:
        kpi: The key figure.
        session: Who fetches the days that it looks at beside the range.
        filters: As for `leads_kpi`.
        shape: The options.
        leads: The tables of the range, and the rows of leads that meet the filters; None are all.

    Raises:
        LeadsError: As for `leads_kpi`.
    """
    tables, rows = leads
    rules = Rules(days=shape.days)
    if kpi.of == "leads":
        measure = kpi.measure(tables, rules)
        return Worked(kpi.told(measure, tables, rules, rows), measure, None)
    if kpi.of == "bulks" and rows is not None:
        raise ArgumentError(f"The key figure {kpi.name} is about bulks, which a filter on leads does not choose among.")
    before = None
    if kpi.compares and (covered := days_of(facts_of(tables))):
        earlier = covered.previous()  # as many days as have come
        # What the range itself has may have been missing before it.
        shape = replace(shape, missing="0")
        before = _narrowed(*_filtered(session, (earlier.first, earlier.last), filters, shape))
    kept = _narrowed(tables, rows)
    measure = kpi.measure(kept, rules, before)
    return Worked(kpi.told(measure, kept, rules), measure, before)


def _filtered(
    session: Session, days: tuple[object, object], filters: object, shape: Options
) -> tuple[LeadTables, Numbers | None]:
    """Fetch a range and find the rows of leads that meet the filters; None are all."""
    tables, conditions = answered(session, days, arguments.filters(filters), shape)
    if not shape.partial:
        refuse_disputed(tables)
    if not conditions:
        return tables, None
    columns = columns_of("leads", tables.leads)
    met = meets(tables.leads, conditions, columns, session.settings, missing=shape.missing)
    return tables, np.flatnonzero(met)


def _narrowed(tables: LeadTables, rows: Numbers | None) -> LeadTables:
    if rows is None:
        return tables
    kept = np.zeros(len(tables.leads), "bool")
    kept[rows] = True
    return narrowed(tables, kept)


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
        kpis: Names of key figures; `leads, accepted, rejected, rejection_rate, provisional` by default. The last of
            these marks days whose leads are not all judged yet: accepted + rejected + provisional = leads.
        filters: Conditions on leads.
        options: `headers=0`, `sort=-rejected`, `limit=5`, `top=10` (the rest becomes `Other`), `empty=-`, `min=30` (a
            rate of fewer stays empty), `n=1` (beside each rate what it is a rate of), `days=14`, `missing=0`,
            `partial=1` and `as_of` as for `leads_kpi`, and for periods `date=created|lead`: which date of a lead
            counts.

    Returns:
        One row per value, the largest first, periods in their order; days to come have no row, leads without a date
        that can be read have the row `(no date)`. A lead with several models or reasons counts in each of them, its
        units in the model they were asked of; one without a model is `(blank)`. A figure that needs the days around the
        range is empty where these are missing, and `leads_status("failure")` says so.

    Raises:
        LeadsError: As for `leads`.
    """
    shape = arguments.options(options, _OF_GROUPS)
    figures = [named_kpi(name) for name in words(kpis) or _USUAL]
    session = current()
    days = from_date, to_date
    tables, rows = _filtered(session, days, filters, shape)
    groups = _grouped(as_text(dimension), tables, rows, days, shape, session.settings)
    return marked(by_group(groups, tables, _told(figures, session, tables, shape), shape), shape)


def _told(figures: list[Kpi], session: Session, tables: LeadTables, shape: Options) -> list[Kpi | Unknown]:
    """Leave empty what needs days that are missing; the days around the range are fetched once for all figures."""
    rules = Rules(days=shape.days)
    told: list[Kpi | Unknown] = []
    for kpi in figures:
        try:
            margin_of(tables, kpi.reach(rules))
        except ApiError as error:
            # An empty cell would become what the option says, such as 0; and a table of nothing is none.
            if shape.empty is not None or len(figures) == 1:
                raise
            session.failed(f"{kpi.name}: {error}")
            session.good_for_now()
            told.append(kpi.unknown())
        else:
            told.append(kpi)
    return told


def _grouped(
    dimension: str,
    tables: LeadTables,
    rows: Numbers | None,
    days: tuple[object, object],
    shape: Options,
    settings: Settings,
) -> Groups:
    period = plain(dimension)
    if period not in PERIODS:
        if shape.date == "lead":
            raise ArgumentError("The option date=lead is for day, week, month, quarter and year: leave it out.")
        groups = by_value(dimension, tables)
        return groups if rows is None else groups.among(rows)
    if shape.top:
        raise ArgumentError("The option top is not for periods, which have an order of their own: write limit=10.")
    groups = by_period(
        period,
        _narrowed(tables, rows),
        days=elapsed(asked(*days, as_of=shape.as_of, settings=settings).days, tables.today),
        week_start=settings.week_start,
        date="leadDate" if shape.date == "lead" else "bulkCreatedDate",
    )
    return groups if rows is None else replace(groups, rows=rows[groups.rows])


def leads_dupes(
    from_date: object, to_date: object = None, fields: object = None, filters: object = None, options: object = None
) -> pd.DataFrame:
    """List the customers who left more than one lead in a range of days, lead by lead.

    A duplicate is an accepted lead with the phone or the e-mail address of an accepted lead up to 30 days earlier,
    before the range too, however the number is written. A cluster holds the first lead and all that repeat it; those
    before the range are counted in it and not listed.

    Args:
        from_date: As for `leads`.
        to_date: As for `leads`.
        fields: Fields of clusters (`cluster`, `customer`, `times`, `visit`, `match`, `daysSince`, `earlierLead`) and of
            leads; by default these, and when, source, branch, brand and priority.
        filters: Conditions on those fields, such as `times>=3; source=Website`; clusters are made before.
        options: As for `leads`, and `days=14` (within so many days), `strict=1` (for the same brand only).

    Returns:
        One row per lead, the largest cluster first; personal data is masked unless `pii=reveal`. `customer` is a key
        that is equal for equal customers and does not tell who they are.

    Raises:
        LeadsError: As for `leads`.
    """
    shape = arguments.options(options, _OF_CLUSTERS)
    session = current()
    tables, conditions = answered(session, (from_date, to_date), arguments.filters(filters), shape)
    frame = clusters(tables, Rules(days=shape.days), strict=shape.strict)
    columns: list[Any] = [*COLUMNS, *columns_of("leads", tables.leads)]
    items = chosen(fields, columns, _DUPES)
    kept = meets(frame, conditions, columns, session.settings, leads=tables.leads, missing=shape.missing)
    return shown(frame[kept], columns, items, shape)
