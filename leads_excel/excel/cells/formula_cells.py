"""What a formula reads and shows: ranges as Excel passes them, and results as its cells take them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import pandas as pd

from leads_excel.excel.cells.values import MAX_ROWS, to_cell, to_grid
from leads_excel.exceptions import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEVERAL = "#AREAS!"
"""What the add-in's VBA passes for a range of several areas."""

_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})

LONGEST = 255
"""Characters. One text more than that in an array, and Excel shows #VALUE! in all its cells (xlwings issue 456)."""

_LARGEST = 2**31
"""Whole numbers from here on go as floats: 32-bit Excel takes no others."""


def read(argument: object) -> object:
    """Take the blank end off a range, and a single cell out of it; refuse errors.

    Args:
        argument: What Excel passes: a value, or rows of values.

    Returns:
        The value, or rows; None where nothing is in them.

    Raises:
        ArgumentError: A cell holds an error, or several ranges were selected.
    """
    kept = _without_blank_end(argument)
    for cell in _flat(kept):
        if cell == _SEVERAL:
            raise ArgumentError("Several blocks of cells are selected: select one, or join them with VSTACK.")
        if isinstance(cell, str) and cell in _ERRORS:
            raise ArgumentError(f"A cell that the formula reads holds {cell}: correct that one first.")
    if not isinstance(kept, list):
        return kept
    single = len(kept) == 1 and (not isinstance(kept[0], list) or len(kept[0]) == 1)
    return next(_flat(kept)) if single else kept or None


def without_errors(argument: object) -> object:
    """Empty the cells of a range that hold errors: one of many numbers must not take away all the others.

    Args:
        argument: As for `read`. One cell alone keeps its error.
    """
    if isinstance(argument, list) and len(list(islice(_flat(argument), 2))) > 1:
        return [[None if cell in _ERRORS else cell for cell in _flat(row)] for row in _without_blank_end(argument)]
    return argument


def _without_blank_end(argument: object) -> Any:  # noqa: ANN401 - whatever Excel sends
    """Take the empty rows off the end of a range, a million of them where a whole column is selected."""
    if not isinstance(argument, list):
        return argument
    rows = len(argument)
    empty = [[None] * len(row) if isinstance(row, list) else None for row in argument[-1:]]
    for step in (4096, 1):  # lists are compared much faster than rows are looked at
        blank = empty * step
        while rows >= step and argument[rows - step : rows] == blank:
            rows -= step
    return argument[:rows]


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def cells(result: object) -> Any:  # noqa: ANN401 - a value or rows
    """Write a result as cells take it.

    Args:
        result: A value or a frame, whose `attrs` say how it is shown. With `goes_on` nothing of it is cut: a text that
            no cell of a table takes goes on in rows below, of the same first column, and joined they are the text.

    Returns:
        A value, or rows of values.

    Raises:
        ArgumentError: It has more rows than a sheet.
    """
    if not isinstance(result, pd.DataFrame):
        return _plain(to_cell(result))
    has_headers = result.attrs.get("headers", True)
    if len(result) + has_headers > MAX_ROWS:
        raise ArgumentError(f"{len(result):,} rows do not fit on a sheet: add a filter or the option limit.")
    empty = result.attrs.get("empty")
    rows = [
        [empty if cell is None or cell == "" else _plain(cell) for cell in row]
        for row in to_grid(result, header=has_headers)
    ]
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    if result.attrs.get("goes_on"):
        rows = [line for row in rows for line in _going_on(row, empty)]
    return [[_short(cell) for cell in row] for row in rows] or [[None]]


def _plain(cell: Any) -> Any:  # noqa: ANN401 - a value or rows
    return float(cell) if type(cell) is int and abs(cell) >= _LARGEST else cell


def _short(cell: Any) -> Any:  # noqa: ANN401 - a value or rows
    if not isinstance(cell, str) or len(cell) <= LONGEST // 2 or len(cell.encode("utf-16-le")) <= 2 * LONGEST:
        return cell
    return cell.encode("utf-16-le")[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"


def _going_on(row: list[Any], empty: object) -> list[list[Any]]:
    """Write a row as several, none of whose texts is too long; the first cell stands in each of them."""
    others = [_pieces(cell) for cell in row[1:]]
    height = max(map(len, others), default=1)
    return [[row[0], *(pieces[line] if line < len(pieces) else empty for pieces in others)] for line in range(height)]


def _pieces(cell: Any) -> list[Any]:  # noqa: ANN401 - a value of any kind
    """Cut a text behind spaces into pieces that a cell of a table takes; joined they are the text."""
    pieces, left = [], cell
    while isinstance(left, str) and _short(left) != left:
        piece = left.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")
        piece = piece[: piece.rfind(" ") + 1] or piece
        pieces.append(piece)
        left = left[len(piece) :]
    return [*pieces, left]


def size(result: object) -> int:
    """Count the cells of a result.

    Args:
        result: A value, or rows of values.
    """
    return len(result) * len(result[0]) if isinstance(result, list) else 1
