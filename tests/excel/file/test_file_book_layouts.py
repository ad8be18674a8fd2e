"""Workbooks as other programs and other users write them: dialects, formulas, styles, filters, several tables."""

from __future__ import annotations

import re
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from lead_frames import leads, refresh, run, sample, tables
from package_edit import PackageEdit
from package_rules import check
from readers import READERS, converted
from sample_tables import LOG
from small_book import LEADS, SHEET, TABLE, build, edited, opened, values
from zip_parts import parts_that_differ, read_parts

from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.file.package.shared_strings import SharedStrings
from leads_excel.excel.filling import sheets
from leads_excel.excel.template.building import template_path

DAY = datetime(2025, 8, 12)  # noqa: DTZ001 - cells hold wall clocks
OLD = [(1, "Sara", True, None, "first"), (2, "Noura", None, None, None), (3, "Reem", False, None, "third")]
STRICT = (
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


@pytest.fixture
def book(tmp_path):
    """Give a test the path of a workbook to be."""
    return tmp_path / "report.xlsx"


def noted(path, column="note"):
    """Read the leads with what the user has beside them."""
    head, *body = values(path)
    return [(row[head.index("leadExternalId")], row[head.index(column)]) for row in body]


def part(path, name):
    """Read a part as text."""
    return read_parts(path)[name].decode()


# --- dialects --------------------------------------------------------------------------------------------------------


def as_strict(path):
    """Rewrite a workbook with the namespaces of strict files."""
    edit = PackageEdit(path)
    for name in [name for name in edit.parts if name.endswith((".xml", ".rels"))]:
        for transitional, strict in STRICT:
            edit.write(name, edit.text(name).replace(transitional, strict))
    path.write_bytes(bytes(edit))


def as_prefixed(path):
    """Rewrite a sheet and a table with a prefix for the main namespace."""
    for name in (SHEET, TABLE, "xl/worksheets/sheet6.xml"):
        edited(path, name, (r"<(/?)(\w+)(?=[\s/>])", r"<\1x:\2"), (r" xmlns=", " xmlns:x="))


def as_utf16(path):
    """Rewrite a sheet in UTF-16."""
    edit = PackageEdit(path)
    edit.parts[SHEET] = edit.text(SHEET).replace("UTF-8", "UTF-16").encode("utf-16")
    path.write_bytes(bytes(edit))


def without_addresses(path):
    """Leave out the addresses of rows and cells, which readers may count."""
    edited(path, SHEET, (r'(<row) r="\d+"', r"\1"), (r'(<c) r="[A-Z]+\d+"', r"\1"))


def with_odd_spacing(path):
    """Write attributes in another order, in single quotes, on lines of their own."""
    edited(path, SHEET, (r'<c r="(\w+)"', r"<c\n  r='\1'"), (r"<row ", "\n<row\n "), (r"</c>", "</c>\n"))


def respelled(path):
    """Write every attribute of every part in single quotes, with blanks around the equals sign."""
    edit = PackageEdit(path)
    for name in [name for name in edit.parts if name.endswith((".xml", ".rels"))]:
        declared, text = re.fullmatch(r"(<\?.*?\?>)?(.*)", edit.text(name), flags=re.DOTALL).groups()
        edit.write(name, f"{declared}{re.sub(ATTRIBUTE, SINGLE_QUOTES, text)}")
    path.write_bytes(bytes(edit))


ATTRIBUTE = r"""\s([\w:]+)="([^"']*)"(?=[^<]*>)"""
SINGLE_QUOTES = r"\n\1 = '\2'"
DIALECTS = [as_strict, as_prefixed, as_utf16, without_addresses, with_odd_spacing, respelled]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_dialects_are_understood(book, dialect):
    """However a valid workbook is written, notes follow their leads and every reader sees the values."""
    build(book, [(n, "x", True, 1, note) for n, note in ((1, "first"), (2, "second"), (3, "third"))])
    dialect(book)
    summary = refresh(book, tables(leads=[{"leadExternalId": n, "firstName": f"lead {n}"} for n in (3, 4, 1)]))
    assert (summary.new, summary.gone) == (1, 1)
    found = READERS["calamine"](book)["Leads"]
    assert [(row[0], row[1], row[4]) for row in found[1:]] == [
        (3, "lead 3", "third"),
        (4, "lead 4", ""),
        (1, "lead 1", "first"),
    ]
    if dialect is not as_utf16:
        assert check(book) == []


MARKS = [
    ("<calcPr [^>]*/>", "<calcPr fullCalcOnLoad='1'/>"),
    ("<calcPr [^>]*/>", '<calcPr fullCalcOnLoad = "0" calcId="1"/>'),
    ("<calcPr [^>]*/>", "<calcPr xmlns:y='urn:y' y:fullCalcOnLoad='0'></calcPr>"),
    ("<calcPr [^>]*/>", ""),
    (
        "<calcPr [^>]*/>",
        '<extLst><ext uri="u" xmlns:y="urn:y"><y:definedNames/><y:calcPr fullCalcOnLoad="0"/></ext></extLst>',
    ),
]


@pytest.mark.parametrize(("old", "new"), MARKS)
def test_the_book_asks_for_one_calculation_however_it_is_written(book, old, new):
    """The mark stands there once, in the one place where Excel reads it."""
    edited(build(book, OLD), "xl/workbook.xml", (old, new))
    refresh(book, leads(3, 1))
    root = ET.fromstring(part(book, "xl/workbook.xml"))  # noqa: S314 - our own file
    found = [dict(child.attrib) for child in root if child.tag.endswith("}calcPr")]
    assert [mark["fullCalcOnLoad"] for mark in found] == ["1"]
    assert check(book) == []


HARMLESS = [
    b'<?xml version="1.0" encoding="utf-16"?>\r\n<root xmlns="urn:x"><a>1</a></root>',
    b'<?xml version="1.0" encoding="x-unknown"?><root/>',
    b"<!DOCTYPE root [<!ENTITY a 'b'>]><root>&a;</root>",
    b"\0\1\2 no XML at all",
]


@pytest.mark.parametrize("content", HARMLESS)
@pytest.mark.parametrize("name", ["customXml/item1.xml", "docProps/other.xml", "xl/printerSettings/a.vml"])
def test_parts_that_are_not_ours_are_copied_unread(book, name, content):
    """Whatever their encoding and whatever they declare, they are no reason to refuse the book."""
    edit = PackageEdit(build(book, OLD))
    edit.add(name, content, "application/xml")
    book.write_bytes(bytes(edit))
    refresh(book, leads(3, 4, 5, 1))
    assert read_parts(book)[name] == content
    assert noted(book) == [(3, "third"), (4, None), (5, None), (1, "first")]


@pytest.mark.parametrize("compressible", [SHEET, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_parts_that_pack_well_are_read(book, compressible):
    """A text that repeats itself is packed a hundred to one: that makes no prolog of it."""
    edit = PackageEdit(build(book, OLD))
    edit.parts[compressible] = edit.parts[compressible].removesuffix(b">") + b" " * 1_500_000 + b">"
    book.write_bytes(bytes(edit))
    refresh(book, leads(3, 1))
    assert noted(book) == [(3, "third"), (1, "first")]


def test_long_notes_do_not_lock_the_book(book):
    """What strangers type into a web form fills cells, and the next refresh reads them."""
    build(book, OLD)
    fetched = leads(*range(1, 41), firstName="call me back, please. " * 1_400)
    for _ in range(3):
        assert refresh(book, fetched).leads == 40
    assert noted(book)[:3] == [(1, "first"), (2, None), (3, "third")]


def test_prefix_is_kept(book):
    """What is written has the prefix of what stood there."""
    as_prefixed(build(book, OLD))
    refresh(book, leads(1))
    assert set(re.findall(r"<(\w+:)?(?:row|c|v|is|t)\b", part(book, SHEET))) == {"x:"}


@pytest.mark.slow
@pytest.mark.parametrize("program", ["openpyxl", "LibreOffice"])
def test_books_saved_by_other_programs(book, tmp_path, program):
    """Shared texts, other styles, other spelling: the leads are the same leads, nothing is reported as changed."""
    fetched = tables(
        leads=[{"leadExternalId": n, "firstName": f"<{n}>&", "leadDate": DAY, "isError": True} for n in (1, 2)]
    )
    refresh(build(book, columns=[*LEADS[:4], "note"]), fetched)
    if program == "openpyxl":
        workbook = openpyxl.load_workbook(book)
        workbook["Leads"]["E3"] = "mine"
        workbook.save(book)
    else:
        workbook = openpyxl.load_workbook(book)
        workbook["Leads"]["E3"] = "mine"
        workbook.save(tmp_path / "step.xlsx")
        shutil.move(converted(tmp_path / "step.xlsx", "xlsx", _folder(tmp_path)), book)
    summary = refresh(book, fetched)
    assert (summary.new, summary.changed, summary.gone) == (0, 0, 0)
    assert noted(book) == [(1, None), (2, "mine")]


def _folder(path):
    folder = path / "converted"
    folder.mkdir()
    return folder


def test_shared_texts_are_found(book):
    """Notes, the Log and inputs may stand in the table of shared texts."""
    build(book, OLD)
    assert '<c r="E2" t="s">' in part(book, SHEET)
    refresh(book, leads(3, 2))
    refresh(book, leads(1))
    assert noted(book) == [(1, "first")]


# --- the user's columns ----------------------------------------------------------------------------------------------


def test_formulas_follow_their_row(book):
    """A formula that the user typed beside one lead points at that lead's own cells after the move."""
    formulas = ("=LEFT(B{row},1)", "=SUM(A$2:A{row})", "=COUNTIF($A$2:$A$4,A{row})")

    def around(_, sheet):
        for row, formula in enumerate(formulas, 2):
            sheet.write_formula(row - 1, 4, formula.format(row=row))

    build(book, [row[:4] for row in OLD], around)
    refresh(book, leads(9, 3, 2, 8, 1))
    assert noted(book) == [
        (9, None),
        (3, "=COUNTIF($A$2:$A$6,A3)"),
        (2, "=SUM(A$2:A4)"),
        (8, None),
        (1, "=LEFT(B6,1)"),
    ]


def test_shared_formulas_are_written_out(book):
    """Excel stores a formula that was filled down once; every cell that moves gets its own."""
    build(book, [row[:4] for row in OLD], lambda _, sheet: [sheet.write_formula(r, 4, "=1") for r in (1, 2, 3)])
    master = r'<c r="E2"\1><f t="shared" ref="E2:E4" si="0">LEFT(B2,1)&amp;G2</f>'
    follower = r'<c r="E\1"\2><f t="shared" si="0"/>'
    edited(book, SHEET, (r'<c r="E2"([^>]*)><f>1</f>', master), (r'<c r="E([34])"([^>]*)><f>1</f>', follower))
    refresh(book, leads(3, 9, 1))
    assert noted(book) == [(3, "=LEFT(B2,1)&G2"), (9, None), (1, "=LEFT(B4,1)&G4")]
    assert "shared" not in part(book, SHEET)


def test_shared_formula_beside_the_table_survives_its_master(book):
    """The first cell of a filled-down formula stood in the table, the others beside it: they keep their formula."""
    build(book, OLD, lambda _, sheet: [sheet.write_formula(r, c, "=1") for r in (1, 2) for c in (6, 7)])
    master = r'<c r="E2"><f t="shared" ref="E2:H3" si="3">$A2*2</f><v>0</v></c>'
    edited(
        book,
        SHEET,
        (r'<c r="E2"[^>]*>.*?</c>', master),
        (r'<c r="([GH][23])"><f>1</f>', r'<c r="\1"><f t="shared" si="3"/>'),
    )
    refresh(book, leads(1, 2, 3))
    grid = values(book)
    assert [row[6:8] for row in grid[1:3]] == [["=$A2*2", "=$A2*2"], ["=$A3*2", "=$A3*2"]]
    assert noted(book)[0] == (1, "=$A2*2")


@pytest.mark.parametrize("array", [False, True])
def test_calculated_column_with_addresses(book, array):
    """The formula is anchored at the first row: every row gets its own, an array formula with its own area."""
    columns = [*LEADS, {"header": "twice", "formula": "=B2&$A$1"}]
    build(book, [(*row, None) for row in OLD], columns=columns)
    if array:
        edited(book, TABLE, ("<calculatedColumnFormula>", '<calculatedColumnFormula array="1">'))
    refresh(book, leads(*range(1, 6)))
    formulas = re.findall(r'<c r="F(\d)"><f([^>]*)>([^<]*)</f>', part(book, SHEET))
    area = ' t="array" ref="F{row}"' if array else ""
    assert formulas == [(str(row), area.format(row=row), f"B{row}&amp;$A$1") for row in range(2, 7)]
    assert check(book) == []


def test_exceptions_in_a_calculated_column_stay(book):
    """A value typed over a calculated cell stays beside its lead; new leads get the formula."""
    columns = [*LEADS, {"header": "twice", "formula": "=leads[[#This Row],[leadExternalId]]*2"}]
    build(book, [(*row, None) for row in OLD], lambda _, sheet: sheet.write_string("F4", "by hand"), columns=columns)
    refresh(book, leads(3, 9, 1))
    formula = "=leads[[#This Row],[leadExternalId]]*2"
    assert noted(book, "twice") == [(3, "by hand"), (9, formula), (1, formula)]


def test_colours_follow_their_lead(book):
    """A lead that the user marked is still marked, its neighbours are not, new ones look as usual."""

    def around(workbook, sheet):
        red = workbook.add_format({"bg_color": "#FF0000"})
        for column, value in ((0, 2), (1, "Noura")):
            sheet.write(2, column, value, red)
        sheet.write_blank(2, 4, None, red)

    build(book, [row[:4] for row in OLD], around)
    refresh(book, leads(4, 3, 2, 1))
    sheet = opened(book)["Leads"]
    filled = [[cell.fill.fgColor.rgb == "FFFF0000" for cell in row] for row in sheet["A2:E5"]]
    assert filled == [[False] * 5, [False] * 5, [True, True, False, False, True], [False] * 5]


def test_styles_of_an_empty_table_are_those_of_its_columns(book):
    """The first leads look as the template wants it: dates as dates, texts as texts."""

    def around(workbook, sheet):
        sheet.set_column(3, 3, 12, workbook.add_format({"num_format": "yyyy-mm-dd"}))

    build(book, (), around)
    refresh(book, leads(1, 2, leadDate=DAY))
    assert [cell.value for cell in opened(book)["Leads"]["D"]] == ["leadDate", DAY, DAY]


# --- filters and sorts -----------------------------------------------------------------------------------------------

FILTER = '<autoFilter ref="A1:E4"><filterColumn colId="{}">{}</filterColumn></autoFilter>'


def filtered(path, column, xml):
    """Put a filter on the leads, as Excel writes it, with the second one hidden."""
    edited(path, TABLE, (r'<autoFilter ref="A1:E4"/>', FILTER.format(column, xml)))
    return edited(path, SHEET, (r'<row r="3"', '<row r="3" hidden="1"'))


def shown(path):
    """List the leads whose rows are not hidden."""
    sheet = opened(path)["Leads"]
    return [row[0].value for row in sheet.iter_rows(min_row=2) if not sheet.row_dimensions[row[0].row].hidden]


@pytest.mark.parametrize(
    ("column", "xml", "left"),
    [
        (1, '<filters><filter val="sara"/><filter val="Reem"/></filters>', [1, 3, 5]),
        (1, '<filters blank="1"/>', [4]),
        (2, '<filters><filter val="TRUE"/></filters>', [1, 4]),
        (0, '<filters><filter val="2"/><filter val="1,003"/></filters>', [2]),
        (4, '<filters><filter val="third"/></filters>', [3]),
        (4, '<filters blank="1"/>', [2, 4, 5]),
        (3, '<filters><dateGroupItem year="2025" month="8" dateTimeGrouping="month"/></filters>', [1, 5]),
        (3, '<filters><dateGroupItem year="2025" month="9" day="1" dateTimeGrouping="day"/></filters>', [2]),
    ],
    ids=["text", "blank", "flag", "number", "note", "no note", "month", "day"],
)
def test_filters_are_applied_again(book, column, xml, left):
    """Excel does not do it when it opens a file, so the new rows are shown and hidden here."""
    filtered(build(book, OLD), column, xml)
    names = ["Sara", "Noura", "Reem", None, "Sara"]
    days = [DAY, DAY.replace(month=9, day=1), None, None, DAY]
    flags = [True, False, None, True, False]
    rows = zip(range(1, 6), names, days, flags, strict=True)
    fetched = [dict(zip(("leadExternalId", "firstName", "leadDate", "isError"), row, strict=True)) for row in rows]
    assert refresh(book, tables(leads=fetched)).remarks == ()
    assert shown(book) == left
    assert "<filterColumn" in part(book, TABLE)
    assert check(book) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "xml",
    [
        '<customFilters><customFilter operator="greaterThan" val="5"/></customFilters>',
        '<top10 val="3"/>',
        '<dynamicFilter type="aboveAverage"/>',
        '<colorFilter dxfId="0"/>',
    ],
)
def test_other_filters_are_cleared_and_told(book, xml):
    """A filter that only Excel can apply is cleared whole: no row stays hidden, and the user is told."""
    filtered(build(book, OLD), 0, xml)
    (remark,) = refresh(book, leads(1, 2, 3, 4)).remarks
    assert "filter was cleared" in remark
    assert shown(book) == [1, 2, 3, 4]
    assert '<autoFilter ref="A1:E5"></autoFilter>' in part(book, TABLE)


BUTTONS = ["hiddenButton='1'", 'hiddenButton="true"', 'showButton="0"']


@pytest.mark.parametrize("button", BUTTONS)
def test_a_hidden_button_is_no_filter(book, button):
    """A column whose button is hidden lets every row through: nothing is cleared, and it stays hidden."""
    column = f'<filterColumn colId="1" {button}/>'
    edited(build(book, OLD), TABLE, (r'<autoFilter ref="A1:E4"/>', f'<autoFilter ref="A1:E4">{column}</autoFilter>'))
    edited(book, SHEET, (r'<row r="3"', '<row r="3" hidden="1"'))
    assert refresh(book, leads(1, 2, 3, 4)).remarks == ()
    assert column in part(book, TABLE)
    assert shown(book) == [1, 3, 4]  # hidden by hand


@pytest.mark.parametrize("button", BUTTONS)
def test_a_filter_behind_a_hidden_button_is_cleared_alone(book, button):
    """What only Excel can apply is cleared and told, the button stays hidden."""
    filtered(build(book, OLD), 0, '<top10 val="3"/>')
    edited(book, TABLE, ('<filterColumn colId="0"', f'<filterColumn colId="0" {button}'))
    (remark,) = refresh(book, leads(1, 2, 3, 4)).remarks
    assert "filter was cleared" in remark
    assert f'<autoFilter ref="A1:E5"><filterColumn colId="0" {button}/></autoFilter>' in part(book, TABLE)
    assert shown(book) == [1, 2, 3, 4]


def test_filter_on_a_calculated_column_is_cleared(book):
    """Its results are not known before Excel has calculated."""
    columns = [*LEADS[:4], {"header": "note", "formula": "=1"}]
    filtered(build(book, [row[:4] for row in OLD], columns=columns), 4, '<filters><filter val="1"/></filters>')
    assert refresh(book, leads(1, 2)).remarks


@pytest.mark.parametrize("kept", ["ref", "cellColor"])
def test_sorts_are_kept_or_dropped(book, kept):
    """A sort by value is repeated and goes on; a sort by colour is dropped and told."""
    sort = (
        '<sortCondition descending="1" ref="A2:A4"/>'
        if kept == "ref"
        else '<sortCondition sortBy="cellColor" ref="A2:A4"/>'
    )
    edited(build(book, OLD), TABLE, ("(<tableColumns)", f'<sortState ref="A2:E4">{sort}</sortState>\\1'))
    summary = refresh(book, leads(5, 7, 6))
    if kept == "ref":
        assert [key for key, _ in noted(book)] == [7, 6, 5]
        assert '<sortState ref="A2:E4"><sortCondition descending="1" ref="A2:A4"/>' in part(book, TABLE)
    else:
        assert "no longer sorted" in summary.remarks[1]
        assert "sortState" not in part(book, TABLE)


# --- where tables stand ----------------------------------------------------------------------------------------------


def together(path):
    """Put vehicles below nothing, beside the leads, and a status cell between them, all on one sheet."""
    workbook = openpyxl.load_workbook(build(path, OLD))
    leads_sheet, vehicles = workbook["Leads"], workbook["Vehicles"]
    for row in vehicles["A1:C2"]:
        for cell in row:
            leads_sheet.cell(cell.row + 2, cell.column + 7, cell.value)
    table = vehicles.tables.pop("vehicles")
    table.ref = table.autoFilter.ref = "H3:J4"
    leads_sheet.add_table(table)
    leads_sheet["F5"] = "beside"
    leads_sheet["M2"] = "far right"
    workbook.defined_names["out_leads"].attr_text = "Leads!$G$3"
    workbook.save(path)
    return path


@pytest.mark.parametrize("count", [1, 3, 40])
def test_two_tables_and_a_named_cell_share_a_sheet(book, count):
    """Each grows on its own; what stands between and beside them stays."""
    together(book)
    cars = [{"leadExternalId": n, "position": 1, "modelFamily": f"car {n}"} for n in range(1, 2 * count)]
    refresh(book, tables(leads=[{"leadExternalId": n} for n in range(1, count + 1)], vehicles=cars))
    sheet = opened(book)["Leads"]
    assert [cell.value for cell in sheet["A"][1 : count + 1]] == list(range(1, count + 1))
    assert [cell.value for cell in sheet["J"][2:]][: 2 * count] == [
        "modelFamily",
        *(f"car {n}" for n in range(1, 2 * count)),
    ]
    assert (sheet["F5"].value, sheet["M2"].value, sheet["G3"].value) == ("beside", "far right", count)
    assert (sheet.tables["leads"].ref, sheet.tables["vehicles"].ref) == (f"A1:E{count + 1}", f"H3:J{2 * count + 2}")
    assert check(book) == []


@pytest.mark.parametrize("row", [2, 3, 6, 30])
def test_a_named_cell_beside_a_table_is_written(book, row):
    """Whether its row is the table's already, becomes it, or never is."""
    build(book, OLD, lambda workbook, _: workbook.define_name("out_status", f"=Leads!$G${row}"))
    refresh(book, leads(*range(1, 9)))
    grid = values(book)
    assert grid[row - 1][6] == "Complete"
    assert [line[0] for line in grid[1:9]] == list(range(1, 9))


def test_shrinking_table_clears_its_old_rows(book):
    """Rows it no longer needs are empty, what stands beside them stays."""
    build(
        book, [(n, "x", None, None, None) for n in range(1, 21)], lambda _, sheet: sheet.write_string("G15", "beside")
    )
    refresh(book, leads(1, 2))
    grid = values(book)
    assert [row[0] for row in grid] == ["leadExternalId", 1, 2, *[None] * 12]
    assert grid[14][6] == "beside"


def test_row_heights_stay_with_the_row_and_totals_take_theirs_along(book):
    """Heights belong to row numbers, as in Excel; the totals row looks the same wherever it is."""

    def around(_, sheet):
        sheet.set_row(1, 30)
        sheet.set_row(4, 60)

    build(book, OLD, around, totals=True)
    refresh(book, leads(*range(1, 11)))
    heights = {row: d.height for row, d in opened(book)["Leads"].row_dimensions.items() if d.height}
    assert heights == {2: 30, 12: 60}
    refresh(book, leads(1))
    assert {row: d.height for row, d in opened(book)["Leads"].row_dimensions.items() if d.height} == {2: 30, 3: 60}


def test_empty_table_keeps_one_row(book):
    """Excel wants at least one data row; the marker of a new table goes."""
    build(book, OLD)
    edited(book, TABLE, (r"<table ", '<table insertRow="1" '))
    refresh(book, tables())
    assert 'ref="A1:E2"' in part(book, TABLE)
    assert "insertRow" not in part(book, TABLE)
    assert values(book)[1] == [None] * 5
    assert check(book) == []


def test_names_charts_and_formulas_elsewhere_follow(book):
    """Sheet names in quotes, text that only looks like a formula, and a text box are told apart."""

    def around(workbook, _):
        other = workbook.add_worksheet("Our 'own' & more")
        other.write_formula("A1", "=SUM(Leads!$A$2:$A$4)+SUM('Leads'!A2:A4)")
        other.write_string("A2", "SUM(Leads!$A$2:$A$4)")
        other.write_formula("A3", "=SUM(Leads!$A$2:$A$3)")
        other.conditional_format("B1:B9", {"type": "formula", "criteria": "=COUNTIF(Leads!$A$2:$A$4,B1)"})
        other.data_validation("C1", {"validate": "list", "source": "=Leads!$B$2:$B$4"})
        workbook.define_name("people", "=Leads!$B$2:$B$4")

    build(book, OLD, around)
    refresh(book, leads(*range(1, 8)))
    sheet = part(book, "xl/worksheets/sheet7.xml")
    assert "<f>SUM(Leads!$A$2:$A$8)+SUM('Leads'!A2:A8)</f>" in sheet
    assert "<f>SUM(Leads!$A$2:$A$3)</f>" in sheet
    assert "COUNTIF(Leads!$A$2:$A$8,B1)" in sheet
    assert "<formula1>Leads!$B$2:$B$8</formula1>" in sheet
    assert "SUM(Leads!$A$2:$A$4)" in part(book, "xl/sharedStrings.xml")
    assert ">Leads!$B$2:$B$8</definedName>" in part(book, "xl/workbook.xml")


@pytest.mark.slow
def test_thousands_of_rows_are_written_as_a_few_are(book):
    """Rows are read, compared and written in batches: at their edges nothing is lost, doubled or moved."""
    count = 9000
    build(book, [(n, f"name {n % 5}", None, None, f"note {n}" if n % 3 == 0 else None) for n in range(1, count + 1)])
    order = [*range(count, 0, -7), *range(count + 1, count + 4000)]
    summary = refresh(book, tables(leads=[{"leadExternalId": n, "firstName": f"name {n % 5}"} for n in order]))
    kept = len(range(count, 0, -7))
    assert (summary.new, summary.changed, summary.gone) == (3999, 0, count - kept)
    expected = [(n, f"note {n}" if n <= count and n % 3 == 0 else None) for n in order]
    assert noted(book) == expected
    assert refresh(book, tables(leads=[{"leadExternalId": n} for n in order])).changed == len(order)


@pytest.mark.slow
def test_notes_of_many_rows_that_left_are_read_together(book, monkeypatch):
    """The texts of the workbook are not read once for each of them: that would take hours for a large one."""
    build(book, [(n, "Sara", None, None, f"note {n}") for n in range(1, 1001)])
    readings, items = [], SharedStrings._items
    monkeypatch.setattr(SharedStrings, "_items", lambda texts: readings.append(texts) or items(texts))
    refresh(book, tables(leads=[{"leadExternalId": 1000}]))
    assert len(readings) < 20
    assert noted(book) == [(1000, "note 1000")]
    refresh(book, tables(leads=[{"leadExternalId": n} for n in range(1, 1001)]))
    assert noted(book) == [(n, f"note {n}") for n in range(1, 1001)]


# --- the book --------------------------------------------------------------------------------------------------------


def test_named_cells_are_read_and_written(book):
    """Inputs come with their address; results keep the look of their cell; a cell that is missing is made."""
    build(book, (), lambda workbook, _: workbook.define_name("out_range", "=Home!$Z$99"))
    with FileBook(book) as file:
        assert file.named(["in_environment", "in_from", "in_none"])["in_environment"].address == "Home!B1"
        assert {name: cell.value for name, cell in file.named(["in_environment", "in_from"]).items()} == {
            "in_environment": "demo",
            "in_from": None,
        }
        file.write_named({"out_status": "=not a formula", "out_range": "far away", "out_nothing": 1})
        file.save()
    home = opened(book)["Home"]
    assert home["B7"].value == "=not a formula"
    assert home["B7"].data_type == "inlineStr" or home["B7"].data_type == "s"
    assert home["Z99"].value == "far away"


def test_formulas_of_named_cells_are_read(book):
    """Shared ones are written out, and a cell may be named by its address, as formulas name it."""

    def around(workbook, _):
        home = workbook.get_worksheet_by_name("Home")
        home.write_formula("B2", "=TODAY()-7", None, 45870)
        home.write_formula("B3", "=C9+1", None, 3)
        home.write("C9", 5)
        workbook.add_worksheet("It's <so>").write_formula("A1", '=LEFT("a<b",1)', None, "a")

    edited(
        build(book, around=around),
        "xl/worksheets/sheet1.xml",
        ("<f>TODAY\\(\\)-7</f>", '<f t="shared" si="0" ref="B2:B4">TODAY()-$C$9</f>'),
        ('(<row r="4"[^>]*>.*?</c>)', r'\1<c r="B4"><f t="shared" si="0"/><v>9</v></c>'),
    )
    names = ["in_from", "in_to", "in_lead_id", "Home!$C$9", "'It''s <so>'!A1", "Home!Z1", "Nowhere!A1", "in_source"]

    with FileBook(book) as file:
        found = {name: (cell.value, cell.formula) for name, cell in file.named(names).items()}

    assert found == {
        "in_from": (45870, "TODAY()-$C$9"),
        "in_to": (3, "C9+1"),
        "in_lead_id": (9, "TODAY()-$C$9"),
        "Home!$C$9": (5, None),
        "'It''s <so>'!A1": ("a", 'LEFT("a<b",1)'),
        "Home!Z1": (None, None),
        "in_source": (None, None),
    }


def test_failure_is_told_in_the_file(book):
    """The Log and the status say what happened; the leads are byte for byte what they were."""
    build(book, OLD)
    before = read_parts(book)[SHEET]
    with FileBook(book) as file:
        sheets.fail(file, "The API is out of reach.", run())
        file.save()
    assert values(book, "Log")[1][LOG.index("result")] == "failed: The API is out of reach."
    assert values(book, "Home")[6][1].startswith("Failed on 2025-09-01 10:30")
    assert read_parts(book)[SHEET] == before


def test_kept_rows_stay_as_they_are(book):
    """Leads that left the range and are kept look and read as before."""
    build(book, OLD)
    refresh(book, leads(9), gone="keep")
    assert [(key, name) for key, name in noted(book, "firstName")] == [
        (9, None),
        (1, "Sara"),
        (2, "Noura"),
        (3, "Reem"),
    ]
    assert noted(book) == [(9, None), (1, "first"), (2, None), (3, "third")]


@pytest.mark.slow
def test_template_is_filled_to_another_file(tmp_path):
    """The template is only read: it may lie where nobody may write."""
    before = template_path().read_bytes()
    target = tmp_path / "new.xlsx"
    with FileBook(template_path(), in_place=False) as file:
        sheets.fill(file, sample(20), run())
        file.save(target)
    assert template_path().read_bytes() == before
    assert check(target) == []
    assert [row[0] for row in values(target)[1:]] == list(range(700_001, 700_021))
    assert "xl/theme/theme1.xml" not in parts_that_differ(template_path(), target)


@pytest.mark.slow
def test_libreoffice_opens_what_libreoffice_saved(book):
    """A workbook that went through LibreOffice and back is still one of ours."""
    build(book, OLD)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(converted(book, "xlsx", Path(folder)), book)
    refresh(book, leads(2, 1))
    assert noted(book) == [(2, None), (1, "first")]


# --- formulas beside one lead ----------------------------------------------------------------------------------------

MOVABLE = (
    'HYPERLINK("https://crm/"&A{row},"a:b")',
    "A{row}*2",
    "$A{row}&$A$1",
    "leads[[#This Row],[firstName]]",
    "TODAY()-1",
)


@pytest.mark.parametrize("formula", MOVABLE)
@pytest.mark.parametrize("back", [(3, 2, 1), (9, 8, 2), (2,)])
def test_a_formula_typed_beside_a_lead_comes_back_with_it(book, formula, back):
    """It leaves for the Log with its lead, and names the lead's new row when that returns."""

    def around(_, sheet):
        sheet.write_formula("E3", "=" + formula.format(row=3))

    refresh(build(book, OLD, around), leads(1, 3))
    assert "formulas" in str(values(book, "Log"))

    refresh(book, leads(*back))

    row = back.index(2) + 2
    notes = dict(noted(book))
    assert notes.pop(2) == "=" + formula.format(row=row)
    assert not any(str(note).startswith("=") for note in notes.values())
    assert opened(book)["Leads"].cell(row, 5).data_type == "f"
    assert "formulas" not in str(values(book, "Log"))
    assert check(book) == []


@pytest.mark.parametrize("formula", ["SUM($A$2:$A$4)", "A3+SUM(A2:A3)", "{=A3*2}"])
def test_a_formula_over_several_cells_keeps_its_lead(book, formula):
    """It would not mean the same when it comes back: the row stays below the others, and that is told."""

    def around(_, sheet):
        sheet.write_formula("E3", formula if formula[0] != "{" else "=1")
        if formula[0] == "{":
            sheet.write_array_formula("E3", formula)

    remarks = refresh(build(book, OLD, around), leads(1, 3)).remarks

    assert remarks == ("leads: 1 row outside the range kept for formulas that name several cells",)
    assert [row[0] for row in values(book)[1:]] == [1, 3, 2]
    assert opened(book)["Leads"]["E4"].data_type == "f"


def test_a_calculated_column_is_no_note(book):
    """Its formulas are filled down, and nothing of it goes to the Log."""
    columns = [*LEADS, {"header": "twice", "formula": "leads[[#This Row],[leadExternalId]]*2"}]
    build(book, OLD, columns=columns)

    assert refresh(book, leads(1, 3)).remarks == ()
