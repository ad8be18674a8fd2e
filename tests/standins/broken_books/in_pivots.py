"""Faults in pivot tables, their caches and records."""

from __future__ import annotations

from broken_books.edits import Fault, match, swap
from broken_books.parts import CACHE, PIVOT, RECORDS

FAULTS = [
    Fault("cache without records", "pivot_caches_have_records", match(CACHE, ' r:id="rId1"', "")),
    Fault("record too short", "pivot_records_match", match(RECORDS, "<r><[^>]*/>", "<r>")),
    Fault("record with item oob", "pivot_records_match", match(RECORDS, '<x v="0"/>', '<x v="999"/>')),
    Fault(
        "pivot field count",
        "pivot_fields_match",
        match(PIVOT, '<pivotField showAll="0"/></pivotFields>', "</pivotFields>"),
    ),
    Fault("pivot item oob", "pivot_items_match", swap(PIVOT, '<item x="0"/>', '<item x="99"/>')),
    Fault(
        "pivot row field oob", "pivot_field_indices_in_range", match(PIVOT, '<field x="[0-9]+"/>', '<field x="999"/>')
    ),
    Fault("pivot data field oob", "pivot_field_indices_in_range", match(PIVOT, 'fld="[0-9]+"', 'fld="999"')),
    Fault(
        "pivot off the sheet", "pivot_tables_on_sheet", match(PIVOT, 'location ref="A3:B', 'location ref="A3:B9999999')
    ),
    Fault("pivot of another cache", "pivot_caches_listed", swap(PIVOT, 'cacheId="1"', 'cacheId="7"')),
    Fault(
        "pivot of a column that is gone",
        "pivot_sources_have_fields",
        swap(CACHE, 'cacheField name="brand"', 'cacheField name="make"'),
    ),
]
"""Each with the one rule that finds it."""
