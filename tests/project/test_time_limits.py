"""No test waits for ever: each has a limit, and Ctrl-C reaches the programs it starts, wherever the tests run."""

import shutil
import sys

import pytest
from places import ROOT
from programs import run

IGNORING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""

SLEEPING = """
import time

def test_that_never_ends():
    time.sleep(60)

def test_of_its_own():
    pass
"""

INTERRUPTED = """
import signal, subprocess, sys
from programs import started

def test_ctrl_c():
    code = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN, flush=True); signal.pause()"
    with started([sys.executable, "-c", code], limit=20, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout.readline() == "False\\n"
        program.send_signal(signal.SIGINT)
        assert "KeyboardInterrupt" in program.communicate()[1]
"""


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """Give a function that runs a test file of its own as ours are run, and returns the outcome."""
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)

    def tested(source, *options, before=()):
        (tmp_path / "test_scratch.py").write_text(source, encoding="utf-8")
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # the other plugins take seconds to load
        ours = [
            "-p",
            "pytest_timeout",
            "-c",
            ROOT / "pyproject.toml",
            "-p",
            "no:cacheprovider",
            "-o",
            "addopts=",
            *options,
            tmp_path,
        ]
        return run([sys.executable, *before, "-m", "pytest", *ours])

    return tested


@pytest.mark.slow
def test_a_test_that_never_ends_is_ended(scratch):
    """It fails, shows where it stood, and the tests after it run."""
    done = scratch(SLEEPING, "-o", "timeout=1")

    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert "Timeout" in done.stdout
    assert "time.sleep(60)" in done.stdout


def test_every_test_has_a_limit(pytestconfig, request):
    """Two minutes where a test sets no other: above all that any of them takes, below what anybody waits for."""
    assert float(pytestconfig.getini("timeout")) == 120
    assert request.node.get_closest_marker("timeout") is None


@pytest.mark.slow
def test_a_slow_test_has_a_longer_limit(request):
    """Marking a test as slow is enough."""
    assert request.node.get_closest_marker("timeout").args == (300,)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to ignore")
def test_ctrl_c_ends_a_program_where_it_is_ignored(scratch):
    """`nohup pytest &` and jobs of a schedule ignore it, and programs that tests start would inherit that."""
    done = scratch(INTERRUPTED, before=("-c", IGNORING))

    assert "1 passed" in done.stdout, done.stdout
