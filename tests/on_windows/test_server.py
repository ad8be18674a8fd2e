"""How the add-in comes to its Python: settings, command line, and what happens where no cell waits."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import platformdirs
import programs
import pytest
from excel_side.excel import Excel
from excel_side.objects import Range
from excel_side.values import Typed, error
from excel_side.vba import VbaError

RAISED_IN_PYTHON = -2147467259  # by this number the add-in's VBA knows it

pytestmark = pytest.mark.timeout(300)


def test_the_python_is_the_one_that_installed_the_addin(excel, user):
    """It stands in the settings file, where VBA finds it, and nothing else has to be told."""
    settings = user / ".leads_excel" / "leads_excel.conf"

    assert settings.read_text(encoding="mbcs").splitlines() == [f'"INTERPRETER_WIN","{sys.executable}"']
    assert f'cmd.exe  /C ""{sys.executable}" -B -P -c "' in excel.command


def test_the_folder_of_the_workbook_is_no_place_for_modules(excel):
    """A `leads_excel.py` beside a workbook must not stand in for the package."""
    assert r"prepare_sys_path(\"false;" in excel.command


def test_settings_on_a_sheet_come_first():
    """As xlwings documents it: the workbook's own sheet, then files."""
    other = Excel("Book2", {"INTERPRETER_WIN": r"C:\other\python.exe"})

    assert r'""C:\other\python.exe" -B' in other.command
    with pytest.raises(VbaError, match="Could not load xlwings64"):
        other.start()


def test_a_formula_waits_while_a_dialog_is_open(excel):
    """The function wizard shows what it can without asking anybody."""
    excel.dialog = True

    assert excel.calculate("LEADS", "-7D") == Typed("text", "#LEADS Not calculated yet: press Ctrl+Alt+F9.")
    assert excel.calculate("LEADS_KPI", "leads", "-7D") == error("#N/A")


@pytest.mark.parametrize("caller", [error("#REF!"), "Button 1"], ids=["VBA", "a button"])
def test_a_formula_can_be_called_from_elsewhere(excel, caller):
    """From VBA and from a button there is no cell; the result is the same."""
    wanted = excel.calculate("LEADS_DATE", "-7D")
    excel.caller = caller

    assert excel.calculate("LEADS_DATE", "-7D") == wanted


def test_a_formula_of_an_array_has_many_cells(excel):
    """Entered into a range with Ctrl+Shift+Enter."""
    wanted = excel.calculate("LEADS", "-7D")
    excel.caller = Range([[None] * 3] * 2, excel.workbook.sheet)

    assert excel.calculate("LEADS", "-7D") == wanted


def test_formulas_are_logged(excel):
    """By the Python that calculates them, where the commands of this user log."""
    excel.calculate("LEADS_KPI", "leeds", "-7D")

    folder = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
    lines = [json.loads(line) for path in folder.glob("*.log") for line in path.read_text("utf-8").splitlines()]
    told = [line["reason"] for line in lines if line["event"] == "not calculated" and line["formula"] == "LEADS_KPI"]
    assert any(reason.startswith("There is no key figure •••: ") for reason in told)


def test_a_function_that_is_not_there_is_an_error(excel):
    """An add-in of a later version over an earlier package: the add-in's own VBA makes a line of it."""
    with pytest.raises(VbaError, match="no attribute 'LEADS_OF_TOMORROW'") as raised:
        excel.call("leads_excel.excel.udfs", "LEADS_OF_TOMORROW", [], excel.workbook, excel.caller)
    assert raised.value.number == RAISED_IN_PYTHON


def test_a_book_that_was_never_saved_has_formulas_too(started):
    """Its full name is no path; the Python that runs is the same kind."""
    book = Excel("Book1")
    try:
        assert book.calculate("LEADS_DATE", "2026-08") == started.calculate("LEADS_DATE", "2026-08")
    finally:
        book.kill()


def test_the_addin_is_where_excel_opens_it(user):
    """In XLSTART."""
    assert Path(user, "Microsoft", "Excel", "XLSTART", "leads_excel.xlam").is_file()


def test_the_addin_is_not_replaced_while_excel_has_it_open(user):
    """The command says so, and the add-in stays as it is."""
    addin = user / "Microsoft" / "Excel" / "XLSTART" / "leads_excel.xlam"
    before = addin.read_bytes()
    with addin.open("rb"):
        done = programs.run([sys.executable, "-m", "leads_excel", "addin", "install"], given="")

    assert done.returncode == 6
    assert "leads_excel.xlam is open in another program: close it there and try again." in done.stderr
    assert addin.read_bytes() == before
    assert list(addin.parent.iterdir()) == [addin]
