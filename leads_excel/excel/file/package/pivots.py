"""Pivot caches over tables that change: refreshed by Excel when it opens the file (ECMA-376 part 1, 18.10.1.67)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.cells.moves import move_areas
from leads_excel.excel.cells.references import Area
from leads_excel.excel.cells.sheet_names import same_sheet
from leads_excel.excel.cells.xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from leads_excel.excel.cells.moves import Move

_SOURCE = re.compile(rb"<(?:\w+:)?(?:worksheetSource|rangeSet)\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""\s(?:\w+:)?(name|sheet|ref|id)=["']([^"']*)["']""")
_ROOT = re.compile(rb"<(?:\w+:)?pivotCacheDefinition\b[^>]*?(?=/?>)")
_REFRESH = re.compile(rb"""\srefreshOnLoad=["'][^"']*["']""")


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
        source = {match[1]: xml_text(match[2]) for match in _ATTRIBUTE.finditer(found[0])}
        if b"id" in source:  # another workbook
            return found[0]
        ours = ours or source.get(b"name", "").casefold() in names
        area = Area.parse(source.get(b"ref", ""))
        near = [move for move in moves if same_sheet(move.sheet, source.get(b"sheet", ""))]
        if area is None or not any(move.area.overlaps(area) for move in near):
            return found[0]
        ours = True
        new = move_areas(source[b"ref"], list(near)).encode()
        return re.sub(rb"""(\sref=["'])[^"']*""", lambda match: match[1] + new, found[0])

    content = _SOURCE.sub(followed, content)
    if not ours:
        return content
    return _ROOT.sub(lambda found: _REFRESH.sub(b"", found[0]) + b' refreshOnLoad="1"', content, count=1)
