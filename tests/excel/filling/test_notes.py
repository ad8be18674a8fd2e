"""Notes on their way through the Log."""

from __future__ import annotations

from datetime import datetime

import pytest

from leads_excel.excel.book.protocol import TypedFormula
from leads_excel.excel.cells.values import fits
from leads_excel.excel.filling.notes import Note, lines, read

NASTY = {"a": "=1", "b": 'say "no"', "c": "مرحبا 😀", "d": 1.5, "e": True, "f": "x] y"}


def test_notes_are_read_back():
    """Every kind of value survives the Log."""
    notes = [Note((1, 2), NASTY), Note((3,), {"a": "b"})]
    (line,) = lines("leads", notes)
    assert read(line) == ("leads", notes)


def test_dates_are_kept_as_numbers():
    """A date typed beside a lead is the number that Excel holds."""
    (line,) = lines("leads", [Note((1,), {"day": datetime(2025, 8, 12)})])  # noqa: DTZ001 - a cell
    assert read(line) == ("leads", [Note((1,), {"day": 45881})])


def test_many_notes_take_several_lines():
    """Each line fits a cell, and no note is lost."""
    notes = [Note((number,), {"note": "x" * 1000}) for number in range(100)]
    written = lines("leads", notes)
    assert 2 < len(written) < 10
    assert all(map(fits, written))
    assert [note for line in written for note in read(line)[1]] == notes


def test_no_notes_take_no_line():
    """Nothing is written for nothing."""
    assert lines("leads", []) == []


@pytest.mark.parametrize(
    "line",
    [
        None,
        5,
        "",
        "complete",
        "Notes kept for leads: [broken",
        "Notes kept for leads: [1]",
        'Notes kept for leads: [{"a": 1}]',
    ],
)
def test_other_lines_are_left_alone(line):
    """A line about something else, or one that was edited by hand, is not taken apart."""
    assert read(line) is None


def test_overlong_notes_are_not_keepable():
    """Whoever keeps notes can see beforehand which do not fit."""
    assert Note((1,), {"note": "x" * 32_000}).keepable
    assert not Note((1,), {"note": "x" * 32_700}).keepable
    assert not Note((1,), {"note": "\n" * 20_000}).keepable


def test_formulas_are_kept_with_the_row_they_are_written_for():
    """A line with them is read as it was written; one without says nothing of them."""
    note = Note((7,), {"note": "late"}, {"link": TypedFormula('HYPERLINK("https://x/"&A5,"é")', 5)})

    [line] = lines("leads", [note])

    assert read(line) == ("leads", [note])
    assert '"formulas": {"link": ["HYPERLINK' in line
    assert "formulas" not in str(Note((7,), {"note": "late"}))


@pytest.mark.parametrize("formulas", ['{"a": 5}', '{"a": ["x"]}', '{"a": ["x", "y"]}', "[1]", "7"])
def test_formulas_edited_by_hand_are_left_alone(formulas):
    """Such a line is about something else."""
    assert read(f'Notes kept for leads: [{{"key": [1], "notes": {{}}, "formulas": {formulas}}}]') is None
