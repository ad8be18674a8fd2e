"""Buttons through the whole chain: VBA, cmd.exe, a new Python, pywin32, COM, and what stands in the workbook then."""

from __future__ import annotations

import shutil
import sys
import time

import excel_double
import openpyxl
import pytest
from dealership import DAY
from excel_side.desktop import Desktop
from programs import run

from leads_excel.excel.addin.macro_book import macro_workbook
from leads_excel.excel.template.building import template_path
from leads_excel.excel.workbooks import refresh

pytestmark = pytest.mark.timeout(300)

NAME = "Sales & Service 100% ^ a=b (%TEMP%) تقرير 😀.xlsm"
AS_BEFORE = (True, True, "automatic", False)
OURS = {"Leads": "leads", "Vehicles": "vehicles", "Errors": "errors", "Bulks": "bulks"}


@pytest.fixture(scope="module")
def desktop(user, tmp_path_factory):  # noqa: ARG001 - the user's variables are set, and the add-in is there
    """Open a report with buttons, whose name has all that is hard on a command line; the odd leads' day is on Home."""
    path = tmp_path_factory.mktemp("Ahmed's & Sons") / NAME
    path.write_bytes(macro_workbook(template_path().read_bytes()))
    with excel_double.running():
        desktop = Desktop(path)
        ask(desktop, DAY)
        yield desktop
        desktop.close()


@pytest.fixture(autouse=True)
def as_before(desktop):
    """Look at a button's own messages only; whatever happens, Excel's settings are as before."""
    excel_double.calls.clear()
    desktop.messages.clear()
    desktop.popups.clear()
    yield
    assert state(desktop.app) == AS_BEFORE
    assert not desktop.answers


def ask(desktop, day):
    """Fill in Home."""
    for name in ("in_from", "in_to"):
        desktop.book.names(name).refers_to_range.raw_value = f"'{day}"


def state(app):
    """Read what a button must put back."""
    return app.screen_updating, app.enable_events, app.calculation, app.status_bar


def standing(workbook):
    """Read the values of our tables, of a book that openpyxl has."""
    return {
        table: [[cell.value for cell in row] for row in workbook[sheet][workbook[sheet].tables[table].ref]]
        for sheet, table in OURS.items()
    }


def home(desktop, name):
    """Read a result on Home."""
    return desktop.book.names(name).refers_to_range.raw_value


def test_about_tells_of_the_python_that_runs(desktop):
    """In a message of Excel's window, with the status bar taken from the first moment on."""
    desktop.press("LeadsAbout")

    (message,) = desktop.messages
    assert message.title == "Leads"
    assert message.text.startswith("leads-excel ")
    assert desktop.status_bar == ["Leads: starting", "Leads: working", False]
    assert desktop.popups == []


def test_a_refresh_leaves_what_the_command_line_leaves(desktop, tmp_path):
    """The same cells in every table, whichever door."""
    file = shutil.copy(template_path(), tmp_path / "file.xlsx")
    desktop.press("LeadsRefresh")
    refresh(file, from_date=DAY, to_date=DAY)

    (message,) = desktop.messages
    found, wanted = standing(desktop.book.workbook), standing(openpyxl.load_workbook(file))
    assert message.text.splitlines()[0].startswith(f"{len(wanted['leads']) - 1} leads, ")
    assert found == wanted
    assert home(desktop, "out_status").startswith("Complete")
    assert desktop.status_bar[:2] == ["Leads: starting", "Leads: working"]
    assert desktop.status_bar[-2:] == ["Leads: filling the tables", False]
    assert desktop.popups == []


def test_the_ribbon_does_the_same(desktop, dms, figures, monkeypatch):
    """Reload asks for all anew; how soon is told, beside how long pandas alone takes to load."""
    before = time.perf_counter()
    run([sys.executable, "-B", "-c", "import pandas"], given="", check=True, limit=100)
    figures["import pandas in a Python of its own"] = time.perf_counter() - before
    asked, answer = [], dms.sandbox.answer
    monkeypatch.setattr(dms.sandbox, "answer", lambda *given: (asked.append(time.perf_counter()), answer(*given))[1])

    before = time.perf_counter()
    desktop.press_ribbon("reload")
    figures["from a click on Reload to the first request"] = asked[0] - before
    figures["from a click on Reload to the end"] = time.perf_counter() - before

    assert "0 changed, 0 no longer in the range" in desktop.messages[0].text
    assert home(desktop, "out_status").startswith("Complete")


def test_check_says_whether_the_dms_answers(desktop, dms):
    """And how requests sign in."""
    desktop.press("LeadsCheckConnection")

    assert desktop.messages[0].text.startswith(f"test ({dms.url}) answered in ")


def test_a_failure_is_told_and_shows_no_secret(desktop, monkeypatch):
    """The tables stay as they are."""
    monkeypatch.setenv("LEADS_EXCEL_BASE_URL", "http://127.0.0.1:9/gs")
    monkeypatch.setenv("LEADS_EXCEL_TOKEN", "a-secret-token")
    monkeypatch.setenv("LEADS_EXCEL_ATTEMPTS", "1")
    before = standing(desktop.book.workbook)
    desktop.press("LeadsRefresh")

    (message,) = desktop.messages
    assert "windows are missing" in message.text
    assert standing(desktop.book.workbook) == before
    assert home(desktop, "out_status").startswith("Failed on ")
    assert "a-secret-token" not in f"{desktop.messages}{desktop.popups}{desktop.commands}{excel_double.calls}"


def test_settings_are_put_back_when_excel_refuses_to_be_written(desktop, monkeypatch):
    """Whatever Excel says in the middle: here that a table cannot be resized."""
    monkeypatch.setattr("excel_tables.Table.resize", lambda *_: 1 / 0)
    ask(desktop, "-1D")
    desktop.press("LeadsRefresh")
    ask(desktop, DAY)

    assert desktop.messages[0].text.startswith("Excel did not take the change")
    assert {call["value"] for call in excel_double.called("app.calculation")} == {"manual", "automatic"}


def test_a_second_click_while_one_runs_does_nothing(desktop):
    """VBA takes it while it waits for the first: one refresh, one message."""

    def click_again():
        if "Leads: working" in desktop.status_bar and len(desktop.commands) == clicks:
            desktop.press("LeadsRefresh")

    clicks, desktop.meanwhile = len(desktop.commands) + 1, click_again
    try:
        desktop.press("LeadsRefresh")
    finally:
        desktop.meanwhile = lambda: None

    assert len(desktop.commands) == clicks + 1
    assert (len(desktop.messages), desktop.popups) == (1, [])


def test_clear_asks_and_empties(desktop):
    """With Yes the tables have no rows but an empty one."""
    desktop.answers += ["yes", "ok"]
    desktop.press("LeadsClearData")

    assert [message.text for message in desktop.messages][1:] == ["Tables emptied."]
    assert all(set(row) == {None} for rows in standing(desktop.book.workbook).values() for row in rows[1:])


def test_a_python_that_is_not_there_is_told(desktop, user):
    """And the status bar is Excel's own again."""
    settings = user / ".leads_excel" / "leads_excel.conf"
    before = settings.read_bytes()
    settings.write_text('"INTERPRETER_WIN","C:\\gone\\python.exe"\n', encoding="mbcs")
    try:
        desktop.press("LeadsAbout")
    finally:
        settings.write_bytes(before)

    assert desktop.popups == ["Could not find Interpreter!"]
    assert desktop.status_bar == ["Leads: starting", False]


def test_a_message_is_shown_where_excel_has_no_window_for_it(desktop, monkeypatch):
    """By what xlwings has for errors, and without a trace of Python's."""
    monkeypatch.setitem(desktop.app.__dict__, "hwnd", 0x7FFF_FFF0)
    desktop.press("LeadsAbout")

    (text,) = desktop.popups
    assert text.startswith("Leads: ")
    assert "Traceback" not in text
    assert desktop.messages == []
