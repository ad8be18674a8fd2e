"""Faults of the package: zip entries, content types, relations."""

from __future__ import annotations

from broken_books.edits import Fault, add, drop, match, swap, twice
from broken_books.parts import BOOK_RELATIONS, LEADS, RECORDS, STYLES, TYPES

FAULTS = [
    Fault("dup zip entry", "zip_names_unique", twice(STYLES, STYLES)),
    Fault("dup zip entry but for case", "zip_names_unique", twice(STYLES, "XL/Styles.xml")),
    Fault(
        "dup content type",
        "content_types_unique",
        add(TYPES, "</Types>", '<Default Extension="PNG" ContentType="image/png"/>'),
    ),
    Fault("missing content type", "parts_have_content_types", match(TYPES, r'<Default Extension="png"[^>]*/>', "")),
    Fault(
        "sheet of another type",
        "relations_fit_content_types",
        match(TYPES, r'<Override PartName="/xl/worksheets/sheet1.xml"[^>]*/>', ""),
    ),
    Fault(
        "no workbook",
        "workbook_is_there",
        match("_rels/.rels", r'<Relationship Id="\w+" Type="[^"]*/officeDocument"[^>]*/>', ""),
    ),
    Fault("dangling rel of the package", "root_relations_resolve", drop("docProps/core.xml")),
    Fault("dangling rel", "relations_resolve", drop("xl/charts/chart1.xml")),
    Fault("missing cache records", "relations_resolve", drop(RECORDS)),
    Fault("dup rel id", "relation_ids_unique", match(BOOK_RELATIONS, r'(<Relationship Id="rId1"[^>]*/>)', r"\1\1")),
    Fault(
        "relation nobody has",
        "relation_ids_exist",
        swap(LEADS, '<tablePart r:id="rId5"/>', '<tablePart r:id="rId99"/>'),
    ),
]
"""Each with the one rule that finds it."""
