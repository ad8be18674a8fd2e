"""Customers who do not exist: a town of a million, everybody a function of the seed and a number.

The number is also the end of the phone number, 500 followed by six digits: the block of the API page's own sample.
The same person looks different in every lead, as in real life: in Latin or Arabic script, the phone with or without
its zero, the e-mail address in capitals or left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leads_excel.sandbox.synthetic.dice import Dice, members, weighted
from leads_excel.sandbox.synthetic.vocabulary import (
    BRANDS,
    CITIES,
    COMPANIES,
    FAMILIES,
    GUEST_MEN,
    GUEST_NATIONS,
    GUEST_WOMEN,
    INCOMES,
    MEN,
    OCCUPATIONS,
    STREETS,
    WOMEN,
    Brand,
    City,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TOWN = 1_000_000
SHOPPERS = 0.18
"""Share of leads of people who are asking around this month: each leaves two or three leads, here and there."""
REGULARS = 0.04
"""Share of leads of customers who come back for years."""

_KINDS = {False: members({"leadType": "Individual"}), True: members({"leadType": "Company"})}
_WOMEN = (("Ms", "Female"), ("Mrs", "Female"), ("", "Female"), ("Eng", "Female"), (None, None))
_MEN = (*(("Mr", "Male"),) * 6, ("Dr", "Male"), ("Eng", "Male"), ("", "Male"))
_TITLES = tuple(members({"title": title, "gender": gender}) for title, gender in _WOMEN + _MEN)
_SAUDIS = (*("saudi",) * 7, "Saudi", "سعودي") * len(GUEST_NATIONS)
_NATIONS = tuple(members({"nationality": nation}) for nation in _SAUDIS + GUEST_NATIONS)
_PLACES = weighted((city.weight, city) for city in CITIES)
_BRANDS = weighted((brand.weight, brand) for brand in BRANDS)
_LANGUAGES = ((35, "Arabic"), (12, "English"), (2, ""), (1, None))
_CHANNELS = ((19, "Phone"), (17, "WhatsApp"), (8, "Email"), (3, "SMS"), (2, ""), (1, None))
_REACH = weighted(
    (
        spoken * used,
        members({"preferredLanguage": language, "preferredContactType": channel}),
    )
    for spoken, language in _LANGUAGES
    for used, channel in _CHANNELS
)
_INCOMES = weighted((weight, members({"monthlyIncome": band})) for weight, band in INCOMES)
_OCCUPATIONS = tuple(members({"occupation": occupation}) for occupation in OCCUPATIONS)
_NO_COMPANY = weighted(
    (weight, members({"contactName": contact, "companyName": company, "companyIndustryType": industry}))
    for weight, contact, company, industry in ((3, None, None, None), (5, "", "", ""), (1, None, "-", ""))
)
_ADDRESSES = {
    city: tuple(
        members(
            {
                "customerCountry": "Saudi Arabia",
                "customerRegion": city.region,
                "customerCity": city.name,
                "address1": first,
                "address2": second,
            }
        )
        for first, second in STREETS
    )
    for city in CITIES
}


class Person(NamedTuple):
    """A customer: who, where, and what brand they drive."""

    number: int
    mix: int
    is_company: bool
    city: City
    brand: Brand


def person(seed: int, number: int) -> Person:
    """Tell who has this number in the town of this seed."""
    mix = (number * 0x9E3779B97F4A7C15 + seed * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    mix = (mix ^ mix >> 30) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    mix ^= mix >> 31
    return Person(number, mix, mix % 97 < 7, _PLACES[(mix >> 7) % len(_PLACES)], _BRANDS[(mix >> 17) % len(_BRANDS)])


def somebody(dice: Dice, seed: int, day: int, leads_per_day: int) -> Person:
    """Draw who asks on a day (an ordinal): usually a stranger, sometimes one of the shoppers or regulars."""
    throw = dice.random()
    if throw >= SHOPPERS + REGULARS:
        number = int(dice.random() * TOWN)
    elif throw >= SHOPPERS:
        number = _among(dice, leads_per_day * 365 * REGULARS / 2) * 224_737
    else:
        number = _among(dice, leads_per_day * 30 * SHOPPERS / 2) * 104_729 + day // 30 * 7_919
    return person(seed, number % TOWN)


def _among(dice: Dice, crowd: float) -> int:
    return int(dice.random() * max(crowd, 1.0))


def portrait(who: Person, dice: Dice, careless: float) -> list[str]:
    """Describe a person as one lead would: `leadType` to `preferredContactType`, in seven JSON fragments.

    Args:
        who: The customer.
        dice: What decides how they are written down this time.
        careless: Share of leads (0 to 1) whose phone, and likewise whose e-mail address, reaches nobody.

    Returns:
        Identity, names, birth and occupation, address, phone, e-mail, and how to reach them.
    """
    mix = who.mix
    return [
        f"{_KINDS[who.is_company]},{_TITLES[(mix >> 23) % len(_TITLES)]},{_NATIONS[(mix >> 27) % len(_NATIONS)]}",
        _names(who, dice),
        f'"dateOfBirth":{_born(who, dice)},{_OCCUPATIONS[(mix >> 31) % len(_OCCUPATIONS)]}',
        dice.pick(_ADDRESSES[who.city]),
        phone(who, dice, careless),
        _email(who, dice, careless),
        f"{_INCOMES[(mix >> 35) % len(_INCOMES)]},{_REACH[(mix >> 39) % len(_REACH)]}",
    ]


def _is_woman(who: Person) -> bool:
    return (who.mix >> 23) % len(_TITLES) < len(_WOMEN)


def _is_guest(who: Person) -> bool:
    return (who.mix >> 27) % len(_NATIONS) >= len(_SAUDIS)


def _given(who: Person, script: int) -> str:
    givens = WOMEN if _is_woman(who) else MEN
    return givens[(who.mix >> 41) % len(givens)][script]


def _names(who: Person, dice: Dice) -> str:
    mix = who.mix
    script = int(dice.chance(0.15)) ^ ((mix >> 47) & 1)
    if _is_guest(who):
        guests = GUEST_WOMEN if _is_woman(who) else GUEST_MEN
        first, _, last = guests[(mix >> 50) % len(guests)][script].partition(" ")
        middle = ""
    else:
        first, last = _given(who, script), FAMILIES[(mix >> 50) % len(FAMILIES)][script]
        middle = MEN[(mix >> 44) % len(MEN)][script] if dice.chance(0.6) else ""
    return f'"firstName":"{first}","middleName":"{middle}","lastName":"{last}",' + (
        _employer(mix, script, f"{first} {last}") if who.is_company else dice.pick(_NO_COMPANY)
    )


def _employer(mix: int, script: int, contact: str) -> str:
    company = COMPANIES[(mix >> 53) % len(COMPANIES)]
    return f'"contactName":"{contact}","companyName":"{company[script]}","companyIndustryType":"{company[2]}"'


def _born(who: Person, dice: Dice) -> str:
    throw = dice.random()
    if throw < 0.34:
        return "null" if throw < 0.33 else '"1900-01-01"' if throw < 0.338 else '"0001-01-01"'
    return f'"{1952 + (who.mix >> 11) % 54}-{1 + (who.mix >> 19) % 12:02d}-{1 + (who.mix >> 29) % 28:02d}"'


def phone(who: Person, dice: Dice, careless: float = 0.0) -> str:
    """Write a person's phone down: `phoneCode` and `phoneNumber` as JSON, in one of the ways people do."""
    if dice.chance(careless):
        return dice.pick(_WRONG_PHONES)
    return dice.pick(_PHONE_STYLES)(f"{500_000_000 + who.number}")


def _phone_style(code: str | None, write: Callable[[str], str]) -> Callable[[str], str]:
    opening = f'{members({"phoneCode": code})},"phoneNumber":"'
    return lambda digits: f'{opening}{write(digits)}"'


_ARABIC_DIGITS = str.maketrans("0123456789", "".join(map(chr, range(0x660, 0x66A))))
_PHONE_STYLES = weighted(
    (
        (80, _phone_style("00966", str)),
        (8, _phone_style("00966", "0{}".format)),
        (3, _phone_style("+966", lambda digits: f"{digits[:2]} {digits[2:5]} {digits[5:]}")),
        (3, _phone_style("966", str)),
        (3, _phone_style("", "+966{}".format)),
        (1, _phone_style(None, "00966{}".format)),
        (1, _phone_style("00966", "+966 {}".format)),
        (1, _phone_style("00966", lambda digits: f"0{digits}".translate(_ARABIC_DIGITS))),
    )
)
_WRONG_PHONES = weighted(
    (weight, members({"phoneCode": code, "phoneNumber": number}))
    for weight, code, number in (
        (4, "00966", ""), (4, None, None), (3, "00966", "0000000000"), (2, "00966", "123456789"),
        (2, "00966", "50000"), (2, "00966", "5000000000000"), (1, "00966", "111111111"), (1, "00966", "N/A"),
        (1, "", "0112000000000"),
    )
)  # fmt: skip


def _email(who: Person, dice: Dice, careless: float) -> str:
    throw = dice.random()
    if throw < careless:
        return dice.pick(_WRONG_EMAILS)
    if throw > 0.74:
        return '"email":null' if throw > 0.9 else '"email":""'
    address = f"{_given(who, 0).lower()}.{who.number}@example.{'org' if who.mix & 256 else 'com'}"
    return f'"email":"{address.upper() if throw > 0.71 else address}"'


_WRONG_EMAILS: tuple[str, ...] = tuple(
    members({"email": text})
    for text in ("test@example.com", "noreply@example.org", "none@", "a@b", "ahmad.example.com", "-", "لا يوجد")
)
