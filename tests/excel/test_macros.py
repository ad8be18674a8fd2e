"""Buttons and ribbon against the stand-in Excel, on the shipped template."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import platformdirs
import pytest
import xlwings as xw
from excel_double import answers, called, calls, running
from programs import started
from udf_host import FORMULAS

import leads_excel as lx
from leads_excel.excel import macros
from leads_excel.excel.filling.sheets import Summary
from leads_excel.excel.live.live_book import LiveBook
from leads_excel.excel.template.building import template_path
from leads_excel.excel.unexpected import told
from leads_excel.fetching.session import Session
from leads_excel.log.runs import last_run
from leads_excel.sandbox import Faults, Sandbox, SandboxServer, SignIn

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TABLES = {"Leads": "leads", "Vehicles": "vehicles", "Errors": "errors", "Bulks": "bulks", "Log": "refresh_log"}


@pytest.fixture
def server(monkeypatch):
    """Let the macros work with the simulated DMS over HTTP."""
    with SandboxServer(Sandbox(leads_per_day=6, now=lambda: NOW)) as server:
        monkeypatch.setenv("LEADS_EXCEL_ENVIRONMENT", "test")
        monkeypatch.setenv("LEADS_EXCEL_BASE_URL", server.url)
        monkeypatch.setenv("LEADS_EXCEL_STORE", "none")
        monkeypatch.setenv("LEADS_EXCEL_BACKOFF", "0")
        monkeypatch.setenv("LEADS_EXCEL_ATTEMPTS", "2")
        yield server


@pytest.fixture
def book(tmp_path):
    """Open a report in Excel and press buttons on it."""
    with running():
        book = xw.Book(shutil.copy(template_path(), tmp_path / "report.xlsx"))
        book.set_mock_caller()
        ask(book, "2026-11-09", "2026-11-15")
        calls.clear()
        yield book


def ask(book, first, last=None, **more):
    """Fill in Home."""
    for name, value in {"from": first, "to": last, **more}.items():
        book.names[f"in_{name}"].refers_to_range.value = f"'{value}" if isinstance(value, str) else value


def rows(book, name):
    """Read a table."""
    return (
        next(table for sheet in book.sheets for table in sheet.tables if table.name == name)
        .range.options(ndim=2)
        .value[1:]
    )


def home(book, name):
    """Read a result on Home."""
    return book.names[f"out_{name}"].refers_to_range.value


def message():
    """Return the one message that was shown."""
    (alert,) = called("app.alert")
    assert alert["title"] == "Leads"
    return alert["prompt"], alert["mode"]


def state(app):
    """Read what a macro must put back."""
    return app.screen_updating, app.enable_events, app.calculation, app.status_bar


AS_BEFORE = (True, True, "automatic", False)


@pytest.mark.usefixtures("server")
def test_refresh_fills_the_workbook(book):
    """Tables, figures on Home, a row in the Log, and one message."""
    macros.refresh()

    text, mode = message()
    leads, vehicles, errors = (len(rows(book, name)) for name in ("leads", "vehicles", "errors"))
    assert text.splitlines() == [
        f"{leads} leads, {vehicles} vehicles, {errors} errors (2026-11-09 to 2026-11-15, test)",
        f"{leads} new, 0 changed, 0 no longer in the range",
    ]
    assert mode == "info"
    assert (home(book, "leads"), home(book, "status"), home(book, "environment")) == (leads, "Complete", "test")
    (log,) = rows(book, "refresh_log")
    assert (log[2:5], log[-1]) == (["test", "2026-11-09 to 2026-11-15", leads], "complete")


@pytest.mark.parametrize("clicked", ["yes", "no"])
def test_a_range_too_long_is_asked_about(server, book, monkeypatch, clicked):
    """Home says 1926 for 2026, perhaps: nothing is asked of the API before somebody says yes."""
    monkeypatch.setenv("LEADS_EXCEL_MAX_DAYS", "5")
    answers.append(clicked)
    before = rows(book, "leads")

    macros.refresh()

    asked, told = called("app.alert")
    assert (asked["prompt"], asked["buttons"]) == (
        "2026-11-09 to 2026-11-15 takes 2 requests to the API. Go on?",
        "yes_no",
    )
    if clicked == "yes":
        assert told["prompt"].startswith(f"{len(rows(book, 'leads'))} leads, ")
        assert home(book, "status") == "Complete"
    else:
        assert "takes 2 requests to the API: name fewer days, or choose yes." in told["prompt"]
        assert "name fewer days" in home(book, "status")
        assert (server.log, rows(book, "leads")) == ([], before)
    assert state(book.app) == AS_BEFORE


@pytest.mark.usefixtures("server")
@pytest.mark.usefixtures("book")
def test_refresh_is_a_few_calls_of_excel():
    """One block for each table, one for each result on Home, and not one cell by cell."""
    macros.refresh()

    writes = called("range.write")
    for sheet in TABLES:
        assert sum(call["sheet"] == sheet for call in writes) == 1
    assert sum(call["sheet"] == "Home" for call in writes) == 8
    assert sum(call.name != "com" for call in calls) < 200
    assert len(called("com")) < 400


@pytest.mark.usefixtures("server")
def test_refresh_shows_how_far_it_is(book):
    """In the status bar, which is Excel's own again afterwards."""
    macros.refresh()

    shown = [call["value"] for call in called("app.status_bar")]
    assert shown == [
        "Leads: working",
        "Leads: 1 of 2 windows fetched",
        "Leads: 2 of 2 windows fetched",
        "Leads: filling the tables",
        False,
    ]
    assert state(book.app) == AS_BEFORE


@pytest.mark.slow
@pytest.mark.usefixtures("server")
@pytest.mark.usefixtures("book")
def test_excel_recalculates_once():
    """While tables are filled one after the other it stays quiet."""
    macros.refresh()

    writes = [place for place, call in enumerate(calls) if call.name == "range.write"]
    modes = [(place, call.details["value"]) for place, call in enumerate(calls) if call.name == "app.calculation"]
    assert min(place for place, mode in modes if mode == "automatic") > writes[-1]
    assert modes[0][1] == "manual"
    assert modes[0][0] < writes[0]


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_a_second_refresh_says_what_changed(book):
    """Another range brings new leads and takes others away."""
    macros.refresh()
    ask(book, "2026-11-10", "2026-11-16")
    calls.clear()
    macros.refresh()

    new, changed, gone = map(int, re.findall(r"\d+", message()[0].splitlines()[1]))
    assert new > 0
    assert changed == 0
    assert gone > 0
    assert len(rows(book, "refresh_log")) == 2


@pytest.mark.usefixtures("book")
def test_a_message_holds_a_few_remarks():
    """The others are in the Log: a message box has little room."""
    numbers = dict.fromkeys(("leads", "vehicles", "errors", "bulks", "new", "changed", "gone"), 1)
    book = LiveBook(xw.Book.caller())

    def told(count):
        remarks = tuple(f"remark {number}" for number in range(count))
        return macros._summed_up(book, Summary(**numbers, seconds=1.0, remarks=remarks)).splitlines()[2:]

    assert told(0) == []
    assert told(5)[-1] == "remark 4"
    assert told(9)[-2:] == ["remark 4", "4 more remarks in the Log"]


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_home_decides_on_the_environment(book, monkeypatch):
    """Also where the settings name another one."""
    monkeypatch.delenv("LEADS_EXCEL_BASE_URL")
    ask(book, "2026-11-09", environment="demo")

    macros.refresh()

    assert home(book, "environment") == "demo"


@pytest.mark.usefixtures("server")
def test_filters_on_home_are_asked_of_the_api(book, server):
    """Numbers of the DMS, as the API takes them."""
    ask(book, "2026-11-09", None, source=3, sub_source=31, lead_id=5)
    macros.refresh()

    asked = server.log[-1].parameters
    assert {name: asked[name] for name in ("source", "subSource", "leadId")} == {
        "source": "3", "subSource": "31", "leadId": "5",
    }  # fmt: skip


# --- failures ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_failed_fetch_leaves_the_tables_as_they_were(book, server):
    """The message, the Log and the status say why."""
    macros.refresh()
    before, figures = rows(book, "leads"), home(book, "leads")
    server.faults = Faults(every=1, kinds=("503",))
    calls.clear()

    macros.refresh()

    text, mode = message()
    assert mode == "critical"
    assert text.startswith("2 of 2 windows are missing: 2026-11-09 to 2026-11-15. The API is not available (503)")
    assert (rows(book, "leads"), home(book, "leads")) == (before, figures)
    assert rows(book, "refresh_log")[-1][-1] == f"failed: {text}"
    assert home(book, "status").endswith(text)
    assert state(book.app) == AS_BEFORE


def test_a_refused_sign_in_says_what_to_do_and_shows_no_secret(book, server, monkeypatch):
    """In no message, status, Log or cell."""
    server.sandbox = Sandbox(now=lambda: NOW, sign_in=SignIn.bearer("right"))
    monkeypatch.setenv("LEADS_EXCEL_TOKEN", "wrong-secret")

    macros.refresh()

    text, _ = message()
    assert text.startswith("The API refused the sign-in (401)")
    everything = str(calls) + str([sheet.used_range.value for sheet in book.sheets])
    assert "wrong-secret" not in everything


@pytest.mark.usefixtures("server")
def test_a_date_that_cannot_be_read_is_told_with_its_cell(book):
    """Before anything is fetched; the tables stay, and the Log has a row."""
    ask(book, "nonsense", None)
    calls.clear()
    macros.refresh()

    text, _ = message()
    assert text.startswith("Home!C8: 'nonsense' is not a date: type a day like 2026-08-03")
    assert {call["sheet"] for call in called("range.write")} == {"Log", "Home"}
    assert rows(book, "refresh_log")[-1][-1] == f"failed: {text}"
    assert home(book, "status").endswith(text)


@pytest.mark.usefixtures("server")
def test_a_failure_is_one_row_of_the_log_on_the_sheet(book):
    """Whether it fails on Home's dates or while fetching."""
    for first in ("nonsense", "+5D", "2026-11-09"):
        ask(book, first, None)
        macros.refresh()

    assert len(rows(book, "refresh_log")) == 3


@pytest.mark.slow
@pytest.mark.usefixtures("book")
@pytest.mark.parametrize(
    ("macro", "command"),
    [
        (macros.refresh, "refresh"),
        (macros.reload, "refresh"),
        (macros.check_connection, "check connection"),
        (macros.clear_data, "clear"),
        (macros.about, "about"),
        (macros.sign_in, "sign in"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
@pytest.mark.parametrize("well", [True, False], ids=["well", "failing"])
def test_a_button_is_in_the_log_of_the_computer(server, macro, command, well, monkeypatch):
    """From which workbook, how it ended and why, as a command is."""
    monkeypatch.setattr(macros, "open_terminal", lambda _command: True)
    if not well:
        server.faults = Faults(every=1, kinds=("503",))
        monkeypatch.setenv("LEADS_EXCEL_TIMEOUT", "soon" if command not in ("refresh", "check connection") else "9")
    answers.append("yes")

    macro()

    folder = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
    lines = [json.loads(line) for path in folder.glob("*.log") for line in path.read_text("utf-8").splitlines()]
    assert {line["command"] for line in lines} == {command}
    assert (lines[0]["event"], lines[0]["door"], lines[0]["workbook"]) == ("began", "button", "report.xlsx")
    assert (lines[-1]["event"], lines[-1]["exit_code"]) == ("ended", 0 if well else 1)
    if command == "refresh":
        assert {line["event"] for line in lines} >= {"fetched", "refreshed" if well else "not refreshed"}
        assert (
            last_run("refresh").in_words(lx.Settings().zone, datetime.now(UTC)).endswith(lines[-1]["result"].strip("."))
        )


@pytest.mark.usefixtures("server")
def test_another_workbook_is_left_alone(book):
    """The ribbon can be pressed on any workbook."""
    other = xw.Book()
    other.set_mock_caller()
    macros.refresh()

    assert "has no table refresh_log: is it a workbook of this add-in?" in message()[0]
    assert called("range.write") == []
    assert state(book.app) == AS_BEFORE


@pytest.mark.slow
@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_excel_is_as_before_after_an_error_in_the_middle(book, monkeypatch, after):
    """Whatever Excel refuses, and whenever; the message holds nothing of the data."""
    written = []

    def refuse(*_, **__):
        written.append(1)
        if len(written) > after:
            raise ValueError("0501234567 of sara@example.com")

    monkeypatch.setattr("excel_cells.note", lambda name, **_: refuse() if name == "range.write" else None)
    macros.refresh()

    text, mode = message()
    assert re.fullmatch(r"Unexpected ValueError in \w+\.py:\d+: run 'leads-excel doctor' and report it\.", text)
    assert mode == "critical"
    assert state(book.app) == AS_BEFORE


def test_a_busy_excel_is_told_in_plain_words():
    """While a cell is being edited, Excel takes no calls."""

    class com_error(Exception):  # noqa: N801, N818 - pywin32's name
        pass

    def call_excel():
        raise com_error("(-2147418111, 'Call was rejected by callee.')")

    with pytest.raises(com_error) as caught:
        call_excel()

    assert told(caught.value).startswith("Excel did not take the change: leave the cell that is being edited")
    assert "rejected" not in told(caught.value)


def test_a_workbook_that_cannot_be_found_is_one_line(monkeypatch):
    """Excel shows what Python prints as it ends: no trace, with whatever is in it."""
    monkeypatch.setattr(sys, "argv", ["-c", "--wb=report.xlsx", "--from_xl=1", "--hwnd=5"])

    with running(), pytest.raises(SystemExit, match=r"^Leads: Unexpected AttributeError in main\.py:\d+: run"):
        macros.refresh()


@pytest.mark.parametrize("name", ["a=b=c.xlsx", "Sales of %LEADS_DAY%.xlsx", "100%.xlsx"])
def test_a_workbook_is_found_by_what_its_name_became(server, tmp_path, monkeypatch, name):
    """An equals sign ends it for xlwings, and cmd.exe puts values in place of variables."""
    monkeypatch.setenv("LEADS_DAY", "today")
    with running():
        book = xw.Book(shutil.copy(template_path(), tmp_path / name))
        book.app.impl.__dict__["hwnd"] = 77
        monkeypatch.setattr(xw.Book, "caller", lambda: {}[name])
        monkeypatch.setattr(sys, "argv", ["-c", f"--wb={name}".replace("%LEADS_DAY%", "Today"), "--hwnd=77"])
        macros.check_connection()

        assert message()[0].startswith(f"test ({server.url}) answered")


@pytest.mark.usefixtures("book")
def test_settings_that_cannot_be_used_are_a_message(monkeypatch):
    """For every macro that needs them."""
    monkeypatch.setenv("LEADS_EXCEL_WEEK_START", "someday")

    for macro in (macros.refresh, macros.reload, macros.check_connection, macros.about, macros.sign_in):
        calls.clear()
        macro()
        assert "LEADS_EXCEL_WEEK_START" in message()[0]


# --- one at a time -------------------------------------------------------------------------------------------------


HOLD = "from leads_excel.excel.turns import turn\nwith turn({name!r}) as mine: print(mine, flush=True); input()"


@pytest.mark.usefixtures("server")
def test_a_second_click_does_nothing(book):
    """While a macro runs on a workbook, in whatever process; when that is killed, the next click works."""
    name = f"{book.app.pid} {book.name}"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with started([sys.executable, "-c", HOLD.format(name=name)], **pipes) as other:
        assert other.stdout.readline() == "True\n"
        macros.refresh()
        assert calls == []
    macros.refresh()

    assert message()[1] == "info"


# --- the store and the formulas ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_reload_ignores_what_is_stored(book, server, monkeypatch, tmp_path):
    """A refresh asks for nothing that the store knows, a reload for all of it.

    Five windows are the range, five the thirty days before, for duplicates, and five those after, for Rejections.
    """
    monkeypatch.setenv("LEADS_EXCEL_STORE", str(tmp_path / "leads.sqlite"))
    ask(book, "2026-10-01", "2026-10-31")
    asked = []
    for macro in (macros.refresh, macros.refresh, macros.reload):
        before = len(server.log)
        macro()
        asked.append(len(server.log) - before)

    assert asked == [5 + 5 + 5, 0, 5 + 5 + 5]


@pytest.mark.slow
@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("macro", [macros.refresh, macros.reload])
def test_a_refresh_has_the_formulas_ask_anew(book, macro):
    """Their process has its own memory, and hears of the button."""
    formulas = Session(lx.Settings())
    memory = formulas._memory

    macro()
    formulas.heed()

    assert formulas._memory is not memory
    assert book.app.calculation == "automatic"


# --- the other buttons ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("server")
def test_clear_data_asks_first(book):
    """With No nothing happens."""
    macros.refresh()
    before = rows(book, "leads")
    calls.clear()
    answers.append("no")

    macros.clear_data()

    assert message()[0].startswith("Empty the tables of this workbook?")
    assert rows(book, "leads") == before


@pytest.mark.slow
@pytest.mark.usefixtures("server")
def test_clear_data_empties_the_tables(book):
    """The figures are 0 and the status says why; the Log keeps its rows and gets one."""
    macros.refresh()
    calls.clear()
    answers.append("yes")

    macros.clear_data()

    assert [alert["prompt"] for alert in called("app.alert")][1:] == ["Tables emptied."]
    for name in ("leads", "vehicles", "errors", "bulks"):
        assert [set(row) for row in rows(book, name)] == [{None}]
    assert (home(book, "leads"), home(book, "status")) == (0, "Tables emptied: press Refresh to fill them")
    assert [row[3] for row in rows(book, "refresh_log")] == ["2026-11-09 to 2026-11-15", "tables emptied"]
    assert home(book, "environment") == "test"


@pytest.mark.usefixtures("book")
def test_check_connection_says_whether_the_api_answers(server):
    """With one small request."""
    macros.check_connection()

    text, mode = message()
    assert re.fullmatch(rf"test \({re.escape(server.url)}\) answered in \d+ ms\.\nRequests sign in by: none\.", text)
    assert mode == "info"
    assert len(server.log) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("book")
def test_check_connection_does_not_wait_for_retries(server):
    """A person waits for the answer."""
    server.faults = Faults(every=1, kinds=("503",))

    macros.check_connection()

    assert message()[0].startswith("The API is not available (503)")
    assert len(server.log) == 1


@pytest.mark.usefixtures("book")
def test_about_says_what_this_is(monkeypatch):
    """Versions, which Python, which environment, which settings; no secret."""
    monkeypatch.setenv("LEADS_EXCEL_TOKEN", "a-secret")
    macros.about()

    text, _ = message()
    assert text.startswith(f"leads-excel {lx.__version__}, xlwings ")
    assert f"Python: {sys.executable}" in text
    assert "demo (in process, made-up leads)" in text
    assert "a-secret" not in text


@pytest.mark.slow
def test_new_report_opens_a_fresh_one(book, new_user):
    """In the user's documents, under a name that is free."""
    for _ in range(2):
        macros.new_report()

    assert [opened.name for opened in book.app.books] == ["report.xlsx", "Leads report.xlsx", "Leads report 2.xlsx"]
    assert len(list(new_user.rglob("Leads report*.xlsx"))) == 2
    assert called("app.alert") == []


@pytest.mark.usefixtures("book")
def test_the_demo_needs_no_sign_in():
    """The message says where to choose another environment."""
    macros.sign_in()

    assert message()[0].startswith("The demo needs no sign-in: choose test or prod")


def test_signing_in_happens_in_a_window_of_its_own(book, monkeypatch):
    """Where what is typed is hidden; Excel has none. Where there is no such window, the command is told."""
    opened = []
    ask(book, "-7D", environment="prod")
    monkeypatch.setattr(macros, "open_terminal", lambda command: opened.append(command) or True)
    macros.sign_in()
    assert opened == [[sys.executable, "-m", "leads_excel", "login", "prod"]]
    assert called("app.alert") == []

    monkeypatch.setattr(macros, "open_terminal", lambda _: False)
    macros.sign_in()
    assert message()[0] == f"Run in a terminal: {shlex.join(opened[0])}"


def test_buttons_and_ribbon_call_macros_that_exist():
    """Every name in the VBA and in the ribbon is a function without arguments here."""
    vba = (FORMULAS / "LeadsButtons.bas").read_text(encoding="cp1252")
    ribbon = (FORMULAS / "ribbon.xml").read_text(encoding="utf-8")
    names = set(re.findall(r'RunLeads "(\w+)"', vba)) | set(re.findall(r'tag="(\w+)"', ribbon))

    assert names == {
        "about", "check_connection", "clear_data", "new_report", "refresh", "reload", "sign_in",
    }  # fmt: skip
    assert all(macros.__dict__[name].__code__.co_argcount == 0 for name in names)


@pytest.mark.slow
def test_macros_never_ask_for_the_path_of_a_workbook(book, monkeypatch):
    """In OneDrive and SharePoint it has none, and xlwings raises."""
    monkeypatch.setattr(xw.Book, "fullname", property(lambda _: pytest.fail("asked for")))
    monkeypatch.setenv("LEADS_EXCEL_STORE", "none")

    macros.refresh()

    assert home(book, "status") == "Complete"
