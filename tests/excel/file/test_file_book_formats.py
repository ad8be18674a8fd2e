"""How new rows look: as their column does, whatever was painted by hand; what was painted stays on its lead."""

from __future__ import annotations

from datetime import datetime

import openpyxl
import pytest
from lead_frames import leads, refresh, tables
from package_edit import PackageEdit
from package_rules import check
from small_book import LEADS, build, opened

DAY = datetime(2025, 8, 12)  # noqa: DTZ001 - cells hold wall clocks
DATE = "yyyy-mm-dd"
PAINTS = {
    "fill": {"bg_color": "#FFFF00"},
    "font": {"bold": True, "font_color": "#FF0000"},
    "border": {"border": 2},
    "all of it": {"bg_color": "#FFFF00", "italic": True, "border": 1},
}
TABLE_LOOKS = {"plain": {}, "with a look": {"font_color": "#1F2A37", "bottom": 1, "valign": "vcenter"}}


@pytest.fixture
def book(tmp_path):
    """Give a test the path of a workbook to be."""
    return tmp_path / "report.xlsx"


def painted(path, hands, paint, look=None, **options):
    """Build ten leads of which some are painted across the row."""
    look = look or {}

    def around(workbook, sheet):
        for row in range(1, 11):
            own = paint if row in hands else {}
            text = workbook.add_format(look | own)
            sheet.write_number(row, 0, row, text)
            sheet.write_string(row, 1, f"name {row}", text)
            sheet.write_blank(row, 2, None, text)
            sheet.write_datetime(row, 3, DAY, workbook.add_format({"num_format": DATE} | look | own))
            sheet.write_blank(row, 4, None, text)

    return build(path, [(None,) * 5] * 10, around, **options)


def look_of(cell):
    """Say how a cell looks."""
    return (
        cell.fill.fgColor.rgb if cell.fill.fill_type else None,
        repr(cell.font),
        repr(cell.border),
        cell.number_format,
    )


def looks(path):
    """Look at the leads: how each row looks, by id."""
    return {row[0].value: [look_of(cell) for cell in row] for row in opened(path)["Leads"].iter_rows(min_row=2)}


@pytest.mark.parametrize("look", TABLE_LOOKS)
@pytest.mark.parametrize("paint", PAINTS)
@pytest.mark.parametrize("hands", [(3,), range(1, 7), range(4, 10), range(1, 10)], ids=["1", "1-6", "4-9", "1-9"])
def test_new_leads_are_not_painted(book, hands, paint, look):
    """However many leads somebody painted: they stay painted, new ones look as the column does, dates are dates."""
    painted(book, hands, PAINTS[paint], TABLE_LOOKS[look])
    before = looks(book)
    plain = next(before[row] for row in range(1, 11) if row not in hands)
    refresh(book, leads(11, 10, *range(1, 9), 12, leadDate=DAY))
    after = looks(book)
    assert {row: after[row] for row in (*range(1, 9), 10)} == {row: before[row] for row in (*range(1, 9), 10)}
    assert after[11] == after[12] == plain
    assert plain[3][3] == DATE
    assert check(book) == []


@pytest.mark.parametrize("paint", PAINTS)
def test_a_range_wholly_new_is_not_painted(book, paint):
    """Not one of the leads is left, and none that comes is painted; an empty table in between is none either."""
    painted(book, range(1, 7), PAINTS[paint])
    plain = looks(book)[10]
    refresh(book, leads(*range(21, 33), leadDate=DAY))
    assert set(looks(book)) == set(range(21, 33))
    assert all(look == plain for look in looks(book).values())
    refresh(book, tables())
    refresh(book, leads(1, leadDate=DAY))
    assert looks(book)[1] == plain


@pytest.mark.parametrize("hands", [range(1, 151), range(151, 301)], ids=["first", "last"])
def test_all_rows_count(book, hands):
    """Not the first hundred alone: half a table painted is half a table painted."""

    def around(workbook, sheet):
        yellow = workbook.add_format(PAINTS["fill"])
        for row in hands:
            sheet.write_number(row, 0, row, yellow)

    build(book, [(n, "x", None, None, None) for n in range(1, 301)], around)
    refresh(book, leads(*range(1, 302)))
    colours = {row: look[0][0] for row, look in looks(book).items()}
    assert {row for row, colour in colours.items() if colour} == set(hands)


@pytest.mark.parametrize("whole", ["table", "sheet"])
def test_a_column_that_is_painted_as_such_paints_new_leads(book, whole):
    """Whoever formats the column of the table or of the sheet means the leads to come, too."""

    def around(workbook, sheet):
        yellow = workbook.add_format(PAINTS["fill"])
        if whole == "sheet":
            sheet.set_column(1, 1, 12, yellow)
        for row in range(1, 10):
            sheet.write_string(row, 1, f"name {row}", yellow)
        sheet.write_string(10, 1, "name 10", workbook.add_format({"italic": True}))

    build(book, [(n, "x", None, None, None) for n in range(1, 11)], around)
    edit = PackageEdit(book)
    if whole == "table":
        solid = '<patternFill patternType="solid"><bgColor rgb="FFFFFF00"/></patternFill>'
        edit.replace("xl/styles.xml", '<dxfs count="0"/>', f'<dxfs count="1"><dxf><fill>{solid}</fill></dxf></dxfs>')
        edit.replace("xl/tables/table1.xml", f'name="{LEADS[1]}"', f'name="{LEADS[1]}" dataDxfId="0"')
    book.write_bytes(bytes(edit))
    refresh(book, leads(*range(1, 13)))
    assert [look[1][0] for look in looks(book).values()] == [*["FFFFFF00"] * 9, None, *["FFFFFF00"] * 2]


def test_the_format_of_the_column_outweighs_hands(book):
    """Paint may take the number format along; the column of the sheet still says what it was."""

    def around(workbook, sheet):
        date, yellow = workbook.add_format({"num_format": DATE}), workbook.add_format(PAINTS["fill"])
        sheet.set_column(3, 3, 12, date)
        for row in range(1, 11):
            sheet.write_number(row, 3, 45881, yellow if row < 7 else date)

    build(book, [(n, None, None, None, None) for n in range(1, 11)], around)
    refresh(book, leads(1, 11, leadDate=DAY))
    assert [look[3][0] for look in looks(book).values()] == ["FFFFFF00", None]
    assert looks(book)[11][3][3] == DATE


def test_a_column_painted_throughout_stays_painted(book):
    """Where every cell looks the same, that is how the column looks."""
    painted(book, range(1, 11), PAINTS["all of it"])
    before = looks(book)
    refresh(book, leads(11, 1, leadDate=DAY))
    assert looks(book) == {11: before[1], 1: before[1]}


@pytest.mark.slow
def test_books_saved_by_openpyxl(book):
    """Formats are told apart by what they are, not by their number."""
    painted(book, range(1, 7), PAINTS["fill"])
    openpyxl.load_workbook(book).save(book)
    plain = looks(book)[10]
    refresh(book, leads(1, 11, leadDate=DAY))
    assert looks(book)[11] == plain
    assert looks(book)[1][0][0] == "FFFFFF00"
