"""`errorList` in any of its shapes -> rows of code, field and message. No text is lost.

The API page shows only null. Read as: nothing, a text, a list of texts, a list of objects, or one object that maps a
field to its message or messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from leads_excel.bulks.json_values import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE = ("code", "errorCode")
_FIELD = ("field", "fieldName", "property", "path")
_MESSAGE = ("message", "errorMessage", "defaultMessage", "msg", "description", "detail", "error", "reason")
_ROLES = {name.casefold(): role for role, names in enumerate((_CODE, _FIELD, _MESSAGE)) for name in names}


class Reason(NamedTuple):
    """One reason for a rejection, with whatever else the API said about it."""

    code: str | None
    field: str | None
    message: str | None
    extra: dict[str, Any] | None = None


def reasons(value: object) -> list[Reason]:
    """Flatten an `errorList`.

    Args:
        value: The value as decoded from JSON.

    Returns:
        One `Reason` for each error, in the order received; none for null, empty and blank values. A message for a
        field within a field has both names, `vehicles.modelYear`.
    """
    return list(_walk(value, None))


def _walk(value: object, field: str | None) -> Iterator[Reason]:
    if value is None or (isinstance(value, str) and not value.strip()):
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, field)
    elif not isinstance(value, dict):
        yield Reason(None, field, as_text(value))
    elif _is_one_error(value):
        yield from _one_error(value, field)
    else:
        for key, item in value.items():
            name = as_text(key)
            yield from _walk(item, f"{field}.{name}" if field else name)


def _is_one_error(value: dict[str, Any]) -> bool:
    # {"code": .., "message": ..} describes an error; {"phoneNumber": "too short"} maps a field to its message.
    roles = [_ROLES.get(key.casefold()) for key in value]
    return 2 in roles or 0 in roles or (1 in roles and len(roles) == 1)


def _one_error(value: dict[str, Any], field: str | None) -> Iterator[Reason]:
    said: list[str | None] = [None, field, None]
    extra: dict[str, Any] = {}
    for key, item in value.items():
        role = _ROLES.get(key.casefold())
        if item is None or (role is not None and as_text(item) == said[role]):
            continue
        if role is None or said[role]:
            extra[key] = item
        else:
            said[role] = as_text(item)
    if any((said[0], said[1] != field, said[2], extra)):
        yield Reason(said[0], said[1], said[2], extra or None)
