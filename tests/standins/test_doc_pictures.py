"""A picture shows the sheet that was asked for, without its margins, and what `why` says as its cells show it."""

from __future__ import annotations

import shutil
import struct
import zlib

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from doc_pictures import CALL, picture, why_book

import leads_excel as lx
from leads_excel.fetching.session import Session, use

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="no poppler on the PATH"),
]


def pixels(path):
    """Read a PNG of eight bits a colour without filters."""
    content = path.read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    at = content.index(b"IDAT")
    size = struct.unpack(">I", content[at - 4 : at])[0]
    lines = np.frombuffer(zlib.decompress(content[at + 4 : at + 4 + size]), "uint8").reshape(height, 3 * width + 1)
    return lines[:, 1:].reshape(height, width, 3)


@pytest.fixture
def book(tmp_path):
    """Write a red sheet and a blue one, both with an area to print and a header."""
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for name, colour in (("Red", "#FF0000"), ("Blue", "#0000FF")):
            sheet = made.add_worksheet(name)
            sheet.print_area("B2:B9")
            sheet.set_header("&C&A")
            for row in range(1, 9):
                sheet.write(row, 1, "x", made.add_format({"bg_color": colour, "font_color": colour}))
    return path


@pytest.mark.parametrize(("sheet", "channel"), [("Red", 0), ("Blue", 2)])
def test_the_sheet_that_was_asked_for_is_drawn(book, tmp_path, sheet, channel):
    """All of it and nothing else: no header, no other sheet, a narrow edge."""
    before = book.read_bytes()

    picture(book, sheet, tmp_path / "sheet.png")

    drawn = pixels(tmp_path / "sheet.png")
    inner = drawn[30:-30, 30:-30].reshape(-1, 3)
    assert {*map(tuple, inner.tolist())} == {tuple(255 * (each == channel) for each in range(3))}
    assert (drawn[0] == 255).all()
    assert book.read_bytes() == before


def test_a_sheet_that_there_is_not_is_refused(book, tmp_path):
    """With those that there are."""
    with pytest.raises(ValueError, match="no sheet Green: it has Red, Blue"):
        picture(book, "Green", tmp_path / "sheet.png")


def test_the_picture_of_why_says_what_why_says(tmp_path):
    """Below the formula, cell by cell, with the statement whole."""
    why_book(tmp_path / "why.xlsx")

    rows = list(openpyxl.load_workbook(tmp_path / "why.xlsx").active.values)
    use(Session(lx.Settings(environment="demo", store="none")))
    wanted = lx.leads_why(CALL[0], CALL[1], None, CALL[3]).set_index("item")["value"]
    use(None)
    assert rows[0][0] == '=LEADS_WHY("rejection_rate","2026-10",,"source=Website")'
    assert "".join(value for item, value, _ in rows if item == "SQL") == wanted["SQL"]
    assert {item: value for item, value, _ in rows}["Value"] == wanted["Value"]
