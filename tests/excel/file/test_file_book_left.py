"""Leads that left have left the file: no part of it holds what they held, and everything else reads as before."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import openpyxl
import pytest
from hostile_book import build as hostile
from lead_frames import leads, refresh, sample, tables
from open_xml_validator import new_schema_findings
from package_edit import PackageEdit
from package_rules import check
from readers import READERS, converted, plain
from small_book import LEADS, SHEET, build, edited
from zip_parts import read_parts

TEXTS = "xl/sharedStrings.xml"
OTHER = "xl/worksheets/sheet7.xml"
GONE = [f"Secret {n}" for n in range(1, 9)]
SHOWN = ["Mine <1>", "same as a lead", "says t=\"s\" and 's'", "between", " last "]


@pytest.fixture
def book(tmp_path):
    """Give a test the path of a workbook to be."""
    return tmp_path / "report.xlsx"


def around(workbook, sheet):
    """Put texts of the user's own beside the leads and on a sheet of their own, written last."""
    sheet.write_string("G2", SHOWN[3])
    sheet.write_string("G40", SHOWN[1])
    other = workbook.add_worksheet("Own")
    for row, text in enumerate(SHOWN):
        other.write_string(row, 0, text)
        other.write_string(row, 2, f"own {row}")


def filled(path, **options):
    """Build a book as Excel saves it: every text is shared. One lead has the same name as a text of the user's."""
    names = [*GONE, SHOWN[1]]
    return build(path, [(n, name, None, None, f"note {n}") for n, name in enumerate(names, 1)], around, **options)


def held(path):
    """List the parts that hold a name of a lead that left."""
    return [name for name, content in read_parts(path).items() if any(text.encode() in content for text in GONE)]


def own(path, reader="openpyxl"):
    """Read what is not ours."""
    found = plain(READERS[reader](path))
    return found["Own"], [row[6:] for row in found["Leads"] if any(row[6:])]


# --- spellings -------------------------------------------------------------------------------------------------------


def as_it_is(_):
    """Leave the book as XlsxWriter and Excel write it."""


def each_part(path, *changes):
    """Change the parts with cells and texts."""
    for name in (SHEET, OTHER, TEXTS, "xl/worksheets/sheet1.xml", "xl/worksheets/sheet6.xml"):
        edited(path, name, *changes)


def as_prefixed(path):
    """Write them with a prefix."""
    each_part(path, (r"<(/?)(\w+)(?=[\s/>])", r"<\1x:\2"), (r" xmlns=", " xmlns:x="))


def respelled(path):
    """Write their attributes in single quotes with blanks around the equals sign."""
    each_part(path, (r"""\s([\w:]+)="([^"']*)"(?=[^<]*>)""", r"\n\1 = '\2'"))


def styled(path):
    """Write attributes behind the type, and empty cells before shared ones."""
    edited(path, OTHER, ('(<c r="A)', r'<c r="@" s="0"/>\1'), ('t="s"', 't="s" cm="0"'))
    edited(path, OTHER, ('<c r="@"[^>]*/>', ""), (r'(<c r="C(\d)")', r'<c r="B\2"/>\1'))


def first_in_the_file(path):
    """Put the texts before the sheets that show them."""
    edit = PackageEdit(path)
    edit.parts = {name: edit.parts[name] for name in sorted(edit.parts, key=lambda name: name != TEXTS)}
    path.write_bytes(bytes(edit))


def uncounted(path):
    """Leave out how many texts there are."""
    edited(path, TEXTS, (r' count="\d+" uniqueCount="\d+"', ""))


SPELLINGS = [as_it_is, as_prefixed, respelled, styled, first_in_the_file, uncounted]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_part_holds_what_left(book, spelling):
    """However the book is written: what the user sees is there, and what nobody sees is gone."""
    spelling(filled(book))
    before = own(book)
    assert held(book) == [TEXTS]
    refresh(book, leads(1, 2, firstName="Sara"))
    assert held(book) == []
    assert own(book) == own(book, "calamine") == before
    refresh(book, leads(7, 8, 9, firstName="Noura"))
    assert own(book) == before
    assert check(book) == []


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["sheetjs", "libreoffice"])
def test_every_reader_finds_the_texts_that_stay(book, reader):
    """Texts keep their number, whether others before or after them are gone."""
    filled(book)
    before = own(book, reader)
    refresh(book, leads(1, 2, firstName="Sara"))
    assert own(book, reader) == before
    assert held(book) == []


@pytest.mark.slow
@pytest.mark.parametrize("program", ["openpyxl", "LibreOffice"])
def test_books_saved_by_other_programs_forget_too(book, program):
    """Every program has its own order of texts."""
    filled(book)
    if program == "openpyxl":
        openpyxl.load_workbook(book).save(book)
    else:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(converted(book, "xlsx", Path(folder)), book)
    before = own(book)
    refresh(book, leads(1, 2, firstName="Sara"))
    assert held(book) == []
    assert own(book) == before


@pytest.mark.slow
def test_forgetting_follows_the_schemas(book, tmp_path):
    """The Open XML SDK finds nothing that it had not found before."""
    before = filled(tmp_path / "before.xlsx")
    refresh(before, leads(1, 2, firstName="Sara"), book)
    assert new_schema_findings(before, book) == []


# --- what is shown stays ---------------------------------------------------------------------------------------------


def test_leads_that_are_kept_keep_their_texts(book):
    """Rows outside the range that the user wants to keep are shown."""
    filled(book)
    refresh(book, leads(1, firstName="Sara"), gone="keep")
    shown = [row[1] for row in READERS["calamine"](book)["Leads"]]
    assert shown[:9] == ["firstName", "Sara", *GONE[1:], SHOWN[1]][:9]
    assert held(book) != []


def test_a_book_whose_texts_are_all_shown_keeps_the_part(book):
    """Nothing is written anew for nothing."""
    build(book, around=around)
    before = read_parts(book)[TEXTS]
    refresh(book, leads(1, 2))
    assert read_parts(book)[TEXTS] == before


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (OTHER, r'(<c r="A1" t="s"><v>)(\d+)', r"\1<![CDATA[\2]]>"),
        (OTHER, r'(<c r="A1" t="s"><v>)\d+', r"\g<1>9999"),
        (TEXTS, r"<si>", "<!-- <si> --><si>"),
        (OTHER, r"^", "<!DOCTYPE x>"),
    ],
    ids=["hidden number", "no such text", "remark", "unreadable sheet"],
)
def test_what_cannot_be_told_apart_stays(book, part, old, new):
    """Rather a text too many than one that a cell still shows."""
    filled(book)
    edit = PackageEdit(book)
    edit.write(part, re.sub(old, new, edit.text(part), count=1))
    book.write_bytes(bytes(edit))
    before = read_parts(book)[TEXTS]
    remarks = refresh(book, leads(*range(1, 10), firstName="Sara")).remarks
    assert read_parts(book)[TEXTS] == before
    assert "texts that no cell shows any more stay in the file until Excel has saved it" in remarks


def test_macro_sheets_show_texts_too(book):
    """Sheets of Excel 4 macros are no worksheets, but their cells are the same."""
    filled(book)
    edit = PackageEdit(book)
    kind, macro = "application/vnd.ms-excel.macrosheet+xml", "xl/macrosheets/sheet1.xml"
    cell = re.findall(r'<c r="A1" t="s"><v>\d+</v></c>', edit.text(OTHER))[0]
    names = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    edit.add(macro, f'<macrosheet xmlns="{names}"><sheetData><row r="1">{cell}</row></sheetData></macrosheet>', kind)
    edit.replace(OTHER, cell, "")
    book.write_bytes(bytes(edit))
    refresh(book, tables())
    assert "Mine &lt;1&gt;" in read_parts(book)[TEXTS].decode()
    assert held(book) == []


def test_totals_and_notes_are_shown(book):
    """Texts of the totals row, of a user's column and of the Log are not those of leads."""
    columns = [{"header": LEADS[0], "total_string": "Sum of all"}, *LEADS[1:]]
    filled(book, columns=columns, totals=True)
    refresh(book, leads(9, 3, firstName="Sara"))
    grid = READERS["calamine"](book)["Leads"]
    assert [row[4] for row in grid[1:3]] == ["note 9", "note 3"]
    assert grid[3][0] == "Sum of all"
    assert held(book) == []


# --- what has to stay ------------------------------------------------------------------------------------------------

REMARK = "leads: pivot tables keep rows that left until Excel has opened and saved the workbook"


@pytest.mark.slow
def test_pivot_caches_are_told_of(tmp_path):
    """Only Excel can read a pivot's table again: whenever rows leave, and only then, the user is told."""
    path = hostile(tmp_path / "report.xlsm", 20)
    told = [REMARK in refresh(path, sample(count)).remarks for count in (20, 25, 19, 19, 7)]
    assert told == [False, False, True, False, True]


def test_other_pivots_are_not_told_of(book):
    """A book without a pivot over the leads has nothing that stays."""
    filled(book)
    assert REMARK not in refresh(book, leads(1)).remarks
