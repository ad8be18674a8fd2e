"""Where leads come from: the share of each source, what has shifted, and what each is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.arguments.typed_arguments import Options
from leads_excel.kpis.facts.facts import facts_of, filled, is_accepted, texts
from leads_excel.kpis.facts.grouping import by_group, by_value
from leads_excel.kpis.facts.measures import Concentration, Count, Everywhere, Ratio, share
from leads_excel.kpis.registry import FOUND, kpi
from leads_excel.schema import BLANK

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.tables.lead_tables import LeadTables

QUALITY = (
    "leads", "accepted", "rejection_rate", "duplicate_rate", "contactable_rate", "test_drive_rate", "marketing_rate",
    "provisional",
)  # fmt: skip
"""The figures by which sources are compared: what a lead cost, the record does not say."""


@kpi("Share of accepted", "الحصة من المقبولة", "share")
def accepted_share(facts: Facts) -> Ratio:
    """Accepted leads of a source, branch and so on / accepted leads of the range."""
    kept = is_accepted(facts)
    return Ratio(Count(kept), Everywhere(int(kept.sum())))


@kpi("Concentration", "تركز المصادر", "share")
def concentration(facts: Facts) -> Concentration:
    """Accepted leads of the three largest sources / accepted leads."""
    return Concentration(texts(facts, "source")[0], is_accepted(facts))


@kpi("No branch rate", "بلا فرع", "share")
def no_branch_rate(facts: Facts) -> Ratio:
    """Accepted leads that name no branch / accepted leads."""
    return share(~filled(facts, "branch"), is_accepted(facts))


def source_quality(tables: LeadTables, field: str = "source") -> pd.DataFrame:
    """Put the figures of each source side by side.

    Args:
        tables: The leads of a range.
        field: A field of leads such as source, subSource or branch.

    Returns:
        The field and a column for each of `QUALITY`, the source with the most leads first.
    """
    figures = [FOUND[name] for name in QUALITY]
    return by_group(by_value(field, tables), tables, figures, Options())


def mix(tables: LeadTables, field: str = "source", before: LeadTables | None = None) -> pd.DataFrame:
    """Share out accepted leads among the values of a field, and compare with an earlier range.

    Args:
        tables: The leads of a range.
        field: A text field of leads, such as source, subSource, branch, brand or customerCity.
        before: The leads of an earlier range.

    Returns:
        The field, `leads`, `share` and, with an earlier range, `shareBefore` and `shift` in percentage points, the
        largest share first. An empty field is `(blank)`.
    """
    now = _counts(tables, field)
    frame = pd.DataFrame({"leads": now, "share": _shares(now)})
    if before is not None:
        earlier = _counts(before, field)
        frame = (
            frame.reindex(now.index.union(earlier.index, sort=False)).fillna({"leads": 0}).astype({"leads": "int64"})
        )
        frame["share"] = _shares(frame["leads"])
        frame["shareBefore"] = _shares(earlier.reindex(frame.index, fill_value=0))
        frame["shift"] = (frame["share"] - frame["shareBefore"]) * 100
    frame = frame.rename_axis(field).reset_index()
    return frame.sort_values(["leads", field], ascending=[False, True], ignore_index=True)


def _counts(tables: LeadTables, field: str) -> pd.Series[int]:
    facts = facts_of(tables)
    codes, values = texts(facts, field)
    counts = pd.Series(np.bincount(codes[is_accepted(facts)] + 1, minlength=len(values) + 1), [BLANK, *values])
    return counts[counts > 0]


def _shares(counts: pd.Series[int]) -> pd.Series[float]:
    whole = counts.sum()
    return counts / whole if whole else counts * np.nan
