"""The parts that notes consist of: texts with their authors, and the boxes they are drawn in."""

from __future__ import annotations

import re

import pytest

from leads_excel.excel.cells.boxes import Drawn
from leads_excel.excel.cells.moves import Move
from leads_excel.excel.cells.references import Area
from leads_excel.excel.file.attached.comments import NO_NOTES, moved_comments, notes_of, with_notes
from leads_excel.excel.file.attached.note_shapes import NO_SHAPES, moved_shapes, with_shapes

NOTES = (
    b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>tc={1}</author>'
    b"<author>A. User</author></authors><commentList><comment ref='B2' authorId='0'><text><t>a</t></text></comment>"
    b"</commentList></comments>"
)
CHECKBOX = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
    b'<v:shape id="_x0000_s1025"><x:ClientData ObjectType="Checkbox">%s<x:Anchor>1, 0, 2, 0, 1, 9, 3, 0</x:Anchor>'
    b"</x:ClientData></v:shape></xml>"
)
TABLE = Move("Leads", Area(1, 1, 5, 11), 0, 10, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])


def tops(shapes):
    """List the rows that boxes begin and end in, counted from 0."""
    found = re.findall(rb"<x:Anchor>\s*\d+, \d+, (\d+), \d+, \d+, \d+, (\d+), \d+<", shapes)
    return [(int(top), int(bottom)) for top, bottom in found]


def test_a_new_note_has_an_author_of_its_own():
    """The author `tc={...}` would make a note the shadow of a thread that is not there."""
    (index,) = re.findall(rb'ref="C3" authorId="(\d+)"', with_notes(NOTES, {(3, 3): "new"}))
    authors = re.findall(rb"<author>(.*?)</author>", with_notes(NOTES, {(3, 3): "new"}))
    assert authors[int(index)] == b"leads_excel"
    assert notes_of(with_notes(NO_NOTES, {(3, 3): "a\nb"})) == {(3, 3): "a\nb"}


def test_notes_in_either_quotes_move():
    """A part of another program's, too."""
    assert notes_of(moved_comments(NOTES, {(2, 2): (7, 2)})) == {(7, 2): "a"}
    assert notes_of(moved_comments(NOTES, {(2, 2): None})) == {}


def test_boxes_stay_on_the_sheet():
    """One that is drawn far above its cell ends at the first row, as high as it was."""
    shapes = with_shapes(NO_SHAPES, [(9, 2)])
    far = re.sub(rb", 7, 2, ", b", 1, 2, ", shapes)
    assert tops(far) == [(1, 11)]
    assert tops(moved_shapes(far, {(9, 2): (2, 2)}, Drawn([]))) == [(0, 10)]


def test_boxes_have_numbers_of_their_own():
    """Excel repairs a file in which two shapes have one."""
    shapes = with_shapes(with_shapes(NO_SHAPES, [(2, 2), (3, 2)]), [(4, 2)])
    ids = re.findall(rb'<v:shape id="([^"]*)"', shapes)
    assert len(ids) == len(set(ids)) == 3
    assert shapes.count(b"<v:shapetype ") == 1


@pytest.mark.parametrize(
    ("fixed", "top"), [(b"", 9), (b"<x:MoveWithCells/>", 2), (b"<x:MoveWithCells>False</x:MoveWithCells>", 9)]
)
def test_a_control_that_is_not_to_move_stays(fixed, top):
    """The element says that it does not move with cells, in spite of its name, unless it says False."""
    assert tops(moved_shapes(CHECKBOX % fixed, {}, Drawn([TABLE]))) == [(top, top + 1)]
