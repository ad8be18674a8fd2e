"""Every verdict on leads that is known of a range and the days around it, as columns over all of them.

A record is a `leadExternalId`. It may stand in several bulks, rejected in one and accepted in a later one; each time is
a verdict of its own. Those of the range's own leads come after those of the days before, and before those of the days
after, so that what is worked out for all is told of the range by a slice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from leads_excel.kpis.around.margin import Margin, Reach, asked_days, margin_of
from leads_excel.kpis.facts.customers import emails_of, keys_of, phones_of
from leads_excel.kpis.facts.facts import (
    DAY,
    facts_of,
    is_accepted,
    is_rejected,
    known,
    remembered,
    submitted,
)
from leads_excel.kpis.facts.facts import texts as texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags, Numbers
    from leads_excel.kpis.facts.rules import Rules
    from leads_excel.tables.lead_tables import LeadTables

NONE = -1
"""The row of a verdict that there is not; the number of a text, a phone, an address or a record that there is not."""

Each = TypeVar("Each", bound=np.generic)

_EPOCH = date(1970, 1, 1).toordinal()
_BEYOND = 2**62


@dataclass(frozen=True)
class Piece:
    """Leads of one table that are looked at.

    Args:
        facts: The table.
        rows: Which of its rows.
    """

    facts: Facts
    rows: Numbers


class History:
    """Verdicts around a range, one row each.

    Args:
        facts: The range.
        margin: What lies around it.
    """

    def __init__(self, facts: Facts, margin: Margin) -> None:
        self.rules: Rules = facts.rules
        self.margin = margin
        self.known: dict[tuple[object, ...], Any] = {}
        days = asked_days(facts.tables)
        first, last = ((day.toordinal() - _EPOCH) * DAY for day in days) if days else (0, 0)
        before = [*_pieces(margin.before, facts.rules, until=first)]
        within = [*_versions(facts)]
        after = [*_pieces(margin.after, facts.rules, since=last + DAY)]
        self.pieces: tuple[Piece, ...] = (*before, *within, *after)
        sizes = [len(piece.rows) for piece in self.pieces]
        self.count = sum(sizes)
        begins = sum(sizes[: len(before)])
        ends = begins + sum(sizes[len(before) : len(before) + len(within)])
        self.range = slice(begins, ends)
        """The rows of the range, earlier versions first."""
        self.own = slice(ends - facts.count, ends)
        """The rows of its leads, each in its last version, in the order of the leads table."""

    def each(self, work: Callable[[Facts], NDArray[Each]]) -> NDArray[Each]:
        """Work something out for every row: what is known of a table is not worked out again."""
        if len(self.pieces) == 1:
            return work(self.pieces[0].facts)
        return np.concatenate([work(piece.facts)[piece.rows] for piece in self.pieces])

    def cells(self, name: str) -> pd.Series[Any]:
        """Take a column of leads."""
        columns = [piece.facts.tables.leads[name].iloc[piece.rows] for piece in self.pieces]
        return pd.concat(columns, ignore_index=True) if len(columns) > 1 else columns[0].reset_index(drop=True)

    def customer_keys(self, rows: Sequence[int]) -> list[str | None]:
        """Name the customers of some rows, as `customers.keys_of`."""
        ends = np.cumsum([len(piece.rows) for piece in self.pieces])
        keys: list[str | None] = []
        for row, at in zip(rows, np.searchsorted(ends, rows, side="right"), strict=True):
            piece = self.pieces[at]
            keys += keys_of(piece.facts, [int(piece.rows[row - (ends[at] - len(piece.rows))])])
        return keys


def history_of(facts: Facts, wanted: Reach) -> History:
    """Look at a range and what lies around it; columns worked out earlier are there while both stay the same.

    Args:
        facts: The range.
        wanted: How far to look.

    Raises:
        ApiError: Some of the days around it are missing.
    """
    margin = margin_of(facts.tables, wanted)
    # Where nothing lies around, whoever looks however far sees the same.
    key = (history_of, wanted if margin != Margin() else Reach())
    standing: History | None = facts.known.get(key)
    # The range may be final and its days after not: then these are other tables the next time.
    if standing is None or standing.margin.before is not margin.before or standing.margin.after is not margin.after:
        standing = facts.known[key] = History(facts, margin)
    return standing


def _versions(facts: Facts) -> Iterator[Piece]:
    earlier = facts.tables.earlier
    for versions in ((facts_of(earlier, facts.rules),) if earlier is not None else ()), (facts,):
        for each in versions:
            yield Piece(each, np.arange(each.count))


def _pieces(
    tables: LeadTables | None, rules: Rules, *, since: int | None = None, until: int | None = None
) -> Iterator[Piece]:
    """Yield leads of other days; what reaches into the range is left out, and so is what has no date."""
    for piece in _versions(facts_of(tables, rules)) if tables is not None else ():
        moment = submitted(piece.facts)
        kept = known(moment)
        kept &= moment < until if until is not None else moment >= (since or 0)
        if kept.any():
            yield Piece(piece.facts, np.flatnonzero(kept))


# --- columns -------------------------------------------------------------------------------------------------------


@remembered
def moments(history: History) -> Numbers:
    """Tell when each was submitted, as `facts.submitted`."""
    return history.each(submitted)


@remembered
def accepted(history: History) -> Flags:
    """Tell which are accepted."""
    return history.each(is_accepted)


@remembered
def rejected(history: History) -> Flags:
    """Tell which are rejected."""
    return history.each(is_rejected)


@remembered
def phones(history: History) -> Numbers:
    """Give each its phone as a number, or `NONE`."""
    numbers = history.each(phones_of)
    return np.where(numbers > 0, numbers, NONE)


@remembered
def emails(history: History) -> Numbers:
    """Number the e-mail addresses, equal ones alike; `NONE` where there is no valid one."""
    found = [emails_of(piece.facts) for piece in history.pieces]
    if len(found) == 1:
        return np.where(found[0][0] >= 0, found[0][0], NONE)
    distinct = pa.concat_arrays([addresses.cast(pa.large_string()) for _, addresses in found]).dictionary_encode()
    return _renumbered(history, [codes for codes, _ in found], distinct.indices.to_numpy(), [len(a) for _, a in found])


@remembered
def texts(history: History, name: str) -> tuple[Numbers, list[str]]:
    """Number the texts of a column of leads, as `facts.texts`."""
    found = [texts_of(piece.facts, name) for piece in history.pieces]
    values = [value for _, listed in found for value in listed]
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    renumbered = np.array([numbers[value] for value in values], "int64")
    return _renumbered(history, [codes for codes, _ in found], renumbered, [len(each) for _, each in found]), [*numbers]


def _renumbered(history: History, codes: Sequence[Numbers], numbers: Numbers, sizes: Sequence[int]) -> Numbers:
    """Make numbers within each table numbers over all of them."""
    starts = np.cumsum([0, *sizes[:-1]])
    lookup = np.append(numbers, NONE).astype("int64")
    return np.concatenate([
        lookup[np.where(each[piece.rows] >= 0, each[piece.rows] + start, len(numbers))]
        for each, piece, start in zip(codes, history.pieces, starts, strict=True)
    ])  # fmt: skip


@remembered
def records(history: History) -> Numbers:
    """Give each the number of its record; `NONE` where it has none, so that it is like no other."""
    return history.each(_numbers)


@remembered
def _numbers(facts: Facts) -> Numbers:
    cells = facts.tables.leads["leadExternalId"]
    if cells.dtype == "Int64":
        numbers: Numbers = cells.to_numpy("int64", na_value=NONE)
        return np.where(numbers > 0, numbers, NONE)
    return np.array([_number(cell) for cell in cells.astype("string").fillna("")], "int64")


def _number(text: str) -> int:
    number = int(text) if text.isdecimal() and text.isascii() else 0
    if number <= 0:
        return NONE
    # What does not fit in 64 bits is told apart well enough: such numbers are typing errors.
    return number if number < _BEYOND else -2 - number % _BEYOND


@remembered
def in_order(history: History) -> Numbers:
    """List the rows with a date in the order of submission, those of the same moment as they stand."""
    moment = moments(history)
    rows = np.flatnonzero(known(moment))
    is_sorted = bool((np.diff(moment[rows]) >= 0).all())
    return rows if is_sorted else rows[np.argsort(moment[rows], kind="stable")]
