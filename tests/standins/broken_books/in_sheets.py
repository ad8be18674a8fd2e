"""Faults in what stands on a sheet beside its cells."""

from __future__ import annotations

from broken_books.edits import Fault, match, swap
from broken_books.parts import HOME, LEADS, LONG, NOTES

FAULTS = [
    Fault(
        "overlapping merges", "merges_apart", swap(LEADS, '<mergeCell ref="BE8:BG8"/>', '<mergeCell ref="BE5:BG8"/>')
    ),
    Fault("hyperlink outside", "ranges_on_sheet", swap(LEADS, 'hyperlink ref="BE10"', 'hyperlink ref="BE0"')),
    Fault("empty sqref", "sqrefs_name_cells", swap(HOME, 'sqref="B3"', 'sqref=""')),
    Fault("sqref in words", "sqrefs_name_cells", swap(HOME, 'sqref="B3"', 'sqref="in_environment"')),
    Fault("empty sqref of an extension", "sqrefs_name_cells", match(LEADS, "<xm:sqref>[^<]*<", "<xm:sqref><")),
    Fault("dv list over 255", "validation_lists_fit", swap(HOME, '"demo,test,prod"', f'"{LONG[:256]}"')),
    Fault(
        "dv title over 32",
        "validation_messages_fit",
        swap(HOME, 'promptTitle="Environment"', f'promptTitle="{LONG[:33]}"'),
    ),
    Fault("dv prompt over 255", "validation_messages_fit", swap(HOME, 'prompt="Which DMS?"', f'prompt="{LONG[:256]}"')),
    Fault("differential style oob", "differential_styles_in_range", swap(LEADS, 'dxfId="0"', 'dxfId="99"')),
    Fault("column style oob", "column_styles_in_range", swap(HOME, '<col min="1"', '<col style="999" min="1"')),
    Fault("columns overlap", "columns_apart", match(HOME, "(<col [^>]*/>)", r"\1\1")),
    Fault("two comments on a cell", "comments_unique", match("xl/comments1.xml", "(<comment .*?</comment>)", r"\1\1")),
    Fault("vml missing comment shape", "comments_have_shapes", swap(NOTES, "<x:Row>3<", "<x:Row>30<")),
    Fault("no vml at all", "comments_have_shapes", match(NOTES, 'ObjectType="Note"', 'ObjectType="Button"', 0)),
]
"""Each with the one rule that finds it."""
