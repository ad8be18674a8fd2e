"""A window whose bulks lack leads that they count is asked for again, on so many days."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from few_leads import bulk, lead
from scripted_api import ScriptedApi, reply
from store_world import NOW, WEEK, World, assert_same

from leads_excel.dates.days import bounds
from leads_excel.store.database.connection import Database
from leads_excel.store.database.layout import bulks, contents, store, upgrade, versions, windows


def settled(tables):
    """Whether the answer for a range is final."""
    return bool(tables.coverage["final"].all())


@pytest.mark.slow
@pytest.mark.parametrize("days", [1, 2, 3, 5])
def test_it_is_final_when_it_was_the_same_on_so_many_days(tmp_path, days):
    """The setting counts days of asking, and not requests: many on one day are one."""
    with World(tmp_path / "leads.sqlite", miscounts=0.5, recount_days=days, ttl=60) as world:
        for _ in range(days):
            first = world.tables(WEEK)
            world.pass_time(hours=1)
            world.tables(WEEK)
            world.pass_time(hours=23)
        asked = world.requests

        last = world.tables(WEEK)

    assert not first.coverage["addsUp"].any()
    assert settled(last)
    assert asked == (2 * days - 1 if days > 1 else 1)
    assert world.requests == asked
    assert_same(first, last)


def test_what_adds_up_is_final_at_once(tmp_path):
    """Nothing is asked for twice where nothing is in doubt."""
    with World(tmp_path / "leads.sqlite") as world:
        first, second = world.tables(WEEK), world.tables(WEEK)

    assert first.coverage["addsUp"].all()
    assert settled(second)
    assert world.requests == 1


def test_a_filter_doubts_nothing(tmp_path):
    """The API leaves leads out and the counts as they are."""
    with World(tmp_path / "leads.sqlite", miscounts=0.5) as world:
        filtered = world.tables(WEEK, filters={"source": 3})

    assert filtered.coverage["addsUp"].isna().all()
    assert settled(filtered)


def test_what_may_still_change_anyway_is_not_final_for_being_asked_often(tmp_path):
    """A window that the DMS is not through with stays open whatever its counts say."""
    with World(tmp_path / "leads.sqlite", miscounts=0.5, recount_days=1, settle_days=60) as world:
        world.tables(WEEK)

        assert not settled(world.tables(WEEK))


@pytest.mark.parametrize(("early", "is_final"), [(0, True), (1, False)])
def test_it_is_not_final_before_its_time(tmp_path, early, is_final):
    """A window that is not settled to the moment may still add up."""
    with World(tmp_path / "leads.sqlite", miscounts=0.5, recount_days=1, settle_days=12) as world:
        world.now = bounds(WEEK, world.settings.zone)[1] + timedelta(days=12, milliseconds=-early)
        world.tables(WEEK)

        assert settled(world.tables(WEEK)) == is_final


@pytest.mark.parametrize(("state", "is_final"), [(1, False), (2, False), (3, True), (4, True)])
def test_a_bulk_under_way_keeps_the_window_open(tmp_path, state, is_final):
    """However often the counts of another bulk were the same: the DMS is not through."""
    sent = [bulk("2026-08-03", lead(1), totalRecords=10), bulk("2026-08-04", lead(2), isProcessed=state)]
    with (
        World(tmp_path / "leads.sqlite", recount_days=1) as world,
        ScriptedApi(reply(body=json.dumps(sent).encode())) as api,
    ):
        settings = world.settings.model_copy(update={"base_url": api.url})
        first = world.tables(WEEK, settings=settings)

        assert not first.coverage["addsUp"].all()
        assert settled(world.tables(WEEK, settings=settings)) == is_final


def test_a_store_of_an_earlier_release_begins_to_count(tmp_path):
    """The column is added, and what was final stays so."""
    place = tmp_path / "leads.sqlite"
    with World(place) as world:
        first = world.tables(WEEK)
        with sa.create_engine(f"sqlite:///{place}").begin() as old:
            old.execute(sa.text("ALTER TABLE lead_versions DROP COLUMN asked_days"))
            old.execute(sa.text("UPDATE lead_store SET version = 1"))

        second = world.tables(WEEK)

        assert_same(first, second)
        assert world.requests == 1
        database = Database(str(place))
        assert database.read(lambda connection: connection.execute(sa.select(versions.c.asked_days)).scalar_one()) == 1
        database.close()


@pytest.mark.parametrize("shape", ["merged", "array"])
def test_days_that_an_earlier_release_took_as_one_bulk_are_asked_for_again(tmp_path, shape):
    """Its single bulk may be several in one object; a store that holds several bulks of a week is believed."""
    place = tmp_path / "leads.sqlite"
    with World(place, reading={"shape": shape}) as world:
        right = world.tables(WEEK)
        with sa.create_engine(f"sqlite:///{place}").begin() as old:
            if shape == "merged":
                old.execute(sa.text("DELETE FROM lead_contents WHERE position > 0"))
                old.execute(sa.text("DELETE FROM lead_flattened"))
                old.execute(sa.text("UPDATE lead_versions SET digest = x'00'"))
            old.execute(sa.text("UPDATE lead_store SET version = 2"))
        world.pass_time(days=1)
        before = world.requests

        assert_same(right, world.tables(WEEK))
        assert (world.requests > before) == (shape == "merged")
        assert_same(right, world.tables(WEEK, offline=True))


def test_all_windows_of_one_bulk_are_asked_for_again_but_those_of_one_day():
    """A store may have more of them than a statement takes values; a day is one bulk by nature."""
    answer = {"digest": b"", "first_seen": NOW, "last_seen": NOW, "latest": True, "final": True, "error_records": 0}
    rows = []
    for number in range(2_100):
        key, days = b"%d" % number, 1 + number % 3
        window = {"key": key, "scope": b"", "api": "", "start": NOW, "end": NOW + timedelta(days=days)}
        version = {"id": number, "window": key, "total_records": days, **answer}
        rows.append((window, version, {"version": number, "position": 0, "bulk": b"bulk"}))
    with sa.create_engine("sqlite://").begin() as old:
        upgrade(old)
        old.execute(bulks.insert().values(digest=b"bulk", body=b"", size=0))
        for table, of_it in zip((windows, versions, contents), zip(*rows, strict=True), strict=True):
            old.execute(table.insert(), list(of_it))
        old.execute(store.update().values(version=2))

        upgrade(old)

        final = old.execute(sa.select(versions.c.total_records).where(versions.c.final)).scalars().all()
    assert final == [1] * 700


def test_a_recount_that_came_out_right_is_final(tmp_path):
    """As soon as the leads are there, the window needs no more asking."""
    with World(tmp_path / "leads.sqlite", miscounts=0.5, ttl=0) as world:
        world.tables(WEEK)
        right = World(tmp_path / "other.sqlite")
        right.now = world.now
        world.server.sandbox = right.server.sandbox
        world.pass_time(seconds=timedelta(minutes=1).seconds)

        assert world.tables(WEEK).coverage["addsUp"].all()
        asked = world.requests
        assert settled(world.tables(WEEK))
        assert world.requests == asked
