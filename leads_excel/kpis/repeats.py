"""Customers who come more than once: duplicates within some days, returning customers later, and who had them first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.kpis.facts.crosses import by_size, laid, named
from leads_excel.kpis.facts.customers import customers_of, emails_of, is_contactable, phones_of
from leads_excel.kpis.facts.facts import (
    DAY,
    between,
    chronological,
    facts_of,
    is_accepted,
    is_rejected,
    remembered,
    submitted,
    texts,
)
from leads_excel.kpis.facts.measures import Count, Distinct, Quantile, Ratio, share
from leads_excel.kpis.registry import kpi

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.measures import Decimals, Flags, Numbers
    from leads_excel.tables.lead_tables import LeadTables

NONE = -1
"""The row of a lead that there is not."""


@kpi("Customers", "العملاء المختلفون", "customers")
def customers(facts: Facts) -> Distinct:
    """Different customers of accepted leads, told apart by valid phone or, without one, by valid e-mail address."""
    return Distinct(customers_of(facts), is_accepted(facts))


@kpi("Anonymous", "بلا وسيلة تواصل", "leads")
def anonymous(facts: Facts) -> Count:
    """Accepted leads without a valid phone and without a valid e-mail address: nobody can tell who they are."""
    return Count(is_accepted(facts) & ~is_contactable(facts))


@kpi("Duplicates", "المكررة", "leads")
def duplicates(facts: Facts) -> Count:
    """Accepted leads with the phone or the e-mail address of an accepted lead up to 30 days earlier in the range."""
    return Count(_is_repeat(facts))


@kpi("Duplicate rate", "نسبة التكرار", "share")
def duplicate_rate(facts: Facts) -> Ratio:
    """Duplicates / accepted leads."""
    return share(_is_repeat(facts), is_accepted(facts))


@kpi("Strict duplicate rate", "نسبة التكرار لنفس العلامة", "share")
def strict_duplicate_rate(facts: Facts) -> Ratio:
    """Duplicates of an earlier lead for the same brand / accepted leads."""
    return share(earlier(facts, "brand") != NONE, is_accepted(facts))


@kpi("Duplicates by e-mail only", "مكررة بالبريد فقط", "leads")
def email_duplicates(facts: Facts) -> Count:
    """Duplicates by e-mail address only, a weak match: families and offices share addresses."""
    return Count(_is_repeat(facts) & (links(facts)[0] == NONE))


@kpi("Same-source duplicates", "مكررة من نفس المصدر", "share")
def same_source_duplicate_rate(facts: Facts) -> Ratio:
    """Duplicates that came from the same source as the earlier lead / duplicates."""
    now, then = _now_and_then(facts, "source")
    return share((now == then) & (now >= 0), _is_repeat(facts))


@kpi("Cross-branch duplicates", "مكررة بين الفروع", "share")
def cross_branch_duplicate_rate(facts: Facts) -> Ratio:
    """Duplicates that went to another branch than the earlier lead / duplicates."""
    now, then = _now_and_then(facts, "branch")
    return share((now != then) & (now >= 0) & (then >= 0), _is_repeat(facts))


@kpi("Returning", "العائدون", "leads")
def returning(facts: Facts) -> Count:
    """Accepted leads whose customer's last lead in the range was more than 30 days earlier: interest, no duplicate."""
    return Count(_is_return(facts))


@kpi("Returning rate", "نسبة العائدين", "share")
def returning_rate(facts: Facts) -> Ratio:
    """Returning leads / accepted leads."""
    return share(_is_return(facts), is_accepted(facts))


@kpi("Recovered rate", "نسبة الاسترجاع", "share")
def recovered_rate(facts: Facts) -> Ratio:
    """Rejected leads with the phone or the e-mail address of an accepted lead up to 30 days later / rejected leads."""
    return share(~np.isnan(_days_to_recovery(facts)), is_rejected(facts))


@kpi("Days to recovery", "أيام الاسترجاع", "days")
def recovery_days(facts: Facts) -> Quantile:
    """Median days from a rejected lead to the accepted lead that recovers it."""
    return Quantile(_days_to_recovery(facts))


# --- who was there before ------------------------------------------------------------------------------------------


def _key(facts: Facts, by: str) -> Numbers:
    """Give each lead a number for its phone or its e-mail address; negative where it has none."""
    if by == "email":
        return emails_of(facts)[0]
    numbers = phones_of(facts)
    return np.where(numbers > 0, numbers, NONE)


@remembered
def previous(facts: Facts, by: str, within: str = "") -> Numbers:
    """Find the last accepted lead before each accepted lead with the same phone or e-mail address.

    Args:
        facts: The range.
        by: `phone` or `email`.
        within: A field in which they must agree too; empty ones do not.

    Returns:
        For each lead the row of the earlier one, or `NONE`. Of leads submitted at the same moment the one that stands
        first in the table is the earlier.
    """
    keys = [texts(facts, within)[0], _key(facts, by)] if within else [_key(facts, by)]
    counted = np.all([is_accepted(facts), *(key >= 0 for key in keys)], axis=0)
    order = chronological(facts)
    order = order[counted[order]]
    is_same = np.ones(max(len(order) - 1, 0), "bool")
    for key in keys:
        order = order[np.argsort(key[order], kind="stable")]
    for key in keys:
        is_same &= key[order[1:]] == key[order[:-1]]
    found = np.full(facts.count, NONE)
    found[order[1:][is_same]] = order[:-1][is_same]
    return found


def links(facts: Facts, within: str = "") -> tuple[Numbers, Numbers]:
    """Find the leads that each duplicate repeats: by its phone, and by its e-mail address.

    Args:
        facts: The range.
        within: A field in which they must agree too.

    Returns:
        The rows of these leads, each `NONE` where there is none within the days that make a duplicate.
    """
    by_phone, by_email = (previous(facts, by, within) for by in ("phone", "email"))
    return _in_time(facts, by_phone), _in_time(facts, by_email)


@remembered
def earlier(facts: Facts, within: str = "") -> Numbers:
    """Find the lead that each duplicate repeats: the last with its phone, else the last with its e-mail address.

    Returns:
        The row of that lead, or `NONE` for a lead that is no duplicate.
    """
    by_phone, by_email = links(facts, within)
    return np.where(by_phone != NONE, by_phone, by_email)


def days_since(facts: Facts, rows: Numbers) -> Decimals:
    """Tell how many days before each lead another one was submitted; NaN where there is none."""
    days = between(submitted(facts)[rows], submitted(facts), DAY)
    return np.where(rows == NONE, np.nan, days)


def _in_time(facts: Facts, rows: Numbers) -> Numbers:
    return np.where(days_since(facts, rows) <= facts.rules.days, rows, NONE)


def _is_repeat(facts: Facts) -> Flags:
    repeats: Flags = earlier(facts) != NONE
    return repeats


def _is_return(facts: Facts) -> Flags:
    came_before = (previous(facts, "phone", "") != NONE) | (previous(facts, "email", "") != NONE)
    returns: Flags = came_before & ~_is_repeat(facts)
    return returns


def _now_and_then(facts: Facts, field: str) -> tuple[Numbers, Numbers]:
    """Number the texts of a field, of each lead and of the one it repeats; negative where it is empty."""
    codes = texts(facts, field)[0]
    return codes, codes[earlier(facts)]


@remembered
def _days_to_recovery(facts: Facts) -> Decimals:
    days = np.fmin(*(days_since_next(facts, by) for by in ("phone", "email")))
    return np.where(is_rejected(facts) & (days <= facts.rules.days), days, np.nan)


def days_since_next(facts: Facts, by: str) -> Decimals:
    """Tell how many days after each lead the next accepted one with the same phone or e-mail address came."""
    key, moment = _key(facts, by), submitted(facts)
    order = chronological(facts)
    order = order[key[order] >= 0]
    order = order[np.argsort(key[order], kind="stable")]
    place = np.where(is_accepted(facts)[order], np.arange(len(order)), len(order))
    following = np.minimum.accumulate(place[::-1])[::-1]
    there = following < len(order)
    then = order[np.where(there, following, 0)]
    there &= key[then] == key[order]
    days = np.full(facts.count, np.nan)
    days[order[there]] = (moment[then[there]] - moment[order[there]]) / DAY
    return days


# --- tables --------------------------------------------------------------------------------------------------------


def overlap(tables: LeadTables, field: str = "source") -> pd.DataFrame:
    """Cross the sources of earlier leads with those of their duplicates.

    Args:
        tables: The leads of a range.
        field: A text field of leads.

    Returns:
        A row per value of the earlier lead, under `earlier`, a column per value of the duplicate: how many duplicates.
        Row and column names are in order of size; an empty field is `(blank)`.
    """
    facts = facts_of(tables)
    codes, values = texts(facts, field)
    repeats = np.flatnonzero(_is_repeat(facts))
    first, then = named(codes[earlier(facts)[repeats]], values), named(codes[repeats], values)
    order = by_size(pd.concat([first, then]))
    return laid(pd.crosstab(first, then), order, order, "earlier")
