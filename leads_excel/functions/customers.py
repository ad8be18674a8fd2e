"""Customers of a range, one row each: `=LEADS_CUSTOMERS(...)` in a cell is `leads_customers(...)` here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel import arguments
from leads_excel.arguments.typed_arguments import column
from leads_excel.arguments.views import chosen, filtered_column, meets, shown
from leads_excel.fetching.session import current
from leads_excel.functions.filtered_range import answered
from leads_excel.persons.columns import COLUMNS
from leads_excel.persons.customers import ALL
from leads_excel.persons.customers import customers as customers_of

if TYPE_CHECKING:
    import pandas as pd

_OPTIONS = ("headers", "labels", "sort", "limit", "pii", "empty", "as_of", "missing", "long")


def leads_customers(
    from_date: object, to_date: object = None, fields: object = None, filters: object = None, options: object = None
) -> pd.DataFrame:
    """List the customers of a range of days: their leads over all sources and branches, and how to reach them.

    Leads are of one customer where they have the same phone or e-mail address and the same name, in Latin or Arabic
    letters; a name that is cut short or missing joins the one name at its address that it may be. An address with more
    than five different names, as of an office, links nobody. Names that one person gives differently, such as the
    father's and the family's, stay two customers; two persons of one name at one office phone become one.

    Args:
        from_date: As for `leads`.
        to_date: As for `leads`.
        fields: Some of `customer`, `leads`, `accepted`, `rejected`, `provisional`, `firstTouch`, `lastTouch`,
            `spanDays`, `sources`, `branches`, `competingBranches` (with an accepted lead of the customer), `brands`,
            `firstName`, `lastName`, `phone`, `email`, `marketing`, `privacy` (`yes`, `no` or `unknown`) and `lastLead`;
            all by default.
        filters: Conditions on those fields, such as `leads>=2; sources=*Website*`; they choose among the customers,
            who are made of all leads of the range before.
        options: As for `leads`.

    Returns:
        One row per customer, who has most leads first, then who came last; times in the business zone. Personal data is
        masked unless `pii=reveal`; `customer` is a key that is equal for equal customers and does not tell who they
        are. Leads without a valid phone and e-mail address are nobody's: `attrs["anonymous"]` counts them, so that
        customers and they add up to the leads of the range.

    Raises:
        LeadsError: As for `leads`.
    """
    shape = arguments.options(options, _OPTIONS)
    session = current()
    tables, _ = answered(session, (from_date, to_date), (), shape)
    items = chosen(fields, COLUMNS, ALL)
    conditions = arguments.filters(filters)
    chosen_by = (filtered_column(condition, COLUMNS) for condition in conditions)
    sorted_by = (column(name.lstrip("-"), COLUMNS) for name in shape.sort)
    frame = customers_of(tables, {item.name for item in (*items, *chosen_by, *sorted_by)})
    kept = meets(frame, conditions, COLUMNS, session.settings, missing=shape.missing)
    listed = shown(frame[kept], COLUMNS, items, shape)
    listed.attrs["anonymous"] = frame.attrs["anonymous"]
    return listed


customers = leads_customers
