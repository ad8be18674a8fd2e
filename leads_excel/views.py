"""Fields, filters and options applied to a table. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leads_excel import schema
from leads_excel.arguments import Filter, Options, column, nearest, plain, words
from leads_excel.dates import to_days
from leads_excel.exceptions import ArgumentError, DateError
from leads_excel.privacy import masked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from leads_excel.schema import Column
    from leads_excel.settings import Settings

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
_BLANK = "(blank)"


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
    named = words(fields) or list(default)
    found: dict[str, Column] = {}
    for name in named:
        members = [item.name for item in columns] if plain(name) == "all" else SETS.get(plain(name), (name,))
        for member in members:
            item = column(member, columns)
            found[item.name] = item
    return list(found.values())


def kept(
    frame: pd.DataFrame, conditions: Iterable[Filter], columns: Sequence[Column], settings: Settings
) -> pd.DataFrame:
    """Keep the rows that meet all conditions.

    Args:
        frame: A table.
        conditions: The conditions.
        columns: What its columns are.
        settings: The settings in force: time zone and first day of the week.

    Raises:
        ArgumentError: A field is unknown, or a value is not of its kind.
        DateError: A value is no date.
    """
    for condition in conditions:
        item = column(condition.field, columns)
        frame = frame[_meets(frame[item.name], item, condition, settings)]
    return frame


def _meets(cells: pd.Series[Any], item: Column, condition: Filter, settings: Settings) -> Mask:
    tests: dict[str, Test] = {"text": _text_meets, "flag": _flag_meets, "date": _date_meets, "time": _date_meets}
    test = tests.get(item.kind, _number_meets)
    hits = [
        _is_blank(cells) if wanted == _BLANK else test(cells, condition, wanted, settings)
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
    # As in Excel: case does not matter, * and ? stand for any characters, ~ takes their meaning away.
    texts = cells.astype("string").str.casefold()
    pattern = str(wanted).casefold()
    if condition.operator in ("=", "<>") and re.search(r"[*?~]", pattern):
        return texts.str.fullmatch(_wildcards(pattern)).fillna(value=False).to_numpy(bool)
    return _compared(texts, condition.operator, pattern)


def _wildcards(pattern: str) -> str:
    pieces = re.findall(r"~[*?~]|.", pattern, re.DOTALL)
    return "(?s:" + "".join({"*": ".*", "?": "."}.get(piece, re.escape(piece[-1])) for piece in pieces) + ")"


def _number_meets(cells: pd.Series[Any], condition: Filter, wanted: object, _settings: Settings) -> Mask:
    try:
        number = float(str(wanted))
    except ValueError:
        raise ArgumentError(f"The filter on {condition.field} needs a number, such as {condition.field}=5.") from None
    return _compared(pd.to_numeric(cells, errors="coerce"), condition.operator, number)


def _flag_meets(cells: pd.Series[Any], condition: Filter, wanted: object, _settings: Settings) -> Mask:
    key = str(wanted).strip().lower().removesuffix(".0")
    if key not in _FLAGS or condition.operator not in ("=", "<>"):
        raise ArgumentError(f"The filter on {condition.field} needs TRUE or FALSE, such as {condition.field}=TRUE.")
    return _compared(cells, "=", _FLAGS[key])


def _date_meets(cells: pd.Series[Any], condition: Filter, wanted: object, settings: Settings) -> Mask:
    try:
        days = to_days(wanted, zone=settings.zone, week_start=settings.week_start)
    except DateError as error:
        raise DateError(f"In the filter on {condition.field}: {error}") from None
    moments = pd.to_datetime(cells, errors="coerce") if cells.dtype == object else cells
    zone = moments.dt.tz
    first, last = (pd.Timestamp(day).tz_localize(zone) for day in (days.first, days.last))
    after = last + pd.Timedelta(days=1)
    # A day or a period is compared as a whole: >2026-08 means after August, <= up to its last moment.
    bounds = {">=": moments.ge(first), ">": moments.ge(after), "<": moments.lt(first), "<=": moments.lt(after)}
    met = bounds.get(condition.operator, moments.ge(first) & moments.lt(after))
    mask: Mask = met.fillna(value=False).to_numpy(bool)
    return mask


def shown(frame: pd.DataFrame, items: Sequence[Column], shape: Options) -> pd.DataFrame:
    """Sort, cut, mask and label a table.

    Args:
        frame: The rows to show.
        items: The fields to show, in order.
        shape: How.

    Returns:
        A new frame; `attrs` say whether a spill shows headings and what stands in an empty cell.

    Raises:
        ArgumentError: A field to sort by is unknown.
    """
    if shape.sort:
        keys = [nearest(name.lstrip("-"), map(str, frame), "field") for name in shape.sort]
        order = [not name.startswith("-") for name in shape.sort]
        frame = frame.sort_values(keys, ascending=order, kind="stable")
    if shape.pii == "none":
        items = [item for item in items if not item.sensitive]
    frame = (
        frame[[item.name for item in items]].head(shape.limit) if shape.limit else frame[[item.name for item in items]]
    )
    if shape.pii == "mask":
        frame = masked(frame, items)
    if shape.labels != "api":
        frame = frame.set_axis([item.label if shape.labels == "en" else item.arabic for item in items], axis="columns")
    return marked(frame.reset_index(drop=True), shape)


def marked(frame: pd.DataFrame, shape: Options) -> pd.DataFrame:
    """Note on a frame how a spill shows it."""
    frame.attrs = {"headers": shape.headers, "empty": shape.empty}
    return frame
