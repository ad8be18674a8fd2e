"""Which field an error is about: read from what the DMS names as field, from its code, and from its words. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from leads_excel.arguments.names import plain
from leads_excel.schema.columns import LEADS, VEHICLES

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAD = "leadId"
"""What is at fault where the lead as a whole is: it exists already."""

_SURE_CODES = 5
"""So many errors must have named a field beside their code before the code alone names it ..."""
_SURE_SHARE = 0.95
"""... and this share of them the same one."""

_OURS = {
    *("isError", "leadId", "leadExternalId", "leadVehiclesId", "position"),
    *("vehicleCount", "errorCount", "bulkCreatedDate"),
}
_COLUMNS = {item.name: item for item in (*VEHICLES, *LEADS) if item.name not in _OURS}
_WORDS = {
    "phoneCode": "(?:phone|country|dial(?:ling)?) ?code|رمز الدولة",
    "phoneNumber": "phone(?: ?number| ?no)?|mobile(?: ?number| ?no)?|رقم الجوال|رقم الهاتف|الجوال|الهاتف|جوال|هاتف",
    "email": "e-?mail(?: ?address)?|البريد(?: الإلكتروني)?|بريد",
    "branch": "branch(?: ?code| ?name)?|الفرع|فرع",
    "modelYear": "(?:model|manufactur(?:e|ing)) ?year|year of (?:model|manufacture)|سنة (?:الموديل|الصنع)|سنة",
    "modelFamily": "model(?: ?family| ?name| ?code)?|الموديل|الطراز|موديل|طراز",
    "totalQty": "(?:total ?)?(?:qty|quantity)|الكمية",
    "customerCity": "(?:customer ?)?city|المدينة|مدينة",
    "customerRegion": "(?:customer ?)?region|المنطقة",
    "customerCountry": "(?:customer ?)?country|الدولة",
    "brand": "brand|make|الماركة|العلامة التجارية",
    "firstName": "(?:first|given) ?name|الاسم الأول",
    "lastName": "(?:last|family) ?name|surname|الاسم الأخير|اسم العائلة",
    "middleName": "middle ?name|الاسم الأوسط",
    "dateOfBirth": "(?:date of birth|birth ?date|dob)|تاريخ الميلاد",
    "leadDate": "lead ?date|تاريخ الطلب",
    "source": "(?:lead ?)?source|المصدر",
    "subSource": "sub-? ?source|المصدر الفرعي",
}
"""How people and programs call fields; of two that begin alike the longer words come first."""
_NAMES = {plain(text): item.name for item in _COLUMNS.values() for text in (item.arabic, item.label, item.name)}
_ALIASES = {name: re.compile(words, re.IGNORECASE) for name, words in _WORDS.items()}
_IN_TEXT = re.compile(
    "|".join(
        rf"(?P<{name}>(?<![^\W_])(?:{'|'.join(filter(None, (name, _WORDS.get(name))))})(?![^\W_]))"
        for name in (*_WORDS, *sorted(_COLUMNS.keys() - _WORDS.keys()))
    ),
    re.IGNORECASE,
)
_EXISTS = re.compile(
    r"already (?:exist|registered|been|in use|taken)|exists already|duplicat|مكرر|موجود(?:ة)? (?:مسبقا|بالفعل|من قبل)",
    re.IGNORECASE,
)
_LINE = re.compile(r"vehicles?\W{0,2}(\d{1,4})", re.IGNORECASE)


class Fault(NamedTuple):
    """What an error is about.

    Args:
        field: The API's name of the field; None where nothing names one.
        line: Which vehicle of the lead, from 0; None where the error does not say.
        exists: Whether the lead, or what identifies it, is there already: then the value itself is no slip.
    """

    field: str | None = None
    line: int | None = None
    exists: bool = False


def fault(field: str | None, code: str | None, reason: str | None, codes: dict[str, str]) -> Fault:
    """Read what an error is about: the field that it names, else its code, else its words.

    Args:
        field: The field as the DMS calls it, such as `vehicles[0].modelYear`.
        code: The code, such as `LEAD-101` or `INVALID_PHONE`.
        reason: The wording, without what it quotes.
        codes: What codes were about that came with a field, see `learnt`.
    """
    exists = bool(_EXISTS.search(reason or "") or _EXISTS.search(_spaced(code)))
    told = named(field) or _of_code(code, codes)
    if told is None and not exists:
        told = _first_in(reason or "")
    line = _LINE.search(field or "")
    return Fault(told or (LEAD if exists else None), int(line[1]) if line else None, exists)


def named(field: str | None) -> str | None:
    """Find the API's name of a field as the DMS calls it.

    Args:
        field: A name, a label or a path such as `lead.vehicles[0].modelYear`.
    """
    parts = [part for part in re.split(r"\[\d*\]|[./]", field or "") if part]
    return next((found for part in reversed(parts) if (found := _one(part))), None)


def learnt(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """Learn what codes are about from the errors that name a field beside their code.

    Args:
        pairs: Code and field, as the DMS calls it, of each error.

    Returns:
        For each code that is sure enough, the API's name of its field.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (code, field), times in Counter(pairs).items():
        if code and (name := named(field)):
            counts[code][name] += times
    tops = {code: (*fields.most_common(1)[0], fields.total()) for code, fields in counts.items()}
    return {
        code: name for code, (name, times, all_) in tops.items() if all_ >= _SURE_CODES and times >= _SURE_SHARE * all_
    }


def _one(part: str) -> str | None:
    known = _NAMES.get(plain(part))
    return known or next((name for name, words in _ALIASES.items() if words.fullmatch(_spaced(part))), None)


def _of_code(code: str | None, codes: dict[str, str]) -> str | None:
    return codes.get(code or "") or _first_in(_spaced(code))


def _spaced(name: str | None) -> str:
    """Write a name of a program as words: `INVALID_PHONE`, `invalidPhone` -> `invalid phone`."""
    return re.sub(r"[\s_.\-]+|(?<=[a-z])(?=[A-Z])", " ", name or "").strip()


def _first_in(text: str) -> str | None:
    """Find the field that a text names first: what follows tells about it, as in `Branch is mandatory for brand X`."""
    match = _IN_TEXT.search(text)
    return match.lastgroup if match else None
