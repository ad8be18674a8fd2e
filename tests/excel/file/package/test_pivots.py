"""Pivots over our tables are refreshed when Excel opens the file, whatever their source calls the cells."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

import pytest
from lead_frames import leads, refresh
from package_edit import MAIN, TRANSITIONAL, PackageEdit
from package_rules import check
from small_book import build
from zip_parts import read_parts

from leads_excel.excel.file.package.package import Package
from leads_excel.excel.file.package.sources import Sources
from leads_excel.excel.file.package.workbook import Workbook

CACHE = "xl/pivotCache/pivotCacheDefinition1.xml"
CONNECTIONS = "xl/connections.xml"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
SHEETS = ("Leads", "Übersicht", "Лиды", "Straße 2", "Sara's > leads", "2026", "leads&co")
NAMES = {
    "plain": "{sheet}!$A$1:$E$4",
    "whole": "{sheet}!$A:$E",
    "rows": "{sheet}!$1:$4",
    "table": "leads",
    "part": "leads[[#All],[firstName]:[note]]",
    "sized": "OFFSET({sheet}!$A$1,0,0,COUNTA({sheet}!$A:$A),5)",
    "shifted": "OFFSET({sheet}!$Z$9,-8,-25,COUNTA({sheet}!$A:$A),5)",
    "aside": "OFFSET({sheet}!$Z$9,Home!$B$9,Home!$B$10,9,9)",
    "ended": "{sheet}!$A$1:INDEX({sheet}!$A:$E,COUNTA({sheet}!$A:$A),5)",
    "around": "{sheet}!$A$9:INDEX({sheet}!$Z:$Z,2)",
    "text": 'INDIRECT("leads[#All]")',
    "built": 'INDIRECT(Home!$B$9&"!A1")',
    "again": "sized",
    "chosen": "CHOOSE(2,Other!$A$1:$B$2,again)",
}
"""Names over the leads: what they stand for."""
OTHERS = {
    "leads_old": "Other!$A$1:$C$9",
    "leads_offset": "OFFSET(Other!$A$1,0,0,COUNTA(Other!$A:$A),3)",
    "beside": "{sheet}!$P$1:$R$9",
    "beyond": "OFFSET({sheet}!$A$1,0,40,9,3)",
    "quoted": 'INDIRECT("Other!A1:B9")&"leads[#All]"',
    "elsewhere": "'[1]Leads'!$A$1:$E$4",
    "another": "'[leads.xlsx]leads'!leads",
    "lost": "#REF!$A$1:$E$4",
    "circle": "circle",
    "own": "mine[#All]",
    "longer": "leads2",
}
"""Names over anything else, though some say `leads`."""


def book_of(path, sheet, names=()):
    """Build a workbook whose leads stand on a sheet of some name, beside a table of the user's."""

    def around(workbook, leads_sheet):
        leads_sheet.name = sheet
        leads_sheet.add_table("P1:R3", {"name": "mine"})
        workbook.add_worksheet("Other")

    build(path, [(1, "Sara"), (2, "Noura"), (3, "Reem")], around)
    edit = PackageEdit(path)
    quoted = "'" + sheet.replace("'", "''") + "'"
    inside = "".join(
        f'<definedName name="{name}">{escape(formula.format(sheet=quoted))}</definedName>'
        for name, formula in dict(names).items()
    )
    inside += f'<definedName name="near" localSheetId="1">{escape(quoted)}!$A$1:$E$4</definedName>'
    inside += '<definedName name="near" localSheetId="0">Other!$A$1:$E$4</definedName>'
    edit.replace("xl/workbook.xml", "<definedNames>", f"<definedNames>{inside}")
    path.write_bytes(bytes(edit))
    return path


def add_cache(path, source):
    """Give the workbook a pivot cache with a source."""
    edit = PackageEdit(path)
    fields = '<cacheFields count="1"><cacheField name="x"/></cacheFields>'
    cached = f'<cacheSource type="worksheet">{source}</cacheSource>{fields}'
    edit.add(
        CACHE,
        f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{TRANSITIONAL}" '
        f'refreshedBy="a &gt; b" saveData="0">{cached}</pivotCacheDefinition>',
        f"{TYPE}pivotCacheDefinition+xml",
    )
    edit.relate("xl/workbook.xml", f"{TRANSITIONAL}/pivotCacheDefinition", CACHE)
    path.write_bytes(bytes(edit))
    return path


def is_refreshed(path):
    """Refresh the leads, and say whether Excel will refresh the pivot when it opens the file."""
    before = read_parts(path)[CACHE]
    refresh(path, leads(1, 2, 3, 4, 5))
    after = read_parts(path)[CACHE]
    marked = after.count(b'refreshOnLoad="1"') == 1
    assert marked or after == before
    return marked


@pytest.mark.parametrize("name", ["leads", "LEADS", "leads[#All]", "leads[[#Headers],[#Data],[firstName]]", *NAMES])
def test_a_pivot_over_the_leads_is_refreshed_on_load(tmp_path, name):
    """By the table, part of it, or a name that comes to its cells, however it is worked out."""
    path = book_of(tmp_path / "report.xlsx", "Sara's > leads", NAMES)
    assert is_refreshed(add_cache(path, f'<worksheetSource name="{name}"/>'))


@pytest.mark.parametrize("name", OTHERS)
def test_a_pivot_over_anything_else_is_left_alone(tmp_path, name):
    """Even where the word stands in its name."""
    path = book_of(tmp_path / "report.xlsx", "Leads", OTHERS)
    assert not is_refreshed(add_cache(path, f'<worksheetSource name="{name}"/>'))


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize(
    ("ref", "followed"),
    [("A1:E4", "A1:E6"), ("A:E", "A:E"), ("C2:C3", "C2:C3"), ("A1:J900", "A1:J900"), ("B6:C6", "B6:C6")],
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_pivot_over_cells_of_the_leads_is_refreshed_on_load(tmp_path, sheet, ref, followed, quote):
    """On a sheet of any name, written in any case, and its range follows the table."""
    path = book_of(tmp_path / "report.xlsx", sheet)
    said = sheet.upper() if sheet.upper().casefold() == sheet.casefold() else sheet
    attribute = quote + escape(said, {quote: "&quot;" if quote == '"' else "&apos;"}) + quote
    source = f"<worksheetSource ref={quote}{ref}{quote} sheet={attribute}/>"

    assert is_refreshed(add_cache(path, source))

    assert f"ref={quote}{followed}{quote}" in read_parts(path)[CACHE].decode()
    assert check(path) == []


@pytest.mark.parametrize(
    "source",
    [
        '<worksheetSource ref="A1:E4" sheet="Other"/>',
        '<worksheetSource ref="P1:R3" sheet="Leads"/>',
        '<worksheetSource ref="A1:E4" sheet="Leads" r:id="rId1"/>',
        '<worksheetSource name="leads" r:id="rId1"/>',
        '<worksheetSource name="near" sheet="Home"/>',
        '<worksheetSource name="near"/>',
    ],
)
def test_other_cells_are_other_cells(tmp_path, source):
    """Of another sheet, beside the table, of another workbook, or what another sheet calls by the same name."""
    assert not is_refreshed(add_cache(book_of(tmp_path / "report.xlsx", "Leads"), source))


@pytest.mark.parametrize("source", ['name="near" sheet="Leads"', 'name="Leads!near"', "name=\"'leads'!near\""])
def test_names_of_a_sheet_are_followed(tmp_path, source):
    """A name may hold for one sheet alone."""
    assert is_refreshed(add_cache(book_of(tmp_path / "report.xlsx", "Leads"), f"<worksheetSource {source}/>"))


# --- what only Excel can load anew -----------------------------------------------------------------------------------


def add_connection(path, source):
    """Load a range into the Data Model."""
    edit = PackageEdit(path)
    space = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
    extension = (
        f'<extLst><ext uri="{{DE250136-89BD-433C-8126-D09CA5730AF9}}" xmlns:x15="{space}"><x15:connection id="leads">'
        f"<x15:rangePr sourceName={quoteattr(source)}/></x15:connection></ext></extLst>"
    )
    content = f'<connection id="1" name="WorksheetConnection_report!x" type="102" refreshedVersion="5">{extension}'
    edit.add(CONNECTIONS, f'<connections xmlns="{MAIN}">{content}</connection></connections>', f"{TYPE}connections+xml")
    edit.relate("xl/workbook.xml", f"{TRANSITIONAL}/connections", CONNECTIONS)
    path.write_bytes(bytes(edit))
    return path


def add_query(path, formulas, encoding="utf-16", *, deflated=False, after=""):
    """Give the workbook formulas of Power Query."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as package:
        package.writestr("Config/Package.xml", "<Package/>")
        package.writestr("Formulas/Section1.m", f"section Section1;\n{formulas}")
    content = bytes(4) + len(inner.getvalue()).to_bytes(4, "little") + inner.getvalue() + bytes(12)
    text = base64.b64encode(content).decode()
    item = f'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">{text}</DataMashup>{after}'
    edit = PackageEdit(path)
    edit.add("customXml/item1.xml", item, "application/xml")
    path.write_bytes(bytes(edit))
    parts = read_parts(path)
    parts["customXml/item1.xml"] = f'<?xml version="1.0" encoding="{encoding}"?>{item}'.encode(encoding)
    with zipfile.ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return path


def told(path):
    """Refresh the leads, and list the remarks on what is loaded aside."""
    return [remark for remark in refresh(path, leads(1, 2, 3, 4)).remarks if "Data Model" in remark]


REMARK = ["leads: the Data Model or a query has its old rows until Data, Refresh All in Excel"]


@pytest.mark.parametrize(("source", "ours"), [("leads", True), ("sized", True), ("mine", False), ("leads_old", False)])
def test_a_data_model_over_the_leads_is_told(tmp_path, source, ours):
    """Nothing but Excel can load it anew."""
    path = book_of(tmp_path / "report.xlsx", "Leads", NAMES | OTHERS)
    assert told(add_connection(path, source)) == (REMARK if ours else [])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
@pytest.mark.parametrize(
    ("formulas", "ours"),
    [
        ('shared a = let x = Excel.CurrentWorkbook(){[Name="leads"]}[Content] in x;', True),
        ('shared a = Excel.CurrentWorkbook ( ) { [ Name = "sized" ] } [Content];', True),
        ("shared a = Excel.CurrentWorkbook();", True),
        ('shared a = Excel.CurrentWorkbook(){[Name="mine"]}[Content];', False),
        ('// Excel.CurrentWorkbook(){[Name="leads"]}\nshared a = "https://example.com/leads";', False),
        ('shared a = Csv.Document("leads");', False),
    ],
)
def test_a_query_over_the_leads_is_told(tmp_path, formulas, ours, encoding):
    """Its formulas say which of the workbook's tables and names it reads."""
    path = book_of(tmp_path / "report.xlsx", "Leads", NAMES)
    if ours and "//" not in formulas and "()" in formulas and "{" not in formulas:
        every = [re.sub("^leads", table, REMARK[0]) for table in ("leads", "vehicles", "errors", "bulks")]
        assert told(add_query(path, formulas, encoding)) == every
        return
    assert told(add_query(path, formulas, encoding)) == (REMARK if ours else [])


@pytest.mark.slow
@pytest.mark.parametrize(("blanks", "ours"), [(1 << 10, True), (1 << 24, False)])
def test_formulas_of_a_query_are_read_so_far_and_no_further(tmp_path, blanks, ours):
    """What inflates to many megabytes is no query: it is left as it is, and not read."""
    path = book_of(tmp_path / "report.xlsx", "Leads", NAMES)
    formulas = 'shared a = Excel.CurrentWorkbook(){[Name="leads"]}[Content];' + " " * blanks
    assert told(add_query(path, formulas, deflated=True)) == (REMARK if ours else [])


@pytest.mark.slow
@pytest.mark.parametrize(("blanks", "ours"), [(0, True), (1 << 24, False)])
def test_a_custom_part_of_many_megabytes_is_not_read(tmp_path, blanks, ours):
    """A refresh does not wait for what other programs have stored in the workbook."""
    path = book_of(tmp_path / "report.xlsx", "Leads", NAMES)
    formulas = 'shared a = Excel.CurrentWorkbook(){[Name="leads"]}[Content];'
    assert told(add_query(path, formulas, "utf-8", after=" " * blanks)) == (REMARK if ours else [])


@pytest.mark.parametrize(
    ("written", "tab"), [("straße", "Straße"), ("STRAẞE", "Straße"), ("STRASSE", "Straße"), ("leads", "leads")]
)
def test_a_sheet_is_found_as_everywhere(tmp_path, written, tab):
    """Sources compare names of sheets by the one rule for them; a sheet that is not there is none of ours."""
    with book_of(tmp_path / "report.xlsx", "Straße", NAMES).open("rb") as file:
        sources = Sources(Workbook(Package(file, "report.xlsx")))

    assert sources.span(written, "A1:B2").sheet == tab
    assert [one.sheet for one in sources.spans(f"'{written}'!$A$1")] == [tab]


@pytest.mark.parametrize("text", ["", "AAAA", "?", "A" * 100, base64.b64encode(b"\0" * 4 + b"\xff" * 900).decode()])
def test_a_query_that_cannot_be_read_is_no_obstacle(tmp_path, text):
    """Such a part is copied as it is."""
    path = build(tmp_path / "report.xlsx")
    edit = PackageEdit(path)
    edit.add("customXml/item1.xml", f"<DataMashup>{text}</DataMashup>", "application/xml")
    path.write_bytes(bytes(edit))
    before = read_parts(path)["customXml/item1.xml"]

    assert told(path) == []
    assert read_parts(path)["customXml/item1.xml"] == before
