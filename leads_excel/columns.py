"""Values as received -> one typed column. A value that does not fit the type of its column keeps its text.

A column is collected in small chunks, while their values are still in the processor's cache, into Arrow arrays: a
text cell then costs its bytes instead of a Python object.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from leads_excel.schema import DTYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from zoneinfo import ZoneInfo

    from leads_excel.schema import Kind

_ARROW: dict[str, pa.DataType] = {
    "id": pa.int64(),
    "count": pa.int64(),
    "text": pa.large_string(),
    "date": pa.timestamp("us"),
    "time": pa.timestamp("us"),  # UTC
    "flag": pa.bool_(),
    "number": pa.float64(),
}
_NOTHING = type(None)
_FLAGS: dict[Any, bool | None] = {None: None, False: False, True: True}  # 0 and 1 are equal to them
_STRAY = (ValueError, OverflowError, KeyError, TypeError)  # TypeError: a list is no key of a dictionary
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ].+)?", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_WHOLE = 2**63 - 1

# These types read Arrow arrays without making an object of each value.
_PANDAS: dict[str, Any] = {
    "id": pd.Int64Dtype(),
    "count": pd.Int64Dtype(),
    "text": pd.StringDtype("pyarrow", na_value=pd.NA),
    "flag": pd.BooleanDtype(),
    "number": pd.Float64Dtype(),
}


class Collected:
    """One column while its values are being collected.

    Args:
        kind: What its values should be.
        zone: The business zone, for dates that come with a zone of their own.
    """

    __slots__ = ("_read", "arrays", "kind", "rows", "strays")

    def __init__(self, kind: Kind, zone: ZoneInfo) -> None:
        self.kind = kind
        self.arrays: list[pa.Array] = []
        self.strays: dict[int, str] = {}
        self.rows = 0
        self._read = _reader(kind, zone)

    def add(self, values: Sequence[Any]) -> None:
        """Append values as the API sent them."""
        array, strays = self._read(values)
        self.arrays.append(array)
        for at, text in strays.items():
            self.strays[self.rows + at] = text
        self.rows += len(values)

    def array(self) -> pa.Array:
        """Return all values that fit as one array; strays are null in it."""
        return pa.concat_arrays(self.arrays) if self.arrays else pa.array([], _ARROW[self.kind])


def as_text(value: object) -> str | None:
    """Write any JSON value as text without losing anything; a lone surrogate becomes U+FFFD."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _SURROGATE.sub("\ufffd", text)


def _reader(kind: Kind, zone: ZoneInfo) -> Callable[[Sequence[Any]], tuple[pa.Array, dict[int, str]]]:
    if kind == "text":
        return _texts
    if kind in ("id", "count"):
        return _wholes
    convert = _FLAGS.__getitem__ if kind == "flag" else _Moments(zone, instants=kind == "time").__getitem__
    arrow = _ARROW[kind]
    return lambda values: _each(values, convert, arrow)


def _texts(values: Sequence[Any]) -> tuple[pa.Array, dict[int, str]]:
    try:
        return pa.array(values, _ARROW["text"]), {}
    except (TypeError, ValueError):  # a number, a list, a lone surrogate: text all the same
        return pa.array([as_text(value) for value in values], _ARROW["text"]), {}


def _wholes(values: Sequence[Any]) -> tuple[pa.Array, dict[int, str]]:
    # Arrow would cut 1.5 to 1 without a word, so the types are looked at first.
    if set(map(type, values)) <= {int, _NOTHING}:
        try:
            return pa.array(values, _ARROW["id"]), {}
        except OverflowError:
            pass
    return _each(values, _whole, _ARROW["id"])


def _whole(value: object) -> int | None:
    if type(value) is float and value.is_integer():
        value = int(value)
    elif type(value) is str and re.fullmatch(r"0|-?[1-9]\d{0,18}", value, re.ASCII):
        value = int(value)  # the same digits, whether quoted or not
    if value is None or (type(value) is int and abs(value) <= _LONGEST_WHOLE):
        return value
    raise ValueError


class _Moments(dict[Any, datetime | None]):
    """ISO text -> naive moment, each text read once: dates repeat."""

    def __init__(self, zone: ZoneInfo, *, instants: bool) -> None:
        super().__init__({None: None, "": None})
        self._zone = zone
        self._instants = instants

    def __missing__(self, value: Any) -> datetime:  # noqa: ANN401 - whatever JSON holds
        if not isinstance(value, str) or not _ISO.fullmatch(value.strip()):
            raise ValueError
        moment = datetime.fromisoformat(value.strip())
        if self._instants:  # every stamp on the API page is UTC
            moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
        elif moment.tzinfo:
            moment = moment.astimezone(self._zone)
        self[value] = moment = moment.replace(tzinfo=None)
        return moment


def _each(values: Sequence[Any], convert: Callable[[Any], Any], arrow: pa.DataType) -> tuple[pa.Array, dict[int, str]]:
    try:
        return pa.array([convert(value) for value in values], arrow), {}
    except _STRAY:
        return _each_with_strays(values, convert, arrow)


def _each_with_strays(
    values: Sequence[Any], convert: Callable[[Any], Any], arrow: pa.DataType
) -> tuple[pa.Array, dict[int, str]]:
    fit: list[Any] = []
    strays: dict[int, str] = {}
    for at, value in enumerate(values):
        try:
            fit.append(convert(value))
        except _STRAY:
            fit.append(None)
            strays[at] = as_text(value) or ""
    return pa.array(fit, arrow), strays


def extra_kind(values: Iterable[Any]) -> str:
    """Name the kind of a column the page does not know: `id`, `flag`, `number` or `text`, whichever fits all values."""
    types = {type(value) for value in values} - {_NOTHING}
    if types == {int}:
        return "id"
    if types == {bool}:
        return "flag"
    return "number" if types and types <= {int, float} else "text"


def series(array: pa.Array | pa.ChunkedArray, kind: str, strays: dict[int, str], zone: ZoneInfo) -> pd.Series[Any]:
    """Turn one collected column into its pandas form.

    Args:
        array: The values that fit.
        kind: What they are.
        strays: Row number -> text of the values that do not fit.
        zone: The business zone, in which instants are shown.

    Returns:
        A series of the kind's own type; with strays it is of type object and holds their text.
    """
    values: Any
    if kind in _PANDAS:
        values = _PANDAS[kind].__from_arrow__(array)
    else:
        moments = array.to_numpy() if isinstance(array, pa.ChunkedArray) else array.to_numpy(zero_copy_only=False)
        values = pd.DatetimeIndex(moments.astype("datetime64[us]"))
        values = values.tz_localize("UTC").tz_convert(zone) if kind == "time" else values
    column: pd.Series[Any] = pd.Series(values)
    if strays:
        column = column.astype(object)
        column.iloc[list(strays)] = np.array(list(strays.values()), dtype=object)
    return column


def arrow_type(kind: str) -> pa.DataType:
    """Return the Arrow type in which values of a kind are collected."""
    return _ARROW[kind]


def dtype(kind: Kind, zone: ZoneInfo) -> str:
    """Name the pandas type of a column without strays."""
    return DTYPES[kind].format(zone=zone.key)
