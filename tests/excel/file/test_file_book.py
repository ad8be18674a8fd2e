"""A workbook file is refreshed: the leads are in it, and everything else is as it was."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from corpus import each_file, graft
from hostile_book import build as build_hostile
from hostile_sheets import AGE, FIRST_ROW, FOLLOW_UP, NOTES, STATUS, STEP, layouts_of
from lead_frames import records, refresh, sample, tables
from open_xml_validator import new_schema_findings
from openpyxl.utils.escape import unescape
from package_rules import check
from readers import READERS, plain
from sample_tables import NASTY, SHEETS, columns_of
from small_book import build, opened, values
from zip_parts import parts_that_differ, read_parts

from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.workbooks import new

TEXTS = (*NASTY, "a\0b\x1f", "x" * 40_000, "tab\tand\rreturn", "  ", "<v>5</v>", "&amp;", "_x000D_")
DAY = datetime(2025, 8, 12)  # noqa: DTZ001 - cells hold wall clocks


@pytest.fixture
def book(tmp_path):
    """Give a test the path of a workbook to be."""
    return tmp_path / "report.xlsx"


@pytest.fixture(scope="module", params=["hostile.xlsx", "hostile.xlsm"])
def hostile(request, tmp_path_factory):
    """Build a workbook with everything that gets lost, 50 leads in it."""
    return build_hostile(tmp_path_factory.mktemp("books") / request.param)


@pytest.fixture(scope="module")
def grown(hostile, tmp_path_factory):
    """Refresh it with what the next fetch brings, and give the file and what was told."""
    after = tmp_path_factory.mktemp("grown") / hostile.name
    return after, refresh(hostile, new_tables(), after)


def rows(path, *columns, sheet="Leads", header=1):
    """Read some columns of a table side by side."""
    grid = values(path, sheet)[header - 1 :]
    places = [grid[0].index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in grid[1:]]


def part(path, name):
    """Read a part as text."""
    return read_parts(path)[name].decode()


# --- values ----------------------------------------------------------------------------------------------------------


def expected(text):
    """Say what a cell holds of a text."""
    return "x" * 32_766 + "…" if len(text) > 32_767 else text


def test_texts_are_read_back_as_texts(book):
    """In openpyxl every text is a text cell, equal to the letter once escapes are resolved."""
    refresh(build(book), tables(leads=[{"leadExternalId": k, "firstName": t} for k, t in enumerate(TEXTS, 1)]))
    cells = opened(book)["Leads"]["B"][1:]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [unescape(cell.value) for cell in cells] == [expected(text) for text in TEXTS]
    assert check(book) == []


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["calamine", "sheetjs", "libreoffice"])
def test_other_readers_see_the_same_texts(book, reader):
    """So do readers that resolve the escapes themselves, each in its own way."""
    texts = [
        text for text in TEXTS if "\0" not in text and "\r" not in text
    ]  # LibreOffice has no NUL, and CR is LF there
    refresh(build(book), tables(leads=[{"leadExternalId": k, "firstName": t} for k, t in enumerate(texts, 1)]))
    assert [row[1] for row in READERS[reader](book)["Leads"][1:]] == [expected(text) for text in texts]


def test_other_kinds_keep_their_kind(book):
    """Numbers, dates, truth values and empty cells are what they are."""
    lead = {"leadExternalId": 10**15 - 1, "isError": True, "leadDate": DAY}
    refresh(build(book), tables(leads=[lead, {"leadExternalId": 10**15, "isError": False}]))
    first, second = opened(book)["Leads"].iter_rows(min_row=2)
    assert [cell.value for cell in first] == [10**15 - 1, None, True, 45881, None]
    assert [cell.value for cell in second] == [str(10**15), None, False, None, None]
    assert [cell.data_type for cell in first] == ["n", "n", "b", "n", "n"]


def test_dates_follow_the_books_calendar(book):
    """A workbook that counts from 1904 gets its own numbers, and reads them as the same leads."""
    build(book, options={"date_1904": True})
    fetched = tables(
        leads=[{"leadExternalId": 1, "leadDate": DAY}, {"leadExternalId": 2, "leadDate": DAY.replace(1903)}]
    )
    refresh(book, fetched)
    assert rows(book, "leadDate") == [(45881 - 1462,), ("1903-08-12",)]
    assert refresh(book, fetched).changed == 0


def test_what_changed_stands_in_its_column(tmp_path):
    """In a file as in any book: new, changed and kept rows are marked, and coloured by the template's own formats."""
    book = new(tmp_path / "report.xlsx")
    first = [{"leadExternalId": number, "source": "Website"} for number in (1, 2, 3)]
    refresh(book, tables(leads=first))
    assert rows(book, "leadExternalId", "change") == [(1, None), (2, None), (3, None)]

    fetched = tables(
        leads=[{"leadExternalId": 9, "source": "Website"}, {"leadExternalId": 2, "source": "Fair"}, first[0]]
    )
    refresh(book, fetched, gone="keep")
    marked = [(9, "new"), (2, "changed"), (1, None), (3, "gone")]
    assert rows(book, "leadExternalId", "change") == marked

    refresh(book, fetched)
    assert rows(book, "leadExternalId", "change") == [(9, None), (2, None), (1, None)]
    sheet = opened(book)["Leads"]
    (place,) = [cell.column_letter for cell in sheet[1] if cell.value == "change"]
    formats = [rule.formula[0] for ranged in sheet.conditional_formatting for rule in ranged.rules]
    assert {f'${place}2="new"', f'${place}2="changed"'} <= set(formats)


# --- everything else -------------------------------------------------------------------------------------------------

OURS = {"Home", *SHEETS.values()}


def changed_parts(before, after):
    """List the parts that differ, but for those that every refresh rewrites."""
    workbook = part(before, "xl/workbook.xml")
    own = [
        f"xl/worksheets/sheet{n}.xml"
        for n, name in enumerate(re.findall(r'<sheet name="([^"]*)"', workbook), 1)
        if name in OURS
    ]
    return {name for name in parts_that_differ(before, after) if name not in own}


@pytest.mark.slow
@pytest.mark.parametrize("count", [50, 51, 49, 300, 1, 0])
def test_parts_that_are_not_ours_are_kept_to_the_byte(hostile, tmp_path, count):
    """Only what has to follow the rows changes: tables, charts, names, the pivot's mark, the chain of calculation."""
    after = tmp_path / hostile.name
    refresh(hostile, sample(count) if count else tables(), after)
    moves = {"[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/calcChain.xml", "xl/workbook.xml"}
    moves |= {f"xl/tables/table{n}.xml" for n in (1, 2, 3, 5, 6)} | {f"xl/charts/chart{n}.xml" for n in (1, 2, 4, 5)}
    moves |= {"xl/pivotCache/pivotCacheDefinition1.xml", "xl/worksheets/sheet2.xml"}  # a sparkline of the dashboard
    moves |= {"xl/sharedStrings.xml"}  # texts that nobody shows any more
    moves |= {
        "xl/comments1.xml",
        f"xl/drawings/vmlDrawing{2 if hostile.suffix == '.xlsm' else 1}.vml",
    }  # notes of leads
    assert changed_parts(hostile, after) <= moves


@pytest.mark.slow
@pytest.mark.parametrize("count", [50, 51, 49, 300, 1, 0])
def test_hostile_book_opens_without_repair(hostile, tmp_path, count):
    """No rule is broken, whether the tables grow or shrink."""
    after = tmp_path / hostile.name
    refresh(hostile, sample(count) if count else tables(), after)
    assert check(after) == []


@pytest.mark.slow
@pytest.mark.parametrize("count", [80, 3, 0])
def test_hostile_book_follows_the_schemas(hostile, tmp_path, count):
    """The Open XML SDK finds nothing that it had not found before."""
    after = tmp_path / hostile.name
    refresh(hostile, sample(count) if count else tables(), after)
    assert new_schema_findings(hostile, after) == []


@pytest.mark.slow
@pytest.mark.parametrize("count", [80, 3])
@each_file
def test_books_made_by_excel_are_kept_to_the_byte(corpus_file, tmp_path, count):
    """Our tables in a real workbook are refreshed; its own parts are copied."""
    before, after = graft(corpus_file, tmp_path / "before.xlsx"), tmp_path / "after.xlsx"
    refresh(before, sample(count), after)
    kept = set(read_parts(corpus_file)) - {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    assert set(parts_that_differ(before, after)) & kept <= {"xl/calcChain.xml"}
    assert check(after) == []


@pytest.mark.slow
@pytest.mark.parametrize("count", [80, 3])
@each_file
def test_books_made_by_excel_follow_the_schemas(corpus_file, tmp_path, count):
    """The Open XML SDK finds nothing that it had not found before."""
    before, after = graft(corpus_file, tmp_path / "before.xlsx"), tmp_path / "after.xlsx"
    refresh(before, sample(count), after)
    assert new_schema_findings(before, after) == []


@pytest.mark.slow
@each_file
def test_books_made_by_excel_are_read(corpus_file, tmp_path):
    """A reader sees the new leads, and the old sheets as they were."""
    before, after = graft(corpus_file, tmp_path / "before.xlsx"), tmp_path / "after.xlsx"
    refresh(before, sample(80), after)
    old, new = (plain(READERS["calamine"](path)) for path in (before, after))
    ours = {sheet for sheet in new if sheet.partition(" (")[0] in OURS}
    assert {name: new[name] for name in old.keys() - ours} == {name: old[name] for name in old.keys() - ours}
    assert [row[0] for row in new["Leads"][FIRST_ROW - 1 :]] == list(range(700_001, 700_081))


def test_second_refresh_changes_nothing_but_the_log(hostile, tmp_path):
    """The same data again: the same bytes, but for the new row of the Log."""
    once, twice = tmp_path / "once.xlsx", tmp_path / "twice.xlsx"
    refresh(hostile, sample(80), once)
    summary = refresh(once, sample(80), twice)
    assert (summary.new, summary.changed, summary.gone) == (0, 0, 0)
    log, log_table = "xl/worksheets/sheet7.xml", "xl/tables/table6.xml"
    assert set(parts_that_differ(once, twice)) == {log, log_table}


def test_saving_without_a_change_copies_everything(hostile, tmp_path):
    """A book that was only looked at is the same file."""
    with FileBook(hostile) as unchanged:
        unchanged.save(tmp_path / "copy.xlsx")
    assert parts_that_differ(hostile, tmp_path / "copy.xlsx") == {}


# --- the user's story ------------------------------------------------------------------------------------------------


def new_tables():
    """Make what the next fetch brings: 500 leads in between, 3 gone, 10 changed, in another order."""
    old = records("leads", 50)
    kept = [lead | ({"source": "Fair"} if 20 <= k < 30 else {}) for k, lead in enumerate(old) if k not in (4, 11, 33)]
    new = [old[k % 50] | {"leadExternalId": 800_000 + k, "leadId": 0} for k in range(500)]
    return tables(leads=[*kept[:9], *new, *kept[9:]])


def noted(layout):
    """Read what the user typed beside each lead of a layout."""
    keys = layout.values("leadExternalId")
    columns = [layout.values(column) for column in (NOTES, STEP, STATUS)]
    return dict(zip(keys, zip(*columns, strict=True), strict=True))


@pytest.mark.slow
def test_notes_stand_beside_their_leads(grown):
    """After 500 new leads in the middle every note is beside its lead, and the notes of the three are in the Log."""
    after, summary = grown
    assert (summary.leads, summary.new, summary.changed, summary.gone) == (547, 500, 10, 3)
    before = noted(layouts_of(50)["leads"])
    found = {key: tuple(own) for key, *own in rows(after, "leadExternalId", NOTES, STEP, STATUS, header=FIRST_ROW - 1)}
    gone = {700_005, 700_012, 700_034}
    assert {key: own for key, own in found.items() if key < 800_000} == {
        k: v for k, v in before.items() if k not in gone
    }
    assert {own for key, own in found.items() if key >= 800_000} == {(None, None, None)}
    kept = [row for row in values(after, "Log") if row[10] and "Notes kept" in str(row[10])]
    assert [str(key) in kept[0][10] for key in sorted(gone)] == [True, True, True]


def test_calculated_columns_are_filled_down(grown):
    """Both formulas stand in every row, the one with cell addresses pointing at its own row."""
    after, _ = grown
    ages = [age for (age,) in rows(after, AGE, header=FIRST_ROW - 1)]
    assert ages == [f"=$B$1-AG{row}" for row in range(FIRST_ROW, FIRST_ROW + 547)]
    assert {text for (text,) in rows(after, FOLLOW_UP, header=FIRST_ROW - 1)} == {
        '=IF(leads[[#This Row],[isError]]=TRUE,"fix","call")'
    }


@pytest.mark.slow
def test_every_formula_computes(tmp_path):
    """LibreOffice calculates the dashboard and the calculated columns from the new leads."""
    after = build_hostile(tmp_path / "hostile.xlsx")
    refresh(after, new_tables())
    calculated = READERS["libreoffice"](after)
    fetched = new_tables().leads
    dashboard = {row[0]: row[1] for row in calculated["Dashboard"] if row[0]}
    assert dashboard["Leads"] == 547
    assert dashboard["Rejected"] == int(fetched["isError"].eq(True).sum())
    assert dashboard["Website"] == int(fetched["source"].eq("Website").sum())
    grid = calculated["Leads"][FIRST_ROW - 2 :]
    places = [grid[0].index(name) for name in ("isError", FOLLOW_UP, AGE, "leadDate")]
    for row in grid[1:]:
        error, follow_up, age, day = (row[place] for place in places)
        assert follow_up == ("fix" if error is True else "call")
        assert age == (datetime(2025, 10, 1) - day).days  # noqa: DTZ001 - as above


def test_references_follow_the_rows(hostile, tmp_path):
    """Charts, names, formats, validations and sparklines go on naming the whole column; nothing else moves."""
    after = tmp_path / hostile.name
    refresh(hostile, sample(80), after)
    new, sheet = layouts_of(80)["leads"], part(after, "xl/worksheets/sheet3.xml")
    body = {column: new.body(column) for column in new.columns}
    assert f"<c:f>{new.far_body('vehicleCount')[1:]}<" in part(after, "xl/charts/chart1.xml")
    assert f">{new.far_body('leadType')[1:]}</definedName>" in part(after, "xl/workbook.xml")
    assert ">Leads!$A$4:$C$84</definedName>" in part(after, "xl/workbook.xml")
    assert ">OFFSET(Leads!$A$5,0,0,5,1)</definedName>" in part(after, "xl/workbook.xml")
    assert f"<xm:f>Leads!{body['vehicleCount']}</xm:f>" in part(after, "xl/worksheets/sheet2.xml")
    assert 'sqref="A5:BB84 BC5:BD9"' in sheet
    assert '<ignoredError sqref="A1:BB84"' in sheet
    assert f"<xm:sqref>{body['vehicleCount']}</xm:sqref>" in sheet
    assert re.search(rf'<dataValidation [^>]*sqref="{body[STATUS]}"', sheet)
    assert re.search(r'<dimension ref="A1:\w+84"', sheet)


def test_pivot_is_refreshed_on_load(hostile, tmp_path):
    """Excel reads the table again; until then the records are left as they are."""
    after = tmp_path / hostile.name
    refresh(hostile, sample(80), after)
    assert ' refreshOnLoad="1"' in part(after, "xl/pivotCache/pivotCacheDefinition1.xml")


@pytest.mark.slow
def test_totals_row_moves_down(hostile, tmp_path):
    """The totals stand below the last row, label and formula untouched."""
    after = tmp_path / hostile.name
    refresh(hostile, sample(80), after)
    grid = values(after, "Vehicles")
    assert grid[-1][0] == "Total"
    assert grid[-1][-1] == "=SUBTOTAL(109,vehicles[totalQty])"
    assert len(grid) == FIRST_ROW + 106
    assert 'ref="A4:I111"' in part(after, "xl/tables/table2.xml")
    assert '<autoFilter ref="A4:I110"' in part(after, "xl/tables/table2.xml")


@pytest.mark.slow
def test_table_of_the_users_beside_ours_stays(hostile, tmp_path):
    """Cells beside a table stand where they stood, whatever happens to its rows."""
    for count in (300, 1):
        after = tmp_path / hostile.name
        refresh(hostile, sample(count), after)
        beside = [row[8:11] for row in values(after, "Errors")[3:6]]
        assert beside == [
            ["Reason", "Rank", "Twice"],
            ["Format", 1, "=reasons[[#This Row],[Rank]]*2"],
            ["Missing", 2, "=reasons[[#This Row],[Rank]]*2"],
        ]


@pytest.mark.slow
def test_sorted_leads_stay_sorted(hostile, grown):
    """The table is sorted by one of our columns, and still is."""
    sort = re.search(r'<sortCondition[^>]*ref="([A-Z]+)5:\1(\d+)"[^>]*/>', part(hostile, "xl/tables/table1.xml"))
    after, _ = grown
    assert f'ref="{sort[1]}5:{sort[1]}551"' in part(after, "xl/tables/table1.xml")
    column = opened(after)["Leads"][sort[1]][FIRST_ROW - 1 :]
    keys = [cell.value for cell in column if cell.value is not None]
    assert keys == sorted(keys, reverse="descending" in sort[0])


@pytest.mark.slow
def test_filtered_rows_are_hidden(hostile, tmp_path):
    """The filter on the bulks lets the same states through as before."""
    after = tmp_path / hostile.name
    refresh(hostile, sample(300), after)
    sheet = opened(after)["Bulks"]
    shown = opened(hostile)["Bulks"].cell(FIRST_ROW, columns_of("bulks").index("status") + 1).value
    states = [
        (sheet.cell(row, 6).value, bool(sheet.row_dimensions[row].hidden))
        for row in range(FIRST_ROW, sheet.max_row + 1)
    ]
    assert states == [(state, state != shown) for state, _ in states]
    assert {hidden for _, hidden in states} == {True, False}
    assert "<filterColumn" in part(after, "xl/tables/table5.xml")
