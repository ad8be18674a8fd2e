"""Who agreed to what. Three purposes, never added up; unknown is never yes; a later no wins over every earlier yes.

The record holds no time, text or method of consent, so it cannot prove one (PDPL, Implementing Regulation article 11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.kpis.facts.crosses import named
from leads_excel.kpis.facts.customers import customers_of, emails_of
from leads_excel.kpis.facts.facts import facts_of, is_accepted, known, remembered, says, submitted, texts
from leads_excel.kpis.facts.measures import Distinct, Ratio, Single, share
from leads_excel.kpis.registry import kpi

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags, Numbers
    from leads_excel.tables.lead_tables import LeadTables

PURPOSES = {"privacy": "acceptPrivatePolicy", "marketing": "acceptMarketing", "newsletter": "acceptNewsLetter"}
"""What customers are asked for, and the field that holds the answer."""

_YES, _NO, _UNKNOWN = 1, 0, -1
_LATEST = np.iinfo("int64").max


@kpi("Privacy policy accepted", "قبول سياسة الخصوصية", "share")
def privacy_rate(facts: Facts) -> Ratio:
    """Accepted leads that agree to the privacy policy / accepted leads; unknown is not yes."""
    return share(says(facts, PURPOSES["privacy"]), is_accepted(facts))


@kpi("Marketing accepted", "قبول التسويق", "share")
def marketing_rate(facts: Facts) -> Ratio:
    """Accepted leads that agree to marketing / accepted leads; unknown is not yes."""
    return share(says(facts, PURPOSES["marketing"]), is_accepted(facts))


@kpi("Newsletter accepted", "قبول النشرة", "share")
def newsletter_rate(facts: Facts) -> Ratio:
    """Accepted leads that agree to the newsletter / accepted leads; unknown is not yes."""
    return share(says(facts, PURPOSES["newsletter"]), is_accepted(facts))


@kpi("Privacy policy unknown", "الخصوصية غير معروفة", "share")
def privacy_unknown_rate(facts: Facts) -> Ratio:
    """Accepted leads without an answer on the privacy policy / accepted leads."""
    return share(_is_unknown(facts, "privacy"), is_accepted(facts))


@kpi("Marketing unknown", "التسويق غير معروف", "share")
def marketing_unknown_rate(facts: Facts) -> Ratio:
    """Accepted leads without an answer on marketing / accepted leads."""
    return share(_is_unknown(facts, "marketing"), is_accepted(facts))


@kpi("Newsletter unknown", "النشرة غير معروفة", "share")
def newsletter_unknown_rate(facts: Facts) -> Ratio:
    """Accepted leads without an answer on the newsletter / accepted leads."""
    return share(_is_unknown(facts, "newsletter"), is_accepted(facts))


@kpi("Marketable customers", "عملاء قابلون للتسويق", "customers")
def marketable_customers(facts: Facts) -> Distinct:
    """Customers whose last answers on marketing and privacy are yes, with no later no under their e-mail address."""
    return Distinct(customers_of(facts), is_accepted(facts) & is_marketable(facts))


@kpi("Marketable", "نسبة القابلين للتسويق", "share")
def marketable_rate(facts: Facts) -> Ratio:
    """Marketable customers / customers of accepted leads."""
    who, kept = customers_of(facts), is_accepted(facts)
    return Ratio(Distinct(who, kept & is_marketable(facts)), Distinct(who, kept))


@kpi("Consent conflicts", "تعارض الموافقات", "customers")
def consent_conflicts(facts: Facts) -> Distinct:
    """Customers of accepted leads who said both yes and no to the same purpose in the range."""
    return Distinct(customers_of(facts), is_accepted(facts) & _has_conflict(facts))


@kpi("Suspected sources", "مصادر مشكوك فيها", "sources", of="range")
def suspected_sources(facts: Facts) -> Single:
    """Sources with 30 answers on marketing or more, all of them yes: the box may be ticked beforehand."""
    return Single(int(_by_source(facts, "marketing")["suspected"].sum()))


def _is_unknown(facts: Facts, purpose: str) -> Flags:
    name = PURPOSES[purpose]
    return ~says(facts, name) & ~says(facts, name, "no")


@remembered
def is_marketable(facts: Facts) -> Flags:
    """Tell whose leads they are: of customers who may be sent marketing, by all that the range knows.

    Answers count in rejected leads too: a no is a no. Of answers at the same moment, no is the later one.
    """
    who, (address, _) = customers_of(facts), emails_of(facts)
    agrees = who >= 0
    refused = np.zeros(facts.count, "bool")
    for purpose in ("privacy", "marketing"):
        agrees &= _last_answer(facts, purpose, who) == _YES
        refused |= _last_answer(facts, purpose, address) == _NO
    return agrees & ~_of_all(who, refused)


def _last_answer(facts: Facts, purpose: str, keys: Numbers) -> Numbers:
    """Tell for each lead the last answer under its key, 0 or more; a no of unknown time may be the last."""
    name = PURPOSES[purpose]
    rows = np.flatnonzero((says(facts, name) | says(facts, name, "no")) & (keys >= 0))
    answer = says(facts, name).astype("int8")
    moment = np.where(known(submitted(facts)) | (answer == _YES), submitted(facts), _LATEST)
    order = rows[np.lexsort((1 - answer[rows], moment[rows]))]
    last = np.full(int(keys.max(initial=0)) + 2, _UNKNOWN, "int8")
    last[keys[order]] = answer[order]  # of several, the last one stays
    return np.where(keys >= 0, last[keys], _UNKNOWN)


def _of_all(who: Numbers, flags: Flags) -> Flags:
    """Tell for each lead whether any lead of its customer has a flag."""
    any_of = np.zeros(int(who.max(initial=0)) + 2, "bool")
    any_of[who[flags & (who >= 0)]] = True
    return any_of[who] & (who >= 0)


@remembered
def _has_conflict(facts: Facts) -> Flags:
    who = customers_of(facts)
    conflicts = [_of_all(who, says(facts, name)) & _of_all(who, says(facts, name, "no")) for name in PURPOSES.values()]
    both: Flags = np.any(conflicts, axis=0)
    return both


def consent_by_source(tables: LeadTables, purpose: str = "marketing") -> pd.DataFrame:
    """List what the customers of each source answered.

    Args:
        tables: The leads of a range.
        purpose: One of `PURPOSES`.

    Returns:
        `source` (an empty one as `(blank)`), `leads` (accepted), `yes`, `no`, `unknown`, `rate` (yes / leads) and
        `suspected`: at least 30 answers and none of them no, as if the box had been ticked beforehand. Largest first.
    """
    return _by_source(facts_of(tables), purpose)


def _by_source(facts: Facts, purpose: str) -> pd.DataFrame:
    kept = is_accepted(facts)
    codes, values = texts(facts, "source")
    frame = pd.DataFrame({
        "source": named(codes[kept], values),
        "leads": 1,
        "yes": says(facts, PURPOSES[purpose])[kept],
        "no": says(facts, PURPOSES[purpose], "no")[kept],
        "unknown": _is_unknown(facts, purpose)[kept],
    })  # fmt: skip
    counts = frame.groupby("source", as_index=False).sum()
    suspected = counts["yes"].ge(facts.rules.many) & counts["no"].eq(0)
    counts = counts.assign(rate=counts["yes"] / counts["leads"], suspected=suspected)
    return counts.sort_values(["leads", "source"], ascending=[False, True], ignore_index=True)
