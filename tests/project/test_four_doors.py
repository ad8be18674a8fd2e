"""Four doors, one number: a formula, a notebook, the report and the Dashboard tell the same of the same range.

The DMS stands still at the moment the module is loaded, so that every door sees the same leads; the clock does not, so
what is today and what is to come are what they are for a user. LibreOffice calculates the Dashboard without Python.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from readers import libreoffice_values
from udf_host import windows_excel

import leads_excel as lx
from leads_excel import kpis
from leads_excel.dates.days import Days
from leads_excel.dates.elapsed import elapsed, so_far
from leads_excel.excel.workbooks import new
from leads_excel.fetching.session import Session, use
from leads_excel.reports import page
from leads_excel.sandbox import Sandbox, SandboxServer

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
LEADS_A_DAY = 60

COMPARED = ("change", "change_rate")
CLOCKED = ("oldest_open_hours",)
"""Figures that are another a second later."""
TOLD = tuple(name for name in kpis.KPIS if name not in CLOCKED)
ON_CARDS = tuple(name for name in TOLD if name not in COMPARED)
"""Figures that the report can show, each on a card of its own."""

ON_DASHBOARD = {
    "Leads received": "leads",
    "Leads accepted": "accepted",
    "Leads rejected": "rejected",
    "Leads provisional": "provisional",
    "Leads without a verdict": "unjudged",
    "Rejection rate": "rejection_rate",
    "Leads a day": "leads_per_day",
    "Errors given": "errors",
    "Vehicle lines": "vehicles",
    "Vehicles asked for": "units",
    "Bulks created or in progress": "open_bulks",
    "Bulks cancelled": "cancelled_bulks",
    "Bulks open for more than a day": "stuck_bulks",
    "Finished bulks that do not add up": "unreconciled_bulks",
}
"""Totals of the Dashboard, and the figures that mean the same."""


def ranges(zone):
    """Choose ranges that end in the past, today and in the future, and one with the days on which clocks change."""
    today = NOW.astimezone(zone).date()
    clocks_change = date(today.year if today > date(today.year, 10, 28) else today.year - 1, 10, 25)
    return {
        "past": Days(today - timedelta(days=19), today - timedelta(days=10)),
        "today": Days(today - timedelta(days=6), today),
        "future": Days(today - timedelta(days=8), today + timedelta(days=3)),
        "clocks": Days(clocks_change - timedelta(days=3), clocks_change + timedelta(days=2)),
    }


def block(rows, title):
    """Read the figures below a heading of the Dashboard: names and values."""
    top, left = [(r, c) for r, row in enumerate(rows) for c, value in enumerate(row) if value == title][-1]
    found = {}
    for row in rows[top + 2 :]:
        if len(row) <= left or row[left] is None:
            return found
        found[row[left]] = row[left + 1]
    return found


class Doors:
    """What each door told of one range."""

    def __init__(self, settings, days, folder):
        self.days, self.today = days, NOW.astimezone(settings.zone).date()
        first, last = str(days.first), str(days.last)
        use(Session(settings))
        with windows_excel() as excel:
            excel.load("leads_excel.excel.udfs")
            self.formula = {name: self._cell(excel.call("LEADS_KPI", name, first, last)) for name in TOLD}
            self.by_day = excel.call("LEADS_BY", "day", first, last, "leads,accepted,rejected,provisional")
        self.notebook = {name: lx.leads_kpi(name, first, last) for name in TOLD}
        self.tables = lx.fetch(first, last, settings=settings)
        html = lx.report(folder / "report.html", first, last, settings=settings).read_text(encoding="utf-8")
        self.report = unescape(html)
        book = folder / "book.xlsx"
        new(book)
        lx.refresh(book, first, last, settings=settings)
        self.book = libreoffice_values(book)
        self.dashboard = block(self.book["Dashboard"], "Totals")

    @staticmethod
    def _cell(rows):
        cell = rows[0][0] if isinstance(rows, list | tuple) else rows
        return None if cell == "#N/A" else cell

    def card(self, name):
        """Read the card of a figure in the report: its value and its change."""
        label = re.escape(kpis.KPIS[name].label)
        found = re.search(
            rf'<h2>{label}</h2><p class="value">(.*?)</p><p>(.*?)</p><p class="change \w*">(.*?)</p>', self.report
        )
        return found[1], found[2], found[3]


@pytest.fixture(scope="module")
def dms():
    """Keep a simulated DMS open that stands still."""
    with SandboxServer(Sandbox(leads_per_day=LEADS_A_DAY, now=lambda: NOW)) as running:
        yield running


@pytest.fixture(
    scope="module",
    params=[
        (zone, when) for zone in ("Asia/Riyadh", "Europe/Berlin") for when in ("past", "today", "future", "clocks")
    ],
    ids="-".join,
)
def doors(request, dms, tmp_path_factory):
    """Ask every door for one range in one zone."""
    zone, when = request.param
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "CARDS", tuple(page.Shown(name) for name in ON_CARDS))
        settings = lx.Settings(environment="test", base_url=dms.url, timezone=zone, store="none")
        yield Doors(settings, ranges(ZoneInfo(zone))[when], tmp_path_factory.mktemp("doors"))
    use(None)


def test_there_are_enough_figures_and_leads(doors):
    """Forty figures at least, most of which have something to count."""
    assert len(ON_CARDS) >= 40
    assert sum(bool(value) for value in doors.notebook.values()) > 60
    assert doors.notebook["leads"] > LEADS_A_DAY


def test_a_formula_tells_what_a_notebook_tells(doors):
    """Every figure, those of change too."""
    for name in TOLD:
        assert doors.formula[name] == (None if doors.notebook[name] is None else pytest.approx(doors.notebook[name])), (
            name
        )


def test_the_report_tells_what_a_formula_tells(doors):
    """Every figure of leads and bulks, as a card writes it."""
    for name in ON_CARDS:
        value = doors.formula[name]
        written = "–" if value is None else f"{value:.1%}" if kpis.KPIS[name].unit == "share" else f"{value:,.0f}"  # noqa: RUF001 - no minus
        assert doors.card(name)[0] == written, name


def test_the_report_compares_as_a_formula_does(doors):
    """With as many days before as have come."""
    value, told = doors.formula["change_rate"], doors.card("leads")[2]

    assert told == f"{'▲' if value > 0 else '▼'} {abs(value):.1%}"
    before = elapsed(doors.days, doors.today).previous()
    assert f"Changes are against {before} (" in doors.report


def test_the_dashboard_tells_what_a_formula_tells(doors):
    """Those it shows, calculated without Python."""
    for label, name in ON_DASHBOARD.items():
        value = doors.formula[name]
        assert doors.dashboard[label] == ("–" if value is None else pytest.approx(value)), name  # noqa: RUF001 - no minus


def test_days_that_have_come_are_counted_everywhere(doors):
    """The mean divides by them, a table by day has a row for each, and what is shown says how many of how many."""
    come = len(elapsed(doors.days, doors.today))
    told = so_far(doors.days, doors.today)

    assert doors.formula["leads_per_day"] == pytest.approx(doors.formula["leads"] / come)
    assert len(doors.by_day) == come + 1
    assert doors.dashboard["Days that have come"] == come
    assert doors.dashboard["Days of the range"] == len(doors.days)
    shown = {
        "notebook": doors.tables._repr_html_(),
        "chart": str(lx.charts.per_day(doors.tables).to_dict()["title"]),
        "report": doors.card("leads")[1],
        "line below its title": re.search(r'<p class="coverage \w+">(.*?)</p>', doors.report)[1],
        "dashboard": str(doors.book["Dashboard"][2][1]),
        "coverage of the dashboard": str(doors.book["Dashboard"][3][1]),
    }
    for door, text in shown.items():
        assert re.findall(r"\d+ of \d+ days", text)[:1] == ([told] if told else []), door
    assert bool(told) == (doors.days.last > doors.today)


def test_every_lead_has_a_verdict_or_none_yet(doors):
    """Day by day, and on the Dashboard: accepted, rejected and provisional leads are all of them."""
    for row in doors.by_day[1:]:
        assert row[1] == sum(row[2:])
    told = doors.dashboard
    assert told["Leads received"] == told["Leads accepted"] + told["Leads rejected"] + told["Leads provisional"]
