"""Fields, filters and options applied to a table. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from leads_excel import schema
from leads_excel.arguments.access import check_use
from leads_excel.arguments.known_values import is_blank_word, names_a_value, no_such_value
from leads_excel.arguments.typed_arguments import Filter, Options, as_text, column, nearest, plain, words
from leads_excel.dates.days import DAY, FIRST_DAY
from leads_excel.dates.typed_dates import to_days
from leads_excel.exceptions import ArgumentError, DateError
from leads_excel.schema.masking import masked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from leads_excel.schema.columns import Column
    from leads_excel.settings.model import Settings

    Mask = NDArray[np.bool_]
    Test = Callable[[pd.Series[Any], Filter, object, Settings], Mask]

SETS: dict[str, tuple[str, ...]] = {
    "basic": (
        "leadExternalId", "leadId", "isError", "bulkCreatedDate", "leadDate", "source", "subSource", "branch", "brand",
        "interest", "priority", "purchasePlan", "customerCity", "vehicleCount",
    ),
    "contact": (
        "leadExternalId", "leadId", "firstName", "lastName", "phoneCode", "phoneNumber", "email", "preferredLanguage",
        "preferredContactType", "customerCity",
    ),
    "consent": (
        "leadExternalId", "leadId", "source", "acceptNewsLetter", "acceptMarketing", "acceptPrivatePolicy",
    ),
}  # fmt: skip
"""Named sets of fields of the leads table; `all` is every field of a table."""

_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_OPTIONS = {plain(name) for name in Options.__dataclass_fields__}


def columns_of(table: schema.TableName, frame: pd.DataFrame) -> list[Column]:
    """List what the columns of a frame are, those the API page does not name included.

    Args:
        table: Which table the frame is.
        frame: The table.
    """
    known = {item.name: item for item in (*schema.TABLES[table], *schema.LEADS)}
    return [known.get(name) or _unknown(name) for name in map(str, frame)]


def _unknown(name: str) -> Column:
    # Nobody has said what it holds, so it counts as personal data.
    return schema.Column(name, "text", name, name, 16, sensitive=True, about="Not on the API page.")


def chosen(fields: object, columns: Sequence[Column], default: Sequence[str]) -> list[Column]:
    """Read a list of fields.

    Args:
        fields: Names, labels or named sets, as text, list or range; blank means the default.
        columns: The fields there are.
        default: The names that are meant when none are given.

    Returns:
        The columns, in the order given, each once.

    Raises:
        ArgumentError: A field is unknown.
    """
    found: dict[str, Column] = {}
    for name in words(fields) or default:
        for item in _members(name, columns):
            found[item.name] = item
    return list(found.values())


def _members(name: str, columns: Sequence[Column]) -> list[Column]:
    if plain(name) == "all":
        return list(columns)
    members = SETS.get(plain(name), ())
    if not members:
        return [column(name, columns)]
    by_name = {item.name: item for item in columns}
    if not by_name.keys() >= set(members):
        raise ArgumentError(f"The set {plain(name)} is one of leads: name fields of this table, or write all.")
    return [by_name[member] for member in members]


def meets(
    frame: pd.DataFrame,
    conditions: Iterable[Filter],
    columns: Sequence[Column],
    settings: Settings,
    *,
    leads: pd.DataFrame | None = None,
    missing: Literal["refuse", "0"] = "refuse",
) -> Mask:
    """Tell which rows meet all conditions.

    Args:
        frame: A table.
        conditions: The conditions.
        columns: What its columns are.
        settings: The settings in force: time zone and first day of the week.
        leads: The leads of the range, where the table does not hold all of them: a source that they have is no slip
            because none of its leads has an error.
        missing: Whether a value that nothing in the range has is refused, or met by nothing. A range without leads has
            no values, and refuses none.

    Raises:
        ArgumentError: A field is unknown, or a value is not of its kind, or nothing in the range has it.
        DateError: A value is no date.
    """
    met = np.ones(len(frame), bool)
    for condition in conditions:
        item = filtered_column(condition, columns)
        if missing == "refuse":
            known = frame if leads is None or item not in schema.LEADS or item.name not in leads else leads
            _refuse_unknown(known, item, condition, settings)
        met &= _meets(frame[item.name], item, condition, settings)
    return met


def filtered_column(condition: Filter, columns: Sequence[Column]) -> Column:
    """Find the column that a condition is about.

    Args:
        condition: The condition.
        columns: The columns there are.

    Raises:
        ArgumentError: There is none of that name; where it names an option, the message says so. Or whoever asks may
            not see what it holds.
    """
    option = plain(condition.field)
    if option in _OPTIONS and option not in {plain(item.name) for item in columns}:
        raise ArgumentError(f"{option} is an option, no field: write it in the argument options, after the filters.")
    item = column(condition.field, columns)
    check_use(item)
    return item


def _refuse_unknown(known: pd.DataFrame, item: Column, condition: Filter, settings: Settings) -> None:
    for wanted in condition.wanted:
        if len(known) and names_a_value(item, condition.operator, wanted):
            alone = replace(condition, operator="=", wanted=(wanted,))
            if not _meets(known[item.name], item, alone, settings).any():
                raise no_such_value(known[item.name], item, wanted)


def _meets(cells: pd.Series[Any], item: Column, condition: Filter, settings: Settings) -> Mask:
    tests: dict[str, Test] = {"text": _text_meets, "flag": _flag_meets, "date": _date_meets, "time": _date_meets}
    test = tests.get(item.kind, _number_meets)
    hits = [
        _is_blank(cells) if is_blank_word(wanted) else test(cells, condition, wanted, settings)
        for wanted in condition.wanted
    ]
    met: Mask = np.logical_or.reduce(hits)
    return ~met if condition.operator == "<>" else met


def _is_blank(cells: pd.Series[Any]) -> Mask:
    blank = cells.astype("string").str.strip().eq("")
    return (cells.isna() | blank.fillna(value=False)).to_numpy(bool)


def _compared(cells: pd.Series[Any], operator: str, wanted: Any) -> Mask:  # noqa: ANN401 - of the kind of the column
    compare = {">=": cells.ge, "<=": cells.le, ">": cells.gt, "<": cells.lt}.get(operator, cells.eq)
    return compare(wanted).fillna(value=False).to_numpy(bool)


def _text_meets(cells: pd.Series[Any], condition: Filter, wanted: object, _settings: Settings) -> Mask:
    # Of a million leads a source has a dozen texts: each is compared once.
    codes, distinct = pd.factorize(cells.astype("string"))
    met: Mask = np.append(_are_met(pd.Series(distinct, dtype="string"), condition, wanted), [False])[codes]
    return met


def _are_met(distinct: pd.Series[Any], condition: Filter, wanted: object) -> Mask:
    # As in Excel: case does not matter, * and ? stand for any characters, ~ takes their meaning away.
    texts = distinct.str.strip().str.casefold()
    pattern = as_text(wanted).casefold()
    if condition.operator in ("=", "<>") and re.search(r"[*?~]", pattern):
        return texts.str.fullmatch(_wildcards(pattern)).fillna(value=False).to_numpy(bool)
    return _compared(texts, condition.operator, pattern)


def _wildcards(pattern: str) -> str:
    pieces = re.findall(r"~[*?~]|.", pattern, re.DOTALL)
    return "(?s:" + "".join({"*": ".*", "?": "."}.get(piece, re.escape(piece[-1])) for piece in pieces) + ")"


def _number_meets(cells: pd.Series[Any], condition: Filter, wanted: object, _settings: Settings) -> Mask:
    text = as_text(wanted)
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise ArgumentError(f"The filter on {condition.field} needs a number, such as {condition.field}=5.")
    return _compared(numbers(cells), condition.operator, float(text) if "." in text else int(text))


def numbers(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Take the whole numbers of a column, exact; what is none is missing."""
    if cells.dtype != object:
        return cells
    return pd.Series(pd.array([cell if isinstance(cell, int) else pd.NA for cell in cells], "Int64"), cells.index)


def moments(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Take the dates and times of a column; what is none is missing."""
    if cells.dtype != object:
        return cells
    return pd.to_datetime(cells.where(cells.map(lambda cell: isinstance(cell, pd.Timestamp))))


def _flag_meets(cells: pd.Series[Any], condition: Filter, wanted: object, _settings: Settings) -> Mask:
    key = as_text(wanted).lower()
    if key not in _FLAGS or condition.operator not in ("=", "<>"):
        raise ArgumentError(f"The filter on {condition.field} needs TRUE or FALSE, such as {condition.field}=TRUE.")
    return _compared(cells, "=", _FLAGS[key])


def _date_meets(cells: pd.Series[Any], condition: Filter, wanted: object, settings: Settings) -> Mask:
    try:
        days = to_days(wanted, zone=settings.zone, week_start=settings.week_start, oldest=FIRST_DAY)
    except DateError as error:
        raise DateError(f"In the filter on {condition.field}: {error}") from None
    cells = moments(cells)
    first, last = (pd.Timestamp(day).tz_localize(cells.dt.tz) for day in (days.first, days.last + DAY))
    # A day or a period is compared as a whole: >2026-08 means after August, <= up to its last moment.
    bounds = {">=": cells.ge(first), ">": cells.ge(last), "<": cells.lt(first), "<=": cells.lt(last)}
    met = bounds.get(condition.operator, cells.ge(first) & cells.lt(last))
    mask: Mask = met.fillna(value=False).to_numpy(bool)
    return mask


def used(columns: Sequence[Column], items: Sequence[Column], conditions: Iterable[Filter], shape: Options) -> set[str]:
    """Name the columns that are shown, looked at or sorted by: the others of a million leads need not be copied.

    Args:
        columns: The columns there are.
        items: The fields to show.
        conditions: The filters.
        shape: The options.
    """
    named = {plain(name.lstrip("-")) for name in (*(each.field for each in conditions), *shape.sort)}
    looked_at = (item for item in columns if named & {plain(item.name), plain(item.label), plain(item.arabic)})
    return {item.name for item in (*items, *looked_at)}


def shown(frame: pd.DataFrame, columns: Sequence[Column], items: Sequence[Column], shape: Options) -> pd.DataFrame:
    """Sort, cut, mask and label a table.

    Args:
        frame: The rows to show.
        columns: What its columns are.
        items: The fields to show, in order.
        shape: How.

    Returns:
        A new frame; `attrs` say whether a spill shows headings and what stands in an empty cell.

    Raises:
        ArgumentError: A field to sort by is unknown.
    """
    if shape.pii == "none":
        items = [item for item in items if not item.sensitive]
    whole = cut(frame, shape, columns)
    frame = whole[[item.name for item in items]]
    if shape.pii == "mask":
        frame = masked(frame, items, beside=whole)
    if shape.labels != "api":
        frame = frame.set_axis([item.label if shape.labels == "en" else item.arabic for item in items], axis="columns")
    return marked(frame, shape)


def cut(frame: pd.DataFrame, shape: Options, columns: Sequence[Column] = ()) -> pd.DataFrame:
    """Sort and cut a table.

    Args:
        frame: A table.
        shape: How.
        columns: What its columns are, so that a label names one too.

    Raises:
        ArgumentError: A field to sort by is unknown.
    """
    if shape.sort:
        names = [name.lstrip("-") for name in shape.sort]
        sorted_by = [column(name, columns) for name in names] if columns else []
        for item in sorted_by:
            check_use(item)
        keys = [item.name for item in sorted_by] or [nearest(name, map(str, frame), "field") for name in names]
        order = [not name.startswith("-") for name in shape.sort]
        frame = frame.sort_values(keys, ascending=order, kind="stable", key=_sortable)
    return frame.head(len(frame) if shape.limit is None else shape.limit).reset_index(drop=True)


def _sortable(cells: pd.Series[Any]) -> pd.Series[Any]:
    if isinstance(cells.dtype, pd.StringDtype):
        return cells.str.casefold()
    if cells.dtype != object:
        return cells
    ranks = {value: rank for rank, value in enumerate(ordered(cells.dropna().unique()))}
    return cells.map(ranks)


def ordered(values: Iterable[Any]) -> list[Any]:
    """Sort values of which some may be text and others not: text last, its case does not matter."""
    return sorted(values, key=lambda value: (1, value.casefold(), value) if isinstance(value, str) else (0, value, ""))


def marked(frame: pd.DataFrame, shape: Options) -> pd.DataFrame:
    """Note on a frame how a spill shows it."""
    frame.attrs = {"headers": shape.headers, "empty": shape.empty}
    return frame
