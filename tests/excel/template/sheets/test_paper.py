"""What comes out of the printer: Home and the Dashboard on a page each, lists with their heads, no rows unasked."""

from __future__ import annotations

import re
import shutil
from collections import Counter

import openpyxl
import pytest
from lead_frames import refresh, sample
from libreoffice import run_basic
from programs import run
from readers import converted
from zip_parts import read_parts

import leads_excel as lx
from leads_excel.excel.template.building import template_path
from leads_excel.excel.template.sheets.listings import LISTINGS
from leads_excel.excel.template.sheets.paper import ASK_FOR_ROWS

ONE_PAGE = ("Home", "Dashboard", "Leads", "Vehicles", "Errors", "Rejections", "Log", "Formulas")
"""The sheets that take one page each, however many leads there are."""

MONTH = 20
"""So many pages may a whole workbook of a month have: one for each of these sheets, and the bulks."""

AREAS = {
    "Home": "$A$1:$H$48",
    "Dashboard": "$A$1:$M$77",
    "Leads": "$A$1:$C$1",
    "Vehicles": "$A$1:$I$1",
    "Errors": "$A$1:$F$1",
    "Rejections": "$A$1:$F$1",
}
"""What is printed unasked, where it is not everything."""

PRINT_FILTERED = """
Sub Main
  Dim opening(0) As New com.sun.star.beans.PropertyValue
  opening(0).Name = "Hidden"
  opening(0).Value = True
  document = StarDesktop.loadComponentFromURL("{book}", "_blank", 0, opening())
  cells = document.Sheets.getByName("Leads").getCellRangeByName("{cells}")
  Dim field(0) As New com.sun.star.sheet.TableFilterField
  field(0).Field = {column}
  field(0).Operator = com.sun.star.sheet.FilterOperator.EQUAL
  field(0).StringValue = "{value}"
  filter = cells.createFilterDescriptor(True)
  filter.ContainsHeader = True
  filter.setFilterFields(field())
  cells.filter(filter)
  Dim chosen(0) As New com.sun.star.beans.PropertyValue
  chosen(0).Name = "Selection"
  chosen(0).Value = cells
  Dim saving(1) As New com.sun.star.beans.PropertyValue
  saving(0).Name = "FilterName"
  saving(0).Value = "calc_pdf_Export"
  saving(1).Name = "FilterData"
  saving(1).Value = CreateUnoValue("[]com.sun.star.beans.PropertyValue", chosen())
  document.storeToURL("{pdf}", saving())
  document.close(True)
End Sub
"""
"""Filters a list, selects it and prints the selection."""


def areas(path):
    """Read the print areas of a workbook by sheet."""
    return {name: sheet.print_area.partition("!")[2] for name, sheet in sheets(path).items() if sheet.print_area}


def sheets(path):
    """Read the sheets of a workbook by name."""
    return {sheet.title: sheet for sheet in openpyxl.load_workbook(path)}


def paper(path):
    """Read the pages of a PDF as texts."""
    if not shutil.which("pdftotext"):
        pytest.skip("needs poppler's pdftotext")
    return run(["pdftotext", "-layout", path, "-"], check=True).stdout.split("\f")[:-1]


# --- how sheets are set up --------------------------------------------------------------------------------------------


def test_every_page_tells_its_sheet_and_its_number():
    """A sheet of paper that fell out of a pile goes back to its place."""
    footers = {name: sheet.oddFooter.right.text for name, sheet in sheets(template_path()).items()}

    assert set(footers.values()) == {"&A, page &P of &N"}
    assert len(footers) == 9


def test_lists_repeat_their_heads_on_pages_that_lie_on_their_side():
    """Leads, 53 columns, on four pages beside each other, rejections on two, each with who it is; the others on one."""
    found = sheets(template_path())
    for listing in LISTINGS:
        sheet = found[listing.sheet]
        assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        width = {"Leads": 4, "Rejections": 2}.get(listing.sheet, 1)
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (width, 0)
    assert found["Leads"].print_title_cols == "$A:$C"
    assert found["Rejections"].print_title_cols == "$A:$B"


def test_a_refresh_leaves_what_is_printed(tmp_path):
    """The heads are above the rows, which come and go."""
    refresh(template_path(), sample(300), tmp_path / "report.xlsx")
    assert areas(template_path()) == areas(tmp_path / "report.xlsx") == AREAS

    refresh(tmp_path / "report.xlsx", sample(20))
    assert areas(tmp_path / "report.xlsx") == AREAS


def test_a_list_that_is_not_printed_whole_says_how_to_have_its_rows():
    """On its page and on Home, in the words of Excel; no rows are left out without a word."""
    found = sheets(template_path())
    said = {name for name, sheet in found.items() if sheet.oddHeader.center.text}

    assert said == {"Leads", "Vehicles", "Errors", "Rejections"}
    assert {found[name].oddHeader.center.text for name in said} == {f"&B{ASK_FOR_ROWS}&B"}
    home = [cell.value for row in found["Home"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert sum("Print Selection" in text for text in home) == 1


def test_headers_and_footers_are_no_longer_than_excel_takes():
    """255 characters, else the workbook is repaired."""
    parts = read_parts(template_path())
    edges = re.findall(rb"<odd(?:Header|Footer)>(.*?)</odd", b"".join(parts.values()))

    assert len(edges) == 18
    assert max(map(len, edges)) <= 255


# --- on paper ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """Write a workbook of a month of thousands of made-up leads."""
    tables = lx.fetch("2026-08-01", "2026-08-31", settings=lx.Settings(environment="demo", store="none"))
    assert len(tables.leads) > 3_000
    return tables, tables.to_excel(tmp_path_factory.mktemp("month") / "month.xlsx")


@pytest.mark.slow
def test_a_whole_workbook_of_a_month_is_a_few_pages(month, tmp_path):
    """Home, the Dashboard and each list are a page; before there were print areas, all of it was 289."""
    pages = paper(converted(month[1], "pdf", tmp_path))
    by_sheet = Counter(re.search(r"(\w+), page \d+ of \d+", page)[1] for page in pages)

    assert {name: by_sheet[name] for name in ONE_PAGE} == dict.fromkeys(ONE_PAGE, 1)
    assert len(pages) <= MONTH
    assert {name for name in by_sheet if name not in ONE_PAGE} == {"Bulks"}
    (dashboard,) = (page for page in pages if "Dashboard, page" in page)
    for field, listed in (("brand", 4), ("branch", 12), ("source", 8)):
        for name, count in month[0].leads[field].value_counts().nlargest(listed).items():
            assert re.search(rf"{re.escape(name)} +{count:,} ", dashboard), f"{name} is cut"


@pytest.mark.slow
def test_a_filtered_list_is_printed_when_it_is_selected(month, tmp_path):
    """All its visible rows and no other, with the heads on each page."""
    tables, book = month
    source = tables.leads["source"].value_counts().index[-1]
    ids = set(tables.leads.loc[tables.leads["source"] == source, "leadExternalId"].astype(str))
    heads = [column.name for column in LISTINGS[0].columns]
    values = {"book": book.as_uri(), "pdf": (tmp_path / "list.pdf").as_uri(), "value": source}
    cells = f"A1:AZ{len(tables.leads) + 1}"
    run_basic(PRINT_FILTERED.format(**values, cells=cells, column=heads.index("source")), tmp_path / "profile")

    pages = paper(tmp_path / "list.pdf")

    assert 0 < len(ids) < 300
    assert all(page.split("\n")[0].startswith("Leads") and "leadExternalId" in page for page in pages)
    assert set(re.findall(r"^ *(\d+) ", "\n".join(pages), re.MULTILINE)) == ids
    assert len(pages) <= 4 * (1 + len(ids) // 40)
