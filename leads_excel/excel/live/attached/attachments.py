"""All that is attached to the rows of one table in Excel, read once and moved with the rows.

For macOS xlwings sees notes, heights and hidden rows, and that there is something else: one is told that it stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.excel.book.protocol import Attached
from leads_excel.excel.cells.places import Places
from leads_excel.excel.live.attached.comments import Comments
from leads_excel.excel.live.attached.links import Link, Links
from leads_excel.excel.live.attached.native import is_for_windows
from leads_excel.excel.live.attached.row_heights import RowHeights
from leads_excel.excel.live.attached.rules import has_single_rules
from leads_excel.excel.live.attached.shapes import Shapes
from leads_excel.schema.counts import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import xlwings as xw

    from leads_excel.excel.cells.moves import Move
    from leads_excel.excel.cells.places import CellPlace

_ON_MAC = (
    "links, threads, pictures and controls stay where they are in Excel for Mac, not beside their rows: "
    "check them, or refresh the workbook while it is closed"
)


class Attachments:
    """What is attached to the rows of one table.

    Args:
        sheet: Its sheet.
        move: The table as it stands.
        headers: Its headings.
        filtered: Says whether a filter hides rows of it; asked only where some are hidden.
    """

    def __init__(self, sheet: xw.Sheet, move: Move, headers: Sequence[str], filtered: Callable[[], bool]) -> None:
        self._sheet, self._stands = sheet, move
        self._columns = {header: move.area.left + place for place, header in enumerate(headers)}
        self._windows = is_for_windows(sheet.api)
        self._comments = Comments(sheet, windows=self._windows)
        self._links = Links(sheet, move) if self._windows else None
        self._heights = RowHeights(sheet, move, filtered, keeps_filter=self._windows)
        self._shapes = Shapes(sheet, self._heights.unseen) if self._windows else None

    # --- reading ---------------------------------------------------------------------------------------------------

    def beside(self) -> dict[int, Attached]:
        """List what is attached to the rows and can be told in words, by row, counted from 0."""
        found = {row: Attached(hidden=True) for row in self._heights.hidden}
        links = {place: link.target for place, link in self._links.cells.items()} if self._links else {}
        comments = {place: comment.text for place, comment in self._comments.texts.items()}
        headers = {column: header for header, column in self._columns.items()}
        for row, column in sorted({*comments, *links}):
            if self._stands.holds(row, column):
                one = found.setdefault(row - self._stands.first, Attached())
                for texts, known in ((one.comments, comments), (one.links, links)):
                    texts.update({headers[column]: known[row, column]} if (row, column) in known else {})
        return found

    def drawn_rows(self) -> set[int]:
        """List the rows, counted from 0, that a picture or a control belongs to."""
        return self._shapes.rows(self._stands) if self._shapes else set()

    # --- moving ----------------------------------------------------------------------------------------------------

    def follow(self, move: Move, added: Mapping[int, Attached]) -> Iterator[None]:
        """Have all follow the rows, in two steps: before anything is written, and when all is.

        Args:
            move: How the rows move.
            added: What is to be attached anew, by row to be.
        """
        places = Places([move])
        told = self._told() if move.reorders else []
        if self._shapes:
            self._shapes.link(move)
        yield
        self._comments.move(places.of(self._comments.texts))
        self._comments.add(self._new(move, added, "comments"))
        back = {move.first + row for row, one in added.items() if one.hidden}
        self._move_rows(move, places, back)
        if self._links:
            self._links.move(places, self._new_links(move, added))
        self.remarks = [*told, *self._failed()]

    remarks: Sequence[str] = ()
    """What did not follow, one line each."""

    def _move_rows(self, move: Move, places: Places, hidden: set[int]) -> None:
        """Move heights, hidden rows and shapes: each is measured and placed while all rows are shown."""
        if places:
            stay = (move.row(move.first + row) for row in self._heights.hidden)
            hidden = {*hidden, *(row for row in stay if row is not None)}
            self._heights.show()
            shifts = self._shapes.measure(move) if self._shapes else {}
            self._heights.move(move)
            if self._shapes:
                self._shapes.move(shifts)
        self._heights.hide(hidden)

    def _new(self, move: Move, added: Mapping[int, Attached], kind: str) -> dict[CellPlace, str]:
        return {
            (move.first + row, self._columns[header]): text
            for row, one in added.items()
            for header, text in getattr(one, kind).items()
        }

    def _new_links(self, move: Move, added: Mapping[int, Attached]) -> dict[CellPlace, Link]:
        parts = {place: target.partition("#") for place, target in self._new(move, added, "links").items()}
        return {place: Link(outside, inside) for place, (outside, _, inside) in parts.items()}

    # --- telling ---------------------------------------------------------------------------------------------------

    def _told(self) -> list[str]:
        told = [_ON_MAC] if not self._windows and self._stays_on_mac() else []
        if self._heights.unknown:
            told.append("heights of rows and hidden rows stay where they are: too many differ, or a filter is on")
        if self._windows and has_single_rules(self._sheet, self._stands):
            told.append("formats or validations of single cells stay where they are, not beside their rows: check them")
        if self._shapes and self._shapes.active_x(self._stands):
            told.append("ActiveX controls move with their rows, the cells they are linked to do not: check them")
        return told

    def _failed(self) -> Iterator[str]:
        if rewritten := self._comments.rewritten:
            yield f"{counted(rewritten, 'threads')} could not be moved with all who wrote: notes tell who wrote what"
        if self._shapes and self._shapes.stuck:
            yield f"{counted(self._shapes.stuck, 'shapes')} could not be moved with their rows: check the pictures"
        if self._links and self._links.lost:
            yield f"{counted(self._links.lost, 'links')} of empty cells could not be kept: Excel did not take them"

    def _stays_on_mac(self) -> bool:
        links = self._sheet.api.hyperlinks.get()
        if self._comments.unseen or (isinstance(links, list) and links):
            return True
        return any(shape.type != "comment" for shape in self._sheet.shapes)
