"""Drawings below a table, where the sheet ends."""

from __future__ import annotations

import re

import pytest

from leads_excel.excel.cells.boxes import Drawn
from leads_excel.excel.cells.moves import Move
from leads_excel.excel.cells.references import Area
from leads_excel.excel.cells.values import MAX_ROWS
from leads_excel.excel.file.attached.drawn import moved_anchors

ANCHOR = (
    b"<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:row>%d</xdr:row></xdr:from>"
    b"<xdr:to><xdr:col>3</xdr:col><xdr:row>%d</xdr:row></xdr:to></xdr:twoCellAnchor>"
)


@pytest.mark.parametrize(("last", "by"), [(100, 40), (MAX_ROWS - 6, 5), (MAX_ROWS - 1, 0)])
def test_no_drawing_is_pushed_off_the_sheet(last, by):
    """It moves as far as there are rows: Excel would repair a file with a place beyond the last one."""
    move = Move("Leads", Area(1, 1, 5, 11), 0, 50)
    moved = moved_anchors(ANCHOR % (last - 10, last), Drawn([move]))

    assert [int(row) for row in re.findall(rb"<xdr:row>(\d+)<", moved)] == [last - 10 + by, last + by]
