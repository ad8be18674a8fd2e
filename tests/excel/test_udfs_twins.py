"""Formulas and notebooks are twins: equal signatures, equal results."""

from __future__ import annotations

import inspect

import pytest
from formula_twins import cells, joined
from openpyxl.formula import Tokenizer
from twin_calls import CALLS
from udf_host import MISSING, windows_excel

import leads_excel as lx
from leads_excel.excel.template.sheets.catalogue import FUNCTIONS
from leads_excel.fetching.session import Session, use
from leads_excel.functions import listings as functions

MODULE = "leads_excel.excel.udfs"
FORMULAS = {name: getattr(lx, name) for name in lx.__all__ if name.split("_")[0] in ("lead", "leads")}


@pytest.fixture(scope="module")
def excel():
    """Start an Excel for Windows with the formulas in it, over the simulated DMS."""
    with windows_excel() as host:
        host.load(MODULE)
        yield host


@pytest.fixture(autouse=True)
def _demo(request):
    session = getattr(request.module, "_session", None) or Session(lx.Settings(store="none"))
    request.module._session = session  # the leads of the last days are drawn once
    use(session)
    yield
    use(None)


def test_every_function_has_its_formula(excel):
    """Same names, in capitals."""
    hint = "write it in leads_excel/excel/udfs.py too, run: pytest tests/functions"
    assert set(excel.functions()) == {name.upper() for name in FORMULAS}, hint


@pytest.mark.parametrize("name", FORMULAS)
def test_signatures_are_equal(excel, name):
    """Same arguments, in the same order, with the same defaults."""
    noted = excel.functions()[name.upper()]["args"]
    written = [argument for argument in noted if not argument["vba"]]  # the rest is passed by the add-in
    formula = [(argument["name"], argument.get("optional", inspect.Parameter.empty)) for argument in written]
    parameters = inspect.signature(FORMULAS[name]).parameters.values()

    assert formula == [(parameter.name, parameter.default) for parameter in parameters]


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(map(str, call)))
def test_results_are_equal(excel, call):
    """What a cell shows is what a notebook computes."""
    name, *arguments = call
    passed = [MISSING if argument is None else argument for argument in arguments]
    left_out = [MISSING] * (len(excel.functions()[name.upper()]["args"]) - len(passed))

    shown = excel.call(name.upper(), *passed, *left_out)

    assert (joined(shown) if name == "leads_why" else shown) == cells(FORMULAS[name](*arguments))


def test_a_lookup_is_equal(excel):
    """Also of several leads that are in the table of another formula."""
    numbers = functions.leads("-7D")["leadExternalId"].tolist()[:3]

    for number in numbers:
        assert excel.call("LEAD", number, "source,branch", MISSING) == cells(functions.lead(number, "source,branch"))
    assert excel.call("LEAD", numbers[0], "firstName", MISSING) == [[functions.lead(numbers[0], "firstName")]]


def test_all_functions_were_compared():
    """A new function has to be compared too."""
    hint = "add a call to CALLS of tests/standins/twin_calls.py, run: pytest tests/excel"
    assert {call[0] for call in CALLS} | {"lead"} == set(FORMULAS), hint


@pytest.mark.slow
@pytest.mark.parametrize("entry", FUNCTIONS, ids=lambda entry: entry.name)
def test_an_example_of_the_sheet_formulas_works(excel, entry):
    """Whoever copies it into a cell gets an answer, the one that Python gives."""
    arguments = [[]]
    first = str(functions.leads("-30D").iloc[0, 0])  # in A2, where the first example stands in A1
    for token in Tokenizer(entry.example).items[1:-1]:
        if token.type == "SEP":
            arguments.append([])
        else:
            arguments[-1].append(
                token.value.strip('"') if token.value.startswith('"') else float(token.value.replace("A2", first))
            )
    passed = [argument[0] if argument else MISSING for argument in arguments]
    left_out = [MISSING] * (len(excel.functions()[entry.name]["args"]) - len(passed))
    given = [None if argument == MISSING else argument for argument in passed]
    while given and given[-1] is None:
        given.pop()

    result = excel.call(entry.name, *[*passed, *left_out][: len(excel.functions()[entry.name]["args"])])

    assert not str(result[0][0]).startswith("#")
    if entry.name != "LEADS_STATUS":  # it tells the time
        shown = joined(result) if entry.name == "LEADS_WHY" else result
        assert shown == cells(FORMULAS[entry.name.lower()](*given))


def test_the_sheet_formulas_names_the_arguments_as_they_are(excel):
    """The catalogue lists every formula, with as many arguments as it has, the optional ones in brackets."""
    listed = {entry.name: [text.strip() for text in entry.arguments.split(",")] for entry in FUNCTIONS}

    hint = "add an Entry to leads_excel/excel/template/sheets/catalogue.py, run: python -m leads_excel.excel.template"
    assert set(listed) == set(excel.functions()), hint
    for name, function in excel.functions().items():
        optional = ["optional" in argument for argument in function["args"] if not argument["vba"]]
        assert [text.startswith("[") for text in listed[name]] == optional
