"""A pivot table over `leads` for the hostile workbook: definition, cache and records (ECMA-376 §18.10)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from package_edit import MAIN, TRANSITIONAL, PackageEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hostile_sheets import Layout
    from sample_tables import Value

ROWS, COUNTED = "source", "leadExternalId"
"""The field down the side, and the field that is counted."""

_BOOK = "xl/workbook.xml"
_TABLE = "xl/pivotTables/pivotTable1.xml"
_CACHE = "xl/pivotCache/pivotCacheDefinition1.xml"
_RECORDS = "xl/pivotCache/pivotCacheRecords1.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."


def add_pivot(edit: PackageEdit, sheet: str, leads: Layout) -> None:
    """Add the pivot table to a sheet; its cells are there already.

    Args:
        edit: The package.
        sheet: The part of the sheet.
        leads: The table that it counts.
    """
    fields = [_Field(name, leads.values(name)) for name in leads.columns]
    edit.add(_RECORDS, _records(fields), f"{_TYPE}pivotCacheRecords+xml")
    edit.add(_CACHE, "", f"{_TYPE}pivotCacheDefinition+xml")
    records = edit.relate(_CACHE, f"{TRANSITIONAL}/pivotCacheRecords", _RECORDS)
    edit.replace(_CACHE, "?>\n", f"?>\n{_cache(fields, records, len(leads.rows))}")
    edit.add(_TABLE, _table(fields, leads), f"{_TYPE}pivotTable+xml")
    edit.relate(_TABLE, f"{TRANSITIONAL}/pivotCacheDefinition", _CACHE)
    edit.relate(sheet, f"{TRANSITIONAL}/pivotTable", _TABLE)
    listed = edit.relate(_BOOK, f"{TRANSITIONAL}/pivotCacheDefinition", _CACHE)
    caches = f'<pivotCaches><pivotCache cacheId="1" r:id="{listed}"/></pivotCaches>'
    edit.insert(_BOOK, "</workbook>", caches)


class _Field:
    """One field of the cache: texts are shared items, as Excel keeps them, numbers and dates are not."""

    def __init__(self, name: str, values: Sequence[Value]) -> None:
        self.name, self.values = name, values
        known = [value for value in values if value is not None]
        self.has_blanks = len(known) < len(values)
        self.is_shared = not known or self.has_blanks or isinstance(known[0], str | bool)
        self.items = list(dict.fromkeys(values)) if self.is_shared else []

    def definition(self) -> str:
        count = f' count="{len(self.items)}"' if self.is_shared else ""
        items = "".join(_item(value) for value in self.items)
        shared = f"<sharedItems{self._summary()}{count}>{items}</sharedItems>"
        return f'<cacheField name={quoteattr(self.name.replace(chr(10), "_x000a_"))} numFmtId="0">{shared}</cacheField>'

    def _summary(self) -> str:
        known = [value for value in self.values if value is not None]
        blank = ' containsBlank="1"' if self.has_blanks else ""
        if known and isinstance(known[0], datetime):
            first, last = (f"{limit(known):%Y-%m-%dT%H:%M:%S}" for limit in (min, max))
            kinds = 'containsSemiMixedTypes="0" containsNonDate="0" containsDate="1" containsString="0"'
            return f' {kinds}{blank} minDate="{first}" maxDate="{last}"'
        if known and type(known[0]) is int:
            kinds = 'containsSemiMixedTypes="0" containsString="0" containsNumber="1" containsInteger="1"'
            return f' {kinds}{blank} minValue="{min(known)}" maxValue="{max(known)}"'
        return blank

    def record(self, number: int) -> str:
        value = self.values[number]
        return f'<x v="{self.items.index(value)}"/>' if self.is_shared else _item(value)


def _item(value: Value) -> str:
    if value is None:
        return "<m/>"
    if isinstance(value, bool):
        return f'<b v="{value:d}"/>'
    if isinstance(value, datetime):
        return f'<d v="{value:%Y-%m-%dT%H:%M:%S}"/>'
    if isinstance(value, int):
        return f'<n v="{value}"/>'
    return f"<s v={quoteattr(value.replace('_x', '_x005F_x'), {chr(10): '_x000a_'})}/>"


def _records(fields: list[_Field]) -> str:
    count = len(fields[0].values)
    rows = "".join(f"<r>{''.join(field.record(row) for field in fields)}</r>" for row in range(count))
    return f'<pivotCacheRecords xmlns="{MAIN}" count="{count}">{rows}</pivotCacheRecords>'


def _cache(fields: list[_Field], records: str, count: int) -> str:
    said = 'refreshedBy="Sara" refreshedDate="45931" createdVersion="6" refreshedVersion="6" minRefreshableVersion="3"'
    source = '<cacheSource type="worksheet"><worksheetSource name="leads"/></cacheSource>'
    listed = "".join(field.definition() for field in fields)
    cached = f'{source}<cacheFields count="{len(fields)}">{listed}</cacheFields>'
    head = f'xmlns="{MAIN}" xmlns:r="{TRANSITIONAL}" r:id="{records}" {said} recordCount="{count}"'
    return f"<pivotCacheDefinition {head}>{cached}</pivotCacheDefinition>"


def _table(fields: list[_Field], leads: Layout) -> str:
    items = fields[leads.at(ROWS)].items
    order = sorted(range(len(items)), key=lambda index: str(items[index]))
    shown = [_field(field, order) for field in fields]
    said = (
        'cacheId="1" dataCaption="Values" updatedVersion="6" minRefreshableVersion="3" createdVersion="6" outline="1"'
    )
    counts = f'<dataField name="Leads" fld="{leads.at(COUNTED)}" subtotal="count" baseField="0" baseItem="0"/>'
    rows = "".join(f'<i><x v="{index}"/></i>' for index in range(len(items)))
    body = (
        f'<location ref="A3:B{len(items) + 4}" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        f'<pivotFields count="{len(shown)}">{"".join(shown)}</pivotFields>'
        f'<rowFields count="1"><field x="{leads.at(ROWS)}"/></rowFields>'
        f'<rowItems count="{len(items) + 1}">{rows}<i t="grand"><x/></i></rowItems>'
        f'<colItems count="1"><i/></colItems><dataFields count="1">{counts}</dataFields>'
        '<pivotTableStyleInfo name="PivotStyleLight16" showRowHeaders="1" showColHeaders="1"/>'
    )
    return f'<pivotTableDefinition xmlns="{MAIN}" name="By source" {said}>{body}</pivotTableDefinition>'


def _field(field: _Field, order: list[int]) -> str:
    if field.name == COUNTED:
        return '<pivotField dataField="1" showAll="0"/>'
    if field.name != ROWS:
        return '<pivotField showAll="0"/>'
    items = "".join(f'<item x="{index}"/>' for index in order)
    count = len(order) + 1
    return (
        f'<pivotField axis="axisRow" showAll="0"><items count="{count}">{items}<item t="default"/></items></pivotField>'
    )
