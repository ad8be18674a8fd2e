"""A range of which no day has come is asked back in every door: zero leads would look like an answer."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from few_leads import FOUR, Desk, session
from readers import libreoffice_values
from udf_host import windows_excel

import leads_excel as lx
from leads_excel.cli import main
from leads_excel.dates.days import Days
from leads_excel.dates.typed_dates import today
from leads_excel.excel.workbooks import new, refresh_files
from leads_excel.exceptions import DateError
from leads_excel.exports.partitions import export
from leads_excel.fetching.session import use
from leads_excel.fetching.sync import sync

RIYADH = ZoneInfo("Asia/Riyadh")
DEMO = lx.Settings(environment="demo", store="none")
NEXT_YEAR = f"{today(RIYADH).year + 1}"
TOLD = f"{NEXT_YEAR}-01 is still to come: there are no leads yet, type a day or period up to "
MONTH = f"{NEXT_YEAR}-01"


@pytest.fixture
def desk():
    """Answer formulas from four leads; whoever asks is noted."""
    desk = Desk(*FOUR)
    use(session(desk))
    yield desk
    use(None)


FORMULAS = {
    "LEADS": (MONTH,),
    "LEAD_VEHICLES": (MONTH,),
    "LEAD_ERRORS": (MONTH,),
    "LEAD_BULKS": (MONTH,),
    "LEADS_BY": ("day", MONTH),
    "LEADS_DUPES": (MONTH,),
    "LEADS_LIST": ("source", MONTH),
}


@pytest.mark.parametrize("function", FORMULAS)
def test_a_formula_asks_back(desk, function):
    """In one line, before anybody is asked."""
    with windows_excel() as excel:
        excel.load("leads_excel.excel.udfs")
        told = excel.call(function, *FORMULAS[function])

    assert str(told[0][0] if isinstance(told, list) else told).startswith(f"#LEADS {TOLD}")
    assert desk.asked == []


@pytest.mark.usefixtures("desk")
def test_a_number_is_not_available():
    """No 0 that a sum would take in; the status tells why."""
    with windows_excel() as excel:
        excel.load("leads_excel.excel.udfs")
        told = excel.call("LEADS_KPI", "leads", MONTH)

    assert (told[0][0] if isinstance(told, list) else told) == "#N/A"
    assert TOLD in lx.leads_status("failure")


@pytest.mark.usefixtures("desk")
def test_a_small_number_is_asked_back():
    """=LEADS(30) means thirty days to whoever types it, and 30 January 1900 to Excel."""
    with windows_excel() as excel:
        excel.load("leads_excel.excel.udfs")
        told = excel.call("LEADS", 30.0)

    assert str(told[0][0] if isinstance(told, list) else told).startswith(
        "#LEADS 30 is the day 1900-01-30 to Excel, before all leads: type -30D"
    )


DOORS = {
    "fetch": lambda _: lx.fetch(MONTH, settings=DEMO),
    "report.html": lambda folder: lx.report(folder / "r.html", MONTH, settings=DEMO),
    "report.pdf": lambda folder: lx.report(folder / "r.pdf", MONTH, settings=DEMO),
    "report.xlsx": lambda folder: lx.report(folder / "r.xlsx", MONTH, settings=DEMO),
    "lake": lambda folder: export(folder / "lake", MONTH, settings=DEMO),
    "sync": lambda folder: sync(
        Days(date(int(NEXT_YEAR), 1, 1), date(int(NEXT_YEAR), 1, 31)),
        settings=lx.Settings(environment="test", base_url="http://127.0.0.1:9", store=str(folder / "store.db")),
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_notebook_is_told(door, tmp_path):
    """As an error, and no file is written."""
    with pytest.raises(DateError, match=TOLD):
        DOORS[door](tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("out", ["leads.xlsx", "leads.json"])
def test_the_command_line_is_a_wrong_argument(out, tmp_path, monkeypatch, capsys):
    """Exit code 2, one line, no file."""
    arguments = ["fetch", "--from", MONTH, "--to", MONTH, "--out", str(tmp_path / out)]
    monkeypatch.setattr(sys, "argv", ["leads-excel", *arguments])

    with pytest.raises(SystemExit) as stopped:
        main()

    assert stopped.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if TOLD in line] == said[-1:]
    assert not (tmp_path / out).exists()


def home(path):
    """Read the named cells of Home, the Log and the number of leads in a workbook."""
    book = openpyxl.load_workbook(path)
    cells = {}
    for name in ("out_status", "out_range", "out_leads", "out_until"):
        ((sheet, cell),) = book.defined_names[name].destinations
        cells[name] = book[sheet][cell].value
    log = [row[10] for row in book["Log"].iter_rows(min_row=2, values_only=True)]
    return cells, log, book["Leads"].max_row - 1


@pytest.mark.slow
def test_a_refresh_keeps_what_stood_and_says_so(tmp_path):
    """Home and the Log tell that it failed and why; tables, range and day stay those of the refresh before."""
    path = tmp_path / "book.xlsx"
    new(path)
    lx.refresh(path, "2026-10-01", "2026-10-03", settings=DEMO)
    before, _, leads = home(path)

    with pytest.raises(DateError, match=TOLD):
        lx.refresh(path, MONTH, settings=DEMO)

    after, log, kept = home(path)
    assert leads == kept == before["out_leads"] > 0
    assert TOLD in after["out_status"]
    assert after["out_status"].startswith("Failed on ")
    assert log[-1].startswith(f"failed: {TOLD}")
    assert after | {"out_status": before["out_status"]} == before


@pytest.mark.slow
def test_a_workbook_of_the_past_counts_the_days_up_to_then(tmp_path):
    """Its formulas divide by the days that had come, though all of them have by now."""
    then = lx.fetch("2026-08", as_of="2026-08-10 12:00", settings=DEMO)
    rows = libreoffice_values(then.to_excel(tmp_path / "then.xlsx"))["Dashboard"]
    totals = {row[14]: row[15] for row in rows if len(row) > 15}

    assert totals["Days that have come"] == 10
    assert totals["Leads a day"] == pytest.approx(len(then.leads) / 10)
    assert "10 of 31 days have come." in rows[3][1]


@pytest.mark.slow
def test_one_of_several_workbooks_does_not_stop_the_others(tmp_path):
    """Whoever typed days to come on Home is told; the rest is refreshed."""
    paths = [tmp_path / f"{name}.xlsx" for name in ("one", "two")]
    for path in paths:
        new(path)
    book = openpyxl.load_workbook(paths[0])
    ((sheet, cell),) = book.defined_names["in_from"].destinations
    book[sheet][cell] = MONTH
    book.save(paths[0])

    found = dict(refresh_files(paths, (None, None), DEMO))

    assert isinstance(found[paths[0]], DateError)
    assert found[paths[1]].leads > 0


def test_the_day_after_today_is_to_come_in_its_own_zone():
    """Between midnight here and midnight there it is another day: the settings decide."""
    now = datetime.now(UTC)
    for name in ("Pacific/Kiritimati", "Etc/GMT+12"):
        zone = ZoneInfo(name)
        settings = DEMO.replace(timezone=name)
        day = now.astimezone(zone).date()
        assert lx.fetch(day, settings=settings).days.last == day
        with pytest.raises(DateError, match="is still to come"):
            lx.fetch(day + timedelta(days=1), settings=settings)


def test_what_was_to_come_then_is_to_come():
    """Under `as_of`, today is the day of that moment, and a range that goes on is counted up to it."""
    with pytest.raises(DateError, match=r"2026-09 is still to come: .* up to 2026-08-10"):
        lx.fetch("2026-09", as_of="2026-08-10 12:00", settings=DEMO)
    then = lx.fetch("2026-08", as_of="2026-08-10 12:00", settings=DEMO)

    assert then.so_far == "10 of 31 days"
    assert lx.kpis.leads_per_day(then).denominator == 10
    use(None)
    days = lx.leads_by("day", "2026-08", options="as_of=2026-08-10 12:00")
    assert len(days) == 10
    mean = lx.leads_kpi("leads_per_day", "2026-08", options="as_of=2026-08-10 12:00")
    assert mean == pytest.approx(len(then.leads) / 10)
    use(None)
