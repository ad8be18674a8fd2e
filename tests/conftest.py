"""What every test starts from: a user without settings, files and keychain, whatever the machine has."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from itertools import count

import fork_server
import hypothesis
import pytest

_FOLDERS = (
    *("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "WIN_PD_OVERRIDE_APPDATA", "WIN_PD_OVERRIDE_LOCAL_APPDATA"),
    *("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"),
)

_homes = count()

_LONGEST = "tests/on_windows/test_under_wine.py"
"""Minutes each: begun last, they would be waited for alone."""


_phases = [phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.explain or sys.platform != "win32"]
# A busy computer is no failure; to explain one takes Wine longer than to find it.
hypothesis.settings.register_profile("untimed", deadline=None, phases=_phases)
hypothesis.settings.load_profile("untimed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in `nohup pytest &`: programs that tests start inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Under `-n auto` the tests of a file share a process: what a module makes once is made once."""
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - without -n the tests do without it

    class LongestFirst(LoadFileScheduling):
        """In the order of `pytest_collection_modifyitems`; the longest of all are given out one by one."""

        def _split_scope(self, nodeid):
            return nodeid if nodeid.startswith(_LONGEST) else super()._split_scope(nodeid)

    config.option.loadscopereorder = False
    return LongestFirst(config, log)


def pytest_collection_modifyitems(items):
    """Give slow tests a longer limit of time than `timeout` in pyproject.toml, and begin with what takes longest."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(300))
    sizes = Counter(item.location[0] for item in items)
    items.sort(key=lambda item: (not item.nodeid.startswith(_LONGEST), -sizes[item.location[0]], item.location[0]))


@pytest.fixture(scope="session")
def homes(tmp_path_factory):
    """Give the folder of all homes: `mktemp` for each test resolves paths, which takes Wine longer than most tests."""
    return tmp_path_factory.mktemp("homes")


def _move_in(homes, variables):
    for variable in [name for name in os.environ if name.upper().startswith("LEADS_EXCEL_")]:
        variables.delenv(variable)
    home = homes / f"home-{next(_homes)}"
    home.mkdir()
    for variable in _FOLDERS:
        variables.setenv(variable, str(home))
    variables.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return home


@pytest.fixture(scope="session", autouse=True)
def _new_user_of_modules(homes):
    """Give what a module makes once, before its first test, a user like that of each test: not the machine's."""
    with pytest.MonkeyPatch.context() as variables:
        yield _move_in(homes, variables)


@pytest.fixture(autouse=True)
def new_user(monkeypatch, homes):
    """Give each test, and each process it starts, a home of its own and no `LEADS_EXCEL_*` variable."""
    return _move_in(homes, monkeypatch)


@pytest.fixture(autouse=True)
def _no_log_is_open():
    """Close the log of formulas that a test has called as Excel does: the next one has another home."""
    yield
    formulas = sys.modules.get("leads_excel.log.formulas")
    if formulas and sys.platform != "win32":
        formulas.end()


@pytest.fixture(autouse=True)
def _apis_are_new():
    """Forget how the API at an address answers: a simulated one may get the address of an earlier test's."""
    habits = sys.modules.get("leads_excel.client.habits")  # to load it takes a second that few tests need
    if habits:
        habits._MERGING.clear()


@pytest.fixture(scope="session")
def forks():
    """What makes processes that have loaded everything."""
    return fork_server.context()
