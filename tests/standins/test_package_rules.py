"""The package checker: each rule finds the one fault it is for, and good workbooks have none."""

from __future__ import annotations

import re
import warnings
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from broken_books import FAULTS, LEGAL, correct, edited, prefixed, strict
from broken_books.edits import cell, drop, match
from broken_books.parts import FORMULAS, LEADS
from corpus import each_file
from package_rules import RULES, check
from package_rules.book import Book
from package_rules.package import Package
from readers import converted

_EVERY_RULE = [rule for rules in RULES.values() for rule in rules]
_SOURCE = re.compile(r"§|\[MS-|observed|Excel's limit|Excel shows")

each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


def rules_broken(workbook):
    """Name the rules that a workbook breaks."""
    return {finding.rule for finding in check(workbook)}


def test_correct_workbook_breaks_no_rule():
    """The workbook that all faults are put into has none itself."""
    assert check(correct()) == []


@pytest.mark.slow
@each_fault
def test_fault_breaks_its_rule_alone(fault):
    """A workbook broken in one way breaks the one rule for it."""
    assert rules_broken(edited(*fault.edits)) == {fault.rule}


@pytest.mark.slow
@each_fault
def test_fault_breaks_its_rule_in_other_clothes(fault):
    """Strict namespaces and a prefix for the main one hide no fault."""
    assert rules_broken(edited(*fault.edits, prefixed, strict)) == {fault.rule}


def test_every_rule_has_a_fault():
    """No rule goes unproven."""
    assert {rule.__name__ for rule in _EVERY_RULE} == {fault.rule for fault in FAULTS}


@pytest.mark.parametrize("rule", _EVERY_RULE, ids=lambda rule: rule.__name__)
def test_rule_says_where_it_comes_from(rule):
    """A rule names its section of the standard, or what Excel is known to do."""
    assert _SOURCE.search(rule.__doc__)


@pytest.mark.slow
@pytest.mark.parametrize("name", LEGAL)
def test_legal_oddity_breaks_no_rule(name):
    """What looks strange and is legal is accepted."""
    assert check(edited(*LEGAL[name])) == []


@pytest.mark.slow
@each_file
def test_workbook_by_excel_breaks_no_rule(corpus_file):
    """What Excel wrote, Excel opens."""
    assert check(corpus_file) == []


@pytest.mark.parametrize("name", ["quickstart.xlsm", "quickstart_standalone.xlsm", "quickstart_addin_ribbon.xlam"])
def test_macro_workbook_breaks_no_rule(name):
    """Workbooks and add-ins with VBA are read like any other."""
    folder = Path(find_spec("xlwings").submodule_search_locations[0])
    assert check(folder / name) == []


def test_workbook_by_openpyxl_breaks_no_rule():
    """What openpyxl saves after loading everything is accepted, its empty results of formulas too."""
    buffer = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of every extension that it loses
        openpyxl.load_workbook(BytesIO(correct())).save(buffer)
    assert check(buffer.getvalue()) == []


@pytest.mark.slow
def test_workbook_by_libreoffice_breaks_the_rule_it_is_known_for(tmp_path):
    """LibreOffice puts filter buttons on totals rows and does everything else as Excel does."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(correct())
    (tmp_path / "saved").mkdir()
    assert rules_broken(converted(path, "xlsx", tmp_path / "saved")) <= {"table_filter_matches"}


def test_finding_names_rule_part_and_place(tmp_path):
    """A finding tells what to look at."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(edited(cell('<c r="A9" t="b"><v>2</v></c>')))
    assert check(path) == [("booleans_are_0_or_1", FORMULAS, "cell A9 has the boolean '2'")]


def test_findings_of_a_rule_are_cut_short():
    """A fault in every row does not bury the others."""
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>NaN</v></c></row>' for row in range(9, 99))
    broken = edited(match(FORMULAS, "</sheetData>", f"{rows}</sheetData>"), drop("docProps/core.xml"))
    assert [finding.rule for finding in check(broken)].count("numbers_are_finite") == 20
    assert "root_relations_resolve" in rules_broken(broken)


def test_rows_are_read_as_a_stream():
    """Rows are emptied once read, so that a large sheet does not stay in memory."""
    sheet = next(sheet for sheet in Book(Package(correct())).sheets if sheet.part == LEADS)
    assert sum(len(row.cells) for row in sheet.rows()) > 100
    assert not any(len(row) for row in sheet.source.elements("row"))
