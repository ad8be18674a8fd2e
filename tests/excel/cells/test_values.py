"""What a value becomes in a cell: Excel's limits, kept once for every writer."""

from __future__ import annotations

import csv
import io
import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import openpyxl.utils.datetime as openpyxl_dates
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape as openpyxl_unescape

from leads_excel.excel.cells.values import (
    MAX_TEXT,
    csv_text,
    escape,
    fits,
    from_serial,
    overlong,
    plain,
    serial,
    to_cell,
    to_column,
    to_grid,
    unescape,
)

RIYADH = ZoneInfo("Asia/Riyadh")
NASTY = [
    "=cmd",
    "+966500000000",
    "@x",
    "00966",
    "1e5",
    "2025-08-12",
    "TRUE",
    "a\0b",
    "_x0041_",
    "😀",
    " a ",
    "#N/A",
    "'q",
]


def clock(*fields):
    """Make a time as cells hold it: without a zone."""
    return datetime(*fields)  # noqa: DTZ001 - cells hold wall clocks


@pytest.mark.parametrize(
    "value", [None, pd.NA, pd.NaT, math.nan, math.inf, -math.inf, np.float64("nan"), Decimal("NaN")]
)
def test_missing_values_are_empty_cells(value):
    """Nothing, and what is not a number, leaves the cell empty."""
    assert to_cell(value) is None


@pytest.mark.parametrize("text", NASTY)
def test_text_stays_text(text):
    """No text becomes a formula, a number, a date or a truth value, or loses a character."""
    assert to_cell(text) == text
    assert to_column(pd.Series([text, None], dtype="string")) == [text, None]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (True, True),
        (np.bool_(False), False),
        (7, 7),
        (np.int64(7), 7),
        (1.5, 1.5),
        (np.float64(1.5), 1.5),
        (Decimal("1.5"), 1.5),
        (Decimal("0.12345678901234567890"), "0.12345678901234567890"),
        ({"a": ["ب", 1]}, '{"a": ["ب", 1]}'),
        ([1, None], "[1, null]"),
        (date(2025, 8, 12), date(2025, 8, 12)),
        (np.datetime64("2025-08-12T10:00"), clock(2025, 8, 12, 10)),
        (pd.Timestamp("2025-08-12 10:00"), clock(2025, 8, 12, 10)),
    ],
)
def test_values_become_plain_python(value, cell):
    """Scalars of numpy, pandas and decimal become what Excel has; nested values become JSON."""
    assert to_cell(value) == cell
    assert type(to_cell(value)) is type(cell)


@pytest.mark.parametrize("digits", [10**15 - 1, -(10**15 - 1)])
def test_fifteen_digits_stay_a_number(digits):
    """Excel keeps fifteen digits of a number."""
    assert to_cell(digits) == digits
    assert to_column(pd.Series([digits], dtype="Int64")) == [digits]


@pytest.mark.parametrize("digits", [10**15, -(10**15), 2**63 - 1, 2**64])
def test_sixteen_digits_become_text(digits):
    """A longer number would lose its last digits, so it is text."""
    assert to_cell(digits) == str(digits)
    kind = "Int64" if digits < 2**63 else object
    assert to_column(pd.Series([digits, 1], dtype=kind)) == [str(digits), 1]


@pytest.mark.parametrize("text", ["x" * 40_000, "😀" * 20_000, "x" + "😀" * 20_000])
def test_long_text_is_cut_and_marked(text):
    """A text is cut where Excel counts 32,767 characters, never inside one, and ends in an ellipsis."""
    cell = to_cell(text)
    units = len(cell.encode("utf-16-le")) // 2
    assert MAX_TEXT - 1 <= units <= MAX_TEXT
    assert cell.endswith("…")
    assert text.startswith(cell[:-1])


@pytest.mark.parametrize("text", ["x" * 32_767, "😀" * 16_383 + "x"])
def test_text_that_just_fits_is_kept(text):
    """32,767 UTF-16 units fit; the emoji counts twice, as in Excel."""
    assert fits(text)
    assert to_cell(text) == text
    assert not fits(text + "x")


def test_overlong_texts_are_counted():
    """Whoever writes a column can tell how many texts of it are cut."""
    texts = ["x" * 40_000, "short", None, "😀" * 16_384]
    assert overlong(pd.Series(texts, dtype="string")) == 2
    assert overlong(pd.Series([*texts, 5], dtype=object)) == 2
    assert overlong(pd.Series([1, 2])) == 0


def test_lone_surrogates_are_replaced():
    """Half of a character cannot be stored; the rest of the text can."""
    assert to_cell("a\ud800b") == "a\ufffdb"
    assert to_column(pd.Series(["a\ud800b", "c"], dtype=object)) == ["a\ufffdb", "c"]
    python_strings = pd.Series(["a\ud800b"], dtype=pd.StringDtype("python"))
    assert to_column(python_strings) == ["a\ufffdb"]


def test_aware_times_show_the_business_clock():
    """An instant becomes the wall clock of the zone, without the zone."""
    instant = datetime(2025, 8, 24, 21, tzinfo=UTC)
    assert to_cell(instant, zone=RIYADH) == clock(2025, 8, 25)
    assert to_cell(instant) == clock(2025, 8, 24, 21)
    column = pd.Series([instant, None], dtype="datetime64[us, UTC]")
    assert to_column(column, zone=RIYADH) == [clock(2025, 8, 25), None]
    assert to_column(column.dt.tz_convert(RIYADH)) == [clock(2025, 8, 25), None]


@pytest.mark.parametrize(
    ("value", "date1904", "cell"),
    [
        (date(1900, 3, 1), False, date(1900, 3, 1)),
        (date(1900, 2, 28), False, "1900-02-28"),
        (clock(1899, 12, 31, 10, 30), False, "1899-12-31 10:30:00"),
        (date(1904, 1, 1), True, date(1904, 1, 1)),
        (date(1903, 12, 31), True, "1903-12-31"),
    ],
)
def test_dates_before_the_calendar_become_text(value, date1904, cell):
    """Excel counts from 1900 with a day too many in February, or from 1904: earlier dates are text."""
    assert to_cell(value, date1904=date1904) == cell
    expected = datetime.combine(cell, datetime.min.time()) if isinstance(cell, date) else cell
    moments = pd.Series(np.array([value], dtype="datetime64[s]"))
    assert to_column(moments, date1904=date1904) == [expected]


def test_dates_after_9999_become_text():
    """Excel's calendar ends with the year 9999."""
    moments = pd.Series(np.array(["9999-12-31", "12000-01-01"], dtype="datetime64[s]"))
    assert to_column(moments) == [clock(9999, 12, 31), "12000-01-01"]


@given(st.datetimes(clock(1900, 3, 1), clock(9999, 12, 31)))
def test_serial_counts_as_openpyxl_does(moment):
    """Serial numbers agree with another implementation, in both systems."""
    assert serial(moment) == pytest.approx(openpyxl_dates.to_excel(moment), abs=1e-8)
    if moment.year >= 1904:
        mac = openpyxl_dates.to_excel(moment, openpyxl_dates.CALENDAR_MAC_1904)
        assert serial(moment, date1904=True) == pytest.approx(mac, abs=1e-8)


@pytest.mark.parametrize("date1904", [False, True])
def test_serial_is_read_back(date1904):
    """A serial number gives the date it was made of."""
    moment = clock(2025, 8, 12, 10, 30, 15)
    assert from_serial(serial(moment, date1904=date1904), date1904=date1904) == moment


def test_midnight_is_a_whole_number():
    """A date without a time has no fraction in the file."""
    assert serial(clock(2025, 8, 12)) == 45881
    assert isinstance(serial(clock(2025, 8, 12)), int)


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([1, 2], dtype="uint8"),
        pd.Series([1.5, math.nan, math.inf]),
        pd.Series([1.5, None], dtype="Float64"),
        pd.Series([True, None, False], dtype="boolean"),
        pd.Series([True, False]),
        pd.Series(["a", None], dtype="string"),
        pd.Series(["a", None], dtype="str"),
        pd.Series(["a", None, "b"], dtype="category"),
        pd.Series([1, "a", None, True, pd.Timestamp("2025-08-12"), {"a": 1}], dtype=object),
        pd.Series(["2025-08-12", None], dtype="datetime64[ns]"),
        pd.Series([], dtype="Int64"),
        pd.Series([], dtype="string"),
    ],
    ids=lambda values: str(values.dtype),
)
def test_columns_become_what_their_values_become(values):
    """The fast way through a column gives what going value by value gives."""
    assert to_column(values) == [to_cell(value) for value in values.astype(object)]
    assert [type(cell) for cell in to_column(values)] == [type(to_cell(value)) for value in values.astype(object)]


def test_grid_has_rows_of_cells():
    """A frame becomes rows, with its headings on top where they are asked for."""
    frame = pd.DataFrame({"id": [1, 2], "name": ["a", None]})
    assert to_grid(frame) == [[1, "a"], [2, None]]
    assert to_grid(frame, header=True) == [["id", "name"], [1, "a"], [2, None]]
    assert to_grid(frame.iloc[:0], header=True) == [["id", "name"]]


@pytest.mark.parametrize(
    ("text", "xml"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("a\0b\r\n\tc", "a_x0000_b_x000D_\n\tc"),
        ("_x0041_", "_x005F_x0041_"),
        ("_x004_ _xyz", "_x004_ _xyz"),
        ("\ufffe\ud800", "_xFFFE_\ufffd"),
    ],
)
def test_text_is_escaped_for_xml(text, xml):
    """Characters XML forbids, and texts that look like their escapes, are escaped as ST_Xstring says."""
    assert escape(text) == xml


@given(st.text())
def test_escaped_text_is_read_back(text):
    """Whatever the text, another implementation reads it back."""
    raw = escape(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert openpyxl_unescape(raw) == unescape(raw) == text.replace("\ud800", "\ufffd")


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1+1", "+966-50-1"]
)
def test_csv_text_that_would_run_is_quoted(text):
    """A text that a spreadsheet would read as a formula gets an apostrophe."""
    assert csv_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["plain", "", "+966500000000", "+966 50 000 0000", "-5", "-5.25", "a=1", "'q", "00966"]
)
def test_csv_text_that_runs_nothing_is_kept(text):
    """Phone numbers keep their plus sign."""
    assert csv_text(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        (";=1", ";'=1"),
        ("Jeddah; =1", "Jeddah;' =1"),
        ("a;=1;b;@x", "a;'=1;b;'@x"),
        ("a,b;=1", "a,b;'=1"),
        ("=1;=2", "'=1;'=2"),
        ("a\t=1", "a\t'=1"),
        ("a\n=1\nb", "a\n'=1\nb"),
        ("\n=1\nb", "'\n'=1\nb"),
        ("\n=1;b", "'\n'=1;b"),
        ("a;b; c", "a;b; c"),
        ("call +966500000000;-5;a=1", "call +966500000000;-5;a=1"),
    ],
)
def test_csv_text_is_safe_where_a_semicolon_parts_cells(text, safe):
    """Excel in half of the world opens a CSV file by semicolons: what follows one must run nothing either."""
    assert csv_text(text) == safe


_PIECES = st.sampled_from(["=1", "+a", "@", "x", "5", " ", ";", "\t", "\n", "\r", ",", '"', "-2", "'", "\uff1d"])


@given(st.lists(_PIECES, max_size=8).map("".join), st.sampled_from(",;"))
def test_no_cell_runs_however_the_lines_are_parted(text, delimiter):
    """A reader with another separator sees other cells: none is a formula, but for one that its own quote breaks."""
    file = io.StringIO(newline="")
    csv.writer(file).writerow(["x", csv_text(text), "y"])

    for line in csv.reader(io.StringIO(file.getvalue(), newline=""), delimiter=delimiter):
        for cell in line:
            runs = cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d")) and not re.fullmatch(r"[+-]\d[\d ]*", cell)
            assert not runs or cell.count('"') % 2, cell


@pytest.mark.parametrize("cell", [-5, -1.5, None, True, date(2025, 8, 12), pd.NA])
def test_csv_leaves_other_cells(cell):
    """Only text can be a formula."""
    assert csv_text(cell) is cell


def test_plain_cells_compare():
    """A date and its serial number, an empty text and an empty cell, are the same to every reader."""
    assert plain(clock(2025, 8, 12, 10)) == plain(serial(clock(2025, 8, 12, 10)))
    assert plain("") is plain(None) is None
    assert plain(0) == 0
    assert plain(45881.41666666667) == plain(45881.416666666664)
