"""What names the rows of our tables from elsewhere than their sheets: formulas, charts, controls, pivot tables."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from leads_excel.excel.file.package.pivots import refreshed
from leads_excel.excel.file.package.start_tags import start_tag, with_attributes
from leads_excel.excel.file.sheet.moved_references import moved_formulas, moved_pieces, names_sheet
from leads_excel.excel.file.sheet.sheet_data import whole_tags

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leads_excel.excel.cells.moves import Move, Moves
    from leads_excel.excel.file.package.package import Package
    from leads_excel.excel.file.package.sources import Sources
    from leads_excel.excel.file.package.workbook import Workbook

_WITH_FORMULAS = (
    *("worksheet+xml", "chart+xml", "chartex+xml", "table+xml", "main+xml", "controlproperties+xml"),
    *("drawing+xml", "chartshapes+xml", "vmlDrawing"),
)
"""Parts that may hold formulas over our tables, by the end of their content type."""

_WITH_LINKS = ("controlproperties+xml", "vmlDrawing")
"""Parts that may name the cell that a control is linked to."""


def follow_references(package: Package, workbook: Workbook, moves: Moves) -> None:
    """Follow the references in all parts but the sheets that are written anew.

    Args:
        package: The parts of the workbook.
        workbook: Its directory.
        moves: All tables whose rows move.
    """
    sheets = {sheet.part: sheet.name for sheet in workbook.sheets}
    kinds = _WITH_FORMULAS if moves else _WITH_LINKS if moves.reorders else ()
    homes = workbook.sheets_of_parts() if kinds else {}
    for part, kind in package.content_types().items() if kinds else ():
        if not kind.endswith(kinds) or (part in sheets and package.is_replaced(part)):
            continue
        home = homes.get(part)
        if not moves.on(home) and not names_sheet(whole_tags(package.chunks(part)), moves):
            continue
        if part in sheets:
            package.replace(part, partial(_moved, partial(package.original, part), moves))
        else:
            content = package.read(part)
            new = moved_formulas(content, moves, home)
            if new != content:
                package.replace(part, new)


def refresh_pivots(package: Package, workbook: Workbook, moves: Sequence[Move], sources: Sources) -> None:
    """Have Excel refresh the pivot tables that draw on tables whose rows are written, when it opens the file.

    Args:
        package: The parts of the workbook.
        workbook: Its directory.
        moves: The tables.
        sources: Follows names to their cells.
    """
    for part in workbook.related("pivotCacheDefinition") if moves else ():
        content = package.read(part)
        if (new := refreshed(content, moves, sources)) != content:
            package.replace(part, new)


def has_pivot(package: Package, workbook: Workbook, move: Move, sources: Sources) -> bool:
    """Say whether a pivot table draws on a table.

    Args:
        package: The parts of the workbook.
        workbook: Its directory.
        move: The table.
        sources: Follows names to their cells.
    """
    caches = (_unmarked(package.read(part)) for part in workbook.related("pivotCacheDefinition"))
    return any(refreshed(cache, [move], sources) != cache for cache in caches)


def _moved(pieces: Callable[[], Iterator[bytes]], moves: Moves) -> Iterator[bytes]:
    yield from moved_pieces(whole_tags(pieces()), moves, None)


def _unmarked(cache: bytes) -> bytes:
    return start_tag("pivotCacheDefinition").sub(
        lambda tag: with_attributes(tag[0], refreshOnLoad=None), cache, count=1
    )
