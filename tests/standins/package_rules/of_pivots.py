"""Rules for pivot tables: table, cache, records and source have to have the same fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_rules.book import Area, as_in_formulas, unescape
from package_rules.package import MAIN, RELATION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from package_rules.book import Book
    from package_rules.package import Part

DEFINITION = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"
TABLE = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml"

_NO = {"0", "false"}
_VALUES = -2  # the field that stands for the data fields themselves


def _is(part: Part, type_: str) -> bool:
    return part.type == type_ and part.root is not None


def _fields(cache: Part) -> list[Element]:
    return list(cache.elements("cacheField"))


def _stored(cache: Part) -> list[Element]:
    """The fields that records hold: not the calculated ones, not groups made of others."""
    return [field for field in _fields(cache) if field.get("databaseField") not in _NO]


def _item_count(field: Element) -> int:
    grouped = field.find(f"{MAIN}fieldGroup/{MAIN}groupItems")
    shared = field.find(f"{MAIN}sharedItems")
    items = grouped if grouped is not None else shared
    return 0 if items is None else len(items)


def pivot_caches_have_records(part: Part) -> Iterator[str]:
    """A cache has its records, unless it says that it saves none (§18.10.1.67, saveData; observed: Excel repairs)."""
    if not _is(part, DEFINITION) or part.root is None or RELATION + "id" in part.root.attrib:
        return
    if part.root.get("saveData") not in _NO and part.root.get("refreshOnLoad") in {*_NO, None}:
        yield "has no records and does not ask to be refreshed"


def pivot_records_match(part: Part) -> Iterator[str]:
    """Each record has a value for each field, each index an item (§18.10.1.70; observed: Excel repairs)."""
    if not _is(part, DEFINITION):
        return
    counts = [len(field.find(f"{MAIN}sharedItems") or ()) for field in _stored(part)]
    for records in part.package.related(part.part, "pivotCacheRecords"):
        for number, record in enumerate(records.elements("r"), 1):
            if len(record) != len(counts):
                yield f"record {number} has {len(record)} values for {len(counts)} fields"
            indices = [item.get("v") if item.tag == f"{MAIN}x" else None for item in record]
            for index, count in zip(indices, counts, strict=False):
                if index is not None and int(index) >= count:
                    yield f"record {number} has item {index} of {count}"


def pivot_fields_match(part: Part) -> Iterator[str]:
    """A pivot table has the fields of its cache (§18.10.1.70, pivotFields; observed: Excel repairs)."""
    if _is(part, TABLE):
        for cache in part.package.related(part.part, "pivotCacheDefinition"):
            own, cached = sum(1 for _ in part.elements("pivotField")), len(_fields(cache))
            if own != cached:
                yield f"has {own} fields, its cache {cached}"


def pivot_items_match(part: Part) -> Iterator[str]:
    """Each item of a pivot field is an item of its cache field (§18.10.1.45; observed: Excel repairs)."""
    if not _is(part, TABLE):
        return
    for cache in part.package.related(part.part, "pivotCacheDefinition"):
        for own, cached in zip(part.elements("pivotField"), _fields(cache), strict=False):
            for item in own.iter(f"{MAIN}item"):
                if int(item.get("x") or -1) >= _item_count(cached):
                    yield f"item {item.get('x')} of field {cached.get('name')!r} is missing in the cache"


def pivot_field_indices_in_range(part: Part) -> Iterator[str]:
    """Row, column, page and data fields are indices of the pivot fields (§18.10.1.30; observed: Excel repairs)."""
    if not _is(part, TABLE):
        return
    count = sum(1 for _ in part.elements("pivotField"))
    for element in part.elements("field", "pageField", "dataField"):
        index = int(element.get("x") or element.get("fld") or 0)
        if not (index == _VALUES or 0 <= index < count):
            yield f"{element.tag.removeprefix(MAIN)} {index} of {count}"


def pivot_tables_on_sheet(part: Part) -> Iterator[str]:
    """A pivot table stands on the sheet (§18.10.1.49)."""
    if _is(part, TABLE):
        for element in part.elements("location"):
            area = Area.parse(element.get("ref") or "")
            if not (area and area.is_on_sheet):
                yield f"stands at {element.get('ref')!r}"


def pivot_caches_listed(book: Book) -> Iterator[str]:
    """The cache of each pivot table is listed in the workbook under its id (§18.2.20; observed: Excel repairs)."""
    if book.source.root is None:
        return
    targets = {relation.id: relation.target.lower() for relation in book.package.relations(book.part)}
    listed = {
        (element.get("cacheId"), targets.get(element.get(RELATION + "id") or ""))
        for element in book.source.elements("pivotCache")
    }
    for part in book.package.parts.values():
        if _is(part, TABLE) and part.root is not None:
            for cache in part.package.related(part.part, "pivotCacheDefinition"):
                if (part.root.get("cacheId"), cache.part.lower()) not in listed:
                    yield f"{part.part} uses cache {part.root.get('cacheId')}, which is not {cache.part}"


def pivot_sources_have_fields(book: Book) -> Iterator[str]:
    """The fields of a cache over a table are columns of it (§18.10.1.95; observed: a refresh drops others)."""
    for part in book.package.parts.values():
        if not _is(part, DEFINITION):
            continue
        for source in part.elements("worksheetSource"):
            table = book.table(source.get("name") or "")
            names = [unescape(field.get("name") or "") for field in _stored(part)]
            missing = [name for name in names if table and as_in_formulas(name) not in table.known_columns]
            if table and missing:
                yield f"{part.part} has fields that {table.name} has not: {missing}"
