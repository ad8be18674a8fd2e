"""One value on its way into a cell of Excel and back."""

from __future__ import annotations

import datetime as dt

import pytest

from leads_excel.excel.live.live_rows import read, runs, typed


@pytest.mark.parametrize(
    ("cell", "in_text_cell", "told"),
    [
        ("x", True, "x"),
        ("x", False, "'x"),
        ("'x", True, "''x"),
        ("'x", False, "''x"),
        ("", True, ""),
        ("a\0b", True, "a\ufffdb"),
        (5, False, 5),
        (2**31, False, 2.0**31),
        (True, False, True),
        (None, True, None),
    ],
)
def test_a_value_is_told_so_that_excel_keeps_it(cell, in_text_cell, told):
    """An apostrophe protects a text outside text cells and is doubled where it is the text's own."""
    result = typed(cell, in_text_cell=in_text_cell)

    assert result == told
    assert type(result) is type(told)


def test_a_value_is_read_as_people_see_it():
    """Times are exact to the millisecond, whatever their fraction of a day rounds to."""
    second = dt.datetime(2026, 8, 3, 10, 30, 15)  # noqa: DTZ001 - cells hold wall clocks
    near = [second - dt.timedelta(microseconds=3), second + dt.timedelta(microseconds=3)]
    last = dt.datetime(9999, 12, 31, 23, 59, 59, 999_999)  # noqa: DTZ001

    assert [read(moment) for moment in near] == [second, second]
    assert (read(""), read("x"), read(5.0), read(last)) == (None, "x", 5.0, last)


def test_places_make_runs():
    """Neighbours are one call of Excel."""
    assert runs([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]
    assert runs([]) == []
