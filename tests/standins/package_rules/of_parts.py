"""Rules for the XML of a part: characters, well-formedness, namespaces, the order of elements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers.expat import ParserCreate

from package_rules.package import COMPATIBILITY, MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from package_rules.package import Part

_RAW = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]")
_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]+)|([0-9]+));")
_LEGAL = (range(9, 11), range(13, 14), range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))

_WORKSHEET = """
sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations
hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches
ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems
tableParts extLst
"""
_WORKBOOK = """
fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences definedNames
calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects
extLst
"""
ORDERS = {
    "worksheet": _WORKSHEET.split(),
    "workbook": _WORKBOOK.split(),
    "table": ["autoFilter", "sortState", "tableColumns", "tableStyleInfo", "extLst"],
}
"""The children of a root element, in the order of its type (ECMA-376 §18.3.1.99, §18.2.27, §18.5.1.2)."""

_REPEATED = frozenset({"cols", "conditionalFormatting", "fileRecoveryPr"})


def characters_legal(part: Part) -> Iterator[str]:
    """No character is outside XML 1.0: others, lone surrogates too, are written `_xHHHH_` (§22.9.2.19)."""
    illegal = _illegal(part.content) if part.fault else None
    if illegal:
        yield f"{illegal[0]!r} at byte {illegal.start()} is no character of XML"


def _illegal(content: bytes) -> re.Match[bytes] | None:
    for match in _REFERENCE.finditer(content):
        code = int(match[1], 16) if match[1] else int(match[2])
        if not any(code in legal for legal in _LEGAL):
            return match
    return _RAW.search(content)


def xml_well_formed(part: Part) -> Iterator[str]:
    """XML parts are well-formed (ECMA-376 part 2 §6.2.5)."""
    if part.fault and not _illegal(part.content):
        yield part.fault


def no_document_type(part: Part) -> Iterator[str]:
    """No part declares a document type (ECMA-376 part 2 §6.2.5, M1.17)."""
    if part.is_xml and part.has_doctype:
        yield "has a document type declaration"


def ignorable_prefixes_declared(part: Part) -> Iterator[str]:
    """Every prefix in `mc:Ignorable` has a namespace where it stands (ECMA-376 part 3 §7.2)."""
    last = part.content.rfind(b"Ignorable")
    if part.is_xml and not part.fault and last >= 0:
        end = part.content.find(b">", last) + 1
        for prefix in sorted(_undeclared(part.content[:end])):
            yield f"mc:Ignorable names {prefix}, which has no namespace"


def _undeclared(content: bytes) -> set[str]:
    scopes: list[set[str]] = [set()]
    missing: set[str] = set()

    def start(_: str, attributes: dict[str, str]) -> None:
        declared = {name.removeprefix("xmlns:") for name in attributes if name.startswith("xmlns:")}
        scopes.append(scopes[-1] | declared)
        ignorable = [value for name, value in attributes.items() if name.endswith(":Ignorable")]
        missing.update(set(" ".join(ignorable).split()) - scopes[-1])

    parser = ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: scopes.pop()
    parser.Parse(content, False)
    return missing


def elements_in_order(part: Part) -> Iterator[str]:
    """The children of a worksheet, a workbook and a table come in the order of their type, each once.

    ECMA-376 §18.3.1.99 (worksheet), §18.2.27 (workbook), §18.5.1.2 (table).
    """
    root = part.root
    order = ORDERS.get(root.tag.removeprefix(MAIN)) if root is not None else None
    if root is None or order is None:
        return
    seen = ""
    for name in _children(root):
        if name not in order:
            yield f"{name} is no child of {root.tag.removeprefix(MAIN)}"
        elif seen and order.index(name) < order.index(seen):
            yield f"{name} comes after {seen}"
        elif name == seen and name not in _REPEATED:
            yield f"{name} comes twice"
        seen = name if name in order else seen


def _children(root: Element) -> Iterator[str]:
    """List the main children by name, looking into the first choice of an alternative."""
    for child in root:
        if child.tag == f"{COMPATIBILITY}AlternateContent":
            yield from _children(child[0])
        elif child.tag.startswith(MAIN):
            yield child.tag.removeprefix(MAIN)
