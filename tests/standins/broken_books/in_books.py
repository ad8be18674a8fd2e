"""Faults in the workbook part: sheets, names, texts, the calculation chain."""

from __future__ import annotations

from broken_books.edits import Fault, add, swap
from broken_books.parts import BOOK, CHAIN, LONG, SPILL, TEXTS

FAULTS = [
    Fault("sheet name illegal", "sheet_names_valid", swap(BOOK, 'name="Formulas"', 'name="For[mulas"')),
    Fault("sheet name too long", "sheet_names_valid", swap(BOOK, 'name="Formulas"', f'name="{LONG[:32]}"')),
    Fault("dup sheet name", "sheets_unique", swap(BOOK, 'name="Formulas"', 'name="HOME"')),
    Fault("dup sheet id", "sheets_unique", swap(BOOK, 'name="Formulas" sheetId="8"', 'name="Formulas" sheetId="1"')),
    Fault("bad defined name", "defined_names_valid", swap(BOOK, '"growth"', '"our growth"')),
    Fault("defined name like a cell", "defined_names_valid", swap(BOOK, '"growth"', '"GR8"')),
    Fault(
        "dup defined name",
        "defined_names_unique",
        add(BOOK, "</definedNames>", '<definedName name="GROWTH">2</definedName>'),
    ),
    Fault(
        "name of no sheet",
        "defined_names_have_sheets",
        swap(BOOK, 'name="here" localSheetId="2"', 'name="here" localSheetId="99"'),
    ),
    Fault("shared text over 32767", "shared_texts_fit", swap(TEXTS, "<t>note 1</t>", f"<t>{LONG}</t>")),
    Fault("calcchain stale", "calculation_chain_current", add(CHAIN, "</calcChain>", '<c r="A1" i="1"/>')),
    Fault(
        "calcchain of a sheet that is gone",
        "calculation_chain_current",
        add(CHAIN, "</calcChain>", '<c r="A1" i="99"/>'),
    ),
    Fault("cell metadata oob", "cell_metadata_in_range", swap(SPILL, 'cm="1"', 'cm="9"')),
]
"""Each with the one rule that finds it."""
