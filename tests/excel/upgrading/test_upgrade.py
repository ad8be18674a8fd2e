"""A workbook of an older template gets what it lacks, what is the user's stays, and it is refreshed like a new one."""

from __future__ import annotations

import re
import shutil
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest
from commands import run
from older_template import OLDER, make, without_columns, without_row_of_home, without_sheet
from open_xml_validator import new_schema_findings
from openpyxl.cell.cell import MergedCell
from readers import libreoffice_values

from leads_excel.excel.template.building import template_path
from leads_excel.excel.upgrading import upgrade as upgrading
from leads_excel.excel.upgrading.template_sheets import add_sheets
from leads_excel.excel.upgrading.upgrade import upgrade
from leads_excel.excel.workbooks import new, refresh
from leads_excel.exceptions import WorkbookError, WorkbookLayoutError, WorkbookLockedError
from leads_excel.sandbox import Sandbox, SandboxServer
from leads_excel.settings.model import Settings

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAYS = "2026-11-10", "2026-11-16"


@pytest.fixture(scope="module")
def settings():
    """A DMS that stands still."""
    with SandboxServer(Sandbox(leads_per_day=15, now=lambda: NOW)) as server:
        yield Settings(environment="test", base_url=server.url, store="none")


@pytest.fixture(scope="module")
def right(settings, tmp_path_factory):
    """What a new workbook shows of these days, calculated by LibreOffice."""
    book = new(tmp_path_factory.mktemp("new") / "new.xlsx")
    refresh(book, *DAYS, settings=settings)
    return libreoffice_values(book)


def cells(path):
    """Read each cell of each sheet: what was typed, and how it looks."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: {
            cell.coordinate: (
                getattr(cell.value, "text", cell.value), cell.number_format, cell.font.name, cell.font.sz, cell.font.i,
                cell.fill.fgColor.rgb, cell.border.bottom.style, cell.alignment.horizontal,
                cell.comment and cell.comment.text,
            )
            for row in sheet.iter_rows() for cell in row
            if cell.value is not None or cell.has_style
        }
        for sheet in book
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("older", OLDER)
@pytest.mark.parametrize("own", [False, True], ids=["as made", "made their own"])
def test_an_older_workbook_shows_what_a_new_one_shows(older, own, settings, right, tmp_path):
    """Every number of every sheet that came, and what was there stays to the last format."""
    book = make(tmp_path / "book.xlsx", *OLDER[older], own=own)
    before, names = cells(book), openpyxl.load_workbook(book).defined_names
    shutil.copy(book, tmp_path / "before.xlsx")

    told = upgrade(book)

    assert told.added
    assert told.left == ()
    assert new_schema_findings(tmp_path / "before.xlsx", book) == []
    after = cells(book)
    for title, sheet in before.items():
        assert {place: after[title].get(place) for place in sheet} == sheet
    assert {name: made.attr_text for name, made in names.items()}.items() <= {
        name: made.attr_text for name, made in openpyxl.load_workbook(book).defined_names.items()
    }.items()
    content = book.read_bytes()
    assert upgrade(book).added == ()
    assert book.read_bytes() == content

    refresh(book, *DAYS, settings=settings)
    shown = libreoffice_values(book)
    dashboard = next(shown[title] for title in ("Dashboard 2", "Dashboard") if title in shown)
    assert without_moment(dashboard) == without_moment(right["Dashboard"])
    for title in ("Leads", "Vehicles", "Errors", "Rejections", "Bulks"):
        by_heading = [dict(zip(rows[0], map(list, zip(*rows[1:], strict=True)), strict=True))
                      for rows in (right[title], shown[title])]  # fmt: skip
        assert by_heading[0] == by_heading[1]


@pytest.mark.parametrize("older", OLDER)
def test_a_dry_run_tells_the_same_and_writes_nothing(older, tmp_path):
    """What would be added is what is added."""
    book = make(tmp_path / "book.xlsx", *OLDER[older])
    content = book.read_bytes()
    told = upgrade(book, dry_run=True)
    assert book.read_bytes() == content
    assert upgrade(book) == told


def test_parts_that_are_not_concerned_stay_byte_for_byte(tmp_path):
    """Sheets of the user's are not even read."""
    book = make(tmp_path / "book.xlsx", *OLDER["no Formulas"])
    before = parts(book)
    upgrade(book)
    changed = {name for name, content in parts(book).items() if before.get(name) != content}
    known = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    assert changed & before.keys() == known


def without_moment(rows):
    """Leave out when the refresh was made."""
    return [[re.sub("refreshed .*,", "", cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def parts(path):
    """Read the parts of a workbook."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_new_workbook_has_everything(tmp_path):
    """Nothing is added to it, with or without macros."""
    for name in ("book.xlsx", "book.xlsm"):
        book = new(tmp_path / name)
        content = book.read_bytes()
        assert upgrade(book) == upgrade(book, dry_run=True)
        assert upgrade(book).added == upgrade(book).left == ()
        assert book.read_bytes() == content


def test_macros_and_buttons_stay(tmp_path):
    """A workbook with macros is upgraded like any other."""
    book = new(tmp_path / "book.xlsm")
    opened = openpyxl.load_workbook(book, keep_vba=True)
    del opened["Formulas"]
    opened.save(book)
    before = parts(book)
    assert upgrade(book).added == ("the sheet Formulas",)
    after = parts(book)
    assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    assert {name for name in before if "vml" in name.lower()} <= {
        name for name in after if after[name] == before.get(name)
    }


def test_what_stands_in_the_way_is_told_and_stays(tmp_path):
    """Something typed beside a table, in a row below it, or below the cells of Home."""
    book = make(
        tmp_path / "book.xlsx", without_columns("Vehicles", "source", "branch", "brand", "day"),
        without_row_of_home("out_until", 9), own=False,
    )  # fmt: skip
    opened = openpyxl.load_workbook(book)
    opened["Vehicles"]["J2"] = "my note"
    for row in range(14, 30):
        if not isinstance(opened["Home"][f"G{row}"], MergedCell):
            opened["Home"][f"G{row}"] = "mine"
    opened.save(book)
    before = cells(book)

    told = upgrade(book)

    assert len(told.left) == 5
    assert "no room for the column source of the table vehicles: Vehicles!J1 is in use or protected" in told.left
    assert any("'Counted up to' (out_until): the cells below Home!" in line for line in told.left)
    assert cells(book) == before


def test_the_sheet_rejections_comes_with_its_list_of_states_and_its_names(tmp_path):
    """Whoever worked without it chooses states as in a new workbook, and a refresh knows the table as ours."""
    book = make(tmp_path / "book.xlsx", without_sheet("Rejections"))

    assert "the sheet Rejections" in upgrade(book).added

    opened, ours = openpyxl.load_workbook(book), openpyxl.load_workbook(template_path())
    offered = [[(str(rule.sqref), rule.formula1) for rule in each["Rejections"].data_validations.dataValidation
                if rule.type == "list"] for each in (opened, ours)]  # fmt: skip
    assert offered[0] == offered[1] != []
    names = {name for name in ours.defined_names if name.startswith("rejections_")}
    assert len(names) == 4
    assert names <= opened.defined_names.keys()


def test_a_table_of_the_users_that_is_called_as_a_later_one_of_ours_stays_theirs(tmp_path):
    """Nothing is added to it; the message says what to do, and a refresh leaves it alone."""
    book = make(tmp_path / "book.xlsx", without_sheet("Rejections"))
    opened = openpyxl.load_workbook(book)
    sheet = opened.create_sheet("Mine")
    rows = [("leadExternalId", "reason", "owner"), (1, "no phone", "Sami")]
    for row in rows:
        sheet.append(row)
    sheet.add_table(openpyxl.worksheet.table.Table(displayName="rejections", name="rejections", ref="A1:C2"))
    opened.save(book)

    told = upgrade(book)
    refresh(book, "2026-11-10", settings=Settings(environment="demo", store="none"))

    assert not [line for line in told.added if "ejections" in line]
    assert told.left == ("no room for the table rejections: a table of your own is called so, give it another name",)
    assert list(openpyxl.load_workbook(book)["Mine"].values) == rows


def test_what_is_no_workbook_of_ours_is_refused(tmp_path):
    """One line each, and nothing is written."""
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    (tmp_path / "text.xlsx").write_text("no zip")
    book = make(tmp_path / "open.xlsx", *OLDER["no Formulas"])
    (tmp_path / "~$open.xlsx").touch()
    for name, error in (("other", WorkbookLayoutError), ("text", WorkbookError), ("open", WorkbookLockedError),
                        ("missing", WorkbookError)):  # fmt: skip
        with pytest.raises(error):
            upgrade(tmp_path / f"{name}.xlsx")
    assert "Formulas" not in openpyxl.load_workbook(book).sheetnames


def test_what_somebody_saves_meanwhile_stays(tmp_path, monkeypatch):
    """The upgrade was made of what stood there before: it gives way, and says so."""
    book = make(tmp_path / "book.xlsx", *next(iter(OLDER.values())))
    saved = []

    def add_sheets_slowly(work):
        add_sheets(work)
        saved.append(book.read_bytes()[:-1] + b"!")
        book.write_bytes(saved[0])

    monkeypatch.setattr(upgrading, "add_sheets", add_sheets_slowly)

    with pytest.raises(WorkbookLockedError, match=r"book.xlsx was changed meanwhile: upgrade it once more"):
        upgrade(book)

    assert book.read_bytes() == saved[0]


def test_a_field_of_the_api_that_was_deleted_stays_away(tmp_path):
    """Only what a refresh works out is added: whoever deleted the phone numbers did so on purpose."""
    book = make(tmp_path / "book.xlsx", own=False)
    opened = openpyxl.load_workbook(book)
    sheet = opened["Errors"]
    table = sheet.tables["errors"]
    del table.tableColumns[5]  # message
    table.ref = table.autoFilter.ref = "A1:I2"
    sheet.delete_cols(6)
    opened.save(book)
    assert not [line for line in upgrade(book).added if "column" in line]


def test_the_command_tells_what_it_adds(tmp_path):
    """With --dry-run, without, once more; what had no room is exit code 1, what is not ours 6."""
    book = make(tmp_path / "book.xlsx", without_sheet("Formulas"), without_columns("Errors", "day"))

    dry = run("upgrade", str(book), "--dry-run")
    first = run("upgrade", str(book))
    again = run("upgrade", str(book))
    wrong = run("upgrade", str(tmp_path / "missing.xlsx"))

    assert (dry.returncode, first.returncode, again.returncode, wrong.returncode) == (0, 0, 0, 6)
    assert dry.stdout.splitlines() == ["Would add the column day of the table errors.", "Would add the sheet Formulas."]
    assert "Added the sheet Formulas." in first.stdout
    assert "has everything that the template has" in again.stdout


def test_formats_are_added_once():
    """What the workbook has already is used, so that an upgrade does not fill it with copies."""
    from leads_excel.excel.upgrading.style_sheet import StyleSheet  # noqa: PLC0415

    styles = parts(template_path())["xl/styles.xml"]
    sheet = StyleSheet(styles, styles)
    numbers = [sheet.cell(number) for number in (5, 5, 6)]
    assert numbers[0] == numbers[1] != numbers[2]
    assert sheet.content.count(b"<font>") == styles.count(b"<font>")
