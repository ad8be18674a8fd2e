"""Why leads are rejected, whether they come back, and whether the counts of the DMS and of its leads agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.arguments.views import moments
from leads_excel.kpis.around.verdicts import right_first_time
from leads_excel.kpis.facts.facts import counted, facts_of, is_judged, is_rejected, now, owner
from leads_excel.kpis.facts.measures import Count, Ratio, Single, divided, share
from leads_excel.kpis.registry import kpi
from leads_excel.tables.reasons import reasons
from leads_excel.tables.whole_numbers import whole_numbers

if TYPE_CHECKING:
    from leads_excel.kpis.around.history import History
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Decimals, Flags, Numbers
    from leads_excel.tables.lead_tables import LeadTables

_OPEN, _CANCELLED, _COMPLETED = (1, 2), 3, 4  # isProcessed, see schema.STATES


@kpi("Rejection rate", "نسبة الرفض", "share")
def rejection_rate(facts: Facts) -> Ratio:
    """Rejected leads / leads judged. Provisional leads are not judged yet."""
    return share(is_rejected(facts), is_judged(facts))


@kpi("First time right", "القبول من أول مرة", "share", looks_back="days")
def first_time_right_rate(facts: Facts, history: History) -> Ratio:
    """Accepted leads not rejected under the same number up to 30 days before / leads judged."""
    return share(right_first_time(history), is_judged(facts))


@kpi("Errors", "الأخطاء", "errors")
def errors(facts: Facts) -> Count:
    """Rows of the errors table."""
    return Count(counted(facts, "errorCount"), "errors", np.ones(len(facts.tables.errors), "int64"))


@kpi("Unexplained rejections", "رفض بلا سبب", "leads")
def unexplained(facts: Facts) -> Count:
    """Rejected leads without an error that says why."""
    return Count(is_rejected(facts) & (counted(facts, "errorCount") == 0))


# --- bulks ---------------------------------------------------------------------------------------------------------


@kpi("Bulk error rate", "نسبة أخطاء الدفعات", "share", of="bulks")
def bulk_error_rate(facts: Facts) -> Single:
    """Rejected records / records, as the DMS counts them, over bulks it has done with: completed and cancelled."""
    done = ~_is_open(facts)
    return divided(*(int(_bulks(facts, name)[done].sum()) for name in ("errorRecords", "totalRecords")))


@kpi("Reconciliation gap", "فرق المطابقة", "records", of="bulks")
def reconciliation_gap(facts: Facts) -> Single:
    """Records the DMS counted and leads received, differences of completed bulks added up; should be 0."""
    return Single(int(_gap(facts, "totalRecords", "leadCount").sum()))


@kpi("Rejected records gap", "فرق المرفوضة", "records", of="bulks")
def error_gap(facts: Facts) -> Single:
    """Rejected records the DMS counted and rejected leads, differences of completed bulks added up; should be 0."""
    return Single(int(_gap(facts, "errorRecords", "errorLeadCount").sum()))


@kpi("Bulks that do not add up", "دفعات غير متطابقة", "bulks", of="bulks")
def unreconciled_bulks(facts: Facts) -> Single:
    """Completed bulks in which the records or the rejected records the DMS counted are not those received."""
    gaps = _gap(facts, "totalRecords", "leadCount") + _gap(facts, "errorRecords", "errorLeadCount")
    return Single(int((gaps > 0).sum()))


@kpi("Open bulks", "دفعات مفتوحة", "bulks", of="bulks")
def open_bulks(facts: Facts) -> Single:
    """Bulks created or in progress: their leads are provisional until they have a number or are rejected."""
    return Single(int(_is_open(facts).sum()))


@kpi("Stuck bulks", "دفعات متوقفة", "bulks", of="bulks")
def stuck_bulks(facts: Facts) -> Single:
    """Bulks still created or in progress more than 24 hours after their creation."""
    return Single(int((_hours_open(facts) > facts.rules.stuck_hours).sum()))


@kpi("Oldest open bulk", "أقدم دفعة مفتوحة", "hours", of="bulks")
def oldest_open_hours(facts: Facts) -> Single:
    """Hours since the creation of the oldest bulk that is still created or in progress."""
    hours = _hours_open(facts)
    return Single(float(hours.max()) if len(hours) else None)


@kpi("Cancelled bulks", "دفعات ملغاة", "bulks", of="bulks")
def cancelled_bulks(facts: Facts) -> Single:
    """Bulks that were cancelled; their leads count as what they say of themselves."""
    return Single(int((_bulks(facts, "isProcessed") == _CANCELLED).sum()))


def _bulks(facts: Facts, name: str) -> Numbers:
    return whole_numbers(facts.tables.bulks[name]).to_numpy("int64", na_value=0)


def _gap(facts: Facts, told: str, received: str) -> Numbers:
    gap = np.abs(_bulks(facts, told) - _bulks(facts, received))
    return np.where(_bulks(facts, "isProcessed") == _COMPLETED, gap, 0)


def _is_open(facts: Facts) -> Flags:
    return np.isin(_bulks(facts, "isProcessed"), _OPEN)


def _hours_open(facts: Facts) -> Decimals:
    created = moments(facts.tables.bulks["createdDate"])[_is_open(facts)]
    created = created.dropna()
    if created.empty:  # of strays alone a column has no zone
        return np.empty(0)
    since = pd.Timestamp(now(facts)) - created
    hours: Decimals = since.dt.total_seconds().to_numpy("float64") / 3600
    return hours


# --- reasons -------------------------------------------------------------------------------------------------------


def top_reasons(tables: LeadTables, most: int | None = None) -> pd.DataFrame:
    """List why leads were rejected, in the wording of the DMS without what it repeats of the customer.

    Args:
        tables: The leads of a range.
        most: At most so many reasons; all by default.

    Returns:
        `reason`, `leads` (rejected leads that it was given for) and `share` (of all rejected leads), the most frequent
        first. A lead with several reasons counts in each, so that shares may add up to more than 1.
    """
    facts = facts_of(tables)
    pairs = pd.DataFrame({"reason": reasons(tables).to_numpy(object), "lead": owner(facts, "errors")})
    is_counted = is_rejected(facts)
    pairs = pairs[is_counted[pairs["lead"].to_numpy()]].dropna().drop_duplicates()
    counts = pairs["reason"].value_counts().rename_axis("reason").reset_index(name="leads")
    counts = counts.sort_values(["leads", "reason"], ascending=[False, True]).head(most or len(counts))
    whole = int(is_counted.sum())
    share_of = counts["leads"] / whole if whole else np.nan
    top: pd.DataFrame = counts.assign(share=share_of).reset_index(drop=True)
    return top
