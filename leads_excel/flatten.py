"""One reply's bulks -> its rows, column by column: leads, vehicles, errors, bulks."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from leads_excel import schema
from leads_excel.bulks import BULK_KEYS, LEAD_KEYS, VEHICLE_KEYS, collector_paused
from leads_excel.columns import Collected
from leads_excel.error_list import reasons

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

# Leads are turned into columns this many at a time: their values then stay in the processor's cache on the way.
_CHUNK = 500
_LEAD_FIELDS = (*LEAD_KEYS, "vehicles", "errorList", "extra")
_KINDS = {name: {column.name: column.kind for column in columns} for name, columns in schema.TABLES.items()}


class Rows:
    """The rows of one table while they are collected: known columns, and keys the page does not name.

    Args:
        table: Which table.
        names: The columns that come straight from the API.
        zone: The business zone.
    """

    def __init__(self, table: schema.TableName, names: Sequence[str], zone: ZoneInfo) -> None:
        self.table = table
        self.columns = {name: Collected(_KINDS[table][name], zone) for name in names}
        self.unknown: dict[str, dict[int, Any]] = {}
        self.count = 0

    def add(self, records: Sequence[tuple[Any, ...]], names: Sequence[str]) -> None:
        """Append rows given as tuples whose fields are `names`; `extra` holds unknown keys."""
        if not records:
            return
        for name, values in zip(names, zip(*records, strict=True), strict=True):
            if name == "extra":
                self._note_unknown(values)
            elif name in self.columns:
                self.columns[name].add(values)
        self.count += len(records)

    def copy(self) -> Rows:
        """Return the same rows in a container of its own."""
        twin = copy(self)
        twin.columns = dict(self.columns)
        return twin

    def _note_unknown(self, values: Sequence[Mapping[str, Any] | None]) -> None:
        for row, extra in enumerate(values, self.count):
            for key, value in (extra or {}).items():
                self.unknown.setdefault(self._heading(key), {})[row] = value

    def _heading(self, key: str) -> str:
        # An unknown key must not replace a column of ours that happens to have its name.
        return f"{key} (API)" if key in _KINDS[self.table] else key


@dataclass(slots=True)
class Part:
    """One reply, flattened. Row numbers are positions in this part.

    Args:
        leads: The leads, without the columns that are counted.
        vehicles: The vehicles, without the columns of their lead.
        errors: The errors, likewise.
        bulks: The bulks.
        lead_bulk: For each lead, the row of its bulk.
        vehicle_lead: For each vehicle, the row of its lead.
        error_lead: For each error, the row of its lead.
        lead_key: For each lead, a number that says who it is: the external id, or a negative digest of everything.
        bulk_key: For each bulk, what tells it from another one.
    """

    leads: Rows
    vehicles: Rows
    errors: Rows
    bulks: Rows
    lead_bulk: NDArray[np.int64]
    vehicle_lead: NDArray[np.int64]
    error_lead: NDArray[np.int64]
    lead_key: NDArray[np.int64]
    bulk_key: list[object]

    def copy(self) -> Part:
        """Return a part that can be taken apart without harm to this one; the values are shared."""
        tables = {name: getattr(self, name).copy() for name in ("leads", "vehicles", "errors", "bulks")}
        return replace(self, **tables)


def flatten(bulks: Sequence[Any], zone: ZoneInfo) -> Part:
    """Flatten the bulks of one reply.

    Args:
        bulks: `Bulk` records.
        zone: The business zone.
    """
    leads = [lead for bulk in bulks for lead in bulk.leads or ()]
    sizes = [len(bulk.leads or ()) for bulk in bulks]
    part = Part(
        leads=Rows("leads", LEAD_KEYS, zone),
        vehicles=Rows("vehicles", VEHICLE_KEYS, zone),
        errors=Rows("errors", ("code", "field", "message"), zone),
        bulks=Rows("bulks", BULK_KEYS, zone),
        lead_bulk=np.repeat(np.arange(len(bulks)), sizes),
        vehicle_lead=np.empty(0, np.int64),
        error_lead=np.empty(0, np.int64),
        lead_key=np.empty(0, np.int64),
        bulk_key=[],
    )
    with collector_paused():
        vehicle_counts, error_counts = _add_leads(part, leads)
    part.vehicle_lead = np.repeat(np.arange(len(leads)), vehicle_counts)
    part.error_lead = np.repeat(np.arange(len(leads)), error_counts)
    part.lead_key = _lead_keys(part.leads.columns["leadExternalId"], leads)
    _add_bulks(part, bulks, sizes)
    return part


def _add_leads(part: Part, leads: Sequence[Any]) -> tuple[list[int], list[int]]:
    vehicle_counts: list[int] = []
    error_counts: list[int] = []
    for at in range(0, len(leads), _CHUNK):
        records = [msgspec.structs.astuple(lead) for lead in leads[at : at + _CHUNK]]
        part.leads.add(records, _LEAD_FIELDS)
        vehicles = [record[-3] or () for record in records]
        vehicle_counts.extend(map(len, vehicles))
        rows = [msgspec.structs.astuple(vehicle) for listed in vehicles for vehicle in listed]
        part.vehicles.add(rows, (*VEHICLE_KEYS, "extra"))
        errors = [reasons(record[-2]) if record[-2] is not None else () for record in records]
        error_counts.extend(map(len, errors))
        part.errors.add([reason for listed in errors for reason in listed], ("code", "field", "message", "extra"))
    return vehicle_counts, error_counts


def _add_bulks(part: Part, bulks: Sequence[Any], sizes: Sequence[int]) -> None:
    records = [tuple(getattr(bulk, name) for name in (*BULK_KEYS, "extra")) for bulk in bulks]
    part.bulks.add(records, (*BULK_KEYS, "extra"))
    ends = accumulate(sizes)
    for bulk, size, end in zip(bulks, sizes, ends, strict=True):
        keys = part.lead_key[end - size : end].tobytes()
        part.bulk_key.append((repr(bulk.createdDate), repr(bulk.createdBy), keys))


def _lead_keys(ids: Collected, leads: Sequence[Any]) -> NDArray[np.int64]:
    keys: NDArray[np.int64] = np.array(ids.array().fill_null(0).to_numpy(zero_copy_only=False), np.int64)
    for row in np.flatnonzero(keys <= 0).tolist():
        keys[row] = _digest(ids.strays.get(row) or repr(leads[row]))
    return keys


def _digest(text: str) -> int:
    # Negative, so that it never meets an external id.
    return -1 - (int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()) >> 1)
