"""Pivot caches over tables that change: refreshed by Excel when it opens the file (ECMA-376 part 1, 18.10.1.67)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import move_areas
from leads_excel.excel.cells.xml import xml_text
from leads_excel.excel.file.package.sources import Span, span

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from leads_excel.excel.cells.references import Move
    from leads_excel.excel.file.package.sources import Sources

_REST = rb"""(?:[^<>"']|"[^"]*"|'[^']*')*?"""
_SOURCE = re.compile(rb"<(?:[\w.-]+:)?(?:worksheetSource|rangeSet)\b%s>" % _REST)
_ATTRIBUTE = re.compile(rb"""\s(?:[\w.-]+:)?(name|sheet|ref|id)\s*=\s*("[^"]*"|'[^']*')""")
_REF = re.compile(rb"""(\sref\s*=\s*["'])[^"']*""")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?pivotCacheDefinition\b%s(?=/?>)" % _REST)
_REFRESH = re.compile(rb"""\srefreshOnLoad\s*=\s*["'][^"']*["']""")


def cells_of_tables(moves: Sequence[Move]) -> list[Span]:
    """List where tables stand, and where they are going to stand.

    Args:
        moves: The tables.
    """
    return [Span(move.sheet.casefold(), area) for move in moves for area in (move.area, move.new_area)]


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
        source = {match[1]: xml_text(match[2][1:-1]) for match in _ATTRIBUTE.finditer(found[0])}
        if b"id" in source:  # another workbook
            return found[0]
        sheet, ref = source.get(b"sheet"), source.get(b"ref", "")
        ours = ours or _any_overlaps(sources.spans(source.get(b"name", ""), sheet), tables)
        place = span(sheet, ref)
        if place is None or not place.overlaps(tables):
            return found[0]
        ours = True
        new = move_areas(ref, [move for move in moves if move.sheet.casefold() == place.sheet]).encode()
        return _REF.sub(lambda match: match[1] + new, found[0])

    content = _SOURCE.sub(followed, content)
    if not ours:
        return content
    return _ROOT.sub(lambda found: _REFRESH.sub(b"", found[0]) + b' refreshOnLoad="1"', content, count=1)


def _any_overlaps(spans: Collection[Span], tables: Collection[Span]) -> bool:
    return any(one.overlaps(tables) for one in spans)
