"""Notebook lines as formulas and back: the same call, whatever its arguments."""

from datetime import date

import pandas as pd
import pytest

import leads_excel as lx
from leads_excel.excel.template.sheets.catalogue import FUNCTIONS
from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.session import Session, use


@pytest.fixture(autouse=True)
def _demo():
    use(Session(lx.Settings(environment="demo", store="none")))
    yield
    use(None)


@pytest.mark.parametrize(
    ("call", "formula"),
    [
        ((lx.leads_by, "source", "LM"), '=LEADS_BY("source","LM")'),
        ((lx.leads, "-7D", None, "basic", None, "limit=5"), '=LEADS("-7D",,"basic",,"limit=5")'),
        ((lx.leads_status,), "=LEADS_STATUS()"),
        ((lx.lead, [574, 12], "source"), '=LEAD({574,12},"source")'),
        ((lx.leads, date(2026, 8, 3), date(2026, 8, 9)), "=LEADS(DATE(2026,8,3),DATE(2026,8,9))"),
        ((lx.leads, "LM", None, None, 'branch="A"'), '=LEADS("LM",,,"branch=""A""")'),
        ((lx.lead, 574, "source", True), '=LEAD(574,"source",TRUE)'),
    ],
)
def test_a_call_is_a_formula(call, formula):
    """Left-out arguments stay left out, and the end is not padded."""
    assert lx.as_formula(*call) == formula


def test_arguments_may_be_named():
    """They come to stand in their place."""
    assert lx.as_formula(lx.leads_by, "source", "LM", options="top=3") == '=LEADS_BY("source","LM",,,,"top=3")'


def test_excel_may_want_semicolons():
    """Between arguments; and they are read, too."""
    formula = lx.as_formula(lx.leads_by, "source", "LM", None, "leads", separator=";")

    assert formula == '=LEADS_BY("source";"LM";;"leads")'
    assert lx.as_python(formula) == 'lx.leads_by("source", "LM", None, "leads")'


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        (' =leads_by( "source" , "LM" ) ', 'lx.leads_by("source", "LM")'),
        ("=LEAD({574,12},,TRUE)", "lx.lead([574, 12], None, True)"),
        ("=LEADS(DATE(2026,8,3),46237)", 'lx.leads("2026-08-03", 46237)'),
        ('=LEADS("LM",,,"branch=""A""")', 'lx.leads("LM", None, None, \'branch="A"\')'),
        ('=LEADS("LM",,,"branch=الرياض")', 'lx.leads("LM", None, None, "branch=الرياض")'),
        ("=LEADS_STATUS()", "lx.leads_status()"),
    ],
)
def test_a_formula_is_a_line(formula, line):
    """With the same arguments, as Python writes them."""
    assert lx.as_python(formula) == line


def test_every_formula_there_is_can_be_a_line_and_a_formula_again():
    """The examples of the sheet Formulas, to the letter."""
    for entry in FUNCTIONS:
        if "[" in entry.example or "A2" in entry.example:
            continue  # refers to cells
        line = lx.as_python(entry.example)
        name, _, arguments = line.removeprefix("lx.").partition("(")
        again = eval(f"lx.as_formula(lx.{name}, {arguments}")  # noqa: S307 - the line is ours
        assert again == entry.example


def test_the_line_gives_what_the_call_gives():
    """For every key figure, and for a table."""
    for name in lx.kpis.KPIS:
        line = lx.as_python(lx.as_formula(lx.leads_kpi, name, "-3D", filters="brand=KIA"))
        assert line == f'lx.leads_kpi("{name}", "-3D", None, "brand=KIA")'
    call = (lx.leads_by, "source", "-3D", None, "leads,rejection_rate")
    line = lx.as_python(lx.as_formula(*call))
    pd.testing.assert_frame_equal(eval(line), call[0](*call[1:]))  # noqa: S307 - the line is ours


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ((lx.fetch, "-7D"), "no formula: give a function such as lx.leads_by"),
        ((lx.leads_by,), "LEADS_BY cannot be written so: missing"),
        ((lx.leads, "x" * 256), "255 characters"),
        ((lx.leads, {"a": 1}), "This dict cannot stand in a formula"),
        ((lx.leads, float("nan")), "This float cannot stand in a formula"),
        ((lx.leads, float("inf")), "This float cannot stand in a formula"),
        ((lx.leads, pd.NaT), "This NaTType cannot stand in a formula"),
        ((lx.leads, "LM", None, None, [["branch", "A"]]), "This list cannot stand in a formula"),
        ((lx.leads, "LM", None, [None, "source"]), "This list cannot stand in a formula"),
        ((lx.lead, [date(2026, 8, 3)]), "This list cannot stand in a formula"),
    ],
)
def test_what_cannot_be_a_formula_is_one_line(call, says):
    """It says what to write instead."""
    with pytest.raises(ArgumentError, match=says):
        lx.as_formula(*call)


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("=SUM(A1:A3)", "no formula of ours"),
        ("", "no formula of ours"),
        (None, "no formula of ours"),
        ("LEADS", "no formula of ours"),
        ('=LEADS("-7D', "no formula"),
        ("=LEADS(A1)", "does not know A1: write its value"),
        ('=LEADS("-7D"&"x")', "does not know"),
        ('=LEADS("-7D")+1', "no formula of ours"),
    ],
)
def test_what_cannot_be_a_line_is_one_line(formula, says):
    """It says what to write instead."""
    with pytest.raises(ArgumentError, match=says):
        lx.as_python(formula)
