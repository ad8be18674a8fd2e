"""Filling the store ahead of its readers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from store_world import TODAY, WEEK, World, assert_same

from leads_excel.dates.days import Days
from leads_excel.exceptions import ApiAccessError, ApiReplyError, ApiUnavailableError, SettingsError
from leads_excel.fetching.fetch import tables_from
from leads_excel.fetching.sync import sync
from leads_excel.sandbox import Faults, Sandbox, SandboxServer, SignIn
from leads_excel.settings.model import Settings
from leads_excel.store import open_source
from leads_excel.windows.questions import Question

TWO_WEEKS = Days(date(2026, 7, 26), date(2026, 8, 8))


@pytest.fixture
def world(tmp_path):
    """A DMS and an empty store."""
    with World(tmp_path / "leads.sqlite") as world:
        yield world


@pytest.mark.slow
def test_whatever_range_is_asked_for_later_is_there(world):
    """After a sync, any range of its days is answered without a request, row for row."""
    sync(TWO_WEEKS, settings=world.settings)
    before = world.requests
    for days in (TWO_WEEKS, WEEK, Days(date(2026, 7, 29), date(2026, 8, 4)), Days(WEEK.first, WEEK.first)):
        assert_same(world.tables(days, offline=True), world.directly(days))
    with open_source(world.settings) as source:
        tables_from(world.question(TWO_WEEKS), source, world.settings)
    assert [exchange.parameters for exchange in world.server.log[before:]].count({}) == 0
    assert before == 14


def test_it_tells_what_it_did(world):
    """The report counts windows, leads and requests."""
    synced = sync(WEEK, settings=world.settings)
    leads = len(world.directly(WEEK).leads)
    assert (synced.fetched, synced.known, synced.requests, synced.failures) == (7, 0, 7, {})
    assert synced.leads == leads
    assert str(synced) == f"{WEEK}: 7 windows fetched with {leads} leads, 0 of them may still change, 0 were there"


def test_what_is_there_is_not_asked_for_again(world):
    """A second sync makes no request for days that are done."""
    sync(WEEK, settings=world.settings)
    synced = sync(WEEK, settings=world.settings)
    assert (synced.fetched, synced.known, world.requests) == (0, 7, 7)


def test_an_interrupted_sync_goes_on_where_it_stopped(world):
    """What was fetched before the API went away is not fetched again."""
    broken = {window.from_stamp for day in list(WEEK)[2:4] for window in world.question(Days(day, day)).windows}
    world.server.faults = Faults(broken_windows=frozenset(broken))
    synced = sync(WEEK, settings=world.settings)
    assert (synced.fetched, len(synced.failures)) == (5, 2)
    assert str(synced).endswith(", 2 missing")
    world.server.faults = Faults()
    again = sync(WEEK, settings=world.settings)
    assert (again.fetched, again.known, again.failures) == (2, 5, {})


def test_missing_windows_make_one_error(world):
    """The error names the days that are missing, in time order, and lists them and their causes."""
    world.server.faults = Faults(every=1, kinds=("503",))
    error = sync(Days(WEEK.first, date(2026, 8, 3)), settings=world.settings).error(world.settings.zone)
    assert type(error) is ApiUnavailableError
    assert str(error).startswith("2 windows are missing: 2026-08-02, 2026-08-03. The API is not available (503)")
    assert len(error.missing) == len(error.causes) == error.attempts == 2


def test_a_reply_to_be_reported_is_the_error(world):
    """Among several failures the one that somebody must look at decides."""
    world.server.faults = Faults(every=1, kinds=("503", "html"))
    assert type(sync(WEEK, settings=world.settings).error(world.settings.zone)) is ApiReplyError


def test_without_failures_there_is_no_error(world):
    """A sync that got everything has no error to raise."""
    assert sync(WEEK, settings=world.settings).error(world.settings.zone) is None


def test_bulks_in_progress_are_asked_for_again(tmp_path):
    """Earlier days with bulks the DMS still works on are asked for again until they are done; done ones never."""
    now = [datetime(2026, 8, 1, 9, tzinfo=UTC)]
    with SandboxServer(Sandbox(seed=2, leads_per_day=40, now=lambda: now[0])) as server:
        settings = Settings(environment="test", base_url=server.url, store=str(tmp_path / "s.sqlite"), ttl=0)
        sync(Days(date(2026, 7, 10), date(2026, 7, 31)), settings=settings)
        in_progress = _in_progress(settings)
        assert in_progress
        before = len(server.log)
        now[0] += timedelta(days=90)
        sync(Days(date(2026, 8, 10), date(2026, 8, 10)), settings=settings)
        asked = {exchange.window for exchange in server.log[before:]}
        assert {window.from_stamp for window in in_progress} < {start for start, _ in asked}
        assert len(asked) == len(in_progress) + 1
        assert _in_progress(settings) == []


def test_the_progress_is_reported(world):
    """The function given is called after each window."""
    seen = []
    sync(WEEK, settings=world.settings, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(number, 7) for number in range(1, 8)]


def test_a_refused_sign_in_ends_it(world):
    """No other day would fare better."""
    world.server.sandbox.sign_in = SignIn.bearer("right")
    with pytest.raises(ApiAccessError):
        sync(WEEK, settings=world.settings)


def test_there_must_be_a_store():
    """With the store switched off there is nothing to fill."""
    with pytest.raises(SettingsError, match="LEADS_EXCEL_STORE"):
        sync(TODAY, settings=Settings(store="none"))


def test_a_store_that_cannot_be_used_is_an_error(world, tmp_path):
    """A sync that keeps nothing must not look as if it had."""
    (tmp_path / "file").touch()
    settings = world.settings.replace(store=str(tmp_path / "file" / "s.sqlite"))
    with pytest.raises(SettingsError, match="its file cannot be used"):
        sync(WEEK, settings=settings)
    assert world.requests == 0


def _in_progress(settings):
    with open_source(settings) as source:
        later = Question(Days(date(2026, 8, 1), date(2026, 8, 1)), settings.zone)
        return source.unsettled(later)
