"""What becomes of an area, of a list of areas and of a formula when the rows of a table move."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads_excel.excel.cells.moves import Move, Moves, carried_formula, move_areas, move_formula
from leads_excel.excel.cells.references import Area, shift_formula
from leads_excel.excel.cells.sheet_names import SheetNames

SHEETS = SheetNames(["Home", "Leads", "Jan", "Report"])
TABLE = Area(1, 1, 5, 11)  # A1:E11: a header and ten rows


def to_rows(rows, totals=0):
    """Plan the table for another number of rows."""
    area = Area(1, 1, 5, 11 + totals)
    return Move("Leads", area, totals, rows)


def moved(formula, rows, totals=0, sheet="Leads", **how):
    """Move a formula."""
    return move_formula(formula, Moves((to_rows(rows, totals),), SHEETS), sheet, **how)


@pytest.mark.parametrize(
    ("formula", "grown", "shrunk"),
    [
        ("A2:A11", "A2:A21", "A2:A4"),
        ("$A$1:$E$11", "$A$1:$E$21", "$A$1:$E$4"),
        ("Leads!$A$2:Leads!$A$11", "Leads!$A$2:Leads!$A$21", "Leads!$A$2:Leads!$A$4"),
        ("'Leads'!A2:'Leads'!A11", "'Leads'!A2:'Leads'!A21", "'Leads'!A2:'Leads'!A4"),
        ("lEADS!A2:A11", "lEADS!A2:A21", "lEADS!A2:A4"),
        ("A2:H11", "A2:H21", "A2:H11"),
        ("C2:H11", "C2:H21", "C2:H11"),
        ("A1:A11", "A1:A21", "A1:A4"),
        ("A2:A15", "A2:A21", "A2:A15"),
        ("A5:A11", "A5:A11", "A5:A11"),
        ("2:11", "2:21", "2:11"),
        ("$1:$11", "$1:$21", "$1:$4"),
        ("Leads!$2:Leads!$11", "Leads!$2:Leads!$21", "Leads!$2:Leads!$11"),
        ("Home:Report!A2:A11", "Home:Report!A2:A21", "Home:Report!A2:A11"),
        ("'Leads:Jan'!A2:A11", "'Leads:Jan'!A2:A21", "'Leads:Jan'!A2:A11"),
    ],
)
def test_a_range_over_all_rows_goes_on_naming_them(formula, grown, shrunk):
    """However it is written; one that names what stays as well loses nothing of it."""
    assert (moved(formula, 20), moved(formula, 3)) == (grown, shrunk)


@pytest.mark.parametrize(
    "formula",
    [
        *("A2", "A11", "F2:F11", "A3:A10", "A$2:A11", "A:A", "Jan!A2:A11", "Jan:Report!A2:A11", "Home:None!A2:A11"),
        *(
            "[1]Leads!A2:A11",
            "'[b.xlsx]Leads'!A2:A11",
            '"A2:A11"',
            "leads[[#This Row],[A2:A11]]",
            "XA2:A11x",
            "A2:A11(",
        ),
        *("A2:INDEX(A2:A9,3)", "Leads!A2:A11:B3", "name.A2:A11", "LOG10(2)", "Q4_2025", "Leads.A2"),
    ],
)
def test_everything_else_stays(formula):
    """Parts of the rows, other sheets and workbooks, texts, names and functions."""
    assert (moved(formula, 20, 1), moved(formula, 3, 1)) == (formula, formula)


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("A12", "A22"),
        ("Leads!$C$12", "Leads!$C$22"),
        ("A12:E12", "A22:E22"),
        ("$12:$12", "$22:$22"),
        ("A2:A12", "A2:A22"),
        ("A2:A11", "A2:A21"),
        ("F12", "F12"),
        ("A13", "A13"),
        ("Home:Report!A12", "Home:Report!A12"),
        ("A12#", "A22#"),
        ("SUM(A12,'Leads'!B12)*12", "SUM(A22,'Leads'!B22)*12"),
    ],
)
def test_totals_are_found_where_they_go(formula, wanted):
    """One cell of the totals row, some or all of it; nothing beside it or below it."""
    assert moved(formula, 20, 1) == wanted


def test_no_total_comes_into_a_range_of_values():
    """A range that is half ours shrinks where the totals would rise into it."""
    assert (moved("A2:H11", 3, 1), moved("Home:Leads!A2:A11", 3, 1)) == ("A2:H4", "Home:Leads!A2:A4")


def test_formulas_that_are_filled_down_or_carried():
    """What is relative moves with its own row, but the totals are the totals."""
    moves = Moves((to_rows(20, 1),), SHEETS)
    assert moved("A2:A11+$A$2:$A$11+A12+A$12", 20, 1, filled=True) == "A2:A11+$A$2:$A$21+A12+A$22"
    carried = carried_formula("A5/A12+A$12+SUM(A$2:A$11)+SUM(A$2:A5)", moves, "Leads", 7)
    assert shift_formula(carried, 7) == "A12/A22+A$22+SUM(A$2:A$21)+SUM(A$2:A12)"


def test_running_totals_are_told_from_columns():
    """A range with one absolute end runs with the row that its other end names."""
    assert (moved("A$2:A11", 20, row=11), moved("A$2:A11", 20)) == ("A$2:A11", "A$2:A11")
    assert (moved("A$2:A11", 20, row=12), moved("A2:A$11", 20, row=11)) == ("A$2:A21", "A2:A$21")


def test_a_list_of_one_row_is_a_list():
    """Excel writes it as one cell, and only where nothing but a list can stand."""
    moves = Moves((Move("Leads", Area(1, 1, 5, 2), 0, 9),), SHEETS)
    assert move_formula("Leads!$A$2", moves, None, listed=True) == "Leads!$A$2:$A$10"
    assert move_formula("Leads!$A$2", moves, None) == "Leads!$A$2"
    assert move_formula("Leads!$F$2", moves, None, listed=True) == "Leads!$F$2"


# --- lists of areas --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("areas", "grown", "shrunk"),
    [
        ("A2:A11", "A2:A21", "A2:A4"),
        ("A2:A5 A7:A11", "A2:A5 A7:A21", "A2:A4"),
        ("A2:A3 A5:A6 A8:A11", "A2:A3 A5:A6 A8:A21", "A2:A3 A4:A4"),
        ("A2:B5 A6 A7:B11", "A2:B5 A6 A7:B21", "A2:B4"),
        ("A2:A10 A11", "A2:A10 A11:A21", "A2:A4"),
        ("A2:A5 C7:C11", "A2:A5 C7:C11", "A2:A5 C7:C11"),
        ("A7:A11", "A7:A11", "A7:A11"),
        ("H2:H5 H7:H11", "H2:H5 H7:H11", "H2:H5 H7:H11"),
        ("A2:A11 H3 A:A", "A2:A21 H3 A:A", "A2:A4 H3 A:A"),
    ],
)
def test_pieces_of_an_area_over_all_rows(areas, grown, shrunk):
    """Pasting cuts an area into pieces: the last one grows, as Excel lets it, and all end with the table."""
    assert (move_areas(areas, [to_rows(20)]), move_areas(areas, [to_rows(3)])) == (grown, shrunk)


@given(st.sets(st.integers(3, 11), max_size=5), st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_pieces_never_lose_the_rows_that_come(cuts, counts):
    """Whatever was cut out, and whatever becomes of the table: rows that come are covered, and no area is empty."""
    edges = [2, *sorted(cuts), 12]
    text = " ".join(f"A{top}:A{after - 1 - (after - top > 2)}" for top, after in pairwise(edges[:-1]))
    text = f"{text} A{edges[-2]}:A11".strip()
    rows = 10
    for count in counts:
        move = Move("Leads", Area(1, 1, 5, 1 + rows), 0, count)
        text, before, rows = move_areas(text, [move]), rows, count
        areas = [Area.parse(token) for token in text.split()]
        assert all(area and area.top <= area.bottom <= 1 + count for area in areas)
        covered = {row for area in areas if area for row in range(area.top, area.bottom + 1)}
        assert {2, *range(2 + before, 2 + count), 1 + count} <= covered
