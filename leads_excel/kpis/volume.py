"""How many leads there are, how many a day, and whether more or fewer than before."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from leads_excel.kpis.facts.facts import (
    DAY,
    days_of,
    every,
    is_accepted,
    is_provisional,
    is_rejected,
    says,
    submitted,
)
from leads_excel.kpis.facts.measures import Count, Everywhere, Measure, Ratio, Single, divided, share
from leads_excel.kpis.registry import kpi

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags

_EPOCH = date(1970, 1, 1)


@kpi("Leads received", "الطلبات الواردة", "leads")
def leads(facts: Facts) -> Count:
    """Leads received: accepted, rejected and provisional."""
    return Count(every(facts))


@kpi("Accepted", "المقبولة", "leads")
def accepted(facts: Facts) -> Count:
    """Leads that the DMS judged and did not reject: with a number there, or in a completed or cancelled bulk."""
    return Count(is_accepted(facts))


@kpi("Rejected", "المرفوضة", "leads")
def rejected(facts: Facts) -> Count:
    """Leads that the DMS rejected."""
    return Count(is_rejected(facts))


@kpi("Provisional", "قيد المعالجة", "leads")
def provisional(facts: Facts) -> Count:
    """Leads not judged yet: not rejected, without a number in the DMS, their bulk created or in progress."""
    return Count(is_provisional(facts))


@kpi("Provisional share", "نسبة قيد المعالجة", "share")
def provisional_share(facts: Facts) -> Ratio:
    """Provisional leads / leads received; until it is 0, counts and rates of verdicts may change."""
    return share(is_provisional(facts), every(facts))


@kpi("Without a verdict", "بلا نتيجة", "leads")
def unjudged(facts: Facts) -> Count:
    """Leads of which the DMS does not say whether it rejected them; they count as not rejected."""
    return Count(~says(facts, "isError") & ~says(facts, "isError", "no"))


@kpi("Leads a day", "الطلبات في اليوم", "leads a day")
def leads_per_day(facts: Facts) -> Measure:
    """Leads received / days of the range that have come, today included."""
    days = days_of(facts)
    return Ratio(Count(every(facts)), Everywhere(len(days) if days else 0))


@kpi("7-day mean", "متوسط سبعة أيام", "leads a day")
def week_mean(facts: Facts) -> Measure:
    """Leads received on the last seven days of the range that have come / these days, fewer in a shorter range."""
    days = days_of(facts)
    if not days:
        return Single(None)
    first = max(days.first, days.last - timedelta(days=6))
    return Ratio(Count(_within(facts, first, days.last)), Everywhere((days.last - first).days + 1))


@kpi("Pace of the month", "وتيرة الشهر", "leads")
def month_pace(facts: Facts) -> Measure:
    """What the range's last month comes to if it goes on like this: leads a day so far x days of the month."""
    days = days_of(facts)
    if not days:
        return Single(None)
    first = max(days.first, days.last.replace(day=1))
    whole_month = monthrange(days.last.year, days.last.month)[1]
    so_far = Everywhere((days.last - first).days + 1)
    return Ratio(Count(_within(facts, first, days.last)), so_far, whole_month)


@kpi("Change", "التغير", "leads", of="range", compares=True)
def change(facts: Facts) -> Single:
    """Leads received - leads received in the range before, of as many days as have come of this one."""
    return Single(facts.count - facts.before.count if facts.before else None)


@kpi("Change in %", "نسبة التغير", "share", of="range", compares=True)
def change_rate(facts: Facts) -> Single:
    """Change / leads received in the range before, of as many days as have come of this one."""
    if not facts.before:
        return Single(None)
    return divided(facts.count - facts.before.count, facts.before.count)


def _within(facts: Facts, first: date, last: date) -> Flags:
    day = submitted(facts) // DAY
    return (day >= (first - _EPOCH).days) & (day <= (last - _EPOCH).days)
