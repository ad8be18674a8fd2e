"""The page leaves open what a range sends and where it ends; under every reading the same days hold the same leads."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from pandas.testing import assert_frame_equal
from store_world import World

import leads_excel as lx
from leads_excel.dates.typed_dates import to_days
from leads_excel.fetching.sync import sync
from leads_excel.kpis import KPIS
from leads_excel.schema import TABLES
from leads_excel.settings.model import Settings

NOW = datetime(2026, 8, 20, 9, tzinfo=UTC)
RANGES = (("2026-08-05", "2026-08-11"), ("2026-08-06", "2026-08-06"), ("2026-08-17", "2026-08-20"))
READINGS = {
    f"{shape} {interval}": {"shape": shape, "interval": interval}
    for shape, interval in product(("object", "array", "merged"), ("closed", "half-open"))
}


def fetched(world, days, **settings):
    """Ask for a range as a notebook does."""
    chosen = world.settings.model_dump() | settings
    return lx.fetch(*days, settings=Settings(**chosen))


def contents(tables):
    """Take what two answers to one question must have in common."""
    return {name: getattr(tables, name).reset_index(drop=True) for name in TABLES}


def assert_same(one, other, told):
    for name, frame in contents(one).items():
        assert_frame_equal(frame, contents(other)[name], obj=f"{told}: {name}")


def ways(world, tmp_path, days):
    """Ask for a range in every way: alone, through an empty and a full store, day by day, after a sync."""
    whole, each, synced = (str(tmp_path / f"{name}-{days[0]}.sqlite") for name in ("whole", "each", "synced"))
    yield "without a store", fetched(world, days, store="none")
    yield "an empty store", fetched(world, days, store=whole)
    yield "a full store", fetched(world, days, store=whole)
    span = to_days(*days, zone=world.settings.zone, week_start="sunday")
    for day in span:
        fetched(world, (day, day), store=each)
    yield "day by day", fetched(world, days, store=each)
    sync(span, settings=Settings(**world.settings.model_dump() | {"store": synced}))
    yield "after a sync", fetched(world, days, store=synced)
    mixed = str(tmp_path / f"mixed-{days[0]}.sqlite")
    fetched(world, (span.last, span.last), store=mixed)
    fetched(world, ("2026-08-02", "2026-08-15"), store=mixed)
    yield "a store of other ranges", fetched(world, days, store=mixed)


@pytest.mark.slow
@pytest.mark.parametrize("reading", READINGS)
def test_a_range_holds_the_same_however_it_is_asked_for(reading, tmp_path):
    """Tables and key figures: one object for a range would put a week's leads on one day, or twice on two."""
    with World("none", reading=READINGS[reading]) as world:
        world.now = NOW
        for days in RANGES:
            (_, first), *others = ways(world, tmp_path, days)
            assert len(first.leads) > 0
            figures = {name: kpi(first).value for name, kpi in KPIS.items()}
            for told, tables in others:
                assert_same(first, tables, told)
                assert {name: kpi(tables).value for name, kpi in KPIS.items()} == pytest.approx(figures), told


@pytest.mark.slow
def test_the_leads_are_those_of_any_other_reading(tmp_path):
    """What comes in one object for all bulks is less about bulks, and the same leads on the same days."""
    found = []
    for number, reading in enumerate(READINGS.values()):
        with World(tmp_path / f"{number}.sqlite", reading=reading) as world:
            tables = fetched(world, ("2026-08-05", "2026-08-11"))
            leads = tables.leads.assign(day=tables.leads["bulkCreatedDate"].dt.date)
            found.append(
                leads[["leadExternalId", "day", "isError"]].sort_values("leadExternalId").reset_index(drop=True)
            )
    for other in found[1:]:
        assert_frame_equal(found[0], other)


def test_the_api_is_asked_day_by_day_once_it_is_known_to_put_days_together(tmp_path):
    """The first week finds out, and what another range costs is its days; an API that lists bulks costs no more."""
    with World(tmp_path / "merged.sqlite", reading=READINGS["merged closed"]) as world:
        fetched(world, ("2026-08-02", "2026-08-08"))
        assert world.requests == 8
        fetched(world, ("2026-07-26", "2026-08-01"))
        assert world.requests == 8 + 7
    with World(tmp_path / "array.sqlite", reading=READINGS["array closed"]) as world:
        fetched(world, ("2026-07-26", "2026-08-08"))
        assert world.requests == 2
