"""A program that a test starts has a limit of time and leaves nothing running."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from programs import printed_by, run, started

SILENT = [sys.executable, "-c", "import time; time.sleep(60)"]
OUTPUT = {"stdout": subprocess.PIPE}
PARENT = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print(child.pid, flush=True); time.sleep(60)"
)


def lives(pid):
    """Ask whether a process is there; one that nobody has reaped yet is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_reading_from_a_silent_program_comes_to_an_end():
    """At its limit it is killed, and the test is told."""
    with pytest.raises(TimeoutError, match=r"not done after 0\.2 s"), started(SILENT, limit=0.2, **OUTPUT) as program:
        assert program.stdout.readline() == ""

    assert program.returncode != 0


def test_running_a_program_that_never_ends_comes_to_an_end():
    """So is one that is waited for."""
    with pytest.raises(TimeoutError):
        run(SILENT, limit=0.2)


def test_a_test_that_fails_leaves_no_program():
    """Nor does one that simply forgets it."""
    with pytest.raises(ZeroDivisionError), started(SILENT) as program:
        1 / 0  # noqa: B018 - any failure

    assert program.returncode is not None


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Linux tells which processes live")
def test_what_a_program_started_ends_with_it():
    """LibreOffice and Chromium are several processes each."""
    with started([sys.executable, "-c", PARENT], **OUTPUT) as program:
        child = int(program.stdout.readline())
        assert lives(child)

    deadline = time.monotonic() + 10
    while lives(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not lives(child)


def test_a_program_reads_what_it_is_given_and_its_failure_counts():
    """Its input, its output and its exit code are those of the program."""
    echo = "import sys; print(sys.stdin.read()); sys.exit(3)"
    done = run([sys.executable, "-c", echo], given="سارة")

    assert (done.stdout, done.returncode) == ("سارة\n", 3)
    with pytest.raises(subprocess.CalledProcessError):
        printed_by("raise SystemExit(3)")
