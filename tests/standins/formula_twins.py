"""The cells that a formula has to fill, written from what its function gives, by other means than the formula does."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd

_LONGEST = 255


def cells(result: object) -> list[list[Any]]:
    """Write a function's result as Excel gets it from a formula.

    Args:
        result: A value or a frame. With `goes_on` its texts are whole here: compare with what `joined` gives.
    """
    if not isinstance(result, pd.DataFrame):
        return [[_cell(result, None, is_cut=True)]]
    empty, is_cut = result.attrs.get("empty"), not result.attrs.get("goes_on")
    rows = [[_cell(value, empty, is_cut=is_cut) for value in row] for row in result.itertuples(index=False)]
    return [list(result), *rows] if result.attrs.get("headers", True) else rows


def _cell(value: Any, empty: Any, *, is_cut: bool) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or value == "" or value != value:  # noqa: PLR0124 - NaN
        return "" if empty is None else empty
    if is_cut and isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[: _LONGEST - 1]}…"
    if isinstance(value, dt.datetime):
        return pd.Timestamp(value).to_pydatetime(warn=False).replace(tzinfo=dt.UTC)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
    return value


def joined(rows: list[list[Any]]) -> list[list[Any]]:
    """Put together what goes on in rows below, of the same first cell.

    Args:
        rows: What a formula gave; no cell of them may be too long.
    """
    assert max(len(value) for row in rows for value in row if isinstance(value, str)) <= _LONGEST
    together = []
    for _, part in groupby(rows, key=itemgetter(0)):
        first, *more = part
        together.append([first[0], *map("".join, [*zip(first, *more, strict=True)][1:])] if more else first)
    return together
