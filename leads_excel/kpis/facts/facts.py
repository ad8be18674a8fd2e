"""What key figures draw on: the tables of a range, the rules in force, and columns worked out once for all of them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from leads_excel.arguments.views import moments
from leads_excel.dates.days import FIRST_DAY, LAST_DAY, Days
from leads_excel.dates.elapsed import elapsed
from leads_excel.exceptions import DateError
from leads_excel.kpis.facts.patterns import distinct_matches, texts_of
from leads_excel.kpis.facts.rules import RULES, Rules
from leads_excel.tables.children import owners
from leads_excel.tables.verdicts import are_provisional, are_rejected
from leads_excel.tables.whole_numbers import whole_numbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from leads_excel.kpis.facts.groups import Decimals, Flags, Numbers
    from leads_excel.tables.children import Child
    from leads_excel.tables.lead_tables import LeadTables

Column = TypeVar("Column")


@dataclass(frozen=True, eq=False)
class Facts:
    """A range as key figures see it.

    Args:
        tables: Its tables.
        rules: What the figures take for granted.
        before: The equal range before it, where that is known.
        known: Columns worked out so far, by what works them out.
    """

    tables: LeadTables
    rules: Rules = RULES
    before: Facts | None = None
    known: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)

    @property
    def count(self) -> int:
        """How many leads the range has."""
        return len(self.tables.leads)


_KNOWN: WeakKeyDictionary[LeadTables, dict[Rules, Facts]] = WeakKeyDictionary()


def facts_of(tables: LeadTables, rules: Rules = RULES, before: LeadTables | None = None) -> Facts:
    """Look at tables as key figures do; columns worked out for them earlier are there.

    Args:
        tables: The tables.
        rules: What the figures take for granted.
        before: The tables of the equal range before, where they are known.
    """
    by_rules = _KNOWN.setdefault(tables, {})
    if rules not in by_rules:
        # A copy, of the same frames: what is kept for tables must not keep them.
        by_rules[rules] = Facts(replace(tables), rules)
    facts = by_rules[rules]
    return replace(facts, before=facts_of(before, rules)) if before is not None else facts


def remembered(work: Callable[..., Column]) -> Callable[..., Column]:
    """Have a function of facts, and perhaps of a name, work only once for the same facts."""

    @wraps(work)
    def recall(facts: Facts, *names: str) -> Column:
        key = (work, *names)
        if key not in facts.known:
            facts.known[key] = work(facts, *names)
        known: Column = facts.known[key]
        return known

    return recall


# --- flags and texts of leads --------------------------------------------------------------------------------------


def every(facts: Facts) -> Flags:
    """Count every lead."""
    return np.ones(facts.count, "bool")


@remembered
def says(facts: Facts, name: str, answer: str = "yes") -> Flags:
    """Tell which leads have a flag that is known to be true, or with `"no"` known to be false.

    Unknown is neither, and so is what is no flag at all.
    """
    flags: Flags = facts.tables.leads[name].eq(answer == "yes").fillna(value=False).to_numpy("bool")
    return flags


@remembered
def is_rejected(facts: Facts) -> Flags:
    """Tell which leads the DMS rejected."""
    return are_rejected(facts.tables)


@remembered
def is_provisional(facts: Facts) -> Flags:
    """Tell which leads the DMS has not judged yet, see `verdicts.are_provisional`."""
    return are_provisional(facts.tables)


def is_judged(facts: Facts) -> Flags:
    """Tell which leads are accepted or rejected: what rates of acceptance and rejection are shares of."""
    return ~is_provisional(facts)


def is_accepted(facts: Facts) -> Flags:
    """Tell which leads the DMS judged and did not reject."""
    return ~is_rejected(facts) & ~is_provisional(facts)


@remembered
def texts(facts: Facts, name: str, child: str = "leads") -> tuple[Numbers, list[str]]:
    """Give each different text of a column a number.

    Args:
        facts: The range.
        name: The column.
        child: Its table.

    Returns:
        For each row the number of its text, -1 where there is none; and the texts, trimmed.
    """
    cells = getattr(facts.tables, child)[name]
    codes, values = pd.factorize(cells)
    trimmed = [str(value).strip() for value in values]
    # Only now equal texts are made one: there are few different ones.
    numbers = {text: number for number, text in enumerate(dict.fromkeys(text for text in trimmed if text))}
    renumbered = np.array([*(numbers.get(text, -1) for text in trimmed), -1])
    return renumbered[codes], list(numbers)


def matching(facts: Facts, name: str, pattern: str, child: str = "leads") -> Flags:
    """Tell which rows have a text that begins as a pattern says; case does not matter."""
    codes, values = texts(facts, name, child)
    hits = np.array([*(re.match(pattern, value, re.IGNORECASE) is not None for value in values), False])
    return hits[codes]


@remembered
def filled(facts: Facts, name: str, child: str = "leads") -> Flags:
    """Tell which rows have a text with a letter or a digit in it: `-` and `.` say nothing."""
    cells = getattr(facts.tables, child)[name]
    if pd.api.types.is_numeric_dtype(cells):
        known: Flags = cells.notna().to_numpy("bool")
        return known
    return distinct_matches(texts_of(cells), r"[\p{L}\p{N}]")


# --- numbers of leads, vehicles and errors -------------------------------------------------------------------------


def counted(facts: Facts, name: str) -> Numbers:
    """Take a count of each lead."""
    counts: Numbers = facts.tables.leads[name].to_numpy("int64", na_value=0)
    return counts


@remembered
def owner(facts: Facts, child: Child) -> Numbers:
    """Find the lead of each vehicle or error."""
    return owners(facts.tables, child)


@remembered
def quantities(facts: Facts) -> Numbers:
    """Add up the quantities of each lead's vehicles; what is no number counts nothing."""
    return np.bincount(owner(facts, "vehicles"), quantity_lines(facts), facts.count).astype("int64")


@remembered
def quantity_lines(facts: Facts) -> Numbers:
    """Give the quantity of each vehicle line; what is no number counts nothing."""
    return whole_numbers(facts.tables.vehicles["totalQty"]).to_numpy("int64", na_value=0)


# --- time ----------------------------------------------------------------------------------------------------------

NEVER = np.iinfo("int64").min
"""A moment that is not known."""
_FIRST, _LAST = ((day - date(1970, 1, 1)) // timedelta(microseconds=1) for day in (FIRST_DAY, LAST_DAY))
MINUTE = 60_000_000
"""Microseconds."""
DAY = 24 * 60 * MINUTE
"""Microseconds."""


@remembered
def submitted(facts: Facts) -> Numbers:
    """Tell when each lead was submitted, on the clock of the business zone, in microseconds; `NEVER` if unknown."""
    return _clock(facts.tables.leads["bulkCreatedDate"])


@remembered
def asked(facts: Facts) -> Numbers:
    """Tell when each customer asked, on the clock of the business zone, in microseconds; `NEVER` if unknown."""
    return _clock(facts.tables.leads["leadDate"])


def _clock(cells: pd.Series[Any]) -> Numbers:
    clock = moments(cells).dt.tz_localize(None).astype("datetime64[us]")
    moment: Numbers = clock.to_numpy().astype("int64")
    return moment


@remembered
def chronological(facts: Facts) -> Numbers:
    """List the rows of leads in the order of submission, those submitted at the same moment as they stand."""
    rows = np.flatnonzero(known(submitted(facts)))
    moment = submitted(facts)[rows]
    in_order = bool((moment[1:] >= moment[:-1]).all())  # nearly always: then nothing has to be sorted
    return rows if in_order else rows[np.argsort(moment, kind="stable")]


def known(moment: Numbers) -> Flags:
    """Tell which moments are known."""
    is_known: Flags = moment != NEVER
    return is_known


def between(first: Numbers, then: Numbers, unit: int) -> Decimals:
    """Measure the time between moments.

    Args:
        first: From.
        then: To.
        unit: In how many microseconds.

    Returns:
        NaN where one of them is not known.
    """
    is_known = known(first) & known(then)
    return np.where(is_known, (np.where(is_known, then, 0) - np.where(is_known, first, 0)) / unit, np.nan)


def now(facts: Facts) -> datetime:
    """Tell when the range was looked at."""
    return facts.tables.looked_at


@remembered
def days_of(facts: Facts) -> Days | None:
    """Tell the days that the range covers, those to come left out, as `dates.elapsed` says.

    Returns:
        What was asked for; where that is not known, the days from the first to the last lead, the year 1 of a program's
        empty date and its like left out; None if there is none, or all of them are to come.
    """
    days = facts.tables.days
    if days is None:
        moment = submitted(facts)
        moment = moment[(moment >= _FIRST) & (moment <= _LAST)]
        if not len(moment):
            return None
        days = Days(*(pd.Timestamp(int(each), unit="us").date() for each in (moment.min(), moment.max())))
    with suppress(DateError):
        return elapsed(days, facts.tables.today)
    return None
