"""Faults in rows and cells."""

from __future__ import annotations

from broken_books.edits import Fault, add, cell, drop, match
from broken_books.parts import BOOK_RELATIONS, FORMULAS, LONG, TEXTS, TYPES

_EMOJI = "😀" * 16_384  # two UTF-16 units each: one too many

_NO_TEXTS = (
    drop(TEXTS),
    match(TYPES, r'<Override PartName="/xl/sharedStrings.xml"[^>]*/>', ""),
    match(BOOK_RELATIONS, r'<Relationship Id="\w+" Type="[^"]*/sharedStrings"[^>]*/>', ""),
)

FAULTS = [
    Fault("rows out of order", "rows_ascend", match(FORMULAS, r'(<row r="2".*?</row>)(<row r="3".*?</row>)', r"\2\1")),
    Fault("dup row", "rows_ascend", match(FORMULAS, r'(<row r="2".*?</row>)', r"\1\1")),
    Fault("row beyond max", "rows_on_sheet", add(FORMULAS, "</sheetData>", '<row r="1048577"/>')),
    Fault("column beyond max", "columns_on_sheet", cell('<c r="XFE9"><v>1</v></c>')),
    Fault("cell in another row", "cells_in_their_row", cell('<c r="A8"><v>1</v></c>')),
    Fault("cells out of order", "cells_ascend", cell('<c r="C9"><v>1</v></c><c r="B9"><v>1</v></c>')),
    Fault("duplicate cell", "cells_unique", cell('<c r="B9"><v>1</v></c><c r="B9"><v>1</v></c>')),
    Fault("unknown cell type", "cell_kinds_known", cell('<c r="A9" t="x"><v>1</v></c>')),
    Fault("style index oob", "styles_in_range", cell('<c r="A9" s="999"><v>1</v></c>')),
    Fault(
        "style index oob of a row",
        "styles_in_range",
        add(FORMULAS, "</sheetData>", '<row r="9" s="999" customFormat="1"/>'),
    ),
    Fault("sst index oob", "shared_strings_in_range", cell('<c r="A9" t="s"><v>99999</v></c>')),
    Fault("sst index negative", "shared_strings_in_range", cell('<c r="A9" t="s"><v>-1</v></c>')),
    Fault("sst missing", "shared_strings_in_range", *_NO_TEXTS),
    Fault("bool 2", "booleans_are_0_or_1", cell('<c r="A9" t="b"><v>2</v></c>')),
    Fault("bool true", "booleans_are_0_or_1", cell('<c r="A9" t="b"><v>TRUE</v></c>')),
    Fault("number nan", "numbers_are_finite", cell('<c r="A9"><v>NaN</v></c>')),
    Fault("number inf", "numbers_are_finite", cell('<c r="A9"><v>inf</v></c>')),
    Fault("number too large", "numbers_are_finite", cell('<c r="A9"><v>1e999</v></c>')),
    Fault("number with comma", "numbers_are_finite", cell('<c r="A9" t="n"><v>1,5</v></c>')),
    Fault("unknown error", "errors_known", cell('<c r="A9" t="e"><v>#WRONG!</v></c>')),
    Fault("date in words", "days_are_iso", cell('<c r="A9" t="d"><v>1 May 2025</v></c>')),
    Fault("text over 32767", "texts_fit", cell(f'<c r="A9" t="inlineStr"><is><t>{LONG}</t></is></c>')),
    Fault("text over 32767 units", "texts_fit", cell(f'<c r="A9" t="inlineStr"><is><r><t>{_EMOJI}</t></r></is></c>')),
    Fault("formula result over 32767", "texts_fit", cell(f'<c r="A9" t="str"><f>REPT("x",40000)</f><v>{LONG}</v></c>')),
]
"""Each with the one rule that finds it."""
