"""Results as JSON that a browser's Excel can show: numbers, texts, flags, and dates as Excel counts them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeAlias

import pandas as pd

from leads_excel.excel.cells.values import MAX_ROWS, Cell, serial, to_cell, to_grid
from leads_excel.exceptions import ArgumentError

Json: TypeAlias = "bool | int | float | str | dict[str, Any] | list[Any] | None"

_MOST = 2_000_000
"""Cells of one result."""


def shown(result: object) -> Json:
    """Write a result as JSON.

    Args:
        result: A value, or a frame whose `attrs` say how a spill shows it.

    Returns:
        A value, or rows of values. A date is `{"serial": 46266, "format": "yyyy-mm-dd"}`, its number as Excel counts
        days, so that it is a date in the cell and not a text.

    Raises:
        ArgumentError: It has more rows than a sheet, or too many cells.
    """
    if not isinstance(result, pd.DataFrame):
        return _value(to_cell(result))
    has_headers = result.attrs.get("headers", True)
    if len(result) + has_headers > MAX_ROWS or result.size > _MOST:
        raise ArgumentError(f"{len(result):,} rows are too many for a sheet: add a filter or the option limit.")
    empty = result.attrs.get("empty")
    grid = to_grid(result, header=has_headers)
    rows = [[empty if cell is None or cell == "" else _value(cell) for cell in row] for row in grid]
    return (rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows) or [[None]]


def count(value: Json) -> int:
    """Count the cells of what `shown` gave.

    Args:
        value: A value, or rows of values.
    """
    return len(value) * len(value[0]) if isinstance(value, list) else 1


def _value(cell: Cell) -> Json:
    if isinstance(cell, datetime):
        return {"serial": serial(cell), "format": "yyyy-mm-dd hh:mm"}
    if isinstance(cell, date):
        return {"serial": serial(cell), "format": "yyyy-mm-dd"}
    return cell
