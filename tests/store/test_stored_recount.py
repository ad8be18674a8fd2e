"""A window whose bulks lack leads that they count is asked for again, on so many days."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from store_world import WEEK, World, assert_same

from leads_excel.store.database.connection import Database
from leads_excel.store.database.layout import versions


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
