"""The life of the Python behind the formulas: it crashes, is ended, upgraded, signed out; the next formula goes on."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path

import programs
import pytest
from another_excel import HERE, STANDINS, another_excel, told
from dealership import DAY, Dealership
from excel_side import processes
from places import PACKAGE
from twins import twin

import leads_excel as lx
from leads_excel.sandbox import SandboxServer, SignIn

pytestmark = [pytest.mark.usefixtures("notebook"), pytest.mark.timeout(300)]

OTHER_VERSION = "if leads-excel was upgraded, close Excel, run 'leads-excel addin install', start Excel."


class Watched(Dealership):
    """The simulated DMS, which notes what it is asked for, and can do something meanwhile."""

    def __init__(self):
        super().__init__()
        self.asked = Counter()
        self.meanwhile = lambda: None

    def answer(self, method, target, headers):
        """Answer a request."""
        self.asked[target] += 1
        self.meanwhile()
        return super().answer(method, target, headers)


def wanted(formula, *arguments):
    """Tell what a formula's notebook twin says."""
    return told(twin(formula, *arguments))


@pytest.fixture(scope="module")
def api():
    """Start a simulated DMS of these tests' own."""
    api = Watched()
    server = SandboxServer(api)
    server.__enter__()  # and never closed, as the other one
    api.url = server.url
    return api


@pytest.fixture(autouse=True)
def _as_at_first(api):
    yield
    api.sign_in, api.meanwhile = None, lambda: None


@pytest.fixture(scope="module")
def running(user, api):  # noqa: ARG001 - the user's variables are set
    """Start an Excel of these tests' own, over that DMS and without a store."""
    with another_excel(limit=900, LEADS_EXCEL_BASE_URL=api.url) as excel:
        yield excel


@pytest.fixture
def excel(running):
    """Give that Excel with an ordinary workbook open."""
    yield running
    running.open("Book1")


@contextmanager
def excels(count, **variables):
    """Start several Excels."""
    with ExitStack() as stack:
        yield [stack.enter_context(another_excel(**variables)) for _ in range(count)]


def crash(excel):
    """End the Pythons that an Excel started, as a crash does."""
    assert excel.pythons
    for number in excel.pythons:
        processes.end(number)


def are_gone(numbers, seconds=30):
    """Wait for processes to end."""
    until = time.monotonic() + seconds
    while processes.are_running(numbers) and time.monotonic() < until:
        time.sleep(0.05)
    return not processes.are_running(numbers)


# --- it ends -------------------------------------------------------------------------------------------------------


def test_a_crash_between_two_formulas_is_not_seen(excel):
    """The next one is calculated by another Python."""
    assert excel.calculate("LEADS_BY", "source", DAY) == wanted("LEADS_BY", "source", DAY)
    before = excel.pythons
    crash(excel)

    assert excel.calculate("LEADS_BY", "source", DAY) == wanted("LEADS_BY", "source", DAY)
    assert excel.pythons
    assert not excel.pythons & before


def test_a_crash_in_the_middle_of_a_formula_is_not_seen(excel, api):
    """While it waits for the DMS: the same formula is calculated once more, by another Python."""
    excel.calculate("LEADS_DATE", DAY)
    chances, crashed = [1], set()

    def once():  # of several requests at the same time
        if chances and chances.pop():
            crashed.update(excel.pythons)
            crash(excel)

    api.meanwhile = once
    assert excel.calculate("LEADS_BY", "source", "2026-W20") == wanted("LEADS_BY", "source", "2026-W20")
    assert crashed
    assert not excel.pythons & crashed


def test_a_formula_over_which_python_ends_every_time_says_so(excel, api):
    """In its cell, after two of them; and the next formula is calculated."""
    excel.calculate("LEADS_DATE", DAY)
    api.meanwhile = lambda: crash(excel)
    line = "#LEADS Python ended twice over this formula: ask for fewer days, or run 'leads-excel doctor'."

    assert excel.calculate("LEADS_BY", "branch", "2026-W21") == [[f"text {line}"]]
    api.meanwhile = lambda: None
    assert excel.calculate("LEADS_BY", "branch", "2026-W21") == wanted("LEADS_BY", "branch", "2026-W21")


def test_a_python_that_was_ended_is_started_again(excel):
    """By `KillPy` of xlwings, which a user can run, too."""
    for _ in range(2):
        excel.kill_python()
        assert are_gone(excel.pythons)
        assert excel.calculate("LEADS_DATE", "2026-08") == wanted("LEADS_DATE", "2026-08")


def test_a_python_that_cannot_start_is_told_by_each_formula(user, broken_python, tmp_path):  # noqa: ARG001 - as above
    """At once: xlwings alone waits two minutes for it, in each of them. Workbooks with another Python go on."""
    missing = f"text #LEADS There is no xlwings {version('xlwings')} beside Python any more: close Excel, "
    broken = "text #LEADS Python does not start: run 'leads-excel doctor'; if that does not help, close Excel, "
    with another_excel(limit=100) as excel:
        excel.open("Book1", INTERPRETER_WIN=str(tmp_path / "not" / "there" / "python.exe"))
        assert excel.calculate("LEADS", DAY)[0][0].startswith(missing)

        excel.open("Book2", INTERPRETER_WIN=str(broken_python))
        assert [excel.calculate("LEADS", day)[0][0].startswith(broken) for day in (DAY, "-7D")] == [True, True]
        assert are_gone(excel.started)

        excel.open("Book3")
        assert excel.calculate("LEADS_DATE", "2026-08") == wanted("LEADS_DATE", "2026-08")


@pytest.fixture
def broken_python(tmp_path):
    """Put a Python somewhere that lacks its library, with xlwings' DLL beside it."""
    executable = Path(sys.executable)
    for folder in (executable.parent, executable.parent.parent):
        for file in (*folder.glob("python*"), *folder.glob("*.dll")):
            if file.is_file() and file.suffix in {".exe", ".dll"}:
                shutil.copy(file, tmp_path)
    return tmp_path / executable.name


# --- two of them ---------------------------------------------------------------------------------------------------


def test_two_excels_share_a_store(user, api, tmp_path):  # noqa: ARG001 - as above
    """Each asks for what no other asks for, both show the same; one ends, the other goes on."""
    formulas = [("LEADS", "-7D"), ("LEADS_BY", "source", "-7D"), ("LEADS_KPI", "leads", "-7D"), ("LEADS", "-30D")]
    settings = {"LEADS_EXCEL_BASE_URL": api.url, "LEADS_EXCEL_STORE": str(tmp_path / "leads.sqlite")}
    with excels(2, **settings) as both, ThreadPoolExecutor(2) as threads:
        for excel in both:
            excel.calculate("LEADS", "2026-W10")  # which loads all that it takes
        api.asked.clear()
        api.meanwhile = lambda: time.sleep(2)  # so that both ask at the same time
        shown = list(threads.map(lambda excel: [excel.calculate(*formula) for formula in formulas], both))
        requests = Counter(api.asked)
        own = [excel.started for excel in both]
        both[0].close()

        assert shown[0] == shown[1] == [wanted(*formula) for formula in formulas]
        assert set(requests.values()) == {1}
        assert len(own[0]) == len(own[1])
        assert not own[0] & own[1]
        assert are_gone(own[0])
        assert both[1].calculate("LEADS_BY", "branch", "-7D") == wanted("LEADS_BY", "branch", "-7D")
        assert both[1].started == own[1]


def test_all_workbooks_of_an_excel_share_a_python(excel, api):
    """What is known for one is known for the other: xlwings would start one for each workbook."""
    first = excel.calculate("LEADS", "-7D")
    pythons = excel.pythons
    api.asked.clear()
    excel.open(r"C:\Sales & Service\it's 100% تقرير.xlsx")

    assert excel.calculate("LEADS", "-7D") == first
    assert excel.pythons == pythons
    assert not api.asked


def test_the_folder_that_excel_is_in_is_no_place_for_modules(user, tmp_path):  # noqa: ARG001 - as above
    """A `pandas.py` beside the workbook that was opened last is not imported."""
    for module in ("leads_excel", "pandas", "xlwings", "json"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit('not this one')\n")
    with another_excel(folder=tmp_path) as excel:
        assert excel.calculate("LEADS_DATE", "2026-08") == wanted("LEADS_DATE", "2026-08")


def test_a_workbook_may_name_a_python_of_its_own(excel):
    """On a sheet `leads_excel.conf`; the other workbooks keep theirs."""
    shown, pythons = excel.calculate("LEADS_DATE", "2026-08"), excel.pythons
    excel.open("Book2", INTERPRETER_WIN=sys.executable.upper())

    assert excel.calculate("LEADS_DATE", "2026-08") == shown == wanted("LEADS_DATE", "2026-08")
    assert excel.pythons > pythons


def test_settings_of_xlwings_that_leave_no_python_are_told(excel):
    """`DEBUG UDFS` waits for a server that a developer starts."""
    excel.open("Book2", **{"DEBUG UDFS": "True"})

    assert excel.calculate("LEADS", DAY)[0][0].startswith("text #LEADS Python does not start: ")


# --- it becomes another version ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def installation(user, tmp_path_factory):  # noqa: ARG001 - as above
    """Install a copy of the package for a user of its own."""
    return Installation(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="module")
def its_excel(installation):
    """Start the Excel of that user."""
    with another_excel(limit=900, **installation.variables) as excel:
        yield excel


class Installation:
    """A copy of the package."""

    def __init__(self, folder):
        self.package = folder / PACKAGE.name
        shutil.copytree(PACKAGE, self.package, ignore=shutil.ignore_patterns("__pycache__"))
        path = os.pathsep.join(map(str, (folder, HERE, STANDINS, os.environ.get("PYTHONPATH", ""))))
        home = folder / "home"
        self.variables = dict.fromkeys(("USERPROFILE", "APPDATA", "LOCALAPPDATA"), str(home)) | {"PYTHONPATH": path}
        self.install()

    def install(self):
        """Install the add-in."""
        command = [sys.executable, "-m", "leads_excel", "addin", "install"]
        programs.run(command, given="", check=True, env=os.environ | self.variables, cwd=self.package.parent)

    def change(self, file, before, after):
        """Make another version of a file of the package."""
        source = (self.package / file).read_text(encoding="utf-8")
        assert before in source
        (self.package / file).write_text(source.replace(before, after), encoding="utf-8")

    def rename_parameter(self, formula, before, after):
        """Make a version in which a formula of one argument takes another one."""
        self.change("excel/udfs.py", f"def {formula}({before}=None):", f"def {formula}({after}=None):")
        self.change("excel/udfs.py", f"functions.{formula.lower()}, {before}", f"functions.{formula.lower()}, {after}")
        self.change("excel/udfs.py", f"@_worksheet_function(\n    {before}=", f"@_worksheet_function(\n    {after}=")
        vba = "excel/addin/macros_vba/LeadsFormulas.bas"
        self.change(vba, f'"{formula}({before},cell)"', f'"{formula}({after},cell)"')


def test_an_upgrade_while_python_runs_counts_from_the_next_formula_on(installation, its_excel):
    """All of it, two modules here that need each other: xlwings alone loads one of them anew."""
    assert its_excel.calculate("LEADS_DATE", "2026-08") == wanted("LEADS_DATE", "2026-08")
    before = its_excel.pythons
    old, new = "def leads_date(", "def of_tomorrow(text): return 'tomorrow'\n\n\ndef leads_date("
    installation.change("functions/listings.py", old, new)
    installation.change("excel/udfs.py", "_answer(functions.leads_date,", "_answer(functions.of_tomorrow,")

    assert its_excel.calculate("LEADS_DATE", "2026-08") == [["text tomorrow"]]
    assert are_gone(before)


def test_an_addin_of_another_version_passes_nothing_to_the_wrong_parameter(installation, its_excel):
    """It says what to do, the other formulas go on; the add-in of that version is content."""
    assert its_excel.calculate("LEADS_STATUS", "timezone") == [["text Asia/Riyadh"]]
    installation.rename_parameter("LEADS_STATUS", "item", "line")

    assert its_excel.calculate("LEADS_STATUS", "timezone") == [
        [f"text #LEADS Python could not take this formula (AttributeError): {OTHER_VERSION}"]
    ]
    assert its_excel.calculate("LEADS_KPI", "nonsense", DAY) == [["error -2146826246"]]
    assert its_excel.calculate("LEADS_FIELDS", "leads") == wanted("LEADS_FIELDS", "leads")
    installation.install()
    its_excel.open_addin()
    assert its_excel.calculate("LEADS_STATUS", "timezone") == [["text Asia/Riyadh"]]


def test_a_new_addin_ends_a_python_of_an_old_version(installation, its_excel):
    """The add-in is installed anew and opened in the same Excel; the package was upgraded with it."""
    shown = its_excel.calculate("LEADS_LIST", "source")
    installation.change("excel/udfs.py", "def LEADS_LIST(dimension, from_", "def LEADS_LIST(field, from_")
    installation.change("excel/udfs.py", "functions.leads_list, dimension,", "functions.leads_list, field,")
    installation.change(
        "excel/udfs.py", '    dimension="A field such as source or branch, or', '    field="A field, or'
    )
    vba = "excel/addin/macros_vba/LeadsFormulas.bas"
    installation.change(vba, '"LEADS_LIST(dimension,', '"LEADS_LIST(field,')
    installation.install()
    its_excel.open_addin()

    assert its_excel.calculate("LEADS_LIST", "source") == shown == wanted("LEADS_LIST", "source")


# --- the user leaves, and Excel ------------------------------------------------------------------------------------


def test_signing_out_and_in_counts_from_the_next_formula_on(user, api, tmp_path):  # noqa: ARG001 - as above
    """Without closing Excel. What the store has as final goes on to be shown: nobody is asked for it."""
    chain = {"PYTHON_KEYRING_BACKEND": "keychains.OnDisk", "TESTS_KEYCHAIN": str(tmp_path / "kept.json")}
    chain |= {"LEADS_EXCEL_BASE_URL": api.url, "LEADS_EXCEL_STORE": str(tmp_path / "leads.sqlite")}
    chain |= {"LEADS_EXCEL_TTL": "0", "PYTHONPATH": os.pathsep.join((str(STANDINS), os.environ.get("PYTHONPATH", "")))}
    api.sign_in = SignIn.bearer("sesame")

    def sign(code):
        programs.printed_by(f"from leads_excel.settings import login, logout; {code}", env=os.environ | chain, given="")

    sign("login('test', token='sesame')")
    with another_excel(**{name: value for name, value in chain.items() if name != "PYTHONPATH"}) as excel:
        days = (final_week(), ("TODAY",))
        shown = [excel.calculate("LEADS_KPI", "leads", *day) for day in days]
        pythons = excel.pythons
        sign("logout('test')")
        out = [excel.calculate("LEADS_KPI", "leads", *day) for day in days]
        text = excel.calculate("LEADS", "TODAY")
        sign("login('test', token='sesame')")

        assert [excel.calculate("LEADS_KPI", "leads", *day) for day in days] == shown
        assert shown == [wanted("LEADS_KPI", "leads", *day) for day in days]
        assert out == [shown[0], [["error -2146826246"]]]
        assert text[0][0].startswith("text #LEADS The API refused the sign-in (401)")
        assert "run 'leads-excel login'" in text[0][0]
        assert excel.pythons == pythons


def final_week():
    """Find a week that is asked for once and for all."""
    lx.leads_kpi("leads", "-60D")
    coverage = lx.leads_status("coverage")
    first = coverage[coverage["final"]].iloc[0]
    return f"{first['from']:%Y-%m-%d}", f"{first['to'] - dt.timedelta(days=1):%Y-%m-%d}"


def test_nothing_is_left_when_excel_crashes(user):  # noqa: ARG001 - as above
    """Neither Python nor the `cmd.exe` that started it."""
    with another_excel() as excel:
        excel.calculate("LEADS_DATE", "2026-08")
        started = excel.started
        processes.end(excel.program.pid)

        assert len(started) >= 2
        assert are_gone(started)
