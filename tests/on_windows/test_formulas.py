"""Every formula through the whole chain, from the add-in's VBA to Python and back, compared with its notebook twin."""

from __future__ import annotations

import pytest
from calls import CALLS
from dealership import BEYOND_31_BITS
from excel_side.values import MISSING, Typed, error
from twins import differences, rows_of, twin

pytestmark = [pytest.mark.usefixtures("notebook"), pytest.mark.timeout(300)]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(map(str, call)))
def test_a_cell_shows_what_a_notebook_computes(excel, call):
    """The same cells with values of the same kinds, also when the formula is calculated again."""
    formula, *arguments = call
    passed = [MISSING if argument is None else argument for argument in arguments]
    wanted = twin(formula, *arguments)

    assert differences(excel.calculate(formula, *passed), wanted) == []
    assert differences(excel.calculate(formula, *passed), wanted) == []


def test_the_odd_leads_are_there(excel):
    """What the twins agree on is what was sent: numbers as numbers, texts as they stand, no day as no day."""
    numbers = excel.calculate("LEAD", BEYOND_31_BITS, "leadExternalId,leadId,firstName,leadNote,dateOfBirth")
    other = excel.calculate("LEAD", 2**31 - 1, "leadExternalId,leadId,firstName,branch,leadDate")

    assert rows_of(numbers) == [[
        Typed("number", 3_000_000_001.0), Typed("number", 3_000_000_002.0), Typed("text", "سارة 😀"),
        Typed("text", "=cmd|' /C calc'!A0"), Typed("text", "1899-05-20"),
    ]]  # fmt: skip
    assert rows_of(other) == [[
        Typed("whole", 2**31 - 1), Typed("text", str(10**15)), Typed("text", "00966"), Typed("text", ""),
        Typed("text", "31/12/2026"),
    ]]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "arguments", "fields", "kept"),
    [
        ("LEADS", ("-7D",), None, "a week of leads in 14 columns"),
        ("LEADS", ("-7D",), "all", "a week of leads in all columns, more than 30,000 cells"),
    ],
)
def test_a_large_table_spills_whole(excel, timed, formula, arguments, fields, kept):
    """Tens of thousands of cells arrive, each as it is."""
    passed = (*arguments, MISSING, fields or MISSING)
    with timed(f"{kept}: computed"):
        excel.calculate(formula, *passed)
    with timed(f"{kept}: again"):
        again = excel.calculate(formula, *passed)

    rows = rows_of(again)
    assert len(rows) * len(rows[0]) > (30_000 if fields else 8_000)
    assert differences(again, twin(formula, *arguments, None, fields)) == []


def test_a_number_that_is_kept_costs_milliseconds(excel, timed):
    """A recalculation asks nobody."""
    first = excel.calculate("LEADS_KPI", "leads", "-7D")
    with timed("a key figure: again"):
        assert excel.calculate("LEADS_KPI", "leads", "-7D") == first


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("foo",), "'foo' is not a date: type a day like 2026-08-03, or -7D, MTD, 2026-08."),
        ((), "No date is given: type a day like 2026-08-03, or -7D, MTD, 2026-08."),
        (("-7D", MISSING, "sorce"), "There is no field 'sorce': did you mean source?"),
        ((True,), "True is not a date"),
        ((1e300,), "1e+300 is not a date"),
        ((-7.0,), '-7 is not a date: type "-7D"'),
    ],
)
def test_what_went_wrong_is_a_line(excel, arguments, line):
    """In the cell, in the words of the notebook."""
    shown = excel.calculate("LEADS", *arguments)

    assert shown.kind == "text"
    assert shown.value.startswith(f"#LEADS {line}")


def test_a_number_that_is_not_there_is_an_error_of_excel(excel):
    """No sum passes over it, and the status tells why."""
    assert excel.calculate("LEADS_KPI", "nokpi", "-7D") == error("#N/A")
    assert "There is no key figure 'nokpi'" in excel.calculate("LEADS_STATUS", "failure").value
