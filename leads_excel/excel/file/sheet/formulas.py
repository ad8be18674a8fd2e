"""Formulas of cells that move: shared ones are written out, since a follower is lost without its master (18.3.1.40)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import shift_formula
from leads_excel.excel.cells.values import escape, unescape
from leads_excel.excel.cells.xml import read_cell, xml_text
from leads_excel.excel.file.sheet.sheet_data import cells_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.cells.xml import SharedIndex
    from leads_excel.excel.file.sheet.sheet_data import RawCell, SheetStream

_FORMULA = re.compile(rb"<((?:\w+:)?)f\b([^>]*?)(?:/>|>([^<]*)</\1f\s*>)")
_SHARED = re.compile(rb"""\s(?:t=["']shared["']|si=["']\d+["']|ref=["'][^"']*["'])""")
_INDEX = re.compile(rb"""\ssi=["'](\d+)["']""")
_AREA = re.compile(rb"""(\sref=["'])([A-Z]+)\d+(["'])""")


def has_formula(content: bytes) -> bool:
    """Say whether a cell holds a formula."""
    return _FORMULA.search(content) is not None


def formula_of(content: bytes) -> str | None:
    """Read the formula of a cell; an empty text for a follower of a shared one, None for none."""
    found = _FORMULA.search(content)
    return unescape(xml_text(found[3] or b"")) if found else None


def with_formula(content: bytes, formula: str, row: int | None = None) -> bytes:
    """Give a cell that has a formula another one.

    Args:
        content: The cell's content, or its tail.
        formula: The formula, in file form.
        row: The row it stands in, for the area of an array formula; None leaves the area as it is.

    Returns:
        The content, with nothing else changed.
    """
    found = _FORMULA.search(content)
    if found is None:
        return content
    attributes = found[2] if row is None else _AREA.sub(rb"\g<1>\g<2>%d\3" % row, found[2])
    element = b"<%sf%s>%s</%sf>" % (found[1], attributes, escape(formula).encode(), found[1])
    return content[: found.start()] + element + content[found.end() :]


@dataclass
class SharedFormulas:
    """The shared formulas of one sheet, met row by row."""

    _masters: dict[int, tuple[int, int, str]] = field(default_factory=dict)
    torn: set[int] = field(default_factory=set)
    """Formulas whose master moves: their followers elsewhere have to be written out."""

    def meet(self, row: int, cell: RawCell, *, moves: bool) -> None:
        """Remember a cell that may be a master.

        Args:
            row: Its row.
            cell: The cell.
            moves: True when it is going to move or to be replaced.
        """
        column, _, content = cell
        found = _FORMULA.search(content)
        index = _INDEX.search(found[2]) if found else None
        if found and index and found[3]:
            self._masters[int(index[1])] = (row, column, unescape(xml_text(found[3])))
            self.torn.update({int(index[1])} if moves else ())

    def written_out(self, row: int, column: int, content: bytes, only: set[int] | None = None) -> bytes:
        """Write out the formula of a cell that shares one.

        Args:
            row: The cell's row.
            column: Its column.
            content: Its content.
            only: The formulas to write out; None for all.

        Returns:
            The content with a formula of its own, or as it was.
        """
        found = _FORMULA.search(content)
        index = _INDEX.search(found[2]) if found else None
        if not found or not index or (only is not None and int(index[1]) not in only):
            return content
        master = self._masters.get(int(index[1]))
        if master is None:
            return content
        formula = shift_formula(master[2], row - master[0], column - master[1])
        element = b"<%sf%s>" % (found[1], _SHARED.sub(b"", found[2])) + escape(formula).encode() + b"</%sf>" % found[1]
        return content[: found.start()] + element + content[found.end() :]


def read_cells(
    stream: SheetStream, places: Collection[tuple[int, int]]
) -> dict[tuple[int, int], tuple[Cell | SharedIndex, str | None]]:
    """Read some cells, going down the sheet no further than they stand.

    Args:
        stream: The sheet, at its beginning.
        places: The cells, by row and column.

    Returns:
        For each cell that is there its value, or the stored result of its formula, and its formula.
    """
    found: dict[tuple[int, int], tuple[Cell | SharedIndex, str | None]] = {}
    wanted, last, shared = {row for row, _ in places}, max((row for row, _ in places), default=0), SharedFormulas()
    for row in stream.rows():
        if row.number > last:
            break
        has_shared = b"shared" in row.cells
        for cell in cells_of(row, stream.prefix) if has_shared or row.number in wanted else ():
            column, attributes, content = cell
            if has_shared:
                shared.meet(row.number, cell, moves=False)
            if (row.number, column) in places:
                written = shared.written_out(row.number, column, content)
                found[row.number, column] = read_cell(attributes, content), formula_of(written)
    return found
