"""Fields, filters and options as people write them in a formula or a notebook -> checked values. Pure.

A person may write text (`"source=Website; branch=Riyadh*|Jeddah*"`), give a range of cells, which arrives as a list of
rows, or in Python a list or a dict. Case, blanks and underscores in names do not matter; API names and labels both
work. An unknown name is an error that suggests the nearest one, never silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from leads_excel.arguments.access import check_file, check_reveal
from leads_excel.arguments.conditions import OPERATOR, OPERATORS, Operator, told_apart
from leads_excel.arguments.names import KNOWN, plain, short
from leads_excel.exceptions import ArgumentError
from leads_excel.schema.spelling import either
from leads_excel.schema.spelling import nearest as nearest_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from leads_excel.schema.columns import Column

__all__ = ["Filter", "Options", "as_text", "column", "filters", "is_blank", "nearest", "options", "plain", "words"]


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one field.

    Args:
        field: The field, as written.
        operator: How it is compared.
        wanted: What it is compared with; several mean any of them.
    """

    field: str
    operator: Operator
    wanted: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """How a result is shown.

    Args:
        headers: Whether a spilled table begins with its headings.
        labels: Headings as API names, or in English or Arabic.
        sort: Fields to sort by, in this order; a leading minus means from large to small.
        limit: At most so many rows; None means all.
        pii: Personal data masked, shown, or its columns left out.
        empty: What stands in an empty cell of a spilled table, and in place of a share of nothing.
        top: At most so many groups, the rest as one row `Other`.
        date: Which date days, weeks and months go by: when the bulk was created, or the lead's own.
        as_of: The moment at which the answer stood so, as written; None is now.
        min: A rate of fewer than so many leads is left empty.
        n: Whether a rate is told with what it is a rate of.
        days: A lead of the same customer within so many days is a duplicate.
        strict: Whether only leads for the same brand are duplicates.
        partial: Whether a number is told though windows lack leads that the DMS counts.
        missing: What a value in a filter means that no lead of the range has: a slip, which is refused, or no leads.
        long: Whether the range may take as many requests as it does.
        suppress: A file of people who are not to be contacted.
        why: Whether those who are left out are counted, instead of a list of the others.
    """

    headers: bool = True
    labels: Literal["api", "en", "ar"] = "api"
    sort: tuple[str, ...] = ()
    limit: int | None = None
    pii: Literal["mask", "reveal", "none"] = "mask"
    empty: object = None
    top: int | None = None
    date: Literal["created", "lead"] = "created"
    as_of: object = None
    min: int = 0
    n: bool = False
    days: int = 30
    strict: bool = False
    partial: bool = False
    missing: Literal["refuse", "0"] = "refuse"
    long: bool = False
    suppress: str | PurePath | None = None
    why: bool = False


_CHOICES = {
    "labels": ("api", "en", "ar"),
    "pii": ("mask", "reveal", "none"),
    "date": ("created", "lead"),
    "missing": ("refuse", "0"),
}
_SWITCHES = ("headers", "n", "strict", "partial", "long", "why")
_NUMBERS = ("limit", "top", "min", "days")
_RIGHT = {
    **{name: f"{name}=0 or {name}=1" for name in _SWITCHES},
    **{name: f"a whole number such as {name}=10" for name in _NUMBERS},
    **{name: " or ".join(f"{name}={choice}" for choice in choices) for name, choices in _CHOICES.items()},
    "suppress": "the path of a file, suppress=do-not-contact.csv",
}
_DIRECTION = re.compile(
    r"(?P<field>(?:[^\s:]{1,60}[\s:]{1,9})??)-?(?P<way>(?:a|de)sc(?:ending)?|تصاعدي|تنازلي)", re.IGNORECASE
)
_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off"}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def is_blank(value: object) -> bool:
    """Tell whether an argument was left out: nothing, an empty cell, blank text, or a range of such."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Iterable):
        return all(is_blank(item) for item in value)
    return bool(pd.isna(value))  # type: ignore[call-overload]  # any scalar


def as_text(value: object) -> str:
    """Write a value as people would: a whole number, which Excel passes as 5.0, as 5."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def words(value: object) -> list[str]:
    """Read a list of names.

    Args:
        value: Text with commas, semicolons or line breaks between the names, or any nesting of lists of such text.

    Returns:
        The names, blanks left out.
    """
    if isinstance(value, str):
        return [word for part in re.split(r"[,;\n،؛]", value) if (word := part.strip())]
    if isinstance(value, Iterable):
        return [word for item in value for word in words(item)]
    return [] if is_blank(value) else [as_text(value)]


def filters(value: object) -> list[Filter]:
    """Read filters.

    Args:
        value: `"source=Website; branch=Riyadh*|Jeddah*; leadDate>=-30D"`; a range of such texts, or of two columns,
            field (with an operator behind it, if other than `=`) and value; or in Python a dict of the same. A bar
            stands between values of which any will do, `(blank)` for an empty field; `*` and `?` in a text stand for
            any letters, each value for itself (`branch=Riyadh*|Jeddah*`), and `~*` for the sign. A comma or an Arabic
            semicolon before another field and its operator is one between conditions. A filter whose value is empty
            is off.

    Returns:
        The conditions, all of which must hold.

    Raises:
        ArgumentError: Something is not a condition, or two are not told apart by a semicolon.
    """
    found = []
    for item in _items(value, "filters"):
        if isinstance(item, str):
            found += _condition(item)
        else:
            found += _pair(*item)
    return found


def _condition(text: str) -> list[Filter]:
    found = []
    for part in told_apart(text):
        sign = OPERATOR.search(part)
        name = part[: sign.start()].strip() if sign else ""
        if not sign or not name or "!" in name:
            raise ArgumentError(f"The filter {short(part)} has no comparison: write one such as source=Website.")
        found += _filter(name, sign[0], part[sign.end() :])
    return found


def _pair(name: str, wanted: object) -> list[Filter]:
    sign = OPERATOR.search(name)
    field, rest = (name[: sign.start()].strip(), name[sign.end() :].strip()) if sign else (name.strip(), "")
    if not field or "!" in field or rest:
        raise ArgumentError(f"The filter {short(name)} is no field: write a name such as source or leadDate>=.")
    return _filter(field, sign[0] if sign else "=", wanted)


def _filter(name: str, operator: str, wanted: object) -> list[Filter]:
    values: Iterable[object] = [wanted]
    if isinstance(wanted, str):
        values = [part.strip() for part in wanted.split("|")]
    elif isinstance(wanted, Iterable):
        values = wanted
    given = tuple(value for value in values if not is_blank(value))
    return [Filter(name, OPERATORS[operator], given)] if given else []


def options(value: object, known: Collection[str]) -> Options:
    """Read options.

    Args:
        value: `"headers=0; sort=-leadDate; limit=500"`; a range of such texts, or of two columns, name and value; or in
            Python a dict. An option whose value is empty keeps its default.
        known: The options that the function has.

    Returns:
        The options; what is not named keeps its default.

    Raises:
        ArgumentError: An option is unknown, its value cannot be used, or whoever asks may not have what it gives.
    """
    given: dict[str, Any] = {}
    for item in _items(value, "options"):
        name, setting = _setting(item) if isinstance(item, str) else item
        key = _option_name(name, known)
        if not is_blank(setting):
            given[key] = _option(key, setting)
    if given.get("pii") == "reveal":
        check_reveal()
    if "suppress" in given:
        check_file()
    return Options(**given)


def _option_name(name: str, known: Collection[str]) -> str:
    field = re.sub(r"[<>!≤≥≠]", "", name)
    if plain(name) not in map(plain, known) and plain(field) in KNOWN:
        raise ArgumentError(
            f"{short(field)[1:-1]} is a field, no option: write it as a filter, in the argument filters."
        )
    if plain(name) not in map(plain, known) and plain(name) in map(plain, Options.__dataclass_fields__):
        raise ArgumentError(f"There is no option {short(name)} of this function: write one of {', '.join(known)}.")
    return nearest(name, known, "option")


def _setting(text: str) -> tuple[str, str]:
    name, equals, setting = text.partition("=")
    if not equals:
        raise ArgumentError(f"The option {short(text)} has no value: write one such as limit=500.")
    return name, setting.strip()


def _option(key: str, setting: object) -> object:
    text = as_text(setting).lower()
    if key in _SWITCHES and text in _YES | _NO:
        return text in _YES
    if key in _NUMBERS and text.isdecimal() and int(text) > 0:
        return int(text)
    if key == "sort":
        return tuple(_sort_field(name) for name in words(setting))
    if key == "empty":
        return _value(setting)
    if key == "as_of" or (key == "suppress" and isinstance(setting, str | PurePath)):
        return setting
    if text in _CHOICES.get(key, ()):
        return text
    raise ArgumentError(f"The option {key} cannot be {short(text)}: write {_RIGHT[key]}.")


def _sort_field(name: str) -> str:
    match = _DIRECTION.fullmatch(name)
    if not match:
        return name
    field = match["field"].strip(" :-") or "leadDate"
    minus = "-" if match["way"].casefold()[0] in "dtت" and "تصاعدي" not in match["way"] else ""
    raise ArgumentError(
        f"The option sort takes a field, with a minus for the largest first: write sort={minus}{short(field)[1:-1]}."
    )


def _value(setting: object) -> object:
    if isinstance(setting, str) and _NUMBER.fullmatch(setting):
        return float(setting) if "." in setting else int(setting)
    return setting


def _items(value: object, what: str) -> Iterator[str | tuple[str, object]]:
    """Yield texts that say one thing each, and pairs of name and value."""
    if isinstance(value, str):
        yield from (text.strip() for text in re.split(r"[;\n]", value) if text.strip())
    elif isinstance(value, Mapping):
        yield from ((str(name), wanted) for name, wanted in value.items())
    elif not is_blank(value):
        for row in value if isinstance(value, Iterable) else [value]:
            yield from _row_items(row, what)


def _row_items(row: object, what: str) -> Iterator[str | tuple[str, object]]:
    if isinstance(row, list | tuple) and len(row) == 1:
        row = row[0]
    if isinstance(row, str):
        yield from _items(row, what)
    elif isinstance(row, list | tuple) and len(row) == 2 and not is_blank(row[0]):
        yield as_text(row[0]), row[1]
    elif not is_blank(row):
        raise ArgumentError(f"A range of {what} has two columns, name and value: select both, or write text.")


def column(name: str, columns: Iterable[Column]) -> Column:
    """Find a column by its API name or a label.

    Args:
        name: As a person writes it.
        columns: Where to look.

    Raises:
        ArgumentError: There is none; the message suggests the nearest name.
    """
    known = list(columns)
    by_label = {plain(label): item for item in reversed(known) for label in (item.arabic, item.label)}
    by_name = by_label | {plain(item.name): item for item in reversed(known)}
    if plain(name) in by_name:
        return by_name[plain(name)]
    return by_name[plain(nearest(name, [item.name for item in known], "field"))]


def nearest(name: str, names: Iterable[str], what: str) -> str:
    """Find a name as a person writes it.

    Args:
        name: The name as written; case, blanks and underscores do not matter.
        names: The names there are.
        what: What they name, for the message.

    Raises:
        ArgumentError: There is none; the message suggests the nearest one.
    """
    known = {plain(item): item for item in names}
    if plain(name) in known:
        return known[plain(name)]
    close = nearest_of(name, known.values(), cutoff=0.5)
    hint = f"did you mean {either(close)}?" if close else f"write one of {', '.join(list(known.values())[:8])}."
    raise ArgumentError(f"There is no {what} {short(name)}: {hint}")
