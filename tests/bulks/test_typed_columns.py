"""Values as received -> typed columns: what fits, what keeps its text, and types that never depend on the rows."""

import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from leads_excel.bulks.json_values import Moments, as_text, real
from leads_excel.bulks.typed_columns import Collected, Unexpected, joined
from leads_excel.schema.columns import DTYPES

RIYADH, NEW_YORK = ZoneInfo("Asia/Riyadh"), ZoneInfo("America/New_York")


def series(kind, values, zone=RIYADH):
    """Collect values in one chunk."""
    collected = Collected(kind, zone)
    collected.add(values)
    return collected.column().series(zone)


def listed(kind, values, zone=RIYADH):
    """Collect values, and list them with None for what is missing and text for moments."""
    column = series(kind, values, zone)
    return [None if pd.isna(value) else str(value) if isinstance(value, pd.Timestamp) else value for value in column]


@pytest.mark.parametrize("kind", DTYPES)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_type_of_a_column_does_not_depend_on_its_rows(kind, count):
    """No rows, one row and several rows, all missing or all there, have the type of the schema."""
    good = {"id": 1, "count": 1, "text": "x", "date": "2025-08-12", "time": "2025-08-24T21:00:00.000Z", "flag": True}
    for values in ([None] * count, [good[kind]] * count):
        assert str(series(kind, values).dtype) == DTYPES[kind].format(zone="Asia/Riyadh")


def test_a_column_of_no_chunks_has_its_type():
    """A table without rows is typed like any other."""
    assert str(Collected("time", RIYADH).column().series(RIYADH).dtype) == "datetime64[us, Asia/Riyadh]"


@pytest.mark.parametrize("kind", ["id", "count", "date", "time", "flag"])
def test_empty_text_is_missing_where_text_has_no_place(kind):
    """It says nothing, so it is no stray."""
    assert listed(kind, ["", None]) == [None, None]


def test_empty_text_is_not_missing_text():
    """In a text column, an empty text and null differ."""
    assert listed("text", ["", None]) == ["", None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (574, 574),
        (0, 0),
        (-3, -3),
        (2**63 - 1, 2**63 - 1),
        (-(2**63) + 1, -(2**63) + 1),
        ("574", 574),
        (2024.0, 2024),
        (Decimal("2024.00"), 2024),
        (2**63, "9223372036854775808"),
        (10**30, "1" + "0" * 30),
        ("9223372036854775808", "9223372036854775808"),
        (1.5, "1.5"),
        (Decimal("1.50"), "1.50"),
        (float("nan"), "nan"),
        (real("1e400"), "1E+400"),
        (True, "true"),
        ("00966", "00966"),
        ("+5", "+5"),
        ("1_000", "1_000"),
        ("\u0665", "\u0665"),
        (" 5", " 5"),
        ("1e5", "1e5"),
        ([1, 2], "[1,2]"),
        ({"a": None}, '{"a":null}'),
    ],
)
def test_whole_numbers(value, expected):
    """A whole number, bare or quoted, is a number; whatever else came keeps its text, and so does what is too large."""
    assert listed("id", [1, value, None]) == [1, expected, None]


@pytest.mark.parametrize("beside", [1, "1", "stray", None])
@pytest.mark.parametrize(
    ("value", "expected"), [(0, 0), (10**9, 10**9), (10**9 + 1, "1000000001"), (-1, "-1"), ("-1", "-1")]
)
def test_counts(value, expected, beside):
    """From 0 to a thousand million, whatever stands in the same column."""
    assert listed("count", [value, beside])[0] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, False),
        (1, True),
        (False, False),
        (True, True),
        ("0", False),
        ("true", True),
        (1.0, True),
        ("yes", "yes"),
        ("TRUE", "TRUE"),
        (2, "2"),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_flags(value, expected):
    """Truth values and 0 or 1, bare or quoted, are flags; `yes` keeps its text."""
    assert listed("flag", [value, None]) == [expected, None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-08-12", "2025-08-12 00:00:00"),
        ("2025-08-12T10:30:00", "2025-08-12 10:30:00"),
        ("2025-08-12 10:30:00.5", "2025-08-12 10:30:00.500000"),
        ("2025-08-11T21:00:00.000Z", "2025-08-12 00:00:00"),
        ("2025-08-12T00:00:00+03:00", "2025-08-12 00:00:00"),
        (" 2025-08-12 ", "2025-08-12 00:00:00"),
        ("1899-12-31", "1899-12-31 00:00:00"),
        ("0001-01-01", "0001-01-01 00:00:00"),
        ("9999-12-31", "9999-12-31 00:00:00"),
        ("2025-02-30", "2025-02-30"),
        ("2025-13-01", "2025-13-01"),
        ("0000-01-01", "0000-01-01"),
        ("10000-01-01", "10000-01-01"),
        ("12/08/2025", "12/08/2025"),
        ("20250812", "20250812"),
        ("2025-W33-2", "2025-W33-2"),
        ("٢٠٢٥-٠٨-١٢", "٢٠٢٥-٠٨-١٢"),
        ("9999-12-31T23:00:00Z", "9999-12-31T23:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        (1756069200000, "2025-08-25 00:00:00"),
        (631151999, "631151999"),
        ([2025, 8, 12], "[2025,8,12]"),
        (True, "true"),
    ],
)
def test_dates(value, expected):
    """ISO dates are business time; a day that no calendar has, or that the zone moves out of it, keeps its text."""
    assert listed("date", [value, None]) == [expected, None]


@pytest.mark.parametrize(
    "value",
    [
        *("2025-08-24T21:00:00.123Z", "2025-08-24T21:00:00.123z", "2025-08-24T21:00:00.1230000Z"),
        *("2025-08-24T21:00:00.123000499Z", "2025-08-25T00:00:00.123+03:00", "2025-08-24T16:30:00.123-0430"),
        *("2025-08-24 21:00:00.123+00", " 2025-08-24T21:00:00.123Z ", 1756069200123, "1756069200123"),
    ],
)
def test_one_moment_in_every_spelling(value):
    """Offsets, any number of digits behind the second, and milliseconds since 1970 are the same instant."""
    assert listed("time", [value, None]) == ["2025-08-25 00:00:00.123000+03:00", None]
    assert listed("date", [value, None]) == ["2025-08-25 00:00:00.123000", None]


@pytest.mark.parametrize(
    ("value", "year"),
    [
        (631152000, 1990),
        (631152000000, 1990),
        (1756069200, 2025),
        ("1756069200", 2025),
        (1756069200.0, 2025),
        (4102000000, 2099),
        (4102000000999, 2099),
        *((stray, None) for stray in (0, 1, 574, 20250812, 631151999, 4102444800, 4102444800000, -1756069200)),
        *((stray, None) for stray in (1756069200.5, True, "17560692OO", 10**30, [1756069200], {"$date": 1756069200})),
    ],
)
def test_a_number_is_a_moment_where_it_can_be_nothing_else(value, year):
    """Seconds and milliseconds of the years 1990 to 2099; a day in digits, an identifier or a flag stays."""
    (moment, _) = listed("time", [value, None])

    assert moment.startswith(f"{year}-") if year else "+03:00" not in moment


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-08-24T21:00:00.000Z", "2025-08-25 00:00:00+03:00"),
        ("2025-08-24T21:00:00", "2025-08-25 00:00:00+03:00"),
        ("2025-08-25T00:00:00.000+0300", "2025-08-25 00:00:00+03:00"),
        ("2025-08-24", "2025-08-24 03:00:00+03:00"),
        ("9999-12-31T21:00:00Z", "9999-12-31T21:00:00Z"),
        ("9999-12-31T21:00:00", "9999-12-31T21:00:00"),
        ("9999-12-31T20:59:59Z", "9999-12-31 23:59:59+03:00"),
        ("2025-02-30T00:00:00Z", "2025-02-30T00:00:00Z"),
    ],
)
def test_times(value, expected):
    """Instants stand in the business zone; without a zone they are UTC, like every stamp on the API page."""
    assert listed("time", [value, None]) == [expected, None]


def test_the_year_1_before_the_calendar_keeps_its_text():
    """West of Greenwich the first instant of the calendar lies before it."""
    assert listed("time", ["0001-01-01T00:00:00Z"], NEW_YORK) == ["0001-01-01T00:00:00Z"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("00966", "00966"),
        (500000005, "500000005"),
        (real("5000.00"), "5000.00"),
        (True, "true"),
        (["a", 1, None, real("1.10")], '["a",1,null,1.10]'),
        ({"مدينة": {"b": []}}, '{"مدينة":{"b":[]}}'),
        ("a\x00b\x1f\x7f", "a\x00b\x1f\x7f"),
        ("😀 مرحبا \u202e", "😀 مرحبا \u202e"),
        ("\ud800x", "\ufffdx"),
        ({"k\ud800": "v\udfff"}, '{"k\ufffd":"v\ufffd"}'),
        ("\ud83d\ude00", "\ufffd\ufffd"),
        (10**30, "1" + "0" * 30),
    ],
)
def test_texts(value, expected):
    """Text stays, any other value is compact JSON; only a lone surrogate, which no file can hold, is replaced."""
    assert listed("text", ["x", value, None]) == ["x", expected, None]


def test_json_of_nested_values_loses_nothing():
    """Numbers keep their digits, text its letters, and reading it back gives the value."""
    value = {"a": [1, real("0.12345678901234567890"), None, True, 'é\n"\\'], "": {"b": 2**70}}
    assert json.loads(as_text(value), parse_float=real) == value
    assert " " not in as_text(value)


def test_strays_keep_their_rows_over_chunks_and_parts():
    """A text that does not fit stands where it came, between values of the column's type."""
    first, second = Collected("id", RIYADH), Collected("id", RIYADH)
    first.add([1, "x"])
    first.add([None, "z"])
    second.add(["y", 6])
    column = joined([first.column(), second.column()])
    assert column.series(RIYADH).tolist() == [1, "x", pd.NA, "z", "y", 6]
    assert column.taken(np.array([4, 0, 1, 4])).series(RIYADH).tolist() == ["y", 1, "x", "y"]


@pytest.mark.parametrize(
    ("kind", "value", "is_a"), [("id", 5, int), ("flag", 1, bool), ("date", "2025-08-12", pd.Timestamp)]
)
def test_beside_a_stray_good_values_keep_their_type(kind, value, is_a):
    """A whole number, a flag and a moment are what they are, also in a column of objects."""
    column = series(kind, [value, "stray"])
    assert column.dtype == object
    assert [type(item) for item in column] == [is_a, str]


def test_a_column_whose_strays_go_is_typed_again():
    """Rows that are left out take their strays with them."""
    collected = Collected("id", RIYADH)
    collected.add(["x", 2])
    assert str(collected.column().taken(np.array([1])).series(RIYADH).dtype) == "Int64"


def unexpected(values):
    """Collect a column that the API page does not know."""
    found = Unexpected()
    for row, value in values.items():
        found.add(row, value)
    return found


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([1, None, 2**63 - 1], "Int64", [1, None, 2**63 - 1]),
        ([True, False], "boolean", [True, False]),
        ([1, real("129999.95")], "Float64", [1.0, 129999.95]),
        ([real("5000.00"), real("1e5")], "Float64", [5000.0, 1e5]),
        ([1, True], "string", ["1", "true"]),
        ([1, "1"], "string", ["1", "1"]),
        ([2**63], "string", ["9223372036854775808"]),
        ([2**60 + 1, real("0.5")], "string", ["1152921504606846977", "0.5"]),
        ([real("1e400")], "string", ["1E+400"]),
        ([real("0.12345678901234567890")], "string", ["0.12345678901234567890"]),
        ([{"a": 1}, [2]], "string", ['{"a":1}', "[2]"]),
        ([None], "string", [None]),
    ],
)
def test_the_type_of_an_unknown_column_is_that_of_all_its_values(values, dtype, expected):
    """Numbers are numbers as long as none of them would lose a digit; anything mixed is text."""
    column = unexpected(dict(enumerate(values))).column(len(values)).series(RIYADH)
    assert str(column.dtype) == dtype
    assert [None if pd.isna(value) else value for value in column] == expected


def test_an_unknown_column_has_values_only_where_they_came():
    """Over several parts, whose types are weighed together."""
    found = unexpected({1: 5})
    found.update(unexpected({0: "x"}), 3)
    assert found.column(5).series(RIYADH).tolist() == [pd.NA, "5", pd.NA, "x", pd.NA]


def test_a_moment_is_read_once():
    """Dates repeat, so each text is parsed the first time only."""
    moments = Moments(RIYADH, instants=False)
    assert moments["1970-01-02"] == moments["1970-01-02"] == 86_400_000_000
    assert "1970-01-02" in moments
