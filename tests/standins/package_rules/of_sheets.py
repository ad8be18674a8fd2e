"""Rules for what stands on a sheet beside its cells: merges, ranges, validations, formats, comments."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from package_rules.book import Area, unescape
from package_rules.of_packages import repeated
from package_rules.package import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_rules.book import Sheet

_LONGEST_LIST = 255
_LONGEST = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}
_WHOLE = re.compile(r"\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?[0-9]{1,7}:\$?[0-9]{1,7}")
_RANGED = ("autoFilter", "mergeCell", "hyperlink", "sortState", "sortCondition")


def merges_apart(sheet: Sheet) -> Iterator[str]:
    """Merged ranges do not overlap (§18.3.1.55; observed: Excel repairs)."""
    for first, second in combinations(sorted(sheet.areas("mergeCell")), 2):
        if first.meets(second):
            yield f"merged ranges {first} and {second} overlap"


def ranges_on_sheet(sheet: Sheet) -> Iterator[str]:
    """Filters, merges and hyperlinks name cells of a sheet (§18.18.62, ST_Ref)."""
    for tag in _RANGED:
        for element in sheet.source.elements(tag):
            area = Area.parse(element.get("ref") or "")
            if not _WHOLE.fullmatch(element.get("ref") or "") and not (area and area.is_on_sheet):
                yield f"{tag} has the range {element.get('ref')!r}"


def sqrefs_name_cells(sheet: Sheet) -> Iterator[str]:
    """A `sqref` names at least one range of a sheet (§18.18.76; observed: Excel repairs)."""
    root = sheet.source.root
    for element in root.iter() if root is not None else ():
        is_extension = element.tag.endswith("/excel/2006/main}sqref")
        sqref = element.text or "" if is_extension else element.get("sqref")
        if sqref is not None:
            yield from _faults(element.tag.rpartition("}")[2], sqref)


def _faults(name: str, sqref: str) -> Iterator[str]:
    if not sqref.split():
        yield f"{name} has an empty sqref"
    for text in sqref.split():
        area = Area.parse(text)
        if not _WHOLE.fullmatch(text) and not (area and area.is_on_sheet):
            yield f"{name} has the sqref {text!r}"


def validation_lists_fit(sheet: Sheet) -> Iterator[str]:
    """A list typed into a validation has at most 255 characters (§18.3.1.32; observed: Excel repairs)."""
    for element in sheet.source.elements("dataValidation"):
        text = element.findtext(f"{MAIN}formula1") or ""
        if text.startswith('"') and len(text[1:-1].replace('""', '"')) > _LONGEST_LIST:
            yield f"the list for {element.get('sqref')} has more than {_LONGEST_LIST} characters"


def validation_messages_fit(sheet: Sheet) -> Iterator[str]:
    """Titles of a validation have at most 32 characters, its messages 255 (§18.3.1.32; observed: Excel repairs)."""
    for element in sheet.source.elements("dataValidation"):
        for name, longest in _LONGEST.items():
            if len(unescape(element.get(name) or "")) > longest:
                yield f"{name} for {element.get('sqref')} has more than {longest} characters"


def differential_styles_in_range(sheet: Sheet) -> Iterator[str]:
    """`dxfId` of conditional formats and filters is an index of the differential formats (§18.8.14)."""
    count = sheet.book.differential_style_count
    for element in sheet.source.elements("cfRule", "sortCondition", "colorFilter"):
        index = element.get("dxfId")
        if index is not None and int(index) >= count:
            yield f"{element.tag.removeprefix(MAIN)} has differential style {index} of {count}"


def column_styles_in_range(sheet: Sheet) -> Iterator[str]:
    """`style` of a column is an index of the cell formats (§18.3.1.13)."""
    for element in sheet.source.elements("col"):
        if int(element.get("style") or 0) >= sheet.book.style_count:
            yield f"column {element.get('min')} has style {element.get('style')} of {sheet.book.style_count}"


def columns_apart(sheet: Sheet) -> Iterator[str]:
    """Column definitions ascend and do not overlap (§18.3.1.13; observed: Excel repairs)."""
    last = 0
    for element in sheet.source.elements("col"):
        first, after = int(element.get("min") or 0), int(element.get("max") or 0)
        if not last < first <= after:
            yield f"columns {first} to {after} come after column {last}"
        last = after


def comments_unique(sheet: Sheet) -> Iterator[str]:
    """A cell has one comment (§18.7.3; observed: Excel repairs)."""
    for ref in repeated(_commented(sheet)):
        yield f"cell {ref} has more than one comment"


def comments_have_shapes(sheet: Sheet) -> Iterator[str]:
    """Every comment has its note shape in the sheet's VML drawing (ECMA-376 part 4 §19.4; observed: Excel repairs)."""
    drawings = sheet.book.package.related(sheet.part, "vmlDrawing")
    shapes = {cell for drawing in drawings for cell in _noted(drawing.content)}
    for ref in sorted(set(_commented(sheet))):
        area = Area.parse(ref)
        if area is None or (area.top, area.left) not in shapes:
            yield f"the comment on {ref} has no shape"


def _commented(sheet: Sheet) -> list[str]:
    parts = sheet.book.package.related(sheet.part, "comments")
    return [element.get("ref") or "" for part in parts for element in part.elements("comment")]


_NOTE = re.compile(rb"<(?:\w+:)?ClientData\s[^>]*ObjectType=[\"']Note[\"'].*?</(?:\w+:)?ClientData>", re.DOTALL)
_PLACE = re.compile(rb"<(?:\w+:)?(Row|Column)>\s*(\d+)\s*</")


def _noted(vml: bytes) -> Iterator[tuple[int, int]]:
    """Find the row and column, from 1, of each note; VML need not be XML, so it is searched as text."""
    for note in _NOTE.finditer(vml):
        place = {name: int(number) + 1 for name, number in _PLACE.findall(note[0])}
        yield place.get(b"Row", 0), place.get(b"Column", 0)
