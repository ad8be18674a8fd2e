"""Where the cells of a sheet come to stand when the rows of its tables move. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from leads_excel.excel.cells.references import Area, column_letters

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from leads_excel.excel.cells.moves import Move

CellPlace: TypeAlias = tuple[int, int]
"""A cell of a sheet: row and column, counted from 1."""


class Places:
    """Where the cells of one sheet come to stand.

    Args:
        moves: How the rows of its tables move.
    """

    def __init__(self, moves: Sequence[Move]) -> None:
        self.moves = [move for move in moves if move.shift or move.reorders]
        """Those tables of which any row moves."""

    def __bool__(self) -> bool:
        return bool(self.moves)

    def of(self, cells: Collection[CellPlace]) -> dict[CellPlace, CellPlace | None]:
        """Find where things come to stand, of which a cell holds one.

        A thing in a row of a table goes with the row, in the totals row with that. One on an empty cell below a
        table that grows over it keeps its distance to the end of the table.

        Args:
            cells: Where they stand.

        Returns:
            For each of the cells its new place, or None where its row leaves.
        """
        places = {cell: self._cell(*cell) for cell in cells}
        taken = {new for cell, new in places.items() if new and not self._covered(*cell)}
        for cell in sorted(cell for cell in places if self._covered(*cell)):
            row, column = places[cell] or cell
            while (row, column) in taken:
                row += 1
            places[cell] = (row, column)
            taken.add((row, column))
        return places

    def _cell(self, row: int, column: int) -> CellPlace | None:
        for move in self.moves:
            if move.holds(row, column):
                new = move.row(row)
                return (new, column) if new is not None else None
            if move.totals and row == move.area.bottom and move.area.left <= column <= move.area.right:
                return row + move.shift, column
        return row + max((move.shift for move in self.moves if _covers(move, row, column)), default=0), column

    def _covered(self, row: int, column: int) -> bool:
        return any(_covers(move, row, column) for move in self.moves)


def _covers(move: Move, row: int, column: int) -> bool:
    return move.area.left <= column <= move.area.right and move.area.bottom < row <= move.new_area.bottom


def in_turn(moves: Mapping[CellPlace, CellPlace], spare: CellPlace) -> list[tuple[CellPlace, CellPlace]]:
    """Order moves so that nothing comes to a cell before what stands there has left.

    Args:
        moves: From where to where; no two to one cell.
        spare: A cell that none of them names, by which one goes round where cells change places.

    Returns:
        The moves, one after the other.
    """
    pending, ordered = {source: target for source, target in moves.items() if source != target}, []
    while pending:
        chain = [next(iter(pending))]
        while (following := pending[chain[-1]]) in pending and following != chain[0]:
            chain.append(following)
        steps = [(source, pending.pop(source)) for source in reversed(chain)]
        if steps[0][1] == chain[0]:
            steps = [(chain[-1], spare), *steps[1:], (spare, chain[0])]
        ordered += steps
    return ordered


def cell_at(ref: str) -> CellPlace | None:
    """Read the address of a cell; of several cells, the first."""
    area = Area.parse(ref)
    return (area.top, area.left) if area else None


def address(cell: CellPlace) -> str:
    """Write the address of a cell."""
    return f"{column_letters(cell[1])}{cell[0]}"
