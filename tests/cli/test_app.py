"""The command line as a whole: its name, its help, and its exit codes. Each test runs the real program."""

import os
import sys
from importlib.metadata import entry_points
from importlib.util import find_spec

import programs
import pytest
from commands import NOW, ask, run

from leads_excel.dates.typed_dates import to_days
from leads_excel.sandbox import Faults, Sandbox, SandboxServer, SignIn
from leads_excel.settings.model import Settings
from leads_excel.windows.week_grid import split


def test_the_program_is_installed_under_its_name():
    """`leads-excel` and `python -m leads_excel` are the same program."""
    (script,) = entry_points(group="console_scripts", name="leads-excel")

    assert script.value == "leads_excel.cli:main"


def test_help_does_not_load_pandas():
    """Help is there at once: neither pandas, httpx, xlwings nor openpyxl is imported for it."""
    show_help = "from leads_excel.cli.app import app; app(['-h'], standalone_mode=False)"
    code = f"import sys; {show_help}; print(sorted(sys.modules))"
    printed = programs.printed_by(code)

    assert not {"'pandas'", "'httpx'", "'xlwings'", "'openpyxl'", "'pydantic'"} & set(
        printed.splitlines()[-1].strip("[]").split(", ")
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("fetch", "--from", "03/04/2026", "--out", "x"), "2026-04-03"),
        (("fetch", "--from", "2026-10-05", "--to", "2026-10-01", "--out", "x"), "leads-excel: "),
        (("fetch", "--id", "5", "--from", "-7D", "--out", "x"), "--id comes alone"),
        (("fetch", "--from", "-7D", "--out", "x.pdf"), "x.pdf"),
        (("fetch", "--from", "-7D"), "--out"),
        (("report", "--from", "-7D", "--out", "x.docx"), "x.docx is no report"),
        pytest.param(
            ("export", "nowhere://bucket/x", "--from", "-7D"),
            "The target nowhere:// cannot be used",
            marks=pytest.mark.skipif(not find_spec("fsspec"), reason="fsspec is not installed"),
        ),
        (("fetch", "--from", "-7D", "--out", "x", "--source", "-3"), "source"),
        (("sandbox", "--port", "70000"), "--port"),
        (("sandbox", "--leads-per-day", "-1"), "--leads-per-day"),
        (("store", "erase", "--lead", str(10**20)), "lead must be a whole number"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_arguments_are_exit_code_2(api, arguments, says, tmp_path, monkeypatch):
    """A wrong argument is one line on standard error that says what to do; nothing is written."""
    monkeypatch.chdir(tmp_path)

    done = ask(api, *arguments)

    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert api.log == []


@pytest.mark.skipif(sys.platform == "win32", reason="tests/on_windows starts the program through cmd.exe")
@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "cp437"])
def test_no_letter_stops_a_command(encoding, tmp_path):
    """Output that is piped on Windows has the letters of a code page; others are written as their numbers."""
    command = [sys.executable, "-m", "leads_excel", "new", "تقرير.xlsx"]

    done = programs.run(command, cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": encoding})

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip().endswith(r"\u062a\u0642\u0631\u064a\u0631.xlsx")
    assert (tmp_path / "تقرير.xlsx").exists()


def test_wrong_settings_are_exit_code_2():
    """A setting that cannot be used is named."""
    done = run("status", LEADS_EXCEL_CONCURRENCY="many")

    assert done.returncode == 2
    assert "LEADS_EXCEL_CONCURRENCY" in done.stderr


def test_a_refused_sign_in_is_exit_code_3(tmp_path):
    """401 is exit code 3, and the token stays out of the message."""
    with SandboxServer(Sandbox(sign_in=SignIn.bearer("right"))) as api:
        done = ask(api, "fetch", "--from", "-7D", "--out", str(tmp_path), LEADS_EXCEL_TOKEN="wrong-token")

    assert done.returncode == 3
    assert "wrong-token" not in done.stderr + done.stdout


def test_an_api_out_of_reach_is_exit_code_4_and_the_missing_window_is_named(tmp_path):
    """One window that fails for good: exit code 4, that window named, and no file."""
    zone = Settings().zone
    broken = split(to_days("2026-10", zone=zone), zone)[1].from_stamp
    faults = Faults(broken_windows=frozenset({broken}))
    with SandboxServer(Sandbox(leads_per_day=6, now=lambda: NOW), faults=faults) as api:
        done = ask(api, "fetch", "--from", "2026-10", "--out", str(tmp_path / "x.json"), LEADS_EXCEL_ATTEMPTS="2")

    assert done.returncode == 4
    assert "2026-10-04 to 2026-10-10" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_answer_not_understood_is_exit_code_5(tmp_path):
    """A page for people instead of bulks, time after time: exit code 5."""
    faults = Faults(every=1, kinds=("html",))
    with SandboxServer(faults=faults) as api:
        done = ask(api, "fetch", "--from", "2026-10-01", "--out", str(tmp_path), LEADS_EXCEL_ATTEMPTS="2")

    assert done.returncode == 5
