"""The hostile workbook: correct, full of what gets lost, and read alike by every reader."""

from __future__ import annotations

import re

import openpyxl
import pytest
from hostile_book import build
from hostile_sheets import AGE, FOLLOW_UP, NOTES, STATUS, STEP, layouts_of
from open_xml_validator import schema_findings
from package_rules import check
from readers import READERS, plain
from sample_tables import INPUTS, RESULTS, SHEETS, columns_of
from zip_parts import read_parts

from leads_excel.excel.template.building import template_path

FEATURES = {
    "chart": ("xl/charts/chart1.xml", "<c:chart>"),
    "chart sheet": ("xl/chartsheets/sheet1.xml", "<chartsheet"),
    "pivot table": ("xl/pivotTables/pivotTable1.xml", '<field x="'),
    "pivot cache over leads": ("xl/pivotCache/pivotCacheDefinition1.xml", 'worksheetSource name="leads"'),
    "pivot records": ("xl/pivotCache/pivotCacheRecords1.xml", "<r>"),
    "table slicer": ("xl/slicerCaches/slicerCache1.xml", "tableSlicerCache"),
    "slicer frame": ("xl/drawings/drawing2.xml", "<sle:slicer "),
    "query": ("xl/connections.xml", "Microsoft.Mashup"),
    "query text": ("customXml/item1.xml", "D\0a\0t\0a\0M\0a\0s\0h\0u\0p"),
    "calculated column by name": ("xl/tables/table1.xml", "<calculatedColumnFormula>IF(leads[[#This Row],[isError]]"),
    "calculated column by cell": ("xl/tables/table1.xml", "<calculatedColumnFormula>$B$1-AG5<"),
    "shared formula": ("xl/worksheets/sheet3.xml", '<f t="shared" ref="BA5:BA54" si="0">'),
    "totals row": ("xl/tables/table2.xml", 'totalsRowCount="1"'),
    "sorted table": ("xl/tables/table1.xml", "<sortState"),
    "filtered table": ("xl/tables/table5.xml", "<filterColumn"),
    "rows hidden by a filter": ("xl/worksheets/sheet6.xml", 'hidden="1"'),
    "second table on a sheet": ("xl/tables/table4.xml", 'displayName="reasons"'),
    "conditional formats": ("xl/worksheets/sheet3.xml", 'type="iconSet"'),
    "conditional format of 2010": ("xl/worksheets/sheet3.xml", "x14:conditionalFormatting"),
    "validations": ("xl/worksheets/sheet3.xml", '<formula1>"open,called,won,lost"'),
    "comments": ("xl/comments1.xml", "Called twice"),
    "comment shapes": ("xl/drawings/vmlDrawing1.vml", 'ObjectType="Note"'),
    "header picture": ("xl/drawings/vmlDrawing2.vml", "o:relid"),
    "hyperlink": ("xl/worksheets/_rels/sheet3.xml.rels", "mailto:"),
    "picture": ("xl/drawings/drawing2.xml", "<xdr:pic>"),
    "background": ("xl/worksheets/sheet4.xml", "<picture "),
    "text box": ("xl/drawings/drawing1.xml", "Ask Sara"),
    "text box with a cell's text": ("xl/drawings/drawing1.xml", 'textlink="$B$1"'),
    "sparkline": ("xl/worksheets/sheet2.xml", "x14:sparklineGroup"),
    "printer settings": ("xl/worksheets/sheet3.xml", "<pageSetup r:id="),
    "name over a column": ("xl/workbook.xml", ">Leads!$D$5:$D$54<"),
    "name over a structured reference": ("xl/workbook.xml", ">leads[My notes]<"),
    "print area": ("xl/workbook.xml", "_xlnm.Print_Area"),
    "merged cells": ("xl/worksheets/sheet3.xml", "<mergeCell "),
    "theme": ("xl/theme/theme1.xml", "<a:theme"),
    "custom properties": ("docProps/custom.xml", 'name="Reviewed"'),
    "dynamic array": ("xl/worksheets/sheet9.xml", 'cm="1"'),
    "cell metadata": ("xl/metadata.xml", "XLDAPR"),
    "array formula": ("xl/worksheets/sheet12.xml", 't="array" ref="D1:D2"'),
    "protected sheet": ("xl/worksheets/sheet11.xml", "<sheetProtection"),
    "very hidden sheet": ("xl/workbook.xml", 'state="veryHidden"'),
    "hidden columns": ("xl/worksheets/sheet3.xml", ' hidden="1"'),
    "outline": ("xl/worksheets/sheet3.xml", 'outlineLevel="1"'),
    "row height": ("xl/worksheets/sheet3.xml", 'customHeight="1"'),
    "frozen header": ("xl/worksheets/sheet3.xml", 'state="frozen"'),
    "calculation chain": ("xl/calcChain.xml", "<c r="),
}
"""What has to be in it: a part, and a text in the part."""

MACRO_FEATURES = {
    "VBA project": ("xl/vbaProject.bin", "\xd0\xcf\x11\xe0"),
    "button": ("xl/drawings/vmlDrawing1.vml", "[0]!SampleCall"),
    "form control": ("xl/worksheets/sheet1.xml", "<controls>"),
    "control properties": ("xl/ctrlProps/ctrlProp1.xml", 'objectType="Button"'),
}

OPTIONAL = "rejections"


@pytest.fixture(scope="module")
def macro_book(tmp_path_factory):
    """Build the workbook with macros."""
    return build(tmp_path_factory.mktemp("books") / "hostile.xlsm")


@pytest.fixture(scope="module")
def plain_book(tmp_path_factory):
    """Build the workbook without macros."""
    return build(tmp_path_factory.mktemp("books") / "hostile.xlsx")


@pytest.fixture(params=["plain_book", "macro_book"])
def hostile(request):
    """Give a test both workbooks."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("feature", FEATURES)
def test_feature_is_there(feature, plain_book):
    """Everything that a refresh must keep is in the workbook, so that losing it is noticed."""
    part, text = FEATURES[feature]
    assert text.encode("latin-1") in read_parts(plain_book)[part]


@pytest.mark.parametrize("feature", MACRO_FEATURES)
def test_macro_feature_is_there(feature, macro_book):
    """The `.xlsm` also has macros and a button."""
    part, text = MACRO_FEATURES[feature]
    assert text.encode("latin-1") in read_parts(macro_book)[part]


def test_hostile_book_breaks_no_rule(hostile):
    """The checker has nothing to say."""
    assert check(hostile) == []


@pytest.mark.slow
def test_hostile_book_follows_the_schemas(hostile):
    """The Open XML SDK has nothing to say."""
    assert schema_findings(hostile) == []


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 4, 300])
def test_size_follows_the_number_of_leads(tmp_path, rows):
    """A small and a large one are as good as the usual one."""
    path = build(tmp_path / "hostile.xlsx", rows)
    assert f'ref="A4:BB{rows + 4}"'.encode() in read_parts(path)["xl/tables/table1.xml"]
    assert check(path) == []


def test_contract_is_kept(plain_book):
    """Sheets, tables and names are called as the workbook contract says."""
    parts = read_parts(plain_book)
    tables = {found for part in parts.values() for found in re.findall(rb'displayName="(\w+)"', part)}
    sheets = set(re.findall(rb'<sheet name="(\w+)"', parts["xl/workbook.xml"]))
    names = set(re.findall(rb'<definedName name="((?:in|out)_\w+)"', parts["xl/workbook.xml"]))
    assert {table.encode() for table in SHEETS} <= tables
    assert {b"Home", b"Dashboard", b"Formulas"} | {sheet.encode() for sheet in SHEETS.values()} <= sheets
    assert names == {name.encode() for name in (*INPUTS, *RESULTS)}


def test_contract_is_that_of_the_template():
    """The made-up tables have the columns and named cells of the template, but for a sheet that older ones lack."""
    template = openpyxl.load_workbook(template_path())
    tables = [table for sheet in template.worksheets for table in sheet.tables.values()]
    columns = {table.name: tuple(table.column_names) for table in tables if table.name != OPTIONAL}
    of_lead = ("source", "branch", "brand", "day")
    worked_out = {"leads": ("verdict", "contactable", "duplicate", "change"), "vehicles": of_lead, "errors": of_lead}
    assert columns == {name: (*columns_of(name), *worked_out.get(name, ())) for name in SHEETS}
    assert {*INPUTS, *RESULTS} <= set(template.defined_names)


def test_users_columns_stand_among_ours():
    """The user's columns are in the middle of the table and at its end, not only behind it."""
    columns = layouts_of(5)["leads"].columns
    assert [columns.index(name) for name in (NOTES, STEP, FOLLOW_UP, AGE, STATUS)] == [22, 23, 44, 52, 53]
    assert len(columns) == 54


def test_two_builds_are_the_same_bytes(tmp_path):
    """Nothing in it depends on the clock, so that a difference is always one that a writer made."""
    first, second = build(tmp_path / "first.xlsx"), build(tmp_path / "second.xlsx")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["calamine", "sheetjs"])
def test_readers_see_the_same_values(hostile, reader):
    """Independent readers give the same values for every cell of every sheet."""
    assert plain(READERS[reader](hostile)) == plain(READERS["openpyxl"](hostile))


@pytest.mark.slow
def test_libreoffice_calculates_the_same_values(macro_book):
    """Every formula gives what the file says, but for functions that LibreOffice lacks and the pivot it rebuilds."""
    stored, calculated = (plain(READERS[reader](macro_book)) for reader in ("openpyxl", "libreoffice"))
    for sheet in ("Spill", "Pivot"):
        del stored[sheet], calculated[sheet]
    assert calculated == stored
