"""References in XML, followed when the rows of a table move: formulas, names, charts, conditional formats, validations.

Only the text of elements and attributes that hold references is touched, never a cell's text that looks like one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.cells.moves import is_in_row, move_areas, move_formula
from leads_excel.excel.cells.references import Area
from leads_excel.excel.cells.sheet_names import folded
from leads_excel.excel.cells.values import escape, unescape
from leads_excel.excel.cells.xml import xml_text
from leads_excel.excel.file.package.start_tags import whole_element, with_attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leads_excel.excel.cells.moves import Move, Moves

_FORMULA = re.compile(
    rb"(<(?:\w+:)?(f|formula[12]?|definedName|calculatedColumnFormula|totalsRowFormula"
    rb"|Fmla(?:Range|Link|Pict|Txbx|Group))(?:\s[^>]*)?(?<!/)>)([^<]+)(?=</)"
)
_IN_ATTRIBUTES = re.compile(
    rb"<(?:\w+:)?(?:hyperlink|cfvo|controlPr|formControlPr|sp|cxnSp|cameraTool)\s"
    rb"""(?:[^>"']|"[^"]*"|'[^']*')*>"""
)
_ATTRIBUTE = re.compile(
    rb"(\s(?:location|val|linkedCell|listFillRange|textlink|cellRange|fmla(Range|Link|Txbx|Group))=)"
    rb"""("[^"]*"|'[^']*')"""
)
_AREAS = re.compile(
    rb"""(\ssqref=["']|<(?:\w+:)?sqref>|<(?:\w+:)?(?:cellWatch|inputCells)\s(?:[^>]*\s)?r=["'])([^"'<]*)"""
)
_LISTS = re.compile(
    rb"<(?:\w+:)?(?:(?:cat|val|xVal|yVal|bubbleSize)>\s*<(?:\w+:)?\w+Ref|sparkline|(?:str|num)Dim\s[^>]*)>\s*$"
)
_NOWHERE = re.compile(rb"""\ssqref=(?:""|'')|<(\w+:)?sqref(?:\s[^>]*)?(?:/>|></)""")
_RULES = {
    "conditionalFormatting": "conditionalFormattings",
    "dataValidation": "dataValidations",
    "ignoredError": "ignoredErrors",
    "protectedRange": "protectedRanges",
}
"""What holds for cells, and the list it stands in, where it has one."""
_LONGEST_OPENING = 200
_SHEETS = re.compile(rb":[^<>!:\[\]*?/\\]{1,80}!")
"""Where a reference may name several sheets: the last one of them."""


def moved_formulas(content: bytes, moves: Moves, sheet: str | None, row: int | None = None) -> bytes:
    """Follow the references in all formulas of a piece of XML.

    Args:
        content: The piece; it must not cut a tag or a text.
        moves: The tables that move.
        sheet: The sheet it belongs to, or None.
        row: The row that its cells stand in; None for anything but cells of one row.

    Returns:
        The piece, with nothing else changed.
    """

    def text(found: re.Match[bytes]) -> bytes:
        filled = found[2] == b"calculatedColumnFormula"
        listed = found[2] == b"FmlaRange" or (found[2] == b"f" and _is_list(content, found.start()))
        linked = found[2] == b"FmlaLink"
        formula, here = unescape(xml_text(found[3])), 0 if found[2] == b"totalsRowFormula" else row
        new = move_formula(formula, moves, sheet, filled=filled, listed=listed, linked=linked, row=here)
        return found[0] if new == formula else found[1] + escape(new).encode()

    def attribute(found: re.Match[bytes]) -> bytes:
        formula = unescape(xml_text(found[3][1:-1]))
        listed = found[2] == b"Range" or b"listFillRange" in found[1]
        linked = found[2] == b"Link" or b"linkedCell" in found[1]
        new = move_formula(formula, moves, sheet, listed=listed, linked=linked)
        return found[0] if new == formula else found[1] + _quoted(new)

    if not _may_move(content, moves):
        return content
    content = _FORMULA.sub(text, content)
    return _IN_ATTRIBUTES.sub(lambda found: _ATTRIBUTE.sub(attribute, found[0]), content)


def _may_move(content: bytes, moves: Moves) -> bool:
    """Say whether there is a range, the number of a totals row or a control's link: all that moves holds one."""
    if moves.reorders and (b"Link" in content or b"linkedCell" in content):
        return True
    return bool(moves) and (b":" in content or any(number in content for number in moves.totals))


def _is_list(content: bytes, start: int) -> bool:
    return _LISTS.search(content[max(0, start - _LONGEST_OPENING) : start]) is not None


def _quoted(text: str) -> bytes:
    return b'"' + escape(text).replace('"', "&quot;").encode() + b'"'


def moved_areas(content: bytes, moves: Moves, sheet: str) -> bytes:
    """Follow the areas of conditional formats, validations and the like on one sheet."""
    here = moves.on(sheet)

    def moved(found: re.Match[bytes]) -> bytes:
        return found[1] + move_areas(found[2].decode(), here).encode()

    return without_empty_rules(_AREAS.sub(moved, content)) if here else content


def rows_of_rules(piece: bytes, move: Move) -> Iterator[int]:
    """List the rows of a table of which single cells have a conditional format or a validation of their own."""
    for _, areas in _AREAS.findall(piece):
        for area in map(Area.parse, areas.decode().split()):
            if area and is_in_row(area, move):
                yield area.top


def without_empty_rules(content: bytes) -> bytes:
    """Take out what holds for no cell any more: its cells left with their rows."""
    if not _NOWHERE.search(content):
        return content
    for rule, list_ in _RULES.items():
        emptied = 0

        def kept(found: re.Match[bytes]) -> bytes:
            nonlocal emptied
            gone = _NOWHERE.search(found[0]) is not None
            emptied += gone
            return b"" if gone else found[0]

        content = whole_element(rule).sub(kept, content)
        if emptied and list_:
            content = whole_element(list_).sub(_with_count, content)
    for emptied_too in ("ext", "extLst"):
        content = whole_element(emptied_too).sub(lambda found: found[0] if (found[3] or b"").strip() else b"", content)
    return content


def _with_count(found: re.Match[bytes]) -> bytes:
    inside = found[3] or b""
    if not inside.strip():
        return b""
    start = found.start(3) - found.start()
    tag = found[0][:start]
    return (with_attributes(tag, count=None) if b"count" in tag else tag) + found[0][start:]


def names_sheet(pieces: Iterable[bytes], moves: Moves) -> bool:
    """Say whether XML may hold a formula that names the sheet of a table that moves."""
    names = {move.sheet for move in moves.tables if move.shift or move.reorders}
    plain = {escape(name).lower() for name in names if name.isascii() and "'" not in name}
    marks = {f"{name}{end}".encode() for name in plain for end in ("!", "'!", "&apos;!")}
    odd = {folded(name).casefold().replace("'", "''") for name in names}
    return any(_names(piece, marks, odd, plain=len(plain) == len(names)) for piece in pieces)


def _names(piece: bytes, marks: set[bytes], odd: set[str], *, plain: bool) -> bool:
    if b"!" not in piece:
        return False
    low = piece.lower()
    if _SHEETS.search(piece) or any(mark in low for mark in marks):
        return True
    if plain and b"&#" not in piece:
        return False
    text = xml_text(piece).casefold()
    return any(f"{name}{end}" in text for name in odd for end in ("!", "'!"))


def moved_pieces(pieces: Iterable[bytes], moves: Moves, sheet: str | None) -> Iterator[bytes]:
    """Follow the formulas of a whole part, piece by piece."""
    for piece in pieces:
        yield moved_formulas(piece, moves, sheet)
