"""Two states of leads -> what changed from one to the other, one row for each change. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from leads_excel.schema.columns import TABLES
from leads_excel.tables.whole_numbers import whole_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from leads_excel.tables.lead_tables import LeadTables

    Rows = NDArray[np.int64]
    Mask = NDArray[np.bool_]

KINDS = ("new", "settled", "recovered", "changed", "gone")
"""What may have happened to a lead, in the order in which it is told."""

COLUMNS = ("change", "field", "before", "after")
"""The columns of a comparison; those of the lead follow."""

STATE = "state"
"""What the field is called that stands for `leadId` and `isError` together."""

UNKNOWN = " | "
"""What stands in a vehicle or an error between what the API page names and what it does not."""

_CREATED, _REJECTED, _IN_PROGRESS = "created", "rejected", "in progress"
_COUNTED = ("vehicleCount", "errorCount")  # by the vehicles and errors themselves
_LINES: tuple[tuple[Literal["vehicles", "errors"], str], ...] = (("vehicles", "vehicle"), ("errors", "error"))
_NAMED = {column.name for table, _ in _LINES for column in TABLES[table]}
_OF_LEADS = ["leadExternalId", "leadId", "position"]


def compare(before: LeadTables, after: LeadTables) -> pd.DataFrame:
    """Tell what changed from one state of leads to a later one.

    A lead is its `leadExternalId` where that is a positive number, else its whole row. It stands in one of three
    states: rejected (`isError`), created in the DMS (`leadId`), or else in progress. A change of the state is told
    once, as the field `state`, instead of what comes with it: `leadId`, `isError` and the errors.

    Args:
        before: The leads as they stood, with their vehicles and errors.
        after: The leads as they stand.

    Returns:
        One row for each change: `change`, one of `KINDS` (settled: in progress before; recovered: rejected before,
        created now), `field` with its value `before` and `after`, None where there was none, then the columns of the
        lead as it stands, a gone one as it last stood. New and gone leads have one row without a field, others one for
        each field: a column of leads, `state`, `vehicle 1`, `error 1` and so on. Ordered by kind, then as `after`.
    """
    keys = _keys(before.leads), _keys(after.leads)
    places: Rows = keys[0].get_indexer(keys[1])
    fresh, rows = np.flatnonzero(places < 0), np.flatnonzero(places >= 0)
    old, new = (leads.take(list(at)) for leads, at in ((before.leads, places[rows]), (after.leads, rows)))
    moved = _states(old) != _states(new)
    found = [
        _piece(fresh, "new", None),
        _moves(_states(old)[moved], _states(new)[moved], rows[moved]),
        *_edits(old, new, rows, moved),
        *(
            piece
            for table, name in _LINES
            for piece in _line_edits(getattr(before, table), getattr(after, table), name, keys[1], rows, moved)
        ),
    ]
    left = np.flatnonzero(keys[1].get_indexer(keys[0]) < 0)
    stands, gone = _beside(pd.concat(found), after.leads), _beside(_piece(left, "gone", None), before.leads)
    return pd.concat([stands, gone], ignore_index=True) if len(left) else stands


def _keys(leads: pd.DataFrame) -> pd.Index[Any]:
    numbers = leads["leadExternalId"].astype("string")
    known = _are_numbers(numbers)
    others = leads.loc[~known].drop(columns="bulkCreatedDate").astype("string")
    whole = pd.util.hash_pandas_object(others, index=False).astype("string")
    keys = numbers.where(known, "=" + whole)
    copies = keys.groupby(keys).cumcount()
    return pd.Index(keys.where(copies == 0, keys + "=" + copies.astype("string")))


def _are_numbers(texts: pd.Series[Any]) -> Mask:
    return texts.str.fullmatch(r"[1-9]\d*").fillna(value=False).to_numpy(bool)


def _states(leads: pd.DataFrame) -> NDArray[Any]:
    rejected = leads["isError"].eq(True).fillna(value=False).to_numpy(bool)
    created = whole_numbers(leads["leadId"]).gt(0).fillna(value=False).to_numpy(bool)
    return np.select([rejected, created], [_REJECTED, _CREATED], _IN_PROGRESS)


def _moves(before: NDArray[Any], after: NDArray[Any], rows: Rows) -> pd.DataFrame:
    settled, recovered = before == _IN_PROGRESS, (before == _REJECTED) & (after == _CREATED)
    kinds = np.select([settled, recovered], ["settled", "recovered"], "changed")
    return _piece(rows, kinds, STATE, before, after)


def _edits(old: pd.DataFrame, new: pd.DataFrame, rows: Rows, moved: Mask) -> Iterator[pd.DataFrame]:
    for name in dict.fromkeys([*new, *old]):
        if name in ("leadExternalId", *_COUNTED):
            continue
        one, other = _column(old, name), _column(new, name)
        differs = _differ(one, other)
        if name in ("leadId", "isError"):
            differs &= ~moved
        yield _piece(rows[differs], "changed", name, _values(one[differs]), _values(other[differs]))


def _column(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    found = frame[name] if name in frame else pd.Series(pd.NA, frame.index, "string")
    return found.reset_index(drop=True)


def _differ(one: pd.Series[Any], other: pd.Series[Any]) -> Mask:
    if one.dtype != other.dtype or one.dtype == object:  # among the values are some of another kind
        one, other = (cells.astype(object).map(_as_text, na_action="ignore").astype("string") for cells in (one, other))
    same = one.eq(other).fillna(value=False) | (one.isna() & other.isna())
    return ~same.to_numpy(bool)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(cells: pd.Series[Any]) -> list[object]:
    return [None if missing else cell for cell, missing in zip(cells, cells.isna(), strict=True)]


def _line_edits(
    before: pd.DataFrame, after: pd.DataFrame, name: str, keys: pd.Index[Any], rows: Rows, moved: Mask
) -> Iterator[pd.DataFrame]:
    """Compare vehicles or errors, place by place, of leads that stood before and stand now."""
    if name == "error":
        rows = rows[~moved]
    old, new = (_lines(frame, keys[rows]) for frame in (before, after))
    both = old.index.intersection(new.index, sort=False)
    differ = np.zeros(len(both), bool)
    for column in dict.fromkeys([*old, *new]):
        differ |= _differ(_column(old.loc[both], column), _column(new.loc[both], column))
    places = [*both[differ], *new.index.difference(both, sort=False), *old.index.difference(both, sort=False)]
    if places:
        leads = keys.get_indexer(pd.Index([number for number, _ in places]))
        fields = [f"{name} {position}" for _, position in places]
        yield _piece(leads, "changed", fields, _told(old, places), _told(new, places))


def _lines(frame: pd.DataFrame, keys: pd.Index[Any]) -> pd.DataFrame:
    numbers = frame["leadExternalId"].astype("string")
    lines = frame.drop(columns=_OF_LEADS).set_axis(pd.MultiIndex.from_arrays([numbers, frame["position"]]))
    return lines[keys.get_indexer(pd.Index(numbers)) >= 0]


def _told(lines: pd.DataFrame, places: Sequence[Any]) -> list[object]:
    known = lines.loc[lines.index.isin(places)]
    texts = {place: _line(row) for place, row in zip(known.index, known.to_dict("records"), strict=True)}
    return [texts.get(place) for place in places]


def _line(row: dict[Any, Any]) -> str:
    told = {name: f"{name} {value}" for name, value in row.items() if not _is_blank(value)}
    known, unknown = (
        ", ".join(text for name, text in told.items() if (name in _NAMED) is kept) for kept in (True, False)
    )
    return f"{known}{UNKNOWN}{unknown}" if unknown else known


def _is_blank(value: Any) -> bool:  # noqa: ANN401 - a cell
    return value is pd.NaT or value is pd.NA or value is None or value == ""


def _piece(rows: Rows, kinds: Any, fields: Any, before: Any = None, after: Any = None) -> pd.DataFrame:  # noqa: ANN401 - one value for all rows, or one for each
    index = range(len(rows))
    blank = [None] * len(rows)
    return pd.DataFrame(
        {
            "change": pd.Series(kinds, index, "string"),
            "field": pd.Series(fields, index, "string"),
            "before": pd.Series(blank if before is None else before, index, object),
            "after": pd.Series(blank if after is None else after, index, object),
            "row": pd.Series(rows, index, "int64"),
        }
    )


def _beside(pieces: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    told = pieces.sort_values(["change", "row"], kind="stable", key=_ranked, ignore_index=True)
    beside = leads.take(list(told.pop("row"))).reset_index(drop=True)
    beside = beside.rename(columns={name: f"{name} (API)" for name in COLUMNS})  # keys that the API page does not name
    return pd.concat([told, beside], axis="columns")


def _ranked(cells: pd.Series[Any]) -> pd.Series[Any]:
    return cells.map({kind: rank for rank, kind in enumerate(KINDS)}) if cells.name == "change" else cells
