"""Pictures for README and the pages: a sheet of a workbook as LibreOffice prints it, its margins cut off.

python tests/standins/doc_pictures.py why .github/images/why.png
python tests/standins/doc_pictures.py leads-demo.xlsx Dashboard .github/images/dashboard.png

The first draws `=LEADS_WHY(...)` as its cells show it, over leads of the simulated DMS; the second any sheet of any
workbook, such as one that `leads-excel demo` has made. Both need LibreOffice and poppler.
"""

from __future__ import annotations

import math
import re
import struct
import sys
import tempfile
import zlib
from datetime import date, datetime
from pathlib import Path

import numpy as np
import xlsxwriter
from package_edit import PackageEdit
from programs import run
from readers import converted
from udf_host import MISSING, windows_excel

import leads_excel as lx
from leads_excel.fetching.session import Session, use
from leads_excel.schema.colours import ACCENT, ACCENT_SOFT, LINE

CALL = ("rejection_rate", "2026-10", MISSING, "source=Website")
"""The number that is explained: of a month that is over, so that only the age of its answers changes."""

_DOTS = 110  # an inch: a page of A4 is a thousand wide
_EDGE = 12
_WIDTHS = (34, 104, 46)


def picture(book: Path, sheet: str, target: Path, dots: int = _DOTS) -> None:
    """Draw the first page of a sheet.

    Args:
        book: The workbook; it stays as it is.
        sheet: The sheet's name.
        target: The PNG file to write.
        dots: Dots an inch.

    Raises:
        ValueError: There is no such sheet.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        alone = folder / "alone.xlsx"
        alone.write_bytes(_with_one_sheet(book, sheet))
        pages = converted(alone, "pdf", folder)
        run(["pdftoppm", "-r", str(dots), "-singlefile", pages, folder / "page"], check=True)
        target.write_bytes(_png(_cropped(_pixels((folder / "page.ppm").read_bytes()))))


def _with_one_sheet(book: Path, sheet: str) -> bytes:
    """Leave one sheet to be printed, without header and footer; the others are hidden, for charts to read them."""
    package = PackageEdit(book)
    text = package.text("xl/workbook.xml")
    names = re.findall(r'<sheet name="([^"]*)"', text)
    if sheet not in names:
        raise ValueError(f"{book.name} has no sheet {sheet}: it has {', '.join(names)}.")
    place = names.index(sheet)
    text = re.sub(r' (?:activeTab|firstSheet|state)="\w+"', "", text)
    text = re.sub(rf'<sheet name="(?!{re.escape(sheet)}")[^"]*"', r'\g<0> state="hidden"', text)
    # LibreOffice prints what is hidden where it has an area to print, and of other sheets nothing then.
    text = re.sub(
        rf'<definedName name="_xlnm.Print_Area" localSheetId="(?!{place}")\d+"[^>]*>[^<]*</definedName>', "", text
    )
    package.write("xl/workbook.xml", text.replace("<workbookView", f'<workbookView activeTab="{place}"', 1))
    for part in package.parts:
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part):
            package.write(part, re.sub(r"<headerFooter.*?</headerFooter>", "", package.text(part), flags=re.DOTALL))
    return bytes(package)


def _pixels(ppm: bytes) -> np.ndarray:
    """Read a picture as poppler writes it (Netpbm's P6): rows, columns, colours."""
    _, width, height, _, content = re.split(rb"\s", ppm, maxsplit=4)
    return np.frombuffer(content, "uint8").reshape(int(height), int(width), 3)


def _cropped(pixels: np.ndarray) -> np.ndarray:
    """Leave a narrow edge around what is not white."""
    drawn = (pixels < 250).any(axis=2)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    top, left = max(rows[0] - _EDGE, 0), max(columns[0] - _EDGE, 0)
    return pixels[top : rows[-1] + _EDGE, left : columns[-1] + _EDGE]


def _png(pixels: np.ndarray) -> bytes:
    """Write a picture as PNG (ISO/IEC 15948): eight bits a colour, no filter."""
    height, width, _ = pixels.shape
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )


def why_book(path: Path) -> None:
    """Write a workbook with what the cells of LEADS_WHY show, below the formula.

    Args:
        path: The workbook.
    """
    use(Session(lx.Settings(environment="demo", store="none")))
    with windows_excel() as excel:
        excel.load("leads_excel.excel.udfs")
        rows = excel.call("LEADS_WHY", *CALL, *[MISSING] * 2)
    use(None)
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Why")
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 1)
        sheet.set_column("A:A", _WIDTHS[0])
        sheet.set_column("B:B", _WIDTHS[1])
        sheet.set_column("C:C", _WIDTHS[2])
        look = {"font_name": "Carlito", "font_size": 11, "valign": "top", "bottom": 1, "bottom_color": LINE}
        typed = {"font_name": "Courier New", "font_color": ACCENT, "bg_color": ACCENT_SOFT}
        arguments = ",".join("" if each == MISSING else f'"{each}"' for each in CALL)
        sheet.merge_range("A1:C1", "", book.add_format({**look, **typed}))
        sheet.write_string("A1", f"=LEADS_WHY({arguments})", book.add_format({**look, **typed}))
        for place, row in enumerate(rows, start=1):
            lines = [len(str(cell)) / (1.15 * width) for cell, width in zip(row, _WIDTHS, strict=True)]
            sheet.set_row(place, 15 * math.ceil(max(lines)))
            for column, cell in enumerate(row):
                kind = {"bold": place == 1, "text_wrap": True, "align": "left", "num_format": _format(cell, row[0])}
                write = sheet.write_string if isinstance(cell, str) else sheet.write
                value = cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell
                write(place, column, value, book.add_format({**look, **kind}))


def _format(cell: object, item: object) -> str:
    if isinstance(cell, date):
        return "yyyy-mm-dd hh:mm" if item == "As it stood at" else "yyyy-mm-dd"
    return "0.0%" if isinstance(cell, float) else "#,##0"


def main() -> None:
    """Draw what the command line names."""
    *what, target = sys.argv[1:]
    if what == ["why"]:
        with tempfile.TemporaryDirectory() as folder:
            book = Path(folder) / "why.xlsx"
            why_book(book)
            picture(book, "Why", Path(target))
    else:
        picture(Path(what[0]), what[1], Path(target))


if __name__ == "__main__":
    main()
