"""The leads of each customer, from the first to the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from leads_excel.kpis.facts.facts import submitted, texts
from leads_excel.persons.names import NONE

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags, Numbers

_BETWEEN = " > "
_BEYOND = 2**62


@dataclass(frozen=True, eq=False)
class Touches:
    """Leads sorted by customer, and within a customer by when they were submitted, then by their number.

    Args:
        rows: Row numbers of leads, those without a date first.
        who: For each of them the number of its customer, from 0.
        begins: For each customer the place of the first lead.
    """

    rows: Numbers
    who: Numbers
    begins: Numbers

    @property
    def count(self) -> int:
        """How many customers there are."""
        return len(self.begins)

    def total(self, flags: Flags) -> Numbers:
        """Count the leads of each customer that have a flag."""
        return np.bincount(self.who, flags[self.rows], self.count).astype("int64")

    def latest(self, flags: Flags) -> Numbers:
        """Find the last lead of each customer that has a flag; `NONE` where none has."""
        places = np.where(flags[self.rows], np.arange(len(self.rows)), NONE)
        last = np.maximum.reduceat(places, self.begins) if self.count else places
        return np.where(last == NONE, NONE, self.rows[last])

    def earliest(self, flags: Flags) -> Numbers:
        """Find the first lead of each customer that has a flag; `NONE` where none has."""
        places = np.where(flags[self.rows], np.arange(len(self.rows)), len(self.rows))
        first = np.minimum.reduceat(places, self.begins) if self.count else places
        return np.append(self.rows, NONE)[first]

    def distinct(self, codes: Numbers) -> tuple[Numbers, Numbers]:
        """List the different values of each customer, in the order of their first lead.

        Args:
            codes: For each lead the number of its value; `NONE` has none.

        Returns:
            The customers, ascending, and the number of a value of each.
        """
        values = codes[self.rows]
        there = np.flatnonzero(values != NONE)
        who, value = self.who[there], values[there]
        is_new = np.ones(len(there), "bool")
        is_new[1:] = (who[1:] != who[:-1]) | (value[1:] != value[:-1])
        who, value = who[is_new], value[is_new]
        # Two that follow each other differ, so only of three can one be there again.
        several = np.flatnonzero(np.bincount(who, minlength=self.count)[who] > 2)
        pairs = who[several] * (int(codes.max(initial=0)) + 1) + value[several]
        first = np.ones(len(who), "bool")
        first[several[pd.Series(pairs).duplicated().to_numpy("bool")]] = False
        return who[first], value[first]

    def reordered(self, order: Numbers) -> Touches:
        """Number the customers anew.

        Args:
            order: Their numbers, each once, in the order that is wanted.
        """
        sizes = np.diff(np.append(self.begins, len(self.rows)))[order]
        begins = np.cumsum(sizes) - sizes
        places = np.arange(len(self.rows)) + np.repeat(self.begins[order] - begins, sizes)
        return Touches(self.rows[places], np.repeat(np.arange(self.count), sizes), begins)


def touches_of(facts: Facts, customer: Numbers) -> Touches:
    """Sort the leads of customers.

    Args:
        facts: The range.
        customer: For each lead its customer, or `NONE`.
    """
    rows = np.flatnonzero(customer != NONE)
    rows = rows[np.lexsort((_records(facts)[rows], submitted(facts)[rows], customer[rows]))]
    begins = np.ones(len(rows), "bool")
    begins[1:] = customer[rows[1:]] != customer[rows[:-1]]
    return Touches(rows, np.cumsum(begins) - 1, np.flatnonzero(begins))


def trail(facts: Facts, touches: Touches, name: str) -> pa.Array:
    """Write the different texts of a column that each customer left, in the order of first touch."""
    codes, listed = texts(facts, name)
    who, values = touches.distinct(codes)
    counts = np.bincount(who, minlength=touches.count)
    place = np.full(touches.count, NONE)
    place[who] = values
    several = np.flatnonzero(counts > 1)  # the few of whom a text has to be written
    place[several] = np.arange(len(several)) + len(listed)
    words = pa.array(listed, pa.string())  # Arrow joins no large ones
    ends = np.append(0, np.cumsum(counts[several]))
    lists = pa.LargeListArray.from_arrays(pa.array(ends), words.take(pa.array(values[counts[who] > 1])))
    written = pa.concat_arrays([words, pc.binary_join(lists, _BETWEEN)]).cast(pa.large_string())
    return written.take(pa.array(place, mask=place == NONE))


def _records(facts: Facts) -> Numbers:
    cells = facts.tables.leads["leadExternalId"]
    if cells.dtype == "Int64":
        numbers: Numbers = cells.to_numpy("int64", na_value=NONE)
        return numbers
    return np.array([cell if isinstance(cell, int) and abs(cell) < _BEYOND else NONE for cell in cells], "int64")
