"""What is refused, and that a refused or interrupted refresh leaves the file as it was, to the byte."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

import openpyxl
import pandas as pd
import pytest
from lead_frames import leads, refresh, refresh_for_ever, run, sample
from package_edit import PackageEdit
from package_rules import check
from small_book import SHEET, TABLE, build, edited, values
from zip_parts import read_parts

from leads_excel.excel.cells.values import MAX_ROWS
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling import sheets
from leads_excel.exceptions import WorkbookError, WorkbookLayoutError, WorkbookLockedError

BAD_YEAR = '<filterColumn colId="0"><filters><dateGroupItem year="x"/></filters></filterColumn>'
OLD = [(1, "Sara", True, None, "first"), (2, "Noura", None, None, None)]


@pytest.fixture
def book(tmp_path):
    """Give a test the path of a workbook to be."""
    return tmp_path / "report.xlsx"


def refused(path, fetched, error, message):
    """Refresh a workbook, expect an error, and prove that neither the file nor its folder changed."""
    before, beside = path.read_bytes(), sorted(path.parent.iterdir())
    with pytest.raises(error, match=message):
        refresh(path, fetched)
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == beside


# --- what stands in the way ------------------------------------------------------------------------------------------

BELOW = {
    "text": lambda _, sheet: sheet.write_string("B6", "mine"),
    "formula": lambda _, sheet: sheet.write_formula("E5", "=1"),
    "table": lambda _, sheet: sheet.add_table("C6:D7", {"name": "mine"}),
    "merged cells": lambda _, sheet: sheet.merge_range("D6:H6", ""),
}


@pytest.mark.parametrize("what", BELOW)
def test_nothing_below_a_table_is_overwritten(book, what):
    """A table that would grow over something is refused, with the place."""
    build(book, OLD, BELOW[what])
    refused(book, leads(*range(1, 9)), WorkbookLayoutError, r"^Leads: the table leads needs")


@pytest.mark.parametrize("what", BELOW)
def test_a_table_grows_up_to_what_stands_below(book, what):
    """As long as there is room, there is no reason to refuse."""
    build(book, OLD, BELOW[what])
    refresh(book, leads(1, 2, 3))
    assert check(book) == []


def test_totals_row_needs_room_too(book):
    """The row below the last lead counts."""
    build(book, OLD, lambda _, sheet: sheet.write_string("B6", "mine"), totals=True)
    refresh(book, leads(1, 2, 3))
    refused(book, leads(1, 2, 3, 4), WorkbookLayoutError, "needs row 6")


def test_coloured_cells_below_are_no_content(book):
    """A format alone is not worth refusing for."""
    build(book, OLD, lambda w, sheet: sheet.write_blank("B5", None, w.add_format({"bold": True})))
    refresh(book, leads(*range(1, 9)))
    assert [row[0] for row in values(book)[1:]] == list(range(1, 9))


# --- what cannot be filled -------------------------------------------------------------------------------------------


def test_protected_sheet(book):
    """A sheet that its owner locked is not written to."""
    build(book, OLD, lambda _, sheet: sheet.protect("secret"))
    refused(book, leads(1), WorkbookLayoutError, "The sheet Leads is protected")


@pytest.mark.parametrize(
    ("attribute", "message"),
    [('tableType="queryTable"', "filled by a query"), ('headerRowCount="0"', "no header row")],
)
def test_unusual_tables(book, attribute, message):
    """A table that a query fills, or without headings, cannot be filled."""
    edited(build(book, OLD), TABLE, ("<table ", f"<table {attribute} "))
    refused(book, leads(1), WorkbookLayoutError, f"The table leads .*{message}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<table ", '<table totalsRowCount="two" '),
        ("<table ", '<table totalsRowCount="2" '),
        (r'<table ([^>]*?)ref="[A-Z]+', r'<table \1ref="B'),
        ("<tableColumn [^>]*/>(?=</tableColumns>)", ""),
        ("</autoFilter>|(<autoFilter [^>]*)/>", r'\1><filterColumn colId="x"/></autoFilter>'),
        ("</autoFilter>|(<autoFilter [^>]*)/>", rf"\1>{BAD_YEAR}</autoFilter>"),
    ],
)
def test_damaged_tables(book, old, new):
    """A table whose part contradicts itself is not written to: Excel would have to repair the file first."""
    edited(build(book, OLD), TABLE, (old, new))
    refused(book, leads(1), WorkbookLayoutError, "he table leads .*: open the workbook in Excel")


@pytest.mark.parametrize("table", ["leads", "vehicles", "errors", "bulks", "refresh_log"])
def test_missing_table(book, table):
    """A workbook that is not ours, or not any more."""
    workbook = openpyxl.load_workbook(build(book, OLD))
    for sheet in workbook:
        sheet.tables.pop(table, None)
    workbook.save(book)
    refused(book, leads(1), WorkbookLayoutError, f"report.xlsx has no table {table}")


def test_missing_key_column(book):
    """Without the ids no note could follow its lead."""
    build(book, [row[1:] for row in OLD], columns=["firstName", "isError", "leadDate", "note"])
    refused(book, leads(1), WorkbookLayoutError, "leads has no column leadExternalId")


@pytest.mark.parametrize("hidden", ["<!-- x -->", "<![CDATA[x]]>"])
def test_rows_that_hide_something(book, hidden):
    """Comments and CDATA among the rows could hide a tag: nothing is guessed."""
    edited(build(book, OLD), SHEET, ("<sheetData>", f"<sheetData>{hidden}"))
    refused(book, leads(1), WorkbookError, "written in an unusual way")


def test_rows_out_of_order(book):
    """Excel would not open it either."""
    edited(build(book, OLD), SHEET, ('<row r="2"', '<row r="9"'), (r"(<c r=\"[A-E])2", r"\g<1>9"))
    refused(book, leads(1), WorkbookError, "written in an unusual way")


def test_text_that_is_not_in_the_table_of_texts(book):
    """A damaged file is not made worse."""
    edited(build(book, OLD), SHEET, (r'<c r="B2" t="s"><v>\d+', '<c r="B2" t="s"><v>9999'))
    refused(book, leads(1), WorkbookError, "text the workbook does not hold")


def test_binary_workbook(book):
    """An .xlsb is a package too, with other parts in it."""
    build(book)
    edit = PackageEdit(book)
    edit.parts["xl/workbook.bin"] = edit.parts.pop("xl/workbook.xml")
    edit.replace("_rels/.rels", "xl/workbook.xml", "xl/workbook.bin")
    book.write_bytes(bytes(edit))
    refused(book, leads(1), WorkbookError, r"\.xlsb")


# --- somebody else ---------------------------------------------------------------------------------------------------


def test_workbook_that_is_open(book):
    """Excel's lock file counts before anything is read."""
    build(book, OLD)
    book.with_name("~$report.xlsx").write_bytes(b"")
    refused(book, leads(1), WorkbookLockedError, r"close it there \(or delete ~\$report\.xlsx")


def test_workbook_opened_during_the_refresh(book):
    """The lock is looked for again just before the swap."""
    build(book, OLD)
    with FileBook(book) as file:
        sheets.fill(file, leads(1), run())
        book.with_name("~$report.xlsx").write_bytes(b"")
        with pytest.raises(WorkbookLockedError):
            file.save()
    assert [row[0] for row in values(book)[1:]] == [1, 2]


@pytest.mark.parametrize("in_place", [False, True] if sys.platform != "win32" else [True])
def test_workbook_changed_during_the_refresh(book, in_place):
    """What somebody saved meanwhile is not overwritten, however their program saves."""
    build(book, OLD)
    other = edited(build(book.with_name("other.xlsx"), OLD), SHEET, ("<v>2</v>", "<v>7</v>"))
    changed = other.read_bytes()
    with FileBook(book) as file:
        sheets.fill(file, leads(1), run())
        if in_place:
            book.write_bytes(changed[:-100] + bytes(50) + changed[-100:])
        else:
            other.replace(book)
        changed = book.read_bytes()
        with pytest.raises(WorkbookLockedError, match="changed meanwhile"):
            file.save()
    assert book.read_bytes() == changed


def test_refused_book_is_let_go(book):
    """After an error the file is open nowhere, so that Windows can move it."""
    book.write_bytes(b"no workbook")
    with pytest.raises(WorkbookError):
        FileBook(book)
    book.rename(book.with_name("other.xlsx"))


# --- size and sudden death -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_sheet_full_of_leads(book):
    """As many leads as fit below the header are written; one more is refused before anything is."""
    build(book)
    ids = pd.array(range(1, MAX_ROWS + 1), dtype="Int64")
    fetched = leads(1)
    full = pd.DataFrame({"leadExternalId": ids, "firstName": pd.array(["Sara"] * MAX_ROWS, dtype="string")})
    object.__setattr__(fetched, "leads", full)
    refused(book, fetched, WorkbookError, "1,048,576 rows, but 1,048,575 fit")
    object.__setattr__(fetched, "leads", full.iloc[:-1])
    refresh(book, fetched)
    assert 'ref="A1:E1048576"' in read_parts(book)[TABLE].decode()
    content = read_parts(book)[SHEET]
    assert content.count(b"<row ") == MAX_ROWS
    assert b'<c r="A1048576"><v>1048575</v></c>' in content


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killed_refresh_leaves_the_old_or_the_new_file(book, forks):
    """Whenever the process dies: the file opens, and holds all the leads of before or all those of after."""
    build(book, OLD)
    refresh(book, sample(600))
    begun = time.monotonic()
    refresh(book, sample(800))
    longest = 2 * (time.monotonic() - begun)
    chance, seen = random.Random(7), Counter()
    for turn in range(25):
        sizes = 200 + 20 * turn, 210 + 20 * turn
        started = forks.Event()
        in_turn = [sample(size) for size in sizes]
        child = forks.Process(target=refresh_for_ever, args=(book, in_turn, started), daemon=True)
        child.start()
        assert started.wait(30)
        time.sleep(chance.uniform(0, longest))
        child.kill()
        child.join(30)
        with FileBook(book) as file:
            ids = file.column("leads", "leadExternalId")
        assert ids == list(range(700_001, 700_001 + len(ids)))
        seen[sizes.index(len(ids))] += 1
    assert check(book) == []
    assert len(seen) == 2, "each of the two was met"


# --- tables that cannot be read ---------------------------------------------------------------------------------------


def _with_their_table(path, on):
    """Build a workbook with a table of the user's on a sheet, and break that table's part."""

    def around(book, sheet):
        (sheet if on == "Leads" else book.add_worksheet("Report")).add_table("J1:K3", {"name": "theirs"})

    build(path, OLD, around)
    edit = PackageEdit(path)
    (part,) = [name for name, content in edit.parts.items() if name.startswith("xl/tables/") and b'"theirs"' in content]
    edit.write(part, edit.text(part).replace('ref="J1:K3"', 'ref="J1:Z3"'))
    path.write_bytes(bytes(edit))
    return path


def test_a_broken_table_of_the_users_elsewhere_is_no_matter(book):
    """It is copied as it is."""
    refresh(_with_their_table(book, "Report"), leads(3, 1))
    assert [row[0] for row in values(book)[1:]] == [3, 1]


def test_a_broken_table_on_our_sheet_is_refused(book):
    """Nobody knows where it stands, so ours might grow into it."""
    refused(_with_their_table(book, "Leads"), leads(3, 1), WorkbookLayoutError, "theirs does not fit its place")


def test_our_own_broken_table_says_what_is_wrong_with_it(book):
    """And not that there is none."""
    edited(build(book, OLD), TABLE, ('<table ([^>]*) ref="A1:E3"', r'<table \1 ref="A1:F3"'))
    refused(book, leads(3, 1), WorkbookLayoutError, "leads does not fit its place")
