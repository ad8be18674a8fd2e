"""References of every form follow the rows of a table, wherever they stand and whatever becomes of the rows."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

import pytest
from lead_frames import leads, refresh, tables
from open_xml_validator import new_schema_findings
from package_rules import check
from readers import READERS
from referring_book import AS_BUILT, EVERYWHERE, REPORT, TOTALS, build_referring
from small_book import LEADS, SHEET, build, edited, opened, values
from zip_parts import read_parts

DRAWING = "xl/drawings/drawing1.xml"
OLD = [(1, "Sara", True, None, "first"), (2, "Noura", None, None, None), (3, "Reem", False, None, "third")]
STEPS = {
    "above": [101, 102, *range(1, 11)],
    "middle": [101, 102, *range(1, 6), 201, *range(6, 11)],
    "removed": [1, 3, 5],
    "re-sorted": [5, 3, 1],
    "zero": [],
    "back": list(range(1, 11)),
}


def part(path, name):
    """Read a part as text."""
    return read_parts(path)[name].decode()


def fetched(ids):
    """Make what the next fetch brings."""
    return tables(leads=[{"leadExternalId": n, "firstName": f"name {n}"} for n in ids])


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """Refresh the book step by step, without and with totals; give the parts, and what the references end at."""
    found = {}
    for totals in (False, True):
        path = build_referring(tmp_path_factory.mktemp("books") / "report.xlsx", totals=totals)
        found[totals, "built"], rows = (read_parts(path), {**AS_BUILT, "end": 11 + totals}), 11
        for step, ids in STEPS.items():
            refresh(path, fetched(ids))
            assert check(path) == []
            last = 1 + max(len(ids), 1)
            rows = last if totals else max(rows, last)
            found[totals, step] = (
                read_parts(path),
                {"last": last, "total": last + 1, "rows": rows, "end": last + totals},
            )
    return found


CASES = [*((False, name) for name in EVERYWHERE), *((True, name) for name in EVERYWHERE | TOTALS)]


@pytest.mark.parametrize("step", ["built", *STEPS])
@pytest.mark.parametrize(("totals", "structure"), CASES)
def test_what_names_the_rows_goes_on_naming_them(states, totals, structure, step):
    """In cells, names, charts, formats, validations, controls and tables, on our sheet and on others."""
    parts, ends = states[totals, step]
    part, text = (EVERYWHERE | TOTALS)[structure]
    assert text.format(**ends) in parts[part].decode()


@pytest.mark.slow
@pytest.mark.parametrize("step", ["above", "zero"])
def test_every_program_reads_it(tmp_path, step):
    """The Open XML SDK finds nothing new, and openpyxl, calamine and SheetJS read the leads."""
    before = build_referring(tmp_path / "report.xlsx", totals=True)
    after = tmp_path / "after.xlsx"
    refresh(before, fetched(STEPS[step]), after)
    assert new_schema_findings(before, after) == []
    for reader in ("openpyxl", "calamine", "sheetjs"):
        keys = [row[0] for row in READERS[reader](after)["Leads"][1:] if row[1]]
        assert keys == STEPS[step], reader


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_values_are_those_of_the_leads(tmp_path, step):
    """LibreOffice calculates what a person would: sums, totals and shares of the leads that stand there."""
    book = build_referring(tmp_path / "report.xlsx", totals=True)
    for ids in list(STEPS.values())[: list(STEPS).index(step) + 1]:
        refresh(book, fetched(ids))
    calculated = READERS["libreoffice"](book)
    ids = STEPS[step]
    mean = sum(ids) / len(ids) if ids else "#DIV/0!"
    names = [name for name, (part, text) in (EVERYWHERE | TOTALS).items() if part == REPORT and "<f>" in text]
    report = {name: row[0] for name, row in zip(names, calculated["Report"], strict=False)}
    assert (report["cell"], report["cell of two prefixes"]) == (sum(ids), sum(ids))
    assert report["relative"] == max(ids, default=0)
    assert report["several sheets"] == sum(ids)
    assert report["total"] == (pytest.approx(mean) if ids else mean)
    assert report["total, absolute"] == (pytest.approx(mean * 2) if ids else mean)
    shares = [row[5] for row in calculated["Leads"][1 : 1 + len(ids)]]
    assert shares == [pytest.approx(n / sum(ids)) for n in ids]


# --- what one kind needs -------------------------------------------------------------------------------------------

NAMES = [
    ("Übersicht", "ÜBERSICHT"),
    ("Лиды", "'лИДЫ'"),
    ("Straße", "STRAẞE"),
    ("Straße", "Strasse"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ("عملاء", "'عملاء'"),
    ("Joe's & Co", "'joe''s & CO'"),
    ("2025 leads", "'2025 LEADS'"),
    ("Our <leads>", "'our <LEADS>'"),
]


@pytest.mark.parametrize(("name", "written"), NAMES)
def test_sheets_of_any_name_are_followed(tmp_path, name, written):
    """Names are one whatever their case in any script, in quotes or not."""

    def around(book, _):
        report = book.add_worksheet("Report")
        report.write_formula("A1", f"=SUM({written}!$A$2:$A$4)")
        report.data_validation("B1", {"validate": "list", "source": f"={written}!$B$2:$B$4"})
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Leads!$A$2:$A$4"})
        report.insert_chart("D1", chart)
        book.define_name("people", f"={written}!$B$2:$B$4")

    book = build(tmp_path / "report.xlsx", OLD, around)
    moved = (r'(name="out_leads">)[^<]*', rf"\1{escape(written)}!$G$9")
    edited(book, "xl/workbook.xml", ('<sheet name="Leads"', f'<sheet name="{escape(name)}"'), moved)
    edited(book, "xl/charts/chart1.xml", ("<c:f>Leads!", f"<c:f>{escape(written)}!"))
    refresh(book, leads(*range(1, 8)))
    sheet = escape(written)
    assert f"<f>SUM({sheet}!$A$2:$A$8)</f>" in part(book, REPORT)
    assert f"<formula1>{sheet}!$B$2:$B$8</formula1>" in part(book, REPORT)
    assert f"<c:f>{sheet}!$A$2:$A$8</c:f>" in part(book, "xl/charts/chart1.xml")
    assert f">{sheet}!$B$2:$B$8</definedName>" in part(book, "xl/workbook.xml")
    assert opened(book)[name]["G9"].value == 7


def test_sheets_with_like_names_are_told_apart(tmp_path):
    """`Strasse` is not `Straße` where there are both."""

    def around(book, _):
        book.add_worksheet("Strasse")
        book.add_worksheet("Report").write_formula("A1", "=SUM(Strasse!A2:A4)+SUM(Straße!A2:A4)+SUM(XLeads!A2:A4)")

    book = build(tmp_path / "report.xlsx", OLD, around)
    edited(book, "xl/workbook.xml", ('<sheet name="Leads"', '<sheet name="Straße"'))
    refresh(book, leads(*range(1, 8)))
    text = "<f>SUM(Strasse!A2:A4)+SUM(Straße!A2:A8)+SUM(XLeads!A2:A4)</f>"
    assert text in part(book, "xl/worksheets/sheet8.xml")


def test_names_with_entities_are_read(tmp_path):
    """Other programs write letters as numbers."""
    formula = "=SUM('Umfänge'!A2:A4)"
    book = build(tmp_path / "r.xlsx", OLD, lambda book, _: book.add_worksheet("Report").write_formula("A1", formula))
    edited(book, "xl/workbook.xml", ('<sheet name="Leads"', '<sheet name="Umfänge"'))
    edited(book, REPORT, ("'Umfänge'", "&#39;Umf&#228;nge&#x27;"))
    refresh(book, leads(*range(1, 8)))
    assert "<f>SUM('Umfänge'!A2:A8)</f>" in part(book, REPORT)


@pytest.mark.parametrize("element", ["c:f", "xm:f"])
def test_references_that_shrank_to_one_cell_grow_again(tmp_path, element):
    """Excel writes a chart's range over a single row as one cell; the title of a series is no such range."""

    def around(book, _):
        report, chart = book.add_worksheet("Report"), book.add_chart({"type": "line"})
        chart.add_series({"name": "=Leads!$B$2", "categories": "=Leads!$B$2:$B$2", "values": "=Leads!$A$2:$A$2"})
        report.insert_chart("D1", chart)
        report.add_sparkline("A1", {"range": "Leads!A2:A2"})
        report.write_formula("B1", "=Leads!A2")

    book = build(tmp_path / "report.xlsx", OLD[:1], around)
    where = "xl/charts/chart1.xml" if element == "c:f" else REPORT
    edited(book, where, (r"(<\w+:f>Leads!\$?\w\$?2):[$\w]+<", r"\1<"))
    refresh(book, leads(*range(1, 8)))
    found = re.findall(rf"<{element}>([^<]*)<", part(book, where))
    wanted = ["Leads!$B$2", "Leads!$B$2:$B$8", "Leads!$A$2:$A$8"] if element == "c:f" else ["Leads!A2:A8"]
    assert found == wanted
    assert "<f>Leads!A2</f>" in part(book, REPORT)


def test_total_beside_a_lead(tmp_path):
    """A formula that the user typed beside one lead names the total wherever both go."""

    def around(_, sheet):
        sheet.write_formula("A5", "=SUM(A2:A4)")
        sheet.write_formula("E3", "=A3/A5+A$5+SUM(A$2:A3)")

    book = build(tmp_path / "report.xlsx", [row[:4] for row in OLD], around, totals=True)
    for ids, row, last in (((9, 8, 2, 1), 4, 5), ((2,), 2, 2), ((1, 3, 2), 4, 4)):
        refresh(book, leads(*ids))
        found = [formula for formula in (line[4] for line in values(book)[1:]) if formula]
        assert found == [f"=A{row}/A{last + 1}+A${last + 1}+SUM(A$2:A{row})"]
        assert values(book)[last][0] == f"=SUM(A2:A{last})"


def test_chart_below_a_table_keeps_its_distance(tmp_path):
    """Drawings in the table's columns are pushed and pulled by its end; others stay where they are."""

    def around(book, sheet):
        for cell, options in (("B8", {}), ("J8", {}), ("A9", {"object_position": 3}), ("C2", {})):
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": "=Leads!$A$2:$A$4"})
            sheet.insert_chart(cell, chart, options)

    book = build(tmp_path / "report.xlsx", OLD, around)
    for ids in ((1, 2, 3, 4, 5, 6, 7), (2,), (), (3, 2, 1)):
        refresh(book, leads(*ids))
        rows = re.findall(r"<xdr:from>.*?<xdr:row>(\d+)<.*?<xdr:to>.*?<xdr:row>(\d+)<", part(book, DRAWING))
        shift = max(len(ids), 1) - 3
        assert [int(top) for top, _ in rows] == [7 + shift, 7, 8, 1]
        assert [int(bottom) - int(top) for top, bottom in rows] == [14, 14, 14, 14]
        assert check(book) == []


@pytest.mark.parametrize(
    ("view", "count", "wanted"),
    [
        ('<pane ySplit="1" topLeftCell="A900" state="frozen"/>', 3, 'topLeftCell="A5"'),
        ('<pane ySplit="1" topLeftCell="A900" state="frozen"/>', 2000, 'topLeftCell="A900"'),
        ('<pane ySplit="5" topLeftCell="A900" state="frozen"/>', 1, 'topLeftCell="A6"'),
        ('<selection activeCell="A1002" sqref="A1002 G1002"/>', 3, 'activeCell="A5" sqref="A5 G1002"'),
        ('<selection activeCell="A1001" sqref="A2:A1001"/>', 3, 'activeCell="A2" sqref="A2:A4"'),
        ('<selection activeCell="B7" sqref="B7"/>', 3, 'activeCell="B7" sqref="B7"'),
    ],
)
def test_views_stay_on_the_table(tmp_path, view, count, wanted):
    """The window does not show rows that are gone, and the totals stay selected."""
    rows = [(n, "x", None, None, None) for n in range(1, 1001)]
    book = build(tmp_path / "report.xlsx", rows, totals=True)
    edited(book, SHEET, (r"(<sheetView [^>]*?)/>", rf"\1>{view}</sheetView>"))
    refresh(book, leads(*range(1, count + 1)))
    assert wanted in part(book, SHEET)
    assert check(book) == []


def test_formula_of_a_calculated_column_counts_all_rows_for_ever(tmp_path):
    """The table says what the next refresh fills its new rows with."""
    columns = [*LEADS, {"header": "rank", "formula": "=COUNTIF($A$2:$A$4,A2)"}]
    book = build(tmp_path / "report.xlsx", [(*row, None) for row in OLD], columns=columns)
    for count in (7, 20, 2, 30):
        refresh(book, leads(*range(count, 0, -1)))
        wanted = [f"=COUNTIF($A$2:$A${count + 1},A{row})" for row in range(2, count + 2)]
        assert [line[5] for line in values(book)[1:]] == [*wanted, *[None] * (len(values(book)) - 1 - count)]


def test_cells_of_one_row_for_the_threshold_of_a_format(tmp_path):
    """A threshold in single quotes, beside others, is followed and everything else in the element is kept."""
    xml = "<cfvo gte='0' type='formula' val='MAX($A$2:$A$4)&amp;\"\"'/>"
    scale = {"type": "2_color_scale", "min_type": "num", "min_value": 7}
    book = build(tmp_path / "r.xlsx", OLD, lambda _, sheet: sheet.conditional_format("A2:A4", scale))
    edited(book, SHEET, ('<cfvo type="num" val="7"/>', xml))
    refresh(book, leads(1, 2, 3, 4))
    assert "<cfvo gte='0' type='formula' val=\"MAX($A$2:$A$5)&amp;&quot;&quot;\"/>" in part(book, SHEET)


def test_tables_of_ours_name_each_other(tmp_path):
    """A calculated column of the vehicles counts all leads, in its cells and for the next refresh."""
    book = build(tmp_path / "report.xlsx", OLD)
    column = '<tableColumn id="3" name="mine"><calculatedColumnFormula>{}</calculatedColumnFormula></tableColumn>'
    edited(book, "xl/tables/table2.xml", (r'<tableColumn id="3"[^>]*>', column.format("SUM(Leads!$A$2:$A$4)")))
    edited(book, "xl/sharedStrings.xml", ("modelFamily", "mine"))
    for count in (7, 1, 9):
        cars = [{"leadExternalId": n, "position": 1} for n in range(count)]
        refresh(book, tables(leads=[{"leadExternalId": n} for n in range(count)], vehicles=cars))
        wanted = f"SUM(Leads!$A$2:$A${count + 1})"
        assert [row[2] for row in values(book, "Vehicles")[1 : count + 1]] == [f"={wanted}"] * count
        assert f"<calculatedColumnFormula>{wanted}<" in part(book, "xl/tables/table2.xml")
        assert check(book) == []


# --- what cannot follow, or must not stay ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "is_told"),
    [
        ('=SUM(INDIRECT("Leads!A2:A4"))', True),
        ('=SUM(INDIRECT("Leads!$A$2:$A$4"))', True),
        ('=SUM(INDIRECT("\'leads\'!A"&2&":A4"))', False),  # put together from pieces: nobody can tell
        ('=INDIRECT("leads[firstName]")', False),
        ('=INDIRECT("Home!A2:A4")', False),
        ('=SUM(Leads!A2:A4)&"INDIRECT(Leads!A2:A4)"', False),
        ('=HYPERLINK("#Leads!A2:A4","all")', True),
    ],
)
def test_a_text_that_names_the_rows_is_told(tmp_path, formula, is_told):
    """It stays what it is, so the cell is named, once, when the rows become others."""
    book = build(tmp_path / "r.xlsx", OLD, lambda book, _: book.add_worksheet("Report").write_formula("C3", formula))
    told = "leads: Report!C3 names its rows in a text that no longer holds: name the table"
    assert refresh(book, leads(3, 2, 1)).remarks == ()
    assert refresh(book, leads(*range(1, 8))).remarks == ((told,) if is_told else ())


def test_a_name_made_of_a_text_is_told(tmp_path):
    """As a list for a validation often is."""

    def around(book, _):
        book.define_name("people", '=INDIRECT("Leads!$B$2:$B$4")')

    book = build(tmp_path / "r.xlsx", OLD, around)
    (told,) = refresh(book, leads(*range(1, 8))).remarks
    assert told == "leads: a defined name names its rows in a text that no longer holds: name the table"


def test_a_chart_stores_nothing_of_leads_that_left(tmp_path):
    """What it has stored of our rows is out of the file; what it has of other cells stays."""

    def around(book, _):
        report, chart = book.add_worksheet("Report"), book.add_chart({"type": "column"})
        report.write_row(0, 0, ["Riyadh", "Jeddah"])
        for name in ("leads[firstName]", "Leads!$B$2:$B$4"):
            values = {"categories_data": ["Sara", "Noura", "Reem"], "values_data": [1, 2, 3]}
            chart.add_series({"categories": f"={name}", "values": "=Leads!$A$2:$A$4", **values})
        stored = {"categories_data": ["Riyadh", "Jeddah"], "values_data": [1, 3]}
        chart.add_series({"categories": "=Report!$A$1:$B$1", "values": "=Report!$A$2:$B$2", **stored})
        report.insert_chart("D5", chart)

    book = build(tmp_path / "report.xlsx", OLD, around)
    chart = "xl/charts/chart1.xml"
    assert "Noura" in part(book, chart)
    refresh(book, leads(1, 3))
    after = part(book, chart)
    assert "Noura" not in "".join(content.decode("latin-1") for content in read_parts(book).values())
    assert re.findall(r"<c:f>([^<]*)</c:f></c:(?:str|num)Ref>", after)[-1] == "Leads!$A$2:$A$3"
    assert "Jeddah" in after
    assert check(book) == []
