"""The format of a table's column among the formats of its cells (ECMA-376 part 1, 18.8): new rows take it.

People paint leads by hand, often more than half of them. What they cannot mean for leads to come is paint; the number
format is the column's, since without it a date is a number.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree import ElementTree as ET

    from leads_excel.excel.file.package.table_part import TablePart

_Paint: TypeAlias = "tuple[int, int, int]"
"""How much fill, font and border a format has: 0 for none."""
_NO_PAINT: _Paint = (0, 0, 0)
_MARKS = ("b", "i", "strike", "u")
_OFF = ("0", "false", "none")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_SPAN = {name: re.compile(rb"""\s%s\s*=\s*["'](\d+)["']""" % name) for name in (b"min", b"max", b"style")}


@dataclass(frozen=True, slots=True)
class _Look:
    number: str
    paint: _Paint


class CellFormats:
    """The formats of a workbook's cells.

    Args:
        root: The part of styles; None where the workbook has none.
    """

    def __init__(self, root: ET.Element | None) -> None:
        self._root = root

    def of_column(self, seen: Mapping[int, int], column: int, dxf: int | None) -> int:
        """Choose the format that new cells of a column take.

        That of the sheet's column (18.3.1.13) where a cell has it. Else the number format is that of most cells, and of
        the formats that have it, the one closest to the column's own paint counts: that of the table's column
        (`dataDxfId`, 18.5.1.3) or of the sheet's, else none. Where all cells look alike, so does the column.

        Args:
            seen: How many cells of the column have which format.
            column: The format of the sheet's column, 0 for none.
            dxf: The number of the differential format of the table's column, or None.

        Returns:
            The format.
        """
        most = max(seen, key=lambda style: seen[style], default=column)
        if len(seen) < 2:
            return most
        if column and column in seen and dxf is None:
            return column
        looks = {style: self._looks[style] for style in seen if style < len(self._looks)}
        numbers = Counter[str]()
        for style, look in looks.items():
            numbers[look.number] += seen[style]
        paint = self._wanted(column, dxf)
        usual = [style for style, look in looks.items() if look.number == numbers.most_common(1)[0][0]]
        return min(
            usual, key=lambda style: (_far(looks[style].paint, paint), style != column, -seen[style]), default=most
        )

    def _wanted(self, column: int, dxf: int | None) -> _Paint:
        if dxf is not None and dxf < len(self._dxfs):
            return self._dxfs[dxf]
        return self._looks[column].paint if column < len(self._looks) else _NO_PAINT

    def _items(self, name: str) -> list[ET.Element]:
        return (
            next((list(child) for child in self._root if _local(child) == name), []) if self._root is not None else []
        )

    @cached_property
    def _looks(self) -> list[_Look]:
        fonts, fills, borders = (self._items(name) for name in ("fonts", "fills", "borders"))
        paints = (
            [_filled(fill) for fill in fills],
            [_marked(font, fonts[0]) for font in fonts],
            [_bordered(border) for border in borders],
        )
        return [
            _Look(
                xf.get("numFmtId", "0"),
                (
                    _at(paints[0], xf.get("fillId")),
                    _at(paints[1], xf.get("fontId")),
                    _at(paints[2], xf.get("borderId")),
                ),
            )
            for xf in self._items("cellXfs")
        ]

    @cached_property
    def _dxfs(self) -> list[_Paint]:
        fonts = self._items("fonts")
        found = [{_local(child): child for child in dxf} for dxf in self._items("dxfs")]
        return [
            (
                _filled(parts["fill"], "solid") if "fill" in parts else 0,
                _marked(parts["font"], fonts[0] if fonts else None) if "font" in parts else 0,
                _bordered(parts["border"]) if "border" in parts else 0,
            )
            for parts in found
        ]


def _far(paint: _Paint, wanted: _Paint) -> int:
    return sum(abs(one - other) for one, other in zip(paint, wanted, strict=True))


def _at(paints: list[int], number: str | None) -> int:
    index = int(number) if number and number.isdigit() else 0
    return paints[index] if index < len(paints) else 0


def _filled(fill: ET.Element, unsaid: str = "none") -> int:
    return int(any(_local(kind) == "gradientFill" or kind.get("patternType", unsaid) != "none" for kind in fill))


def _marked(font: ET.Element, default: ET.Element | None) -> int:
    marks = sum(_local(child) in _MARKS and child.get("val", "1") not in _OFF for child in font)
    return marks + (_colour(font) not in ({}, _colour(default) if default is not None else {}))


def _colour(font: ET.Element) -> dict[str, str]:
    return next((dict(child.attrib) for child in font if _local(child) == "color"), {})


def _bordered(border: ET.Element) -> int:
    return sum(side.get("style", "none") != "none" for side in border)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def column_styles(head: bytes, table: TablePart) -> list[int]:
    """Read the styles of the sheet's columns that a table stands in (18.3.1.13), from what stands before the rows."""
    styles = [0] * len(table.columns)
    for element in _COLUMN.findall(head):
        found = {name: pattern.search(element) for name, pattern in _SPAN.items()}
        low, high, style = (int(match[1]) if match else 0 for match in found.values())
        for column in range(max(low, table.area.left), min(high, table.area.right) + 1):
            styles[column - table.area.left] = style
    return styles
