"""The VBA of the add-in as it is shipped, run: what a formula does before and after Python."""

from __future__ import annotations

from importlib.metadata import version
from types import SimpleNamespace

import pytest
import vba_reader
from calls import CALLS
from excel_side.vba import Module, VbaError
from excel_side.vba_expressions import Project, VbaSyntaxError

from leads_excel.excel.addin.macro_book import addin_workbook

SOURCES = vba_reader.sources(addin_workbook())
MISSING = object()
RAISED = -2147467259  # E_FAIL, which pywin32 gives whatever is raised in Python
INSTALL = "close Excel, run 'leads-excel addin install', start Excel."


class Range:
    """A cell with a formula in it."""


class Desktop:
    """As much of Excel as the formulas' VBA looks at, with a Python that notes what it is called with."""

    def __init__(self):
        self.calls, self.ended, self.clock = [], 0, 0.0
        self.answers, self.command = [], "cmd.exe"
        self.answer = "an answer"
        self.application = SimpleNamespace(Caller=Range(), CommandBars=lambda _: SimpleNamespace(Controls=self.control))
        self.dialog = False
        known = Project({"xlpy": lambda: SimpleNamespace(CallUDF=self.called), "killpy": self.end})
        known |= {"application": self.application, "activeworkbook": "a workbook", "now": lambda: self.clock}
        known |= {"timer": lambda: 36_000.0}
        known |= {"vartype": lambda value: 8 if isinstance(value, str) else 3}
        known |= {"inuse": lambda argument: argument, "waitingcell": "the cell"}
        known |= {"cverr": lambda number: ("error", number), "xlerrna": 2042}
        known |= {"xlpycommand": lambda: self.command}
        known |= {"err": SimpleNamespace(Raise=VbaError.Raise)}
        self.modules = [Module(SOURCES[name], known) for name in ("xlwings", "LeadsPython", "LeadsFormulas")]
        self.module = self.modules[-1]

    def control(self, _number):
        """Give a button of a menu, grey while a dialog is open."""
        return SimpleNamespace(Enabled=not self.dialog)

    def called(self, *arguments):
        """Note a call, and answer it."""
        self.calls.append(arguments)
        answer = self.answers.pop(0) if self.answers else self.answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def end(self):
        """Note that Python was ended."""
        self.ended += 1

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
        ("leads_excel.excel.udfs", "LEADS(from_date,to_date,fields,filters,options,cell)",
         ["-7D", MISSING, "source", MISSING, MISSING, ["the cell"]], "a workbook", desktop.application.Caller),
    ]  # fmt: skip


def test_a_failure_is_in_the_cell(desktop):
    """As its text, for a number as #N/A; where no cell waits the caller gets it."""
    desktop.answer = VbaError(1, "Could not load xlwings64.dll")
    line = f"#LEADS There is no xlwings {version('xlwings')} beside Python any more: {INSTALL}"

    assert desktop.calculate("LEADS", "-7D") == line
    assert desktop.calculate("LEADS_KPI", "leads") == ("error", 2042)
    desktop.application.Caller = "Button 1"
    with pytest.raises(VbaError, match="There is no xlwings"):
        desktop.calculate("LEADS", "-7D")


ENDED = [
    *(462, 440, -2147023174, -2147023170, -2147417848, -2147418094, -2147417851),  # of COM, when a server is gone
    VbaError(1000, "Could not activate Python COM server, hr = -2147023174"),
    VbaError(RAISED, "ImportError: leads_excel was upgraded while this Python ran.\n  File udfs.py"),
]


@pytest.mark.parametrize("error", ENDED, ids=str)
def test_a_python_that_has_ended_is_started_again(desktop, error):
    """The same call goes to a new one, of another number, and the cell shows what that says."""
    desktop.answers = [VbaError(error, "Automation error") if isinstance(error, int) else error, "an answer"]

    assert desktop.calculate("LEADS", "-7D") == "an answer"
    assert desktop.calls[0] == desktop.calls[1]
    assert (desktop.ended, desktop.module.known["pythonnumber"]) == (1, 36_000)


@pytest.mark.parametrize("error", ENDED, ids=str)
def test_a_python_that_ends_again_and_again_is_told(desktop, error):
    """Not without end: twice for a formula."""
    desktop.answer = VbaError(error, "Automation error") if isinstance(error, int) else error

    assert desktop.calculate("LEADS", "-7D").startswith("#LEADS Python ")
    assert (len(desktop.calls), desktop.ended) == (2, 1)


@pytest.mark.parametrize(
    ("number", "text", "line"),
    [
        (1, "Could not load xlwings64.dll from C:", "There is no xlwings"),
        (53, "File not found: xlwings64.dll", "There is no xlwings"),
        (1000, "Python process exited before it was possible.", "Python does not start:"),
        (1000, "Could not activate Python COM server, hr = -2147221164", "Python does not start:"),
        (RAISED, "KeyError: saad@example.com", "Python could not take this formula (KeyError):"),
        (-2147418111, "Call was rejected", "Python could not be asked (error -2147418111):"),
        (13, "Type mismatch", "Python could not be asked (error 13):"),
    ],
)  # fmt: skip
def test_what_a_new_python_would_not_better_is_told_at_once(desktop, number, text, line):
    """In one line that says what to do, and nothing of the text, which may hold somebody's data; no Python is ended."""
    desktop.answer = VbaError(number, text)
    shown = desktop.calculate("LEADS", "-7D")

    assert shown.startswith(f"#LEADS {line} ")
    assert "example" not in shown
    assert len(shown) <= 255
    assert (len(desktop.calls), desktop.ended) == (1, 0)


def test_a_python_that_does_not_start_is_not_waited_for_by_each_formula(desktop):
    """Hundreds of them on a sheet; after a minute one tries again. A workbook with another Python is not concerned."""
    desktop.answer = VbaError(1000, "Python process exited before it was possible to create the interface object.")
    first = desktop.calculate("LEADS", "-7D")
    desktop.clock = 59.0

    assert desktop.calculate("LEADS", "-7D") == first
    assert len(desktop.calls) == 1
    desktop.answer, desktop.command = "an answer", "another.exe"
    assert desktop.calculate("LEADS", "-7D") == "an answer"
    desktop.command = "cmd.exe"
    assert desktop.calculate("LEADS", "-7D") == first
    desktop.clock = 61.0
    assert desktop.calculate("LEADS", "-7D") == "an answer"


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
    """The command line is quoted for cmd.exe, and for Python within; it is the same whichever workbook is active."""
    assert command(INTERPRETER_WIN=r"C:\My Python\python.exe") == (
        r'cmd.exe  /C ""C:\My Python\python.exe" -B -P -c "import sys, os;import xlwings.utils;'
        r"xlwings.utils.prepare_sys_path(\"false;0;;;;\");"
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


class Running:
    """Excel's status bar and Python, as the module that runs buttons finds them; `python` does what it is told to."""

    def __init__(self, python):
        self.StatusBar = False
        self.commands, self.messages = [], []
        known = {"application": self, "cstr": str, "vbcritical": 16, "left": lambda text, count: text[:count]}
        known |= {"runpython": lambda command: (self.commands.append(command), python(self))}
        known |= {"msgbox": lambda text, *_: self.messages.append(text)}
        self.module = Module(SOURCES["LeadsMacros"], known)


def test_a_button_says_at_once_that_it_starts():
    """Before there is a Python; that takes the status bar over, and leaves it to Excel."""
    shown = []

    def python(excel):
        shown.append(excel.StatusBar)
        excel.StatusBar = "Leads: 1 of 2 windows fetched"

    excel = Running(python)
    excel.module.run("RunLeads", ["refresh"])

    assert shown == ["Leads: starting"]
    assert excel.StatusBar == "Leads: 1 of 2 windows fetched"
    assert excel.commands == ["import leads_excel.excel.macros as macros; macros.refresh()"]
    assert excel.messages == []


def test_a_python_that_does_not_start_leaves_the_status_bar_to_excel():
    """Whether it says so itself, or an error of VBA does, which is a message without a debugger."""
    quiet, loud = Running(lambda _: None), Running(lambda _: raised(5, "Invalid procedure call"))
    for excel in (quiet, loud):
        excel.module.run("RunLeads", ["about"])

        assert excel.StatusBar is False
    assert (quiet.messages, loud.messages) == ([], ["Invalid procedure call"])


def test_only_our_own_commands_load_anything_before_xlwings():
    """A command of others may need whatever xlwings can do."""
    before = Running(lambda _: None).module

    assert (
        before.run("BeforeXlwings", ["import leads_excel.excel.macros as macros"])
        == "import leads_excel.excel.starting;"
    )
    assert before.run("BeforeXlwings", ["import leads_excellent; leads_excellent.main()"]) == ""
    assert 'BeforeXlwings(PythonCommand) & "import xlwings.utils;' in SOURCES["xlwings"]


@pytest.mark.parametrize(
    "line", ["Set x = New Collection", "For x = 1 To y", "Do While y", "F = Unknown(1)", "F = 1 ^ 2"]
)
def test_more_of_vba_than_is_known_is_refused(line):
    """Rather than passed over: a later xlwings would do something else unnoticed."""
    with pytest.raises(VbaSyntaxError):
        Module(f"Function F()\n{line}\nEnd Function", {}).run("F")
