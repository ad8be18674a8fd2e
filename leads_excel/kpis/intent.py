"""How serious customers are: test drives, priority, when they plan to buy, how they pay, what they earn."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.kpis.facts.crosses import crossed, named
from leads_excel.kpis.facts.customers import is_contactable
from leads_excel.kpis.facts.facts import facts_of, is_accepted, matching, remembered, says, texts
from leads_excel.kpis.facts.measures import Count, Quantile, Ratio, share
from leads_excel.kpis.registry import kpi

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Decimals, Flags
    from leads_excel.tables.lead_tables import LeadTables

_HOT = "hot$"
_AMOUNT = re.compile(r"\d+(?:[,٬]\d{3})*(?:\.\d+)?")
_CURRENCY = re.compile(r"[^\W\d_]+")
_HOME = {"", "sar", "sr", "riyal", "riyals", "ريال", "رس"}


@kpi("Test drive rate", "نسبة تجربة القيادة", "share")
def test_drive_rate(facts: Facts) -> Ratio:
    """Accepted leads that want a test drive / accepted leads; unknown is not yes."""
    return share(says(facts, "testDriveRequired"), is_accepted(facts))


@kpi("Test drive unknown", "تجربة القيادة غير معروفة", "share")
def test_drive_unknown_rate(facts: Facts) -> Ratio:
    """Accepted leads that do not say whether they want a test drive / accepted leads."""
    return share(~says(facts, "testDriveRequired") & ~says(facts, "testDriveRequired", "no"), is_accepted(facts))


@kpi("Hot", "ساخن", "share")
def hot_rate(facts: Facts) -> Ratio:
    """Accepted leads whose priority reads Hot / accepted leads."""
    return share(is_hot(facts), is_accepted(facts))


@kpi("Warm", "دافئ", "share")
def warm_rate(facts: Facts) -> Ratio:
    """Accepted leads whose priority reads Warm / accepted leads."""
    return share(matching(facts, "priority", "warm$"), is_accepted(facts))


@kpi("Cold", "بارد", "share")
def cold_rate(facts: Facts) -> Ratio:
    """Accepted leads whose priority reads Cold / accepted leads."""
    return share(matching(facts, "priority", "cold$"), is_accepted(facts))


@kpi("Buying soon", "شراء قريب", "share")
def near_term_rate(facts: Facts) -> Ratio:
    """Accepted leads whose purchase plan reads Within 30 Days or fewer, such as Within 7 Days / accepted leads."""
    return share(buys_soon(facts), is_accepted(facts))


@kpi("Cash", "نقدا", "share")
def cash_rate(facts: Facts) -> Ratio:
    """Accepted leads whose payment mode begins with Cash / accepted leads."""
    return share(matching(facts, "paymentMode", "cash"), is_accepted(facts))


@kpi("Credit", "تقسيط", "share")
def credit_rate(facts: Facts) -> Ratio:
    """Accepted leads whose payment mode begins with Credit, Finance or Instalment / accepted leads."""
    return share(matching(facts, "paymentMode", "credit|finance|instal"), is_accepted(facts))


@kpi("Lease", "تأجير", "share")
def lease_rate(facts: Facts) -> Ratio:
    """Accepted leads whose payment mode begins with Lease or Leasing / accepted leads."""
    return share(matching(facts, "paymentMode", "leas"), is_accepted(facts))


@kpi("Income known", "الدخل معروف", "share")
def income_known_rate(facts: Facts) -> Ratio:
    """Accepted leads with an income band in riyals that can be read / accepted leads.

    In riyals: with SAR, SR, riyal, riyals, ريال, ر.س or without a currency.
    """
    return share(~np.isnan(_incomes(facts)), is_accepted(facts))


@kpi("Median income", "وسيط الدخل", "SAR")
def median_income(facts: Facts) -> Quantile:
    """Median of the middles of accepted leads' income bands in riyals; of fewer than five it would be somebody's."""
    return Quantile(np.where(is_accepted(facts), _incomes(facts), np.nan), least=facts.rules.few)


@kpi("Hot but out of reach", "ساخن بلا وسيلة تواصل", "leads")
def hot_uncontactable(facts: Facts) -> Count:
    """Accepted leads whose priority reads Hot, without a valid phone and without a valid e-mail address."""
    return Count(is_accepted(facts) & is_hot(facts) & ~is_contactable(facts))


def is_hot(facts: Facts) -> Flags:
    """Tell which leads have a priority that reads Hot."""
    return matching(facts, "priority", _HOT)


@remembered
def buys_soon(facts: Facts) -> Flags:
    """Tell which leads have a purchase plan of Within 30 Days or fewer."""
    codes, values = texts(facts, "purchasePlan")
    within = [re.match(r"within (\d+) days?$", value, re.IGNORECASE) for value in values]
    soon = np.array([*(match is not None and int(match[1]) <= facts.rules.near_days for match in within), False])
    return soon[codes]


@remembered
def _incomes(facts: Facts) -> Decimals:
    codes, values = texts(facts, "monthlyIncome")
    return np.array([*(middle(value) for value in values), np.nan])[codes]


def cross(tables: LeadTables, rows: str = "priority", columns: str = "purchasePlan") -> pd.DataFrame:
    """Cross two text fields of leads.

    Args:
        tables: The leads of a range.
        rows: A field such as priority.
        columns: Another, such as purchasePlan.

    Returns:
        A row per value of the one, a column per value of the other, both by size, an empty field as `(blank)`:
        accepted leads.
    """
    facts = facts_of(tables)
    kept = is_accepted(facts)
    sides = [named(codes[kept], values) for codes, values in (texts(facts, rows), texts(facts, columns))]
    return crossed(sides[0], sides[1], rows)


def funnel(tables: LeadTables) -> pd.DataFrame:
    """List how many leads are left from submission to somebody who can be called.

    Args:
        tables: The leads of a range.

    Returns:
        `stage` (received, accepted, contactable), `leads`, `share` of those received. Provisional leads are received
        and not accepted, yet.
    """
    facts = facts_of(tables)
    kept = is_accepted(facts)
    leads = [facts.count, int(kept.sum()), int((kept & is_contactable(facts)).sum())]
    shares = [count / facts.count if facts.count else np.nan for count in leads]
    return pd.DataFrame({"stage": ["received", "accepted", "contactable"], "leads": leads, "share": shares})


def middle(band: str) -> float:
    """Read the middle of an income band.

    Args:
        band: Such as `5000-10000 SAR`, `20000+`, `>20000`, `<5000 SAR`, `12,000`; with Arabic digits too.

    Returns:
        Riyals: the middle between two amounts, half of an upper bound, a lower bound itself; NaN for what is no band
        or another currency.
    """
    text = "".join(str(unicodedata.digit(char)) if char.isdecimal() else char for char in band).casefold()
    amounts = [float(re.sub(r"[,٬]", "", amount)) for amount in _AMOUNT.findall(text)]
    if "".join(_CURRENCY.findall(text)) not in _HOME or not 1 <= len(amounts) <= 2:
        return math.nan
    if len(amounts) == 1 and re.match(r"\s*[<≤]", text):
        amounts.append(0.0)
    return sum(amounts) / len(amounts)
