"""The VBA of the add-in as it is shipped, run: what a formula does before and after Python."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import vba_reader
from calls import CALLS
from excel_side.vba import Module, VbaError
from excel_side.vba_expressions import VbaSyntaxError

from leads_excel.excel.addin.macro_book import addin_workbook

SOURCES = vba_reader.sources(addin_workbook())
MISSING = object()


class Range:
    """A cell with a formula in it."""


class Desktop:
    """As much of Excel as the formulas' VBA looks at, with a Python that notes what it is called with."""

    def __init__(self):
        self.calls = []
        self.answer = "an answer"
        self.application = SimpleNamespace(Caller=Range(), CommandBars=lambda _: SimpleNamespace(Controls=self.control))
        self.dialog = False
        known = {"xlpy": lambda: SimpleNamespace(CallUDF=self.called), "application": self.application}
        known |= {"activeworkbook": "a workbook", "array": lambda *values: list(values)}
        known |= {"vartype": lambda value: 8 if isinstance(value, str) else 3, "vbstring": 8}
        known |= {"inuse": lambda argument: argument, "waitingcell": "the cell"}
        known |= {"cverr": lambda number: ("error", number), "xlerrna": 2042}
        self.module = Module(SOURCES["LeadsFormulas"], known)

    def control(self, _number):
        """Give a button of a menu, grey while a dialog is open."""
        return SimpleNamespace(Enabled=not self.dialog)

    def called(self, *arguments):
        """Note a call, and answer it."""
        self.calls.append(arguments)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def calculate(self, formula, *arguments):
        """Calculate a formula."""
        return self.module.run(formula, arguments, MISSING)


@pytest.fixture
def desktop():
    """Open Excel with the formulas in it."""
    return Desktop()


def command(**settings):
    """Build the command line with which the add-in starts Python."""
    known = {
        "getconfig": lambda name, default="": settings.get(name.replace(" ", "_"), default),
        "activeworkbook": SimpleNamespace(FullName=r"C:\Sales & Service\it's.xlsx"),
        "thisworkbook": SimpleNamespace(FullName=r"C:\leads_excel.xlam"),
        "replace": lambda text, before, after: text.replace(before, after),
        "chr": chr,
    }
    return Module(SOURCES["xlwings"], known).run("XLPyCommand")


def test_every_formula_is_called_on_windows(desktop):
    """Those that the add-in has are those that the tests there compare with a notebook."""
    hint = "add a call to CALLS of tests/on_windows/calls.py, run: pytest tests/on_windows"
    assert {call[0] for call in CALLS} == set(desktop.module.procedures), hint


def test_a_formula_passes_what_it_got_and_what_it_did_not(desktop):
    """Each argument in its place, and where the call comes from."""
    assert desktop.calculate("LEADS", "-7D", MISSING, "source") == "an answer"
    assert desktop.calls == [
        ("leads_excel.excel.udfs", "LEADS", ["-7D", MISSING, "source", MISSING, MISSING, ["the cell"]], "a workbook",
         desktop.application.Caller),
    ]  # fmt: skip


def test_a_failure_is_in_the_cell(desktop):
    """As its text, for a number as #N/A; where no cell waits the caller gets it."""
    desktop.answer = VbaError(1000, "Could not activate Python COM server")

    assert desktop.calculate("LEADS", "-7D") == "Could not activate Python COM server"
    assert desktop.calculate("LEADS_KPI", "leads") == ("error", 2042)
    desktop.application.Caller = "Button 1"
    with pytest.raises(VbaError, match="Could not activate"):
        desktop.calculate("LEADS", "-7D")


def test_a_number_that_is_not_there_becomes_an_error(desktop):
    """And a number, or another text, stays what it is."""
    found = []
    for desktop.answer in ("#N/A", 5, "#LEADS no"):
        found.append(desktop.calculate("LEADS_KPI", "leads"))

    assert found == [("error", 2042), 5, "#LEADS no"]
    desktop.answer = "#N/A"
    assert desktop.calculate("LEADS", "-7D") == "#N/A"


def test_no_formula_is_calculated_for_a_dialog(desktop):
    """The function wizard calls them at each letter that is typed."""
    desktop.dialog = True

    assert desktop.calculate("LEADS", "-7D") == "#LEADS Not calculated yet: press Ctrl+Alt+F9."
    assert desktop.calls == []


def test_python_is_started_with_nothing_of_the_workbooks_folder():
    """The command line is quoted for cmd.exe, and for Python within."""
    assert command(INTERPRETER_WIN=r"C:\My Python\python.exe") == (
        r'cmd.exe  /K ""C:\My Python\python.exe" -B -c "import sys, os;import xlwings.utils;'
        r"xlwings.utils.prepare_sys_path(\"false;C:\\Sales ^& Service\\it\'s.xlsx;C:\\leads_excel.xlam;;;;\");"
        r"""import xlwings; xlwings.serve('$(CLSID)')"" """.rstrip()
    )


def test_a_console_can_be_shown():
    """A setting of xlwings: the DLL reads it from the command line."""
    assert command(INTERPRETER_WIN="x", SHOW_CONSOLE="True").startswith('cmd.exe /showconsole /K ""x"')
    assert command(INTERPRETER_WIN="x", DEBUG_UDFS="True") == "{506e67c3-55b5-48c3-a035-eed5deea7d6d}"


def test_python_of_an_environment_finds_the_dll_above():
    """In a virtual environment it stands a folder higher; where it is nowhere, both are named."""
    looked = []
    known = {
        "getconfig": lambda name, default="": {"INTERPRETER_WIN": r"C:\venv\Scripts\python.exe"}.get(name, default),
        "parentfolder": lambda text: text.rpartition("\\")[0],
        "loadlibrary": lambda path: looked.append(path) or 0,
        "xlpydllname": "xlwings64.dll",
        "err": SimpleNamespace(Raise=raised),
    }
    with pytest.raises(VbaError, match=r"Could not load xlwings64\.dll"):
        Module(SOURCES["xlwings"], known).run("XLPyLoadDLL")

    assert looked == [r"C:\venv\Scripts\xlwings64.dll", r"C:\venv\xlwings64.dll"]


def raised(Number, Description):  # noqa: N803 - VBA's names
    raise VbaError(Number, Description)


@pytest.mark.parametrize("line", ["Set x = New Collection", "For Each x In y", "F = Unknown(1)", "F = 1 ^ 2"])
def test_more_of_vba_than_is_known_is_refused(line):
    """Rather than passed over: a later xlwings would do something else unnoticed."""
    with pytest.raises(VbaSyntaxError):
        Module(f"Function F()\n{line}\nEnd Function", {}).run("F")
