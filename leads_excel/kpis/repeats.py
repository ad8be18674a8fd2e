"""Customers who come more than once: duplicates within some days, returning customers later, and who had them first.

A duplicate of the range's first days repeats a lead that came before the range, so these figures look back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.kpis.around.history import NONE, history_of, texts
from leads_excel.kpis.around.margin import cut, reach
from leads_excel.kpis.around.repeated import earlier, links, repeats, returns
from leads_excel.kpis.around.verdicts import days_to_recovery, last_rejections
from leads_excel.kpis.facts.crosses import by_size, laid, named
from leads_excel.kpis.facts.customers import customers_of, is_contactable
from leads_excel.kpis.facts.facts import facts_of, is_accepted
from leads_excel.kpis.facts.measures import Count, Distinct, Quantile, Ratio, share
from leads_excel.kpis.registry import kpi

if TYPE_CHECKING:
    from leads_excel.kpis.around.history import History
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Numbers
    from leads_excel.tables.lead_tables import LeadTables


@kpi("Customers", "العملاء", "customers")
def customers(facts: Facts) -> Distinct:
    """Different customers of accepted leads, told apart by valid phone or, without one, by valid e-mail address."""
    return Distinct(customers_of(facts), is_accepted(facts))


@kpi("Anonymous", "بلا وسيلة تواصل", "leads")
def anonymous(facts: Facts) -> Count:
    """Accepted leads without a valid phone and without a valid e-mail address: nobody can tell who they are."""
    return Count(is_accepted(facts) & ~is_contactable(facts))


@kpi("Duplicates", "المكررة", "leads", looks_back="days")
def duplicates(facts: Facts, history: History) -> Count:
    """Accepted leads with the phone or e-mail of another accepted lead up to 30 days earlier, before the range too."""
    del facts
    return Count(repeats(history)[history.own])


@kpi("Duplicate rate", "نسبة التكرار", "share", looks_back="days")
def duplicate_rate(facts: Facts, history: History) -> Ratio:
    """Duplicates / accepted leads."""
    return share(repeats(history)[history.own], is_accepted(facts))


@kpi("Strict duplicate rate", "نسبة التكرار لنفس العلامة", "share", looks_back="days")
def strict_duplicate_rate(facts: Facts, history: History) -> Ratio:
    """Duplicates of an earlier lead for the same brand / accepted leads."""
    return share((earlier(history, "brand") != NONE)[history.own], is_accepted(facts))


@kpi("Duplicates by e-mail only", "مكررة بالبريد فقط", "leads", looks_back="days")
def email_duplicates(facts: Facts, history: History) -> Count:
    """Duplicates by e-mail address only, a weak match: families and offices share addresses."""
    del facts
    return Count((repeats(history) & (links(history)[0] == NONE))[history.own])


@kpi("Same-source duplicates", "مكررة من نفس المصدر", "share", looks_back="days")
def same_source_duplicate_rate(facts: Facts, history: History) -> Ratio:
    """Duplicates that came from the same source as the earlier lead / duplicates."""
    del facts
    now, then = _now_and_then(history, "source")
    return share((now == then) & (now >= 0), repeats(history)[history.own])


@kpi("Cross-branch duplicates", "مكررة بين الفروع", "share", looks_back="days")
def cross_branch_duplicate_rate(facts: Facts, history: History) -> Ratio:
    """Duplicates that went to another branch than the earlier lead / duplicates."""
    del facts
    now, then = _now_and_then(history, "branch")
    return share((now != then) & (now >= 0) & (then >= 0), repeats(history)[history.own])


@kpi("Returning", "العائدون", "leads", looks_back="return_days")
def returning(facts: Facts, history: History) -> Count:
    """Accepted leads whose customer's last lead was more than 30 and up to 90 days earlier: interest, no duplicate."""
    del facts
    return Count(returns(history)[history.own])


@kpi("Returning rate", "نسبة العائدين", "share", looks_back="return_days")
def returning_rate(facts: Facts, history: History) -> Ratio:
    """Returning leads / accepted leads."""
    return share(returns(history)[history.own], is_accepted(facts))


@kpi("Recovered rate", "نسبة الاسترجاع", "share", looks_ahead="days")
def recovered_rate(facts: Facts, history: History) -> Ratio:
    """Leads rejected in the range whose number, phone or e-mail was accepted up to 30 days later / all of them."""
    del facts
    return share(~np.isnan(days_to_recovery(history)), last_rejections(history) != NONE)


@kpi("Days to recovery", "أيام الاسترجاع", "days", looks_ahead="days")
def recovery_days(facts: Facts, history: History) -> Quantile:
    """Median days from a rejected lead to the accepted lead that recovers it."""
    del facts
    return Quantile(days_to_recovery(history))


def _now_and_then(history: History, field: str) -> tuple[Numbers, Numbers]:
    """Number the texts of a field, of each lead of the range and of the one it repeats; negative where it is empty."""
    codes = texts(history, field)[0]
    return codes[history.own], codes[earlier(history)][history.own]


# --- tables --------------------------------------------------------------------------------------------------------


def overlap(tables: LeadTables, field: str = "source") -> pd.DataFrame:
    """Cross the sources of earlier leads with those of their duplicates.

    Args:
        tables: The leads of a range; the days before it are fetched where it knows whom to ask.
        field: A text field of leads.

    Returns:
        A row per value of the earlier lead, under `earlier`, a column per value of the duplicate: how many duplicates.
        Row and column names are in order of size; an empty field is `(blank)`. `attrs["note"]` says what could not be
        looked at; it is empty where all is well.

    Raises:
        ApiError: The days before the range are missing.
    """
    facts = facts_of(tables)
    back = reach(facts.rules, "days")
    history = history_of(facts, back)
    codes, values = texts(history, field)
    found = np.flatnonzero(repeats(history)[history.own]) + history.own.start
    first, then = named(codes[earlier(history)[found]], values), named(codes[found], values)
    order = by_size(pd.concat([first, then]))
    crossed = laid(pd.crosstab(first, then), order, order, "earlier")
    crossed.attrs["note"] = cut(tables, back)
    return crossed
