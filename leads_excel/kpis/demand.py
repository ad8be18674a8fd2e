"""What leads ask for: models, years, quantities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.kpis.facts.crosses import by_size, laid, named
from leads_excel.kpis.facts.facts import (
    counted,
    days_of,
    facts_of,
    filled,
    is_accepted,
    matching,
    owner,
    quantities,
    quantity_lines,
    remembered,
    texts,
)
from leads_excel.kpis.facts.measures import Count, Measure, Ratio, Single, share
from leads_excel.kpis.registry import kpi
from leads_excel.tables.whole_numbers import whole_numbers

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Decimals, Flags, Numbers
    from leads_excel.tables.lead_tables import LeadTables


@kpi("Vehicle lines", "سطور المركبات", "vehicles")
def vehicles(facts: Facts) -> Count:
    """Rows of the vehicles table."""
    lines = np.ones(len(facts.tables.vehicles), "int64")
    return Count(counted(facts, "vehicleCount"), "vehicles", lines)


@kpi("Units", "الوحدات", "vehicles")
def units(facts: Facts) -> Count:
    """Sum of totalQty over all vehicle lines."""
    return Count(quantities(facts), "vehicles", quantity_lines(facts))


@kpi("No vehicle rate", "بلا مركبة", "share")
def no_vehicle_rate(facts: Facts) -> Ratio:
    """Accepted leads without a vehicle / accepted leads."""
    return share(counted(facts, "vehicleCount") == 0, is_accepted(facts))


@kpi("Fleet rate", "نسبة الأساطيل", "share")
def fleet_rate(facts: Facts) -> Ratio:
    """Accepted leads for five vehicles or more, or of type Company with a company name / accepted leads."""
    company = matching(facts, "leadType", "compan") & filled(facts, "companyName")
    return share((quantities(facts) >= facts.rules.fleet_units) | company, is_accepted(facts))


@kpi("Cross-shopping rate", "مقارنة الطرازات", "share")
def cross_shopping_rate(facts: Facts) -> Ratio:
    """Accepted leads that name two or more model families / accepted leads that name at least one."""
    families = _families(facts)
    return share(families > 1, is_accepted(facts) & (families > 0))


@kpi("Current model year rate", "موديل السنة الحالية", "share")
def current_year_rate(facts: Facts) -> Measure:
    """Accepted leads whose model year is not before the year of the range's last day / accepted leads that name one."""
    days = days_of(facts)
    if not days:
        return Single(None)
    newest = _newest_year(facts)
    return share(newest >= days.last.year, is_accepted(facts) & ~np.isnan(newest))


@remembered
def _families(facts: Facts) -> Numbers:
    codes, _ = texts(facts, "modelFamily", "vehicles")
    pairs = pd.DataFrame({"lead": owner(facts, "vehicles"), "code": codes})
    pairs = pairs[pairs["code"] >= 0].drop_duplicates()
    return np.bincount(pairs["lead"], minlength=facts.count).astype("int64")


@remembered
def _newest_year(facts: Facts) -> Decimals:
    years = whole_numbers(facts.tables.vehicles["modelYear"])
    newest = years.groupby(owner(facts, "vehicles")).max().reindex(range(facts.count))
    return newest.to_numpy("float64", na_value=np.nan)


# --- tables --------------------------------------------------------------------------------------------------------


def model_years(tables: LeadTables) -> pd.DataFrame:
    """Cross model families with model years.

    Args:
        tables: The leads of a range.

    Returns:
        A row per `modelFamily`, the most wanted first, a column per model year: accepted leads that ask for it, each
        counted once in a cell. Vehicles without a family or a year are left out.
    """
    facts = facts_of(tables)
    codes, values = texts(facts, "modelFamily", "vehicles")
    years = whole_numbers(facts.tables.vehicles["modelYear"]).to_numpy("float64", na_value=np.nan)
    pairs = pd.DataFrame({"lead": owner(facts, "vehicles"), "family": codes, "year": years})
    kept: Flags = is_accepted(facts)[pairs["lead"].to_numpy()] & (codes >= 0)
    pairs = pairs[kept].dropna().drop_duplicates()
    family, year = named(pairs["family"].to_numpy(), values), pairs["year"].astype("int64").reset_index(drop=True)
    table = pd.crosstab(family, year)
    return laid(table, by_size(family), table.columns, "modelFamily")
