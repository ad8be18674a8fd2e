"""An Excel with the add-in, started once for all tests of this folder; on Windows, or under Wine.

Elsewhere the tests that need a Windows are left to `test_under_wine.py`, which runs them there.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

_NEED_WINDOWS = [
    *("test_formulas.py", "test_arguments.py", "test_server.py", "test_server_life.py", "test_waiting.py"),
    *("test_files.py", "test_command_line.py", "test_buttons.py"),
]
collect_ignore = ["test_under_wine.py"] if sys.platform == "win32" else _NEED_WINDOWS

FIGURES: dict[str, float] = {}
"""What took how many seconds; told at the end."""

_PATH = r"C:\Reports\Sales & Service\تقرير 😀.xlsx"


def pytest_terminal_summary(terminalreporter):
    """Tell how long things took."""
    for what, seconds in FIGURES.items():
        terminalreporter.write_line(f"{seconds:8.3f} s  {what}")


@pytest.fixture(scope="session")
def dms():
    """Start the simulated DMS, with odd leads in it."""
    from dealership import Dealership  # noqa: PLC0415 - it loads pandas, which this file must not

    from leads_excel.sandbox import SandboxServer  # noqa: PLC0415 - likewise

    server = SandboxServer(Dealership())
    return server.__enter__()  # and never closed: under Wine, hanging up does not wake a thread that reads


@pytest.fixture(scope="session")
def user(dms, tmp_path_factory):
    """Give a user with the add-in installed; what is started from here on belongs to that user."""
    import programs  # noqa: PLC0415 - the tests' path is not set yet when this file is read

    home = tmp_path_factory.mktemp("Sales & Service")
    folders = ("USERPROFILE", "APPDATA", "LOCALAPPDATA", "WIN_PD_OVERRIDE_APPDATA", "WIN_PD_OVERRIDE_LOCAL_APPDATA")
    settings = {"ENVIRONMENT": "test", "BASE_URL": dms.url, "STORE": "none", "LOADING_AFTER": "0.5"}
    settings |= {"TIMEOUT": "120", "DEADLINE": "300"}  # for a DMS that keeps silent
    with pytest.MonkeyPatch.context() as variables:
        for name in folders:
            variables.setenv(name, str(home))
        for name, value in settings.items():
            variables.setenv(f"LEADS_EXCEL_{name}", value)
        variables.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)  # of `bare`
        variables.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        programs.run([sys.executable, "-m", "leads_excel", "addin", "install"], given="", check=True)
        yield home


if sys.platform == "win32":

    @pytest.fixture(autouse=True)
    def new_user(user):
        """Give every test here the one user, whose Excel runs all the while."""
        return user


@pytest.fixture(scope="session")
def started(user):  # noqa: ARG001 - the user's variables are set
    """Start Excel, and with the first formula Python."""
    from excel_side.excel import Excel  # noqa: PLC0415 - for Windows only

    excel = Excel(_PATH)
    before = time.perf_counter()
    excel.start()
    FIGURES["activation: Python starts and registers its server"] = time.perf_counter() - before
    before = time.perf_counter()
    excel.calculate("LEADS_DATE", "TODAY")
    FIGURES["the first formula: it imports what it needs"] = time.perf_counter() - before
    yield excel
    excel.kill()


@pytest.fixture
def excel(started):
    """Give Excel as a program uses it: a formula that is typed into a cell waits for what it needs."""
    caller, dialog = started.caller, started.dialog
    started.application.UserControl = False
    yield started
    started.caller, started.dialog = caller, dialog
    started.application.UserControl = True


@pytest.fixture(scope="session")
def notebook_session(dms):
    """Open what the notebook's functions draw on: the same DMS."""
    from leads_excel import Settings  # noqa: PLC0415 - as above
    from leads_excel.fetching.session import Session  # noqa: PLC0415 - as above

    return Session(Settings(environment="test", base_url=dms.url, store="none"))


@pytest.fixture
def notebook(notebook_session):
    """Let the notebook's functions, in this process, ask the DMS that the formulas ask."""
    from leads_excel.fetching.session import use  # noqa: PLC0415 - as above

    use(notebook_session)
    yield
    use(None)


@pytest.fixture
def held(dms):
    """Give what has the DMS keep silent for as long as a context lasts."""
    return dms.sandbox.held


@pytest.fixture
def sheet(started, notebook_session):
    """Give a sheet in which somebody works, in an Excel whose Python knows nothing yet."""
    from excel_side.sheet import Sheet  # noqa: PLC0415 - for Windows only

    caller, settings = started.caller, vars(started.application).copy()
    notebook_session.forget_everywhere()
    yield Sheet(started)
    started.caller = caller
    vars(started.application).update(settings)


@pytest.fixture
def timed():
    """Give what notes how long something takes, under a name."""
    from contextlib import contextmanager  # noqa: PLC0415 - beside its use

    @contextmanager
    def noted(what):
        before = time.perf_counter()
        yield
        FIGURES[what] = time.perf_counter() - before

    return noted


@pytest.fixture
def figures():
    """Give the figures that are told at the end, to add some."""
    return FIGURES
