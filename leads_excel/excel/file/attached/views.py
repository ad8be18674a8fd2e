"""What shows a place of a sheet: the window's first cell and the selection.

ECMA-376 part 1, 18.3.1.66, 18.3.1.78 and 18.3.1.87.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.cells.moves import moved_area
from leads_excel.excel.cells.references import Area, column_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.excel.cells.moves import Move

_VIEW = re.compile(rb"<(?:\w+:)?(?:sheetView|customSheetView|pane|selection)\s[^>]*>")
_TOP = re.compile(rb"""(\stopLeftCell=["'])([^"']*)""")
_SPLIT = re.compile(rb"""\sySplit=["'](\d+)["']""")
_SELECTED = re.compile(rb"""(\ssqref=["'])([^"']*)""")
_ACTIVE = re.compile(rb"""(\sactiveCell=["'])([^"']*)""")


def moved_views(content: bytes, moves: Sequence[Move]) -> bytes:
    """Keep what a sheet's views show on the table: the first cell in the window, and the totals row where selected.

    Args:
        content: XML of the sheet that does not cut a tag.
        moves: The tables of the sheet that move.

    Returns:
        The XML, with nothing else changed.
    """
    return _VIEW.sub(lambda found: _view(found[0], moves), content) if moves else content


def _view(tag: bytes, moves: Sequence[Move]) -> bytes:
    split = _SPLIT.search(tag)
    frozen = int(split[1]) if split else 0
    tag = _TOP.sub(lambda found: found[1] + _top(found[2], moves, frozen), tag)
    selected = _SELECTED.search(tag)
    if not selected:
        return tag
    areas = [_selected(token, moves) for token in selected[2].decode().split()]
    tag = tag[: selected.start(2)] + " ".join(areas).encode() + tag[selected.end(2) :]
    return _ACTIVE.sub(lambda found: found[1] + _active(found[2], areas, moves), tag)


def _top(cell: bytes, moves: Sequence[Move], frozen: int) -> bytes:
    """Scroll back to the end of the tables where their rows are gone."""
    area = Area.parse(cell.decode())
    end, new_end = max(move.area.bottom for move in moves), max(move.new_area.bottom for move in moves)
    if area is None or not new_end < area.top <= end:
        return cell
    return f"{column_letters(area.left)}{max(new_end, frozen + 1)}".encode()


def _selected(token: str, moves: Sequence[Move]) -> str:
    area = Area.parse(token)
    if area is None or (area.top == area.bottom and not any(move.is_totals(area) for move in moves)):
        return token
    new = moved_area(area, moves)
    if new == area:
        return token
    return str(new) if ":" in token else str(new).partition(":")[0]


def _active(cell: bytes, selected: Sequence[str], moves: Sequence[Move]) -> bytes:
    """Move the active cell; one that is no longer selected would make the file invalid."""
    new = _selected(cell.decode(), moves)
    place, areas = Area.parse(new), [area for area in map(Area.parse, selected) if area]
    if place is None or not areas or any(place.overlaps(area) for area in areas):
        return new.encode()
    return f"{column_letters(areas[0].left)}{areas[0].top}".encode()
