"""Pivot caches over tables that change: refreshed by Excel when it opens the file (ECMA-376 part 1, 18.10.1.67)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.excel.cells.moves import move_areas
from leads_excel.excel.file.package.sources import Span
from leads_excel.excel.file.package.start_tags import attributes_of, start_tag, with_attributes

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Sequence

    from leads_excel.excel.cells.moves import Move
    from leads_excel.excel.file.package.sources import Sources


def cells_of_tables(moves: Sequence[Move]) -> list[Span]:
    """List where tables stand, and where they are going to stand.

    Args:
        moves: The tables.
    """
    return [Span(move.sheet, area) for move in moves for area in (move.area, move.new_area)]


def refreshed(content: bytes, moves: Sequence[Move], sources: Sources) -> bytes:
    """Mark a pivot cache for refresh when it draws on one of the tables.

    Args:
        content: The cache's definition.
        moves: The tables.
        sources: Follows what the cache names to its cells.

    Returns:
        The definition; the records are left as they are until Excel reads the table again.
    """
    ours, tables = False, cells_of_tables(moves)

    def followed(found: re.Match[bytes]) -> bytes:
        nonlocal ours
        source = attributes_of(found[0])
        if any(name.endswith(":id") for name in source):  # another workbook
            return found[0]
        sheet, ref = source.get("sheet"), source.get("ref", "")
        ours = ours or _any_overlaps(sources.spans(source.get("name", ""), sheet), tables)
        place = sources.span(sheet, ref)
        if place is None or not place.overlaps(tables):
            return found[0]
        ours = True
        near = [move for move in moves if move.sheet == place.sheet]
        return with_attributes(found[0], ref=move_areas(ref, near))

    content = start_tag("worksheetSource", "rangeSet").sub(followed, content)
    if not ours:
        return content
    return start_tag("pivotCacheDefinition").sub(
        lambda found: with_attributes(found[0], refreshOnLoad="1"), content, count=1
    )


def _any_overlaps(spans: Collection[Span], tables: Collection[Span]) -> bool:
    return any(one.overlaps(tables) for one in spans)
