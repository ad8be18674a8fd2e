"""Consent by the rule, told from plain records one by one: who agrees to a purpose, and why the others do not."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

FIELDS = {"privacy": "acceptPrivatePolicy", "marketing": "acceptMarketing", "newsletter": "acceptNewsLetter"}
BY_EMAIL, BY_PHONE = {"Email"}, {"Phone", "WhatsApp", "SMS"}


@dataclass(frozen=True)
class Said:
    """A lead as the rule sees it.

    Args:
        place: Where it stands in its table.
        moment: When it was submitted, in any unit; None where nobody knows.
        phone: Its phone if that is valid, in E.164.
        mail: Its e-mail address if that is valid, in small letters.
        typed: Whether a phone or an address was typed at all.
        accepted: Whether the DMS accepted it.
        keys: The lead as the API sends it.
    """

    place: int
    moment: int | None
    phone: str | None
    mail: str | None
    typed: bool
    accepted: bool
    keys: dict[str, Any]

    @property
    def who(self) -> str | None:
        """Whose lead it is."""
        return self.phone or self.mail

    def answer(self, purpose: str) -> bool | None:
        """What is said to a purpose."""
        value: bool | None = self.keys[FIELDS[purpose]]
        return value

    def at(self, purpose: str) -> tuple[float, bool]:
        """When an answer counts: one of unknown time as late as can be if it is no, as early if it is yes."""
        says_no = self.answer(purpose) is False
        moment = self.moment if self.moment is not None else inf if says_no else -inf
        return moment, says_no


def last(leads: list[Said], purpose: str) -> Said | None:
    """Find the last answer to a purpose; of equal moments no is the later one."""
    answers = [lead for lead in leads if lead.answer(purpose) is not None]
    return max(answers, key=lambda lead: (*lead.at(purpose), lead.place), default=None)


def says_yes(leads: list[Said], purpose: str) -> bool:
    """Tell whether yes was said last."""
    found = last(leads, purpose)
    return found is not None and found.answer(purpose) is True


def taken_back(leads: list[Said], mine: list[Said], purpose: str) -> bool:
    """Tell whether a no stands under an address of a customer: last there, or no earlier than their own last answer."""
    own = last(mine, purpose)
    for mail in {lead.mail for lead in mine if lead.mail}:
        there = [lead for lead in leads if lead.mail == mail]
        found = last(there, purpose)
        if found is not None and found.answer(purpose) is False:
            return True
        for lead in there:
            if lead.answer(purpose) is False and own is not None and lead.at(purpose)[0] >= own.at(purpose)[0]:
                return True
    return False


def reason(leads: list[Said], who: str, purpose: str) -> str:
    """Tell why a customer is in the list, or is not."""
    mine = [lead for lead in leads if lead.who == who]
    if last(mine, purpose) is None:
        return "never answered"
    if not says_yes(mine, purpose):
        return "said no"
    if not says_yes(mine, "privacy"):
        return "privacy not accepted"
    if any(taken_back(leads, mine, each) for each in {"privacy", purpose}):
        return "no under another address"
    return "listed" if any(lead.accepted for lead in mine) else "no accepted lead"


def latest(mine: list[Said]) -> Said:
    """Find the latest lead of a customer."""
    return max(mine, key=lambda lead: (-inf if lead.moment is None else lead.moment, lead.place))


def reached(mine: list[Said]) -> tuple[str, str]:
    """Tell the channel and the address of a customer."""
    by_phone = [lead for lead in mine if lead.phone]
    by_mail = [lead for lead in mine if lead.mail]
    usable = (BY_PHONE if by_phone else set()) | (BY_EMAIL if by_mail else set())
    said = [lead for lead in mine if lead.keys["preferredContactType"] in usable]
    channel = latest(said).keys["preferredContactType"] if said else "Phone" if by_phone else "Email"
    address = latest(by_mail).mail if channel in BY_EMAIL else latest(by_phone).phone
    return channel, str(address)
