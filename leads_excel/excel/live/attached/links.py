"""Hyperlinks of a sheet in Excel for Windows.

A link is taken off by `Range.ClearHyperlinks`, which leaves text and formats alone; `Hyperlink.Delete` would clear the
formats. Links are put on when all values are written, whatever writing has done to those that were there; on an empty
cell Excel shows where a new link leads, which is taken out again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leads_excel.excel.cells.places import address
from leads_excel.excel.cells.references import Area

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xlwings as xw

    from leads_excel.excel.cells.moves import Move
    from leads_excel.excel.cells.places import CellPlace, Places
    from leads_excel.excel.live.attached.native import Native

_OF_CELLS = 0  # msoHyperlinkRange: others are of shapes
_UNDERLINED, _NOT_UNDERLINED, _AUTOMATIC = 2, -4142, -4105  # xlUnderlineStyleSingle, -None, xlColorIndexAutomatic


@dataclass(frozen=True, slots=True)
class Link:
    """Where some cells of a row lead.

    Args:
        outside: The address; empty for a place in the workbook.
        place: The place, in the workbook or at the address; empty for none.
        tip: What Excel shows beside the pointer.
        width: How many cells of the row lead there.
    """

    outside: str
    place: str
    tip: str = ""
    width: int = 1

    @property
    def target(self) -> str:
        """An address, a place as `#Home!A1`, or one after the other."""
        return self.outside + (f"#{self.place}" if self.place else "")


class Links:
    """The links in the rows of one table, and in the columns below it, as they stood when they were read.

    Args:
        sheet: Its sheet.
        move: The table as it stands. Links over all of its rows belong to none of them.
    """

    def __init__(self, sheet: xw.Sheet, move: Move) -> None:
        self._sheet, self._move = sheet, move
        self.cells = self._read()
        self.lost = 0
        """How many links Excel did not take."""

    def _read(self) -> dict[CellPlace, Link]:
        links = self._sheet.api.Hyperlinks
        found: dict[CellPlace, Link] = {}
        for link in links if links.Count else ():
            if link.Type == _OF_CELLS:
                area, one = _area(link.Range), Link(str(link.Address or ""), str(link.SubAddress or ""))
                if one.target and self._move.across(area) and not _is_whole(area, self._move):
                    one = replace(one, tip=str(link.ScreenTip or ""), width=area.right - area.left + 1)
                    found.update({(row, area.left): one for row in range(area.top, area.bottom + 1)})
        return found

    def move(self, places: Places, added: Mapping[CellPlace, Link]) -> None:
        """Move links with their rows, once the values are written, and put others on.

        Args:
            places: Where cells come to stand.
            added: Links of rows that come back.
        """
        news = {place: (new, self.cells[place]) for place, new in places.of(self.cells).items()}
        to_be = {new: link for new, link in news.values() if new} | dict(added)
        moved = {place for place, (new, _) in news.items() if new != place}
        for place in moved:
            self._range(place, self.cells[place]).api.ClearHyperlinks()
        present = self._read() if to_be else {}
        for place, link in to_be.items():
            if place not in present:
                self._put(place, link)
        for place in moved - to_be.keys():
            self._take_off_clothes(self._range(place, self.cells[place]))

    def _put(self, place: CellPlace, link: Link) -> None:
        cell = self._sheet.range(address(place))
        is_empty = cell.value is None
        self._add(place, link)
        if is_empty:
            cell.value = None
            self.lost += not cell.api.Hyperlinks.Count

    def _add(self, place: CellPlace, link: Link) -> None:
        told = {"Address": link.outside, "SubAddress": link.place, "ScreenTip": link.tip}
        told = {name: text for name, text in told.items() if text or name == "Address"}
        self._sheet.api.Hyperlinks.Add(Anchor=self._range(place, link).api, **told)

    def _take_off_clothes(self, cells: xw.Range) -> None:
        font: Native = cells.api.Font
        if font.Underline == _UNDERLINED:
            font.Underline, font.ColorIndex = _NOT_UNDERLINED, _AUTOMATIC

    def _range(self, place: CellPlace, link: Link) -> xw.Range:
        row, column = place
        return self._sheet.range(f"{address(place)}:{address((row, column + link.width - 1))}")


def _area(cells: Native) -> Area:
    top, left = cells.Row, cells.Column
    return Area(left, top, left + cells.Columns.Count - 1, top + cells.Rows.Count - 1)


def _is_whole(area: Area, move: Move) -> bool:
    return area.top <= move.first < move.last <= area.bottom
