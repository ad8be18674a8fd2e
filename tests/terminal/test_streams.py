"""Standard streams that take everything, whoever writes and whatever is wrong with them."""

from __future__ import annotations

import io
import os
import sys

import programs
import pytest
from places import ROOT
from stream_faults import FAULTS, LOST, code_page

from leads_excel.terminal.streams import deliver, steady

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="tests/on_windows has the faults of Windows")

DOORS = """
import sys
from pathlib import Path
from stream_faults import faulty
fault, text, told = sys.argv[1:]
sys.stdout, sys.stderr = (faulty(fault, stream).__enter__() for stream in (sys.stdout, sys.stderr))

from leads_excel.terminal.streams import secure
secure()

import logging, threading, warnings
from leads_excel.fetching.progress import watched
from rich.console import Console

def a_line(): print(text)
def a_line_at_once(): print(text, flush=True)
def a_long_page(): print(text * 20_000)
def a_warning(): warnings.warn(text)
def a_record(): logging.getLogger(__name__).warning(text)
def a_bar():
    with watched(True, 3) as bar:
        bar and bar(1, 3)
def a_page(): Console().print(text)
def a_thread(): (thread := threading.Thread(target=print, args=(text,))).start(), thread.join()
def a_thread_that_fails(): (thread := threading.Thread(target=int, args=(text,))).start(), thread.join()
def a_lone_surrogate(): print("\\ud83d\\udc80")

for door in (a_line, a_line_at_once, a_long_page, a_warning, a_record, a_bar, a_page, a_thread, a_thread_that_fails,
             a_lone_surrogate):
    door()
    Path(told).open("a").write(door.__name__ + " ")
raise ValueError(text)
"""


@POSIX
@pytest.mark.parametrize("fault", FAULTS)
def test_every_door_goes_on(fault, tmp_path):
    """A line, a warning, a record of a log, a bar, a page, a thread, a traceback: each is told, replaced or lost."""
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "standins")))
    arguments = [sys.executable, "-c", DOORS, fault, "تقرير", str(tmp_path / "told")]

    streams = {"encoding": code_page(fault), "errors": "backslashreplace"}
    done = programs.run(arguments, env={**os.environ, "PYTHONPATH": path}, **streams)

    assert (tmp_path / "told").read_text(encoding="utf-8").split()[-1] == "a_lone_surrogate"
    assert done.returncode == 1
    shown = "تقرير" if fault == "cp1256" else ascii("تقرير").strip("'")
    assert done.stdout.startswith(shown) == (f"ValueError: {shown}" in done.stderr) == (fault not in LOST)


@POSIX
@pytest.mark.parametrize(
    "redirected", ["| head -1", ">/dev/full", "2>/dev/full", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", ">&1 | true"]
)
def test_python_ends_with_the_code_of_the_work(redirected):
    """As a shell redirects: what is left to be written at the end changes nothing either."""
    command = f'"{sys.executable}" -m leads_excel help commands {redirected}'

    done = programs.run(["bash", "-o", "pipefail", "-c", command])

    assert (done.returncode, done.stderr) == (0, "")


@POSIX
def test_a_bar_in_a_terminal_that_is_closed(tmp_path):
    """Also where the streams are as Python made them, as in somebody's own script."""
    code = """
import os, sys, time
from pathlib import Path
from leads_excel.fetching.progress import watched
ours, its = os.openpty()
os.dup2(its, 2)
os.close(its)
sys.stderr = open(2, "w", closefd=False)
with watched(True, 3) as bar:
    bar(1, 3)
    seen = os.read(ours, 100)
    os.close(ours)
    bar(2, 3)
    time.sleep(0.3)
Path(sys.argv[1]).write_bytes(seen)
sys.stderr = None
"""
    done = programs.run([sys.executable, "-c", code, str(tmp_path / "seen")], env={**os.environ, "TERM": "xterm"})

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "seen").read_bytes()


@POSIX
def test_no_file_takes_the_place_of_a_stream():
    """What is opened first while a stream is closed would get its number, and be written into by who tells an error."""
    code = """
import os, sys
os.close(1), os.close(2)
sys.stdout = sys.stderr = None
from leads_excel.terminal.streams import secure
secure()
sys.exit(open(sys.argv[1], "w").fileno() <= 2)
"""
    done = programs.run([sys.executable, "-c", code, os.devnull])

    assert done.returncode == 0


def test_a_name_of_bytes_is_written_as_they_came(tmp_path):
    """In the C locale a file's name that is no text goes out as it came in, and letters beside it as their numbers."""
    with (tmp_path / "out").open("w", encoding="ascii", errors="surrogateescape") as stream:
        steady(stream).write("caf\udce9 \u0639\n")

    assert (tmp_path / "out").read_bytes().rstrip() == b"caf\xe9 \\u0639"


def test_a_choice_of_the_user_stays(tmp_path):
    """`PYTHONIOENCODING=cp1252:replace` never fails by itself."""
    with (tmp_path / "out").open("w", encoding="cp1252", errors="replace") as stream:
        steady(stream).write("\u0639")

    assert (tmp_path / "out").read_bytes() == b"?"


def test_what_is_no_file_stays_as_it_is():
    """A notebook's stream, and one that is steady already."""
    notebook = io.StringIO()
    nowhere = steady(None)

    assert steady(notebook) is notebook
    assert steady(nowhere) is nowhere


def test_a_result_goes_to_any_stream(capfdbinary):
    """Where the streams are not ours too."""
    deliver("عميل".encode())

    assert capfdbinary.readouterr().out.decode() == "عميل"
