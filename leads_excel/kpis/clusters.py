"""Leads that belong together: a customer's first lead and the duplicates of it, one cluster each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.kpis.facts.customers import keys_of
from leads_excel.kpis.facts.facts import facts_of, submitted
from leads_excel.kpis.facts.rules import RULES, Rules
from leads_excel.kpis.repeats import NONE, days_since, links
from leads_excel.schema.columns import Column

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.measures import Numbers
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
    _column("earlierLead", "id", "Earlier lead", "السجل السابق", 13, "Number of that lead."),
)
"""What a list of duplicates says of each lead, beside the fields of leads."""


def clusters(tables: LeadTables, rules: Rules = RULES, *, strict: bool = False) -> pd.DataFrame:
    """List the leads of customers who left more than one.

    Args:
        tables: The leads of a range.
        rules: How many days make a duplicate.
        strict: Whether only leads for the same brand are duplicates.

    Returns:
        `COLUMNS`, then those of the leads table: one row per accepted lead that is a duplicate or has one, the largest
        cluster first, in a cluster in the order of submission. Its first lead has no match.
    """
    facts = facts_of(tables, rules)
    by_phone, by_email = links(facts, "brand" if strict else "")
    label = _joined(facts.count, by_phone, by_email)
    sizes = np.bincount(label, minlength=facts.count)
    rows = np.flatnonzero(sizes[label] > 1)
    frame = pd.DataFrame({"row": rows, "label": label[rows], "times": sizes[label[rows]]})
    frame = frame.assign(moment=submitted(facts)[rows]).sort_values(["moment", "row"], ignore_index=True)
    frame["first"] = frame.groupby("label")["moment"].transform("min")
    frame["visit"] = frame.groupby("label").cumcount() + 1
    order = ["times", "first", "label", "visit"]
    frame = frame.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
    return _shown(facts, frame, by_phone, by_email)


def _joined(count: int, *edges: Numbers) -> Numbers:
    """Give leads that are linked, directly or through others, the same number: that of the first of them."""
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


def _shown(facts: Facts, frame: pd.DataFrame, by_phone: Numbers, by_email: Numbers) -> pd.DataFrame:
    rows = frame["row"].to_numpy()
    earlier = np.where(by_phone != NONE, by_phone, by_email)
    has = [by[rows] != NONE for by in (by_phone, by_email)]
    leads = facts.tables.leads
    number = leads["leadExternalId"].iloc[earlier[rows]].reset_index(drop=True)
    firsts = frame.index[frame["visit"] == 1]
    names = pd.Series(keys_of(facts, rows[firsts].tolist()), firsts, dtype="string")
    shares = np.select([has[0] & has[1], *has], ["phone and e-mail", "phone", "e-mail"], "")
    match = pd.Series(shares, dtype="string")
    shown = pd.DataFrame({
        "cluster": (frame["visit"] == 1).cumsum().astype("Int64"),
        "customer": names.reindex(frame.index).ffill(),
        "times": frame["times"].astype("Int64"),
        "visit": frame["visit"].astype("Int64"),
        "match": match.where(match != ""),
        "daysSince": pd.Series(np.floor(days_since(facts, earlier)[rows]), dtype="Int64"),
        "earlierLead": number.where(earlier[rows] != NONE),
    })  # fmt: skip
    return pd.concat([shown, leads.iloc[rows].reset_index(drop=True)], axis="columns")
