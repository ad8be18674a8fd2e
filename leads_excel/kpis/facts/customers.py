"""Who a lead is from: its phone, its e-mail address, its customer, as numbers that are equal for equal ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from leads_excel.kpis.facts.emails import VALID, numbered, states
from leads_excel.kpis.facts.facts import matching, remembered
from leads_excel.kpis.facts.persons import person_keys
from leads_excel.kpis.facts.phones import e164

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags, Numbers

CHANNELS = {"Email": r"e-?mail", "WhatsApp": r"whats", "SMS": r"sms|text", "Phone": r"phone|call|mobile"}
"""How customers may prefer to be reached, and how that begins where it is written; all but the first by phone."""

BY_EMAIL = "Email"


@remembered
def phones_of(facts: Facts) -> Numbers:
    """Read the phone of each lead, as `phones.e164`: positive where it is valid."""
    return e164(facts.tables.leads["phoneCode"], facts.tables.leads["phoneNumber"])


@remembered
def email_states(facts: Facts) -> Numbers:
    """Tell what was typed as e-mail address of each lead, as `emails.states`."""
    return states(facts.tables.leads["email"])


@remembered
def emails_of(facts: Facts) -> tuple[Numbers, pa.Array]:
    """Number the e-mail address of each lead, as `emails.numbered`: 0 or more where it is valid."""
    return numbered(facts.tables.leads["email"], email_states(facts))


def has_phone(facts: Facts) -> Flags:
    """Tell which leads have a valid phone."""
    return phones_of(facts) > 0


def has_email(facts: Facts) -> Flags:
    """Tell which leads have a valid e-mail address."""
    is_valid: Flags = email_states(facts) == VALID
    return is_valid


def is_contactable(facts: Facts) -> Flags:
    """Tell which leads have a valid phone or a valid e-mail address."""
    return has_phone(facts) | has_email(facts)


def prefers(facts: Facts, channel: str) -> Flags:
    """Tell which leads prefer a channel.

    Args:
        facts: The range.
        channel: One of `CHANNELS`.
    """
    return matching(facts, "preferredContactType", CHANNELS[channel])


@remembered
def customers_of(facts: Facts) -> Numbers:
    """Tell the customers of leads apart.

    A customer is a valid phone; where a lead has none, a valid e-mail address. A family's shared address does not make
    one customer of several phones.

    Returns:
        For each lead the number of its customer from 0, or -1 where nobody can be told.
    """
    numbers, address = phones_of(facts), emails_of(facts)[0]
    identity = np.where(numbers > 0, numbers, np.where(address >= 0, -1 - address, 0))
    codes = np.full(facts.count, -1)
    known = identity != 0
    codes[known] = pd.factorize(identity[known])[0]
    return codes


def keys_of(facts: Facts, rows: Sequence[int]) -> list[str | None]:
    """Name the customers of some leads without telling who they are.

    Args:
        facts: The range.
        rows: Row numbers of leads.

    Returns:
        A key for each, equal for equal customers; None where nobody can be told.
    """
    wanted = np.asarray(rows, "int64")
    (codes, texts), numbers = emails_of(facts), phones_of(facts)[wanted]
    emails = texts.cast(pa.large_string()).take(pa.array(codes[wanted], mask=codes[wanted] < 0))
    identities = pc.coalesce(written(numbers), emails)
    return person_keys(identities.to_numpy(zero_copy_only=False).tolist())


def written(numbers: Numbers) -> pa.Array:
    """Write phones in E.164.

    Args:
        numbers: As `phones.e164`.

    Returns:
        Each with its plus; missing where it is not valid.
    """
    digits = pa.array(numbers, pa.int64(), mask=numbers <= 0).cast(pa.large_string())
    plus, between = (pa.scalar(text, pa.large_string()) for text in ("+", ""))
    return pc.binary_join_element_wise(plus, digits, between)
