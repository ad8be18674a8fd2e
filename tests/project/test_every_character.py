"""One character stops nothing: whatever stands in a text of the API, every door opens and shows the rest.

Characters that some renderer, file or terminal cannot hold stand in every text field, in unknown keys, in errors and in
vehicles. A process of its own opens each door: a renderer that panics cannot be caught.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import unicodedata
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
import pytest
from programs import run

_KINDS = ("Cc", "Cf", "Cs", "Zl", "Zp", "Zs")
ODD = [
    *(chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) in _KINDS and not 0xD804 < code < 0xDFFC),
    *map(chr, (*range(0xFDD0, 0xFDF0), 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0xE000, 0x0300)),
    *("&", "<", ">", '"', "'", "]]>", "<!--", "</svg>", "\\", "${x}", "#{x}", "%s", "{0}", "_x000B_", "=1", ";=1"),
]
"""Controls, formats, surrogates, blanks, what is no character, and what is markup somewhere."""

AROUND = 4  # of them in a text, each between letters
PREPARE = """
import sys
from pathlib import Path
import leads_excel as lx
from leads_excel.bulks.decoding import decode
from leads_excel.reports.html import html
from leads_excel.reports.page import compose
from leads_excel.reports.pdf import pdf
from leads_excel.charts import pictures as charts
from leads_excel.tables.lead_tables import build
tables = build(decode(Path("bulks.json").read_bytes()))
"""


def lead(number, text):
    """Make a lead that holds a text wherever it can."""
    return {
        "leadExternalId": number, "leadId": number * 2, "isError": number % 2, "firstName": text, "phoneNumber": text,
        "errorList": [{"code": text, "field": text, "message": text}] if number % 2 else None, "leadNote": text,
        "branch": text, "source": text, "subSource": text, "priority": text, "purchasePlan": text, "brand": text,
        "email": text, "leadDate": "2026-11-12", "monthlyIncome": text, text: text, "customerCity": text,
        "vehicles": [{"leadVehiclesId": number, "modelFamily": text, "modelYear": 2026, "modelMemo": text, text: 1}],
    }  # fmt: skip


def write_bulks(path, letters):
    """Write a bulk of leads that hold letters, some to a text; JSON escapes what has no bytes."""
    texts = ["a".join(["", *letters[start : start + AROUND], ""]) for start in range(0, len(letters), AROUND)]
    leads = [lead(number, text) for number, text in enumerate(texts, 1)]
    bulk = {"leads": leads, "createdDate": "2026-11-12T10:00:00.000Z", "totalRecords": len(leads), "isProcessed": 4}
    path.write_text(json.dumps([bulk]), encoding="ascii")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write the leads with odd letters."""
    path = tmp_path_factory.mktemp("odd")
    write_bulks(path / "bulks.json", ODD)
    return path


def opened(folder, code):
    """Open a door in a process of its own, which has to come to its end."""
    done = run([sys.executable, "-c", PREPARE + code], cwd=folder, limit=240)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def read_xml(text):
    """Read XML as a browser reads a picture, strictly."""
    return ET.fromstring(text)  # noqa: S314 - of our own making


@pytest.mark.slow
def test_a_page(folder):
    """The report for the browser: no character in it that HTML forbids, and its pictures are XML."""
    opened(folder, "Path('page.html').write_bytes(html(compose(tables, tables)).encode())")

    text = (folder / "page.html").read_bytes().decode()
    assert {letter for letter in text if unicodedata.category(letter) == "Cc"} <= {*"\t\r\n"}
    for picture in text.split("<svg ")[1:]:
        read_xml("<svg " + picture.partition("</svg>")[0] + "</svg>")


@pytest.mark.slow
def test_a_page_on_paper(folder):
    """The report as PDF."""
    opened(folder, "Path('page.pdf').write_bytes(pdf(compose(tables, tables)))")

    assert (folder / "page.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.slow
@pytest.mark.parametrize(
    "chart",
    [
        "charts.per_day(tables)",
        *(f"charts.leads_by(tables, {name!r}, most=400)" for name in ("source", "branch", "modelFamily")),
        "charts.reasons(tables, most=400)",
        "charts.model_years(tables, most=400)",
        "charts.cross(tables, 'brand', 'subSource')",
        "charts.overlap(tables)",
        "charts.funnel(tables)",
    ],
)
def test_a_picture(folder, chart):
    """For a notebook as SVG and as PNG."""
    svg = opened(folder, f"chart = {chart}\nchart.save('c.svg')\nchart.save('c.png')\nprint(charts.svg(chart, 500))")

    read_xml(svg)
    read_xml((folder / "c.svg").read_bytes())


@pytest.mark.slow
def test_files(tmp_path):
    """Of all 65,536 characters of the first plane, and more: CSV, workbook and Parquet hold every lead."""
    letters = [*ODD, *("".join(map(chr, range(start, start + 16))) for start in range(0, 0x10000, 16))]
    write_bulks(tmp_path / "bulks.json", letters)

    opened(tmp_path, "tables.to_csv('csv'); tables.to_parquet('parquet'); tables.to_excel('leads.xlsx')")

    count = -(-len(letters) // AROUND)
    rows = list(csv.reader(io.StringIO((tmp_path / "csv" / "leads.csv").read_bytes().decode("utf-8-sig"), newline="")))
    book = openpyxl.load_workbook(tmp_path / "leads.xlsx")
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == len(pd.read_parquet(tmp_path / "parquet" / "leads.parquet")) + 1 == count + 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "\t"))]
    assert max(sheet.max_row for sheet in book) >= count + 1


@pytest.mark.slow
def test_what_a_notebook_shows(folder):
    """Tables, listings, key figures and reasons, masked and not, on a terminal that knows UTF-8 only."""
    opened(
        folder,
        "print(tables, tables._repr_html_(), tables.leads, lx.kpis.top_reasons(tables, 400))\n"
        "for kpi in lx.kpis.KPIS.values(): print(kpi(tables))",
    )
