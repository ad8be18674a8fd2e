"""Every kind of argument that Excel can send, from the cell into the notebook's function."""

from __future__ import annotations

import datetime as dt
import inspect

import pytest
from dealership import BEYOND_31_BITS, DAY
from excel_side.values import ERRORS, MISSING, Constants, Typed, error, money
from twins import differences, rows_of, twin

import leads_excel as lx

pytestmark = [pytest.mark.usefixtures("notebook"), pytest.mark.timeout(300)]

MONDAY = dt.datetime.fromisoformat(DAY)
SERIAL = float((MONDAY - dt.datetime(1899, 12, 30)).days)  # noqa: DTZ001 - Excel knows no zones
IDS = [BEYOND_31_BITS, 7, 2**31 - 1]


@pytest.mark.parametrize(
    "day",
    [
        SERIAL,
        SERIAL + 0.75,
        money(SERIAL),
        money(SERIAL + 0.5),
        Typed("whole", int(SERIAL)),
        MONDAY,
        MONDAY.replace(hour=23, minute=59, second=59),
        DAY,
        DAY.replace("-", "/"),
        float(DAY.replace("-", "")),
    ],
    ids=str,
)
def test_a_day_is_one_however_it_is_written(excel, day):
    """A number, money, a date, a text; typed into the formula or standing in a cell."""
    wanted = [[Typed("time", MONDAY)]]

    assert differences(excel.calculate("LEADS_DATE", day), wanted) == []
    assert differences(excel.calculate("LEADS_DATE", excel.cells([day])), wanted) == []


def test_a_year_may_be_a_number(excel):
    """As a formula passes it, and as VBA does."""
    for year in (2026.0, Typed("short", 2026), "2026"):
        assert differences(excel.calculate("LEADS_DATE", year), twin("LEADS_DATE", "2026")) == []


def test_what_is_left_out_is_left_out(excel):
    """Missing, an empty cell, an empty text, empty cells: all the same."""
    wanted = twin("LEADS", DAY)
    for nothing in (MISSING, None, "", excel.cells([None]), excel.cells([None, None], [None, None])):
        assert differences(excel.calculate("LEADS", DAY, *[nothing] * 4), wanted) == []


def test_the_last_day_may_be_a_cell(excel):
    """Both ends of a range of days from cells."""
    first, last = (excel.cells([day]) for day in (MONDAY, money(SERIAL + 1)))

    wanted = twin("LEADS_KPI", "leads", MONDAY.date(), MONDAY.date() + dt.timedelta(days=1))
    assert differences(excel.calculate("LEADS_KPI", "leads", first, last), wanted) == []


def listed(excel):
    """Give the ways in which a list of names can be passed."""
    names = ["leadId", "source", "branch"]
    return {
        "text": "leadId,source,branch",
        "Arabic comma": "leadId، source، branch",
        "one cell": excel.cells(["leadId,source,branch"]),
        "a row": excel.cells(names),
        "a column": excel.cells(*[[name] for name in names], [None]),
        "a row of constants": Constants(names),
        "a column of constants": [[name] for name in names],
    }


@pytest.mark.parametrize(
    "way", ["text", "Arabic comma", "one cell", "a row", "a column", "a row of constants", "a column of constants"]
)
def test_names_are_a_list_however_they_are_passed(excel, way):
    """Fields as text, cells and constants."""
    wanted = twin("LEADS", DAY, None, "leadId,source,branch")

    assert differences(excel.calculate("LEADS", DAY, MISSING, listed(excel)[way]), wanted) == []


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([["source", "Website"], ["isError", False], [None, None]], "source=Website; isError=FALSE"),
        ([["source=Website"], ["isError=FALSE"]], "source=Website; isError=FALSE"),
        ([["source", "واتساب"]], "source=واتساب"),
        ([["leadDate>=", MONDAY]], f"leadDate>={DAY}"),
        ([["leadDate>=", money(SERIAL)]], f"leadDate>={DAY}"),
        ([["leadDate>=", SERIAL]], f"leadDate>={DAY}"),
        ([["leadExternalId", float(BEYOND_31_BITS)]], f"leadExternalId={BEYOND_31_BITS}"),
        ([["leadExternalId", money(BEYOND_31_BITS)]], f"leadExternalId={BEYOND_31_BITS}"),
        ([["leadExternalId", str(BEYOND_31_BITS)]], f"leadExternalId={BEYOND_31_BITS}"),
    ],
    ids=str,
)
def test_filters_are_cells_of_any_kind(excel, rows, text):
    """Texts, truth values, days, numbers and money mean what they mean as text."""
    wanted = twin("LEADS", DAY, None, "leadExternalId,source,leadDate", text)
    assert len(wanted) > 1

    shown = excel.calculate("LEADS", DAY, MISSING, "leadExternalId,source,leadDate", excel.cells(*rows))

    assert differences(shown, wanted) == []


@pytest.mark.parametrize(
    "rows",
    [
        [["headers", False], ["limit", 5.0]],
        [["headers", 0.0], ["limit", money(5)]],
        [["headers=0"], ["limit=5"]],
        [["headers", "no"], ["limit", "5"], ["empty", None]],
    ],
    ids=str,
)
def test_options_are_cells_of_any_kind(excel, rows):
    """Truth values, numbers, money and texts."""
    wanted = twin("LEADS", "-7D", None, None, None, "headers=0; limit=5")

    assert differences(excel.calculate("LEADS", "-7D", MISSING, MISSING, MISSING, excel.cells(*rows)), wanted) == []


@pytest.mark.parametrize("as_cell", [float, str, money], ids=["number", "text", "money"])
def test_leads_are_found_by_cells_of_any_kind(excel, as_cell):
    """One row for each cell, in their order; also a single one, and beyond 31 bits."""
    column = excel.cells(*[[as_cell(number)] for number in IDS])

    assert differences(excel.calculate("LEAD", column, "leadId,source"), twin("LEAD", IDS, "leadId,source")) == []
    assert differences(excel.calculate("LEAD", as_cell(IDS[0]), "leadId"), twin("LEAD", IDS[0], "leadId")) == []


def test_a_gap_and_an_error_in_a_column_are_empty_rows(excel):
    """They take nothing away from the others."""
    column = excel.cells([float(IDS[0])], [error("#N/A")], [None], [float(IDS[1])])

    wanted = twin("LEAD", [IDS[0], None, None, IDS[1]], "leadId,source")
    assert differences(excel.calculate("LEAD", column, "leadId,source"), wanted) == []


def whole(cells, *columns):
    """Make whole columns that begin with some values."""
    filled = [list(row) for row in zip(*columns, strict=True)]
    return cells(*filled, *[[None] * len(columns)] * (2**20 - len(filled)))


@pytest.mark.slow
def test_a_whole_column_is_its_filled_part(excel, timed):
    """`A:A` has a million cells; what Excel sends of it takes at most as long as xlwings alone takes with it."""
    column = whole(excel.cells, map(float, IDS))
    with timed("a lookup of a whole column"):
        shown = excel.calculate("LEAD", column, "leadId,source")
    with timed("xlwings alone with a whole column"):
        alone = excel.call("bare", "LOOKED_UP", [column], excel.workbook, excel.caller)

    assert differences(shown, twin("LEAD", IDS, "leadId,source")) == []
    assert len(rows_of(alone)) == len(IDS)


@pytest.mark.slow
def test_filters_may_be_whole_columns(excel, timed):
    """`A:B`, names and values."""
    columns = whole(excel.cells, ["source", "isError"], ["Website", False])
    with timed("filters in whole columns"):
        shown = excel.calculate("LEADS", DAY, MISSING, "leadId,source", columns)
    with timed("xlwings alone with whole columns"):
        excel.call("bare", "LISTED", [columns], excel.workbook, excel.caller)

    assert differences(shown, twin("LEADS", DAY, None, "leadId,source", "source=Website; isError=FALSE")) == []


@pytest.mark.parametrize(
    ("used", "kept"),
    [
        ((1, 1, 4, 1), 4),  # the sheet is used no further
        ((3, 1, 4, 2), 4),  # it begins further down: the rows stay in their places
        ((1, 1, 9, 7), 4),  # there is more beside it, or a format that reaches further
        ((1, 2, 9, 7), 1),  # only beside it
    ],
)
def test_what_is_used_of_a_column_keeps_its_place(excel, used, kept):
    """Row by row; a column beside what is used is an empty one."""
    cells = [[None], [None], [float(IDS[0])], [float(IDS[1])]]
    column = excel.cells(*cells, *[[None]] * 1200, used=used)

    wanted = twin("LEAD", [None, None, IDS[0], IDS[1]][:kept] if kept > 1 else None, "leadId,source")
    assert differences(excel.calculate("LEAD", column, "leadId,source"), wanted) == []


def test_a_whole_row_is_its_filled_part(excel):
    """`1:1` may be the fields: the headings of a table of one's own."""
    row = excel.cells(["leadId", "source", *[None] * 16_382], used=(1, 1, 30, 2))

    assert differences(excel.calculate("LEADS", DAY, MISSING, row), twin("LEADS", DAY, None, "leadId,source")) == []


@pytest.mark.parametrize("formula", sorted(name for name in dir(lx) if name.split("_")[0] in {"lead", "leads"}))
def test_several_areas_are_refused(excel, formula):
    """`(A1:A3,C1:C3)`, of which xlwings reads the first alone: one answer for every argument of every formula."""
    line = "Several blocks of cells are selected: select one, or join them with VSTACK."
    parameters = inspect.signature(getattr(lx, formula)).parameters
    for place in range(len(parameters)):
        arguments = [MISSING] * len(parameters)
        arguments[place] = excel.cells([7.0], areas=2)
        shown = excel.calculate(formula.upper(), *arguments)

        assert shown == (error("#N/A") if formula == "leads_kpi" else Typed("text", f"#LEADS {line}"))
        if formula == "leads_kpi":
            assert line in excel.calculate("LEADS_STATUS", "failure").value


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_named(excel, name):
    """As an argument, in a cell, and among others; a number becomes #N/A."""
    line = [[Typed("text", f"#LEADS A cell that the formula reads holds {name}: correct that one first.")]]

    for argument in (error(name), excel.cells([error(name)])):
        assert rows_of(excel.calculate("LEADS", argument)) == line
    assert rows_of(excel.calculate("LEADS", DAY, MISSING, excel.cells(["source", error(name)]))) == line
    assert rows_of(excel.calculate("LEAD", excel.cells([error(name)]))) == line
    assert excel.calculate("LEADS_KPI", "leads", excel.cells([error(name)])) == error("#N/A")
