"""All that is attached to the cells of one sheet, read once and moved with the rows of its tables."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from leads_excel.excel.book.protocol import Attached
from leads_excel.excel.cells.boxes import Drawn
from leads_excel.excel.cells.places import Places
from leads_excel.excel.file.attached.comments import (
    NO_NOTES,
    moved_comments,
    names_of,
    notes_of,
    threads_of,
    with_notes,
)
from leads_excel.excel.file.attached.drawn import anchored, moved_anchors
from leads_excel.excel.file.attached.links import (
    link_id,
    moved_tags,
    new_tag,
    place_for,
    targets,
    with_tags,
)
from leads_excel.excel.file.attached.note_shapes import NO_SHAPES, boxes, linked_cells, moved_shapes, with_shapes
from leads_excel.excel.file.package.start_tags import start_tag
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leads_excel.excel.cells.moves import Move
    from leads_excel.excel.cells.places import CellPlace
    from leads_excel.excel.file.package.package import Package
    from leads_excel.excel.file.package.workbook import Sheet, Workbook

_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_SHAPES = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NAMESPACE = re.compile(
    rb"""xmlns:([^\s="']+)\s*=\s*["'](http://(?:schemas\.openxmlformats\.org/officeDocument/2006"""
    rb"""|purl\.oclc\.org/ooxml/officeDocument)/relationships)["']"""
)
_TAG = start_tag("hyperlink", "legacyDrawing")


def attaching_tags(piece: bytes, prefix: bytes) -> list[bytes]:
    """List the tags of a sheet, behind its rows, that attach something to its cells.

    Args:
        piece: What stands behind the rows, or a piece of it that cuts no tag.
        prefix: The prefix of the sheet's main namespace, with its colon.
    """
    return [found[0] for found in _TAG.finditer(piece) if found[1] == prefix]


def nothing_attached(head: bytes, tail: bytes) -> bytes:  # noqa: ARG001 - takes the place of what `follow` gives
    """Leave a sheet as it is: nothing on it moves.

    Args:
        head: What stands before its rows.
        tail: What stands behind them.
    """
    return tail


class Attachments:
    """What is attached to the cells of one sheet.

    Args:
        package: The parts of the workbook.
        workbook: Its directory.
        sheet: The sheet.
        tags: Its tags that attach something, see `attaching_tags`.
    """

    def __init__(self, package: Package, workbook: Workbook, sheet: Sheet, tags: Sequence[bytes]) -> None:
        self._package, self._workbook, self._sheet = package, workbook, sheet
        self._relations = package.relations(sheet.part)
        self._links = [tag for tag in tags if b"hyperlink" in tag]
        self._shapes_id = next((link_id(tag) for tag in tags if b"legacyDrawing" in tag), "")
        self.unread: set[str] = set()
        """Kinds of parts that cannot be read: what they hold stays where it is."""

    def _parts(self, kind: str) -> list[str]:
        return [r.target for r in self._relations if r.kind == kind and r.target in self._package]

    def _read(self, part: str) -> bytes:
        try:
            return self._package.read(part)
        except WorkbookError:  # copied as it is, it is no reason to refuse the book
            self.unread |= {relation.kind for relation in self._relations if relation.target == part}
            return b""

    # --- reading ---------------------------------------------------------------------------------------------------

    @cached_property
    def comments(self) -> dict[CellPlace, str]:
        """What is written in comments, by cell; of a thread all of it."""
        notes: dict[CellPlace, str] = {}
        for part in self._parts("comments"):
            notes |= notes_of(self._read(part))
        threads = self._parts("threadedComment")
        persons = [names_of(self._read(part)) for part in self._workbook.related("person")] if threads else []
        names = {number: name for known in persons for number, name in known.items()}
        for part in threads:
            notes |= threads_of(self._read(part), names)
        return notes

    def beside(self, move: Move, headers: Sequence[str], hidden: Sequence[int]) -> dict[int, Attached]:
        """List what is attached to the rows of a table and can be told in words, by row, counted from 0.

        Args:
            move: The table.
            headers: Its headings.
            hidden: The rows the user has hidden.
        """
        addresses = {relation.id: relation.address for relation in self._relations}
        links = targets(self._links, addresses, move)
        found: dict[int, Attached] = {row: Attached(hidden=True) for row in hidden}
        for row, column in sorted({*self.comments, *links}):
            if move.holds(row, column):
                one = found.setdefault(row - move.first, Attached())
                header = headers[column - move.area.left]
                for texts, known in ((one.comments, self.comments), (one.links, links)):
                    texts.update({header: known[row, column]} if (row, column) in known else {})
        return found

    def drawn_rows(self, move: Move) -> set[int]:
        """List the rows of a table, counted from 0, that a picture or a control belongs to."""
        found = [box for part in self._parts("drawing") for box in anchored(self._read(part))]
        linked: set[CellPlace] = set()
        for part in self._parts("vmlDrawing"):
            content = self._read(part)
            found += boxes(content)
            linked.update(linked_cells(content))
        places = {(box.top, box.column) for box in found if box.in_row} | linked
        return {row - move.first for row, column in places if move.holds(row, column)}

    # --- moving ----------------------------------------------------------------------------------------------------

    def follow(self, moves: Sequence[Move], added: Mapping[CellPlace, Attached]) -> Callable[[bytes, bytes], bytes]:
        """Move everything with its row, and put back what comes back.

        Args:
            moves: How the rows of the sheet's tables move.
            added: What is to be attached anew, by cell; headings in it do not count.

        Returns:
            What changes the sheet itself accordingly: given what stands before its rows and what stands behind them,
            it gives the latter.
        """
        places, drawn = Places(moves), Drawn(moves)
        comments = {cell: text for cell, one in added.items() for text in one.comments.values()}
        if places:
            self._move_parts(places, drawn)
        shapes = self._add_comments(comments) if comments else ""
        tags = moved_tags(self._links, places) if places else list(self._links)
        links = [(cell, target) for cell, one in added.items() for target in one.links.values()]
        self._forget({link_id(tag) for tag in self._links} - {link_id(tag) for tag in tags} - {""})
        related = [(cell, *self._related(target)) for cell, target in links]

        def changed(head: bytes, tail: bytes) -> bytes:
            prefix = _prefix(head)
            new = [new_tag(prefix, cell, self._attribute(head, link), place) for cell, link, place in related]
            if tags + new != self._links:
                tail = with_tags(tail, [*tags, *new], prefix)
            if shapes:
                place = place_for(tail, prefix, "legacyDrawing")
                element = b"<%slegacyDrawing%s/>" % (prefix, self._attribute(head, shapes).encode())
                tail = tail[:place] + element + tail[place:]
            return moved_anchors(tail, drawn) if places else tail

        return changed

    def _move_parts(self, places: Places, drawn: Drawn) -> None:
        cells = places.of(self.comments)
        ways: dict[str, Callable[[bytes], bytes]] = {
            "comments": lambda content: moved_comments(content, cells),
            "threadedComment": lambda content: moved_comments(content, cells),
            "vmlDrawing": lambda content: moved_shapes(content, cells, drawn),
            "drawing": lambda content: moved_anchors(content, drawn),
        }
        for part, moved in ((part, moved) for kind, moved in ways.items() for part in self._parts(kind)):
            content = self._read(part)
            if (new := moved(content)) != content:
                self._package.replace(part, new)

    def _add_comments(self, comments: Mapping[CellPlace, str]) -> str:
        """Add notes, and tell the id of the part of their boxes where the sheet had none."""
        package, notes = self._package, next(iter(self._parts("comments")), "")
        if not notes:
            notes = package.free_name("xl/comments{}.xml")
            package.add(notes, NO_NOTES, _COMMENTS)
            package.link(self._sheet.part, "comments", notes)
        package.replace(notes, with_notes(package.read(notes), comments))
        linked = {relation.id: relation.target for relation in self._relations}
        shapes, new = linked.get(self._shapes_id, ""), ""
        if not shapes:
            shapes = package.free_name("xl/drawings/vmlDrawing{}.vml")
            package.add(shapes, NO_SHAPES, _SHAPES)
            new = package.link(self._sheet.part, "vmlDrawing", shapes)
        package.replace(shapes, with_shapes(package.read(shapes), sorted(comments)))
        return new

    def _related(self, target: str) -> tuple[str, str]:
        outside, _, place = target.partition("#")
        link = self._package.link(self._sheet.part, "hyperlink", outside, outside=True) if outside else ""
        return link, place

    def _attribute(self, head: bytes, link: str) -> str:
        if not link:
            return ""
        found = _NAMESPACE.search(head)
        space = f' xmlns:r="{self._package.namespace}"' if not found else ""
        return f'{space} {found[1].decode() if found else "r"}:id="{link}"'

    def _forget(self, ids: set[str]) -> None:
        """Take the addresses of links that are gone out of the file."""
        if ids:
            self._package.unlink(self._sheet.part, ids)


def _prefix(head: bytes) -> bytes:
    found = start_tag("worksheet").search(head)
    return found[1] if found else b""
