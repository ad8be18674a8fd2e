"""Phones that the DMS refused: the mobile number in them, where all of its digits are there. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from leads_excel.kpis.facts.phones import HOME, cleaned, read, region
from leads_excel.rejected.suggested import HIGH, NOTHING, Suggested

_DIGITS = 9
"""A Saudi mobile number: 5 and eight more digits."""
_LETTERS = str.maketrans("OoIl", "0011")  # what people type for digits
_MOBILE = re.compile(r"\+?(?:0*966)*0*(5\d{8})")
_SEVERAL = re.compile(r"[/,;|،؛\n]|\b(?:or|and)\b|\s(?:أو|او)\s", re.IGNORECASE)
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@lru_cache(maxsize=100_000)
def suggest(code: str, number: str) -> Suggested:
    """Rewrite a phone as the nine digits that the API page shows, 5XXXXXXXX.

    Args:
        code: Its country code as typed, or nothing.
        number: The number as typed, or nothing.

    Returns:
        The number, where exactly one Saudi mobile number stands there with all its digits, written otherwise: with a
        code or a zero too many, in Arabic digits, with an O for a 0, or in the field of the code. Else what is wrong.
    """
    if region(code) != HOME and not _mobile(code):
        return NOTHING
    found = {mobile for piece in _SEVERAL.split(number) if (mobile := _mobile(piece))}
    found = found or ({mobile} if not _digits(number) and (mobile := _mobile(code)) else set())
    if len(found) > 1:
        return Suggested(why="two numbers")
    if not found:
        return Suggested(why=_wrong(number))
    (mobile,) = found
    return NOTHING if number.strip() == mobile else Suggested(mobile, HIGH, "same digits, written as 5XXXXXXXX")


def _mobile(text: str) -> str | None:
    match = _MOBILE.fullmatch(_as_digits(text))
    return match[1] if match and read(str(966), match[1]) > 0 else None


def _as_digits(text: str) -> str:
    digits = cleaned(text.strip())
    return digits.translate(_LETTERS) if re.fullmatch(r"[+\dOoIl]+", digits) and re.search(r"\d{3}", digits) else digits


def _digits(text: str) -> str:
    return re.sub(r"\D", "", _as_digits(text))


def _wrong(number: str) -> str:
    """Tell what is wrong without telling a digit."""
    text = _as_digits(number)
    digits = _digits(number)
    if not digits:
        return "no number" if re.search(r"\w", number) else "nothing submitted"
    if re.search(r"[^\d+]", text):
        return "not only digits"
    national = re.sub(r"^0*(?:966)*0*", "", digits)
    missing = _DIGITS - len(national)
    if not missing or not national.startswith("5"):
        return "not a Saudi mobile number"
    count = _COUNTS[abs(missing)] if abs(missing) < len(_COUNTS) else str(abs(missing))
    return f"{count} digit{'s' * (abs(missing) != 1)} {'missing' if missing > 0 else 'too many'}"
