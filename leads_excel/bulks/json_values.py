"""One JSON value -> what its column needs: text, a whole number, a flag, a moment. What does not fit is a stray.

Nothing is guessed: a quoted number or flag is read like the bare one, anything else keeps its text.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

LARGEST = 2**63 - 1
"""The largest whole number that a column holds as a number."""

LARGEST_COUNT = 10**9
"""The largest count: nobody orders so many vehicles. Millions of such counts still add up without loss."""

STRAY = (ValueError, KeyError, TypeError, OverflowError)
"""What reading a stray raises. TypeError: a list is no key of a dictionary. OverflowError: no such day in the zone."""

FLAGS: dict[Any, bool | None] = {
    None: None, "": None,
    False: False, "false": False, "0": False,
    True: True, "true": True, "1": True,
}  # fmt: skip
"""Flag as received -> flag. The numbers 0 and 1 are equal to False and True."""

ExtraKind = Literal["id", "long", "number", "flag", "text"]

_JSON = msgspec.json.Encoder(decimal_format="number")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].+)?")
_SURROGATE = re.compile("[\ud800-\udfff]")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - subtracted from naive moments
_MICROSECOND = timedelta(microseconds=1)
_FROM, _UNTIL = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (1990, 2100))
_EXACT = 2**53  # up to here every whole number is also a float


def real(digits: str) -> Decimal | str:
    """Read a JSON number that is not written as a whole one, every digit kept."""
    try:
        return Decimal(digits)
    except InvalidOperation:  # its exponent alone has twenty digits
        return digits


def as_text(value: object) -> str | None:
    """Write any JSON value as text: text as it is, the rest as compact JSON. A lone surrogate becomes U+FFFD."""
    if value is None:
        return None
    text = value if isinstance(value, str) else _as_json(value)
    return _SURROGATE.sub("\ufffd", text)


def _as_json(value: object) -> str:
    if isinstance(value, float | Decimal):
        return str(value)  # "NaN" and "Infinity" too, which JSON has no words for
    try:
        return _JSON.encode(value).decode()
    except UnicodeEncodeError:  # a lone surrogate
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def whole(value: object) -> int | None:
    """Read a whole number, bare or quoted.

    Args:
        value: As received.

    Returns:
        The number, or None for null and empty text.

    Raises:
        ValueError: It is something else, or larger than `LARGEST`.
    """
    if value is None or value == "":
        return None
    number: Any = value
    if isinstance(value, float | Decimal) and -LARGEST <= value <= LARGEST and value == int(value):
        number = int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        number = int(value)
    if type(number) is int and abs(number) <= LARGEST:
        return number
    raise ValueError("not a whole number")


def count(value: object) -> int | None:
    """Read a count, bare or quoted.

    Args:
        value: As received.

    Returns:
        The number, or None for null and empty text.

    Raises:
        ValueError: It is no whole number, below 0 or larger than `LARGEST_COUNT`.
    """
    number = whole(value)
    if number is not None and not 0 <= number <= LARGEST_COUNT:
        raise ValueError("not a count")
    return number


def moment(value: object) -> datetime:
    """Read a moment as programs write it.

    Args:
        value: ISO 8601 text, with an offset or `Z` or without, any number of digits of a fraction (those behind
            microseconds are dropped); or seconds or milliseconds since 1970, bare or quoted, of the years 1990 to 2100:
            other numbers are no moments.

    Returns:
        The moment, aware where the text names a zone and for numbers, which count in UTC; naive otherwise.

    Raises:
        ValueError: It is something else.
        OverflowError: There is no such moment.
    """
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and _ISO.fullmatch(text):
        return datetime.fromisoformat(text[:-1] + "Z" if text.endswith("z") else text)
    number = whole(text) if not isinstance(text, bool) else None
    for unit in (1, 1000):
        if number is not None and _FROM <= number / unit < _UNTIL:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number // unit, milliseconds=number % unit)
    raise ValueError("not a moment")


class Moments(dict[Any, int | None]):
    """A moment as `moment` reads it -> microseconds since 1970, each read once. Others raise as in `STRAY`.

    Args:
        zone: The business zone.
        instants: Whether moments are instants: then they are counted in UTC, and a text without a zone is UTC, like
            every stamp on the API page. Otherwise they are business time, and a text with a zone is moved into it.
    """

    def __init__(self, zone: ZoneInfo, *, instants: bool) -> None:
        super().__init__({None: None, "": None})
        self._zone = zone
        self._instants = instants

    def __missing__(self, value: Any) -> int:  # noqa: ANN401 - whatever JSON holds
        read = moment(value)
        if self._instants:
            read = read if read.tzinfo else read.replace(tzinfo=UTC)
        if read.tzinfo:
            local = read.astimezone(self._zone)  # OverflowError: the year 10000 there
            read = (local.astimezone(UTC) if self._instants else local).replace(tzinfo=None)
        self[value] = microseconds = (read - _EPOCH) // _MICROSECOND
        return microseconds


def extra_kind(value: object) -> ExtraKind:
    """Name the kind of a value under a key that the API page does not know; `long` is an id that no float holds."""
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "id" if abs(value) <= _EXACT else "long" if abs(value) <= LARGEST else "text"
    if isinstance(value, float | Decimal):
        return "number" if math.isfinite(value) and Decimal(str(float(value))) == value else "text"
    return "text"
