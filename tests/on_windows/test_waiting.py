"""Excel goes on while something is fetched, and each cell has its result in the end."""

from __future__ import annotations

import pytest
from excel_side.excel import MANUAL, Excel
from excel_side.sheet import Sheet
from excel_side.values import MISSING, Typed, error
from few_leads import RIYADH
from twins import differences, twin

from leads_excel.dates.typed_dates import to_days
from leads_excel.windows.questions import Question

pytestmark = [pytest.mark.usefixtures("notebook"), pytest.mark.timeout(300)]

LINE = "Loading: the result comes by itself; should it not, press Ctrl+Alt+F9."
LOADING = Typed("text", f"#LEADS {LINE}")
NO_NUMBER = error("#N/A")


def arrived(*cells):
    """Tell whether no cell waits any longer."""
    return all(cell.shown not in {LOADING, NO_NUMBER} for cell in cells if cell.shown.kind != "array")


def test_excel_goes_on_while_something_is_fetched(sheet, held, timed):
    """The cell says so, another formula has its result meanwhile, and then this one has."""
    known = sheet.enter("LEADS_KPI", "leads", "2026-03")
    sheet.pass_time(lambda: arrived(known))
    sheet.calculations.clear()
    with held():
        with timed("a formula over what has to be fetched: until Excel goes on"):
            cell = sheet.enter("LEADS", "2026-02")
        assert cell.shown == LOADING
        with timed("a formula over what is known, meanwhile"):
            sheet.calculate([known])
        assert known.shown.kind == "whole"
    with timed("from the last answer to the cell"):
        sheet.pass_time(lambda: arrived(cell))

    assert differences(cell.shown, twin("LEADS", "2026-02")) == []
    assert sheet.calculations == [[cell.name]]


def test_what_arrives_soon_is_waited_for(sheet):
    """Nothing flickers."""
    cell = sheet.enter("LEADS_DATE", "-7D")
    sheet.pass_time(lambda: True)

    assert cell.shown.kind == "time"
    assert sheet.calculations == []


def test_a_number_is_an_error_meanwhile(sheet, held):
    """No sum passes over it, and the status says that it is on its way."""
    with held():
        cell = sheet.enter("LEADS_KPI", "leads", "2026-02")
        assert cell.shown == NO_NUMBER
        assert LINE in sheet.enter("LEADS_STATUS", "failure").shown.value
    sheet.pass_time(lambda: arrived(cell))

    assert differences(cell.shown, twin("LEADS_KPI", "leads", "2026-02")) == []


def test_many_cells_wait_for_one_fetch_and_one_calculation(sheet, held, dms):
    """A request for each window of the month, and Excel calculates the cells together."""
    before = len(dms.log)
    with held():
        cells = [
            sheet.enter("LEADS_KPI", name, "2026-02", MISSING, MISSING, f"min={number}")
            for number in range(1, 21)
            for name in ("leads", "rejected")
        ]
        assert {cell.shown for cell in cells} == {NO_NUMBER}
    sheet.pass_time(lambda: arrived(*cells))

    asked = [exchange.window for exchange in dms.log[before:]]
    assert len(asked) == len(set(asked)) == len(windows_of("2026-02"))
    assert [sorted(names) for names in sheet.calculations] == [sorted(cell.name for cell in cells)]
    wanted = {name: twin("LEADS_KPI", name, "2026-02") for name in ("leads", "rejected")}
    assert [differences(cell.shown, wanted[cell.arguments[0]]) for cell in cells] == [[]] * 40


def windows_of(period):
    """Give the windows of a range of days."""
    return Question(to_days(period, zone=RIYADH), RIYADH).windows


YEAR = [
    call
    for number in range(1, 21)
    for call in (
        *[("LEADS_KPI", name, "2025", MISSING, MISSING, f"min={number}") for name in ("leads", "rejected", "accepted")],
        ("LEADS_KPI", "rejection_rate", f"2025-{number % 12 + 1:02}"),
        (
            "LEADS_BY",
            ("source", "branch", "month")[number % 3],
            "2025",
            MISSING,
            "leads,rejected",
            MISSING,
            f"limit={number}",
        ),
        ("LEADS_BY", "day", f"2025-Q{number % 4 + 1}", MISSING, "leads", MISSING, f"limit={number}"),
        ("LEADS", "2025", MISSING, "leadId,source", "source=Website", f"limit={number}"),
        ("LEADS", f"2025-{number % 12 + 1:02}", MISSING, "leadId,branch", MISSING, f"limit={number + 5}"),
        ("LEAD_ERRORS", "2025", MISSING, "code", MISSING, f"limit={number}"),
        ("LEADS_LIST", "branch", f"2025-{number % 12 + 1:02}"),
    )
]
"""Two hundred formulas over twelve months."""


@pytest.mark.slow
@pytest.mark.parametrize("store", ["none", "a file"])
def test_a_sheet_of_formulas_over_a_year_asks_once_for_each_window(sheet, dms, timed, tmp_path, store):
    """When they are calculated for the first time; the second time nobody is asked."""
    book, calls = (sheet, YEAR) if store == "none" else (stored(tmp_path), YEAR[:20])
    before = len(dms.log)
    with timed(f"{len(calls)} formulas over twelve months, store {store}: until Excel goes on"):
        cells = [book.enter(*call) for call in calls]
    with timed(f"{len(calls)} formulas over twelve months, store {store}: until all have arrived"):
        book.pass_time(lambda: arrived(*cells), limit=200)

    asked = [exchange.window for exchange in dms.log[before:]]
    wanted = {
        window
        for call in calls
        for window in windows_of(call[2] if call[0].endswith(("BY", "KPI", "LIST")) else call[1])
    }
    assert len(asked) == len(set(asked)) == len(wanted)
    with timed(f"{len(calls)} formulas over twelve months, store {store}: again"):
        book.calculate(cells)
    assert arrived(*cells)
    assert len(dms.log) == before + len(asked)


def stored(folder):
    """Open a sheet in an Excel of its own, whose Python keeps what it fetches in a file."""
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("LEADS_EXCEL_STORE", str(folder / "leads.sqlite"))
        book = Sheet(Excel("Book2"))
        book.enter("LEADS_DATE", "TODAY")
    return book


def test_an_error_arrives_as_a_result_does(sheet, held):
    """A filter that only the answer can refuse."""
    with held():
        cell = sheet.enter("LEADS", "2026-02", MISSING, MISSING, "source=Nobody")
        assert cell.shown == LOADING
    sheet.pass_time(lambda: arrived(cell))

    assert differences(cell.shown, twin("LEADS", "2026-02", None, None, "source=Nobody")) == []


def test_excel_is_asked_again_while_somebody_types(sheet, held):
    """It refuses as long as a cell is edited; the number comes afterwards."""
    with held():
        cell = sheet.enter("LEADS_KPI", "leads", "2026-02")
    with sheet.edited(), pytest.raises(TimeoutError):
        sheet.pass_time(lambda: arrived(cell), limit=3)
    sheet.pass_time(lambda: arrived(cell))

    assert differences(cell.shown, twin("LEADS_KPI", "leads", "2026-02")) == []


def test_a_cell_that_is_deleted_takes_nothing_from_others(sheet, held):
    """A cell that moved is found where it is."""
    with held():
        gone, moved, other = (sheet.enter("LEADS_KPI", name, "2026-02") for name in ("leads", "rejected", "accepted"))
        gone.deleted, moved.row = True, 77
    sheet.pass_time(lambda: arrived(moved, other))

    assert gone.shown == NO_NUMBER
    assert differences(moved.shown, twin("LEADS_KPI", "rejected", "2026-02")) == []
    assert [sorted(names) for names in sheet.calculations] == [["$A$3", "$A$77"]]


@pytest.mark.parametrize(
    ("setting", "value"), [("UserControl", False), ("ScreenUpdating", False), ("Calculation", MANUAL)]
)
def test_where_nobody_sees_it_change_a_formula_waits(sheet, dms, setting, value):
    """A program that runs Excel, a macro that goes on with what it calculated, a sheet that waits for F9."""
    setattr(sheet.excel.application, setting, value)
    dms.sandbox.held_for(2)
    cell = sheet.enter("LEADS_KPI", "leads", "2026-02")

    assert differences(cell.shown, twin("LEADS_KPI", "leads", "2026-02")) == []


def test_vba_waits_for_its_result(sheet, dms):
    """There is no cell to which it could come."""
    sheet.excel.caller = error("#REF!")
    dms.sandbox.held_for(2)
    shown = sheet.excel.calculate("LEADS_KPI", "leads", "2026-02")

    assert differences(shown, twin("LEADS_KPI", "leads", "2026-02")) == []


def test_a_python_that_ends_meanwhile_leaves_a_cell_that_says_what_to_press(held, notebook_session):
    """`KillPy`, or a crash: nothing comes any more, and no number was shown."""
    notebook_session.forget_everywhere()  # the Python may be the one that earlier tests asked
    book = Sheet(Excel("Book3"))  # once ended, the Python of a book does not start again under Wine
    with held():
        cell, number = book.enter("LEADS", "2026-02"), book.enter("LEADS_KPI", "leads", "2026-02")
        book.excel.kill()
    with pytest.raises(TimeoutError):
        book.pass_time(lambda: arrived(cell), limit=2)

    assert (cell.shown, number.shown) == (LOADING, NO_NUMBER)
