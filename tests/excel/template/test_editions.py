"""The Arabic template: the same tables, names and formulas as the English one, from right to left, all in Arabic."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import openpyxl
import pytest
from open_xml_validator import schema_findings
from openpyxl.worksheet.formula import ArrayFormula
from package_rules import check
from readers import libreoffice_values, plain
from sample_tables import INPUTS, RESULTS
from zip_parts import parts_that_differ, read_parts

import leads_excel as lx
from leads_excel.captions import languages
from leads_excel.captions.languages import LANGUAGE_NAME, LTR, caption
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling import sheets
from leads_excel.excel.template import building as template
from leads_excel.excel.template.sheets.catalogue import ARGUMENTS, FUNCTIONS
from leads_excel.excel.template.sheets.listings import LISTINGS
from leads_excel.sandbox import Sandbox, SandboxServer
from leads_excel.schema.columns import TABLES

NOW = datetime(2026, 3, 31, 11, 20, tzinfo=UTC)
REFRESHED = datetime(2026, 3, 31, 14, 20)  # noqa: DTZ001 - cells hold wall clocks
NAMES = {
    *("DMS", "Excel", "Windows", "Refresh", "Leads", "LEADS", "LEADS_KPI", "LEADS_BY", "LEADS_FIELDS", "Ctrl", "PROD"),
    *("demo", "test", "prod", "TRUE", "TODAY", "YESTERDAY", "WTD", "MTD", "QTD", "YTD", "LW", "LM", "LQ", "LY"),
    *("from", "to", "fields", "filters", "options", "leads-excel", "refresh", "file", "xlsx", "kpis"),
    *("accepted", "rejected", "provisional", "new", "changed", "leadId", "source", "branch", "leadDate"),
    *(column.name for columns in TABLES.values() for column in columns),
    *(column.name for listing in LISTINGS for column in listing.columns),
    *("rejection_rate", "basic", "contact", "consent", "all", "Website", "Riyadh", "Jeddah", "headers", "sort"),
    *("limit", "as_of", "missing", "Python", "lx", "leads_why", "Hot", "hot", "duplicates", "hot_uncontactable"),
    *("stuck_bulks", "fixed", "value", "high", "medium", "yes", "no", "unknown"),
}
"""What is called the same in every language: names, tokens, values, what a formula takes."""


@pytest.fixture(scope="module")
def editions():
    """Load both templates."""
    return [openpyxl.load_workbook(template.template_path(language)) for language in languages.LANGUAGES]


def formula_of(cell):
    return cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value if cell.data_type == "f" else None


def strangers(text):
    """List the Latin words in a text that are no names."""
    words = re.findall(r"[A-Za-z][A-Za-z0-9_-]+", text)
    return [word for word in words if word.strip("_-") not in NAMES and not re.fullmatch(r"[A-Z]\d+", word)]


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_committed_template_is_what_the_builder_builds_in_arabic(tmp_path):
    """Every part is the same to the byte; only how it is compressed may differ between machines."""
    template.build(tmp_path / "built.xlsx", "ar")

    committed = template.template_path("ar")
    assert parts_that_differ(committed, tmp_path / "built.xlsx") == {}, "run: python -m leads_excel.excel.template"
    assert list(read_parts(committed)) == list(read_parts(tmp_path / "built.xlsx"))


def test_excel_would_open_it_without_repair():
    """No rule of the package checker is broken."""
    assert check(template.template_path("ar")) == []


@pytest.mark.slow
def test_it_is_valid_open_xml():
    """Microsoft's validator finds nothing."""
    assert schema_findings(template.template_path("ar")) == []


@pytest.mark.parametrize(
    "missing",
    [
        "What to load", "Stuck bulks", " a day", "Why leads were rejected: errors by reason, digits as •••", "Accepted",
        "Holds personal data: share it as your privacy rules allow.", "First name.", "Log", "&A, page &P of &N",
    ],
)  # fmt: skip
def test_a_text_without_arabic_ends_the_build(missing, tmp_path, monkeypatch):
    """In a cell, a formula, a chart, an explanation, at the edge of a page: no sheet is half in one language."""
    known = {english: arabic for english, arabic in languages._ARABIC.items() if english != missing}
    monkeypatch.setattr(languages, "_ARABIC", known)

    with pytest.raises(LookupError, match="no Arabic for"):
        template.build(tmp_path / "built.xlsx", "ar")


# --- the same workbook ------------------------------------------------------------------------------------------------


def test_tables_and_names_are_those_of_the_english_one(editions):
    """A refresh, structured references and pivots go by them."""
    english, arabic = editions
    shapes = [
        [(table.name, table.ref, [column.name for column in table.tableColumns]) for sheet in book
         for table in sheet.tables.values()]
        for book in editions
    ]  # fmt: skip
    places = [
        {name: made.attr_text.rpartition("!")[2] for name, made in book.defined_names.items() if name != LANGUAGE_NAME}
        for book in editions
    ]

    assert shapes[0] == shapes[1]
    assert places[0] == places[1]
    assert {*INPUTS, *RESULTS} <= places[1].keys()
    assert arabic.defined_names[LANGUAGE_NAME].attr_text == '"ar"'
    assert LANGUAGE_NAME not in english.defined_names


def test_cells_and_formulas_stand_where_they_do_in_english(editions):
    """Only texts differ: without them both are the same."""

    def bare(cell):
        formula = formula_of(cell)
        return re.sub(r"\"[^\"]*\"|'[^']*'!|\w+!|,\d+\)=", "", formula) if formula else type(cell.value)

    for english, arabic in zip(*editions, strict=True):
        for rows in zip(english.iter_rows(), arabic.iter_rows(), strict=True):
            for one, other in zip(*rows, strict=True):
                assert bare(one) == bare(other), f"{english.title}!{one.coordinate}"


def test_every_sheet_lies_from_right_to_left(editions):
    """Those of the English one do not."""
    english, arabic = editions

    assert [sheet.sheet_view.rightToLeft for sheet in arabic] == [True] * len(english.worksheets)
    assert not any(sheet.sheet_view.rightToLeft for sheet in english)
    assert arabic.sheetnames == [caption(title, "ar") for title in english.sheetnames]


def test_labels_begin_at_the_right(editions):
    """Nothing but what is read from the left and the numbers of tables keeps to the left (ECMA-376, 18.18.40)."""
    english, arabic = editions
    for one, other in zip(english, arabic, strict=True):
        sides = [
            (before.alignment.horizontal, after.alignment.horizontal)
            for rows in zip(one.iter_rows(), other.iter_rows(), strict=True)
            for before, after in zip(*rows, strict=True)
        ]
        assert set(sides) <= {(None, None), ("left", "right"), ("right", "left"), ("center", "center"),
                              (None, "right"), ("general", "right")}, one.title  # fmt: skip
        assert {"right", None} & {after for _, after in sides}


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.sheet)
def test_a_heading_shows_arabic_and_holds_the_name_of_the_api(listing, editions):
    """A condition on what the cell holds lays a number format over it, wherever in the row it is moved."""
    sheet = editions[1][caption(listing.sheet, "ar")]
    shown = {
        rule.formula[0].strip('"'): rule.dxf.numFmt.formatCode
        for cells, rules in sheet.conditional_formatting._cf_rules.items()
        for rule in rules
        if str(cells.sqref).startswith("A1:") and rule.type == "cellIs"
    }

    assert shown == {column.name: f';;;"{column.arabic}"' for column in listing.columns}
    assert [cell.value for cell in sheet[1]] == [column.name for column in listing.columns]
    for cell, column in zip(sheet[1], listing.columns, strict=True):
        (told,) = (rule for rule in sheet.data_validations.dataValidation if cell.coordinate in rule.sqref)
        assert told.promptTitle == column.arabic
        assert told.prompt.startswith(f"{LTR}{column.name}\n")


# --- all of it in Arabic ----------------------------------------------------------------------------------------------


def test_no_english_is_left_on_a_sheet(editions):
    """Cells, formulas, explanations, edges of pages: what is Latin there is a name, a token or a value."""
    left = []
    for sheet in editions[1]:
        cells = [cell for row in sheet.iter_rows() for cell in row]
        typed = [str(cell.value) for cell in cells if cell.value and not formula_of(cell)]
        worked_out = [text for cell in cells for text in re.findall('"([^"]*)"', formula_of(cell) or "")]
        told = [
            text
            for rule in sheet.data_validations.dataValidation
            for text in (rule.promptTitle, rule.prompt, rule.errorTitle, rule.error)
            if text
        ]
        edges = [
            re.sub("&[A-Z]", "", part.text or "")
            for edge in (sheet.oddHeader, sheet.oddFooter)
            for part in (edge.left, edge.center, edge.right)
        ]
        examples = [text for text in typed if text.startswith("=")]
        shown = [text for text in (*typed, *worked_out, *told, *edges) if text not in examples]
        left += [(sheet.title, text, strangers(text)) for text in shown if strangers(text) and not text.isupper()]

    assert left == []


def test_charts_are_named_in_arabic():
    """Titles, descriptions and the names of series; bars begin at the right."""
    parts = read_parts(template.template_path("ar"))
    charts = [content.decode() for name, content in parts.items() if name.startswith("xl/charts/")]
    drawings = [content.decode() for name, content in parts.items() if name.startswith("xl/drawings/drawing")]
    shown = [text for chart in charts for text in re.findall(r"<c:tx><c:v>(.*?)</c:v>", chart)]
    described = [text for drawing in drawings for text in re.findall(r'descr="([^"]+)"', drawing)]

    assert len(charts) > 5
    assert described
    assert [text for text in (*shown, *described) if strangers(text)] == []
    bars = [chart for chart in charts if '<c:barDir val="bar"/>' in chart]
    assert bars
    assert all(re.search(r'<c:valAx>.*?<c:orientation val="maxMin"/>', chart) for chart in bars)
    assert not any("d mmm" in chart for chart in charts)


# --- the same numbers -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def calculated(tmp_path_factory):
    """Fill both templates with the same leads and have LibreOffice calculate them."""
    with SandboxServer(Sandbox(leads_per_day=12, miscounts=0.1, now=lambda: NOW)) as server:
        settings = lx.Settings(environment="prod", base_url=server.url, store="none")
        tables = lx.fetch("2026-03", settings=settings)
        folder = tmp_path_factory.mktemp("editions")
        paths = [filled(folder / f"{language}.xlsx", tables, language) for language in languages.LANGUAGES]
    return [libreoffice_values(path) for path in paths]


def filled(path, tables, language):
    with FileBook(template.template_path(language), in_place=False) as book:
        sheets.fill(book, tables, sheets.Run(REFRESHED, "prod", "2026-03-01 to 2026-03-31", who="a.user"))
        book.save(path)
    return path


def same(one, two):
    """Tell whether a cell says in Arabic what it says in English: the same value, or a text with the same numbers."""
    if not (isinstance(one, str) and isinstance(two, str)):
        return one == two
    bare = two.replace(LTR, "").replace("\N{EN DASH}", "to")
    numbers = [re.findall(r"\d+", text) for text in (one, bare)]
    return one == bare or (re.search("[\u0621-\u064a]", two) is not None and numbers[0] == numbers[1])


@pytest.mark.slow
def test_every_formula_gives_what_it_gives_in_english(calculated):
    """Numbers, days and marks are equal; a text is equal or its Arabic."""
    english, arabic = (plain(book) for book in calculated)
    differing = [
        (title, one, two)
        for (title, rows), others in zip(english.items(), arabic.values(), strict=True)
        for row, other in zip(rows, others, strict=True)
        for one, two in zip(row, other, strict=True)
        if not same(one, two) and not (title == "Log" and isinstance(one, float))  # seconds
    ]
    shown = [cell for rows in arabic.values() for row in rows for cell in row if isinstance(cell, str)]

    explained = {entry.gives for entry in FUNCTIONS} | {text for _, text in ARGUMENTS}  # whose digits are words' there
    assert [each for each in differing if each[1] not in explained] == []
    assert not [cell for cell in shown if re.fullmatch(r"#(DIV/0!|N/A|NAME\?|NUM!|REF!|VALUE!|NULL!)", cell)]


@pytest.mark.slow
def test_the_lines_that_people_read_are_arabic(calculated):
    """Status, coverage, badge and what to do next, worked out from what a refresh wrote."""
    home, dashboard = calculated[1]["الرئيسية"], calculated[1]["لوحة المتابعة"]
    shown = [str(cell).replace(LTR, "") for row in (*home[:18], *dashboard[:10]) for cell in row[:13] if cell]

    assert any(re.fullmatch(r"مكتمل، والملاحظات في سجل التحديثات: \d+", text) for text in shown)
    assert "PROD: بيانات فعلية" in shown
    assert any(text.startswith("تحقق: دفعات لا تطابق عدد نظام DMS: ") for text in shown)
    assert any(text.startswith("2026-03-01 \N{EN DASH} 2026-03-31، آخر تحديث 2026-03-31 14:20") for text in shown)
    assert [text for text in shown if strangers(text)] == []
