"""Columns that a refresh works out, added at the right of tables that an older template made without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import Area, column_letters
from leads_excel.excel.cells.sheet_names import quoted
from leads_excel.excel.file.package.start_tags import attributes_of, start_tag, whole_element, with_attributes
from leads_excel.excel.filling.lead_fields import heading_name
from leads_excel.excel.filling.rejections import KEY, TABLE
from leads_excel.excel.upgrading.sheet_cells import is_empty, style_at, text_cell, with_cell
from leads_excel.schema.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection

    from leads_excel.excel.file.package.table_part import TablePart
    from leads_excel.excel.upgrading.opened_book import Upgrade


def add_columns(upgrade: Upgrade) -> None:
    """Add to each table the columns that the template has by now and that are no fields of the API.

    A field of the API that is not there was deleted by somebody; it stays away.
    """
    for name, ours in upgrade.template.workbook.tables.items():
        theirs = upgrade.book.workbook.tables.get(name)
        if theirs is None or theirs.unusual or not _is_ours(upgrade, name):
            continue
        fields = {column.name for column in TABLES[name]} if name in TABLES else set()
        missing = [header for header in ours.headers if header not in fields and header not in theirs.headers]
        for header in missing:
            _add(upgrade, upgrade.book.workbook.tables[name], ours, header)


def _is_ours(upgrade: Upgrade, name: str) -> bool:
    """Tell whether a table was made by a template: a user may have had one that is called as a later one of ours."""
    if name != TABLE or any(heading_name(name, column) in _names(upgrade) for column in KEY):
        return True
    upgrade.left.append(f"no room for the table {name}: a table of your own is called so, give it another name")
    return False


def _names(upgrade: Upgrade) -> Collection[str]:
    return upgrade.book.workbook.defined_names()


def _add(upgrade: Upgrade, theirs: TablePart, ours: TablePart, header: str) -> None:
    sheet = next(sheet for sheet in upgrade.book.workbook.sheets if sheet.name == theirs.sheet)
    content, area, right = upgrade.book.package.read(sheet.part), theirs.area, theirs.area.right + 1
    room = Area(right, area.top, right, area.bottom)
    others = [table.area for table in upgrade.book.workbook.tables.values() if table.sheet == theirs.sheet]
    is_free = is_empty(content, area.top, area.bottom, right, right) and not any(map(room.overlaps, others))
    if not is_free or whole_element("sheetProtection").search(content):
        where = f"{theirs.sheet}!{column_letters(right)}{area.top}"
        upgrade.left.append(
            f"no room for the column {header} of the table {theirs.name}: {where} is in use or protected"
        )
        return
    content = with_cell(content, area.top, right, text_cell(header, style_at(content, area.top, area.right)))
    upgrade.book.package.replace(sheet.part, _with_width(upgrade, content, ours, header, right))
    _widen(upgrade, theirs, header)
    upgrade.book.read_anew()
    upgrade.done.append(f"the column {header} of the table {theirs.name}")
    name = heading_name(theirs.name, header)
    if name in upgrade.template.workbook.defined_names():
        upgrade.add_name(name, f"{quoted(theirs.sheet)}!${column_letters(right)}${area.top}")


def _widen(upgrade: Upgrade, theirs: TablePart, header: str) -> None:
    content = upgrade.book.package.read(theirs.part)
    area = theirs.area
    whole = Area(area.left, area.top, area.right + 1, area.bottom)
    body = Area(area.left, area.top, area.right + 1, area.bottom - theirs.totals)
    content = start_tag("table").sub(lambda found: with_attributes(found[0], ref=str(whole)), content, count=1)
    content = start_tag("autoFilter").sub(lambda found: with_attributes(found[0], ref=str(body)), content, count=1)
    used = [int(attributes_of(found[2]).get("id", 0)) for found in start_tag("tableColumn").finditer(content)]
    column = with_attributes(b"<tableColumn/>", id=str(max(used) + 1), name=header)
    opening = start_tag("tableColumns")
    content = opening.sub(lambda found: with_attributes(found[0], count=str(len(used) + 1)), content, count=1)
    end = content.rindex(b"</tableColumns")
    upgrade.book.package.replace(theirs.part, content[:end] + column + content[end:])


def _with_width(upgrade: Upgrade, content: bytes, ours: TablePart, header: str, column: int) -> bytes:
    """Give a column the width and the format that it has in the template, unless it has some already."""
    sheet = next(sheet for sheet in upgrade.template.workbook.sheets if sheet.name == ours.sheet)
    place = ours.area.left + ours.headers.index(header)
    model = next((told for told in _widths(upgrade.template.package.read(sheet.part)) if _holds(told, place)), None)
    if model is None or any(_holds(told, column) for told in _widths(content)):
        return content
    style = str(upgrade.styles.cell(int(model["style"]))) if "style" in model else None
    width = with_attributes(b"<col/>", min=str(column), max=str(column), width=model["width"], style=style,
                            customWidth="1")  # fmt: skip
    found = whole_element("cols").search(content)
    if found is None:
        at = content.index(b"<sheetData")
        return content[:at] + b"<cols>%b</cols>" % width + content[at:]
    behind = [
        match.start() for match in start_tag("col").finditer(found[0]) if int(attributes_of(match[0])["min"]) > column
    ]
    at = found.start() + (behind[0] if behind else found[0].rindex(b"</"))
    return content[:at] + width + content[at:]


def _widths(content: bytes) -> list[dict[str, str]]:
    found = whole_element("cols").search(content)
    return [attributes_of(match[0]) for match in start_tag("col").finditer(found[0])] if found else []


def _holds(told: dict[str, str], column: int) -> bool:
    return int(told["min"]) <= column <= int(told["max"])
