"""An Arabic workbook is made, refreshed and upgraded like an English one, and stays Arabic."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import openpyxl
import pandas as pd
import pytest
import xlwings as xw
from excel_double import running
from open_xml_validator import new_schema_findings
from package_rules import check

import leads_excel as lx
from leads_excel.captions.languages import LANGUAGE_NAME, LTR
from leads_excel.excel import workbooks
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.live.live_book import LiveBook
from leads_excel.excel.template.building import template_path
from leads_excel.excel.upgrading.upgrade import upgrade
from leads_excel.exceptions import ApiUnavailableError, SettingsError
from leads_excel.sandbox import Faults, Sandbox, SandboxServer

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
WEEKS = (("2026-10-04", "2026-10-10"), ("2026-10-04", "2026-10-17"), ("2026-10-11", "2026-10-17"), ("2026-10-04",) * 2)


@pytest.fixture
def api():
    with SandboxServer(Sandbox(leads_per_day=6, now=lambda: NOW)) as running_api:
        yield running_api


def settings(api, **more):
    return lx.Settings(environment="test", base_url=api.url, store="none", backoff=0.01, attempts=2, **more)


def named(path, name):
    with FileBook(path) as book:
        return book.named([name])[name].value


def rows(path, table):
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if table in sheet.tables)
    header, *body = sheet[sheet.tables[table].ref]
    return pd.DataFrame([[cell.value for cell in row] for row in body], columns=[cell.value for cell in header])


def test_a_new_workbook_is_the_template_of_its_language(tmp_path, monkeypatch):
    """By the argument, else by the setting; a workbook with buttons has Arabic ones."""
    assert workbooks.new(tmp_path / "a.xlsx", language="ar").read_bytes() == template_path("ar").read_bytes()
    monkeypatch.setenv("LEADS_EXCEL_LANGUAGE", "AR")
    assert workbooks.new(tmp_path / "b.xlsx").read_bytes() == template_path("ar").read_bytes()
    assert workbooks.new(tmp_path / "c.xlsx", language="en").read_bytes() == template_path().read_bytes()
    with_buttons = openpyxl.load_workbook(workbooks.new(tmp_path / "d.xlsm"), keep_vba=True)
    drawn = with_buttons.vba_archive.read("xl/drawings/buttons.vml").decode()
    assert ">تحديث<" in drawn
    assert ">Refresh<" not in drawn
    assert "[0]!LeadsRefresh" in drawn


@pytest.mark.parametrize("language", ["fr", "", "arabic"])
def test_a_language_that_there_is_not_is_refused(language, tmp_path):
    """Nothing is written, and the line says which there are."""
    with pytest.raises(SettingsError, match=r"'language' cannot be used.* en \(English\) or ar \(Arabic"):
        workbooks.new(tmp_path / "a.xlsx", language=language)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_four_refreshes_fill_it_as_they_fill_an_english_one(api, tmp_path):
    """The same rows, marks and notes after each; the file stays sound and Arabic."""
    books = {language: workbooks.new(tmp_path / f"{language}.xlsx", language=language) for language in ("en", "ar")}
    for path in books.values():
        lx.refresh(path, *WEEKS[0], settings=settings(api))
        book = openpyxl.load_workbook(path)
        sheet = next(sheet for sheet in book if "leads" in sheet.tables)
        table = sheet.tables["leads"]
        sheet.cell(1, sheet.max_column + 1, "owner")
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, sheet.max_column, f"note {sheet.cell(row, 1).value}")
        table.ref = table.autoFilter.ref = f"A1:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
        table.tableColumns.append(openpyxl.worksheet.table.TableColumn(id=99, name="owner"))
        book.save(path)
    shutil.copy(books["ar"], tmp_path / "saved.xlsx")
    for days in WEEKS:
        told = [lx.refresh(path, *days, settings=settings(api)) for path in books.values()]
        assert (told[0].leads, told[0].new, told[0].changed, told[0].gone) == (
            told[1].leads, told[1].new, told[1].changed, told[1].gone,
        )  # fmt: skip
        for table in ("leads", "vehicles", "errors", "bulks"):
            pd.testing.assert_frame_equal(rows(books["en"], table), rows(books["ar"], table))
    assert rows(books["ar"], "leads")["owner"].tolist() == [
        f"note {number}" for number in rows(books["ar"], "leads")["leadExternalId"]
    ]
    assert named(books["ar"], "out_status").startswith("مكتمل")
    assert named(books["ar"], "out_range") == "2026-10-04"
    log = rows(books["ar"], "refresh_log")["result"].dropna()
    assert all(line.startswith(("مكتمل", "Notes kept for")) for line in log)
    assert check(books["ar"]) == []
    assert new_schema_findings(tmp_path / "saved.xlsx", books["ar"]) == []
    book = openpyxl.load_workbook(books["ar"])
    assert all(sheet.sheet_view.rightToLeft for sheet in book)
    assert book.defined_names[LANGUAGE_NAME].attr_text == '"ar"'


def test_a_failure_is_told_in_arabic_with_its_reason(api, tmp_path):
    """The first word colours the line and the row of the Log; the reason stays as every door says it."""
    path = workbooks.new(tmp_path / "ar.xlsx", language="ar")
    api.faults = Faults(every=1, kinds=("503",))

    with pytest.raises(ApiUnavailableError) as refused:
        lx.refresh(path, "2026-10-04", settings=settings(api))

    status = named(path, "out_status")
    assert status.startswith("فشل التحديث في ")
    assert str(refused.value) in status
    assert rows(path, "refresh_log")["result"].dropna().tolist() == [f"فشل: {refused.value}"]
    log = openpyxl.load_workbook(path)["سجل التحديثات"]
    marks = {rule.formula[0] for rules in log.conditional_formatting._cf_rules.values() for rule in rules}
    assert 'LEFT($K2,3)="فشل"' in marks


@pytest.mark.slow
def test_an_open_workbook_is_refreshed_in_its_language(api, tmp_path):
    """Excel's own book tells its language too, and a failure of the days is told on its Home."""
    opened = {}
    for language in ("en", "ar"):
        with running():
            book = xw.Book(shutil.copy(template_path(language), tmp_path / f"{language}.xlsx"))
            assert LiveBook(book).language == language
            lx.refresh(book, "2026-10-04", "2026-10-10", settings=settings(api))
            live = LiveBook(book)
            cells = live.named(["out_status", "out_range", "out_leads"])
            opened[language] = [cell.value for cell in cells.values()], list(live.column("leads", "leadExternalId"))
    (english, leads), (arabic, same) = opened["en"], opened["ar"]

    assert leads == same
    assert english[2] == arabic[2] == len(leads)
    assert str(english[0]).startswith("Complete")
    assert str(arabic[0]).startswith("مكتمل")
    assert arabic[1] == f"2026-10-04 \N{EN DASH} {LTR}2026-10-10"


@pytest.mark.slow
def test_an_upgrade_keeps_the_language(tmp_path):
    """What an older Arabic workbook lacks comes in Arabic; a second upgrade adds nothing."""
    path = workbooks.new(tmp_path / "ar.xlsx", language="ar")
    before = path.read_bytes()
    assert upgrade(path).added == ()
    assert path.read_bytes() == before
    book = openpyxl.load_workbook(path)
    del book["الصيغ"]
    del book.defined_names["out_until"]
    for column in "FG":
        book["الرئيسية"][f"{column}9"] = None
    book.save(path)

    told = upgrade(path)

    assert told.left == ()
    assert set(told.added) == {"'محسوبة حتى' on الرئيسية", "the sheet الصيغ"}
    again = openpyxl.load_workbook(path)
    assert again["الصيغ"]["B2"].value == "الصيغ"
    assert again["الصيغ"].sheet_view.rightToLeft
    assert upgrade(path).added == ()


def test_tables_are_written_to_a_workbook_of_a_language(api, tmp_path):
    """`to_excel` takes it too, and asks for the same range again."""
    tables = lx.fetch("2026-10-04", settings=settings(api))

    tables.to_excel(tmp_path / "ar.xlsx", language="ar")
    tables.to_excel(tmp_path / "en.xlsx")

    assert named(tmp_path / "ar.xlsx", "out_status").startswith("مكتمل")
    assert named(tmp_path / "en.xlsx", "out_status").startswith("Complete")
    assert named(tmp_path / "ar.xlsx", "in_from") == "2026-10-04"
