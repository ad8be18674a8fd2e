"""Where links and the boxes of notes belong behind the rows of a sheet (18.3.1.99)."""

from __future__ import annotations

import pytest

from leads_excel.excel.file.attached.links import place_for, with_tags

VIEWS = "<customSheetViews><customSheetView><pageMargins/><printOptions/></customSheetView></customSheetViews>"
RULES = '<x14:dataValidations count="1"><x14:dataValidation/></x14:dataValidations>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "<pageMargins/><tableParts/>"),
        (f"<sheetProtection/>{VIEWS}", "<pageMargins/><drawing/>"),
        ('<dataValidations count="1"><dataValidation/></dataValidations>', f"<printOptions/><extLst>{RULES}</extLst>"),
        ("<mergeCells><mergeCell/></mergeCells>", ""),
    ],
)
def test_links_come_where_the_schema_wants_them(before, after):
    """Behind validations and what views keep, before the margins; extensions have elements of the same names."""
    tag = b'<hyperlink ref="A1"/>'
    made = with_tags(f"{before}{after}</worksheet>".encode(), [tag], b"")
    assert made == f"{before}<hyperlinks>{tag.decode()}</hyperlinks>{after}</worksheet>".encode()
    assert with_tags(made, [], b"") == f"{before}{after}</worksheet>".encode()


def test_boxes_of_notes_come_behind_drawings():
    """With the prefix of the sheet."""
    tail = b"<m:pageMargins/><m:drawing/><m:picture/><m:tableParts/>"
    assert tail[place_for(tail, b"m:", "legacyDrawing") :] == b"<m:picture/><m:tableParts/>"
