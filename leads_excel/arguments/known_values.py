"""A value in a filter that nothing in the range has: a slip, and what was meant by it. Pure.

A count of 0 that comes from a misspelt name looks like any other 0. So each value that names something (a branch, a
source, a number of a lead) must be there, for `=` and for `<>`. What measures something (counts, dates, flags) may well
be met by nothing, and so may the words that the API page lists itself, such as `Cancelled`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leads_excel import schema
from leads_excel.arguments.names import short
from leads_excel.arguments.typed_arguments import as_text
from leads_excel.exceptions import ArgumentError
from leads_excel.schema.masking import is_personal
from leads_excel.schema.spelling import either, folded, nearest

if TYPE_CHECKING:
    import pandas as pd

    from leads_excel.schema.columns import Column

_NAMING_NUMBERS = {"modelYear", "isProcessed"}  # numbers that are names; other counts measure
_EMPTY = {"blank", "none", "empty", "null", "na", "nan", "فارغ"}
# No run of blanks is tried from each of its places.
_BETWEEN = re.compile(r"(?:(?<!\s)\s++)?[,،؛/&+]\s*+|(?<!\s)\s++(?:or|and|أو|او)\s++", re.IGNORECASE)
_MOST = 5  # values in a message
_LONGEST = 1000  # characters: what is longer is no slip
_NOUNS = {"leads": "lead", "vehicles": "vehicle", "errors": "error", "bulks": "bulk"}


def is_blank_word(wanted: object) -> bool:
    """Tell whether a value stands for an empty field."""
    return isinstance(wanted, str) and wanted.strip().casefold() == schema.BLANK


def names_a_value(item: Column, operator: str, wanted: object) -> bool:
    """Tell whether a value in a filter names something, which must be there.

    Args:
        item: The field.
        operator: How it is compared.
        wanted: The value.
    """
    if operator not in ("=", "<>") or is_blank_word(wanted):
        return False
    text = as_text(wanted)
    if item in schema.BULKS and text.casefold() in _states():
        return False
    if item.kind == "id":
        return text != "0"  # of leadId: not created in the DMS
    return item.kind == "text" or item.name in _NAMING_NUMBERS


def _states() -> set[str]:
    return {word.casefold() for number, state in schema.STATES.items() for word in (str(number), state)}


def no_such_value(cells: pd.Series[Any], item: Column, wanted: object) -> ArgumentError:
    """Say that nothing has a value, and which value was meant.

    Args:
        cells: The field, over the whole range.
        item: What it is; of personal data no values are told.
        wanted: The value.
    """
    noun = next((_NOUNS[name] for name, columns in schema.TABLES.items() if item in columns), "lead")
    if is_personal(item, as_text(wanted)):
        return ArgumentError(f"In the range no {noun} has this {item.name}: correct it, or write missing=0 for 0.")
    text = as_text(wanted)
    told = f"In the range no {noun} has {item.name} {short(text)}"
    if item.kind == "id":
        return ArgumentError(f"{told}: correct it, or write missing=0 for 0.")
    counts = cells.astype("string").str.strip().value_counts()
    values = [value for value in counts.index.tolist() if value]
    return ArgumentError(f"{told}: {_hint(text, values)} Or write missing=0 for 0.")


def _hint(text: str, values: list[str]) -> str:
    meant = _meant(text[:_LONGEST], values)
    if meant:
        return f"{either(_cut(value) for value in meant)}?"
    if not values:
        return "all are empty."
    more = ", …" if len(values) > _MOST else ""
    return f"write one of {', '.join(_cut(value) for value in values[:_MOST])}{more}."


def _meant(text: str, values: list[str]) -> list[str]:
    """Find what was meant, the likeliest first: the word for nothing, several values, a part of some, a slip."""
    if folded(text) in _EMPTY:
        return [schema.BLANK]
    parts = [part for part in _BETWEEN.split(text) if part]
    known = [nearest(part, values, cutoff=0.8, most=1) for part in parts]
    if len(parts) > 1 and all(known):
        return ["|".join(found[0] for found in known)]
    bare = folded(text)
    if bare and (holding := [value for value in values if bare in folded(value) and bare != folded(value)]):
        pattern = text.strip("*?~ ")
        whole = f"{pattern}*" if all(value.casefold().startswith(pattern.casefold()) for value in holding) else ""
        return [*holding[: _MOST - 2], *([whole or f"*{pattern}*"] if len(holding) > 1 else [])]
    if re.search(r"[*?]", text) and (begun := nearest(bare, {word for value in values for word in value.split()})):
        return [f"{begun[0]}*"]
    return nearest(text, values)


def _cut(value: str) -> str:
    return short(value)[1:-1] if re.search(r"\d{5}", value) or len(value) > 40 else value
