"""Notes and threads of a sheet in Excel, moved by Excel's own Paste Special, so that they stay what they are.

Nobody can set who wrote an entry of a thread, or when (`CommentThreaded.Author` and `Date` are read-only), nor the
author of a note: taken down and written anew, both would be the user's who refreshes. Pasting *Comments and Notes*
changes nothing else of either cell, and no formula notices. What it brought is read again; where it is not what it was,
a note tells it, with who wrote what. Cutting a cell would bend the formulas that name it, sorting the table loses
validations and heights, and deleting rows breaks references.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from leads_excel.excel.cells.places import address, in_turn
from leads_excel.excel.live.attached.native import member

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xlwings as xw

    from leads_excel.excel.cells.places import CellPlace
    from leads_excel.excel.live.attached.native import Native

_SHIM = "[Threaded comment]"
"""How the note begins that stands for a thread where a program knows none."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What is written on a cell.

    Args:
        text: What it says; of a thread all of it, a line for each writer: `Sami: call back`.
        thread: Whether it is a thread.
    """

    text: str
    thread: bool = False


class Comments:
    """What is written on the cells of one sheet, as it stood when it was read.

    Args:
        sheet: The sheet.
        windows: Whether it is open in Excel for Windows: for macOS no program sees a thread.
    """

    def __init__(self, sheet: xw.Sheet, *, windows: bool) -> None:
        self._sheet = sheet
        self._threads = windows and member(sheet.api, "CommentsThreaded") is not None
        self.rewritten = 0
        """How many threads became notes, because Excel did not move them with their writers."""
        self.unseen = 0
        """How many threads there are of which nothing is known but that."""
        self.texts: dict[CellPlace, Comment] = {}
        for note in sheet.notes:
            place, text = _place(note), str(note.text)
            if not windows and text.startswith(_SHIM):
                self.unseen += 1
            else:
                self.texts[place] = Comment(text)
        if self._threads:
            self.texts |= {_place(thread): Comment(_said(thread), thread=True) for thread in sheet.comments}

    def move(self, places: Mapping[CellPlace, CellPlace | None]) -> None:
        """Move all with their rows.

        Args:
            places: Where each comes to stand, or None where its row leaves.
        """
        for place in (place for place, new in places.items() if new is None):
            self._delete(place, self.texts[place])
        moves = {place: new for place, new in places.items() if new not in (None, place)}
        if not moves:
            return
        standing, taken = {place: self.texts[place] for place in moves}, {*self.texts, *places.values()}
        spare = next((1, column) for column in count(1) if (1, column) not in taken)
        for source, target in in_turn({place: new for place, new in moves.items() if new}, spare):
            standing[target] = self._carry(source, target, standing.pop(source))
        self._sheet.book.app.cut_copy_mode = False

    def add(self, notes: Mapping[CellPlace, str]) -> None:
        """Write notes on cells that have none."""
        for place, text in notes.items():
            self._cell(place).add_note(text)

    def _carry(self, source: CellPlace, target: CellPlace, comment: Comment) -> Comment:
        cell = self._cell(target)
        try:
            self._cell(source).copy()
            cell.paste("comments")
            arrived = self._read(target)
        except Exception:  # noqa: BLE001 - what Excel refuses with has no common class on both systems
            arrived = None
        if arrived != comment:
            if arrived:
                self._delete(target, arrived)
            cell.add_note(comment.text)
            self.rewritten += comment.thread
            arrived = Comment(comment.text)
        self._delete(source, comment)
        return arrived

    def _read(self, place: CellPlace) -> Comment | None:
        cell = self._cell(place)
        if self._threads and (thread := cell.comment):
            return Comment(_said(thread), thread=True)
        return Comment(str(note.text)) if (note := cell.note) else None

    def _delete(self, place: CellPlace, comment: Comment) -> None:
        cell = self._cell(place)
        there = cell.comment if comment.thread else cell.note
        if there:
            there.delete()

    def _cell(self, place: CellPlace) -> xw.Range:
        return self._sheet.range(address(place))


def _place(comment: xw.main.Note | xw.main.Comment) -> CellPlace:
    cell = comment.location
    return cell.row, cell.column


def _said(thread: xw.main.Comment) -> str:
    return "\n".join(_line(entry) for entry in (thread.api, *thread.api.Replies))


def _line(entry: Native) -> str:
    name, text = str(entry.Author.Name or ""), str(entry.Text())
    return f"{name}: {text}" if name else text
