"""What became of rejected leads: accepted later under the same number, or for the same customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leads_excel.kpis.around.history import NONE, accepted, in_order, moments, records, rejected
from leads_excel.kpis.around.repeated import keys
from leads_excel.kpis.facts.facts import DAY, remembered

if TYPE_CHECKING:
    from leads_excel.kpis.around.history import History
    from leads_excel.kpis.facts.groups import Decimals, Flags, Numbers


@remembered
def last_rejections(history: History) -> Numbers:
    """Find the last time that the DMS rejected each lead of the range, in the range.

    Returns:
        For each lead of the range the row of that verdict: its own where it stands rejected, an earlier one where it
        was accepted since; `NONE` where it was never rejected.
    """
    own = np.arange(history.own.start, history.own.stop)
    found = np.where(rejected(history)[own], own, NONE)
    rows = np.arange(history.range.start, history.own.start)  # earlier versions of these leads
    rows = rows[rejected(history)[rows] & (records(history)[rows] != NONE)]
    if not len(rows):
        return found
    rows = rows[np.argsort(moments(history)[rows], kind="stable")]
    # Of several the last one stays: a dictionary of few, since hardly a lead comes twice.
    last = dict(zip(records(history)[rows].tolist(), rows.tolist(), strict=True))
    came_again = np.flatnonzero((found == NONE) & np.isin(records(history)[own], [*last]))
    found[came_again] = [last[record] for record in records(history)[own[came_again]].tolist()]
    return found


@remembered
def recoveries(history: History) -> Numbers:
    """Find the accepted lead that recovered each lead of the range that was rejected.

    Returns:
        For each lead of the range the row of the next accepted one after its last rejection in the range, with the same
        number, phone or e-mail address; `NONE` where there is none within the days that make a duplicate.
    """
    rows = last_rejections(history)
    found, nearest = np.full(len(rows), NONE), np.full(len(rows), np.inf)
    for by in ("record", "phone", "email"):
        then = np.where(rows == NONE, NONE, _next(history, by)[rows])
        days = np.where(then == NONE, np.inf, (moments(history)[then] - moments(history)[rows]) / DAY)
        is_nearer = (days < nearest) & (days <= history.rules.days)
        found[is_nearer], nearest[is_nearer] = then[is_nearer], days[is_nearer]
    return found


@remembered
def days_to_recovery(history: History) -> Decimals:
    """Tell for each lead of the range that was rejected how many days later it was recovered.

    Returns:
        Days from its last rejection in the range to the lead that recovered it, see `recoveries`; NaN where there is
        none.
    """
    then, rows = recoveries(history), last_rejections(history)
    return np.where(then == NONE, np.nan, (moments(history)[then] - moments(history)[rows]) / DAY)


@remembered
def right_first_time(history: History) -> Flags:
    """Tell which leads of the range were accepted without having been rejected shortly before under the same number."""
    since = _days_since_rejection(history)[history.own]
    is_accepted: Flags = accepted(history)[history.own]
    return is_accepted & ~(since <= history.rules.days)


def _next(history: History, by: str) -> Numbers:
    """Find the next accepted row after each row with the same key; `NONE` where there is none."""
    order, key = _by_key(history, by)
    place = np.where(accepted(history)[order], np.arange(len(order)), len(order))
    following = np.minimum.accumulate(place[::-1])[::-1]
    there = following < len(order)
    then = order[np.where(there, following, 0)]
    there &= key[then] == key[order]
    found = np.full(history.count, NONE)
    found[order[there]] = then[there]
    return found


def _days_since_rejection(history: History) -> Decimals:
    """Tell how many days before each row the DMS last rejected the same record."""
    order, key = _by_key(history, "record")
    place = np.where(rejected(history)[order], np.arange(len(order)), NONE)
    last = np.maximum.accumulate(place)
    there = last != NONE
    then = order[np.where(there, last, 0)]
    there &= key[then] == key[order]
    return _days(history, order[there], then[there], order[there])


def _by_key(history: History, by: str) -> tuple[Numbers, Numbers]:
    """List the rows that have a key by it, those of the same one in the order of submission."""
    key = keys(history, by)
    order = in_order(history)
    order = order[key[order] != NONE]
    return order[np.argsort(key[order], kind="stable")], key


def _days(history: History, rows: Numbers, first: Numbers, then: Numbers) -> Decimals:
    days = np.full(history.count, np.nan)
    days[rows] = (moments(history)[then] - moments(history)[first]) / DAY
    return days
