"""Whether leads can be worked with: whom one can reach, and how complete they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.kpis.facts import emails, phones
from leads_excel.kpis.facts.customers import (
    BY_EMAIL,
    CHANNELS,
    email_states,
    has_email,
    has_phone,
    is_contactable,
    phones_of,
    prefers,
)
from leads_excel.kpis.facts.facts import facts_of, filled, is_accepted, owner, remembered, says
from leads_excel.kpis.facts.measures import Count, Ratio, share
from leads_excel.kpis.facts.rules import RULES, Rules
from leads_excel.kpis.registry import kpi

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags
    from leads_excel.tables.lead_tables import LeadTables

_CONSENTS = ("acceptNewsLetter", "acceptMarketing", "acceptPrivatePolicy")


@kpi("Contactable", "القابلة للتواصل", "share")
def contactable_rate(facts: Facts) -> Ratio:
    """Accepted leads with a valid phone or a valid e-mail address / accepted leads."""
    return share(is_contactable(facts), is_accepted(facts))


@kpi("Valid phone", "هاتف صحيح", "share")
def valid_phone_rate(facts: Facts) -> Ratio:
    """Accepted leads with a valid phone / accepted leads."""
    return share(has_phone(facts), is_accepted(facts))


@kpi("Invalid phone", "هاتف غير صحيح", "share")
def invalid_phone_rate(facts: Facts) -> Ratio:
    """Accepted leads whose phone is typed but wrong, or only fills the field / accepted leads.

    Fillers: zeros, one digit repeated such as 555555555, or digits counted up or down such as 123456789.
    """
    return share(np.isin(phones_of(facts), (phones.INVALID, phones.PLACEHOLDER)), is_accepted(facts))


@kpi("No phone", "بلا هاتف", "share")
def no_phone_rate(facts: Facts) -> Ratio:
    """Accepted leads without a phone / accepted leads."""
    return share(phones_of(facts) == phones.MISSING, is_accepted(facts))


@kpi("Valid e-mail", "بريد صحيح", "share")
def valid_email_rate(facts: Facts) -> Ratio:
    """Accepted leads with a valid e-mail address / accepted leads."""
    return share(has_email(facts), is_accepted(facts))


@kpi("Invalid e-mail", "بريد غير صحيح", "share")
def invalid_email_rate(facts: Facts) -> Ratio:
    """Accepted leads whose e-mail address is typed but none, or only fills the field / accepted leads.

    Fillers: test@, testing@, none@, no@, na@, n.a@, nomail@, noemail@, no-email@, noreply@, no-reply@, unknown@, xx@,
    123@.
    """
    return share(np.isin(email_states(facts), (emails.INVALID, emails.PLACEHOLDER)), is_accepted(facts))


@kpi("Preferred channel broken", "القناة المفضلة معطلة", "share")
def broken_channel_rate(facts: Facts) -> Ratio:
    """Accepted leads that prefer e-mail or phone without a valid one / accepted leads that prefer e-mail or phone.

    Prefer phone: contact by Phone, Call, Mobile, WhatsApp, SMS or Text; e-mail: by E-mail or Email.
    """
    by_email = prefers(facts, BY_EMAIL)
    by_phone = np.any([prefers(facts, channel) for channel in CHANNELS if channel != BY_EMAIL], axis=0)
    broken = (by_email & ~has_email(facts)) | (by_phone & ~has_phone(facts))
    return share(broken, is_accepted(facts) & (by_email | by_phone))


@kpi("Completeness", "اكتمال البيانات", "points")
def completeness(facts: Facts) -> Ratio:
    """Mean points of accepted leads, 0 to 100; `completeness_parts` lists what counts how much."""
    kept = is_accepted(facts)
    points = np.zeros(facts.count, "int64")
    for name, weight in facts.rules.weights:
        points += weight * (part(facts, name) & kept)
    return Ratio(Count(points), Count(kept))


@remembered
def part(facts: Facts, name: str) -> Flags:
    """Tell which leads have a part of a complete lead.

    Args:
        facts: The range.
        name: `phone` or `email` (valid), `name` (first and last), `consent` (all three answered), a field of vehicles
            or of leads (with something in it).
    """
    if name == "phone":
        return has_phone(facts)
    if name == "email":
        return has_email(facts)
    if name == "name":
        return filled(facts, "firstName") & filled(facts, "lastName")
    if name == "consent":
        answered: Flags = np.all([says(facts, flag) | says(facts, flag, "no") for flag in _CONSENTS], axis=0)
        return answered
    if name in ("modelFamily", "modelYear"):
        has = np.zeros(facts.count, "bool")
        has[owner(facts, "vehicles")[filled(facts, name, "vehicles")]] = True
        return has
    return filled(facts, name)


def completeness_parts(tables: LeadTables, rules: Rules = RULES) -> pd.DataFrame:
    """List what makes a lead complete, and how many have it.

    Args:
        tables: The leads of a range.
        rules: The weights.

    Returns:
        `part`, `weight` in points and `share` of accepted leads that have it; shares times weights add up to the
        completeness.
    """
    facts = facts_of(tables, rules)
    kept = is_accepted(facts)
    shares = [part(facts, name)[kept].mean() if kept.any() else np.nan for name, _ in rules.weights]
    return pd.DataFrame(rules.weights, columns=["part", "weight"]).assign(share=shares)
