"""The parts of the correct workbook, by what they are."""

from __future__ import annotations

TYPES, BOOK, BOOK_RELATIONS = "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TEXTS, STYLES, CHAIN = "xl/sharedStrings.xml", "xl/styles.xml", "xl/calcChain.xml"
HOME, DASHBOARD, LEADS, VEHICLES, ERRORS, BULKS, LOG, FORMULAS, SPILL = (
    f"xl/worksheets/sheet{number}.xml" for number in range(1, 10)
)
OLD = "xl/worksheets/sheet12.xml"
T_LEADS, T_VEHICLES, T_ERRORS, T_REASONS, T_BULKS, T_LOG = (f"xl/tables/table{number}.xml" for number in range(1, 7))
PIVOT, CACHE = "xl/pivotTables/pivotTable1.xml", "xl/pivotCache/pivotCacheDefinition1.xml"
RECORDS, SLICER_CACHE = "xl/pivotCache/pivotCacheRecords1.xml", "xl/slicerCaches/slicerCache1.xml"
NOTES, APP = "xl/drawings/vmlDrawing1.vml", "docProps/app.xml"

LONG = "x" * 32_768
"""A text that is one character too long for a cell."""
