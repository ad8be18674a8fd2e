"""The same store on a real PostgreSQL server."""

from __future__ import annotations

import sys
import threading

import postgres
import pytest
from sqlalchemy import select, text
from store_world import NOW, TODAY, WEEK, World, assert_same

from leads_excel.dates.days import Days
from leads_excel.exceptions import SettingsError
from leads_excel.fetching.fetch import tables_for, tables_from
from leads_excel.functions.changes import changes
from leads_excel.store.database.connection import Database
from leads_excel.store.database.layout import store, versions
from leads_excel.store.upkeep import erasure, soundness
from leads_excel.store.upkeep import inspection as upkeep


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server."""
    with postgres.running() as url:
        yield url


@pytest.fixture
def world(server):
    """A DMS and an empty store on the server."""
    with World(postgres.new_database(server)) as world:
        yield world


def states(tables):
    """Return the states of the windows."""
    return tables.coverage["state"].tolist()


@pytest.mark.slow
def test_a_final_window_is_asked_for_once(world):
    """What one process fetched, another one reads, row for row."""
    first, second = world.tables(WEEK), world.tables(WEEK)
    assert (states(first), states(second)) == (["fetched now"], ["stored final"])
    assert_same(first, second)


def test_an_open_window_is_reused_within_its_time_to_live(world):
    """Instants come back as they went in, to the microsecond."""
    world.now = NOW.replace(microsecond=123456)
    world.tables(TODAY)
    world.pass_time(seconds=299, microseconds=999_999)
    assert states(world.tables(TODAY)) == ["stored open"]
    world.pass_time(microseconds=1)
    assert states(world.tables(TODAY)) == ["fetched now"]


@pytest.mark.slow
def test_days_fill_a_week(world):
    """Windows that touch end to end answer for the window they fill."""
    for day in WEEK:
        world.tables(Days(day, day))
    assert_same(world.tables(WEEK, offline=True), world.directly(WEEK))


def test_an_answer_that_changed_is_a_new_version(world):
    """Versions follow one another, one of them the latest."""
    for _ in range(3):
        world.tables(TODAY)
        world.pass_time(hours=3)
    with world.database() as database:
        latest = database.read(lambda connection: connection.execute(select(versions.c.latest)).scalars().all())
    assert sorted(latest) == [False, False, True]


@pytest.mark.slow
def test_others_wait_for_the_answer_of_the_one_who_asks(world):
    """Several sources that want the same windows at once ask once for each, on an empty server too."""
    world.server.latency = 0.3
    days = Days(WEEK.first, TODAY.last)
    threads = [threading.Thread(target=world.tables, args=(days,)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.requests == 3
    with world.database() as database:
        assert soundness.verify(database) == []


def test_a_killed_connection_stops_nothing(world):
    """When the server cuts a connection, the next one does."""
    with world.source() as source:
        tables_from(world.question(WEEK), source, world.settings)
        with world.database() as database:
            cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            database.read(lambda connection: connection.execute(cut).all())
        assert states(tables_from(world.question(WEEK), source, world.settings)) == ["stored final"]
        assert source.trouble is None


def test_a_server_that_does_not_answer_stops_nothing():
    """Without the server the API answers alone, and the reason holds neither address nor password."""
    with World("postgresql://leads:secret@127.0.0.1:9/leads") as world, world.source() as source:
        assert states(tables_from(world.question(WEEK), source, world.settings)) == ["fetched now"]
        assert source.trouble == "its server does not answer, or refuses the sign-in"


def test_a_store_of_a_newer_release_is_left_alone(world):
    """Tables this release does not know are neither read nor touched."""
    world.tables(WEEK)
    with world.database() as database:
        database.write(lambda connection: connection.execute(store.update().values(version=99)))
    with world.source() as source:
        assert states(tables_from(world.question(WEEK), source, world.settings)) == ["fetched now"]
        assert source.trouble == "a newer release of leads-excel made it: update this one"


def test_upkeep_works_on_a_server(world):
    """Info, verify, erase and prune do the same as on a file."""
    tables = world.tables(Days(WEEK.first, TODAY.last))
    lead = int(tables.leads["leadId"].max())
    with world.database() as database:
        assert upkeep.info(database).size is None
        assert erasure.copies_of(database, lead) == erasure.erase(database, lead).leads > 0
        assert erasure.copies_of(database, lead) == 0
        assert soundness.verify(database) == []
        assert upkeep.prune(database, world.now).windows == 2
        assert soundness.verify(database) == []
        assert upkeep.info(database).windows == 1


def test_the_driver_is_named_when_it_is_missing(monkeypatch):
    """Without psycopg the message says what to install."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match=r"leads-excel\[postgres\]"):
        Database("postgresql://leads@127.0.0.1/leads")


def test_the_past_and_what_changed(world):
    """Each state comes back as it stood, and what changed between two of them is told."""
    first, since = world.tables(TODAY), world.now
    world.pass_time(hours=5)
    second = world.tables(TODAY)

    past = tables_for(world.question(TODAY, as_of=since), settings=world.settings)
    rows = changes(since, world.now, settings=world.settings)

    assert_same(past, first)
    assert (rows["change"] == "new").sum() == len(second.leads) - len(first.leads) > 0
