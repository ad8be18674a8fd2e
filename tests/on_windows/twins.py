"""What a cell has to show, told from what the same call gives in a notebook, by other means than the formula's."""

from __future__ import annotations

import datetime as dt
import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

import pandas as pd
from excel_side.values import Typed

import leads_excel as lx

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FIRST_DAY = dt.date(1900, 3, 1)  # before it Excel counts a day that never was
_LONGEST = 255
_EXACT = 10**15
_OF_NOW = {"As it stood at", "Age of the oldest answer in minutes"}
"""What LEADS_WHY tells of the moment at which each of the two asked: of these rows only the kinds are compared."""

Rows = list[list[Typed]]


def twin(formula: str, *arguments: Any) -> Rows:
    """Call a formula's twin.

    Args:
        formula: The formula's name.
        arguments: What a notebook passes.

    Returns:
        The cells that the formula has to fill.
    """
    try:
        result = getattr(lx, formula.lower())(*arguments)
    except lx.LeadsError as refused:
        return [[Typed("text", f"#LEADS {refused}")]]
    if not isinstance(result, pd.DataFrame):
        return [[_cell(result, None)]]
    empty = result.attrs.get("empty")
    rows = [[_cell(value, empty) for value in row] for row in result.astype(object).itertuples(index=False)]
    headings = [[Typed("text", name) for name in result]] if result.attrs.get("headers", True) else []
    if formula == "LEADS_WHY":
        rows = [line for row in rows for line in _going_on(row)]
    found = [*headings, *rows]
    return [[_short(cell) for cell in row] for row in found] if len(found) > 1 or len(found[0]) > 1 else found


def rows_of(cell: Typed) -> Rows:
    """Give the cells that a formula fills."""
    return cell.value if cell.kind == "array" else [[cell]]


def differences(shown: Typed, wanted: Rows) -> list[str]:
    """Compare cell by cell, kinds included.

    Args:
        shown: What the formula gave.
        wanted: What its twin says.

    Returns:
        The first differences; nothing where there are none.
    """
    return list(islice(_differences(rows_of(shown), wanted), 5))


def _differences(shown: Rows, wanted: Rows) -> Iterator[str]:
    if len(shown) != len(wanted):
        yield f"{len(shown)} rows instead of {len(wanted)}: {_started(shown)}"
    for number, (cells, right) in enumerate(zip(shown, wanted, strict=False)):
        for heading, cell, other in zip_longest(wanted[0], cells, right):
            if right[0].value in _OF_NOW and cell and other and cell.kind == other.kind:
                continue
            if cell != other:
                yield f"row {number}, {heading.value if heading else '?'}: {cell} instead of {other}"


def _started(rows: Sequence[Sequence[Typed]]) -> str:
    return str([cell.value for cell in rows[0][:3]])


def _cell(value: Any, empty: Any) -> Typed:
    if value is None or value is pd.NA or value is pd.NaT or value == "" or value != value:  # noqa: PLR0124 - NaN
        return Typed("text", "") if empty is None else _cell(empty, None)
    if isinstance(value, bool):
        return Typed("flag", value)
    if isinstance(value, dt.date):
        return _time(value)
    if isinstance(value, str):
        return Typed("text", value)
    return _number(value if isinstance(value, int | float) else value.item())


def _number(value: float) -> Typed:
    if isinstance(value, float):
        return Typed("number", value)
    if abs(value) >= _EXACT:
        return Typed("text", str(value))
    return Typed("whole", value) if abs(value) < 2**31 else Typed("number", float(value))


def _time(value: dt.date) -> Typed:
    if value.strftime("%Y-%m-%d") < f"{_FIRST_DAY}":
        return Typed("text", f"{value:%Y-%m-%d}")
    if not isinstance(value, dt.datetime):
        return Typed("time", dt.datetime(value.year, value.month, value.day))  # noqa: DTZ001 - Excel knows no zones
    wall = pd.Timestamp(value).tz_localize(None).round("ms")
    return Typed("time", wall.to_pydatetime(warn=False))


def _going_on(row: list[Typed]) -> Rows:
    """Write a row as several where a text is too long for one; each begins with the first cell."""
    item, *told = [[cell] if _short(cell) is cell else _pieces(cell.value) for cell in row]
    return [[item[0], *cells] for cells in zip_longest(*told, fillvalue=Typed("text", ""))]


def _pieces(text: str) -> list[Typed]:
    """Fill cells with whole words, as many as each takes; what is no plain ASCII counts as it does in Excel."""
    lines = [""]
    for word in re.findall(r"[^ ]* |[^ ]+$", text):
        if len((lines[-1] + word).encode("utf-16-le")) > 2 * _LONGEST:
            lines.append("")
        lines[-1] += word
    return [Typed("text", line) for line in lines]


def _short(cell: Typed) -> Typed:
    """Cut a text in a table as Excel needs it: one that is longer turns the whole spill into #VALUE!."""
    if cell.kind != "text" or len(cell.value.encode("utf-16-le")) <= 2 * _LONGEST:
        return cell
    cut = cell.value.encode("utf-16-le")[: 2 * (_LONGEST - 1)].decode("utf-16-le", "ignore")
    return Typed("text", f"{cut}…")
