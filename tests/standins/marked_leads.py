"""Leads of the simulated DMS in which every personal value bears a mark, so that a search finds it wherever it went."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from leads_excel.sandbox.synthetic.bulks import EVERYTHING, Bulks

FIRST = datetime(2026, 8, 1, tzinfo=UTC)
LATER = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = ("2026-08-01", "2026-08-14")

_WORDS = ("middleName", "contactName", "companyName", "address1", "address2", "leadName")
_MARK = re.compile(
    r"xqz\w+"  # of every text, behind its first letter
    r"|(?<![\d.])(?:966|0)?59[\d ]{4,}"  # of every phone
    r"|(?<!\d)19[0-4]\d-\d\d-\d\d"  # of every date of birth
    r"|(?<!\d)7{4,}\d+",  # of incomes and references
    flags=re.IGNORECASE,
)


_KEY = re.compile(r"\b(?!966)[0-9a-f]{12}\b")
"""A customer's key, whose digits may be any, and are nobody's."""


def marks(text: str) -> set[str]:
    """Find the personal values in a text, or what is left of them when the first letter or the last digits are masked.

    Args:
        text: Whatever somebody sees.
    """
    return {found.strip() for found in _MARK.findall(_KEY.sub("", text))}


def marked_bulks() -> tuple[dict[str, Any], ...]:
    """Draw two weeks of leads; those of one person keep a phone, an e-mail address and a name in common."""
    bulks = []
    for drawn in Bulks(7, 150).between(FIRST, FIRST + timedelta(days=14)):
        sent = json.loads(drawn.reply(LATER, EVERYTHING) or b"{}")
        persons = {lead.number: lead.person for lead in drawn.leads}
        for lead in sent["leads"] or ():
            _mark(lead, persons[lead["leadExternalId"]])
        bulks.append(sent)
    return tuple(bulks)


def _mark(lead: dict[str, Any], person: int) -> None:
    dice, own = Random(f"person/{person}"), Random(f"lead/{lead['leadExternalId']}")
    lead |= {
        "firstName": _word(dice),
        "lastName": _word(dice),
        "phoneCode": "00966",
        "phoneNumber": f"59{dice.randrange(10**7):07d}",
        "email": f"{_word(dice)}@mail.example",
        "dateOfBirth": f"19{dice.randrange(50):02d}-0{dice.randrange(1, 10)}-1{dice.randrange(10)}",
        "leadNote": f"Ask for {_word(own)} {_word(own)} after lunch.",
        "leadReference": f"7777{own.randrange(10**6):06d}",
        "monthlyIncome": f"77777{own.randrange(100):02d} SAR",
        **{name: _word(dice) for name in _WORDS},
    }
    if not lead["isError"]:
        return
    if own.random() < 0.3:  # three digits too few: what can be corrected is still somebody's
        lead["phoneNumber"] = lead["phoneNumber"][:6]
    if own.random() < 0.2:
        lead["email"] = lead["email"].replace("@", "@@")
    lead["errorList"] = own.choice(_errors(lead))


def _errors(lead: dict[str, Any]) -> list[Any]:
    """Write what a DMS may say of a lead, with its own values in the sentence, in quotes and without."""
    name, phone, email = f"{lead['firstName']} {lead['lastName']}", lead["phoneNumber"], lead["email"]
    return [
        lead["errorList"],
        [{"code": "E-1", "field": "phoneNumber", "message": f"Phone number '{phone}' of {name} is not valid"}],
        [{"code": "E-2", "field": "email", "message": f"{email} is no address; born {lead['dateOfBirth']}"}],
        [f"Customer {name} ({email}) exists already", "Branch is mandatory"],
        {"lead": f"Income {lead['monthlyIncome']} of {lead['companyName']} cannot be read"},
        f"could not execute statement; value too long for column: {lead['leadNote']}",
        f"The phone {phone} is not valid; the branch is mandatory for {lead['lastName']}",
        f"Reference {lead['leadReference']} is taken by {lead['contactName']}, {lead['address1']}",
    ]


def _word(dice: Random) -> str:
    return dice.choice("BCDFGHKLMNPRSTVW") + "xqz" + "".join(dice.choice("abdeiklmnorstu") for _ in range(7))
