"""Flattened parts -> the four frames: order, duplicates, counts and types. Pure."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from leads_excel import schema
from leads_excel.columns import arrow_type, as_text, dtype, extra_kind, series

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from leads_excel.flatten import Part, Rows

    Indices = NDArray[np.int64]


def assemble(parts: list[Part], zone: ZoneInfo) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Put parts together, each lead once.

    A bulk that two neighbouring windows returned counts once. A lead that came in several bulks keeps the version of
    the bulk created last (reading of the API page: a lead is its `leadExternalId`, else its whole record). Bulks stand
    in the order of their creation, leads in the order of their bulks, whatever the order in which replies arrived.

    Args:
        parts: One for each reply, in time order. They are taken apart on the way, so that memory holds each column
            once.
        zone: The business zone.

    Returns:
        The frames by table name, and one line for each way in which the replies differ from the API page.
    """
    bulk_order = _order_of_bulks(parts)
    lead_bulk = _joined([part.lead_bulk for part in parts], [part.bulks.count for part in parts])
    lead_order = _order_of_leads(parts, lead_bulk, bulk_order)
    warnings: list[str] = []
    frames = {"bulks": _bulks(parts, bulk_order, lead_bulk, zone, warnings)}
    owners = {
        name: _owners([getattr(part, attribute) for part in parts], parts, lead_order)
        for name, attribute in (("vehicles", "vehicle_lead"), ("errors", "error_lead"))
    }
    leads = _taken([part.leads for part in parts], lead_order, zone, warnings)
    for name, column in (("vehicles", "vehicleCount"), ("errors", "errorCount")):
        leads[column] = pd.array(np.bincount(owners[name][1], minlength=len(lead_order)), dtype="Int64")
    leads["bulkCreatedDate"] = _bulk_dates(frames["bulks"], lead_bulk[lead_order], bulk_order)
    frames["leads"] = _framed("leads", leads, len(lead_order), zone)
    children: tuple[schema.TableName, ...] = ("vehicles", "errors")
    for name in children:
        rows = [getattr(part, name) for part in parts]
        frames[name] = _children(name, rows, owners[name], frames["leads"], zone, warnings)
    return frames, tuple(warnings)


def _joined(arrays: Sequence[Indices], sizes: Sequence[int]) -> Indices:
    # Row numbers of each part become row numbers over all parts.
    starts = [0, *accumulate(sizes)]
    return np.concatenate([array + start for array, start in zip(arrays, starts, strict=False)] or [np.empty(0, int)])


def _order_of_bulks(parts: Sequence[Part]) -> Indices:
    keys = pd.Series([key for part in parts for key in part.bulk_key], dtype=object)
    created = [part.bulks.columns["createdDate"].array().cast(pa.int64()) for part in parts]
    dates = pa.chunked_array(created, pa.int64()).fill_null(np.iinfo(np.int64).max).to_numpy()
    once = np.flatnonzero(~keys.duplicated(keep="last").to_numpy(bool))
    return once[np.argsort(dates[once], kind="stable")]


def _order_of_leads(parts: Sequence[Part], lead_bulk: Indices, bulk_order: Indices) -> Indices:
    rank = np.full(sum(part.bulks.count for part in parts), -1)
    rank[bulk_order] = np.arange(len(bulk_order))
    kept = _sorted_by(rank[lead_bulk])
    keys = pd.Series(np.concatenate([part.lead_key for part in parts] or [np.empty(0, int)])[kept])
    return kept[~keys.duplicated(keep="last").to_numpy(bool)]


def _sorted_by(rank: Indices) -> Indices:
    kept = np.flatnonzero(rank >= 0)
    order = rank[kept]
    return kept if (order[1:] >= order[:-1]).all() else kept[np.argsort(order, kind="stable")]


def _owners(arrays: Sequence[Indices], parts: Sequence[Part], lead_order: Indices) -> tuple[Indices, Indices]:
    """Return which child rows stay, in order, and the new row number of the lead of each."""
    place = np.full(sum(part.leads.count for part in parts), -1)
    place[lead_order] = np.arange(len(lead_order))
    owner = place[_joined(arrays, [part.leads.count for part in parts])]
    kept = _sorted_by(owner)
    return kept, owner[kept]


def _bulks(
    parts: Sequence[Part], order: Indices, lead_bulk: Indices, zone: ZoneInfo, warnings: list[str]
) -> pd.DataFrame:
    rejected = [part.leads.columns["isError"].array() for part in parts]
    flags = pa.chunked_array(rejected, pa.bool_()).to_numpy() == True  # noqa: E712 - null is neither
    total = sum(part.bulks.count for part in parts)
    columns = _taken([part.bulks for part in parts], order, zone, warnings)
    columns["status"] = columns["isProcessed"].map(_state).astype("string") if len(order) else None
    columns["leadCount"] = pd.array(np.bincount(lead_bulk, minlength=total)[order], dtype="Int64")
    columns["errorLeadCount"] = pd.array(np.bincount(lead_bulk[flags], minlength=total)[order], dtype="Int64")
    return _framed("bulks", columns, len(order), zone)


def _state(number: object) -> object:
    return pd.NA if pd.isna(number) else schema.STATES.get(number, f"Unknown ({number})")  # type: ignore[call-overload]  # a stray is text


def _bulk_dates(bulks: pd.DataFrame, lead_bulk: Indices, bulk_order: Indices) -> pd.Series[Any]:
    place = np.zeros(max(bulk_order, default=-1) + 1, int)
    place[bulk_order] = np.arange(len(bulk_order))
    return bulks["createdDate"].take(place[lead_bulk]).reset_index(drop=True)


def _children(
    name: schema.TableName,
    rows: Sequence[Rows],
    owners: tuple[Indices, Indices],
    leads: pd.DataFrame,
    zone: ZoneInfo,
    warnings: list[str],
) -> pd.DataFrame:
    kept, owner = owners
    columns = _taken(rows, kept, zone, warnings)
    for key in ("leadExternalId", "leadId"):
        columns[key] = leads[key].take(owner).reset_index(drop=True)
    columns["position"] = pd.array(_positions(owner), dtype="Int64")
    return _framed(name, columns, len(kept), zone)


def _positions(owner: Indices) -> Indices:
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]]) if len(owner) else owner
    return np.arange(len(owner)) - np.repeat(starts, np.diff(np.r_[starts, len(owner)])) + 1


def _taken(rows: Sequence[Rows], order: Indices, zone: ZoneInfo, warnings: list[str]) -> dict[str, Any]:
    """Return the collected columns of a table, then its unknown ones, with rows taken in the given order."""
    total = sum(part.count for part in rows)
    starts = np.cumsum([0, *(part.count for part in rows)])[:-1]
    take = None if len(order) == total and (order == np.arange(total)).all() else order
    columns: dict[str, Any] = {}
    for name in list(rows[0].columns):
        collected = [part.columns.pop(name) for part in rows]
        strays = {at + int(start): text for part, start in zip(collected, starts, strict=True)
                  for at, text in part.strays.items()}  # fmt: skip
        kind = collected[0].kind
        array = pa.chunked_array([a for part in collected for a in part.arrays], arrow_type(kind))
        columns[name] = _column(array, kind, strays, take, zone)
        if strays:
            warnings.append(f"{rows[0].table}.{name}: {len(strays):,} value(s) are not a {kind}; kept as text.")
    for name, values in _unknown(rows, starts).items():
        guessed, array = _unknown_array(values, total)
        columns[name] = _column(pa.chunked_array([array]), guessed, {}, take, zone)
        warnings.append(
            f"{rows[0].table}.{name[:40]!r} is not on the API page ({len(values):,} rows); added at the right."
        )
    return columns


def _column(
    array: pa.ChunkedArray, kind: str, strays: dict[int, str], take: Indices | None, zone: ZoneInfo
) -> pd.Series[Any]:
    array = array.combine_chunks()
    if take is not None:
        array = array.take(pa.array(take))
        place = {int(row): at for at, row in enumerate(take)} if strays else {}
        strays = {place[row]: text for row, text in strays.items() if row in place}
    return series(array, kind, strays, zone)


def _unknown(rows: Sequence[Rows], starts: Indices) -> dict[str, dict[int, Any]]:
    found: dict[str, dict[int, Any]] = {}
    for part, start in zip(rows, starts, strict=True):
        for key, values in part.unknown.items():
            found.setdefault(key, {}).update({row + int(start): value for row, value in values.items()})
    return found


def _unknown_array(values: dict[int, Any], total: int) -> tuple[str, pa.Array]:
    kind = extra_kind(values.values())
    listed: list[Any] = [None] * total
    for row, value in values.items():
        listed[row] = as_text(value) if kind == "text" else value
    return kind, pa.array(listed, arrow_type(kind))


def _framed(name: schema.TableName, columns: dict[str, Any], rows: int, zone: ZoneInfo) -> pd.DataFrame:
    """Order the columns as the schema does, unknown ones last; the types are the same for 0, 1 and n rows."""
    known = [column.name for column in schema.TABLES[name]]
    for column in schema.TABLES[name]:
        if not rows or column.name not in columns:
            columns[column.name] = pd.Series([pd.NA] * rows, dtype=dtype(column.kind, zone))
    names = [*known, *(key for key in columns if key not in known)]
    return pd.DataFrame({key: columns[key] for key in names}, copy=False)
