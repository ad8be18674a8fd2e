"""One reply's bulks -> its rows, column by column: leads, vehicles, errors, bulks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from msgspec.structs import astuple

from leads_excel import schema
from leads_excel.bulks.decoding import BULK_KEYS, LEAD_KEYS, VEHICLE_KEYS, leads_of, too_deep
from leads_excel.bulks.error_list import reasons
from leads_excel.bulks.json_values import as_text, whole
from leads_excel.bulks.records import Received, Rows
from leads_excel.bulks.typed_columns import Column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

# Leads are read and turned into columns this many at a time: their values then stay in the processor's cache.
_CHUNK = 250

_LEAD_FIELDS = (*LEAD_KEYS, "vehicles", "errorList", "extra")
_VEHICLES, _ERROR_LIST = _LEAD_FIELDS.index("vehicles"), _LEAD_FIELDS.index("errorList")
_VEHICLE_FIELDS = (*VEHICLE_KEYS, "extra")
_ERROR_FIELDS = ("code", "field", "message", "extra")
_BULK_FIELDS = (*BULK_KEYS, "extra", "status")

_BEYOND = re.compile(r"[1-9][0-9]{18,}")  # a positive number that may not fit in 64 bits


@dataclass(frozen=True, slots=True)
class Part:
    """One reply, flattened. Row numbers are positions in this part.

    Args:
        leads: The rows of the leads table.
        vehicles: The rows of the vehicles table.
        errors: The rows of the errors table.
        bulks: The rows of the bulks table.
        lead_bulk: For each lead, the row of its bulk.
        vehicle_lead: For each vehicle, the row of its lead.
        error_lead: For each error, the row of its lead.
        lead_key: For each lead, a number that says which one it is: rows with equal numbers are the same lead.
        bulk_key: For each bulk, likewise.
    """

    leads: Received
    vehicles: Received
    errors: Received
    bulks: Received
    lead_bulk: NDArray[np.int64]
    vehicle_lead: NDArray[np.int64]
    error_lead: NDArray[np.int64]
    lead_key: NDArray[np.int64]
    bulk_key: NDArray[np.int64]

    def copy(self) -> Part:
        """Return a part that can be taken apart without harm to this one; the values themselves are shared."""
        return replace(
            self,
            leads=self.leads.copy(),
            vehicles=self.vehicles.copy(),
            errors=self.errors.copy(),
            bulks=self.bulks.copy(),
        )


def flatten(bulks: Sequence[Any], zone: ZoneInfo) -> Part:
    """Flatten the bulks of one reply.

    Args:
        bulks: `Bulk` records, as `bulks.decode` gives them.
        zone: The business zone.

    Raises:
        ApiReplyError: A lead is not an object, is garbled, or nests too deeply.
    """
    leads = _Leads(zone)
    try:
        for records in _chunks(bulks):
            leads.add(records)
        return _part(bulks, leads, zone)
    except RecursionError:
        raise too_deep() from None


def _chunks(bulks: Sequence[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield leads as tuples of `_LEAD_FIELDS`, a few at a time."""
    items = [lead for bulk in bulks for lead in bulk.leads or ()]
    for start in range(0, len(items), _CHUNK):
        yield [astuple(lead) for lead in leads_of(items[start : start + _CHUNK], partial(_where, bulks, start))]


def _where(bulks: Sequence[Any], start: int, at: int) -> str:
    before = start + at
    for number, bulk in enumerate(bulks, 1):
        size = len(bulk.leads or ())
        if before < size:
            return f"lead {before + 1} of bulk {number}"
        before -= size
    raise IndexError(start + at)


class _Leads:
    """The leads of a reply, with their vehicles and errors, while they are collected."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.leads = Rows("leads", _LEAD_FIELDS, zone)
        self.vehicles = Rows("vehicles", _VEHICLE_FIELDS, zone)
        self.errors = Rows("errors", _ERROR_FIELDS, zone)
        self.vehicle_counts: list[int] = []
        self.error_counts: list[int] = []
        self.rejected: list[NDArray[np.bool_]] = [np.empty(0, np.bool_)]
        self.keys: list[NDArray[np.int64]] = [np.empty(0, np.int64)]

    def add(self, records: Sequence[tuple[Any, ...]]) -> None:
        """Append leads."""
        columns = self.leads.add(records)
        self.rejected.append(columns["isError"].fill_null(False).to_numpy(zero_copy_only=False))
        self.keys.append(_lead_keys(columns["leadExternalId"], records))
        vehicles = [record[_VEHICLES] or () for record in records]
        self.vehicle_counts += map(len, vehicles)
        self.vehicles.add([astuple(vehicle) for listed in vehicles for vehicle in listed])
        errors = [reasons(record[_ERROR_LIST]) if record[_ERROR_LIST] is not None else () for record in records]
        self.error_counts += map(len, errors)
        self.errors.add([reason for listed in errors for reason in listed])


def _part(bulks: Sequence[Any], collected: _Leads, zone: ZoneInfo) -> Part:
    """Add the bulks, and the columns in which tables count or repeat one another."""
    sizes = [len(bulk.leads or ()) for bulk in bulks]
    lead_bulk, lead_key = _owners(sizes), np.concatenate(collected.keys)
    heads = Rows("bulks", _BULK_FIELDS, zone)
    heads.add([_head(bulk) for bulk in bulks])
    bulk_rows = heads.received(
        leadCount=_counts(sizes),
        errorLeadCount=_counts(np.bincount(lead_bulk[np.concatenate(collected.rejected)], minlength=len(bulks))),
    )
    leads = collected.leads.received(
        vehicleCount=_counts(collected.vehicle_counts),
        errorCount=_counts(collected.error_counts),
        bulkCreatedDate=bulk_rows.columns["createdDate"].taken(lead_bulk),
    )
    return Part(
        leads=leads,
        vehicles=collected.vehicles.received(**_of_leads(leads, collected.vehicle_counts)),
        errors=collected.errors.received(**_of_leads(leads, collected.error_counts)),
        bulks=bulk_rows,
        lead_bulk=lead_bulk,
        vehicle_lead=_owners(collected.vehicle_counts),
        error_lead=_owners(collected.error_counts),
        lead_key=lead_key,
        bulk_key=np.array([*map(_bulk_key, bulks, np.split(lead_key, [*accumulate(sizes)]))], np.int64),
    )


def _of_leads(leads: Received, counts: Sequence[int]) -> dict[str, Column]:
    """Return the columns that rows below a lead begin with; `counts` says how many each lead has."""
    owners = _owners(counts)
    firsts = np.cumsum([0, *counts])[owners]
    return {
        "leadExternalId": leads.columns["leadExternalId"].taken(owners),
        "leadId": leads.columns["leadId"].taken(owners),
        "position": _counts(np.arange(len(owners)) - firsts + 1),
    }


def _owners(counts: Sequence[int]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(counts)), counts)


def _counts(numbers: Sequence[int] | NDArray[np.int64]) -> Column:
    return Column("count", pa.chunked_array([pa.array(np.array(numbers, np.int64))]), {})


def _head(bulk: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a made class
    return (*(getattr(bulk, key) for key in (*BULK_KEYS, "extra")), _status(bulk.isProcessed))


def _status(state: object) -> str | None:
    try:
        number = whole(state)
    except ValueError:
        return f"Unknown ({as_text(state)})"
    return None if number is None else schema.STATES.get(number, f"Unknown ({number})")


def _lead_keys(ids: pa.Array, records: Sequence[tuple[Any, ...]]) -> NDArray[np.int64]:
    # Reading of the API page: a lead is its leadExternalId where that is a positive number, else its whole record.
    keys = np.array(ids.fill_null(0).to_numpy(), np.int64)
    for at in np.flatnonzero(keys <= 0).tolist():
        text = as_text(records[at][0]) or ""
        keys[at] = _digest(text if _BEYOND.fullmatch(text) else repr(records[at]))
    return keys


def _bulk_key(bulk: Any, lead_keys: NDArray[np.int64]) -> int:  # noqa: ANN401 - a made class
    # Without isProcessed and errorRecords, which change while the DMS works on a bulk.
    told_apart_by = bulk.totalRecords if len(lead_keys) == 0 else np.sort(lead_keys).tobytes()
    return _digest(repr((bulk.createdDate, bulk.createdBy, told_apart_by)))


def _digest(text: str) -> int:
    # Negative, so that it never meets an external id.
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return -1 - (int.from_bytes(digest) >> 1)
