"""`demo`, `new` and `refresh`: workbooks without Excel. Each test runs the real program."""

import os
import signal
import subprocess
import sys

import openpyxl
import programs
import pytest
from commands import ask, run


@pytest.mark.slow
def test_the_demo_fills_a_workbook_with_a_quarter(tmp_path):
    """`demo` needs nothing: it serves, fetches over HTTP, writes, and prints counts, seconds and the path."""
    out = tmp_path / "demo.xlsx"
    done = run("demo", "--out", str(out))

    assert done.returncode == 0, done.stderr
    summary, path = done.stdout.splitlines()
    for noun in ("leads", "vehicles", "errors", "windows", "seconds"):
        assert noun in summary
    assert path == str(out)
    book = openpyxl.load_workbook(out, read_only=True)
    assert all(book[name].max_row > 100 for name in ("Leads", "Vehicles", "Errors"))
    told, *leads = book["Leads"].iter_rows(values_only=True)
    assert {row[told.index("duplicate")] for row in leads} == {True, False}
    assert book["Log"]["K2"].value == "complete"


@pytest.mark.slow
def test_workbooks_are_made_and_refreshed(api, tmp_path):
    """`new`, then one `refresh` of several: fetched once, a line for each, exit code of the one that failed."""
    made = [tmp_path / "a.xlsx", tmp_path / "b.xlsm"]
    for path in made:
        assert run("new", str(path)).stdout.strip() == str(path)
    foreign = tmp_path / "foreign.xlsx"
    openpyxl.Workbook().save(foreign)

    done = ask(api, "refresh", str(made[0]), str(foreign), str(made[1]), "--from", "2026-10")

    assert done.returncode == 6
    assert len(api.log) == 5 + 5 + 5  # October, the days before, for duplicates, and those after, for Rejections
    assert [line.partition(": ")[0] for line in done.stdout.splitlines()] == [str(path) for path in made]
    assert "foreign.xlsx" in done.stderr
    for path in made:
        assert openpyxl.load_workbook(path)["Leads"].max_row > 50


@pytest.mark.slow
def test_rows_that_left_are_kept_on_demand(api, tmp_path):
    """--keep-gone leaves the rows of an earlier range in the table."""
    path = tmp_path / "report.xlsx"
    run("new", str(path))
    ask(api, "refresh", str(path), "--from", "2026-10-04")
    before = openpyxl.load_workbook(path)["Leads"].max_row

    ask(api, "refresh", str(path), "--from", "2026-10-05", "--keep-gone")

    assert openpyxl.load_workbook(path)["Leads"].max_row > before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
@pytest.mark.slow
def test_watch_refreshes_again_until_ctrl_c(api, tmp_path):
    """--watch goes on after the first refresh."""
    path = tmp_path / "report.xlsx"
    run("new", str(path))
    variables = {"LEADS_EXCEL_ENVIRONMENT": "test", "LEADS_EXCEL_BASE_URL": api.url, "LEADS_EXCEL_STORE": "none"}
    command = [sys.executable, "-u", "-m", "leads_excel", "refresh", str(path), "--from", "TODAY", "--watch", "0.05"]
    with programs.started(command, stdout=subprocess.PIPE, env={**os.environ, **variables}) as process:
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)

    assert all(f" {path}: " in line for line in lines)
    assert len(api.log) >= 2


def test_an_end_without_a_beginning_is_refused(tmp_path):
    """--to alone would leave half of the range to the workbook."""
    done = run("refresh", str(tmp_path / "report.xlsx"), "--to", "TODAY")

    assert done.returncode == 2
    assert "--from" in done.stderr


def test_a_workbook_is_made_in_a_language(tmp_path):
    """--language, else the setting; one that there is not is one line and exit code 2."""
    arabic, by_setting, french = (tmp_path / f"{name}.xlsx" for name in ("arabic", "by_setting", "french"))

    assert run("new", str(arabic), "--language", "ar").returncode == 0
    assert run("new", str(by_setting), LEADS_EXCEL_LANGUAGE="ar").returncode == 0
    refused = run("new", str(french), "--language", "fr")

    assert openpyxl.load_workbook(arabic).sheetnames == openpyxl.load_workbook(by_setting).sheetnames
    assert openpyxl.load_workbook(arabic).sheetnames[0] == "الرئيسية"
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert line.startswith("leads-excel: The setting 'language' cannot be used. It should say the language of ")
    assert line.endswith("reports: en (English) or ar (Arabic, from right to left).")
    assert not french.exists()
