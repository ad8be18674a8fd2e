"""What needs a Windows, run by a real Windows Python under Wine; skipped where that is not built.

`bash tests/on_windows/build.sh` builds it. A run has a Wine of its own, made of links to the one that was built: two
can run at once, and nothing that one leaves behind is found by the next.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

import pytest
from places import ROOT
from programs import run

HERE = Path(__file__).parent
LIFE = "tests/on_windows/test_server_life.py"
BUTTONS = "tests/on_windows/test_buttons.py"
BUILD = "bash tests/on_windows/build.sh"
_VARIABLES = {  # of whoever runs the tests: a test has a home of its own
    name: value for name, value in os.environ.items() if not name.startswith(("LEADS_EXCEL_", "PYTEST_", "DISPLAY"))
}

_NO_SCREEN = '\n[Software\\\\Wine\\\\Drivers]\n"Graphics"="null"\n'
"""Has windows exist where there is no screen."""

FILES = (
    *("doctor", "excel/addin", "excel/cells", "excel/file/package", "excel/template", "exports", "reports", "settings"),
    *("excel/file/test_disk.py", "excel/file/test_file_book_refusals.py", "store"),
    *("excel/test_bridge.py", "excel/test_turns.py", "excel/test_workbooks.py"),
)
ANSWERS = (
    *("arguments", "bulks", "client", "dates", "fetching", "sandbox/test_api.py"),
    *("sandbox/test_server.py", "tables", "windows"),
)
"""The package's own tests whose fast ones are run there too: where files, clocks, letters and the network matter."""

WHOLE = ("cli", "project/test_targets.py", "terminal")
"""Those of which the slow ones are run there as well."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def built():
    """Find what build.sh has built of this checkout."""
    found = run(["bash", HERE / "build.sh", "--find"], env=_VARIABLES)
    if found.returncode:
        pytest.skip(f"no Windows Python under Wine is built: {BUILD}")
    return Path(found.stdout.strip())


@pytest.fixture(scope="module")
def windows(built):
    """Start a Wine of our own; what still runs in it at the end is ended."""
    with (
        tempfile.TemporaryDirectory(dir=built.parent, prefix="run-") as folder,
        _wine(built / "prefix", Path(folder)) as variables,
    ):
        yield Windows(built / "python" / "python.exe", variables)


@contextmanager
def _wine(template, folder):
    """Make a Wine from links to the files of another, but for its registry, which Wine writes."""
    shutil.copytree(template, folder / "prefix", copy_function=_linked, symlinks=True)
    with (folder / "prefix" / "user.reg").open("a", encoding="ascii") as registry:
        registry.write(_NO_SCREEN)
    information = distribution("leads-excel")._path
    shutil.copytree(information, folder / "installed" / information.name)
    path = ";".join(map(as_windows, (ROOT, folder / "installed")))
    variables = _VARIABLES | {"WINEPREFIX": str(folder / "prefix"), "WINEDEBUG": "-all", "PYTHONPATH": path}
    variables |= {"PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        yield variables
    finally:
        run(["wineserver", "-k"], env=variables)
        run(["wineserver", "-w"], env=variables)


def _linked(source, target):
    return (shutil.copy2 if source.endswith(".reg") else os.link)(source, target)


def as_windows(path):
    """Write a path of this machine as Wine names it."""
    return f"Z:{path}".replace("/", "\\")


class Windows:
    """A Windows with a Python.

    Args:
        executable: The Python.
        variables: The environment of what runs in it.
    """

    def __init__(self, executable, variables):
        self.executable, self.variables = executable, variables

    def python(self, *arguments, limit=60):
        """Run Python; its standard streams are pipes, since Wine gives it no others that work."""
        command = ["wine", as_windows(self.executable), *arguments]
        return run(command, given="", limit=limit, env=self.variables, cwd=ROOT, errors="replace")

    def tests(self, *arguments, limit=840):
        """Run tests, and give what pytest printed."""
        # To catch what is written to file descriptors takes Wine longer than most tests do.
        how = ("-p", "no:cacheprovider", "-p", "no:xdist", "--timeout-method=thread", "--capture=sys")
        done = self.python("-m", "pytest", *how, *arguments, limit=limit)
        print(done.stdout)
        return done


def test_it_is_a_windows(windows):
    """The Python says so itself, and sees the checkout."""
    done = windows.python(
        "-c", "import sys, leads_excel; print(sys.platform, sys.version_info[:2], leads_excel.__file__)"
    )

    assert done.stdout.split(None, 1)[0] == "win32", done.stderr
    assert as_windows(ROOT) in done.stdout


def test_formulas_work_on_windows(windows):
    """The tests of this folder, there."""
    done = windows.tests("tests/on_windows", f"--ignore={LIFE}", f"--ignore={BUTTONS}", "-rs", limit=800)

    assert done.returncode == 0, done.stdout + done.stderr


def test_python_may_come_and_go_on_windows(windows):
    """The others of this folder: most of them start one Python after another."""
    done = windows.tests(LIFE, limit=840)

    assert done.returncode == 0, done.stdout + done.stderr


def test_buttons_work_on_windows(windows):
    """Each click is a new Python, and a refresh some thousand calls over COM."""
    done = windows.tests(BUTTONS, "-rs", limit=840)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("tests", "options"),
    [(FILES, ("-m", "not slow")), (ANSWERS, ("-m", "not slow")), (WHOLE, ())],
    ids=["files", "answers", "the command line"],
)
def test_the_package_works_on_windows(windows, tests, options):
    """Its own tests, but for what Wine cannot do."""
    known = (HERE / "not_under_wine.txt").read_text(encoding="utf-8").splitlines()
    left_out = [f"--{'deselect' if '::' in line else 'ignore'}={line}" for line in known if line.startswith("tests/")]

    done = windows.tests(*options, *left_out, *(f"tests/{name}" for name in tests))

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_xlwings_there_is_the_one_in_use():
    """Its hash has to be renewed with its version, and the add-in's VBA and its DLL are of one version."""
    hint = f"take the version over into {HERE.name}/pinned.txt with the hash that it says how to get, run: {BUILD}"
    pinned, constrained = (
        re.search(r"^xlwings==(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)[1]
        for file in (HERE / "pinned.txt", ROOT / ".ci" / "constraints.txt")
    )
    assert pinned == constrained, hint


def test_what_is_left_out_is_there():
    """A test that was renamed is looked at again."""
    lines = (HERE / "not_under_wine.txt").read_text(encoding="utf-8").splitlines()
    named = [line.partition("::") for line in lines if line.startswith("tests/")]

    assert named
    assert all(f"def {test}(" in (ROOT / file).read_text(encoding="utf-8") or not test for file, _, test in named)
