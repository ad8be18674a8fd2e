"""How long leads lie before they are handed over, and when that happens.

The record ends there: when somebody called the customer, it does not say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leads_excel.kpis.facts.facts import DAY, MINUTE, asked, between, known, submitted
from leads_excel.kpis.facts.measures import Count, Quantile, Ratio, share
from leads_excel.kpis.registry import kpi

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Decimals, Flags

_THURSDAY = 3  # 1970-01-01, Monday being 0


@kpi("Intake lag", "زمن التسليم", "minutes")
def intake_minutes(facts: Facts) -> Quantile:
    """Median minutes from the lead's own time to its submission; of leads with a time of day, not after submission."""
    return Quantile(_minutes(facts))


@kpi("Intake lag, slowest tenth", "زمن التسليم لأبطأ عشر", "minutes")
def intake_minutes_p90(facts: Facts) -> Quantile:
    """Minutes that nine tenths of leads are submitted within; of leads with a time of day, not after submission."""
    return Quantile(_minutes(facts), 0.9)


@kpi("Prompt", "تسليم فوري", "share")
def prompt_rate(facts: Facts) -> Ratio:
    """Leads submitted within 15 minutes / leads whose date has a time of day and is not after their submission."""
    minutes = _minutes(facts)
    return share(minutes <= facts.rules.prompt_minutes, ~np.isnan(minutes))


@kpi("Intake days", "أيام التسليم", "days")
def intake_days(facts: Facts) -> Quantile:
    """Median days from the day of the lead to the day of its submission; leads dated after it are left out."""
    return Quantile(_days(facts))


@kpi("Same day", "في نفس اليوم", "share")
def same_day_rate(facts: Facts) -> Ratio:
    """Leads submitted on their own day / leads whose day is known and not after their submission."""
    days = _days(facts)
    return share(days == 0, ~np.isnan(days))


@kpi("Clock errors", "أخطاء التوقيت", "leads")
def clock_errors(facts: Facts) -> Count:
    """Leads dated after their submission: by the clock where their date has a time of day, else by the day."""
    minutes = between(asked(facts), submitted(facts), MINUTE)
    return Count(np.where(_has_time(facts), minutes < 0, _lag(facts) < 0))


@kpi("Out of hours", "خارج أوقات العمل", "share")
def out_of_hours_rate(facts: Facts) -> Ratio:
    """Leads submitted before 9:00 or from 21:00 on, on Fridays before 14:00 / leads whose submission has a time."""
    moment = submitted(facts)
    hours = np.array(facts.rules.business_hours)[(moment // DAY + _THURSDAY) % 7]
    hour = moment % DAY / (60 * MINUTE)
    return share((hour < hours[:, 0]) | (hour >= hours[:, 1]), known(moment))


def _has_time(facts: Facts) -> Flags:
    moment = asked(facts)
    has_time: Flags = known(moment) & (moment % DAY != 0)
    return has_time


def _minutes(facts: Facts) -> Decimals:
    minutes = between(asked(facts), submitted(facts), MINUTE)
    return np.where(_has_time(facts) & (minutes >= 0), minutes, np.nan)


def _lag(facts: Facts) -> Decimals:
    first, then = (np.where(known(moment), moment // DAY * DAY, moment) for moment in (asked(facts), submitted(facts)))
    return between(first, then, DAY)


def _days(facts: Facts) -> Decimals:
    days = _lag(facts)
    return np.where(days >= 0, days, np.nan)
