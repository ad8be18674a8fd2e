"""References in XML, followed when the rows of a table move: formulas, names, charts, conditional formats, validations.

Only the text of elements and attributes that hold references is touched, never a cell's text that looks like one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import move_areas, move_formula
from leads_excel.excel.cells.values import escape, unescape
from leads_excel.excel.cells.xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leads_excel.excel.cells.references import Move

_FORMULA = re.compile(
    rb"(<(?:\w+:)?(?:f|formula[12]?|definedName|calculatedColumnFormula|totalsRowFormula)(?:\s[^>]*)?(?<!/)>)"
    rb"([^<]*:[^<]*)(?=</)"
)
_LINK = re.compile(rb"""(<(?:\w+:)?(?:hyperlink|formControlPr)\s[^>]*?\s(?:location|fmlaRange)=")([^"]*:[^"]*)(?=")""")
_AREAS = re.compile(rb"""(\ssqref=["']|<(?:\w+:)?sqref>)([^"'<]*)""")


def moved_formulas(content: bytes, moves: list[Move], sheet: str | None) -> bytes:
    """Follow the ranges in all formulas of a piece of XML.

    Args:
        content: The piece; it must not cut a tag or a text.
        moves: The tables that move.
        sheet: The sheet it belongs to, or None.

    Returns:
        The piece, with nothing else changed.
    """

    def moved(found: re.Match[bytes]) -> bytes:
        formula = unescape(xml_text(found[2]))
        new = move_formula(formula, moves, sheet)
        return found[0] if new == formula else found[1] + escape(new).encode()

    if not moves or b":" not in content:
        return content
    return _LINK.sub(moved, _FORMULA.sub(moved, content))


def moved_areas(content: bytes, moves: list[Move], sheet: str) -> bytes:
    """Follow the areas of conditional formats, validations and the like on one sheet."""
    moves = [move for move in moves if move.sheet == sheet]

    def moved(found: re.Match[bytes]) -> bytes:
        return found[1] + move_areas(found[2].decode(), moves).encode()

    return _AREAS.sub(moved, content) if moves else content


def names_sheet(pieces: Iterable[bytes], moves: list[Move]) -> bool:
    """Say whether XML may hold a formula that names the sheet of a table that moves."""
    names = {escape(move.sheet.replace("'", "''")).casefold() for move in moves}
    marks = [f"{name}{end}".encode() for name in names for end in ("!", "'!", "&apos;!")]
    marks += [mark.replace(b"'", b"&apos;") for mark in marks if b"'" in mark]
    return any(mark in piece.lower() for piece in pieces for mark in marks)


def moved_pieces(pieces: Iterable[bytes], moves: list[Move], sheet: str | None) -> Iterator[bytes]:
    """Follow the formulas of a whole part, piece by piece."""
    for piece in pieces:
        yield moved_formulas(piece, moves, sheet)
