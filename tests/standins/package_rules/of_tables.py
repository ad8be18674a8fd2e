"""Rules for tables: what a table part says has to be what the sheet shows."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from package_rules.book import Area, Book, Cell, Table, plain_text, unescape
from package_rules.of_packages import repeated
from package_rules.of_rows import is_index
from package_rules.package import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = re.compile(r"[^\W\d][\w.?\\]*|\\[\w.?\\]*")
_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}|[Rr][0-9]*(?:[Cc][0-9]*)?|[Cc][0-9]*")
_LONGEST_NAME = 255


def is_name(text: str) -> bool:
    """Tell whether a text can name a range or a table (§18.2.5): no blanks, not a cell, at most 255 characters."""
    is_cell = _CELL.fullmatch(text) and not _beyond_sheet(text)
    return len(text) <= _LONGEST_NAME and NAME.fullmatch(text) is not None and not is_cell


def _beyond_sheet(text: str) -> bool:
    area = Area.parse(text.upper())
    return area is not None and not area.is_on_sheet


def table_on_sheet(table: Table) -> Iterator[str]:
    """The range of a table lies on the sheet (§18.5.1.2; observed: Excel refuses)."""
    if table.area is None or not table.area.is_on_sheet:
        yield f"{table.name} has the range {table.element.get('ref')!r}"


def table_has_data_row(table: Table) -> Iterator[str]:
    """A table has at least one row between header and totals (§18.5.1.2; observed: Excel repairs)."""
    if table.area and table.area.bottom - table.totals_rows < table.area.top + table.header_rows:
        yield f"{table.name} has no data row in {table.element.get('ref')}"


def table_filter_matches(table: Table) -> Iterator[str]:
    """The filter of a table covers the table without its totals row (§18.5.1.2; observed: Excel repairs)."""
    for element in table.element.findall(f"{MAIN}autoFilter"):
        area = Area.parse(element.get("ref") or "")
        if table.area and area != table.area._replace(bottom=table.area.bottom - table.totals_rows):
            yield f"the filter of {table.name} has the range {element.get('ref')!r}"


def table_filter_columns_exist(table: Table) -> Iterator[str]:
    """A filter column is one of the table's (§18.3.2.7; observed: Excel repairs)."""
    for element in table.source.elements("filterColumn"):
        if int(element.get("colId") or 0) >= len(table.columns):
            yield f"{table.name} filters column {element.get('colId')} of {len(table.columns)}"


def table_column_count(table: Table) -> Iterator[str]:
    """A table has as many columns as its range is wide, and says so (§18.5.1.4; observed: Excel repairs)."""
    said = [element.get("count") for element in table.source.elements("tableColumns")]
    width = table.area.right - table.area.left + 1 if table.area else 0
    if len(table.columns) != width or said not in ([str(width)], [None]):
        yield f"{table.name} is {width} wide, has {len(table.columns)} columns and says {said}"


def table_columns_unique(table: Table) -> Iterator[str]:
    """Column names differ, ignoring case (§18.5.1.3; observed: Excel repairs)."""
    for name in repeated(column.lower() for column in table.columns):
        yield f"{table.name} has more than one column {name!r}"


def table_column_ids_unique(table: Table) -> Iterator[str]:
    """Column ids differ (§18.5.1.3; observed: Excel repairs)."""
    for number in repeated(element.get("id") or "" for element in table.source.elements("tableColumn")):
        yield f"{table.name} has more than one column with id {number}"


def table_headers_match(table: Table) -> Iterator[str]:
    """Header cells are texts, equal to the column names (§18.5.1.3; observed: Excel repairs)."""
    if not table.header_rows or table.area is None or table.sheet.source.root is None:
        return
    for offset, name in enumerate(table.columns):
        cell = table.sheet.headers.get((table.area.top, table.area.left + offset))
        if cell and cell.kind == "s" and not is_index(cell.value or "", len(table.sheet.book.texts)):
            continue  # shared_strings_in_range says so
        header = _header(table.sheet.book, cell) if cell else None
        if header is None or _lines(header) != _lines(name):
            yield f"{table.name} has the column {name!r} under the header {header!r}"


def _header(book: Book, cell: Cell) -> str | None:
    """Read a header cell; None unless it is a text that no formula makes."""
    if cell.kind == "s":
        return unescape(book.texts[int(cell.value or 0)])
    if cell.kind == "inlineStr":
        return unescape("".join(plain_text(item) for item in cell.element.iter(f"{MAIN}is")))
    has_formula = cell.element.find(f"{MAIN}f") is not None
    return unescape(cell.value or "") if cell.kind == "str" and not has_formula else None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def table_styles_in_range(table: Table) -> Iterator[str]:
    """The formats of a table are indices of the differential formats (§18.5.1.2)."""
    count = table.sheet.book.differential_style_count
    for element in table.source.elements("table", "tableColumn"):
        for name, value in element.attrib.items():
            if name.lower().endswith("dxfid") and int(value) >= count:
                yield f"{name} of {element.get('name')!r} is {value} of {count}"


def table_name_valid(table: Table) -> Iterator[str]:
    """The name of a table is a name (§18.5.1.2, displayName; observed: Excel repairs)."""
    if not is_name(table.name):
        yield f"{table.name!r} cannot be the name of a table"


def table_names_unique(book: Book) -> Iterator[str]:
    """Tables and names of the workbook differ, ignoring case (§18.5.1.2, displayName; observed: Excel repairs)."""
    taken = {
        (element.get("name") or "").lower()
        for element in book.source.elements("definedName")
        if element.get("localSheetId") is None
    }
    names = [table.name.lower() for table in book.tables]
    for name in {*repeated(names), *(taken & set(names))}:
        yield f"{name} names more than one thing"


def table_ids_unique(book: Book) -> Iterator[str]:
    """Table ids differ in the workbook (§18.5.1.2; observed: Excel repairs)."""
    for number in repeated(table.element.get("id") or "" for table in book.tables):
        yield f"more than one table has the id {number}"


def tables_apart(book: Book) -> Iterator[str]:
    """The tables of a sheet do not overlap (observed: Excel repairs)."""
    for first, second in combinations(book.tables, 2):
        if first.sheet is second.sheet and first.area and second.area and first.area.meets(second.area):
            yield f"{first.name} and {second.name} overlap"


def table_unmerged(table: Table) -> Iterator[str]:
    """No cell of a table is merged (observed: Excel repairs)."""
    for area in table.sheet.areas("mergeCell"):
        if table.area and table.area.meets(area):
            yield f"{table.name} and the merged range {area} overlap"


def slicers_have_columns(book: Book) -> Iterator[str]:
    """A table slicer names a table and one of its columns by id ([MS-XLSX] 2.6.85, CT_TableSlicerCache)."""
    columns = {
        (table.element.get("id"), element.get("id"))
        for table in book.tables
        for element in table.source.elements("tableColumn")
    }
    for part in book.package.related(book.part, "slicerCache"):
        for element in part.root.iter() if part.root is not None else ():
            key = element.get("tableId"), element.get("column")
            if element.tag.endswith("}tableSlicerCache") and key not in columns:
                yield f"{part.part} shows column {key[1]} of table {key[0]}, which is missing"
