"""Every formula through xlwings' own Windows code, with arguments as Excel passes them."""

from __future__ import annotations

import ast
import datetime as dt
import importlib
import inspect
import re
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import xlwings as xw
from few_leads import FOUR, NOW, RIYADH, Desk, bulk, lead, session
from udf_host import ERRORS, FORMULAS, MISSING, ComRange, windows_excel
from vba_names import signature_problems

import leads_excel as lx
from leads_excel.excel import udfs
from leads_excel.excel.cells import formula_cells
from leads_excel.excel.cells.formula_cells import cells
from leads_excel.exceptions import ApiAccessError, ApiReplyError, ApiUnavailableError
from leads_excel.fetching.session import Session, current, use
from leads_excel.sandbox import Sandbox, SandboxServer

MODULE = "leads_excel.excel.udfs"
TODAY = dt.date(2026, 8, 12)
NAMES = tuple(sorted(name.upper() for name in lx.__all__ if name.split("_")[0] in ("lead", "leads")))
SERIAL = 46_237.0  # 3 August 2026


@pytest.fixture(scope="module")
def host():
    """Start an Excel for Windows with the formulas in it."""
    with windows_excel() as host:
        host.load(MODULE)
        yield host


@pytest.fixture
def desk(monkeypatch):
    """Let the formulas get their leads from a source that notes what it is asked for."""
    desk = Desk(*FOUR)
    monkeypatch.setattr("leads_excel.functions.lookup.today", lambda _zone: TODAY)
    use(session(desk))
    yield desk
    use(None)


@pytest.fixture
def excel(host, desk):
    """Call a formula: arguments that are left out are passed as Excel passes them."""

    def call(function, *arguments):
        count = len(host.functions()[function]["args"])
        rows = host.call(function, *arguments, *[MISSING] * (count - len(arguments)))
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    call.desk = desk
    return call


# --- what Excel is told --------------------------------------------------------------------------------------------


def test_all_formulas_are_there(host):
    """Xlwings' own decorators accept each of them, none is left undecorated."""
    assert tuple(sorted(host.functions())) == NAMES, (
        "write it in leads_excel/excel/udfs.py too, run: pytest tests/excel"
    )


@pytest.mark.parametrize("name", NAMES)
def test_names_work_in_vba_and_on_a_sheet(host, name):
    """No word of VBA, no address of a cell, and short enough for Insert Function."""
    arguments = [argument["name"] for argument in host.functions()[name]["args"]]

    assert signature_problems(name, arguments) == []


@pytest.mark.parametrize("name", NAMES)
def test_insert_function_has_a_text_for_everything(host, name):
    """The formula and each argument are described in at most 255 characters, in the category Leads."""
    noted = host.functions()[name]
    texts = [noted["ret"]["doc"], *(argument["doc"] for argument in noted["args"])]

    assert all(10 < len(text) <= 255 and "\n" not in text and text.endswith(".") for text in texts)
    assert not any(text.startswith("Positional argument") for text in texts)
    assert (noted["category"], noted["call_in_wizard"], noted["volatile"]) == ("Leads", False, False)
    assert noted["async_mode"] is None


def test_formulas_have_no_annotations():
    """Xlwings would read them as conversions."""
    for name in NAMES:
        assert inspect.get_annotations(getattr(udfs, name)) == {}


def test_the_vba_of_the_addin_is_what_xlwings_generates(host):
    """The module and the help of arguments in the repository are those of the formulas as they are now."""
    module, extension = host.formulas()

    hint = f"run: python tests/standins/udf_host.py {MODULE}"
    assert module == (FORMULAS / "LeadsFormulas.bas").read_text(encoding="cp1252"), hint
    assert extension == (FORMULAS / "LeadsFormulas.xml").read_text(encoding="cp1252"), hint


def test_a_formula_is_called_by_name_and_parameters(host):
    """An add-in of another version may have others, or others in their place: a value must not go to the wrong one."""
    module, _ = host.formulas()
    called = dict(re.findall(r'CallPython\("leads_excel\.excel\.udfs", "((\w+)\(.*?\))"', module))
    loaded = sys.modules[MODULE]

    assert set(called.values()) == set(NAMES)
    assert all(getattr(loaded, call) is getattr(loaded, name) for call, name in called.items())
    for call in ("LEADS_DATE(day)", "LEADS_DATE()", "LEADS_OF(text)", "sys()", "LEADS_DATE(text", "NUMBERS"[:-1]):
        with pytest.raises(AttributeError):
            getattr(loaded, call)


def test_an_upgrade_while_python_runs_is_not_half_of_two_versions(host):
    """Xlwings would load this one module anew, over the others as they were; the add-in starts a new Python instead."""
    formulas = host.udfs.udf_modules[MODULE]
    with pytest.raises(ImportError, match="leads_excel was upgraded"):
        importlib.reload(formulas["module"])


def test_a_number_that_is_not_there_becomes_a_true_error_in_vba(host):
    """Whatever way a number fails, the cell holds #N/A; a text is never made an error."""
    module, _ = host.formulas()
    number, table = (module.split(f"Function {name}(")[1].split("End Function")[0] for name in ("LEADS_KPI", "LEADS"))

    assert number.count("CVErr(xlErrNA)") == 4
    assert "Err.Description" not in number
    assert "CVErr" not in table


def test_without_windows_formulas_are_plain_functions():
    """On other systems the module can be imported, and its functions called."""
    assert all(inspect.isfunction(getattr(udfs, name)) for name in NAMES)


def test_decorators_that_raise_elsewhere_change_nothing(monkeypatch):
    """A later xlwings may refuse to decorate where there are no formulas; on Windows a refusal is an error."""

    def refuse(*_, **__):
        raise NotImplementedError

    monkeypatch.setattr(xw, "func", refuse)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(xw, "arg", refuse)

    def formula(text):
        return text

    assert udfs._worksheet_function(text="A text.")(formula) is formula

    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(NotImplementedError):
        udfs._worksheet_function(text="A text.")(formula)


def test_a_formula_is_one_line_over_a_function():
    """Formulas hold no logic of their own."""
    tree = ast.parse(Path(udfs.__file__).read_text(encoding="utf-8"))
    formulas = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in NAMES]

    assert len(formulas) == len(NAMES)
    assert all(len(node.body) == 2 and isinstance(node.body[1], ast.Return) for node in formulas)


# --- what comes back -----------------------------------------------------------------------------------------------


def test_a_table_spills_with_its_headings(excel):
    """Rows of cells: empty ones blank, dates as times, flags as truth values, numbers as numbers."""
    rows = excel("LEADS", "2026-08", MISSING, "leadExternalId,isError,leadDate,branch,bulkCreatedDate")

    assert rows[0] == ["leadExternalId", "isError", "leadDate", "branch", "bulkCreatedDate"]
    utc = dt.UTC  # what COM's times carry, and Excel does not look at
    assert rows[1] == [
        1, False, dt.datetime(2026, 8, 1, tzinfo=utc), "Riyadh", dt.datetime(2026, 8, 3, 12, tzinfo=utc),
    ]  # fmt: skip
    assert rows[3] == [3, False, dt.datetime(2026, 8, 10, tzinfo=utc), "", dt.datetime(2026, 8, 10, 12, tzinfo=utc)]
    assert rows[4][2] == "10/08/2026"


def test_every_row_has_the_width_of_the_first(excel):
    """COM takes rectangles only."""
    for name in ("LEADS", "LEAD_VEHICLES", "LEAD_ERRORS", "LEAD_BULKS"):
        rows = excel(name, "2026-08", MISSING, "all")
        assert {len(row) for row in rows} == {len(rows[0])}


def test_options_decide_on_headings_and_empty_cells(excel):
    """`headers=0` leaves the headings out, `empty=` fills empty cells."""
    fields = "leadId,branch"

    assert excel("LEADS", "2026-08-10", MISSING, fields, MISSING, "headers=0; empty=-") == [[503, "-"], [0, "-"]]
    assert excel("LEADS", "2026-08-10", MISSING, fields, MISSING, "empty=0")[1:] == [[503, 0], [0, 0]]


def test_a_table_without_rows_is_its_headings_or_one_blank_cell(excel):
    """Nothing found is no error."""
    assert excel("LEADS", "2026-07", MISSING, "leadId,source") == [["leadId", "source"]]
    assert excel("LEADS", "2026-07", MISSING, MISSING, MISSING, "headers=0") == ""


def test_texts_of_strangers_stay_texts(excel):
    """A result is never read like typing, whatever it begins with."""
    rows = excel("LEADS", "2026-08-10", MISSING, "leadNote,phoneCode", MISSING, "pii=reveal")

    assert rows[1][0] == "=cmd|' /C calc'!A0"


def test_a_long_text_is_cut_in_a_table_and_whole_in_a_cell(excel):
    """One text of more than 255 characters would turn a whole spill into #VALUE!."""
    excel.desk.bulks = (bulk("2026-08-10", lead(1, leadNote="x" * 300), lead(2, leadNote="😀" * 200)),)

    rows = excel("LEADS", "2026-08", MISSING, "leadNote", MISSING, "pii=reveal; headers=0")
    assert rows == [["x" * 254 + "…"], ["😀" * 127 + "…"]]
    assert excel("LEAD", 1, "leadNote") == "x" * 300


@pytest.mark.parametrize("text", ["a " * 300, "x" * 600, "y" * 200 + " " + "😀" * 200, f"{'z' * 254} 1", "", "short"])
def test_a_text_that_may_not_be_cut_goes_on_in_rows_below(text):
    """Nothing is lost and nothing added, words and letters stay whole, and each row says what it belongs to."""
    frame = pd.DataFrame({"item": ["SQL", "next"], "value": [text, 1], "note": [text[::-1], "n"]})
    frame.attrs = {"headers": False, "empty": None, "goes_on": True}

    rows = cells(frame)
    *parts, last = rows

    assert last == ["next", 1, "n"]
    assert {row[0] for row in parts} == {"SQL"}
    assert ["".join(row[column] or "" for row in parts) for column in (1, 2)] == [text, text[::-1]]
    assert max(len((cell or "").encode("utf-16-le")) for row in parts for cell in row) <= 2 * 255
    assert len(parts) == 1 or " " not in text[:255] or parts[0][1].endswith(" ")


def test_why_has_its_statement_whole(excel):
    """So that it can be run: the cells of SQL, joined, are the statement."""
    rows = excel("LEADS_WHY", "rejection_rate", "2026-08", MISSING, "source=Website")

    wanted = lx.leads_why("rejection_rate", "2026-08", None, "source=Website").set_index("item")["value"]["SQL"]
    parts = [value for item, value, _ in rows if item == "SQL"]
    assert len(parts) == 4
    assert "".join(parts) == wanted


def test_a_large_number_goes_as_a_float(excel):
    """32-bit Excel takes no whole numbers beyond 31 bits; beyond 15 digits they are text."""
    excel.desk.bulks = (bulk("2026-08-10", lead(2**31), lead(2**31 - 1), lead(10**15)),)

    rows = excel("LEADS", "2026-08", MISSING, "leadExternalId", MISSING, "headers=0")

    assert [(type(row[0]), row[0]) for row in rows] == [(float, 2.0**31), (int, 2**31 - 1), (str, str(10**15))]


def test_more_rows_than_a_sheet_are_refused(excel, monkeypatch):
    """Instead of a #SPILL! that nobody understands."""
    monkeypatch.setattr(formula_cells, "MAX_ROWS", 4)

    assert excel("LEADS", "2026-08").startswith("#LEADS 4 rows do not fit on a sheet: add a filter")
    assert len(excel("LEADS", "2026-08", MISSING, MISSING, MISSING, "headers=0")) == 4


@pytest.mark.parametrize(
    ("call", "result"),
    [
        (("LEAD_VEHICLES", "2026-08", MISSING, "modelFamily,totalQty", "branch=Riyadh"),
         [["modelFamily", "totalQty"], ["RIO", 2], ["K5", 1]]),
        (("LEAD_ERRORS", "2026-08", MISSING, "code,message"), [["code", "message"], ["E1", "Phone ••• is not valid"]]),
        (("LEAD_BULKS", "2026-08", MISSING, "status,leadCount"),
         [["status", "leadCount"], ["Completed", 2], ["Completed", 2]]),
        (("LEAD", 501, "source"), "Website"),
        (("LEAD", 999, "source"), ""),
        (("LEAD", 999, "source", "not found"), "not found"),
        (("LEAD", 1, "source,branch"), [["Website", "Riyadh"]]),
        (("LEADS_KPI", "leads", "2026-08"), 4),
        (("LEADS_KPI", "rejection_rate", "2026-08", MISSING, "source=Website"), 0.5),
        (("LEADS_KPI", "rejection_rate", "2026-07", MISSING, MISSING, "empty=0"), 0),
        (("LEADS_BY", "source", "2026-08", MISSING, "leads", MISSING, "top=1"),
         [["source", "leads"], ["Website", 2], ["Other", 2]]),
        (("LEADS_STATUS", "environment"), "test"),
        (("LEADS_FIELDS", "vehicles", "year"),
         [["table", "name", "label", "arabic", "kind", "personal", "about"],
          ["vehicles", "modelYear", "Year", "سنة الموديل", "count", False, "Model year."]]),
        (("LEADS_LIST", "branch", "2026-08"), [["branch"], ["Jeddah"], ["Riyadh"]]),
        (("LEADS_DATE", "2026-08"), dt.datetime(2026, 8, 1, tzinfo=dt.UTC)),
    ],
)  # fmt: skip
def test_each_formula_gives_what_its_function_gives(excel, call, result):
    """One call of each."""
    assert excel(*call) == result


# --- arguments as Excel passes them --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "days",
    [
        (SERIAL,),
        (dt.datetime(2026, 8, 3),),  # noqa: DTZ001 - cells know no zone
        (dt.datetime(2026, 8, 3, 23, 59),),  # noqa: DTZ001
        ("2026-08-03",),
        (ComRange([[SERIAL]]),),
        (ComRange([[Decimal(int(SERIAL))]]), Decimal(int(SERIAL))),  # formatted as currency
        (ComRange([[dt.datetime(2026, 8, 3)]]), None),  # noqa: DTZ001
        (SERIAL, SERIAL + 0.9),
        (SERIAL, ComRange([[None]])),
        (SERIAL, ""),
    ],
)
def test_days_come_as_numbers_times_texts_and_cells(excel, days):
    """An empty cell is a day left out; a time is its day."""
    assert excel("LEADS_KPI", "leads", *days) == 2


@pytest.mark.parametrize(
    "fields",
    [
        "source,branch",
        ComRange([["source", "branch"]]),
        ComRange([["source"], ["branch"], [None]]),
        ComRange([["source,branch"]]),
    ],
)
def test_fields_come_as_text_or_cells(excel, fields):
    """A row or a column of headings, or one cell with all of them."""
    assert excel("LEADS", "2026-08", MISSING, fields)[0] == ["source", "branch"]


@pytest.mark.parametrize(
    "filters",
    [
        "source=Website; isError=FALSE",
        ComRange([["source", "Website"], ["isError", False]]),
        ComRange([["source", "Website"], ["isError", 0], ["branch", None], [None, None]]),
        ComRange([["source=Website"], ["isError=FALSE"]]),
        ComRange([["source=Website; isError=FALSE"]]),
    ],
)
def test_filters_come_as_text_or_cells(excel, filters):
    """Two columns, one column of conditions, or one cell with all of them; rows without a value are off."""
    assert excel("LEADS_KPI", "leads", "2026-08", MISSING, filters) == 1


def test_a_row_of_two_cells_is_a_filter_and_a_column_is_two(excel):
    """Which way cells lie is not lost."""
    assert excel("LEADS_KPI", "leads", "2026-08", MISSING, ComRange([["source", "Website"]])) == 2
    assert excel("LEADS", "2026-08", MISSING, MISSING, ComRange([["source"], ["Website"]])).startswith(
        "#LEADS The filter 'source' has no comparison"
    )


def test_options_and_key_figures_come_as_cells(excel):
    """Numbers of cells are read as people mean them."""
    options = ComRange([["limit", 1], ["headers", 0]])

    assert excel("LEADS", "2026-08", MISSING, "leadId,source", MISSING, options) == [[501, "Website"]]
    figures = ComRange([["leads"], ["units"]])
    assert excel("LEADS_BY", "source", "2026-08", MISSING, figures)[0] == ["source", "leads", "units"]


@pytest.mark.slow
@pytest.mark.parametrize("blank", [0, 1, 4095, 4096, 4097, 9000])
@pytest.mark.parametrize("numbers", [[1, 1], [1, None, 2], [1, None, None, "Lead", 2, 2]])
def test_the_empty_end_of_a_column_is_cut_and_nothing_else(excel, numbers, blank):
    """A whole column has a million rows; gaps and repeated numbers within it keep theirs."""
    cells = ComRange([[number] for number in numbers] + [[None]] * blank)
    rows = excel("LEAD", cells, "leadExternalId")

    assert [row[0] or None for row in rows] == [number if number in (1, 2) else None for number in numbers]


def test_a_range_of_numbers_is_looked_up_in_one_call(excel):
    """One row each, whatever stands in between; blank cells at the end are left away."""
    numbers = ComRange([[1], [None], ["503"], [ERRORS["#N/A"]], [999], [None], [None]])

    assert excel("LEAD", numbers, "source,leadId") == [["Website", 501], ["", ""], ["Walk in", 503], ["", ""], ["", ""]]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_in_an_argument_is_named(excel, error):
    """Whichever argument, alone or in a range; the formula says what to correct."""
    problem = f"#LEADS A cell that the formula reads holds {error}: correct that one first."

    assert excel("LEADS", ERRORS[error]) == problem
    assert excel("LEADS", "2026-08", MISSING, MISSING, ComRange([["source", ERRORS[error]]])) == problem
    assert excel("LEAD", ERRORS[error]) == problem
    assert excel("LEADS_KPI", "leads", ERRORS[error]) == "#N/A"


def test_what_is_left_out_is_left_out(excel):
    """Missing arguments, empty cells and empty texts are the same."""
    expected = excel("LEADS", "2026-08")

    for nothing in (MISSING, None, "", ComRange([[None]]), ComRange([[None, None], [None, None]])):
        assert excel("LEADS", "2026-08", nothing, nothing, nothing, nothing) == expected


# --- failures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (("LEADS", "03/04/2026"), "#LEADS '03/04/2026' can be misread: type 2026-04-03 or 2026-03-04."),
        (("LEADS", None), "#LEADS No date is given: type a day like 2026-08-03, or -7D, MTD, 2026-08."),
        (("LEADS", "2026-08", "2026-07"), "#LEADS The range ends on 2026-07-31, before it begins on 2026-08-01: swap"),
        (("LEADS", "2026-08", MISSING, "sorce"), "#LEADS There is no field 'sorce': did you mean source?"),
        (("LEAD", "x"), "#LEADS A lead is given by its number: write a whole number such as 574."),
        (("LEADS_BY", "email", "2026-08"), "#LEADS The field email is personal data and no dimension: choose"),
        (("LEADS_STATUS", "x"), "#LEADS There is no item 'x': write one of environment, api"),
        (("LEADS_LIST", "source", ComRange([["a", "b"]])), "#LEADS "),
    ],
)  # fmt: skip
def test_a_formula_that_cannot_be_calculated_says_why(excel, call, line):
    """One line, what happened and what to write instead."""
    assert excel(*call).startswith(line)


@pytest.mark.parametrize("name", NAMES)
def test_no_formula_ever_raises(excel, monkeypatch, name):
    """Whatever goes wrong inside, there is a line, and nothing of the data in it."""
    module = sys.modules[MODULE]

    def broken(*_):
        raise KeyError("0501234567 of sara@example.com")

    broken.__name__ = name.lower()
    monkeypatch.setattr(sys.modules[getattr(lx, name.lower()).__module__], name.lower(), broken)
    arguments = ["x"] * len(inspect.signature(getattr(module, name)).parameters)

    result = excel(name, *arguments)

    expected = "#N/A" if name == "LEADS_KPI" else "#LEADS Unexpected KeyError in test_udfs.py:"
    assert result.startswith(expected)
    assert "0501" not in result + str(current().status()["failure"])


def test_an_api_out_of_reach_is_a_line(excel):
    """Tables say it; a number is #N/A, and the status tells why."""
    excel.desk.error = ApiUnavailableError("The API is not available (503): try again later.")

    assert excel("LEADS", "2026-08-03").startswith("#LEADS 1 of 1 windows are missing: 2026-08-03. The API is not")
    assert excel("LEADS_KPI", "leads", "2026-08-03") == "#N/A"
    assert excel("LEADS_STATUS", "failure") == (
        "2026-09-01 12:00 LEADS_KPI: 1 of 1 windows are missing: 2026-08-03. "
        "The API is not available (503): try again later."
    )


def test_an_empty_rate_is_explained_each_time_it_is_shown(excel):
    """Calculated or kept, its own reason is the newest, whatever failed between."""
    reason = "2026-09-01 12:00 rejection_rate of 2026-07-01 to 2026-07-31: no leads judged"
    for _ in range(2):
        assert excel("LEADS_KPI", "rejection_rate", "2026-07") == "#N/A"
        assert excel("LEADS_STATUS", "failure") == reason
        assert excel("LEADS_KPI", "rejection_rte", "2026-07") == "#N/A"
        assert "did you mean rejection_rate?" in excel("LEADS_STATUS", "failure")

    assert [row[1] for row in excel("LEADS_STATUS", "failures")[:3]] == [
        "failure",
        "LEADS_KPI: There is no key figure 'rejection_rte': did you mean rejection_rate?",
        reason[17:],
    ]


def test_many_missing_windows_fit_a_line(excel):
    """With every second week of a year missing, what to do still stands there."""
    answer = excel.desk.answer

    def every_second(window, question):
        excel.desk.error = ApiReplyError("Page: report it.") if window.start.isocalendar().week % 2 else None
        return answer(window, question)

    excel.desk.answer = every_second

    assert excel("LEADS", "2025-08-01", "2026-07-31") == "#LEADS 27 windows are missing. Page: report it."


def test_a_refused_sign_in_says_what_to_do(excel):
    """And shows nothing of the sign-in."""
    excel.desk.error = ApiAccessError("The API refused the sign-in (401): run 'leads-excel login'.")

    assert excel("LEADS", "2026-08") == "#LEADS The API refused the sign-in (401): run 'leads-excel login'."


def test_settings_that_cannot_be_used_are_a_line(excel, monkeypatch):
    """Every formula tells it, none raises, and nothing secret is shown."""
    monkeypatch.setenv("LEADS_EXCEL_ENVIROMENT", "prod-secret")
    use(None)

    for name, argument in (("LEADS", "2026-08"), ("LEADS_STATUS", MISSING)):
        line = excel(name, argument)
        assert line.startswith("#LEADS The variable LEADS_EXCEL_ENVIROMENT is not a setting")
        assert "secret" not in line
    assert excel("LEADS_KPI", "leads", "2026-08") == "#N/A"


def test_a_long_message_is_cut(excel, monkeypatch):
    """Excel shows a short line."""
    monkeypatch.setattr(
        sys.modules[MODULE].functions, "leads_date", lambda _: (_ for _ in ()).throw(lx.DateError("x" * 999))
    )

    assert len(excel("LEADS_DATE", "x")) == 255


# --- one recalculation, one fetch ----------------------------------------------------------------------------------


def sheet_of_formulas(excel):
    """Calculate 200 formulas of all kinds over 40 overlapping ranges of twelve months."""
    results = []
    for number in range(40):
        first = dt.datetime(2025, 11, 2) + dt.timedelta(days=7 * number)  # noqa: DTZ001 - cells know no zone
        last = first + dt.timedelta(days=7 * 13 - 1)
        results.append(excel("LEADS", first, last, MISSING, "source=Website", "limit=5"))
        results.append(excel("LEAD_VEHICLES", first, last, "modelFamily"))
        results.append(excel("LEADS_KPI", "leads", first, last))
        results.append(excel("LEADS_BY", "source", first, last))
        results.append(excel("LEADS_LIST", "branch", first, last))
    return results


@pytest.mark.slow
def test_a_sheet_of_formulas_costs_one_request_a_window(excel):
    """200 formulas over twelve months ask the API for each window once; a second recalculation asks for nothing."""
    sandbox = Sandbox(leads_per_day=3, now=lambda: dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC))
    with SandboxServer(sandbox) as server:
        use(Session(lx.Settings(environment="test", base_url=server.url, store="none", settle_days=0)))
        first = sheet_of_formulas(excel)
        asked = [exchange.window for exchange in server.log]
        second = sheet_of_formulas(excel)

        assert len(server.log) == len(asked) == len(set(asked)) == 52
    assert first == second
    assert len(first) == 200
    assert not any(str(result).startswith("#") for result in first)


def test_a_second_recalculation_computes_nothing(excel, monkeypatch):
    """Finished results are given again."""
    expected = excel("LEADS", "2026-08"), excel("LEADS_KPI", "leads", "2026-08")
    monkeypatch.setattr(sys.modules[MODULE], "cells", lambda _: pytest.fail("computed again"))

    assert (excel("LEADS", "2026-08"), excel("LEADS_KPI", "leads", "2026-08")) == expected


def test_other_arguments_are_another_result(excel):
    """A number, a truth value and a text that look alike are not taken for each other."""
    excel.desk.bulks = (bulk("2026-08-03", lead(1, leadReference="1"), lead(2, leadReference="True")),)

    def found(value):
        return excel("LEADS_KPI", "leads", "2026-08", MISSING, ComRange([["leadReference", value]]))

    assert [found(1), found(True), found("1"), found("x")] == [1, 1, 1, "#N/A"]
    assert excel("LEADS", "2026-08", MISSING, "leadReference", ComRange([["leadReference", 1]]), "pii=reveal") == [
        ["leadReference"], ["1"],
    ]  # fmt: skip
    assert excel("LEADS", "2026-08", MISSING, "leadReference", ComRange([["leadReference", True]]), "pii=reveal") == [
        ["leadReference"], ["True"],
    ]  # fmt: skip


def test_a_token_means_other_days_tomorrow(excel, monkeypatch):
    """A result of yesterday's `TODAY` is not given again after midnight."""
    module = sys.modules[MODULE]

    def on(day):
        monkeypatch.setattr(module, "today", lambda _zone: day)
        monkeypatch.setattr("leads_excel.dates.typed_dates.datetime", clock_of(day))
        return excel("LEADS_KPI", "leads", "TODAY")

    assert [on(dt.date(2026, 8, 3)), on(dt.date(2026, 8, 4)), on(dt.date(2026, 8, 10))] == [2, 0, 2]


def clock_of(day):
    """Make a `datetime` whose now is noon of a day."""

    class Noon(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return dt.datetime.combine(day, dt.time(12), tz)

    return Noon


def test_the_status_is_never_a_kept_one(excel):
    """The age grows from one recalculation to the next."""
    excel.desk.final = False
    excel("LEADS", "2026-08-03")
    assert excel("LEADS_STATUS", "age") == 0

    excel.desk.now = NOW + dt.timedelta(minutes=3)
    assert excel("LEADS_STATUS", "age") == 3


def test_a_result_is_as_old_as_its_answers(excel):
    """After the time to live open windows are asked again, also for a lookup that draws on several questions."""
    excel.desk.final = False
    for name, argument in (("LEADS", "2026-08-03"), ("LEAD", 3)):
        before = len(excel.desk.asked)
        excel(name, argument)
        once = len(excel.desk.asked)
        excel(name, argument)
        assert before < once == len(excel.desk.asked)

        excel.desk.now += dt.timedelta(seconds=301)
        excel(name, argument)
        assert len(excel.desk.asked) > once


def test_an_error_is_not_kept(excel):
    """Once the API answers, so does the formula."""
    excel.desk.error = ApiUnavailableError("No answer.")
    assert excel("LEADS_KPI", "leads", "2026-08-03") == "#N/A"

    excel.desk.error, excel.desk.now = None, excel.desk.now + dt.timedelta(seconds=20)
    assert excel("LEADS_KPI", "leads", "2026-08-03") == 2


def test_importing_the_formulas_opens_nothing(monkeypatch):
    """Settings, keychain and API are looked at when a formula is calculated, not when Excel starts Python."""
    monkeypatch.setattr(Session, "__init__", lambda *_: pytest.fail("a session was opened"))
    monkeypatch.delitem(sys.modules, MODULE)

    importlib.import_module(MODULE)


def test_days_are_those_of_the_business_zone(excel):
    """Not of the computer's."""
    assert current().settings.zone == RIYADH
    assert excel("LEADS", "2026-08-03", MISSING, "bulkCreatedDate")[1][0].hour == 12
