"""What names the rows of our tables from elsewhere than their sheets: formulas, charts, controls, pivot tables."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from leads_excel.excel.cells.values import unescape
from leads_excel.excel.cells.xml import xml_text
from leads_excel.excel.file.package.pivots import cells_of_tables, refreshed
from leads_excel.excel.file.package.start_tags import start_tag, with_attributes
from leads_excel.excel.file.sheet.moved_references import moved_formulas, moved_pieces, names_sheet
from leads_excel.excel.file.sheet.sheet_data import whole_tags
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

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

_WITH_CACHES = ("chart+xml", "chartex+xml")
_STORED = re.compile(
    rb"(?P<before><(?P<prefix>(?:\w+:)?)f(?:\s[^>]*)?>(?P<formula>[^<]*)</(?P=prefix)f>\s*)"
    rb"(?:<(?P=prefix)(?P<cache>strCache|numCache|multiLvlStrCache|dlblRangeCache)[\s>].*?</(?P=prefix)(?P=cache)>"
    rb"|(?:<(?P=prefix)lvl[\s>].*?</(?P=prefix)lvl>\s*)+)",
    re.DOTALL,
)
_BY_TEXT = re.compile(r"\b(?:INDIRECT|HYPERLINK)\s*\(", re.IGNORECASE)
_LITERAL = re.compile(r'"((?:[^"]|"")*)"')
_FORMULA_CELL = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]+\d+)["'][^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?>"""
    rb"""([^<]*(?:INDIRECT|HYPERLINK)[^<]*)<"""
)
_LONGEST_CELL = 1 << 16


def follow_references(
    package: Package, workbook: Workbook, moves: Moves, sources: Sources, but: Collection[str]
) -> list[str]:
    """Follow the references in all parts but the sheets that are written anew.

    Args:
        package: The parts of the workbook.
        workbook: Its directory.
        moves: All tables whose rows move.
        sources: Follows names to their cells.
        but: The sheets of our tables, by their part.

    Returns:
        The parts that cannot be read, which stay as they are.
    """
    unread = []
    kinds = _WITH_FORMULAS if moves else _WITH_LINKS if moves.reorders else ()
    homes = workbook.sheets_of_parts() if kinds else {}
    for part, kind in package.content_types().items() if moves.tables else ():
        try:
            if kind.endswith(_WITH_CACHES):
                _replace(package, part, without_stored_values(package.read(part), moves.tables, sources))
            if kinds and kind.endswith(kinds) and part not in but:
                _follow(package, workbook, part, moves, homes.get(part))
        except WorkbookError:
            unread.append(part)
    return unread


def _follow(package: Package, workbook: Workbook, part: str, moves: Moves, home: str | None) -> None:
    if not moves.on(home) and not names_sheet(whole_tags(package.chunks(part)), moves):
        return
    if any(sheet.part == part for sheet in workbook.sheets):
        package.replace(part, partial(_moved, partial(package.original, part), moves))
    else:
        _replace(package, part, moved_formulas(package.read(part), moves, home))


def _replace(package: Package, part: str, content: bytes) -> None:
    if content != package.read(part):
        package.replace(part, content)


def without_stored_values(content: bytes, moves: Sequence[Move], sources: Sources) -> bytes:
    """Take out of a chart what it has stored of the rows of tables, which Excel reads from their cells anew.

    They are the values of rows as they were, those of leads that left among them (21.2.2.24, 21.2.2.201).

    Args:
        content: The part of the chart.
        moves: The tables.
        sources: Follows names to their cells.
    """
    tables = cells_of_tables(moves)

    def kept(found: re.Match[bytes]) -> bytes:
        formula = unescape(xml_text(found["formula"]))
        return found["before"] if any(one.overlaps(tables) for one in sources.spans(formula)) else found[0]

    return _STORED.sub(kept, content)


@dataclass(frozen=True, slots=True)
class TextReference:
    """A text in a formula that names cells, which nobody but Excel can follow.

    Args:
        place: Where the formula stands, for people.
        text: The text.
    """

    place: str
    text: str


def references_in_texts(package: Package, workbook: Workbook, but: Collection[str]) -> list[TextReference]:
    """List the texts in formulas that name cells: `INDIRECT("Leads!A2:A9")`, `HYPERLINK("#Leads!A9")`.

    Args:
        package: The parts of the workbook.
        workbook: Its directory.
        but: Sheets, by their part, in which nobody looks.
    """
    names = (("a defined name", formula) for formula in workbook.scoped_names().values())
    found = [TextReference(place, text) for place, formula in names for text in _texts(formula)]
    for sheet in workbook.sheets:
        if sheet.part not in but:
            found += _in_cells(sheet.name, package.original(sheet.part))
    return list(dict.fromkeys(found))


def _in_cells(sheet: str, pieces: Iterator[bytes]) -> Iterator[TextReference]:
    rest = b""
    with suppress(WorkbookError):  # what nobody can read is copied as it is, and is no reason to refuse the book
        for piece in pieces:
            rest += piece
            for cell in _FORMULA_CELL.finditer(rest) if b"INDIRECT" in rest or b"HYPERLINK" in rest else ():
                for text in _texts(unescape(xml_text(cell[2]))):
                    yield TextReference(f"{sheet}!{cell[1].decode()}", text)
            rest = rest[max(rest.rfind(b"<c "), len(rest) - _LONGEST_CELL, 0) :]


def _texts(formula: str) -> list[str]:
    if not _BY_TEXT.search(_LITERAL.sub("", formula)):
        return []
    return [text.replace('""', '"').removeprefix("#") for text in _LITERAL.findall(formula)]


def refresh_pivots(package: Package, workbook: Workbook, moves: Sequence[Move], sources: Sources) -> None:
    """Have Excel refresh the pivot tables that draw on tables whose rows are written, when it opens the file.

    Args:
        package: The parts of the workbook.
        workbook: Its directory.
        moves: The tables.
        sources: Follows names to their cells.
    """
    for part in workbook.related("pivotCacheDefinition") if moves else ():
        _replace(package, part, refreshed(package.read(part), moves, sources))


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
