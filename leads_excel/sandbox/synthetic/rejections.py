"""Why the simulated DMS rejects a lead, what such a lead looks like, and the shapes its `errorList` comes in.

The API page says only that `errorList` explains the errors, so every shape it could mean is sent: null, a text, a list
of texts, a list of objects, an object of field -> message, an object of field -> messages.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from leads_excel.sandbox.synthetic.dice import Dice, weighted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAMES, ADDRESS, PHONE, EMAIL, ORGANISATION, VEHICLES = 1, 3, 4, 5, 7, 12
"""The fragments of a lead that a reason can spoil, by their place."""


class Reason(NamedTuple):
    """A reason to reject a lead; `%(name)s` in its texts stands for a value of that lead."""

    code: str | None
    field: str | None
    message: str
    place: int | None = None
    fragment: str = ""
    hint: str = ""


_NO_BRANCH = '"company":"%(company)s","brand":"%(brand)s","businessArea":"Sales","branch":null'
_NO_NAME = '"firstName":".","middleName":"","lastName":"","contactName":null,"companyName":"","companyIndustryType":""'
_NO_CITY = (
    '"customerCountry":"Saudi Arabia","customerRegion":"","customerCity":"Neom Bay","address1":"","address2":null'
)
_VEHICLE = (
    '"vehicleType":"New","vehicles":[{"leadVehiclesId":%%(vehicle)d,"modelFamily":"%s","modelYear":%s,'
    '"modelMemo":"","modelPreferences":"","totalQty":1}]'
)

REASONS = weighted((
    (28, Reason("LEAD-101", "phoneNumber", "Phone number '50%(short)04d' is not a valid mobile number",
                PHONE, '"phoneCode":"00966","phoneNumber":"50%(short)04d"', "Use the form 5XXXXXXXX")),
    (10, Reason("LEAD-102", "phoneNumber", "Phone number is mandatory",
                PHONE, '"phoneCode":"","phoneNumber":null')),
    (14, Reason("LEAD-110", "branch", "Branch is mandatory for brand %(brand)s", ORGANISATION, _NO_BRANCH)),
    (10, Reason("LEAD-120", "vehicles[0].modelFamily", "Model 'OPTIMUS' does not exist for brand %(brand)s",
                VEHICLES, _VEHICLE % ("OPTIMUS", "%(year)d"))),
    (8, Reason("LEAD-121", "vehicles[0].modelYear", "Model year %(late)d is not open for sale",
               VEHICLES, _VEHICLE % ("SPORTAGE", "%(late)d"))),
    (14, Reason("LEAD-130", None, "Lead already exists with id %(other)d")),
    (8, Reason("LEAD-140", "email", "Email 'customer%(short)d@' is not valid",
               EMAIL, '"email":"customer%(short)d@"', "must be a well-formed email address")),
    (5, Reason("LEAD-150", "customerCity", "City 'Neom Bay' is not mapped to a region", ADDRESS, _NO_CITY)),
    (5, Reason("LEAD-160", "lastName", "الاسم الأخير مطلوب (last name is mandatory)", NAMES, _NO_NAME)),
    (4, Reason(None, None, "could not execute statement; SQL [n/a]; constraint [uk_lead_%(other)d]")),
))  # fmt: skip

_HOW_MANY = (1, 1, 1, 1, 1, 1, 1, 2, 2, 3)


def _text(said: list[Reason]) -> object:
    return "; ".join(reason.message for reason in said)


def _texts(said: list[Reason]) -> object:
    return [reason.message for reason in said]


def _objects(said: list[Reason]) -> object:
    return [{"code": reason.code, "field": reason.field, "message": reason.message} for reason in said]


def _fields(said: list[Reason]) -> object:
    return {reason.field or "lead": reason.message for reason in said}


def _field_lists(said: list[Reason]) -> object:
    return {reason.field or "lead": [text for text in (reason.message, reason.hint) if text] for reason in said}


def _nothing(_said: list[Reason]) -> object:
    return None


_SHAPES: tuple[Callable[[list[Reason]], object], ...] = weighted(
    ((9, _objects), (4, _texts), (3, _text), (2, _fields), (1, _field_lists), (1, _nothing))
)


def reject(dice: Dice, fragments: list[str], values: Mapping[str, Any]) -> tuple[list[str], str]:
    """Reject a lead for one to three reasons.

    Args:
        dice: What decides.
        fragments: The lead as it should have been sent.
        values: What the texts of a reason may name.

    Returns:
        The lead as it was sent, and the JSON of its `errorList`.
    """
    reasons = {reason.place: reason for reason in (dice.pick(REASONS) for _ in range(dice.pick(_HOW_MANY)))}
    sent = fragments.copy()
    for place, reason in reasons.items():
        if place is not None:
            sent[place] = reason.fragment % values
    said = [reason._replace(message=reason.message % values) for reason in reasons.values()]
    return sent, json.dumps(dice.pick(_SHAPES)(said), ensure_ascii=False, separators=(",", ":"))
