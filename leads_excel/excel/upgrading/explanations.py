"""The rows of Home that explain numbers, which an older template lacks: the cards of a new Dashboard lead there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import Area, column_letters, column_number
from leads_excel.excel.cells.sheet_names import quoted
from leads_excel.excel.file.package.start_tags import attributes_of, start_tag, whole_element, with_attributes
from leads_excel.excel.upgrading.sheet_cells import with_cell
from leads_excel.excel.upgrading.template_sheets import copied_cell

if TYPE_CHECKING:
    from leads_excel.excel.file.package.workbook import Sheet
    from leads_excel.excel.upgrading.opened_book import Upgrade

_PREFIX = "why_"
_ROW, _CELL = whole_element("row"), re.compile(rb"<c(\s[^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_GAP = 2
"""Empty rows between what stands there and what is added."""


def add_explanations(upgrade: Upgrade) -> None:
    """Add the rows below everything that stands on Home, unless some of them are there."""
    ours, theirs = upgrade.template.workbook, upgrade.book.workbook
    names = {name: place for name, formula in ours.defined_names().items()
             if name.startswith(_PREFIX) and (place := ours.cell_named(formula))}  # fmt: skip
    home = theirs.cell_named(theirs.defined_names().get("in_from", ""))
    if not names or not home or not names.keys().isdisjoint(theirs.defined_names()):
        return
    sheet, model = home.sheet, next(iter(names.values())).sheet
    content = upgrade.book.package.read(sheet.part)
    if whole_element("sheetProtection").search(content):
        upgrade.left.append(f"no place for why numbers are what they are: {sheet.name} is protected")
        return
    rows = range(min(place.row for place in names.values()) - 1, max(place.row for place in names.values()) + 1)
    by = max((_number(found[2]) for found in _ROW.finditer(content)), default=0) + 1 + _GAP - rows.start
    upgrade.book.package.replace(sheet.part, _with_rows(upgrade, content, model, rows, by))
    for name, place in names.items():
        upgrade.add_name(name, f"{quoted(sheet.name)}!${column_letters(place.column)}${place.row + by}")
    upgrade.done.append(f"why numbers are what they are, on {sheet.name}")


def _with_rows(upgrade: Upgrade, content: bytes, model: Sheet, rows: range, by: int) -> bytes:
    template = upgrade.template.package.read(model.part)
    heights: dict[int, dict[str, str]] = {}
    for row in _ROW.finditer(template):
        number = _number(row[2])
        if number in rows:
            told = attributes_of(row[2])
            heights[number + by] = {key: told[key] for key in ("ht", "customHeight") if key in told}
            for cell in _CELL.finditer(row[3] or b""):
                column = column_number(attributes_of(cell[1])["r"].rstrip("0123456789"))
                content = with_cell(content, number + by, column, copied_cell(upgrade, cell))
    return _merged(_sized(content, heights), template, rows, by)


def _sized(content: bytes, heights: dict[int, dict[str, str]]) -> bytes:
    def sized(found: re.Match[bytes]) -> bytes:
        return with_attributes(found[0], **heights.get(_number(found[2]), {}))

    return start_tag("row").sub(sized, content)


def _merged(content: bytes, template: bytes, rows: range, by: int) -> bytes:
    found = (attributes_of(tag[2]).get("ref", "") for tag in start_tag("mergeCell").finditer(template))
    areas = map(Area.parse, found)
    moved = [
        Area(area.left, area.top + by, area.right, area.bottom + by) for area in areas if area and area.top in rows
    ]
    standing = whole_element("mergeCells").search(content)
    if standing is None or standing[3] is None:  # cells that are not merged show their texts too, only less well
        return content
    added = b"".join(b'<mergeCell ref="%b"/>' % str(area).encode() for area in moved)
    content = content[: standing.end(3)] + added + content[standing.end(3) :]
    return start_tag("mergeCells").sub(lambda found: with_attributes(found[0], count=None), content, count=1)


def _number(attributes: bytes) -> int:
    return int(attributes_of(attributes)["r"])
