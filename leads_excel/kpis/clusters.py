"""Leads that belong together: a customer's first lead and the duplicates of it, one cluster each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.kpis.around.history import NONE, history_of, moments
from leads_excel.kpis.around.margin import cut, reach
from leads_excel.kpis.around.repeated import days_since, links
from leads_excel.kpis.facts.facts import facts_of
from leads_excel.kpis.facts.rules import RULES, Rules
from leads_excel.schema.columns import Column

if TYPE_CHECKING:
    from leads_excel.kpis.around.history import History
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Numbers
    from leads_excel.schema.columns import Kind
    from leads_excel.tables.lead_tables import LeadTables


def _column(name: str, kind: Kind, label: str, arabic: str, width: int, about: str) -> Column:
    return Column(name, kind, label, arabic, width, sensitive=False, about=about)


COLUMNS = (
    _column("cluster", "count", "Cluster", "المجموعة", 9, "Number of the cluster, the largest first."),
    _column("customer", "text", "Customer", "العميل", 14, "Key of the customer: equal for equal ones."),
    _column("times", "count", "Times", "عدد المرات", 8, "Leads of the cluster."),
    _column("visit", "count", "Visit", "الترتيب", 8, "Which of them it is, from 1."),
    _column("match", "text", "Match", "التطابق", 16, "What it shares with the lead it repeats."),
    _column("daysSince", "count", "Days since", "أيام منذ", 11, "Full days since that lead."),
    _column(
        "earlierLead",
        "id",
        "Earlier lead",
        "السجل السابق",
        13,
        "Number of that lead, perhaps of an earlier day.",
    ),
)
"""What a list of duplicates says of each lead, beside the fields of leads."""


def clusters(tables: LeadTables, rules: Rules = RULES, *, strict: bool = False) -> pd.DataFrame:
    """List the leads of customers who left more than one.

    Args:
        tables: The leads of a range; the days before it are fetched where it knows whom to ask.
        rules: How many days make a duplicate.
        strict: Whether only leads for the same brand are duplicates.

    Returns:
        `COLUMNS`, then those of the leads table: one row per accepted lead of the range that is a duplicate or has one
        in the range, the largest cluster first, in a cluster in the order of submission. Leads before the range count
        in a cluster and are not listed; its first lead has no match. `attrs["note"]` says what could not be looked at.

    Raises:
        ApiError: The days before the range are missing.
    """
    facts, back = facts_of(tables, rules), reach(rules, "days")
    history = history_of(facts, back)
    by_phone, by_email = links(history, "brand" if strict else "")
    label = joined(history.count, by_phone, by_email)
    sizes = np.bincount(label, minlength=history.count)
    rows = np.flatnonzero(sizes[label] > 1)
    frame = pd.DataFrame({"row": rows, "label": label[rows], "times": sizes[label[rows]]})
    frame = frame.assign(moment=moments(history)[rows]).sort_values(["moment", "row"], ignore_index=True)
    frame["first"] = frame.groupby("label")["moment"].transform("min")
    frame["first_row"] = frame.groupby("label")["row"].transform("first")
    frame["visit"] = frame.groupby("label").cumcount() + 1
    frame = frame[frame["row"].between(history.own.start, history.own.stop - 1)]
    order = ["times", "first", "label", "visit"]
    frame = frame.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
    shown = _shown(facts, history, frame, (by_phone, by_email))
    shown.attrs["note"] = cut(tables, back)
    return shown


def joined(count: int, *edges: Numbers) -> Numbers:
    """Give leads that are linked, directly or through others, the same number: that of the first of them.

    Args:
        count: How many leads there are.
        edges: For each lead another one that it is linked with, or `NONE`; any number of such columns.
    """
    label = np.arange(count)
    pairs = [(np.flatnonzero(earlier != NONE), earlier[earlier != NONE]) for earlier in edges]
    for _ in range(count + 1):  # each round spreads a number at least one link further
        before = label.copy()
        for later, first in pairs:
            np.minimum.at(label, later, label[first])
            np.minimum.at(label, first, label[later])
        label = label[label]
        if np.array_equal(label, before):
            break
    return label


def _shown(facts: Facts, history: History, frame: pd.DataFrame, by: tuple[Numbers, Numbers]) -> pd.DataFrame:
    rows = frame["row"].to_numpy()
    by_phone, by_email = by
    earlier = np.where(by_phone != NONE, by_phone, by_email)
    has = [each[rows] != NONE for each in by]
    number = history.cells("leadExternalId").iloc[earlier[rows]].reset_index(drop=True)
    begins = ~frame["label"].duplicated()
    names = history.customer_keys(frame.loc[begins, "first_row"].tolist())
    shares = np.select([has[0] & has[1], *has], ["phone and e-mail", "phone", "e-mail"], "")
    match = pd.Series(shares, dtype="string")
    shown = pd.DataFrame({
        "cluster": begins.cumsum().astype("Int64"),
        "customer": pd.Series(names, frame.index[begins], dtype="string").reindex(frame.index).ffill(),
        "times": frame["times"].astype("Int64"),
        "visit": frame["visit"].astype("Int64"),
        "match": match.where(match != ""),
        "daysSince": pd.Series(np.floor(days_since(history, earlier)[rows]), dtype="Int64"),
        "earlierLead": number.where(earlier[rows] != NONE),
    })  # fmt: skip
    own = facts.tables.leads.iloc[rows - history.own.start].reset_index(drop=True)
    return pd.concat([shown, own], axis="columns")
