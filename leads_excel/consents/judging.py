"""Why customers are in the list of a purpose, or left out of it: one reason each, the first that holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leads_excel.kpis.consent import (
    NOWHERE,
    count_of,
    last_answers,
    needed,
    say_last,
    take_back,
)
from leads_excel.kpis.facts import emails, phones
from leads_excel.kpis.facts.customers import customers_of, email_states, keys_of, phones_of
from leads_excel.kpis.facts.facts import chronological, is_accepted, known, submitted

if TYPE_CHECKING:
    from leads_excel.consents.suppression import Suppression
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags, Numbers


class Reason(NamedTuple):
    """Why somebody is in the list, or is not.

    Args:
        name: In English.
        arabic: In Arabic.
        of: What is counted: customers, or leads of which nobody can tell whose they are.
        about: When it holds, in a sentence.
    """

    name: str
    arabic: str
    of: str
    about: str


LISTED = Reason("listed", "في القائمة", "customers", "Agreed, and is in the list.")
NEVER_ANSWERED = Reason("never answered", "لم يجب", "customers", "No lead of the range has an answer to the purpose.")
SAID_NO = Reason("said no", "رفض", "customers", "Said no to the purpose last, or at the moment of the last yes.")
NO_PRIVACY = Reason(
    "privacy not accepted", "لم يقبل الخصوصية", "customers", "Did not say yes to the privacy policy last."
)
TAKEN_BACK = Reason(
    "no under another address",
    "رفض بعنوان آخر",
    "customers",
    "A no under an e-mail address of the customer is later, or the last word there.",
)
NOT_ACCEPTED = Reason(
    "no accepted lead", "لا سجل مقبولا", "customers", "Agreed in leads only that the DMS rejected or has yet to judge."
)
SUPPRESSED = Reason("suppressed", "محجوب", "customers", "Agreed, and is in the file of the option suppress.")
NO_CHANNEL = Reason(
    "no valid channel", "لا وسيلة صحيحة", "leads", "A phone or an e-mail address was typed, and none of them is valid."
)
ANONYMOUS = Reason("anonymous", "مجهول", "leads", "Neither a phone nor an e-mail address was typed.")

REASONS = (
    LISTED, NEVER_ANSWERED, SAID_NO, NO_PRIVACY, TAKEN_BACK, NOT_ACCEPTED, SUPPRESSED, NO_CHANNEL, ANONYMOUS,
)  # fmt: skip
"""All of them, in the order in which they are told."""


def judged(facts: Facts, purpose: str, suppression: Suppression | None) -> Numbers:
    """Tell of each customer the number of its reason in `REASONS`.

    Args:
        facts: The range.
        purpose: One of `PURPOSES`.
        suppression: Who is not to be contacted; None where nobody said.
    """
    who = customers_of(facts)
    taken_back = np.any([take_back(facts, each) for each in needed(purpose)], axis=0)
    holds = {
        NEVER_ANSWERED: last_answers(facts, purpose) == NOWHERE,
        SAID_NO: say_last(facts, purpose, "no"),
        NO_PRIVACY: ~say_last(facts, "privacy"),
        TAKEN_BACK: taken_back,
        NOT_ACCEPTED: ~_any_of(who, is_accepted(facts)),
    }
    numbers = np.select(list(holds.values()), [REASONS.index(reason) for reason in holds], REASONS.index(LISTED))
    if suppression is not None:
        agreed = np.flatnonzero(numbers == REASONS.index(LISTED))
        numbers[agreed[_are_suppressed(facts, suppression, agreed)]] = REASONS.index(SUPPRESSED)
    return numbers


def _are_suppressed(facts: Facts, suppression: Suppression, customers: Numbers) -> Flags:
    """Tell which of some customers are in a file, by any phone or address of theirs, or by their key."""
    by_address = _any_of(customers_of(facts), suppression.has_address_of(facts))[customers]
    if not suppression.keys:
        return by_address
    keys = keys_of(facts, latest_leads(facts)[customers].tolist())
    either: Flags = by_address | np.array([key in suppression.keys for key in keys], "bool")
    return either


def _any_of(who: Numbers, flags: Flags) -> Flags:
    """Tell of each customer whether any of its leads has a flag."""
    any_of = np.zeros(count_of(who), "bool")
    any_of[who[flags & (who >= 0)]] = True
    return any_of


def counted(facts: Facts, purpose: str, suppression: Suppression | None, met: Flags) -> Numbers:
    """Count for each of `REASONS`.

    Args:
        facts: The range.
        purpose: As for `judged`.
        suppression: As for `judged`.
        met: Which leads meet the filters; a customer counts whose latest lead does.

    Returns:
        Counts of customers, and of leads without one.
    """
    numbers = judged(facts, purpose, suppression)[met[latest_leads(facts)]]
    nothing = (phones_of(facts) == phones.MISSING) & (email_states(facts) == emails.MISSING)
    unknown = (customers_of(facts) < 0) & met
    counts = np.bincount(numbers, minlength=len(REASONS))
    counts[REASONS.index(NO_CHANNEL)] = (unknown & ~nothing).sum()
    counts[REASONS.index(ANONYMOUS)] = (unknown & nothing).sum()
    return counts


def latest_leads(facts: Facts) -> Numbers:
    """Find the latest lead of each customer, by its row; of several at the same moment the one that stands last."""
    return last_of(facts, np.ones(facts.count, "bool"))


def last_of(facts: Facts, flags: Flags) -> Numbers:
    """Find the latest lead of each customer that has a flag, by its row; `NOWHERE` where none has."""
    who = customers_of(facts)
    last = np.full(count_of(who), NOWHERE)
    undated = np.flatnonzero(~known(submitted(facts)))
    for rows in (undated, chronological(facts)):
        kept = rows[flags[rows] & (who[rows] >= 0)]
        last[who[kept]] = kept  # of several, the last one stays
    return last
