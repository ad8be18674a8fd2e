"""A reply's bytes -> its bulks: the only place that decodes the API's JSON.

What the API page describes is decoded straight into compact records. Whatever differs from the page (a new key, a
list where text was, a lone surrogate) takes the slower road through plain objects and ends in the same records.
"""

from __future__ import annotations

import gc
import json
import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from leads_excel import schema
from leads_excel.exceptions import ApiReplyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_JSON_NAMES = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}

LEAD_KEYS = tuple(column.name for column in schema.LEADS[:-3])
VEHICLE_KEYS = tuple(column.name for column in schema.VEHICLES[3:])
BULK_KEYS = ("createdDate", "createdBy", "totalRecords", "errorRecords", "isProcessed")

# Keys the page does not name. From JSON this field is never set: no API sends a key from the private use area.
_UNKNOWN = ("extra", dict[str, Any] | None, None)


def _record(name: str, keys: Iterable[str], *more: tuple[str, Any, Any]) -> Any:  # noqa: ANN401 - a made class
    fields = [*((key, Any, None) for key in keys), *more, _UNKNOWN]
    # gc=False: records hold no cycles, and millions of them would stall every collection.
    return msgspec.defstruct(name, fields, rename={"extra": "\ue000extra"}, forbid_unknown_fields=True, gc=False)


Vehicle: Any = _record("Vehicle", VEHICLE_KEYS)
_VEHICLES: Any = list[Vehicle] | None
Lead: Any = _record("Lead", LEAD_KEYS, ("vehicles", _VEHICLES, None), ("errorList", Any, None))
_LEADS: Any = list[Lead] | None
Bulk: Any = _record("Bulk", BULK_KEYS, ("leads", _LEADS, None))
_REPLY: Any = list[Bulk] | Bulk | None
_FAST: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_REPLY)


class NotJsonError(ValueError):
    """The reply is not JSON: a cut-off body, or a page meant for people."""


def decode(content: bytes) -> list[Any]:
    """Decode a reply into its bulks.

    Args:
        content: The body of a 200 reply. Empty or `null` means no bulks.

    Returns:
        `Bulk` records in the order received; one object counts as a list of one (reading of the API page: one bulk
        and an array of bulks are both accepted).

    Raises:
        NotJsonError: The bytes are not JSON.
        ApiReplyError: The JSON is not made of bulks; the message names what was found where.
    """
    if not content.strip():
        return []
    with collector_paused():
        try:
            value = _FAST.decode(content)
        except msgspec.MsgspecError:
            return [as_bulk(item, where) for where, item in _items(_objects(content))]
    return [] if value is None else value if isinstance(value, list) else [value]


def as_bulk(value: object, where: str = "the bulk") -> Any:  # noqa: ANN401 - a made class
    """Turn a plain object into a `Bulk` record, keeping every key and value.

    Args:
        value: A bulk as JSON objects, or a `Bulk` already.
        where: How to call this bulk in a message.

    Raises:
        ApiReplyError: It is not an object, or its leads are not objects.
    """
    if isinstance(value, Bulk):
        return value
    known, extra = _split(_object(value, where), (*BULK_KEYS, "leads"))
    leads = known.pop("leads", None)
    if leads is not None and not isinstance(leads, list):
        raise ApiReplyError(_unexpected(f"leads of {where}", leads, "a list"))
    records = [_as_lead(lead, f"lead {i} of {where}") for i, lead in enumerate(leads or (), 1)]
    return Bulk(**known, leads=records, extra=extra)


def _as_lead(value: object, where: str) -> Any:  # noqa: ANN401 - a made class
    known, extra = _split(_object(value, where), (*LEAD_KEYS, "vehicles", "errorList"))
    vehicles = known.pop("vehicles", None)
    listed = [vehicles] if isinstance(vehicles, dict) else vehicles if isinstance(vehicles, list) else [vehicles]
    if vehicles is not None and any(not isinstance(vehicle, dict) for vehicle in listed):
        extra = {
            **(extra or {}),
            "vehicles": vehicles,
        }  # not vehicles: kept whole, as an unknown key would be
    records = [
        Vehicle(**known_keys, extra=more)
        for known_keys, more in (_split(vehicle, VEHICLE_KEYS) for vehicle in listed if isinstance(vehicle, dict))
    ]
    return Lead(**known, vehicles=records, extra=extra)


def _split(value: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    known = {key: value[key] for key in keys if key in value}
    extra = {key: item for key, item in value.items() if key not in known}
    return known, extra or None


def _object(value: object, where: str) -> Mapping[str, Any]:
    if isinstance(value, dict):
        return value
    raise ApiReplyError(_unexpected(where, value, "an object"))


def _items(value: object) -> list[tuple[str, object]]:
    listed = [] if value is None else value if isinstance(value, list) else [value]
    return [(f"bulk {i}", item) for i, item in enumerate(listed, 1)]


def _unexpected(where: str, value: object, expected: str) -> str:
    found = _JSON_NAMES.get(type(value), "a number")
    return f"The API's answer is not what its page describes: {where} is {found}, not {expected}. Report it."


def _objects(content: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        # A byte order mark is not JSON, yet some servers send one.
        return json.loads(content.decode("utf-8-sig"), parse_int=_whole, parse_float=_real, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise NotJsonError(f"not JSON: {type(error).__name__}") from None


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < 1000 else digits  # Python refuses to convert very long numbers


def _real(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector off: decoding and flattening make millions of objects and free none meanwhile."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
