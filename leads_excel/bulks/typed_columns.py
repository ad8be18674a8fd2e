"""Values as received -> one typed column. A value that does not fit the type of its column keeps its text.

Values are collected in small chunks, while they are still in the processor's cache, into Arrow arrays: a text cell then
costs its bytes instead of a Python object.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from leads_excel.bulks.json_values import FLAGS, LARGEST_COUNT, STRAY, Moments, as_text, count, extra_kind, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

    from leads_excel.schema.columns import Kind


@cache
def _arrow() -> dict[str, pa.DataType]:
    return {
        "id": pa.int64(),
        "count": pa.int64(),
        "text": pa.large_string(),
        "date": pa.timestamp("us"),
        "time": pa.timestamp("us"),  # UTC
        "flag": pa.bool_(),
        "number": pa.float64(),  # only under keys that the API page does not know
    }


@cache
def _pandas() -> dict[str, Any]:
    """Give the types that read Arrow arrays without making an object of each value."""
    return {
        "id": pd.Int64Dtype(),
        "count": pd.Int64Dtype(),
        "text": pd.StringDtype("pyarrow", na_value=pd.NA),
        "flag": pd.BooleanDtype(),
        "number": pd.Float64Dtype(),
    }


_BARE: dict[str, type] = {"id": int, "count": int, "flag": bool}  # Arrow alone would cut 1.5 to 1 without a word
_NOTHING = type(None)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as received, in its order.

    Args:
        kind: A kind of the schema, or `number`.
        values: The values that fit the kind.
        strays: Row number -> text of a value that does not fit; `values` is null there.
    """

    kind: str
    values: pa.ChunkedArray
    strays: Mapping[int, str]

    def taken(self, rows: NDArray[np.int64]) -> Column:
        """Return a column that has at each place the value of the given row of this one."""
        values = pa.chunked_array([self.values.combine_chunks().take(pa.array(rows))])
        found = enumerate(rows.tolist()) if self.strays else ()
        return Column(self.kind, values, {at: self.strays[row] for at, row in found if row in self.strays})

    def series(self, zone: ZoneInfo) -> pd.Series[Any]:
        """Return its pandas form.

        Args:
            zone: The business zone, in which instants are shown.

        Returns:
            A series of the kind's own type; with strays it is of type object and holds their text.
        """
        array: Any = self.values.combine_chunks()
        if self.kind in _pandas():
            array = _pandas()[self.kind].__from_arrow__(array)
        else:
            array = pd.DatetimeIndex(array.to_numpy(zero_copy_only=False))
            array = array.tz_localize("UTC").tz_convert(zone) if self.kind == "time" else array
        series: pd.Series[Any] = pd.Series(array)
        if self.strays:
            series = series.astype(object)
            series.iloc[list(self.strays)] = np.array(list(self.strays.values()), dtype=object)
        return series


def joined(columns: Sequence[Column]) -> Column:
    """Put columns of one kind, at least one, under each other."""
    starts = accumulate((len(column.values) for column in columns), initial=0)
    chunks = [chunk for column in columns for chunk in column.values.chunks]
    strays = {
        start + row: text for start, column in zip(starts, columns, strict=False) for row, text in column.strays.items()
    }
    return Column(columns[0].kind, pa.chunked_array(chunks, _arrow()[columns[0].kind]), strays)


class Collected:
    """A column of the API page while its values are being collected.

    Args:
        kind: What its values should be.
        zone: The business zone.
    """

    def __init__(self, kind: Kind, zone: ZoneInfo) -> None:
        self._kind = kind
        self._convert = _converter(kind, zone)
        self._chunks: list[pa.Array] = []
        self._strays: dict[int, str] = {}
        self._rows = 0

    def add(self, values: Sequence[Any]) -> pa.Array:
        """Append values as the API sent them, and return those that fit; strays are null."""
        chunk = self._read(values)
        self._chunks.append(chunk)
        self._rows += len(values)
        return chunk

    def column(self) -> Column:
        """Return what was collected."""
        # In one piece: thousands of small arrays would take half as much memory again.
        chunks = [pa.concat_arrays(self._chunks)] if self._chunks else []
        return Column(self._kind, pa.chunked_array(chunks, _arrow()[self._kind]), self._strays)

    def _read(self, values: Sequence[Any]) -> pa.Array:
        try:
            if self._kind == "text" or {_BARE.get(self._kind), _NOTHING}.issuperset(map(type, values)):
                array = pa.array(values, _arrow()[self._kind])
                if self._kind != "count" or _are_counts(array):
                    return array
        except (TypeError, ValueError, OverflowError):  # not text, a lone surrogate, beyond 64 bits
            pass
        try:
            return self._array([self._convert(value) for value in values])
        except STRAY:
            return self._array([self._fitting(value, row) for row, value in enumerate(values, self._rows)])

    def _array(self, values: list[Any]) -> pa.Array:
        if self._kind in ("date", "time"):
            return pa.array(values, pa.int64()).view(_arrow()[self._kind])
        return pa.array(values, _arrow()[self._kind])

    def _fitting(self, value: object, row: int) -> Any:  # noqa: ANN401 - of the column's type
        try:
            return self._convert(value)
        except STRAY:
            self._strays[row] = as_text(value) or ""
            return None


def _are_counts(array: pa.Array) -> bool:
    ends = pc.min_max(array).as_py()
    return ends["min"] is None or (ends["min"] >= 0 and ends["max"] <= LARGEST_COUNT)


def _converter(kind: Kind, zone: ZoneInfo) -> Callable[[Any], Any]:
    if kind == "text":
        return as_text
    if kind in ("id", "count"):
        return whole if kind == "id" else count
    return FLAGS.__getitem__ if kind == "flag" else Moments(zone, instants=kind == "time").__getitem__


class Unexpected:
    """A column that the API page does not know while its values are being collected: only the rows that have it."""

    def __init__(self) -> None:
        self._texts: dict[int, str | None] = {}
        self._kinds: set[str] = set()

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, row: int, value: object) -> None:
        """Set the value of a row."""
        self._texts[row] = as_text(value)
        if value is not None:
            self._kinds.add(extra_kind(value))

    def update(self, other: Unexpected, start: int) -> None:
        """Append the rows of another one."""
        self._texts.update((start + row, text) for row, text in other._texts.items())
        self._kinds |= other._kinds

    def column(self, rows: int) -> Column:
        """Return what was collected.

        Args:
            rows: How many rows the table has.

        Returns:
            A column of kind `id`, `flag` or `number` where all values are, else `text`.
        """
        kind = _common_kind(self._kinds)
        texts = pa.array([self._texts.get(row) for row in range(rows)], pa.large_string())
        return Column(kind, pa.chunked_array([texts.cast(_arrow()[kind])]), {})


def _common_kind(kinds: Collection[str]) -> str:
    if not kinds:
        return "text"
    if {"id", "long"}.issuperset(kinds):
        return "id"
    if {"id", "number"}.issuperset(kinds):
        return "number"
    return "flag" if {"flag"}.issuperset(kinds) else "text"
