"""Sheets of the template, copied into another workbook with their tables, charts, formats and names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, unescape

from leads_excel.excel.cells.sheet_names import quoted, same_sheet
from leads_excel.excel.file.package.start_tags import attributes_of, start_tag, with_attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leads_excel.excel.file.package.workbook import Sheet
    from leads_excel.excel.upgrading.opened_book import Upgrade

_FORMULAS = re.compile(rb"(<(?:f|formula|formula1|formula2|c:f)(?:\s[^>]*)?>)([^<]*)(</)")
_CELL = re.compile(rb"<c(\s[^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_LINK = re.compile(rb'\br:id="([^"]+)"')
_PLACES = re.compile(rb'\blocation="([^"]*)"')
_COLUMN = re.compile(r"\b(\w+)\[(?:\[#\w+\],)?\[?([^\[\]#]+)\]?\]")
_STYLED = (("row", "s"), ("col", "style"), ("cfRule", "dxfId"))


def add_sheets(upgrade: Upgrade) -> None:
    """Add the sheets whose tables or texts the workbook lacks; an older one that stands there stays beside it."""
    lacking = [sheet for sheet in upgrade.template.workbook.sheets if _is_lacking(upgrade, sheet)]
    for sheet in lacking:
        _add(upgrade, sheet, _free_title(upgrade, sheet.name))


def _is_lacking(upgrade: Upgrade, sheet: Sheet) -> bool:
    ours, theirs = upgrade.template.workbook, upgrade.book.workbook
    tables = {name for name, table in ours.tables.items() if table.sheet == sheet.name}
    if tables:
        return tables.isdisjoint(theirs.tables)
    names = {name for name, formula in ours.defined_names().items() if _is_on(sheet, formula)}
    if names:
        return names.isdisjoint(theirs.defined_names())
    texts = upgrade.template.texts(sheet)
    of_tables = {table.sheet for table in theirs.tables.values()}
    others = [other for other in theirs.sheets if other.name not in of_tables]
    return not any(texts <= upgrade.book.texts(other) for other in others)


def _is_on(sheet: Sheet, formula: str) -> bool:
    return formula.startswith(f"{quoted(sheet.name)}!")


def _free_title(upgrade: Upgrade, name: str) -> str:
    taken, title, number = upgrade.book.titles, name, 1
    while any(same_sheet(title, other) for other in taken):
        number += 1
        title = f"{name} {number}"
    return title


def _add(upgrade: Upgrade, sheet: Sheet, title: str) -> None:
    package, template = upgrade.book.package, upgrade.template.package
    part = package.free_name("xl/worksheets/sheet{}.xml")
    renamed = _without_missing(upgrade, _renaming({**_standing(upgrade), sheet.name: title}))
    links = _add_linked(upgrade, sheet.part, part, renamed)
    content = _translated(upgrade, template.read(sheet.part), renamed, links)
    package.add(part, content, template.content_types()[sheet.part.casefold()])
    _list(upgrade, part, title)
    place = len(upgrade.book.titles) - 1
    for (scope, name), formula in upgrade.template.workbook.scoped_names().items():
        if scope == sheet.name:
            upgrade.add_name(_spelled(name), renamed(formula), place)
        elif not scope and _is_on(sheet, formula) and name not in upgrade.book.workbook.defined_names():
            upgrade.add_name(name, renamed(formula))
    upgrade.done.append(f"the sheet {title}")


def _standing(upgrade: Upgrade) -> dict[str, str]:
    """Tell what each sheet of the template is called in the workbook, by its tables and names."""
    ours, theirs = upgrade.template.workbook, upgrade.book.workbook
    found = {table.sheet: theirs.tables[name].sheet for name, table in ours.tables.items() if name in theirs.tables}
    names = theirs.defined_names()
    for name, formula in ours.defined_names().items():
        place, other = ours.cell_named(formula), theirs.cell_named(names.get(name, ""))
        if place and other:
            found.setdefault(place.sheet.name, other.sheet.name)
    return found


def _renaming(titles: Mapping[str, str]) -> Callable[[str], str]:
    """Make what writes formulas for sheets that are called otherwise."""
    pattern = re.compile(rf"(?<![\w.'])('?)({'|'.join(map(re.escape, titles))})\1!")

    def renamed(formula: str) -> str:
        return pattern.sub(lambda found: f"{quoted(titles[found[2]])}!", formula)

    return renamed


def _without_missing(upgrade: Upgrade, renamed: Callable[[str], str]) -> Callable[[str], str]:
    """Have formulas name `#REF!` where a table lacks the column, as Excel does: it opens no file that names none."""
    headers = {name: {*map(str.casefold, table.headers)} for name, table in upgrade.book.workbook.tables.items()}

    def column(found: re.Match[str]) -> str:
        known = headers.get(found[1].casefold())
        return "#REF!" if known is not None and found[2].casefold() not in known else found[0]

    return lambda formula: _COLUMN.sub(column, renamed(formula))


def _add_linked(upgrade: Upgrade, old: str, new: str, renamed: Callable[[str], str]) -> dict[str, str]:
    """Add what a part of the template links to, and return the ids of the links by those in the template."""
    package, template, ids = upgrade.book.package, upgrade.template.package, {}
    for relation in template.relations(old):
        folder, _, file = relation.target.rpartition("/")
        part = package.free_name(f"{folder}/{file.rstrip('0123456789.xml')}{{}}.xml")
        links = _add_linked(upgrade, relation.target, part, renamed)
        content = _relinked(template.read(relation.target), links)
        content = _table(upgrade, content) if relation.kind == "table" else _renamed_in(content, renamed)
        package.add(part, content, template.content_types()[relation.target.casefold()])
        ids[relation.id] = package.link(new, relation.kind, part)
    return ids


def _table(upgrade: Upgrade, content: bytes) -> bytes:
    known = (upgrade.book.package.read(table.part) for table in upgrade.book.workbook.tables.values())
    numbers = [
        int(attributes_of(found[2]).get("id", 0)) for text in known for found in start_tag("table").finditer(text)
    ]
    new = str(max(numbers, default=0) + 1)
    return start_tag("table").sub(lambda found: with_attributes(found[0], id=new), content, count=1)


def _translated(upgrade: Upgrade, content: bytes, renamed: Callable[[str], str], links: Mapping[str, str]) -> bytes:
    content = start_tag("sheetView").sub(lambda found: with_attributes(found[0], tabSelected=None), content)
    for name, key in _STYLED:
        number = upgrade.styles.differential if key == "dxfId" else upgrade.styles.cell

        def restyled(found: re.Match[bytes], key: str = key, number: Callable[[int], int] = number) -> bytes:
            told = attributes_of(found[0])
            return with_attributes(found[0], **{key: str(number(int(told[key])))}) if key in told else found[0]

        content = start_tag(name).sub(restyled, content)
    content = _CELL.sub(lambda found: copied_cell(upgrade, found), content)
    return _relinked(_renamed_in(content, renamed), links)


def copied_cell(upgrade: Upgrade, found: re.Match[bytes]) -> bytes:
    """Write a cell of the template with the formats and texts of the workbook.

    Args:
        upgrade: The workbook and the template.
        found: The cell: its attributes, and what is in it.
    """
    told, inside = attributes_of(found[1]), found[2]
    tag = b"<c%b>" % found[1]
    if "s" in told:
        tag = with_attributes(tag, s=str(upgrade.styles.cell(int(told["s"]))))
    if inside is None:
        return tag[:-1] + b"/>"
    if told.get("t") == "s":  # texts stand in the cells themselves: those of the workbook stay as they are numbered
        number = int(re.sub(rb"\D", b"", inside))
        return with_attributes(tag, t="inlineStr") + b"<is>%b</is></c>" % upgrade.template.shared[number]
    return tag + inside + b"</c>"


def _renamed_in(content: bytes, renamed: Callable[[str], str]) -> bytes:
    def formula(found: re.Match[bytes]) -> bytes:
        return found[1] + escape(renamed(unescape(found[2].decode()))).encode() + found[3]

    content = _FORMULAS.sub(formula, content)
    return _PLACES.sub(lambda found: b'location="%b"' % escape(renamed(unescape(found[1].decode()))).encode(), content)


def _relinked(content: bytes, links: Mapping[str, str]) -> bytes:
    return _LINK.sub(lambda found: b'r:id="%b"' % links.get(found[1].decode(), found[1].decode()).encode(), content)


def _list(upgrade: Upgrade, part: str, title: str) -> None:
    """Add a sheet at the end of the workbook's list."""
    package, directory = upgrade.book.package, upgrade.book.workbook.part
    link = package.link(directory, "worksheet", part)
    content = package.read(directory)
    told = [attributes_of(found[0]) for found in start_tag("sheet").finditer(content)]
    number = max(int(sheet.get("sheetId", 0)) for sheet in told) + 1
    prefix = next((key.rpartition(":")[0] for sheet in told for key in sheet if key.endswith(":id")), "r")
    element = with_attributes(b"<sheet/>", name=title, sheetId=str(number), **{f"{prefix}:id": link})
    end = content.rindex(b"</sheets")
    package.replace(directory, content[:end] + element + content[end:])
    upgrade.book.read_anew()


def _spelled(name: str) -> str:
    known = {"_xlnm.print_area": "_xlnm.Print_Area", "_xlnm.print_titles": "_xlnm.Print_Titles"}
    return known.get(name, name)
