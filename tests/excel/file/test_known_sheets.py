"""A sheet that a refresh would write as it stands is copied, and holds what writing it would have put there."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from lead_frames import refresh, tables
from package_edit import PackageEdit
from small_book import LEADS, build, opened
from zip_parts import read_parts

from leads_excel.excel.file import file_book
from leads_excel.excel.file.sheet.sheet_writer import SheetWriter

DAY = datetime(2025, 8, 12, 16, 45)  # noqa: DTZ001 - cells hold wall clocks
OLD = [(1, "Sara", True, DAY, "first"), (2, "Noura", None, None, None), (3, "  Reem ", False, DAY, "=1")]
FETCHED = [
    {"leadExternalId": key, "firstName": name, "isError": flag, "leadDate": day} for key, name, flag, day, _ in OLD
]
AGE = {"header": "age", "formula": "TODAY()-leads[[#This Row],[leadDate]]"}
SHEET = "xl/worksheets/sheet2.xml"


@pytest.fixture
def written(monkeypatch):
    """List the sheets that are written anew."""
    names = []
    chunks = SheetWriter.chunks
    monkeypatch.setattr(SheetWriter, "chunks", lambda self: names.append(self._name) or chunks(self))
    return names


def grid(path, sheet="Leads"):
    """Read all that a sheet shows: values, formulas, looks, and which rows are hidden."""
    cells = [cell for row in opened(path)[sheet].iter_rows() for cell in row]
    hidden = [row for row, look in opened(path)[sheet].row_dimensions.items() if look.hidden]
    return [(cell.coordinate, str(cell.value), cell.number_format, cell.font.b) for cell in cells], hidden


def edit(path, *pairs):
    """Edit the sheet of the leads as text."""
    package = PackageEdit(path.read_bytes())
    for old, new in pairs:
        text = package.text(SHEET)
        assert re.search(old, text), old
        package.write(SHEET, re.sub(old, new, text))
    path.write_bytes(bytes(package))
    return path


def beside(book, sheet):
    """Put texts and a formula beside the leads."""
    sheet.write_string("H3", "mine", book.add_format({"bold": True}))
    sheet.write_formula("H4", "SUM(A2:A4)")


def naming_the_log(book, sheet):
    """Put a formula above all rows of the Log, which grow."""
    del book
    sheet.write_formula("H2", "COUNTA(Log!A2:A2)")


CASES = {
    "plain": {},
    "totals": {"totals": True},
    "beside": {"around": beside},
    "naming the Log": {"around": naming_the_log},
    "calculated": {"columns": [*LEADS[:-1], AGE]},
    "marks": {"columns": [*LEADS[:-1], "change"]},
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("times", [0, 1, 2], ids=["as Excel saves it", "refreshed", "refreshed twice"])
def test_a_copied_sheet_holds_what_writing_it_would(tmp_path, monkeypatch, case, times):
    """Whatever stands on it, and whoever saved it last."""
    rows = [row[:4] for row in OLD] if "columns" in CASES[case] else OLD
    book, copied, anew = (build(tmp_path / "book.xlsx", rows, **CASES[case]), tmp_path / "a.xlsx", tmp_path / "b.xlsx")
    fetched = tables(leads=FETCHED)
    for _ in range(times):
        refresh(book, fetched)
    refresh(book, fetched, copied)
    monkeypatch.setattr(file_book, "stays", lambda *_: False)
    refresh(book, fetched, anew)
    assert grid(copied) == grid(anew)
    assert read_parts(copied).get("xl/sharedStrings.xml") == read_parts(anew).get("xl/sharedStrings.xml") or not times


@pytest.mark.parametrize("case", ["plain", "totals", "beside"])
def test_a_sheet_of_which_nothing_changes_is_not_written(tmp_path, written, case):
    """Saved by Excel, with shared texts, or by a refresh."""
    book = build(tmp_path / "book.xlsx", OLD, **CASES[case])
    for _ in range(3):
        refresh(book, tables(leads=FETCHED))
    assert "Leads" not in written[-2:]


@pytest.mark.parametrize(
    "changed",
    [
        {"case": "naming the Log"},
        {"fetched": [FETCHED[0], FETCHED[2], FETCHED[1]]},
        {"fetched": FETCHED[:2]},
        {"fetched": [*FETCHED[:2], FETCHED[2] | {"firstName": "Reem"}]},
        {"edit": (r"(r=\"D2\"[^>]*><v>)[\d.]+", r"\g<1>45881.25")},
        {"edit": (r"<c r=\"D2\"", '<c r="D2" cm="1"')},
        {"case": "calculated", "edit": ("</f></c>", "</f><v>3</v></c>")},
        {"case": "calculated", "edit": (r"><f>.*?</f></c>", "/>")},
    ],
    ids=[
        *("a formula that follows", "another order", "one gone", "another text", "another day", "an odd cell"),
        *("a stored result", "a formula cleared"),
    ],
)
def test_a_sheet_of_which_something_changes_is_written(tmp_path, written, changed):
    """The slightest difference counts."""
    case = changed.get("case", "plain")
    book = build(tmp_path / "book.xlsx", [row[:4] for row in OLD] if case == "calculated" else OLD, **CASES[case])
    refresh(book, tables(leads=FETCHED))
    if "edit" in changed:
        edit(book, changed["edit"])
    written.clear()
    refresh(book, tables(leads=changed.get("fetched", FETCHED)))
    assert "Leads" in written


def test_marks_of_the_refresh_before_are_taken_away(tmp_path, written):
    """Though no lead changed since."""
    book = build(tmp_path / "book.xlsx", [row[:4] for row in OLD], **CASES["marks"])
    refresh(book, tables(leads=[*FETCHED[:2], FETCHED[2] | {"firstName": "Reem"}]))
    assert [row[4].value for row in opened(book)["Leads"].iter_rows(min_row=2)] == [None, None, "changed"]
    written.clear()
    refresh(book, tables(leads=[*FETCHED[:2], FETCHED[2] | {"firstName": "Reem"}]))
    assert [row[4].value for row in opened(book)["Leads"].iter_rows(min_row=2)] == [None, None, None]
    assert "Leads" in written


@pytest.mark.parametrize(
    "text", ["<t>Noura</t>", "<r><rPr><b/></rPr><t>Nou</t></r><r><t>ra</t></r>"], ids=["plain", "rich"]
)
def test_a_text_that_is_painted_in_parts_is_written_anew(tmp_path, written, text):
    """As a lead's text is always written plain; one that is shared and plain already may stay."""
    book = build(tmp_path / "book.xlsx", [row[:3] for row in OLD])
    package = PackageEdit(book.read_bytes())
    package.replace("xl/sharedStrings.xml", "<si><t>Noura</t></si>", f"<si>{text}</si>")
    book.write_bytes(bytes(package))
    refresh(book, tables(leads=[lead | {"leadDate": None} for lead in FETCHED]))
    assert ("Leads" in written) is text.startswith("<r>")
