"""Telling never stops the doing: every door of the command line under every fault of its streams."""

from __future__ import annotations

import json
import shutil
from itertools import product

import openpyxl
import pytest
from commands import ask, run
from stream_faults import FAULTS, LOST, code_page

from leads_excel.excel import workbooks

pytestmark = pytest.mark.slow

NAMES = ("foreign.xlsx", "عملاء.xlsx", "second.xlsx")
ONE = [{name: fault} for fault, name in product(FAULTS, ("stdout", "stderr"))]
BOTH = [dict.fromkeys(("stdout", "stderr"), fault) for fault in FAULTS]


def told(faults):
    """Name a case of the matrix."""
    return f"{' and '.join(faults)}: {faults[max(faults)]}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make the workbooks once: one that is not ours, one of each kind of name."""
    folder = tmp_path_factory.mktemp("made")
    openpyxl.Workbook().save(folder / NAMES[0])
    for name in NAMES[1:]:
        workbooks.new(folder / name)
    return folder


@pytest.mark.parametrize("faults", BOTH, ids=told)
def test_a_refresh_of_several_goes_on(api, made, tmp_path, faults):
    """Results and an error are told on the way; every workbook is done, and the code is that of the one that failed."""
    folder = shutil.copytree(made, tmp_path / "books")

    done = ask(api, "refresh", *NAMES, "--from", "2026-10-05", cwd=folder, faults=faults)

    assert done.returncode == 6
    assert all(openpyxl.load_workbook(folder / name)["Leads"].max_row > 5 for name in NAMES[1:])
    assert (folder / NAMES[0]).read_bytes() == (made / NAMES[0]).read_bytes()
    assert "Traceback" not in done.stderr
    assert "stdout" in faults or "عملاء.xlsx: " in done.stdout


@pytest.mark.parametrize("faults", ONE, ids=told)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("new", "تقرير.xlsx"), 0),
        (("status",), 0),
        (("help", "commands"), 0),
        (("--help",), 0),
        (("nonsense-تقرير",), 2),
        (("refresh", "لا يوجد.xlsx"), 6),
        (("fetch", "--from", "غدا", "--out", "x"), 2),
        (("login", "test"), 2),
    ],
    ids=("new", "status", "help", "--help", "no command", "no workbook", "no day", "no secret"),
)
def test_the_exit_code_is_that_of_the_work(tmp_path, faults, arguments, code):
    """Whatever could not be told."""
    done = run(*arguments, cwd=tmp_path, faults=faults, LEADS_EXCEL_ENVIRONMENT="demo")

    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == (["تقرير.xlsx"] if arguments[0] == "new" else [])


@pytest.mark.parametrize("faults", ONE + BOTH, ids=told)
def test_a_result_that_was_asked_for_is_whole_or_an_error(api, faults):
    """`--out -` is a file by another name: exit code 6 where it could not be written."""
    done = ask(api, "fetch", "--from", "2026-10-05", "--out", "-", faults=faults)

    if faults.get("stdout") in LOST:
        assert done.returncode == 6
        assert "stderr" in faults or done.stderr.startswith("leads-excel: Standard output cannot be written: ")
    else:
        assert done.returncode == 0
        assert (done.stdout[:2], done.stdout.rstrip()[-2:]) == ("[{", "}]")
        assert code_page(faults.get("stdout")) != "utf-8" or json.loads(done.stdout)
