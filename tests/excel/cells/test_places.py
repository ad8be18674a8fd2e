"""In which order things move so that none is in another's way."""

from __future__ import annotations

from itertools import permutations

import pytest

from leads_excel.excel.cells.places import in_turn

SPARE = (0, 9)


def played(moves):
    """Move one after the other, as Excel does: what stands where something comes to is gone."""
    cells = {cell: cell for cell in moves}
    for source, target in in_turn(moves, SPARE):
        assert target not in cells, "it is in the way"
        cells[target] = cells.pop(source)
    return cells


@pytest.mark.parametrize("order", [*permutations(range(4)), (1, 2, 3, 4), (9, 8, 1, 0), (5, 6, 7, 8), (1, 0, 3, 2)])
def test_everything_arrives(order):
    """Rings, rows of things that follow each other, and both."""
    moves = {(row, 1): (new, 1) for row, new in enumerate(order)}

    assert played(moves) == {target: source for source, target in moves.items()}


def test_a_row_of_things_needs_no_spare_cell():
    """What merely goes down is moved once, from its end."""
    moves = {(row, 1): (row + 1, 1) for row in range(5)}

    assert in_turn(moves, SPARE) == [((row, 1), (row + 1, 1)) for row in reversed(range(5))]


def test_what_stays_is_left_alone():
    """No step for it."""
    assert in_turn({(1, 1): (1, 1)}, SPARE) == []
