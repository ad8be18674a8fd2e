"""Values as a cell can hold them: the one place that knows Excel's limits.

Every writer (workbook file, live Excel, formulas, CSV) asks here first, so all of them agree on what a value
becomes: empty, true or false, a number of at most 15 digits, a date without a zone that Excel can show, or text
that fits. Limits: Microsoft, "Excel specifications and limits"; escapes: ECMA-376 part 1, 22.9.2.19 (ST_Xstring).
"""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

Cell: TypeAlias = "bool | int | float | str | date | None"
"""What a cell can hold. A `datetime` is a `date`; it never carries a zone."""

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767
"""Longest text of a cell, in UTF-16 units, as Excel counts."""

_EXACT = 10**15
"""Excel keeps 15 digits: whole numbers from here on would lose their last ones."""
_CUT_MARK = "…"
_FIRST_DAY = {False: date(1900, 3, 1), True: date(1904, 1, 1)}
_DAY_ZERO = {False: date(1899, 12, 30).toordinal(), True: date(1904, 1, 1).toordinal()}

_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff&<>]")

_FORMULA_START = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four are the full-width forms
_SIGNED_DIGITS = re.compile(r"[+-]\d[\d ]*(\.\d+)?")
_BREAKS = {"\t", "\r", "\n"}
_CELL_END = re.compile(r"([;\t\r\n])")


# --- one value ---------------------------------------------------------------------------------------------------


def to_cell(value: object, *, zone: ZoneInfo | None = None, date1904: bool = False) -> Cell:
    """Turn any value into what a cell can hold.

    Args:
        value: A Python, numpy or pandas scalar; a dict or list becomes JSON text.
        zone: The business zone that aware times are shown in; None keeps each time's own wall clock.
        date1904: True when the workbook counts days from 1904.

    Returns:
        None for anything missing, not a number or infinite; whole numbers of 16 digits and more, and dates that
        Excel cannot show, as text; text cut to fit, its last character then an ellipsis.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if value is not pd.NaT and isinstance(value, date):
        return _moment(value, zone, date1904=date1904)
    return _uncommon(value, zone, date1904=date1904)


def _uncommon(value: Any, zone: ZoneInfo | None, *, date1904: bool) -> Cell:  # noqa: ANN401 - anything may stand in a frame
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.datetime64):
        return to_cell(pd.Timestamp(value), zone=zone, date1904=date1904)
    if isinstance(value, np.generic):
        return to_cell(value.item(), zone=zone, date1904=date1904)
    if isinstance(value, Decimal):
        number = float(value)
        exact = not value.is_finite() or Decimal(repr(number)) == value
        return to_cell(number if exact else str(value))
    if isinstance(value, dict | list | tuple):
        return _text(json.dumps(value, ensure_ascii=False, default=str))
    return _text(str(value))


def _whole(value: int) -> int | str:
    return int(value) if -_EXACT < value < _EXACT else str(int(value))


def _moment(value: date, zone: ZoneInfo | None, *, date1904: bool) -> Cell:
    if not isinstance(value, datetime):
        return value if value >= _FIRST_DAY[date1904] else value.isoformat()
    if isinstance(value, pd.Timestamp):
        value = value.to_pydatetime(warn=False)
    if value.tzinfo is not None:
        value = (value.astimezone(zone) if zone else value).replace(tzinfo=None)
    return value if value.date() >= _FIRST_DAY[date1904] else _iso(value)


def _iso(value: datetime) -> str:
    midnight = value.time() == datetime.min.time()
    return value.date().isoformat() if midnight else value.isoformat(sep=" ")


def _text(value: str) -> str:
    value = str(value) if value.isascii() else _SURROGATE.sub("\ufffd", value)
    return value if fits(value) else _cut(value)


def fits(text: str) -> bool:
    """Say whether a text fits a cell (32,767 UTF-16 units)."""
    return len(text) <= MAX_TEXT // 2 or _units(text) <= MAX_TEXT


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str) -> str:
    kept = text[:MAX_TEXT].encode("utf-16-le")[: 2 * (MAX_TEXT - 1)]
    return kept.decode("utf-16-le", "ignore") + _CUT_MARK


# --- a column, a grid ----------------------------------------------------------------------------------------------


def to_column(values: pd.Series[Any], *, zone: ZoneInfo | None = None, date1904: bool = False) -> list[Cell]:
    """Turn a column into cells: `to_cell` for each value, at the speed of the column's type.

    Args:
        values: A column of any type.
        zone: The business zone that aware times are shown in; None keeps the column's own.
        date1904: True when the workbook counts days from 1904.

    Returns:
        One cell per value, in order.
    """
    if isinstance(values.dtype, pd.StringDtype):
        missing: Any = None
        return _text_column(values.to_numpy(dtype=object, na_value=missing).tolist())
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        wall = values.dt.tz_convert(zone) if zone else values
        return _time_column(wall.dt.tz_localize(None), date1904=date1904)
    if pd.api.types.is_datetime64_dtype(values.dtype):
        return _time_column(values, date1904=date1904)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _number_column(values)
    return [to_cell(value, zone=zone, date1904=date1904) for value in values]


def distinct(values: pd.Series[Any]) -> tuple[list[Cell], NDArray[np.intp]] | None:
    """Part a column of texts into its different cells and which of them stands in each row: most repeat themselves.

    Args:
        values: A column of any type.

    Returns:
        The cells, and for each row the index of its cell; None for columns that Arrow does not keep as texts.
    """
    if not (isinstance(values.dtype, pd.StringDtype) and values.dtype.storage == "pyarrow"):
        return None
    texts = pa.array(values.array)
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    parted = texts.dictionary_encode(null_encoding="encode")
    return _text_column(parted.dictionary.to_pylist()), parted.indices.to_numpy()


def to_grid(
    frame: pd.DataFrame, *, header: bool = False, zone: ZoneInfo | None = None, date1904: bool = False
) -> list[list[Cell]]:
    """Turn a frame into rows of cells, for a block write or a formula's result.

    Args:
        frame: A frame of any columns; its index is left out.
        header: True puts the column names on top.
        zone: The business zone that aware times are shown in; None keeps each column's own.
        date1904: True when the workbook counts days from 1904.

    Returns:
        A list of rows, all of the frame's width.
    """
    columns = [to_column(frame.iloc[:, k], zone=zone, date1904=date1904) for k in range(frame.shape[1])]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return [[to_cell(name) for name in frame.columns], *rows] if header else rows


def overlong(values: pd.Series[Any]) -> int:
    """Count the texts of a column that `to_column` has to cut."""
    if not (isinstance(values.dtype, pd.StringDtype) or values.dtype == object):
        return 0
    lengths = values.astype("str").str.len()
    return sum(isinstance(text, str) and not fits(text) for text in values[lengths > MAX_TEXT // 2])


def _blanked(cells: list[Any], missing: np.ndarray[Any, Any]) -> list[Cell]:
    for index in np.flatnonzero(missing).tolist():
        cells[index] = None
    return cast("list[Cell]", cells)


def _text_column(texts: list[str | None]) -> list[Cell]:
    if max(map(len, filter(None, texts)), default=0) <= MAX_TEXT // 2 and _encodes("".join(filter(None, texts))):
        return cast("list[Cell]", texts)
    return [None if text is None else _text(text) for text in texts]


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


def _number_column(values: pd.Series[Any]) -> list[Cell]:
    missing = values.isna().to_numpy()
    if pd.api.types.is_bool_dtype(values.dtype):
        return _blanked(values.to_numpy(dtype=bool, na_value=False).tolist(), missing)
    if not pd.api.types.is_integer_dtype(values.dtype):
        numbers = values.to_numpy(dtype=float, na_value=math.nan)
        return _blanked(numbers.tolist(), ~np.isfinite(numbers))
    signed = pd.api.types.is_signed_integer_dtype(values.dtype)
    whole = values.to_numpy(dtype="int64" if signed else "uint64", na_value=0)
    cells = _blanked(whole.tolist(), missing)
    exact = not len(whole) or -_EXACT < whole.min() <= whole.max() < _EXACT
    return cells if exact else [to_cell(cell) for cell in cells]


def _time_column(values: pd.Series[Any], *, date1904: bool) -> list[Cell]:
    moments = values.to_numpy(dtype="datetime64[us]")
    first, last = np.datetime64(_FIRST_DAY[date1904], "us"), np.datetime64("9999-12-31T23:59:59.999999", "us")
    cells: list[Cell] = moments.tolist()
    for index in np.flatnonzero((moments < first) | (moments > last)).tolist():
        cells[index] = str(moments[index]).replace("T", " ").removesuffix(".000000").removesuffix(" 00:00:00")
    return cells


# --- how Excel stores them -----------------------------------------------------------------------------------------


def serial(value: date, *, date1904: bool = False) -> int | float:
    """Count a date as Excel does: days since 30 December 1899, or since 1904; the time of day is the fraction.

    Args:
        value: A date or naive datetime that `to_cell` let through.
        date1904: True when the workbook counts days from 1904.

    Returns:
        A whole number at midnight, else a fraction.
    """
    days = value.toordinal() - _DAY_ZERO[date1904]
    if not isinstance(value, datetime):
        return days
    seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return days + seconds / 86400 if seconds else days


def from_serial(number: float, *, date1904: bool = False) -> datetime:
    """Read the date that Excel shows for a number.

    Args:
        number: Days, as `serial` counts them.
        date1904: True when the workbook counts days from 1904.

    Returns:
        The date and time, to the second.

    Raises:
        OverflowError: The number lies outside the calendar.
    """
    return datetime.fromordinal(_DAY_ZERO[date1904]) + timedelta(seconds=round(number * 86400))


def plain(cell: Cell, *, date1904: bool = False) -> bool | float | str | None:
    """Reduce a cell to what every reader sees in it, so that cells from a book and from a frame compare.

    Dates become serial numbers, numbers lose what lies beyond the eighth decimal (a tenth of a millisecond in a
    date), an empty text is an empty cell.

    Args:
        cell: A cell of a frame or of a book.
        date1904: True when the workbook counts days from 1904.

    Returns:
        None, a truth value, a number or a text that is not empty.
    """
    if isinstance(cell, date):
        cell = serial(cell, date1904=date1904)
    if isinstance(cell, float):
        return round(cell, 8)
    return cell or None if isinstance(cell, str) else cell


def escape(text: str) -> str:
    """Write a text for an element of a workbook's XML (22.9.2.19).

    Characters that XML does not allow, and carriage returns, become `_xHHHH_`; a text that looks like such an
    escape is escaped itself; lone surrogates become U+FFFD.
    """
    if not needs_escape(text):
        return text
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    text = _SURROGATE.sub("\ufffd", text)
    text = _NOT_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def needs_escape(text: str) -> bool:
    """Say whether `escape` changes a text."""
    return "_x" in text or _UNSAFE.search(text) is not None


def unescape(text: str) -> str:
    """Undo the `_xHHHH_` escapes of a text read from a workbook's XML."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def csv_text(cell: Cell) -> Cell:
    """Make a cell safe for a CSV file, whose reader decides on its own what is a formula (OWASP, CSV injection).

    A text that a spreadsheet would run (it starts with `=`, `+`, `-`, `@`, their full-width forms, a tab or a line
    break, blanks before them ignored) gets an apostrophe in front. A sign followed by nothing but digits, such as
    an international phone number, can run nothing and stays as it is. Where Excel's list separator is a semicolon, it
    parts the lines of any CSV file at semicolons, within quotes too: what follows one, or a tab or a line break, is
    looked at like a text of its own.

    Args:
        cell: A cell from `to_cell`.

    Returns:
        The same cell, or text in which an apostrophe stands before each formula.
    """
    if not isinstance(cell, str):
        return cell
    text = cell
    if _CELL_END.search(cell.lstrip()):
        pieces = _CELL_END.split(cell)
        pieces[::2] = [f"'{piece}" if _runs(piece) else piece for piece in pieces[::2]]
        text = "".join(pieces)
    return f"'{text}" if text[:1] in _BREAKS or _runs(text) else text


def _runs(text: str) -> bool:
    """Tell whether a spreadsheet takes a text for a formula."""
    return text.lstrip().startswith(_FORMULA_START) and not _SIGNED_DIGITS.fullmatch(text)
