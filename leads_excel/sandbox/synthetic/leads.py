"""One submitted record, from the day it is sent to the last thing that happens to it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from leads_excel.sandbox.synthetic.dice import Dice, members, weighted
from leads_excel.sandbox.synthetic.people import Person, phone, portrait
from leads_excel.sandbox.synthetic.rejections import ORGANISATION, PHONE, reject
from leads_excel.sandbox.synthetic.sources import Source, answers, channels
from leads_excel.sandbox.synthetic.vehicles import LINES, vehicles
from leads_excel.sandbox.synthetic.vocabulary import BRANCHES, BRANDS, INTENTS, INTERESTS, NOTES, PAYMENTS, Brand

LEAD_ID_OFFSET = 3_000_000
"""A record that becomes a lead gets its own number plus this as `leadId`."""

NOTE, INTENT = 11, 13
"""Fragments that are edited later, by their place."""

_INTERESTS = weighted((weight, (area, members({"interest": interest}))) for weight, area, interest in INTERESTS)
_INTENTS = weighted(
    (
        weight * often,
        members(
            {
                "purchasePlan": plan,
                "paymentMode": payment,
                "currency": None if payment is None else "SAR",
                "priority": priority,
            }
        ),
    )
    for weight, plan, priority in INTENTS
    for often, payment in PAYMENTS
)
_NOTES = weighted((weight, members({"leadNote": note})) for weight, note in NOTES)
_BRANDS = weighted((brand.weight, brand) for brand in BRANDS)
_REFERENCES = weighted(
    (
        (40, "null"), (20, '""'), (20, '"WEB-{:08d}"'), (10, '"{:010d}"'), (6, '"40001{:011d}"'), (3, '"+{}"'),
        (1, '"{}E3"'),
    )
)  # fmt: skip


class Change(NamedTuple):
    """What happens to a lead some time after the DMS has dealt with it, and how it reads from then on."""

    kind: Literal["edited", "recovered", "resent", "gone"]
    after: timedelta
    body: bytes


class Lead(NamedTuple):
    """A submitted record.

    Args:
        number: Its `leadExternalId`.
        source: The number of its source, as the API's filter names it.
        sub_source: The number of its sub-source; 0 for none.
        errors: JSON of the `errorList` with which the DMS rejects it, or None when it is accepted.
        body: JSON of its other keys, `leadType` to `acceptPrivatePolicy`, without braces.
        change: What happens to it later.
        person: The number of its customer, which no record shows: what is told of customers is held against it.
        meant: The keys of a rejected record as they should have been sent, in the form of `body`; None of any other.
            No reply shows it: it is what tests measure suggestions by.
    """

    number: int
    source: int
    sub_source: int
    errors: bytes | None
    body: bytes
    change: Change | None = None
    person: int = -1
    meant: bytes | None = None


def submit(dice: Dice, number: int, day: date, source: Source, who: Person) -> Lead:
    """Draw a record.

    Args:
        dice: What decides everything that follows.
        number: Its `leadExternalId`.
        day: The business day of its bulk.
        source: Where it comes from.
        who: The customer.
    """
    brand = who.brand if dice.chance(0.85) else dice.pick(_BRANDS)
    area, interest = dice.pick(_INTERESTS)
    sub_source, channel = dice.pick(channels(source))
    fragments = [
        *portrait(who, dice, source.careless),
        _organisation(brand, area, _branch(dice, who)),
        f'"leadDate":"{_asked(day, -1 if number % 311 == 0 else dice.pick(source.lags))}",{interest}',
        channel,
        f'{dice.pick(_names(brand))},"leadReference":{dice.pick(_REFERENCES).format(number)}',
        dice.pick(_NOTES),
        vehicles(dice, number, day.year, brand, is_fleet=who.is_company and dice.chance(0.4)),
        dice.pick(_INTENTS),
        dice.pick(answers(source)),
    ]
    if not dice.chance(source.rejected):
        change = _later(dice, number, who, fragments, brand)
        return Lead(number, source.number, sub_source, None, _body(fragments), change, who.number)
    sent, errors = reject(dice, fragments, _values(number, day.year, brand))
    meant = _body(fragments)
    change = _second_chance(dice, meant)
    return Lead(number, source.number, sub_source, errors.encode(), _body(sent), change, who.number, meant)


def _body(fragments: list[str]) -> bytes:
    return ",".join(fragments).encode()


def _branch(dice: Dice, who: Person) -> str | None:
    throw = dice.random()
    if throw < 0.06:
        return None if throw < 0.05 else "Head Office"
    return dice.pick(BRANCHES if throw < 0.14 else who.city.branches)


@cache
def _organisation(brand: Brand, area: str, branch: str | None) -> str:
    return members({"company": brand.company, "brand": brand.name, "businessArea": area, "branch": branch})


@lru_cache(maxsize=64)
def _asked(day: date, lag: int) -> str:
    return (day - timedelta(days=lag)).isoformat()


@cache
def _names(brand: Brand) -> tuple[str, ...]:
    names = (f"{brand.name} enquiry", "Lead", f"طلب شراء {brand.name}", "", None)
    return tuple(members({"leadName": name}) for name in names)


def _values(number: int, year: int, brand: Brand) -> dict[str, object]:
    return {
        "short": number % 10_000,
        "vehicle": number * LINES,
        "other": number + LEAD_ID_OFFSET - 7,
        "brand": brand.name,
        "company": brand.company,
        "year": year,
        "late": year + 3,
    }


def _when(dice: Dice) -> timedelta:
    return timedelta(minutes=360 + int(dice.random() * 6000))


def _later(dice: Dice, number: int, who: Person, fragments: list[str], brand: Brand) -> Change | None:
    throw = dice.random()
    if throw > 0.033:
        return None
    if throw < 0.003:
        return Change("gone", _when(dice), b"")
    edited = fragments.copy()
    for place, fragment in (
        (PHONE, phone(who, dice)),
        (ORGANISATION, _organisation(brand, "Sales", dice.pick(BRANCHES))),
        (INTENT, dice.pick(_INTENTS)),
    ):
        edited[place] = fragment if dice.chance(0.4) else edited[place]
    if edited == fragments:
        edited[NOTE] = members({"leadNote": f"Customer called back about record {number}."})
    return Change("edited", _when(dice), _body(edited))


def _second_chance(dice: Dice, meant: bytes) -> Change | None:
    throw = dice.random()
    if throw > 0.65:
        return None
    return Change("recovered" if throw < 0.15 else "resent", _when(dice), meant)
