"""Pivot caches over tables that change: refreshed by Excel when it opens the file (ECMA-376 part 1, 18.10.1.67)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import Area, move_areas
from leads_excel.excel.file.package.start_tags import attributes_of, start_tag, with_attributes

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Sequence

    from leads_excel.excel.cells.references import Move


def refreshed(content: bytes, moves: Sequence[Move], names: Collection[str]) -> bytes:
    """Mark a pivot cache for refresh when it is made of one of the tables.

    Args:
        content: The cache's definition.
        moves: The tables.
        names: The tables' names and the names that stand for them, in lower case.

    Returns:
        The definition; the records are left as they are until Excel reads the table again.
    """
    ours = False

    def followed(found: re.Match[bytes]) -> bytes:
        nonlocal ours
        source = attributes_of(found[0])
        if any(name.endswith(":id") for name in source):  # another workbook
            return found[0]
        ours = ours or source.get("name", "").casefold() in names
        area = Area.parse(source.get("ref", ""))
        near = [move for move in moves if move.sheet == source.get("sheet")]
        if area is None or not any(move.area.overlaps(area) for move in near):
            return found[0]
        ours = True
        return with_attributes(found[0], ref=move_areas(source["ref"], list(near)))

    content = start_tag("worksheetSource", "rangeSet").sub(followed, content)
    if not ours:
        return content
    return start_tag("pivotCacheDefinition").sub(
        lambda found: with_attributes(found[0], refreshOnLoad="1"), content, count=1
    )
