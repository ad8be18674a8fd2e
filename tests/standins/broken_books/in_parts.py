"""Faults in the XML of a part: characters, tags, namespaces, order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_edit import MAIN

from broken_books.edits import Fault, add, cell, match, put, swap
from broken_books.parts import APP, BOOK, FORMULAS, HOME, T_LEADS

if TYPE_CHECKING:
    from broken_books.edits import Edit


def _text(xml: str) -> Edit:
    return cell(f'<c r="A9" t="inlineStr"><is><t>{xml}</t></is></c>')


FAULTS = [
    Fault(
        "raw control char",
        "characters_legal",
        _text("a"),
        put(FORMULAS, b"\x01", b"a</t>"),
    ),
    Fault("control char by number", "characters_legal", _text("&#1;")),
    Fault(
        "lone surrogate",
        "characters_legal",
        _text("a"),
        put(FORMULAS, b"\xed\xa0\xbd", b"a</t>"),
    ),
    Fault("lone surrogate by number", "characters_legal", _text("&#xD83D;")),
    Fault("noncharacter", "characters_legal", _text("\uffff")),
    Fault("tag left open", "xml_well_formed", swap(APP, "</Company>", "")),
    Fault("DTD", "no_document_type", swap(APP, "<Properties", "<!DOCTYPE Properties><Properties")),
    Fault(
        "ignorable undeclared", "ignorable_prefixes_declared", swap("xl/slicers/slicer1.xml", f' xmlns:x="{MAIN}"', "")
    ),
    Fault(
        "element order",
        "elements_in_order",
        match(HOME, "(<mergeCells.*</mergeCells>)(<dataValidations.*</dataValidations>)", r"\2\1"),
    ),
    Fault("element twice", "elements_in_order", match(HOME, "(<sheetViews>.*</sheetViews>)", r"\1\1")),
    Fault(
        "element order of the workbook",
        "elements_in_order",
        match(BOOK, "(<definedNames>.*</definedNames>)(<calcPr[^>]*/>)", r"\2\1"),
    ),
    Fault(
        "element order of a table",
        "elements_in_order",
        match(T_LEADS, "(<sortState.*</sortState>)(<tableColumns.*</tableColumns>)", r"\2\1"),
    ),
    Fault("unknown element", "elements_in_order", add(HOME, "<pageMargins", "<pageFrame/>")),
]
"""Each with the one rule that finds it."""
