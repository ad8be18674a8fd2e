"""Rejected leads as a list to work through: what a call can save first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leads_excel.exceptions import ApiError, ArgumentError
from leads_excel.kpis.around.history import NONE, History, history_of
from leads_excel.kpis.around.margin import Margin, asked_days, cut, reach
from leads_excel.kpis.around.verdicts import recoveries
from leads_excel.kpis.facts.facts import DAY, NEVER, facts_of, now, submitted
from leads_excel.kpis.facts.rules import RULES, Rules
from leads_excel.kpis.intent import buys_soon, is_hot
from leads_excel.rejected.faults import faults
from leads_excel.rejected.suggestions import suggestions
from leads_excel.schema.columns import ERRORS, LEADS, VEHICLES, Column
from leads_excel.schema.masking import MASK, masked
from leads_excel.tables.whole_numbers import whole_numbers

if TYPE_CHECKING:
    from collections.abc import Collection

    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Flags, Numbers
    from leads_excel.schema.columns import Kind
    from leads_excel.tables.lead_tables import LeadTables


def _column(name: str, kind: Kind, label: str, arabic: str, width: int, about: str) -> Column:
    return Column(name, kind, label, arabic, width, name in ("submitted", "suggestion"), about)


COLUMNS = (
    _column("urgency", "count", "Urgency", "الأولوية في الاتصال", 9,
            "1 hot and buying soon, 2 hot, 3 buying soon, 4 others, 5 recovered since."),
    _column("age", "count", "Age", "العمر بالأيام", 7, "Full days since the lead was submitted."),
    next(item for item in ERRORS if item.name == "code"),
    _column("reason", "text", "Reason", "السبب", 40, "Wording of the error, without what it repeats of the customer."),
    _column("field", "text", "Field at fault", "الحقل الخاطئ", 16,
            "API name of the field that the error is about; leadId where the lead exists already."),
    _column("submitted", "text", "Submitted", "القيمة المرسلة", 18, "Value of that field as submitted."),
    _column("suggestion", "text", "Suggestion", "القيمة المقترحة", 18,
            "What should have been sent, where the data tells."),
    _column("confidence", "text", "Confidence", "درجة الثقة", 11,
            "high: the record itself says it; medium: accepted leads do."),
    _column("why", "text", "Why", "التعليل", 34, "How the suggestion was found, or what is wrong with the value."),
    _column("recovered", "text", "Recovered", "تم الاسترجاع", 11,
            "yes, no or unknown: accepted within 30 days under the same number, phone or e-mail address."),
    _column("recoveredBy", "id", "Recovered by", "مسترجع بالطلب رقم", 13, "Lead number in the DMS of that lead."),
)  # fmt: skip
"""What the workbench says of each rejected lead, beside the fields of leads."""

SHOWN = (
    "leadExternalId", "urgency", "age", "priority", "purchasePlan", "source", "branch", "brand", "code", "reason",
    "field", "submitted", "suggestion", "confidence", "why", "recovered", "recoveredBy",
)  # fmt: skip
"""The columns that are shown where nobody asks for others: in a formula, a notebook, and the sheet Rejections."""

YES, NO, UNKNOWN = "yes", "no", "unknown"
_FIELDS = {item.name: item for item in (*VEHICLES, *LEADS)}


def workbench(tables: LeadTables, rules: Rules = RULES, fields: Collection[str] | None = None) -> pd.DataFrame:
    """List the rejected leads, what is wrong with each, and what should have been sent.

    Args:
        tables: The leads of a range; the days after it are fetched where it knows whom to ask.
        rules: Within how many days a lead is recovered, and which purchase is near.
        fields: Which fields of leads are wanted; all by default.

    Returns:
        `COLUMNS`, then fields of the leads table that are not named so: one row per rejected lead and reason, as
        `faults.faults` tells them apart. Leads that were not recovered come first, of these hot ones of customers who
        buy soon, then hot ones, then those who buy soon, of each the newest first. `attrs["note"]` says what could not
        be looked at; `recovered` is then `unknown` where nothing was seen. Personal data is shown: see `hidden`.
    """
    facts = facts_of(tables, rules)
    rows = faults(facts)
    leads = rows["lead"].to_numpy("int64")
    history, note = _around(facts)
    by_lead = _recovered(facts, history, is_cut=bool(note))
    by_lead["urgency"] = _urgency(facts, by_lead["recovered"].eq(YES).to_numpy("bool"))
    age = _age(facts)
    shown = pd.concat([by_lead.take(leads).set_axis(rows.index), rows, suggestions(facts, rows)], axis="columns")
    shown["age"] = age.take(leads).set_axis(rows.index)
    order = np.lexsort((leads, -submitted(facts)[leads].astype("float64"), shown["urgency"].to_numpy("int64")))
    shown = shown[[item.name for item in COLUMNS]].take(order).reset_index(drop=True)
    texts = [item.name for item in COLUMNS if item.kind == "text"]
    named = [name for name in tables.leads if name not in shown and (fields is None or name in fields)]
    own = tables.leads[named].take(leads[order]).reset_index(drop=True)
    found = pd.concat([shown.astype(dict.fromkeys(texts, "string")), own], axis="columns")
    found.attrs["note"] = note
    return found


def hidden(frame: pd.DataFrame, *, left_out: bool = False) -> pd.DataFrame:
    """Mask values as submitted and as suggested where the field at fault is personal; others are not.

    Args:
        frame: Rows of the workbench.
        left_out: Leave personal values out instead.
    """
    found = frame.copy(deep=False)
    for field in frame["field"].dropna().unique():
        item = _FIELDS[field]
        if not item.sensitive:
            continue
        about = frame["field"].eq(field).fillna(value=False).to_numpy("bool")
        for name in ("submitted", "suggestion"):
            found[name] = found[name].where(~about, pd.NA if left_out else _masked(found[name], item))
    return found


def is_personal(fields: pd.Series[Any]) -> Flags:
    """Tell which rows are about a field that holds personal data.

    Args:
        fields: The field at fault of each row.
    """
    personal: Flags = fields.isin({name for name, item in _FIELDS.items() if item.sensitive}).to_numpy("bool")
    return personal


def _masked(values: pd.Series[Any], item: Column) -> pd.Series[Any]:
    if item.kind == "text":
        return masked(pd.DataFrame({item.name: values}), [item])[item.name]
    return pd.Series(MASK, values.index, dtype="string").where(values.str.strip().ne("").fillna(value=False))


# --- columns of leads ----------------------------------------------------------------------------------------------


def _around(facts: Facts) -> tuple[History, str]:
    """Look at the days after the range, and tell what is missing of them."""
    wanted = reach(facts.rules, "", "days")
    try:
        return history_of(facts, wanted), cut(facts.tables, wanted)
    except (ApiError, ArgumentError) as error:  # not answered, or more days than anybody allowed
        return History(facts, Margin()), str(error)


def _recovered(facts: Facts, history: History, *, is_cut: bool) -> pd.DataFrame:
    by = recoveries(history)
    found = by != NONE
    state = np.where(found, YES, np.where(_seen_long_enough(facts) | (not is_cut), NO, UNKNOWN))
    state = np.where(~found & (submitted(facts) == NEVER), UNKNOWN, state)
    numbers = whole_numbers(history.cells("leadId").iloc[np.where(found, by, 0)]).reset_index(drop=True)
    numbers = numbers.where(found & numbers.gt(0).fillna(value=False).to_numpy("bool"))
    return pd.DataFrame({"recovered": pd.Series(state, dtype="string"), "recoveredBy": numbers})


def _seen_long_enough(facts: Facts) -> Flags:
    """Tell of which leads the range itself holds every day on which they could have been recovered so far."""
    days = asked_days(facts.tables)
    if days is None:
        return np.zeros(facts.count, "bool")
    end = _micros(pd.Timestamp(days[1])) + DAY
    return np.minimum(submitted(facts) + facts.rules.days * DAY, _now(facts)) < end


def _now(facts: Facts) -> int:
    return _micros(pd.Timestamp(now(facts)).tz_convert(facts.tables.zone).tz_localize(None))


def _micros(clock: pd.Timestamp) -> int:
    return int(clock.value) // 1000  # which is nanoseconds, whatever the unit


def _age(facts: Facts) -> pd.Series[Any]:
    moment = submitted(facts)
    days = np.where(moment == NEVER, -1, (_now(facts) - np.where(moment == NEVER, 0, moment)) // DAY)
    age = pd.Series(days, dtype="Int64")
    return age.where(age.ge(0))


def _urgency(facts: Facts, recovered: Flags) -> Numbers:
    hot, soon = is_hot(facts), buys_soon(facts)
    return np.select([recovered, hot & soon, hot, soon], [5, 1, 2, 3], 4)
