"""Values as JSON that Excel in a browser shows."""

from datetime import date

import pandas as pd
import pytest

from leads_excel.exceptions import ArgumentError
from leads_excel.serving import cell_values
from leads_excel.serving.cell_values import count, shown


def test_dates_are_numbers_with_a_format():
    """A day without, a moment with its time; what Excel cannot count is a text."""
    assert shown(date(2026, 9, 1)) == {"serial": 46266, "format": "yyyy-mm-dd"}
    assert shown(pd.Timestamp("2026-09-01 12:00")) == {"serial": 46266.5, "format": "yyyy-mm-dd hh:mm"}
    assert shown(date(1850, 1, 1)) == "1850-01-01"


def test_a_frame_is_rows_as_its_attributes_say():
    """With headings or without, and something in place of nothing."""
    frame = pd.DataFrame({"a": ["x", ""], "b": [1.5, None]})
    assert shown(frame) == [["a", "b"], ["x", 1.5], [None, None]]

    frame.attrs = {"headers": False, "empty": "-"}

    assert shown(frame) == [["x", 1.5], ["-", "-"]]
    assert count(shown(frame)) == 4
    assert shown(frame.iloc[:0]) == [[None]]


def test_more_than_is_reasonable_is_refused(monkeypatch):
    """In a line that says what to do."""
    monkeypatch.setattr(cell_values, "_MOST", 5)

    with pytest.raises(ArgumentError, match="add a filter or the option limit"):
        shown(pd.DataFrame({"a": range(3), "b": range(3)}))
