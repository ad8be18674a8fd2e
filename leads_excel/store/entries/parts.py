"""Flattened parts as bytes and back, and several parts as one: reading rows takes a tenth of flattening bulks again."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from hashlib import blake2b
from importlib import resources
from importlib.metadata import version
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from leads_excel import schema
from leads_excel.bulks.flattening import Part
from leads_excel.bulks.records import KINDS, Received
from leads_excel.bulks.typed_columns import Column, Unexpected
from leads_excel.bulks.typed_columns import joined as joined_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_FORMAT = 1
_MAKERS = ("bulks", "schema")
"""The rooms whose code decides what a part holds."""
_NOTES = b"notes"
_NUMBERS = tuple(field.name for field in fields(Part) if field.name not in schema.TABLES)
_OWNERS = {"lead_bulk": "bulks", "vehicle_lead": "leads", "error_lead": "leads"}


class _Notes(msgspec.Struct):
    """What the columns of a table have no place for.

    Args:
        count: How many rows it has.
        copied: Columns that repeat what another table says.
        strays: Column -> row -> text of a value that does not fit the column.
        unexpected: Key the API page does not name -> row -> text, and the kinds of its values.
    """

    count: int
    copied: list[str]
    strays: dict[str, dict[int, str]]
    unexpected: dict[str, tuple[dict[int, str | None], set[str]]]


@cache
def made_by() -> bytes:
    """Digest the code that flattens: rows are good only for the code that made them."""
    digest = blake2b(f"{_FORMAT} {version('pyarrow')}".encode(), digest_size=16)
    package = resources.files("leads_excel")
    for room in _MAKERS:
        for source in sorted((package / room).iterdir(), key=lambda file: file.name):
            if source.name.endswith(".py"):
                digest.update(source.read_bytes())
    return digest.digest()


def packed(part: Part) -> bytes:
    """Write a part as bytes: a stream of Arrow with one row, in which each cell holds a whole column.

    So one stream holds columns of any length, and reading it costs the same however many tables there are.
    """
    tables = {name: getattr(part, name) for name in schema.TABLES}
    columns = {f"{name}.{key}": column for name, rows in tables.items() for key, column in rows.columns.items()}
    arrays = {name: column.values.combine_chunks() for name, column in columns.items()}
    arrays |= {name: pa.array(getattr(part, name)) for name in _NUMBERS}
    cells = [pa.LargeListArray.from_arrays([0, len(array)], array) for array in arrays.values()]
    notes = msgspec.json.encode({name: _notes(rows) for name, rows in tables.items()})
    batch = pa.record_batch(cells, names=list(arrays)).replace_schema_metadata({_NOTES: notes})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def unpacked(content: Any) -> Part:  # noqa: ANN401 - bytes, or a buffer of Arrow
    """Read a part back.

    Args:
        content: What `packed` wrote, by the same code.
    """
    batch = pa.ipc.open_stream(content).read_next_batch()
    arrays = {name: cell.values for name, cell in zip(batch.schema.names, batch.columns, strict=True)}
    found: dict[str, Any] = {name: arrays.pop(name).to_numpy() for name in _NUMBERS}
    notes = msgspec.json.decode(batch.schema.metadata[_NOTES], type=dict[schema.TableName, _Notes])
    columns: dict[str, dict[str, Column]] = {name: {} for name in notes}
    for name, array in arrays.items():
        table, _, key = name.partition(".")
        strays = notes[table].strays.get(key, {})
        columns[table][key] = Column(KINDS[table][key], pa.chunked_array([array]), strays)
    for name, noted in notes.items():
        unexpected = {key: _unexpected(*texts) for key, texts in noted.unexpected.items()}
        found[name] = Received(noted.count, columns[name], unexpected, noted.copied)
    return Part(**found)


def joined(parts: Sequence[Part]) -> Part:
    """Make one part of several, at least one and in time order; row numbers count on."""
    if len(parts) == 1:
        return parts[0]
    whole: dict[str, Any] = {name: _joined_numbers(parts, name) for name in _NUMBERS}
    whole |= {name: _joined_rows([getattr(part, name) for part in parts]) for name in schema.TABLES}
    return Part(**whole)


def ending_before(part: Part, end: datetime) -> Part:
    """Leave out the bulks that were created at the very end of a range, as `answers.answer_of` does.

    Args:
        part: The part of a window.
        end: Where the range ends.
    """
    created = part.bulks.columns["createdDate"].values.to_numpy()
    bulks = np.flatnonzero(created != np.datetime64(end.replace(tzinfo=None), "us"))
    if len(bulks) == part.bulks.count:
        return part
    leads, lead_bulk = _below(part.lead_bulk, bulks, part.bulks.count)
    vehicles, vehicle_lead = _below(part.vehicle_lead, leads, part.leads.count)
    errors, error_lead = _below(part.error_lead, leads, part.leads.count)
    return Part(
        leads=_taken(part.leads, leads),
        vehicles=_taken(part.vehicles, vehicles),
        errors=_taken(part.errors, errors),
        bulks=_taken(part.bulks, bulks),
        lead_bulk=lead_bulk,
        vehicle_lead=vehicle_lead,
        error_lead=error_lead,
        lead_key=part.lead_key[leads],
        bulk_key=part.bulk_key[bulks],
    )


def _below(owners: Numbers, kept: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """Return the rows whose owners are kept, and the new row of the owner of each."""
    places = np.full(count, -1)
    places[kept] = np.arange(len(kept))
    rows = np.flatnonzero(places[owners] >= 0)
    return rows, places[owners[rows]]


def _taken(received: Received, rows: Numbers) -> Received:
    columns = {name: column.taken(rows) for name, column in received.columns.items()}
    places = {row: at for at, row in enumerate(rows.tolist())} if received.unexpected else {}
    found = {key: _plain(column) for key, column in received.unexpected.items()}
    unexpected = {
        key: _unexpected({places[row]: text for row, text in texts.items() if row in places}, kinds)
        for key, (texts, kinds) in found.items()
        if not places.keys().isdisjoint(texts)
    }
    return Received(len(rows), columns, unexpected, received.copied)


def _notes(rows: Received) -> _Notes:
    return _Notes(
        count=rows.count,
        copied=list(rows.copied),
        strays={name: dict(column.strays) for name, column in rows.columns.items() if column.strays},
        unexpected={key: _plain(found) for key, found in rows.unexpected.items()},
    )


def _plain(found: Unexpected) -> tuple[dict[int, str | None], set[str]]:
    return found._texts, found._kinds  # noqa: SLF001 - it collects values one by one, here they go in a piece


def _unexpected(texts: dict[int, str | None], kinds: set[str]) -> Unexpected:
    found = Unexpected()
    found._texts, found._kinds = texts, kinds  # noqa: SLF001 - likewise
    return found


def _joined_rows(some: Sequence[Received]) -> Received:
    columns = {name: joined_columns([rows.columns[name] for rows in some]) for name in some[0].columns}
    unexpected: dict[str, Unexpected] = {}
    starts = accumulate((rows.count for rows in some), initial=0)
    for rows, start in zip(some, starts, strict=False):
        for key, found in rows.unexpected.items():
            unexpected.setdefault(key, Unexpected()).update(found, start)
    return Received(sum(rows.count for rows in some), columns, unexpected, some[0].copied)


def _joined_numbers(parts: Sequence[Part], name: str) -> Numbers:
    arrays = [getattr(part, name) for part in parts]
    if name not in _OWNERS:
        return np.concatenate(arrays)
    starts = accumulate((getattr(part, _OWNERS[name]).count for part in parts), initial=0)
    return np.concatenate([array + start for array, start in zip(arrays, starts, strict=False)])
