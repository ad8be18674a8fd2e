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
    """Tell whose leads they are: of customers who may be sent marketing, by all that the range knows."""
    who = customers_of(facts)
    return np.append(agree(facts, "marketing"), values=False)[who]


# --- by customer: one value for each number of `customers_of` -------------------------------------------------------


def needed(purpose: str) -> tuple[str, ...]:
    """List what a customer must have said yes to: privacy, and the purpose itself."""
    return tuple(dict.fromkeys(("privacy", purpose)))


@remembered
def agree(facts: Facts, purpose: str) -> Flags:
    """Tell which customers agree to a purpose, by all that the range knows.

    Answers count in rejected leads too: a no is a no. Of answers at the same moment, no is the later one.
    """
    agreed = [say_last(facts, each) & ~take_back(facts, each) for each in needed(purpose)]
    flags: Flags = np.all(agreed, axis=0)
    return flags


@remembered
def last_answers(facts: Facts, purpose: str) -> Numbers:
    """Find the lead in which each customer answered last, by its row; `NOWHERE` where they never did."""
    return _last_answers(facts, purpose, customers_of(facts))


def say_last(facts: Facts, purpose: str, answer: str = "yes") -> Flags:
    """Tell which customers gave an answer last."""
    return _at(says(facts, PURPOSES[purpose], answer), last_answers(facts, purpose))


@remembered
def take_back(facts: Facts, purpose: str) -> Flags:
    """Tell which customers have a no under one of their e-mail addresses, whoever said it.

    It counts where it is no earlier than what the customer said last, and where it stands last under the address: then
    nobody knows whether a yes without the address was meant to undo it.
    """
    who, (address, _) = customers_of(facts), emails_of(facts)
    moment, says_no = _moments(facts, purpose), says(facts, PURPOSES[purpose], "no")
    standing = _at(says_no, _last_answers(facts, purpose, address))
    refusals = np.flatnonzero(says_no & (address >= 0))
    refusals = refusals[np.argsort(moment[refusals], kind="stable")]
    newest = np.full(len(standing), NOWHERE)
    newest[address[refusals]] = refusals  # of several, the last one stays
    rows = np.flatnonzero((who >= 0) & (address >= 0))
    refusal, own = newest[address[rows]], last_answers(facts, purpose)[who[rows]]
    is_later = (refusal >= 0) & (own >= 0) & (moment[refusal] >= moment[own])
    flags = np.zeros(count_of(who), "bool")
    flags[who[rows[is_later | standing[address[rows]]]]] = True
    return flags


NOWHERE = -1
"""In place of a row: no lead."""


def count_of(keys: Numbers) -> int:
    """Tell how many different keys there are, which are numbered from 0."""
    return int(keys.max(initial=-1)) + 1


def _at(flags: Flags, rows: Numbers) -> Flags:
    at: Flags = np.append(flags, values=False)[rows]
    return at


def _moments(facts: Facts, purpose: str) -> Numbers:
    """Tell when each answer was given; a no of unknown time may be the last, a yes of unknown time may not."""
    moment = submitted(facts)
    return np.where(known(moment) | says(facts, PURPOSES[purpose]), moment, _LATEST)


def _last_answers(facts: Facts, purpose: str, keys: Numbers) -> Numbers:
    """Find the lead of the last answer under each key, 0 or more."""
    name = PURPOSES[purpose]
    rows = np.flatnonzero((says(facts, name) | says(facts, name, "no")) & (keys >= 0))
    order = rows[np.lexsort((says(facts, name, "no")[rows], _moments(facts, purpose)[rows]))]
    last = np.full(count_of(keys), NOWHERE)
    last[keys[order]] = order  # of several, the last one stays
    return last


# --- conflicts and sources -----------------------------------------------------------------------------------------


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
