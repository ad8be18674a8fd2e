"""Phone numbers as people type them -> E.164, by the rules of Google's libphonenumber. Pure.

Arabic-Indic digits, `00966`, `+966`, a trunk `0`, blanks and hyphens all come to the same number. A number without a
country code is one of its `phoneCode`, and without that a Saudi one. The library reads some 20,000 numbers a second;
the shapes that nearly all Saudi numbers have are read by the million, with the patterns of its own metadata.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat

from leads_excel.kpis.facts.patterns import matches, typed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MISSING, INVALID, PLACEHOLDER = 0, -1, -2
"""What stands in place of a number: nothing was typed, no valid number, or digits that only fill the field."""

HOME = "SA"
_HOME_CODE = 966
_UNREAD = -3
_BETWEEN = "\x1f"  # between a code and its number

_TYPES = (
    "fixed_line", "mobile", "pager", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "uan",
    "voicemail",
)  # fmt: skip
# Nine digits after a trunk 0 or the country code: of these shapes it is certain how the library reads them.
_SHAPE = r"^(?:(?:\+|00)966)?0?[1-9]\d{8}$"
_CLUTTER = "[\\s().\\-\u2010-\u2015\u200b-\u200f\u202a-\u202e\u2066-\u2069]+"
_SAYS_SOMETHING = re.compile(r"[^\W_]")
_COUNTED = ("01234567890", "09876543210")
_FILLERS = (*(111_111_111 * digit for digit in range(1, 10)), 123_456_789, 234_567_890, 987_654_321, 876_543_210)


def e164(codes: pd.Series[Any], numbers: pd.Series[Any]) -> Numbers:
    """Read phone numbers.

    Args:
        codes: The country code of each, as typed.
        numbers: The numbers, as typed.

    Returns:
        Each number with its country code and without the plus, as a whole number: +966 50 000 0005 is 966500000005;
        or `MISSING`, `INVALID`, `PLACEHOLDER`.
    """
    codes, digits = codes.astype("string").fillna(""), typed(numbers)
    at_home = _at_home(codes)
    found = _certain(at_home, digits)
    # Each step takes what the one before leaves: most numbers first, then those with blanks in them, then one by one.
    unread = np.flatnonzero(found == _UNREAD)
    found[unread] = _certain(at_home[unread], pc.replace_substring_regex(digits.take(unread), _CLUTTER, ""))
    unread = np.flatnonzero(found == _UNREAD)
    found[unread] = _one_by_one(codes.iloc[unread], digits.take(unread))
    return found


def read(code: str, number: str) -> int:
    """Read one phone number with the library.

    Args:
        code: Its country code as typed, or nothing.
        number: The number as typed.

    Returns:
        As `e164`.
    """
    text = cleaned(number)
    if not _SAYS_SOMETHING.search(text):
        return MISSING
    if _only_fills(text):
        return PLACEHOLDER
    if region(code) == HOME and text.isdecimal() and len(text) < _shortest():
        return INVALID
    try:
        parsed = phonenumbers.parse(re.sub("^00", "+", text), region(code))
    except NumberParseException:
        return INVALID
    if not phonenumbers.is_valid_number(parsed):
        return INVALID
    return int(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))


def cleaned(number: str) -> str:
    """Write a number with Latin digits, without blanks, brackets, hyphens, dots and marks of direction."""
    return re.sub(_CLUTTER, "", number if number.isascii() else number.translate(_LATIN))


class _Digits(dict[int, str]):
    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = str(unicodedata.digit(char)) if char.isdecimal() else char
        return self[code]


_LATIN = _Digits()


@lru_cache(maxsize=1000)
def region(code: str) -> str:
    """Tell the country of a code as typed: `00966`, `+966` and `966` are Saudi Arabia, and so is what is no code."""
    digits = cleaned(code).lstrip("+0")
    found = phonenumbers.region_code_for_country_code(int(digits)) if digits.isdecimal() and len(digits) < 4 else "ZZ"
    return HOME if found in ("ZZ", "001") else found


def _only_fills(text: str) -> bool:
    digits = text.lstrip("+0")
    if len(digits) > 9:
        digits = digits.removeprefix(str(_HOME_CODE)).lstrip("0")
    is_counted = len(digits) > 3 and any(digits in counted for counted in _COUNTED)
    return not digits or is_counted or (digits.isdecimal() and len(set(digits)) == 1)


# --- by the million ------------------------------------------------------------------------------------------------


def _certain(at_home: Flags, digits: pa.Array) -> Numbers:
    """Read the numbers whose shape leaves no doubt; the others are `_UNREAD`."""
    is_long = np.asarray(pc.binary_length(digits)) > 10
    shaped = matches(digits, _SHAPE) & (is_long | at_home)
    found = np.full(len(digits), _UNREAD)
    found[np.asarray(pc.equal(digits, ""))] = MISSING
    national = pc.utf8_slice_codeunits(digits.filter(pa.array(shaped)), -9)
    number = national.cast(pa.int64()).to_numpy()
    known = np.where(matches(national, _valid()), number + _HOME_CODE * 10**9, INVALID)
    known[np.isin(number, _FILLERS)] = PLACEHOLDER
    found[shaped] = known
    return found


def _one_by_one(codes: pd.Series[Any], digits: pa.Array) -> Numbers:
    both = pc.binary_join_element_wise(typed(codes), digits, pa.scalar(_BETWEEN, pa.large_string())).dictionary_encode()
    pairs = [text.split(_BETWEEN, 1) for text in both.dictionary.to_pylist()]
    at_home = _at_home(pd.Series([code for code, _ in pairs], dtype="string"))
    found = _certain(at_home, pa.array([cleaned(number) for _, number in pairs], pa.large_string()))
    for row in np.flatnonzero(found == _UNREAD):
        found[row] = read(*pairs[row])
    each: Numbers = found[both.indices.to_numpy()]
    return each


def _at_home(codes: pd.Series[Any]) -> Flags:
    numbers, distinct = pd.factorize(codes)
    at_home: Flags = np.array([region(code) == HOME for code in distinct], "bool")[numbers]
    return at_home


def _described(kind: str) -> Any:  # noqa: ANN401 - the library's stubs allow for countries it does not know
    return getattr(PhoneMetadata.metadata_for_region(HOME), kind)


@cache
def _shortest() -> int:
    shortest: int = min(_described("general_desc").possible_length)
    return shortest


@cache
def _valid() -> str:
    kinds = [_described(kind) for kind in _TYPES]
    patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    return f"^(?:{'|'.join(patterns)})$"
