"""One row per customer of a range: their leads, from the first to the last, and how to reach them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leads_excel.arguments.views import moments
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
    import pyarrow as pa

    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Numbers
    from leads_excel.persons.touches import Touches
    from leads_excel.tables.lead_tables import LeadTables

VERDICTS = {"leads": every, "accepted": is_accepted, "rejected": is_rejected, "provisional": is_provisional}
"""What leads are counted by; the last three add up to the first."""


def customers(tables: LeadTables) -> pd.DataFrame:
    """List the customers of a range.

    Args:
        tables: The leads of the range, accepted, rejected and provisional; `linking` tells which are of one customer.

    Returns:
        `COLUMNS`: one row per customer, who has most leads first, then who came last. `attrs["anonymous"]` counts the
        leads without a valid phone and e-mail address, which are nobody's: with them the rows add up to the range.
    """
    facts = facts_of(tables)
    found = linked(facts)
    touches = touches_of(facts, found.customer)
    phones, emails = best_phones(facts, touches), best_emails(facts, touches)
    who = found.customer[touches.rows[touches.begins]]
    frame = pd.DataFrame({
        "customer": pd.Series(keys(facts, found, who, phones, emails), dtype="string"),
        **{name: pd.Series(touches.total(has(facts)), dtype="Int64") for name, has in VERDICTS.items()},
        **_times(facts, touches),
        "sources": _text(trail(facts, touches, "source")),
        "branches": _text(trail(facts, touches, "branch")),
        "competingBranches": pd.Series(_competing(facts, touches), dtype="Int64"),
        "brands": _text(trail(facts, touches, "brand")),
        **_latest_name(facts, touches),
        "phone": _text(phones),
        "email": _text(emails),
        "marketing": _text(answers(facts, touches, "marketing")),
        "privacy": _text(answers(facts, touches, "privacy")),
        "lastLead": _cells(facts, "leadExternalId", touches.latest(every(facts))),
    })[[item.name for item in COLUMNS]]  # fmt: skip
    frame = frame.iloc[_order(facts, touches)].reset_index(drop=True)
    nobody = found.customer == NONE
    frame.attrs["anonymous"] = {name: int((has(facts) & nobody).sum()) for name, has in VERDICTS.items()}
    return frame


def _text(values: pa.Array) -> pd.Series[Any]:
    return pd.Series(values.to_pandas(types_mapper=None), dtype="string")


def _cells(facts: Facts, name: str, rows: Numbers) -> pd.Series[Any]:
    """Take the cells of leads; missing where there is no lead."""
    cells = facts.tables.leads[name]
    taken = cells.iloc[rows].reset_index(drop=True)
    return taken if (rows != NONE).all() else taken.where(rows != NONE)


def _times(facts: Facts, touches: Touches) -> dict[str, pd.Series[Any]]:
    dated = known(submitted(facts))
    first, last = touches.earliest(dated), touches.latest(dated)
    moment = submitted(facts)
    span = np.floor(between(moment[first], moment[last], DAY))
    clock = moments(facts.tables.leads["bulkCreatedDate"])
    there = first != NONE
    return {
        "firstTouch": clock.iloc[first].reset_index(drop=True).where(there),
        "lastTouch": clock.iloc[last].reset_index(drop=True).where(there),
        "spanDays": pd.Series(np.where(there, span, np.nan)).astype("Int64"),
    }


def _competing(facts: Facts, touches: Touches) -> Numbers:
    branch = np.where(is_accepted(facts), texts(facts, "branch")[0], NONE)
    return np.bincount(touches.distinct(branch)[0], minlength=touches.count)


def _latest_name(facts: Facts, touches: Touches) -> dict[str, pd.Series[Any]]:
    """Take the name of each customer's last lead that has one, both parts from the same."""
    rows = touches.latest(filled(facts, "firstName") | filled(facts, "lastName"))
    return {name: _cells(facts, name, rows) for name in ("firstName", "lastName")}


def _order(facts: Facts, touches: Touches) -> Numbers:
    """Put who has most leads first, then who came last; who has no date comes after who has one."""
    last = submitted(facts)[touches.rows[np.append(touches.begins[1:], len(touches.rows)) - 1]]
    return np.lexsort((np.arange(touches.count), -last.astype("float64"), -touches.total(every(facts))))
