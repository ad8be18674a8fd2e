"""Formulas by name over the server: every one of them, with what its twin gives."""

import inspect
from datetime import date, datetime

import pytest
from twin_calls import CALLS

import leads_excel as lx
from leads_excel.excel.cells.values import serial, to_grid
from leads_excel.excel.template.sheets.catalogue import FUNCTIONS as CATALOGUE
from leads_excel.fetching.session import Session, use
from leads_excel.serving.calls import FUNCTIONS, Call, calculate
from leads_excel.serving.people.callers import Caller

NOURA = Caller("noura", reveals=True)
SAMI = Caller("sami", reveals=False)


@pytest.fixture(autouse=True)
def _demo(request):
    session = getattr(request.module, "_session", None) or Session(lx.Settings(store="none"))
    request.module._session = session
    use(session)
    yield
    use(None)


def test_every_formula_is_there():
    """Those of the sheet Formulas, no other names."""
    assert sorted(FUNCTIONS) == sorted(entry.name for entry in CATALOGUE)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_formula_is_its_twin(name):
    """The function that notebooks call by the same name."""
    assert inspect.signature(FUNCTIONS[name]) == inspect.signature(getattr(lx, name.lower()))


def value(cell):
    """Write a cell as a browser gets it."""
    if isinstance(cell, datetime):
        return {"serial": serial(cell), "format": "yyyy-mm-dd hh:mm"}
    if isinstance(cell, date):
        return {"serial": serial(cell), "format": "yyyy-mm-dd"}
    return cell


def cells(result):
    """Write a result by other means than the server does."""
    if not hasattr(result, "columns"):
        return value(result)
    empty = result.attrs.get("empty")
    rows = [[empty if cell in (None, "") else value(cell) for cell in row]
            for row in to_grid(result)]  # fmt: skip
    found = [list(result), *rows] if result.attrs.get("headers", True) else rows
    return found[0][0] if len(found) == 1 and len(found[0]) == 1 else found


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(map(str, call)))
def test_results_are_equal(call):
    """Cell by cell, for whoever may see everything."""
    name, *arguments = call

    answer = calculate(Call(1, name.upper(), list(arguments)), NOURA).answer

    expected = getattr(lx, name)(*arguments)
    if expected is None:
        assert answer.error == "#N/A"
    else:
        assert (answer.error, answer.value) == ("", cells(expected))


def test_what_is_masked_for_one_is_not_given_to_another_from_memory():
    """Results are kept, for each kind of access by itself."""
    number = int(lx.leads("-7D", None, "leadExternalId").iloc[0, 0])
    call = Call(1, "LEAD", [number, "phoneCode,phoneNumber"])

    answers = [calculate(call, caller) for caller in (NOURA, SAMI, NOURA, SAMI)]

    assert [found.revealed for found in answers] == [True, False, True, False]
    assert answers[0].answer == answers[2].answer
    assert answers[1].answer == answers[3].answer != answers[0].answer
