"""The phone and the e-mail address by which a customer is reached best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from leads_excel.kpis.facts.customers import emails_of, phones_of, written
from leads_excel.kpis.facts.facts import remembered
from leads_excel.persons.names import NONE

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Numbers
    from leads_excel.persons.touches import Touches


@remembered
def phone_codes(facts: Facts) -> tuple[Numbers, Numbers]:
    """Number the phones of leads.

    Args:
        facts: The range.

    Returns:
        For each lead the number of its phone, `NONE` where it has no valid one; and the phones by number.
    """
    numbers = phones_of(facts)
    codes = np.full(facts.count, NONE)
    codes[numbers > 0], distinct = pd.factorize(numbers[numbers > 0])
    return codes, distinct


@remembered
def email_codes(facts: Facts) -> Numbers:
    """Number the e-mail addresses of leads, `NONE` where there is no valid one."""
    return np.maximum(emails_of(facts)[0], NONE)


def best_phones(facts: Facts, touches: Touches) -> pa.Array:
    """Write the phone of each customer in E.164, as `_best` chooses it; missing where none is valid."""
    codes, distinct = phone_codes(facts)
    return _taken(written(distinct), _best(codes, touches))


def best_emails(facts: Facts, touches: Touches) -> pa.Array:
    """Write the e-mail address of each customer, as `_best` chooses it; missing where none is valid."""
    listed = emails_of(facts)[1].cast(pa.large_string())
    return _taken(listed, _best(email_codes(facts), touches))


def _taken(values: pa.Array, numbers: Numbers) -> pa.Array:
    return values.take(pa.array(numbers, mask=numbers == NONE))


def _best(codes: Numbers, touches: Touches) -> Numbers:
    """Choose of each customer's addresses one.

    The customer's own before one that other customers have too; of these the one given most often, and of those the
    latest.
    """
    who, value = touches.distinct(codes)
    best = np.full(touches.count, NONE)
    best[who] = value
    has_several = np.bincount(who, minlength=touches.count) > 1
    customers = np.bincount(value, minlength=int(codes.max(initial=0)) + 1)
    values = codes[touches.rows]
    places = np.flatnonzero(has_several[touches.who] & (values != NONE))[::-1]
    pairs = touches.who[places] * len(customers) + values[places]
    pairs, backwards, often = np.unique(pairs, return_index=True, return_counts=True)
    who, value, latest = pairs // len(customers), pairs % len(customers), places[backwards]
    order = np.lexsort((latest, often, customers[value] == 1, who))
    best[who[order]] = value[order]  # of several, the last one stays
    return best
