"""The phone and the e-mail address by which a customer is reached best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from leads_excel.kpis.facts.customers import emails_of, phones_of
from leads_excel.persons.names import NONE

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Numbers
    from leads_excel.persons.touches import Touches


def best_phones(facts: Facts, touches: Touches) -> pa.Array:
    """Write the phone of each customer in E.164, as `_best` chooses it; missing where none is valid."""
    numbers = phones_of(facts)
    codes = np.full(facts.count, NONE)
    codes[numbers > 0], distinct = pd.factorize(numbers[numbers > 0])
    plus, between = (pa.scalar(text, pa.large_string()) for text in ("+", ""))
    written = pc.binary_join_element_wise(plus, pa.array(distinct, pa.int64()).cast(pa.large_string()), between)
    return _taken(written, _best(codes, touches, distinct))


def best_emails(facts: Facts, touches: Touches) -> pa.Array:
    """Write the e-mail address of each customer, as `_best` chooses it; missing where none is valid."""
    codes, listed = emails_of(facts)
    listed = listed.cast(pa.large_string())
    rank = np.empty(len(listed), "int64")
    rank[pc.array_sort_indices(listed).to_numpy()] = np.arange(len(listed))
    return _taken(listed, _best(np.where(codes >= 0, codes, NONE), touches, rank))


def _taken(values: pa.Array, numbers: Numbers) -> pa.Array:
    return values.take(pa.array(numbers, mask=numbers == NONE))


def _best(codes: Numbers, touches: Touches, rank: Numbers) -> Numbers:
    """Choose of each customer's addresses one.

    The customer's own before one that other customers have too; of these the one given most often, and of those the
    latest. Of several in one moment any would do, and the one of the highest rank is taken, so that the order of rows
    does not matter.
    """
    values = codes[touches.rows]
    there = np.flatnonzero(values != NONE)
    size = int(codes.max(initial=0)) + 1
    pairs, backwards, often = np.unique(
        (touches.who[there] * size + values[there])[::-1], return_index=True, return_counts=True
    )
    who, value = pairs // size, pairs % size
    customers = np.bincount(value, minlength=size)
    several = np.flatnonzero(np.bincount(who, minlength=touches.count)[who] > 1)
    latest = there[::-1][backwards[several]]
    keys = (rank[value[several]], latest, often[several], customers[value[several]] == 1, who[several])
    best = np.full(touches.count, NONE)
    best[who] = value
    several = several[np.lexsort(keys)]
    best[who[several]] = value[several]  # of several, the last one stays
    return best
