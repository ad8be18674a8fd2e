"""One row per customer of a range: their leads, from the first to the last, and how to reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leads_excel.arguments.views import moments
from leads_excel.kpis.consent import PURPOSES
from leads_excel.kpis.facts.facts import (
    DAY,
    between,
    every,
    facts_of,
    filled,
    is_accepted,
    is_provisional,
    is_rejected,
    known,
    remembered,
    submitted,
    texts,
)
from leads_excel.persons.addresses import best_emails, best_phones
from leads_excel.persons.answers import answers
from leads_excel.persons.columns import COLUMNS
from leads_excel.persons.keys import keys
from leads_excel.persons.linking import linked
from leads_excel.persons.names import NONE
from leads_excel.persons.touches import touches_of, trail

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import pyarrow as pa

    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Numbers
    from leads_excel.persons.linking import Linked
    from leads_excel.persons.touches import Touches
    from leads_excel.tables.lead_tables import LeadTables

VERDICTS = {"leads": every, "accepted": is_accepted, "rejected": is_rejected, "provisional": is_provisional}
"""What leads are counted by; the last three add up to the first."""

ALL = tuple(item.name for item in COLUMNS)


def customers(tables: LeadTables, names: Collection[str] = ALL) -> pd.DataFrame:
    """List the customers of a range.

    Args:
        tables: The leads of the range, accepted, rejected and provisional; `linking` tells which are of one customer.
        names: Which of `COLUMNS` are wanted: of a million leads, those left out save seconds.

    Returns:
        One row per customer, who has most leads first, then who came last. `attrs["anonymous"]` counts the leads
        without a valid phone and e-mail address, which are nobody's: with them the rows add up to the range.
    """
    facts = facts_of(tables)
    found = linked(facts)
    touches = _touches(facts)
    frame = pd.DataFrame({
        item.name: _column(item.name, facts, found, touches) for item in COLUMNS if item.name in names
    })  # fmt: skip
    nobody = found.customer == NONE
    frame.attrs["anonymous"] = {name: int((has(facts) & nobody).sum()) for name, has in VERDICTS.items()}
    return frame


@remembered
def _touches(facts: Facts) -> Touches:
    """List who has most leads first, then who came last; who has no date comes after who has one."""
    touches = touches_of(facts, linked(facts).customer)
    last = submitted(facts)[touches.latest(every(facts))]
    return touches.reordered(np.lexsort((-last.astype("float64"), -touches.total(every(facts)))))


@remembered
def _phones(facts: Facts) -> pa.Array:
    return best_phones(facts, _touches(facts))


@remembered
def _emails(facts: Facts) -> pa.Array:
    return best_emails(facts, _touches(facts))


def _column(name: str, facts: Facts, found: Linked, touches: Touches) -> pd.Series[Any]:
    if name in VERDICTS:
        return pd.Series(touches.total(VERDICTS[name](facts)), dtype="Int64")
    if name in _TRAILS:
        return _text(trail(facts, touches, _TRAILS[name]))
    if name in PURPOSES:
        return _text(answers(facts, touches, name))
    return _OTHERS[name](facts, found, touches)


def _text(values: pa.Array) -> pd.Series[Any]:
    return pd.Series(values.to_pandas(types_mapper=None), dtype="string")


def _cells(facts: Facts, name: str, rows: Numbers) -> pd.Series[Any]:
    """Take the cells of leads; missing where there is no lead."""
    cells = facts.tables.leads[name]
    taken = cells.iloc[rows].reset_index(drop=True)
    return taken if (rows != NONE).all() else taken.where(rows != NONE)


def _keys(facts: Facts, found: Linked, touches: Touches) -> pd.Series[Any]:
    who = found.customer[touches.rows[touches.begins]]
    return pd.Series(keys(facts, found, who, _phones(facts), _emails(facts)), dtype="string")


def _time(facts: Facts, rows: Numbers) -> pd.Series[Any]:
    clock = moments(facts.tables.leads["bulkCreatedDate"])
    return clock.iloc[rows].reset_index(drop=True).where(rows != NONE)


def _first_last(facts: Facts, touches: Touches) -> tuple[Numbers, Numbers]:
    dated = known(submitted(facts))
    return touches.earliest(dated), touches.latest(dated)


def _span(facts: Facts, touches: Touches) -> pd.Series[Any]:
    first, last = _first_last(facts, touches)
    days = np.floor(between(submitted(facts)[first], submitted(facts)[last], DAY))
    return pd.Series(np.where(first != NONE, days, np.nan)).astype("Int64")


def _competing(facts: Facts, touches: Touches) -> pd.Series[Any]:
    branch = np.where(is_accepted(facts), texts(facts, "branch")[0], NONE)
    return pd.Series(np.bincount(touches.distinct(branch)[0], minlength=touches.count), dtype="Int64")


def _latest_name(facts: Facts, touches: Touches, name: str) -> pd.Series[Any]:
    """Take a part of the name of each customer's last lead that has one, both parts from the same."""
    return _cells(facts, name, touches.latest(filled(facts, "firstName") | filled(facts, "lastName")))


_TRAILS = {"sources": "source", "branches": "branch", "brands": "brand"}

_OTHERS: dict[str, Callable[[Facts, Linked, Touches], pd.Series[Any]]] = {
    "customer": _keys,
    "firstTouch": lambda facts, _, touches: _time(facts, _first_last(facts, touches)[0]),
    "lastTouch": lambda facts, _, touches: _time(facts, _first_last(facts, touches)[1]),
    "spanDays": lambda facts, _, touches: _span(facts, touches),
    "competingBranches": lambda facts, _, touches: _competing(facts, touches),
    "firstName": lambda facts, _, touches: _latest_name(facts, touches, "firstName"),
    "lastName": lambda facts, _, touches: _latest_name(facts, touches, "lastName"),
    "phone": lambda facts, *_: _text(_phones(facts)),
    "email": lambda facts, *_: _text(_emails(facts)),
    "lastLead": lambda facts, _, touches: _cells(facts, "leadExternalId", touches.latest(every(facts))),
}
