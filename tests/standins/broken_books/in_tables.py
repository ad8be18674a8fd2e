"""Faults in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_edit import TRANSITIONAL, PackageEdit

from broken_books.edits import Fault, add, match, swap
from broken_books.parts import BOOK, ERRORS, LEADS, LOG, SLICER_CACHE, T_BULKS, T_LOG, T_REASONS, T_VEHICLES, TEXTS

if TYPE_CHECKING:
    from broken_books.edits import Edit

_OFFICE = "application/vnd.openxmlformats-officedocument"


def cover(package: PackageEdit) -> None:
    """Put another table over the user's own one, with another id and name."""
    xml = package.text(T_REASONS).partition("?>\n")[2]
    xml = xml.replace('id="4" name="reasons" displayName="reasons"', 'id="44" name="again" displayName="again"')
    package.add("xl/tables/table44.xml", xml, f"{_OFFICE}.spreadsheetml.table+xml")
    identifier = package.relate(ERRORS, f"{TRANSITIONAL}/table", "xl/tables/table44.xml")
    package.insert(ERRORS, "</tableParts>", f'<tablePart r:id="{identifier}"/>')


def header(xml: str) -> Edit:
    """Put another cell in the place of the last header of the log."""
    return match(LOG, r'<c r="K4"[^>]*>.*?</c>', xml)


def resize(log: str, filtered: str) -> Edit:
    """Give the log table and its filter other ranges."""
    return match(T_LOG, 'ref="A4:K7"(.*)ref="A4:K7"', rf'ref={log}\1ref="{filtered}"')


FAULTS = [
    Fault("dup table name", "table_names_unique", swap(T_BULKS, 'displayName="bulks"', 'displayName="LEADS"')),
    Fault(
        "table named like a name",
        "table_names_unique",
        add(BOOK, "</definedNames>", '<definedName name="Bulks">2</definedName>'),
    ),
    Fault("dup table id", "table_ids_unique", swap(T_BULKS, 'id="5"', 'id="1"')),
    Fault("overlapping tables", "tables_apart", cover),
    Fault(
        "merge in a table", "table_unmerged", swap(LEADS, '<mergeCell ref="BE8:BG8"/>', '<mergeCell ref="BB8:BD8"/>')
    ),
    Fault("slicer without column", "slicers_have_columns", match(SLICER_CACHE, 'column="[0-9]+"', 'column="999"')),
    Fault(
        "table beyond max",
        "table_on_sheet",
        resize('"A4:K1048577"', "A4:K1048577"),
    ),
    Fault(
        "table without data row",
        "table_has_data_row",
        resize('"A4:K4"', "A4:K4"),
    ),
    Fault(
        "totals row without data row",
        "table_has_data_row",
        resize('"A4:K5" totalsRowCount="1"', "A4:K4"),
    ),
    Fault(
        "autofilter beyond table",
        "table_filter_matches",
        swap(T_LOG, 'autoFilter ref="A4:K7"', 'autoFilter ref="A4:K8"'),
    ),
    Fault(
        "autofilter over totals",
        "table_filter_matches",
        match(T_VEHICLES, r'ref="(\w+:\w+)"(.*autoFilter )ref="\w+:\w+"', r'ref="\1"\2ref="\1"'),
    ),
    Fault("filter of no column", "table_filter_columns_exist", match(T_BULKS, 'colId="[0-9]+"', 'colId="99"')),
    Fault("column count mismatch", "table_column_count", match(T_LOG, '<tableColumn [^>]*name="result"/>', "")),
    Fault(
        "column count says otherwise",
        "table_column_count",
        swap(T_LOG, 'tableColumns count="11"', 'tableColumns count="12"'),
    ),
    Fault(
        "dup column names",
        "table_columns_unique",
        swap(T_LOG, 'name="changed"', 'name="NEW"'),
        swap(TEXTS, "<t>changed</t>", "<t>NEW</t>"),
    ),
    Fault("dup column ids", "table_column_ids_unique", swap(T_LOG, '<tableColumn id="2"', '<tableColumn id="1"')),
    Fault("header text mismatch", "table_headers_match", swap(T_LOG, 'name="result"', 'name="outcome"')),
    Fault("header is a number", "table_headers_match", header('<c r="K4"><v>1</v></c>')),
    Fault(
        "header is a formula",
        "table_headers_match",
        match(LOG, r'<c r="K4"[^>]*>.*?</c>', '<c r="K4" t="str"><f>"result"</f><v>result</v></c>'),
    ),
    Fault("header is missing", "table_headers_match", header("")),
    Fault("table style oob", "table_styles_in_range", swap(T_LOG, 'name="result"', 'name="result" dataDxfId="99"')),
    Fault("bad table name", "table_name_valid", swap(T_LOG, 'displayName="refresh_log"', 'displayName="refresh log"')),
]
"""Each with the one rule that finds it."""
