"""What desktop Excel makes of a value that a program puts into a cell: nothing is safe.

`Range.Value` treats a text like something a person types: `00966` becomes a number, `1/2` a date, `=x` a formula. Only
a cell formatted as Text (`@`) keeps it, and even that one eats a leading apostrophe. United States settings. Where
Excel's behaviour is not known for sure, the value is taken as damaged: a test built on it cannot pass by luck.
"""

from __future__ import annotations

import datetime as dt
import re
from numbers import Real
from typing import Any, NamedTuple

from dateutil import parser

TEXT = "@"
_LONGEST = 32_767
_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s?[ap]m)?"
_DAY = (
    r"\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?",
    r"\d{1,2}[-/]\d{1,4}(?:[-/]\d{2,4})?",
    rf"\d{{1,2}}[-/ ]?{_MONTH}(?:[-/ ,]+\d{{2,4}})?",
    rf"{_MONTH}[-/ ,]*\d{{1,4}}(?:,?\s+\d{{4}})?",
)
_DATE = re.compile(rf"(?:{'|'.join(_DAY)})(?:\s+{_TIME})?|{_TIME}", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)\$?(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)?\.?\d*(?:e[-+]?\d{1,3})?)(?P<percent>\s?%)?",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"(?P<whole>\d+) (?P<over>\d+)/(?P<under>\d+)")


class Stored(NamedTuple):
    """What a cell holds.

    Args:
        kind: `empty`, `number`, `text`, `flag`, `date`, `error` or `formula`.
        value: The value; for a formula its text, with the equals sign.
    """

    kind: str
    value: Any


def stored(value: object, number_format: str = "General") -> Stored:
    """Say what a cell holds after a program has put a value into it.

    Args:
        value: What the program passes to `Range.Value`.
        number_format: The format that the cell has at that moment.

    Returns:
        What Excel keeps.

    Raises:
        TypeError: COM cannot pass such a value.
        ValueError: Excel refuses it.
    """
    if value is None or value == "":
        return Stored("empty", None)
    if isinstance(value, str):
        return _typed(_checked(value), number_format)
    if isinstance(value, (bool, Real, dt.datetime)):
        kept = _kept(value)
        return Stored("text", _shown(kept)) if number_format == TEXT else kept
    raise TypeError(f"COM has no {type(value).__name__}.")


def _checked(text: str) -> str:
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * _LONGEST:
        raise ValueError("Excel: more than 32,767 characters in one cell.")
    if "\0" in text:
        raise ValueError("Excel: a text ends at NUL.")
    return text


def _kept(value: bool | Real | dt.datetime) -> Stored:
    if isinstance(value, bool):
        return Stored("flag", value)
    if isinstance(value, dt.datetime):
        if value.replace(tzinfo=None) < dt.datetime(1900, 1, 1):  # noqa: DTZ001 - Excel knows no zones
            raise ValueError("Excel: dates begin in 1900.")
        return Stored("date", value.replace(tzinfo=None))
    return Stored("number", _fifteen_digits(float(value)))


def _shown(kept: Stored) -> str:
    if kept.kind == "date":
        return f"{kept.value:%m/%d/%Y %H:%M:%S}"
    return str(kept.value).upper() if kept.kind == "flag" else f"{kept.value:.15g}"


def _typed(text: str, number_format: str) -> Stored:
    if text.startswith("'") or number_format == TEXT:
        return Stored("text", text.removeprefix("'"))
    readings = (read(text) for read in (_word, _formula, _number, _date, _signed))
    return next(filter(None, readings), Stored("text", text))


def _word(text: str) -> Stored | None:
    if text.upper() in ("TRUE", "FALSE"):
        return Stored("flag", text.upper() == "TRUE")
    return Stored("error", text.upper()) if text.upper() in _ERRORS else None


def _formula(text: str) -> Stored | None:
    return Stored("formula", f"={text[1:]}") if len(text) > 1 and text[0] in "=@" else None


def _signed(text: str) -> Stored | None:
    return Stored("formula", f"={text}") if len(text) > 1 and text[0] in "+-" else None


def _number(text: str) -> Stored | None:
    text = text.strip(" ")
    if (fraction := _FRACTION.fullmatch(text)) and int(fraction["under"]):
        return Stored("number", int(fraction["whole"]) + int(fraction["over"]) / int(fraction["under"]))
    negative = text.startswith("(") and text.endswith(")")
    match = _NUMBER.fullmatch(text[1:-1] if negative else text)
    if match is None or not re.match(r"\d|\.\d", match["number"]):
        return None
    number = float(match["number"].replace(",", "")) / (100 if match["percent"] else 1)
    if number > 1e308:
        return None
    return Stored("number", _fifteen_digits(-number if negative or match["sign"] == "-" else number))


def _date(text: str) -> Stored | None:
    if not _DATE.fullmatch(text.strip(" ")):
        return None
    try:
        date = parser.parse(text, ignoretz=True)
    except (ValueError, OverflowError):
        return None
    return Stored("date", date) if 1900 <= date.year < 10_000 else None


def _fifteen_digits(number: float) -> float:
    if number in (float("inf"), float("-inf")):
        raise ValueError("Excel: no infinity.")
    return float(f"{number:.15g}")
