"""What it costs to look beyond a range, and what happens where those days are missing: a DMS over HTTP, a store."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from store_world import World
from udf_host import windows_excel

import leads_excel as lx
from leads_excel.dates.days import Days
from leads_excel.exceptions import ApiUnavailableError
from leads_excel.fetching.session import Session, use
from leads_excel.fetching.surroundings import Surroundings
from leads_excel.functions.analysis import leads_by, leads_dupes, leads_kpi
from leads_excel.functions.listings import leads_status
from leads_excel.reports.page import compose
from leads_excel.sandbox import Faults
from leads_excel.windows.questions import Question

WEEK = date(2026, 8, 9), date(2026, 8, 15)
BEFORE = date(2026, 7, 10), date(2026, 8, 8)
THIRD = frozenset({"2026-07-18T21:00:00.000Z"})
"""The third of the five weeks that hold the thirty days before."""

MANY = "leads, duplicates, duplicate_rate, strict_duplicate_rate, first_time_right_rate, email_duplicates"


@pytest.fixture(params=["store.sqlite", "none"])
def world(request, tmp_path):
    """Run a DMS over HTTP, with a store and without one."""
    with World("none" if request.param == "none" else tmp_path / request.param) as running:
        use(Session(running.settings, now=lambda: running.now))
        yield running
        use(None)


@pytest.fixture
def stored(tmp_path):
    """Run a DMS over HTTP, with a store."""
    with World(tmp_path / "store.sqlite") as running:
        use(Session(running.settings, now=lambda: running.now))
        yield running
        use(None)


def cell(excel, *call):
    """Work out a formula that fills one cell."""
    ((value,),) = excel.call(*call)
    return value


def test_counts_ask_for_the_range_alone(world):
    """And so do tables; a look back asks once for each week that is missing, however many figures look."""
    leads_kpi("accepted", *WEEK)
    assert world.requests == 1

    leads_kpi("duplicate_rate", *WEEK)
    assert world.requests == 6

    leads_by("source", *WEEK, MANY)
    leads_by("day", *WEEK, MANY)
    leads_dupes(*WEEK)
    leads_kpi("duplicates", *WEEK, "source=Website")
    assert world.requests == 6


def test_many_figures_at_first_ask_once_for_each_week(world):
    """In one table as in one cell."""
    leads_by("source", *WEEK, MANY)

    assert world.requests == 6


@pytest.mark.slow
def test_what_the_store_has_is_not_asked_for(stored):
    """Whoever fetched these weeks, and whenever: the next process asks for none of them."""
    lx.fetch("2026-07-05", "2026-08-15", settings=stored.settings)
    before = stored.requests
    value = leads_kpi("duplicate_rate", *WEEK)
    tables = lx.fetch(*WEEK, settings=stored.settings)

    assert lx.kpis.duplicate_rate(tables).value == value > 0
    assert stored.requests == before


@pytest.mark.parametrize("kept", ["store.sqlite", "memory"])
def test_the_very_days_do_where_somebody_fetched_them(tmp_path, kept):
    """Thirty days, which begin within a week: nothing is asked for again, be they in the store or in memory."""
    with World("none" if kept == "memory" else tmp_path / kept) as world:
        use(Session(world.settings, now=lambda: world.now))
        leads_kpi("leads", *BEFORE)
        leads_kpi("leads", *WEEK)
        before = world.requests
        rate = leads_kpi("duplicate_rate", *WEEK)
        assert world.requests == before
        if kept != "memory":
            assert lx.kpis.duplicate_rate(lx.fetch(*WEEK, settings=world.settings)).value == rate > 0
            assert world.requests == before
        use(None)


@pytest.mark.slow
@pytest.mark.parametrize(("day", "next_day"), [("2026-08-10", "2026-08-11"), ("2026-08-12", "2026-08-13")])
def test_the_next_day_costs_no_week_again(stored, day, next_day):
    """The range moves on by a day, and so do the thirty days before; whole weeks serve both, wherever they begin."""
    leads_kpi("duplicate_rate", day, "2026-08-15")
    before = stored.requests
    leads_kpi("duplicate_rate", next_day, "2026-08-15")

    assert stored.requests == before + 1


def test_a_notebook_fetches_nothing_before_a_figure_looks_back(world):
    """And then once for all figures."""
    tables = lx.fetch(*WEEK, settings=world.settings)
    assert (lx.kpis.accepted(tables).complete, world.requests) == (True, 1)

    for name in ("duplicates", "duplicate_rate", "first_time_right_rate"):
        assert lx.kpis.KPIS[name](tables).complete
    lx.kpis.overlap(tables)
    assert world.requests == 6


# --- days that are missing -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_figure_without_its_days_is_an_error_and_plain_counts_are_not(world):
    """The message names the days; a share that looks at less would be too low."""
    world.server.faults = Faults(broken_windows=THIRD)

    assert leads_kpi("leads", *WEEK) > 0
    for options in (None, "empty=0", "n=1"):
        with pytest.raises(ApiUnavailableError, match=r"days around the range.*2026-07-19 to 2026-07-25"):
            leads_kpi("duplicate_rate", *WEEK, None, options)
    with pytest.raises(ApiUnavailableError, match="2026-07-19"):
        leads_dupes(*WEEK)
    assert leads_kpi("rejection_rate", *WEEK) > 0


@pytest.mark.slow
def test_a_table_leaves_such_a_figure_empty_and_says_why(world):
    """The other columns stand; where an option would make a number of an empty cell, there is no table."""
    whole = leads_by("source", *WEEK, "leads, accepted")
    world.server.faults = Faults(broken_windows=THIRD)
    told = leads_by("source", *WEEK, "leads, duplicates, duplicate_rate, accepted", None, "n=1")

    assert told[["source", "leads", "accepted"]].equals(whole[["source", "leads", "accepted"]])
    assert told[["duplicates", "duplicate_rate", "duplicate_rate_n"]].isna().all(axis=None)
    assert "duplicate_rate: The figure needs the days around" in str(leads_status("failure"))
    for kpis, options in (("leads, duplicates", "empty=0"), ("duplicates", None)):
        with pytest.raises(ApiUnavailableError, match="days around"):
            leads_by("source", *WEEK, kpis, None, options)


def test_a_table_with_an_empty_figure_is_not_kept():
    """In Excel, though the days of the table itself are settled: its figure comes once the DMS answers."""
    days = [pd.Timestamp(day).to_pydatetime() for day in WEEK]
    with World("none") as world, windows_excel() as excel:
        world.server.faults = Faults(broken_windows=THIRD)
        use(Session(world.settings, now=lambda: world.now))
        excel.load("leads_excel.excel.udfs")
        _, *before = excel.call("LEADS_BY", "source", *days, "leads, duplicates")
        world.server.faults = Faults()
        world.pass_time(seconds=world.settings.ttl + 1)
        _, *after = excel.call("LEADS_BY", "source", *days, "leads, duplicates")
        use(None)

    assert {row[2] for row in before} == {""}
    assert sum(row[2] for row in after) > 0


def test_a_cell_shows_na_and_the_status_says_why(world):
    """In Excel, and again a number once the DMS answers."""
    world.server.faults = Faults(broken_windows=THIRD)
    with windows_excel() as excel:
        excel.load("leads_excel.excel.udfs")
        days = [pd.Timestamp(day).to_pydatetime() for day in WEEK]
        shown = cell(excel, "LEADS_KPI", "duplicate_rate", *days)
        reason = cell(excel, "LEADS_STATUS", "failure")
        leads = cell(excel, "LEADS_KPI", "leads", *days)
        world.server.faults = Faults()
        use(Session(world.settings, now=lambda: world.now))
        again = cell(excel, "LEADS_KPI", "duplicate_rate", *days)

    assert shown == "#N/A"
    assert "LEADS_KPI: The figure needs the days around the range too" in reason
    assert leads > 0
    assert 0 < again < 1


# --- offline, and as it stood ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_offline_the_very_days_do(stored):
    """Nobody fetched whole weeks; where a day is not there, the figure says so and asks for nothing."""
    lx.fetch(*BEFORE, settings=stored.settings)
    online = lx.kpis.duplicates(lx.fetch(*WEEK, settings=stored.settings)).value
    with World(stored.settings.store) as other:
        settings = other.settings.model_copy(update={"base_url": stored.settings.base_url})
        tables = lx.fetch(*WEEK, settings=settings, offline=True)
        asked = stored.requests

        assert lx.kpis.duplicates(tables).value == online > 0
        assert lx.kpis.returning(tables).value is None
        assert "The store does not have these days" in lx.kpis.returning(tables).note
        assert stored.requests == asked


def test_in_the_past_the_very_days_do_where_no_whole_week_was_known():
    """The store knew these thirty days then and not the week in which they begin; nobody can be asked any more."""
    settings = lx.Settings(environment="demo", store="none")
    asked = []

    def answer(question):
        asked.append(question.days.first)
        if question.days.first < BEFORE[0]:
            raise ApiUnavailableError("The store did not have these days.")
        return question.days

    question = Question(Days(*WEEK), settings.zone, as_of=datetime(2026, 8, 16, tzinfo=UTC))
    around = Surroundings(question, answer, lambda: datetime.now(UTC), lambda _question: False)

    assert around(*BEFORE) == Days(*BEFORE)
    assert asked == [date(2026, 7, 5), BEFORE[0]]


@pytest.mark.slow
def test_in_the_past_the_days_around_stand_as_they_stood():
    """Nothing that happened later counts: what was recovered since then was not recovered yet."""
    settings = lx.Settings(environment="demo", store="none")
    then, now = (lx.fetch("2026-09-07", "2026-09-13", settings=settings, as_of=at) for at in ("2026-09-14", None))
    around = then.around(date(2026, 9, 14), date(2026, 10, 13))

    assert around.as_of == then.as_of
    assert around.leads["bulkCreatedDate"].max() < pd.Timestamp("2026-09-15", tz="Asia/Riyadh")
    assert then.around(date(2026, 9, 15), date(2026, 10, 13)) is None
    assert lx.kpis.recovered_rate(then).value < lx.kpis.recovered_rate(now).value
    use(Session(settings))
    formula = leads_kpi("recovered_rate", "2026-09-07", "2026-09-13", None, "as_of=2026-09-14")
    use(None)
    assert formula == lx.kpis.recovered_rate(then).value


# --- every door ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("days", [("2026-09-06", "2026-09-12"), ("-7D", None), ("TODAY", None)])
def test_every_door_shows_one_number(days):
    """Formula, notebook, lines of a table and report, for ranges that ended and for one that has not."""
    settings = lx.Settings(environment="demo", store="none")
    at = datetime.now(UTC)
    session = Session(settings, now=lambda: at)
    use(session)
    tables = lx.fetch(*days, settings=settings)
    before = lx.fetch("2026-08-30", "2026-09-05", settings=settings)
    cards = {card.label: card.value for card in compose(tables, before).cards}
    with windows_excel() as excel:
        excel.load("leads_excel.excel.udfs")
        use(session)
        for name in ("duplicates", "returning", "recovered_rate", "first_time_right_rate"):
            value = lx.kpis.KPIS[name](tables).value  # None in the first minutes of a day
            shown = cell(excel, "LEADS_KPI", name, *days)
            assert shown == ("#N/A" if value is None else pytest.approx(value))
        rate = cell(excel, "LEADS_KPI", "duplicate_rate", *days)
    lines = leads_by("source", *days, "duplicates")
    listed = leads_dupes(*days)
    use(None)

    if rate == "#N/A":
        assert not re.search(r"\d", cards["Duplicate rate"])
    else:
        assert cards["Duplicate rate"] == f"{rate:.1%}"
    assert lines["duplicates"].sum() == listed["match"].notna().sum() == lx.kpis.duplicates(tables).value
    assert lines["duplicates"].sum() > 0 or days[0] == "TODAY"
    assert lx.kpis.overlap(tables).iloc[:, 1:].to_numpy().sum() == lx.kpis.duplicates(tables).value


@pytest.mark.slow
def test_a_report_without_the_days_before_says_so():
    """The card is empty and the page is not complete; the other cards stand."""
    settings = lx.Settings(environment="demo", store="none")
    tables = lx.fetch("2026-09-06", "2026-09-12", settings=settings)

    def around(*_):
        raise ApiUnavailableError("HTTP 503", attempts=4)

    whole, cut = compose(tables, tables), compose(replace(tables, around=around), tables)
    alone = compose(replace(tables, around=None), tables)
    cards = {card.label: card for card in cut.cards}

    assert cards["Duplicate rate"].value == "\N{EN DASH}"
    assert (cards["Duplicate rate"].caption, cards["Duplicate rate"].change) == (
        "days around are missing",
        "no comparison",
    )
    assert "Duplicate rate is missing" in cut.coverage
    assert not cut.complete
    assert [card for card in cut.cards if card.label != "Duplicate rate"] == [
        card for card in whole.cards if card.label != "Duplicate rate"
    ]
    told = {card.label: (card.caption, card.change) for card in alone.cards}
    assert told["Duplicate rate"] == ("within these leads only", "no comparison")


def test_weeks_around_end_today():
    """No day to come is asked for, also where the week goes on."""
    settings = lx.Settings(environment="demo", store="none")
    tables = lx.fetch("YESTERDAY", settings=settings)
    today = datetime.now(UTC).astimezone(settings.zone).date()

    assert tables.around(today - timedelta(days=30), today).asked["to"] == today
    assert tables.around(today, today + timedelta(days=30)).asked["to"] == today
    assert tables.around(today + timedelta(days=1), today + timedelta(days=30)) is None
