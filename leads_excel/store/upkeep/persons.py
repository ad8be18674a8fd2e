"""Who is meant by a number, a phone or an e-mail address, and whose leads are among others. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

import msgspec

from leads_excel.bulks.json_values import LARGEST, whole
from leads_excel.exceptions import ArgumentError
from leads_excel.kpis.facts import phones

_HOME_CODE = "966"
_LONGEST_AT_HOME = 9
_TELLING = 7
"""Digits at the end of a phone number that tell most numbers apart, however they are written."""


class _Lead(msgspec.Struct):
    leadId: Any = None  # noqa: N815 - the API's own names
    leadExternalId: Any = None  # noqa: N815 - likewise
    phoneCode: Any = None  # noqa: N815 - likewise
    phoneNumber: Any = None  # noqa: N815 - likewise
    email: Any = None


_LEAD = msgspec.json.Decoder(_Lead)


@dataclass(frozen=True, slots=True)
class Record:
    """What tells whose lead it is.

    Args:
        place: Its place in its bulk, from 0.
        lead: Its `leadId`, 0 where it has none.
        record: Its `leadExternalId`, likewise.
        code: The country code of its phone, as typed.
        phone: Its phone number, as typed.
        email: Its e-mail address, in small letters.
    """

    place: int
    lead: int
    record: int
    code: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person is reached: a phone number and an e-mail address to compare; each may be missing."""

    phone: int | str | None = field(repr=False)
    email: str | None = field(repr=False)


class Contacts:
    """How some people are reached."""

    def __init__(self) -> None:
        self._phones: set[int | str] = set()
        self._emails: set[str] = set()

    def add(self, contact: Contact) -> None:
        """Note how one of them is reached."""
        if contact.phone is not None:
            self._phones.add(contact.phone)
        if contact.email is not None:
            self._emails.add(contact.email)

    def share(self, contact: Contact) -> bool:
        """Tell whether one of them is reached in the same way."""
        return contact.phone in self._phones or contact.email in self._emails


@dataclass(frozen=True, slots=True)
class Who:
    """Whose leads are meant.

    Args:
        leads: Any with one of these `leadId`,
        records: any with one of these `leadExternalId`,
        phone: any with this phone number, as `contact_of` reads it,
        email: any with this e-mail address.
    """

    leads: frozenset[int] = frozenset()
    records: frozenset[int] = frozenset()
    phone: int | str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, *, lead: int | None, record: int | None, phone: str | None, email: str | None) -> Self:
        """Read what a person says of whom is meant.

        Args:
            lead: A `leadId`, or
            record: a `leadExternalId`, or
            phone: a phone number as typed, or
            email: an e-mail address.

        Raises:
            ArgumentError: Not one of them is given, or many people share it.
        """
        if sum(given is not None for given in (lead, record, phone, email)) != 1:
            raise ArgumentError("Name one of lead, record, phone and email: whose leads are to go.")
        if lead is not None:
            return cls(leads=frozenset([_number("lead", "leadId", lead)]))
        if record is not None:
            return cls(records=frozenset([_number("record", "leadExternalId", record)]))
        if phone is not None:
            return cls(phone=_typed_phone(phone))
        return cls(email=_typed_email(email or ""))

    def is_in(self, item: Record) -> bool:
        """Tell whether a lead is one of theirs."""
        if item.lead in self.leads or item.record in self.records:
            return True
        if self.email is not None:
            return item.email == self.email
        return self.phone is not None and _may_be(self.phone, item) and contact_of(item).phone == self.phone


def read_record(lead: bytes, place: int) -> Record:
    """Read what tells whose lead it is.

    Args:
        lead: Its JSON.
        place: Its place in its bulk.
    """
    try:
        found = _LEAD.decode(lead)
    except (msgspec.MsgspecError, UnicodeDecodeError):  # JSON that only a lenient reader takes
        record = json.loads(lead)
        found = _Lead(**{name: record.get(name) for name in _Lead.__struct_fields__})
    numbers = _whole(found.leadId), _whole(found.leadExternalId)
    return Record(place, *numbers, _text(found.phoneCode), _text(found.phoneNumber), _email(_text(found.email)))


def contact_of(item: Record) -> Contact:
    """Tell how the person of a lead is reached, so that it can be compared; what only fills a field is left out."""
    return Contact(_phone(item.code, item.phone), item.email or None)


@lru_cache(maxsize=100_000)
def _phone(code: str, number: str) -> int | str | None:
    """Read a phone number; one that no country gives out stays its code and the digits that were typed."""
    if not number:
        return None
    found = phones.read(code, number)
    if found > 0:
        return found
    if found in (phones.MISSING, phones.PLACEHOLDER):
        return None
    typed, country = phones.cleaned(number), phones.cleaned(code).lstrip("+0") or _HOME_CODE
    digits = typed.lstrip("+0")
    is_whole = typed.startswith(("+", "00")) or (digits.startswith(country) and len(digits) > _LONGEST_AT_HOME)
    return digits if is_whole else country + digits


def _may_be(phone: int | str, item: Record) -> bool:
    return phones.cleaned(item.phone)[-_TELLING:] == str(phone)[-_TELLING:]


def _typed_phone(text: str) -> int | str:
    found = _phone("", text.strip())
    if found is None or len(str(found)) < _TELLING:
        raise ArgumentError("phone must be the whole phone number of one person, with its country code if not Saudi.")
    return found


def _typed_email(text: str) -> str:
    found = _email(text)
    if "@" not in found.strip("@"):
        raise ArgumentError("email must be the whole e-mail address of one person.")
    return found


def _number(name: str, key: str, number: int) -> int:
    if not 1 <= number <= LARGEST:
        raise ArgumentError(f"{name} must be a whole number from 1 to {LARGEST}: the {key} of the person's lead.")
    return number


def _email(text: str) -> str:
    return text.strip().lower()


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _whole(value: object) -> int:
    try:
        return whole(value) or 0
    except (ValueError, TypeError, OverflowError):
        return 0
