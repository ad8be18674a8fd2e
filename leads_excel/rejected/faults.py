"""Errors of rejected leads -> one row per lead, reason and field, with the value as it was submitted. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leads_excel.kpis.facts.facts import counted, is_rejected, owner
from leads_excel.kpis.facts.patterns import matches, typed
from leads_excel.rejected.fields_at_fault import LEAD, Fault, fault, learnt
from leads_excel.schema.columns import VEHICLES
from leads_excel.schema.masking import wording
from leads_excel.schema.own_words import is_personal
from leads_excel.tables.reasons import reasons

if TYPE_CHECKING:
    from leads_excel.kpis.facts.facts import Facts
    from leads_excel.kpis.facts.groups import Numbers

NONE = -1
"""The vehicle of an error that is about none."""

OF_VEHICLES = frozenset(item.name for item in VEHICLES) - {"leadExternalId", "leadId", "position"}
"""Fields of vehicles."""

_LISTED = re.compile(r"[;\n\r]+")


def faults(facts: Facts) -> pd.DataFrame:
    """List what the DMS found wrong with each rejected lead.

    A text that lists several reasons, each about a field of its own, is several reasons.

    Args:
        facts: The leads of a range.

    Returns:
        `lead` (row of leads), `code`, `message` (as received), `reason` (its wording), `field` (at fault), `exists`
        (whether the lead is there already), `vehicle` (row of vehicles, or `NONE`), `submitted` (value of the field,
        as text): one row per rejected lead, reason and field, in the order of the leads. A lead that was rejected
        without an error has one row without a reason.
    """
    errors = _errors(facts)
    read = _split(errors, facts, learnt(zip(errors["code"], errors["named"], strict=True)))
    silent = np.flatnonzero(is_rejected(facts) & (counted(facts, "errorCount") == 0))
    texts = ("code", "message", "reason", "field")
    rest = pd.DataFrame({"lead": silent, **dict.fromkeys(texts), "line": np.nan, "exists": False})
    whole = pd.concat([read, rest.astype(read.dtypes.to_dict())], ignore_index=True)
    whole = whole.sort_values("lead", kind="stable", ignore_index=True)
    whole["vehicle"] = _vehicles(whole, facts)
    whole["submitted"] = _submitted(whole, facts)
    return whole.drop_duplicates(["lead", "reason", "field", "vehicle", "code"], ignore_index=True).drop(columns="line")


def _errors(facts: Facts) -> pd.DataFrame:
    owners = owner(facts, "errors")
    kept = is_rejected(facts)[owners]
    rows = facts.tables.errors[kept].reset_index(drop=True)
    texts = {name: _blank_as_none(rows[old]) for name, old in (("code", "code"), ("named", "field"))}
    told = reasons(facts.tables).reset_index(drop=True)[kept].reset_index(drop=True)
    message = rows["message"].astype("string")
    return pd.DataFrame({"lead": owners[kept], **texts, "message": message, "reason": told})


def _blank_as_none(cells: pd.Series[Any]) -> pd.Series[Any]:
    texts = cells.astype("string").str.strip()
    return texts.where(texts.ne("").fillna(value=False)).astype(object).where(lambda found: found.notna(), None)


def _split(errors: pd.DataFrame, facts: Facts, codes: dict[str, str]) -> pd.DataFrame:
    """Take texts apart that list reasons, where every part of it says what it is about."""
    alone = errors.join(_read(errors, codes))
    lists = errors["named"].isna() & matches(typed(errors["message"]), r"[;\n\r]")
    if not lists.any():
        return alone.drop(columns="named")
    several = errors[lists].copy()
    several["message"] = pd.Series([_LISTED.split(text) for text in several["message"]], several.index)
    parts = several.explode("message").astype({"message": "string"})
    parts["message"] = parts["message"].str.strip()
    parts = parts[parts["message"].ne("")]
    personal = [name for name in facts.tables.leads if is_personal(str(name))]
    beside = facts.tables.leads[personal].take(parts["lead"].to_numpy()).set_axis(parts.index)
    parts["reason"] = wording(parts["message"].reset_index(drop=True), beside.reset_index(drop=True)).to_numpy()
    origin = parts.index
    parts = parts.reset_index(drop=True)
    parts = parts.join(_read(parts.assign(code=None), codes))
    is_told = parts["field"].notna().groupby(origin).agg(["all", "size"])
    good = is_told.index[is_told["all"] & (is_told["size"] > 1)]
    whole = pd.concat([alone.drop(index=good), parts[origin.isin(good)].set_axis(origin[origin.isin(good)])])
    return whole.sort_index(kind="stable").drop(columns="named").reset_index(drop=True)


def _read(errors: pd.DataFrame, codes: dict[str, str]) -> pd.DataFrame:
    """Read what each error is about, each different one once."""
    keys = pd.DataFrame({name: pd.factorize(errors[name])[0] for name in ("named", "code", "reason")})
    each = keys.drop_duplicates()
    rows = errors[["named", "code", "reason"]].iloc[each.index].astype(object)
    rows = rows.where(rows.notna(), None)
    found = [fault(*texts, codes) for texts in ((row[0], row[1], row[2]) for row in rows.to_numpy().tolist())]
    frame = pd.DataFrame(found, columns=list(Fault._fields))
    frame = frame.astype({"field": "string", "line": "float64", "exists": "bool"})
    numbers = keys.merge(each.assign(number=np.arange(len(each))), how="left")["number"]
    return frame.take(numbers.to_numpy()).set_axis(errors.index)


def _vehicles(rows: pd.DataFrame, facts: Facts) -> Numbers:
    """Find the vehicle of each error: the one it counts to, else the only one, else the one whose value it quotes."""
    counts = counted(facts, "vehicleCount")
    firsts = (np.cumsum(counts) - counts)[rows["lead"]]
    many = counts[rows["lead"]]
    line = np.where(rows["line"].isna() & (many == 1), 0, rows["line"].fillna(NONE)).astype("int64")
    is_about = rows["field"].isin(OF_VEHICLES).to_numpy("bool")
    found = np.where(is_about & (line >= 0) & (line < many), firsts + line, NONE)
    for row in np.flatnonzero(is_about & (found == NONE) & (line == NONE) & (many > 1)).tolist():
        values = facts.tables.vehicles[str(rows["field"].iloc[row])].iloc[firsts[row] : firsts[row] + many[row]]
        text = rows["message"].iloc[row]
        quoted = [place for place, value in enumerate(values) if _quotes(text, value)]
        found[row] = firsts[row] + quoted[0] if len(quoted) == 1 else NONE
    return found


def _quotes(text: object, value: object) -> bool:
    wanted = "" if pd.isna(value) else str(value).strip()  # type: ignore[call-overload]  # any scalar
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", str(text), re.IGNORECASE) is not None


def _submitted(rows: pd.DataFrame, facts: Facts) -> pd.Series[Any]:
    values = pd.Series(pd.NA, rows.index, dtype="string")
    for field in rows["field"].dropna().unique():
        about = rows["field"].eq(field).fillna(value=False).to_numpy("bool")
        if field in OF_VEHICLES:
            about &= rows["vehicle"].ge(0).to_numpy("bool")
        cells = facts.tables.vehicles[field] if field in OF_VEHICLES else facts.tables.leads[field]
        place = rows["vehicle" if field in OF_VEHICLES else "lead"][about]
        if field != LEAD and len(place):
            values[about] = cells.take(place.to_numpy()).astype("string").to_numpy()
    return values
