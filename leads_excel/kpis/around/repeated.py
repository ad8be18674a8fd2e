"""Which accepted lead came before a lead, by phone and by e-mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leads_excel.kpis.around.history import (
    NONE,
    accepted,
    emails,
    in_order,
    moments,
    phones,
    records,
    texts,
)
from leads_excel.kpis.facts.facts import DAY, between, remembered

if TYPE_CHECKING:
    from leads_excel.kpis.around.history import History
    from leads_excel.kpis.facts.groups import Decimals, Flags, Numbers


def keys(history: History, by: str) -> Numbers:
    """Give each row a number for its phone, its e-mail address or its record; negative where it has none.

    Args:
        history: The range and what lies around it.
        by: `phone`, `email` or `record`.
    """
    return {"phone": phones, "email": emails, "record": records}[by](history)


@remembered
def previous(history: History, by: str, within: str = "") -> Numbers:
    """Find the last accepted lead before each accepted lead with the same phone or e-mail address.

    Args:
        history: The range and what lies around it.
        by: `phone` or `email`.
        within: A field in which they must agree too; empty ones do not.

    Returns:
        For each row that of the earlier one, or `NONE`. Of leads submitted at the same moment the one that stands
        first is the earlier. A record that was submitted again does not repeat itself.
    """
    same = [texts(history, within)[0], keys(history, by)] if within else [keys(history, by)]
    counted: Flags = np.all([accepted(history), *(key >= 0 for key in same)], axis=0)
    order = in_order(history)
    order = order[counted[order]]
    for key in same:
        order = order[np.argsort(key[order], kind="stable")]
    record = records(history)[order]
    is_same = np.all([key[order[1:]] == key[order[:-1]] for key in same], axis=0)
    begins = np.ones(len(order), "bool")  # of a run of one record's rows
    begins[1:] = ~(is_same & (record[1:] == record[:-1]) & (record[1:] != NONE))
    before = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0)) - 1
    there = before >= 0
    for key in same:
        there &= key[order[before]] == key[order]
    found = np.full(history.count, NONE)
    found[order[there]] = order[before[there]]
    return found


def links(history: History, within: str = "") -> tuple[Numbers, Numbers]:
    """Find the leads that each duplicate repeats: by its phone, and by its e-mail address.

    Args:
        history: The range and what lies around it.
        within: A field in which they must agree too.

    Returns:
        The rows of these leads, each `NONE` where there is none within the days that make a duplicate.
    """
    by_phone, by_email = (_in_time(history, previous(history, by, within)) for by in ("phone", "email"))
    return by_phone, by_email


@remembered
def earlier(history: History, within: str = "") -> Numbers:
    """Find the lead that each duplicate repeats: the last with its phone, else the last with its e-mail address.

    Returns:
        The row of that lead, or `NONE` for a lead that is no duplicate.
    """
    by_phone, by_email = links(history, within)
    return np.where(by_phone != NONE, by_phone, by_email)


def days_since(history: History, rows: Numbers) -> Decimals:
    """Tell how many days before each row another one was submitted; NaN where there is none."""
    days = between(moments(history)[rows], moments(history), DAY)
    return np.where(rows == NONE, np.nan, days)


def repeats(history: History) -> Flags:
    """Tell which rows are duplicates."""
    found: Flags = earlier(history) != NONE
    return found


@remembered
def returns(history: History) -> Flags:
    """Tell which rows are of customers whose last lead is longer ago than makes a duplicate, yet not too long."""
    days = [days_since(history, previous(history, by, "")) for by in ("phone", "email")]
    came_before: Flags = np.any([each <= history.rules.return_days for each in days], axis=0)
    return came_before & ~repeats(history)


def _in_time(history: History, rows: Numbers) -> Numbers:
    return np.where(days_since(history, rows) <= history.rules.days, rows, NONE)
