"""Hyperlinks of a sheet (ECMA-376 part 1, 18.3.1.47)."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from leads_excel.excel.cells.moves import moved_area
from leads_excel.excel.cells.places import address
from leads_excel.excel.cells.references import Area
from leads_excel.excel.file.package.start_tags import attributes_of, whole_element, with_attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leads_excel.excel.cells.moves import Move
    from leads_excel.excel.cells.places import CellPlace, Places

_LINKS = whole_element("hyperlinks")


def link_id(tag: bytes) -> str:
    """Read the id of a tag's relation, which leads out of the workbook; empty for none."""
    return next((value for name, value in attributes_of(tag).items() if name.rpartition(":")[2] == "id"), "")


def targets(tags: Iterable[bytes], addresses: Mapping[str, str], move: Move) -> dict[CellPlace, str]:
    """List where the cells in a table's rows lead.

    Args:
        tags: The tags of all links of the sheet.
        addresses: The addresses outside the workbook, by the id of their relation.
        move: The table. Links over all of its rows belong to none of them.

    Returns:
        The targets: an address, a place in the workbook as `#Home!A1`, or one after the other.
    """
    found: dict[CellPlace, str] = {}
    for tag in tags:
        attributes = attributes_of(tag)
        area, place = Area.parse(attributes.get("ref", "")), attributes.get("location", "")
        target = addresses.get(link_id(tag), "") + (f"#{place}" if place else "")
        if area and target and not _is_whole(area, move):
            rows = range(max(area.top, move.first), min(area.bottom, move.last) + 1)
            found.update({(row, area.left): target for row in rows if move.holds(row, area.left)})
    return found


def moved_tags(tags: Iterable[bytes], places: Places) -> list[bytes]:
    """Move links with their rows.

    Args:
        tags: The tags of all links of the sheet.
        places: Where its cells come to stand.

    Returns:
        The tags to be; a link over several rows that part is written once for each run of rows.
    """
    moved = []
    for tag in tags:
        ref = attributes_of(tag).get("ref", "")
        area = Area.parse(ref)
        news = _areas(area, places) if area else []
        if area is None or news == [area]:
            moved.append(tag)
            continue
        moved += [with_attributes(tag, ref=str(new) if ":" in ref else str(new).partition(":")[0]) for new in news]
    return moved


def _areas(area: Area, places: Places) -> list[Area]:
    for move in places.moves:
        if _is_whole(area, move):
            return [moved_area(area, [move])]
        if move.across(area) and area.top <= move.last and area.bottom >= move.first:
            rows = (move.row(row) if move.holds(row, max(area.left, move.area.left)) else row for row in _rows(area))
            return [Area(area.left, top, area.right, last) for top, last in _runs(row for row in rows if row)]
    if area.top != area.bottom:
        return [area]
    new = places.of([(area.top, area.left)])[area.top, area.left]
    return [Area(area.left, new[0], area.right, new[0])] if new else []


def _rows(area: Area) -> range:
    return range(area.top, area.bottom + 1)


def _is_whole(area: Area, move: Move) -> bool:
    return move.across(area) and area.top <= move.first < move.last <= area.bottom


def _runs(rows: Iterable[int]) -> Iterable[tuple[int, int]]:
    for _, group in groupby(enumerate(sorted(rows)), key=lambda pair: pair[1] - pair[0]):
        run = [row for _, row in group]
        yield run[0], run[-1]


def new_tag(prefix: bytes, cell: CellPlace, relation: str, place: str) -> bytes:
    """Write the tag of a new link.

    Args:
        prefix: The prefix of the sheet's main namespace, with its colon.
        cell: Its cell.
        relation: The id of the relation that leads out of the workbook, with the name of its attribute; or empty.
        place: The place in the workbook, or in what the relation leads to; or empty.
    """
    tag = with_attributes(b"<%shyperlink/>" % prefix, ref=address(cell), location=place or None)
    return tag.removesuffix(b"/>") + relation.encode() + b"/>"


def with_tags(tail: bytes, tags: Sequence[bytes], prefix: bytes) -> bytes:
    """Give a sheet other links.

    Args:
        tail: What stands behind its rows.
        tags: The tags of all its links to be.
        prefix: The prefix of its main namespace, with its colon.
    """
    name = prefix + b"hyperlinks"
    content = b"".join(tag if tag.endswith(b"/>") else tag[:-1] + b"/>" for tag in tags)
    element = b"<%s>%s</%s>" % (name, content, name) if tags else b""
    if _LINKS.search(tail):
        return _LINKS.sub(lambda found: element if found[1] == prefix else found[0], tail)
    place = place_for(tail, prefix, "hyperlinks")
    return tail[:place] + element + tail[place:]


_ORDER = (
    *("sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
    *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting"),
    *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks"),
    *("colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing"),
)
"""What may stand behind the rows of a sheet, in order, as far as it matters here (18.3.1.99)."""


def place_for(tail: bytes, prefix: bytes, name: str) -> int:
    """Find where an element belongs behind a sheet's rows.

    Args:
        tail: What stands there.
        prefix: The prefix of the sheet's main namespace, with its colon.
        name: The element.

    Returns:
        The place: behind all that comes before it.
    """
    before = "|".join(_ORDER[: _ORDER.index(name)]).encode()
    ends = re.compile(rb"</?%s(?:%s)(?=[\s/>])[^>]*>" % (re.escape(prefix), before))
    return max((found.end() for found in ends.finditer(tail)), default=0)
