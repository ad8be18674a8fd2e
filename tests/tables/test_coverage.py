"""What an answer covers, and whether it adds up: an incomplete number is none."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pandas as pd
import pytest
from few_leads import FOUR, NOW, RIYADH, Desk, bulk, lead, session
from scripted_api import ScriptedApi, reply
from store_world import TODAY, WEEK, World

import leads_excel as lx
from leads_excel.dates.days import Days
from leads_excel.exceptions import ApiUnavailableError
from leads_excel.fetching.fetch import tables_from
from leads_excel.fetching.session import Session, use
from leads_excel.functions.listings import leads_status
from leads_excel.sandbox import Faults
from leads_excel.tables.coverage import COVERAGE, disagreements
from leads_excel.tables.lead_tables import build
from leads_excel.windows.questions import Question

TWO_WEEKS = Days(date(2026, 8, 2), date(2026, 8, 15))


@pytest.fixture(autouse=True)
def _no_session_left():
    yield
    use(None)


@pytest.fixture
def world(tmp_path):
    """A DMS and an empty store."""
    with World(tmp_path / "leads.sqlite") as world:
        yield world


def counts(tables):
    names = ["bulks", "leads", "rejected", "totalRecords", "errorRecords"]
    return tables.coverage[names].to_numpy().tolist()


# The table


@pytest.mark.parametrize("days", [WEEK, TODAY, Days(date(2026, 8, 5), date(2026, 8, 8))])
def test_each_window_counts_what_was_received_and_what_the_dms_counted(world, days):
    """From the API and from the store alike; a bulk created at the very end of the range is in neither."""
    fetched = world.tables(days)
    stored = world.tables(days)

    for tables in (fetched, stored):
        columns = ["leadCount", "errorLeadCount", "totalRecords", "errorRecords"]
        assert counts(tables) == [[len(tables.bulks), *map(int, tables.bulks[columns].sum())]]
    assert counts(fetched) == counts(stored)


def test_states_say_where_each_window_comes_from(world):
    """Fetched now, kept for good, kept for a while, or missing."""
    world.tables(WEEK)
    world.tables(TODAY)
    states = [world.tables(days).coverage["state"].tolist() for days in (WEEK, TODAY, TWO_WEEKS)]
    world.server.faults = Faults(every=1, kinds=("503",))
    with pytest.raises(ApiUnavailableError) as caught:
        world.tables(Days(date(2026, 7, 26), date(2026, 8, 8)))

    assert states == [["stored final"], ["stored open"], ["stored final", "fetched now"]]
    covered = caught.value.tables.coverage
    assert covered["state"].tolist() == ["missing", "stored final"]
    assert covered.loc[0].drop(["from", "to", "state", "final", "attempts"]).isna().all()


def test_age_is_in_minutes():
    """Between the answer and the question, whatever the window."""
    desk = Desk(*FOUR, now=pd.Timestamp.now("UTC") - timedelta(minutes=7, seconds=30))
    tables = tables_from(Question(TWO_WEEKS, RIYADH), desk, lx.Settings(store="none"))

    assert tables.coverage["age"].tolist() == [7, 7]


# What does not add up


def test_a_count_that_differs_names_the_bulk():
    """Which bulk, what the DMS counted and what came; bulks that add up are not named."""
    good = bulk("2026-08-03", lead(1), lead(2, isError=1), errorRecords=1)
    short = bulk("2026-08-04", lead(3), totalRecords=3)
    misjudged = bulk("2026-08-05", lead(4), lead(5, isError=1), createdBy=7, errorRecords=0)

    assert disagreements(build([good]).bulks) == ()
    leads, rejected = disagreements(build([good, short, misjudged]).bulks)
    assert leads == (
        "bulks.totalRecords: 1 bulk does not hold the leads counted: 2026-08-04 12:00 by 1 (3 counted, 1 received)."
    )
    assert rejected.startswith("bulks.errorRecords: 1 bulk does not hold the rejected leads counted: 2026-08-05 12:00")
    assert rejected.endswith("by 7 (0 counted, 1 received).")


@pytest.mark.parametrize("more", [{"isProcessed": 2}, {"totalRecords": None}, {"totalRecords": "many"}])
def test_what_is_not_counted_yet_cannot_differ(more):
    """A bulk in progress, or a count that is none."""
    assert disagreements(build([bulk("2026-08-03", lead(1), **{"totalRecords": 9, **more})]).bulks) == ()


def test_only_the_first_bulks_are_named():
    """The table of bulks has the others."""
    bulks = [bulk(f"2026-08-{day:02}", lead(day), totalRecords=5, createdBy=None) for day in range(1, 24)]
    (line,) = disagreements(build(bulks).bulks)

    assert line.startswith("bulks.totalRecords: 23 bulks do not hold")
    assert line.endswith("2026-08-10 12:00 by nobody (5 counted, 1 received) and 13 more.")


def test_a_fetch_warns_of_them_and_a_filter_does_not(tmp_path):
    """The simulated DMS miscounts now and then; with a filter a bulk shows only some of its leads."""
    days = Days(date(2026, 7, 5), date(2026, 8, 15))
    with World(tmp_path / "leads.sqlite", leads_per_day=60, miscounts=0.015) as world:
        tables, filtered = world.tables(days), world.tables(days, filters={"source": 3})
    wrong = tables.bulks.query("isProcessed == 4 and (totalRecords != leadCount or errorRecords != errorLeadCount)")

    lines = [line for line in tables.warnings if line.startswith("bulks.")]
    assert len(wrong) > 1
    assert all(any(f"{created:%Y-%m-%d %H:%M} by" in line for line in lines) for created in wrong["createdDate"])
    assert sum(line.count(" counted, ") for line in lines) >= len(wrong)
    assert not [line for line in filtered.warnings if line.startswith("bulks.")]


def test_one_bulk_is_checked_too():
    """Asked for by its number it comes whole."""
    with ScriptedApi(reply(body=json.dumps(bulk("2026-08-03", lead(1), totalRecords=2)).encode())) as api:
        settings = lx.Settings(environment="test", base_url=api.url, store="none")
        (line,) = lx.fetch_bulk(5, settings=settings).warnings

    assert line.endswith("(2 counted, 1 received).")


# Formulas


def test_status_lists_the_windows_that_were_asked_for():
    """Each once, as it was answered last, those under a filter beside it, with their age by now."""
    desk = Desk(*FOUR, final=False)
    known = session(desk, ttl=60)
    use(known)
    assert list(leads_status("coverage")) == [*COVERAGE, "asked"]
    known.tables(Question(TWO_WEEKS, RIYADH))
    known.tables(Question(WEEK, RIYADH, source=3))
    desk.now = NOW + timedelta(minutes=5)
    known.tables(Question(WEEK, RIYADH))
    desk.now = NOW + timedelta(minutes=6)

    rows = leads_status("Coverage")

    assert rows["asked"].tolist() == ["", "", "source=3"]
    assert rows["age"].tolist() == [1, 6, 6]
    assert rows["leads"].tolist() == [2, 2, 2]
    assert rows["state"].tolist() == ["fetched now"] * 3


def test_status_lists_windows_that_are_missing(world):
    """A formula that shows an error has them here by name."""
    world.tables(WEEK)
    world.server.faults = Faults(every=1, kinds=("503",))
    known = Session(world.settings)
    use(known)
    with pytest.raises(ApiUnavailableError):
        lx.leads_kpi("leads", TWO_WEEKS.first, TWO_WEEKS.last)

    assert leads_status("coverage")["state"].tolist() == ["stored final", "missing"]
    known.forget()
    assert len(leads_status("coverage")) == 0


@pytest.mark.parametrize(
    "figure",
    [
        lambda: lx.leads_kpi("leads", "2026-08-02", "2026-08-15"),
        lambda: lx.leads_kpi("rejection_rate", "2026-08-02", "2026-08-15", "source=Website", "empty=0"),
        lambda: lx.leads_by("week", "2026-08-02", "2026-08-15"),
        lambda: lx.leads_by("source", "2026-08-02", "2026-08-15", "leads", None, "top=3"),
        lambda: lx.leads_kpi("leads", "2026-08-02", "2026-08-15", None, "as_of=2026-08-20 13:00"),
        lambda: lx.leads("2026-08-02", "2026-08-15"),
    ],
)
def test_no_number_is_computed_over_a_missing_window(world, figure):
    """One week is there and the other is not: that is an error which names it, however much is there."""
    world.tables(WEEK)
    world.server.faults = Faults(every=1, kinds=("503",))
    use(Session(world.settings))

    with pytest.raises(ApiUnavailableError, match="1 of 2 windows are missing: 2026-08-09 to 2026-08-15"):
        figure()
