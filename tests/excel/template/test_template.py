"""The template is what the builder builds, keeps the contract of names, and shows formulas that work."""

from __future__ import annotations

import inspect
import re
from datetime import date
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from open_xml_validator import schema_findings
from openpyxl.worksheet.formula import ArrayFormula
from package_rules import check
from programs import printed_by
from sample_tables import INPUTS, RESULTS, SHEETS, columns_of
from zip_parts import parts_that_differ, read_parts

import leads_excel as lx
from leads_excel.dates.days import Days
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling.inputs import read_inputs
from leads_excel.excel.template import building as template
from leads_excel.excel.template.sheets.catalogue import FUNCTIONS
from leads_excel.excel.template.sheets.formats import KIND_FORMATS
from leads_excel.excel.template.sheets.listings import LISTINGS, OF_LEAD
from leads_excel.rejected.workbench import SHOWN
from leads_excel.schema.columns import TABLES

RIYADH = ZoneInfo("Asia/Riyadh")


@pytest.fixture(scope="module")
def workbook():
    """Load the template: formulas as they stand."""
    return openpyxl.load_workbook(template.template_path())


def formulas(workbook):
    """Yield every formula of the cells."""
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
                if cell.data_type == "f":
                    yield f"{sheet.title}!{cell.coordinate}", value


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_committed_template_is_what_the_builder_builds(tmp_path):
    """Every part is the same to the byte; only how it is compressed may differ between machines."""
    template.build(tmp_path / "built.xlsx")

    committed = template.template_path()
    assert parts_that_differ(committed, tmp_path / "built.xlsx") == {}, "run: python -m leads_excel.excel.template"
    assert list(read_parts(committed)) == list(read_parts(tmp_path / "built.xlsx"))


def test_a_build_can_be_repeated(tmp_path):
    """Two builds are the same file: no clock, no chance."""
    template.build(tmp_path / "first.xlsx")
    template.build(tmp_path / "second.xlsx")

    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()
    assert b"2026-01-01T00:00:00Z" in read_parts(tmp_path / "first.xlsx")["docProps/core.xml"]


def test_an_installed_package_uses_the_template_it_carries(tmp_path, monkeypatch):
    """The template inside the package comes before the one beside a checkout."""
    (tmp_path / template.FILE_NAME).touch()
    monkeypatch.setattr(template, "files", lambda _package: tmp_path)

    assert template.template_path() == tmp_path / template.FILE_NAME


def test_finding_the_template_does_not_load_the_library_that_builds_it():
    """A new workbook is a copy: XlsxWriter is not needed for it."""
    program = (
        "import sys, leads_excel.excel.template.building as t; t.template_path(); print('xlsxwriter' in sys.modules)"
    )

    assert printed_by(program) == "False\n"


def test_excel_would_open_the_template_without_repair():
    """No rule of the package checker is broken."""
    assert check(template.template_path()) == []


@pytest.mark.slow
def test_the_template_is_valid_open_xml():
    """Microsoft's validator finds nothing."""
    assert schema_findings(template.template_path()) == []


def test_no_result_of_a_formula_is_stored(workbook):
    """After a refresh without Excel no program can show the empty template's zeros beside full tables."""
    stored = openpyxl.load_workbook(template.template_path(), data_only=True)

    addresses = [address for address, _ in formulas(workbook)]
    assert len(addresses) > 100
    assert {stored[sheet][cell].value for sheet, cell in (address.split("!") for address in addresses)} == {None}


# --- the contract -----------------------------------------------------------------------------------------------------


def test_the_sheets_are_those_of_the_contract(workbook):
    """Nine sheets, in this order, none of them hidden."""
    lists = ["Leads", "Vehicles", "Errors", "Rejections", "Bulks"]
    assert workbook.sheetnames == ["Home", "Dashboard", *lists, "Log", "Formulas"]
    assert {sheet.sheet_state for sheet in workbook} == {"visible"}


@pytest.mark.parametrize("name", SHEETS)
def test_a_table_has_the_columns_of_the_contract_and_one_empty_row(workbook, name):
    """The header is the API's names in order, then what a refresh works out; a table needs a row, and it is empty."""
    sheet = workbook[SHEETS[name]]
    header, *body = sheet[sheet.tables[name].ref]

    assert list(sheet.tables) == [name]
    of_lead = ("source", "branch", "brand", "day")
    worked_out = {"leads": ("verdict", "contactable", "duplicate", "change"), "vehicles": of_lead, "errors": of_lead}
    assert tuple(cell.value for cell in header) == (*columns_of(name), *worked_out.get(name, ()))
    assert [[cell.value for cell in row] for row in body] == [[None] * len(header)]
    assert sheet.tables[name].autoFilter.ref == sheet.tables[name].ref
    assert sheet.freeze_panes.endswith("2")


def test_every_name_of_the_contract_names_one_cell_on_home(workbook):
    """Inputs and results are found by name, wherever a user moves them."""
    for name in (*INPUTS, *RESULTS):
        (place,) = workbook.defined_names[name].destinations
        assert re.fullmatch(r"Home \$[A-Z]\$\d+", " ".join(place)), name


@pytest.mark.parametrize("name", ["vehicles", "errors"])
def test_what_a_row_tells_of_its_lead_is_named_and_explained(workbook, name):
    """By the name of its heading a refresh knows the column as ours; beside the heading stands whose it is."""
    sheet = workbook[SHEETS[name]]
    told = {str(rule.sqref): rule.prompt for rule in sheet.data_validations.dataValidation}

    for column in OF_LEAD:
        ((title, cell),) = workbook.defined_names[f"{name}_{column.name}"].destinations
        assert (title, sheet[cell].value) == (SHEETS[name], column.name)
        assert "LEADS_BY" in told[cell.replace("$", "")]


def test_rejections_are_listed_as_the_function_does_and_end_with_the_users_columns(workbook):
    """Headings in the function's order, the user's own behind them: empty, text, a list of states for every row."""
    sheet = workbook["Rejections"]
    header, body = sheet[sheet.tables["rejections"].ref]
    own = ("owner", "state", "note", "fixed value")

    assert tuple(cell.value for cell in header) == (*SHOWN, *own)
    assert {cell.value for cell in body} == {None}
    assert {cell.number_format for cell in body[-len(own) :]} == {"@"}
    (columns,) = (listing.columns for listing in LISTINGS if listing.table == "rejections")
    assert [cell.number_format for cell in body] == [KIND_FORMATS[column.kind] for column in columns]
    (states,) = (rule for rule in sheet.data_validations.dataValidation if rule.type == "list")
    letter = header[len(SHOWN) + own.index("state")].column_letter
    assert str(states.sqref) == f"{letter}2:{letter}1048576"
    assert states.formula1 == '"open,in work,sent to partner,fixed,given up"'
    assert not states.showErrorMessage


def test_home_asks_for_the_last_thirty_days_of_the_environment_set():
    """A fresh workbook can be refreshed as it stands."""
    with FileBook(template.template_path(), in_place=False) as book:
        asked = read_inputs(book, zone=RIYADH, today=date(2026, 3, 31))

    assert asked.days == Days(date(2026, 3, 2), date(2026, 3, 31))
    assert (asked.environment, asked.lead_id, asked.source, asked.sub_source) == (None, None, None, None)


def test_a_period_typed_on_home_stays_text(workbook):
    """`-30D` would be a broken formula and `2026-08` a date in a cell that is not text."""
    for name in ("in_from", "in_to"):
        ((sheet, cell),) = workbook.defined_names[name].destinations
        assert workbook[sheet][cell].number_format == "@"


@pytest.mark.parametrize("name", TABLES)
def test_columns_have_the_format_of_their_kind(workbook, name):
    """The first row, which new rows copy, and the column below: texts are text, ids show every digit."""
    sheet = workbook[SHEETS[name]]
    (columns,) = (listing.columns for listing in LISTINGS if listing.table == name)

    for place, (cell, column) in enumerate(zip(sheet[2], columns, strict=True), start=1):
        below = next(one for one in sheet.column_dimensions.values() if one.min <= place <= one.max)
        assert (cell.number_format, below.number_format) == (KIND_FORMATS[column.kind],) * 2, column.name
        assert below.width >= column.width


def test_nothing_in_the_template_leads_out_of_it(workbook):
    """No links to other files or the web, no volatile function, none that fetches; examples are only text."""
    assert not any("external" in part.lower() for part in read_parts(template.template_path()))
    assert b'TargetMode="External"' not in b"".join(read_parts(template.template_path()).values())

    costly = re.compile(r"\b(NOW|TODAY|RAND\w*|OFFSET|INDIRECT|CELL|INFO|WEBSERVICE|_xl\w+|LEADS?(_[A-Z]+)?)[.(]")
    assert [place for place, formula in formulas(workbook) if costly.search(formula)] == []


# --- the catalogue of formulas ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_the_catalogue_shows_the_arguments_that_a_function_takes(entry):
    """Names and order as in Python, optional ones in brackets."""
    short = {"from_date": "from", "to_date": "to", "ids": "id"}
    parameters = inspect.signature(getattr(lx, entry.name.lower())).parameters.values()
    shown = [short.get(one.name, one.name) for one in parameters]
    optional = [one.default is not inspect.Parameter.empty for one in parameters]

    assert entry.arguments.split(", ") == [f"[{n}]" if free else n for n, free in zip(shown, optional, strict=True)]
