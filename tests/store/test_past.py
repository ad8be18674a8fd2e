"""How it stood at a moment: the store answers as it would have answered then, or says that it cannot."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from few_leads import bulk, lead
from scripted_api import ScriptedApi, reply
from store_world import NOW, TODAY, WEEK, World, assert_same

import leads_excel as lx
from leads_excel.client.api_source import Api
from leads_excel.client.leads_client import LeadsClient
from leads_excel.dates.days import Days
from leads_excel.exceptions import ApiUnavailableError, ArgumentError, DateError, SettingsError
from leads_excel.fetching import fetch as fetcher
from leads_excel.fetching.fetch import tables_for, tables_from
from leads_excel.fetching.session import Session, use
from leads_excel.fetching.sync import sync
from leads_excel.store import Stored
from leads_excel.store.database.connection import Database
from leads_excel.store.upkeep.erasure import erase
from leads_excel.store.upkeep.inspection import prune
from leads_excel.windows.questions import Question


@pytest.fixture
def world(tmp_path):
    """A DMS and an empty store."""
    with World(tmp_path / "leads.sqlite") as world:
        yield world


def then(world, days, at, **filters):
    """Answer as it stood at a moment."""
    return tables_for(world.question(days, as_of=at, **filters), settings=world.settings)


def test_each_state_is_given_back(world):
    """Whatever was answered at a moment is answered again for it, row for row, and until the next answer came."""
    kept = {}
    for _ in range(4):
        kept[world.now] = world.tables(TODAY)
        world.pass_time(hours=2)
    requests = world.requests

    assert len({len(tables.leads) for tables in kept.values()}) > 1
    for at, tables in kept.items():
        assert_same(then(world, TODAY, at), tables)
        assert_same(then(world, TODAY, at + timedelta(minutes=119)), tables)
    assert world.requests == requests


def test_the_final_mark_is_of_that_time(world):
    """A window that is settled today was still open then, and its answer as old as it was."""
    world.tables(TODAY)
    first = world.now
    world.pass_time(days=60)
    world.tables(TODAY)
    later = world.now
    world.pass_time(days=1)

    state, fetched = ["state", "final"], "fetchedAt"
    before, after = then(world, TODAY, first + timedelta(hours=1)).coverage, then(world, TODAY, world.now).coverage
    assert before.loc[0, state].tolist() == ["stored open", False]
    assert after.loc[0, state].tolist() == ["stored final", True]
    assert (before.loc[0, fetched], after.loc[0, fetched]) == (first, later)


def test_a_look_that_found_the_same_counts_until_then(tmp_path):
    """Between two equal answers it stood so, at any moment; final it was not before the window was settled."""
    body = json.dumps([bulk("2026-08-19", lead(1))]).encode()
    day, clock = Days(date(2026, 8, 19), date(2026, 8, 19)), [NOW]
    with ScriptedApi(reply(body=body)) as api:
        settings = lx.Settings(environment="test", base_url=api.url, store=str(tmp_path / "s.sqlite"))
        for days in (0, 5):
            clock[0] = NOW + timedelta(days=days)
            with (
                LeadsClient(settings) as client,
                closing(Database(settings.store)) as database,
                closing(Stored(Api(client, 2), database, settings, now=lambda: clock[0])) as source,
            ):
                tables_from(Question(day, settings.zone), source, settings)

        between = NOW + timedelta(days=1)
        coverage = tables_for(Question(day, settings.zone, as_of=between), settings=settings).coverage

    assert coverage.loc[0, ["state", "final", "fetchedAt", "age"]].tolist() == ["stored open", False, between, 0]


def test_the_freshest_of_several_windows_answers(world):
    """A week that was asked for long before its days were is not how it stood."""
    week = Days(date(2026, 8, 16), date(2026, 8, 20))
    world.tables(week)
    world.pass_time(days=1)
    for day in week:
        world.tables(Days(day, day))
    now = world.tables(week)

    assert_same(then(world, week, world.now), now)
    assert len(now.leads) > len(then(world, week, NOW).leads)


def test_days_that_had_not_begun_hold_nothing(world):
    """How August stood on its twentieth day: as its days until then, whose answers are all there can be."""
    for day in Days(date(2026, 8, 16), date(2026, 8, 20)):
        world.tables(Days(day, day))
    kept = world.tables(Days(date(2026, 8, 16), date(2026, 8, 20)))
    at = world.now
    world.pass_time(days=12)
    world.tables(Days(date(2026, 8, 21), date(2026, 8, 31)))

    past = then(world, Days(date(2026, 8, 16), date(2026, 8, 31)), at)

    assert_same(past, kept)
    assert past.coverage["leads"].tolist() == [*kept.coverage["leads"], 0, 0]
    with pytest.raises(ApiUnavailableError, match="2026-08-16 to 2026-08-22"):
        then(world, Days(date(2026, 8, 16), date(2026, 8, 31)), at + timedelta(days=1))


def test_days_that_nobody_had_asked_for_are_missing(world):
    """They are named, as for any other gap, and the other days come along."""
    world.tables(WEEK)
    at = world.now
    world.pass_time(hours=1)
    world.tables(Days(date(2026, 8, 9), date(2026, 8, 15)))

    with pytest.raises(ApiUnavailableError, match="1 of 2 windows are missing: 2026-08-09 to 2026-08-15") as caught:
        then(world, Days(date(2026, 8, 2), date(2026, 8, 15)), at)
    assert "did not have these days on 2026-08-20 12:00" in str(caught.value)
    assert set(caught.value.tables.leads["leadExternalId"]) >= set(world.tables(WEEK).leads["leadExternalId"])


def test_days_fill_a_week_of_the_past(world):
    """What a sync keeps day by day answers for any range of them."""
    week = Days(date(2026, 8, 16), date(2026, 8, 20))
    sync(week, settings=world.settings)
    at = datetime.now(UTC)  # a sync goes by the clock of the computer

    assert_same(then(world, week, at), world.directly(week))


def test_a_pruned_past_is_missing(world):
    """Where earlier answers are gone, a later one never stands in for them."""
    for _ in range(3):
        latest = world.tables(TODAY)
        world.pass_time(hours=3)
    with world.database() as database:
        assert prune(database, NOW + timedelta(hours=5)).versions == 2

    with pytest.raises(ApiUnavailableError, match="does not keep them any more"):
        then(world, TODAY, NOW + timedelta(hours=5))
    assert_same(then(world, TODAY, NOW + timedelta(hours=6)), latest)


def test_an_erased_lead_is_gone_from_the_past(world):
    """Nobody finds the person by asking how it stood before."""
    tables = world.tables(WEEK)
    number = int(tables.leads.query("leadId > 0")["leadId"].iloc[0])
    world.pass_time(minutes=1)
    with world.database() as database:
        erase(database, number)

    past = then(world, WEEK, NOW)

    assert len(past.leads) == len(tables.leads) - 1
    assert number not in set(past.leads["leadId"])


def test_filters_of_the_api_are_a_past_of_their_own(world):
    """What all leads were says nothing about one source number."""
    world.tables(WEEK)

    with pytest.raises(ApiUnavailableError, match="windows are missing"):
        then(world, WEEK, NOW, source=3)


def test_tables_know_of_which_moment_they_are(world):
    """Figures that go by the clock, such as leads a day, go by that moment."""
    newest = world.tables(WEEK)

    assert newest.as_of is None
    assert then(world, WEEK, NOW).as_of == NOW


def test_a_store_that_cannot_be_used_is_named(world, tmp_path):
    """A folder in its place is no empty past."""
    folder = tmp_path / "folder"
    folder.mkdir()
    settings = lx.Settings(environment="test", base_url=world.server.url, store=str(folder))

    with pytest.raises(ApiUnavailableError, match="The store cannot be used"):
        lx.fetch("2026-08-03", as_of="2026-08-20 12:00", settings=settings)


# Through the doors


@contextmanager
def day_turned_to(monkeypatch, now):
    """Let the store's readers believe it is another moment."""
    real = fetcher.to_moment
    with monkeypatch.context() as patch:
        patch.setattr(fetcher, "to_moment", lambda *given, **more: real(*given, **more, now=now))
        yield


def test_fetch_takes_a_moment_and_counts_days_from_it(world, monkeypatch):
    """The last two days as of yesterday are the two days up to yesterday."""
    days = Days(date(2026, 8, 18), date(2026, 8, 19))
    world.now = datetime(2026, 8, 19, 18, tzinfo=UTC)
    tables = world.tables(days)

    use(Session(world.settings))
    with day_turned_to(monkeypatch, NOW):
        past = lx.fetch("-2D", as_of="2026-08-19", settings=world.settings)
        by_day = lx.leads_by("day", "-2D", options="as_of=2026-08-19")
    use(None)

    assert_same(past, tables)
    assert [f"{day:%Y-%m-%d}" for day in by_day["day"]] == ["2026-08-18", "2026-08-19"]
    assert past.title == "2026-08-18 to 2026-08-19, as of 2026-08-19 23:59"


def test_the_functions_take_it_as_an_option(world, monkeypatch):
    """A list, a number and a table of numbers as they stood at noon, while the API is not asked."""
    world.tables(TODAY)
    world.pass_time(hours=5)
    now = world.tables(TODAY)
    requests = world.requests
    use(Session(world.settings))
    try:
        with day_turned_to(monkeypatch, world.now):
            option = "as_of=2026-08-20 12:00"
            counts = [
                len(lx.leads("TODAY", options=option)),
                len(lx.lead_vehicles("TODAY", options=option)) and len(lx.lead_bulks("TODAY", options=option)),
                lx.leads_kpi("leads", "TODAY", options=option),
                int(lx.leads_by("day", "TODAY", options=option)["leads"].sum()),
            ]
    finally:
        use(None)

    noon = then(world, TODAY, NOW)
    assert counts == [len(noon.leads), len(noon.bulks), len(noon.leads), len(noon.leads)]
    assert len(noon.leads) < len(now.leads)
    assert world.requests == requests


def test_a_past_that_is_missing_does_not_keep_the_present_away(world):
    """A formula about a moment the store does not know leaves the others alone."""
    session = Session(world.settings)
    with pytest.raises(ApiUnavailableError):
        session.tables(world.question(WEEK, as_of=NOW))

    assert len(session.tables(world.question(WEEK)).leads)
    assert session.status()["windows"] == 1


def test_the_demo_knows_its_past():
    """The simulated DMS turns its clock back."""
    demo = lx.Settings(store="none")
    early, late = (
        lx.fetch("2026-08-03", as_of=moment, settings=demo) for moment in ("2026-08-03 11:00", "2026-08-12 11:00")
    )

    assert 0 < len(early.leads) < len(late.leads)
    assert early.leads["leadId"].sum() < late.leads["leadId"].sum()


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"as_of": "2026-08-03", "reload": True}, ArgumentError, "leave out reload"),
        ({"as_of": "2999-01-01"}, DateError, "still to come"),
        ({"as_of": "soon"}, DateError, "is not a date"),
    ],
)
def test_a_past_that_cannot_be(world, options, error, text):
    """It is refused in words."""
    with pytest.raises(error, match=text):
        lx.fetch("2026-08-03", settings=world.settings, **options)


def test_without_a_store_there_is_no_past(world):
    """An API knows only today."""
    settings = lx.Settings(environment="test", base_url=world.server.url, store="none")

    with pytest.raises(SettingsError, match="nobody knows how it stood then"):
        lx.fetch("2026-08-03", as_of="2026-08-20", settings=settings)
