"""Fields, filters and options as people write them in a formula or a notebook -> checked values. Pure.

A person may write text (`"source=Website; branch=Riyadh|Jeddah"`), give a range of cells, which arrives as a list of
rows, or in Python a list or a dict. Case, blanks and underscores in names do not matter; API names and labels both
work. An unknown name is an error that suggests the nearest one, never silence.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from leads_excel.exceptions import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.schema import Column

Operator = Literal["=", "<>", ">=", "<=", ">", "<"]

_OPERATORS: dict[str, Operator] = {"!=": "<>", "<>": "<>", ">=": ">=", "<=": "<=", "=>": ">=", "==": "=", "=": "=",
                                   ">": ">", "<": "<"}  # fmt: skip
_CONDITION = re.compile(r"\s*(?P<name>[^=<>!]+?)\s*(?P<operator>!=|<>|>=|<=|=>|==|=|>|<)(?P<value>.*)", re.DOTALL)
_NAME_AND_OPERATOR = re.compile(r"\s*(?P<name>[^=<>!]+?)\s*(?P<operator>!=|<>|>=|<=|=>|==|=|>|<)?\s*")


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
        empty: What stands in an empty cell of a spilled table.
        top: For counts by dimension: at most so many groups, the rest as one row `Other`.
        date: Which date days, weeks and months go by: when the bulk was created, or the lead's own.
    """

    headers: bool = True
    labels: Literal["api", "en", "ar"] = "api"
    sort: tuple[str, ...] = ()
    limit: int | None = None
    pii: Literal["mask", "reveal", "none"] = "mask"
    empty: object = None
    top: int | None = None
    date: Literal["created", "lead"] = "created"


_CHOICES = {"labels": ("api", "en", "ar"), "pii": ("mask", "reveal", "none"), "date": ("created", "lead")}
_YES = {"1", "true", "yes", "on", "1.0"}
_NO = {"0", "false", "no", "off", "0.0"}


def is_blank(value: object) -> bool:
    """Tell whether an argument was left out: nothing, an empty cell, blank text, or a range of such."""
    if isinstance(value, list | tuple):
        return all(is_blank(item) for item in value)
    return value is None or (isinstance(value, str) and not value.strip()) or value != value  # noqa: PLR0124 - NaN


def words(value: object) -> list[str]:
    """Read a list of names.

    Args:
        value: Text with commas or semicolons between names, a list, or a range of cells.

    Returns:
        The names, blanks left out.
    """
    if isinstance(value, str):
        return [word for part in re.split(r"[,;\n]", value) if (word := part.strip())]
    if isinstance(value, Iterable):
        return [word for item in value for word in words(item)]
    return [] if is_blank(value) else [str(value)]


def filters(value: object) -> list[Filter]:
    """Read filters.

    Args:
        value: `"source=Website; branch=Riyadh|Jeddah; leadDate>=2026-08-01"`; a range of two columns, field (with an
            operator behind it, if other than `=`) and value; or in Python a dict of the same. A filter whose value is
            empty is off.

    Returns:
        The conditions, all of which must hold.

    Raises:
        ArgumentError: Something is not a condition.
    """
    if is_blank(value):
        return []
    if isinstance(value, str):
        return [found for text in re.split(r"[;\n]", value) if text.strip() for found in _condition(text)]
    return [found for name, wanted in _pairs(value, "filters") for found in _pair(name, wanted)]


def _condition(text: str) -> list[Filter]:
    match = _CONDITION.fullmatch(text)
    if not match:
        raise ArgumentError(f"The filter {_short(text)} has no comparison: write one such as source=Website.")
    return _filter(match["name"], match["operator"], match["value"].strip())


def _pair(name: str, wanted: object) -> list[Filter]:
    match = _NAME_AND_OPERATOR.fullmatch(name)
    if not match:
        raise ArgumentError(f"The filter {_short(name)} is no field: write a name such as source or leadDate>=.")
    return _filter(match["name"], match["operator"] or "=", wanted)


def _filter(name: str, operator: str, wanted: object) -> list[Filter]:
    if isinstance(wanted, str):
        values: Sequence[object] = [part.strip() for part in wanted.split("|") if part.strip()]
    elif isinstance(wanted, list | tuple | set | frozenset):
        values = [item for item in wanted if not is_blank(item)]
    else:
        values = [] if is_blank(wanted) else [wanted]
    return [Filter(name, _OPERATORS[operator], tuple(values))] if values else []


def options(value: object) -> Options:
    """Read options.

    Args:
        value: `"headers=0; sort=-leadDate; limit=500"`; a range of two columns, name and value; or in Python a dict.

    Returns:
        The options; what is not named keeps its default.

    Raises:
        ArgumentError: An option is unknown or its value cannot be used.
    """
    given: dict[str, Any] = {}
    for name, setting in _option_pairs(value):
        key = nearest(name, Options.__dataclass_fields__, "option")
        given[key] = _option(key, setting)
    return replace(Options(), **given)


def _option_pairs(value: object) -> list[tuple[str, object]]:
    if is_blank(value):
        return []
    if not isinstance(value, str):
        return _pairs(value, "options")
    pairs = []
    for text in re.split(r"[;\n]", value):
        name, equals, setting = text.partition("=")
        if text.strip() and not equals:
            raise ArgumentError(f"The option {_short(text)} has no value: write one such as limit=500.")
        if text.strip():
            pairs.append((name, setting.strip()))
    return pairs


def _option(key: str, setting: object) -> object:
    text = str(setting).strip()
    if key == "headers":
        if text.lower() in _YES | _NO:
            return text.lower() in _YES
        raise ArgumentError(f"The option headers cannot be {_short(text)}: write headers=0 or headers=1.")
    if key in ("limit", "top"):
        number = text.removesuffix(".0")
        if number.isdecimal() and int(number) > 0:
            return int(number)
        raise ArgumentError(f"The option {key} cannot be {_short(text)}: write a whole number such as {key}=10.")
    if key == "sort":
        return tuple(words(setting))
    if key == "empty":
        return setting
    if text.lower() in _CHOICES[key]:
        return text.lower()
    raise ArgumentError(f"The option {key} cannot be {_short(text)}: write one of {', '.join(_CHOICES[key])}.")


def _pairs(value: object, what: str) -> list[tuple[str, object]]:
    if isinstance(value, Mapping):
        return [(str(name), wanted) for name, wanted in value.items()]
    rows = value if isinstance(value, list | tuple) else [value]
    if rows and not isinstance(rows[0], list | tuple):
        rows = [rows]  # a single row of cells arrives flat
    pairs = []
    for row in rows:
        if is_blank(row):
            continue
        if not isinstance(row, list | tuple) or len(row) != 2 or is_blank(row[0]):
            raise ArgumentError(f"A range of {what} has two columns, name and value: select both, or write text.")
        pairs.append((str(row[0]), row[1]))
    return pairs


def column(name: str, columns: Iterable[Column]) -> Column:
    """Find a column by its API name or a label.

    Args:
        name: As a person writes it.
        columns: Where to look.

    Raises:
        ArgumentError: There is none; the message suggests the nearest name.
    """
    by_name = {known: item for item in columns for known in (plain(item.arabic), plain(item.label), plain(item.name))}
    if plain(name) in by_name:
        return by_name[plain(name)]
    return by_name[plain(nearest(name, [item.name for item in by_name.values()], "field"))]


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
    close = difflib.get_close_matches(plain(name), known, n=1, cutoff=0.5)
    hint = f"did you mean {known[close[0]]}?" if close else f"write one of {', '.join(list(known.values())[:8])}."
    raise ArgumentError(f"There is no {what} {_short(name)}: {hint}")


def plain(name: str) -> str:
    """Reduce a name to what tells it from others: no case, blanks, underscores, dots or hyphens."""
    return re.sub(r"[\s_.\-]", "", name).casefold()


def _short(value: str) -> str:
    # What was typed may be somebody's number: a message shows where it stands, not what it is.
    text = re.sub(r"\d{5,}", "…", " ".join(value.split()))
    return repr(text if len(text) <= 24 else f"{text[:23]}…")
