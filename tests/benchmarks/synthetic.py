"""Replies of the lead API, made up: shaped like the API page, as many leads as a benchmark wants. No real people."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

START = datetime(2025, 1, 4, 21, tzinfo=UTC)
"""When the first window starts: a Sunday, midnight in Riyadh."""

_MOULDS = 997  # so many different people; their numbers, phones and references differ in every lead
_NUMBER, _LEAD, _PHONE, _REFERENCE = 900_000_000_001, 900_000_000_002, "5000000003", "WEB-0000000004"
_FIRST = ("Ahmad", "Mohammed", "Sara", "Noura", "Khalid", "محمد", "نورة", "عبدالله", "Reem", "Yousef")
_LAST = ("Al-Harbi", "Al-Qahtani", "العتيبي", "الدوسري", "Al-Ghamdi", "Khan", "Santos", "الشهري")
_CITIES = (("Riyadh", "Riyadh"), ("Makkah", "Jeddah"), ("Eastern Province", "Dammam"), ("Qassim", "بريدة"))
_MODELS = ("RIO", "SPORTAGE", "SORENTO", "CERATO", "PEGAS", "K5", "TELLURIDE")
_NOTES = (
    "",
    None,
    "Call after 5 pm",
    "يرجى الاتصال مساءً",
    "Interested in the top trim, asked for a test drive at home",
)
_REASONS: tuple[Any, ...] = (
    [{"code": "LEAD-101", "field": "phoneNumber", "message": "Phone number is not a valid mobile number"}],
    ["Branch is mandatory for brand KIA", "City is not mapped to a region"],
    {"email": "Email is not valid"},
    "Lead already exists",
)


def reply(window: int, leads: int, *, bulks: int = 14) -> bytes:
    """Write one window's reply.

    Args:
        window: Which week, from 0. Its bulks and the numbers of its leads follow those of the week before.
        leads: How many leads it holds.
        bulks: In how many bulks, spread over the week.

    Returns:
        A JSON array of bulks; the same bytes for the same arguments.
    """
    moulds = _moulds()
    records = [
        moulds[number * 31 % _MOULDS] % _filling(number) for number in range(window * leads, (window + 1) * leads)
    ]
    bounds = [leads * at // bulks for at in range(bulks + 1)]
    created = START + timedelta(days=7 * window)
    return b"[%b]" % b",".join(
        b'{"leads":[%b],"createdDate":"%b","createdBy":%d,"totalRecords":%d,"errorRecords":0,"isProcessed":4}'
        % (
            b",".join(records[first:last]),
            f"{created + timedelta(days=7 * at / bulks):%Y-%m-%dT%H:%M:%S.000Z}".encode(),
            at % 3 + 1,
            last - first,
        )
        for at, (first, last) in enumerate(pairwise(bounds))
    )


def _filling(number: int) -> tuple[bytes, ...]:
    lead_id = 0 if number % 13 == 0 else 3_000_001 + number
    texts = (number + 1, lead_id, f"5{number * 7919 % 10**8:08d}", f"WEB-{number:08d}")
    return tuple(str(text).encode() for text in texts)


@cache
def _moulds() -> list[bytes]:
    dice = random.Random(2025)
    holes = (str(_NUMBER), str(_LEAD), _PHONE, _REFERENCE)
    moulds = []
    for _ in range(_MOULDS):
        text = json.dumps(_lead(dice), ensure_ascii=False, separators=(",", ":")).replace("%", "%%")
        for hole in holes:
            text = text.replace(hole, "%b")
        moulds.append(text.encode())
    return moulds


def _lead(dice: random.Random) -> dict[str, Any]:
    first, last, (region, city) = dice.choice(_FIRST), dice.choice(_LAST), dice.choice(_CITIES)
    is_rejected = dice.random() < 0.08
    return {
        "leadExternalId": _NUMBER,
        "leadId": _LEAD,
        "isError": int(is_rejected),
        "errorList": dice.choice(_REASONS) if is_rejected else None,
        "leadType": "Individual",
        "title": dice.choice(("Mr", "Mrs", "Ms")),
        "gender": dice.choice(("Male", "Female", None)),
        "nationality": dice.choice(("saudi", "egyptian", "indian", "")),
        "firstName": first,
        "middleName": dice.choice(("", None, "bin Ali")),
        "lastName": last,
        "contactName": f"{first} {last}",
        "companyName": dice.choice(("", None, "Najd Trading Est.")),
        "companyIndustryType": dice.choice(("", None, "Trading")),
        "dateOfBirth": f"{dice.randint(1950, 2005)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
        "occupation": dice.choice(("Engineer", "Teacher", "موظف", "")),
        "customerCountry": "Saudi Arabia",
        "customerRegion": region,
        "customerCity": city,
        "address1": f"{dice.randint(1, 9999)} King Fahd Rd",
        "address2": dice.choice((None, "", "حي الملقا")),
        "phoneCode": dice.choice(("00966", "+966")),
        "phoneNumber": _PHONE,
        "email": f"customer{dice.randint(1, 10**6)}@example.com",
        "monthlyIncome": dice.choice(("5000-10000 SAR", "10000-15000 SAR", None)),
        "preferredLanguage": dice.choice(("Arabic", "English")),
        "preferredContactType": dice.choice(("Email", "Phone", "WhatsApp")),
        "company": "JTC",
        "brand": "KIA",
        "businessArea": "Sales",
        "branch": dice.choice((None, "Riyadh Exit 10", "Jeddah North")),
        "leadDate": f"2025-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
        "interest": dice.choice(("Price Quote", "Test Drive", "Brochure")),
        "source": dice.choice(("Direct Contact", "Web site", "Facebook")),
        "subSource": dice.choice(("Email", "Form", "Campaign 12")),
        "leadName": f"{first} {last} - KIA",
        "leadReference": _REFERENCE,
        "leadNote": dice.choice(_NOTES),
        "vehicleType": dice.choice(("New", "Used")),
        "vehicles": [_vehicle(dice) for _ in range(dice.choice((0, 1, 1, 1, 1, 1, 1, 2)))] or None,
        "purchasePlan": dice.choice(("Within 30 Days", "Within 90 Days", None)),
        "paymentMode": dice.choice(("Credit", "Cash", None)),
        "currency": "SAR",
        "priority": dice.choice(("Hot", "Warm", "Cold")),
        "testDriveRequired": dice.choice((True, False, None)),
        "acceptNewsLetter": dice.choice((True, False)),
        "acceptMarketing": dice.choice((True, False, None)),
        "acceptPrivatePolicy": True,
    }


def _vehicle(dice: random.Random) -> dict[str, Any]:
    return {
        "leadVehiclesId": dice.randint(1, 10**7),
        "modelFamily": dice.choice(_MODELS),
        "modelYear": dice.choice((2024, 2025, 2026)),
        "modelMemo": dice.choice(("", "Model Memo", "الفئة الأعلى")),
        "modelPreferences": dice.choice(("", None, "White, panoramic roof")),
        "totalQty": dice.choice((1, 1, 1, 2)),
    }
