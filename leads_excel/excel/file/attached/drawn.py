"""Pictures, shapes and controls that are drawn over cells (ECMA-376 part 1, 20.5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.cells.boxes import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leads_excel.excel.cells.boxes import Drawn

_ANCHOR = re.compile(rb"<((?:\w+:)?)(twoCellAnchor|oneCellAnchor|anchor)(?=[\s>])[^>]*(?<!/)>.*?</\1\2\s*>", re.DOTALL)
_FROM = re.compile(
    rb"<((?:\w+:)?)from>\s*<((?:\w+:)?)col>\s*(\d+)\s*</\2col>.*?<\2row>\s*(\d+)\s*</\2row>.*?</\1from>", re.DOTALL
)
_ROW = re.compile(rb"(<((?:\w+:)?)(?:from|to)>(?:(?!</\2(?:from|to)>).)*?<(?:\w+:)?row>\s*)(\d+)", re.DOTALL)
_HEIGHT = re.compile(rb"""<(?:\w+:)?ext\s[^>]*?cy\s*=\s*["'](\d+)["']""")
_STAYS = re.compile(rb"""^<[^>]*\seditAs\s*=\s*["']absolute["']""")
_MOVES = re.compile(rb"""^<[^>]*\s(?:moveWithCells|sizeWithCells)\s*=\s*["'](?:1|true)["']""")
_OF_CONTROL = re.compile(rb"^<(?:\w+:)?anchor[\s>]")
_PICTURE = re.compile(rb"<(?:\w+:)?pic[\s>]")
_ROW_HEIGHT = 190_500
"""Of a row that nobody made higher, in English Metric Units: 15 points."""


def moved_anchors(content: bytes, drawn: Drawn) -> bytes:
    """Move the drawings of a part: those in a row of a table go with it, those below keep their distance to its end.

    Args:
        content: A part of drawings, or the piece of a sheet that places its controls.
        drawn: Says how far each moves.

    Returns:
        The part, with nothing else changed.
    """

    def moved(found: re.Match[bytes]) -> bytes:
        shift = drawn.shift(_box(found[0]))
        return _ROW.sub(lambda end: end[1] + b"%d" % (int(end[3]) + shift), found[0]) if shift else found[0]

    return _ANCHOR.sub(moved, content)


def anchored(content: bytes) -> Iterator[Box]:
    """List what a part of drawings places on cells."""
    for found in _ANCHOR.finditer(content):
        if box := _box(found[0]):
            yield box


def _box(anchor: bytes) -> Box | None:
    start = _FROM.search(anchor)
    if not start or _STAYS.search(anchor) or (_OF_CONTROL.search(anchor) and not _MOVES.search(anchor)):
        return None
    top, rows = int(start[4]), [int(end[3]) for end in _ROW.finditer(anchor)]
    height = _HEIGHT.search(anchor) if len(rows) == 1 else None
    bottom = top + (int(height[1]) - 1) // _ROW_HEIGHT if height else max(rows)
    return Box(top + 1, int(start[3]) + 1, bottom + 1, _PICTURE.search(anchor) is not None)
