"""A reply's bytes -> its bulks: the only place that decodes the API's JSON.

Decoding a reply checks all of it but reads only the head of each bulk; leads stay as they came until `leads_of` reads
them, a few hundred at a time, which takes a fraction of the time and memory of reading them all at once. What the API
page describes is read straight into records. Whatever differs from the page (a new key, a list where text was, a lone
surrogate) takes the slower road through plain objects and ends in the same records. Of a key that comes twice in one
object the last value counts, on both roads.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from leads_excel import schema
from leads_excel.bulks.json_values import real
from leads_excel.bulks.not_bulks import refuse
from leads_excel.exceptions import ApiReplyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

LEAD_KEYS = tuple(column.name for column in schema.LEADS[:-3])
VEHICLE_KEYS = tuple(column.name for column in schema.VEHICLES[3:])
BULK_KEYS = ("createdDate", "createdBy", "totalRecords", "errorRecords", "isProcessed")

NOT_VEHICLES = "vehicles"
"""The key of a lead's `extra` that keeps what came as `vehicles` and is none."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_JSON_NAMES = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}

# Keys the API page does not name. Only `as_bulk` and its like fill this field: the type and the odd name keep JSON out.
_EXTRA = ("extra", None, None)


def _record(name: str, keys: Iterable[str], *more: tuple[str, Any, Any]) -> Any:  # noqa: ANN401 - a made class
    fields = [*((key, Any, None) for key in keys), *more, _EXTRA]
    # gc=False: records hold no cycles, so that the garbage collector need not look at them.
    return msgspec.defstruct(name, fields, rename={"extra": "\ue000extra"}, forbid_unknown_fields=True, gc=False)


Vehicle: Any = _record("Vehicle", VEHICLE_KEYS)
_VEHICLES: Any = list[Vehicle] | None
Lead: Any = _record("Lead", LEAD_KEYS, ("vehicles", _VEHICLES, None), ("errorList", Any, None))
Bulk: Any = _record("Bulk", BULK_KEYS, ("leads", list[msgspec.Raw] | None, None))
_REPLY: Any = list[Bulk] | Bulk | None

_BULKS: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_REPLY, float_hook=real)
_LEAD: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Lead, float_hook=real)
_OTHERWISE = (msgspec.MsgspecError, UnicodeDecodeError)


class NotJsonError(ValueError):
    """The reply is not JSON: a cut-off body, or a page meant for people."""


def decode(content: bytes) -> list[Any]:
    """Decode a reply into its bulks.

    Args:
        content: The body of a 200 reply. Empty or `null` means no bulks.

    Returns:
        `Bulk` records in the order received, their leads not read yet; one object counts as a list of one (reading
        of the API page: one bulk and an array of bulks are both accepted).

    Raises:
        NotJsonError: The bytes are not JSON.
        ApiReplyError: The JSON is not made of bulks (see `not_bulks`), or nests too deeply; the message names what was
            found where.
    """
    body = content.removeprefix(_BYTE_ORDER_MARK)  # no JSON, yet some servers send one
    if not body or body.isspace():
        return []
    try:
        return _known(_listed(_BULKS.decode(body)), body)
    except _OTHERWISE:
        values = _listed(_objects(body))
        refuse(values)
        return as_bulks(values)
    except RecursionError:
        raise too_deep() from None


def _known(bulks: list[Any], body: bytes) -> list[Any]:
    # A record does not tell a key that is null from one that is missing: of those in doubt the JSON itself decides.
    if any(bulk.leads is None and (bulk.createdDate is None or bulk.isProcessed is None) for bulk in bulks):
        refuse(_listed(_objects(body)))
    return bulks


def as_bulks(value: object) -> list[Any]:
    """Turn a reply as plain JSON objects into `Bulk` records.

    Args:
        value: A bulk, a list of bulks, or None; bulks that are `Bulk` records already stay as they are.

    Raises:
        ApiReplyError: A bulk is not an object, or its leads are not a list.
    """
    return [as_bulk(bulk, f"bulk {number}") for number, bulk in enumerate(_listed(value), 1)]


def as_bulk(value: object, where: str = "the bulk") -> Any:  # noqa: ANN401 - a made class
    """Turn one bulk as a plain JSON object into a `Bulk` record, keeping every key and value.

    Args:
        value: The object, or a `Bulk` already.
        where: How to call this bulk in a message.

    Raises:
        ApiReplyError: It is not an object, or its leads are not a list.
    """
    if isinstance(value, Bulk):
        return value
    if not isinstance(value, dict):
        raise _unexpected(where, value, "an object")
    known, extra = _split(value, (*BULK_KEYS, "leads"))
    if not isinstance(known.get("leads"), list | None):
        raise _unexpected(f"leads of {where}", known["leads"], "a list")
    return Bulk(**known, extra=extra)


def leads_of(items: Sequence[Any], where: Callable[[int], str]) -> list[Any]:
    """Read leads.

    Args:
        items: Leads of `Bulk` records.
        where: How to call the lead at a position in a message.

    Returns:
        `Lead` records.

    Raises:
        ApiReplyError: A lead is not an object, or not text in UTF-8.
    """
    if set(map(type, items)) == {msgspec.Raw}:
        try:
            return list(map(_LEAD.decode, items))
        except _OTHERWISE:
            pass
    return [_lead(item, partial(where, at)) for at, item in enumerate(items)]


def _lead(item: Any, where: Callable[[], str]) -> Any:  # noqa: ANN401 - JSON or what it holds -> a made class
    if not isinstance(item, msgspec.Raw):
        return _as_lead(item, where)
    try:
        return _LEAD.decode(item)
    except _OTHERWISE:
        pass
    try:
        return _as_lead(_objects(bytes(item)), where)
    except NotJsonError:
        raise ApiReplyError(f"The API's answer is garbled: {where()} is not text in UTF-8. Report it.") from None


def _as_lead(value: object, where: Callable[[], str]) -> Any:  # noqa: ANN401 - a made class
    if not isinstance(value, dict):
        raise _unexpected(where(), value, "an object")
    known, extra = _split(value, (*LEAD_KEYS, "vehicles", "errorList"))
    vehicles = known.get("vehicles")
    items = [item for item in _listed(vehicles) if item is not None]
    if not all(isinstance(item, dict) for item in items):
        extra = {**(extra or {}), NOT_VEHICLES: vehicles}
    if vehicles is not None:
        known["vehicles"] = [_as_vehicle(item) for item in items if isinstance(item, dict)]
    return Lead(**known, extra=extra)


def _as_vehicle(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a made class
    known, extra = _split(value, VEHICLE_KEYS)
    return Vehicle(**known, extra=extra)


def _split(value: Mapping[str, Any], keys: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    known = {key: value[key] for key in keys if key in value}
    extra = {key: item for key, item in value.items() if key not in known}
    return known, extra or None


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - whatever JSON holds
    return [] if value is None else value if isinstance(value, list) else [value]


def _unexpected(where: str, value: object, expected: str) -> ApiReplyError:
    found = _JSON_NAMES.get(type(value), "a number")
    return ApiReplyError(
        f"The API's answer is not what its page describes: {where} is {found}, not {expected}. Report it."
    )


def too_deep() -> ApiReplyError:
    """Say that a reply cannot be read because its lists or objects nest too deeply."""
    return ApiReplyError("The API's answer nests lists or objects too deeply to be read. Report it.")


def _objects(content: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(content.decode(), parse_int=_whole, parse_float=real, parse_constant=str)
    except ValueError as error:
        raise NotJsonError(f"not JSON: {type(error).__name__}") from None
    except RecursionError:
        raise too_deep() from None


def _whole(digits: str) -> Any:  # noqa: ANN401 - int or Decimal
    return int(digits) if len(digits) < 1000 else real(digits)  # Python refuses to convert very long numbers
