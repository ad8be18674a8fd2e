"""The store as a source: what it spares, what it keeps apart, and what it does when things go wrong."""

from __future__ import annotations

import json
import logging
import os
import stat
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from scripted_api import ScriptedApi, reply
from sqlalchemy import select
from store_world import NOW, TODAY, WEEK, World, assert_same

from leads_excel.client.api_source import Api
from leads_excel.dates.days import Days, bounds
from leads_excel.exceptions import ApiReplyError, ApiUnavailableError, SettingsError
from leads_excel.fetching.fetch import tables_from
from leads_excel.sandbox import Faults
from leads_excel.settings.model import Settings
from leads_excel.store import Stored, open_source
from leads_excel.store.database import layout as layouts
from leads_excel.store.database.connection import Database
from leads_excel.store.database.layout import bulks, contents, flattened, leases, store, versions
from leads_excel.store.database.leases import Leases, Watch
from leads_excel.store.database.windows import Windows
from leads_excel.store.entries.entry import Asked
from leads_excel.windows.questions import Question

MONTH = Days(date(2026, 7, 5), date(2026, 8, 1))


@pytest.fixture
def world(tmp_path):
    """A DMS and an empty store."""
    with World(tmp_path / "folder" / "leads.sqlite") as world:
        yield world


def states(tables):
    """Return the states of the windows."""
    return tables.coverage["state"].tolist()


def bulk(created="2026-08-03T10:00:00.000Z", state=4, **lead):
    """Make a bulk as JSON objects."""
    leads = [{"leadExternalId": 1, "leadId": 7, "firstName": "Sara", "vehicles": [{"modelYear": 2025}], **lead}]
    return {
        "leads": leads,
        "createdDate": created,
        "createdBy": 1,
        "totalRecords": 1,
        "errorRecords": 0,
        "isProcessed": state,
    }


def scripted(api, tmp_path, **settings):
    """Make settings for a scripted API and a store."""
    chosen = {"store": str(tmp_path / "s.sqlite"), "attempts": 1, "ttl": 0, **settings}
    return Settings(environment="test", base_url=api.url, **chosen)


def fetched(settings, days=WEEK, **options):
    """Fetch days as a process of its own would."""
    with open_source(settings, **options) as source:
        return tables_from(Question(days, settings.zone), source, settings)


@contextmanager
def full_disk():
    """Let no file of this process grow."""
    resource = pytest.importorskip("resource", reason="only POSIX limits the size of files")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


# What it spares


def test_a_final_window_is_asked_for_once(world):
    """A settled week is answered from the store for ever, row for row."""
    first = world.tables(WEEK)
    world.pass_time(days=900)
    second = world.tables(WEEK)
    assert world.requests == 1
    assert (states(first), states(second)) == (["fetched now"], ["stored final"])
    assert_same(first, second)


@pytest.mark.parametrize(("early", "state"), [(0, "stored final"), (1, "stored open")])
def test_a_window_is_settled_so_many_days_after_its_end(tmp_path, early, state):
    """To the moment: a millisecond earlier it may still change."""
    with World(tmp_path / "leads.sqlite", settle_days=12) as world:
        world.now = bounds(WEEK, world.settings.zone)[1] + timedelta(days=12, milliseconds=-early)
        world.tables(WEEK)

        assert states(world.tables(WEEK)) == [state]


def test_an_open_window_is_reused_within_its_time_to_live(world):
    """Today's answer is reused for five minutes, then asked for again."""
    world.tables(TODAY)
    world.pass_time(seconds=299)
    assert states(world.tables(TODAY)) == ["stored open"]
    world.pass_time(seconds=2)
    assert states(world.tables(TODAY)) == ["fetched now"]


@pytest.mark.parametrize(
    ("state", "asked"),
    [(4, 1), (3, 1), ("4", 1), (4.0, 1), (1, 2), ("2", 2), (None, 2), ("done", 2), ([4], 2), (True, 2), (5, 2)],
)
def test_a_state_is_read_as_the_tables_read_it(tmp_path, state, asked):
    """Bare or quoted, 4 is through; what is no state the DMS knows may still change."""
    with ScriptedApi(reply(body=json.dumps([bulk(state=state)]).encode())) as api:
        settings = scripted(api, tmp_path)
        fetched(settings, Days(date(2025, 8, 3), date(2025, 8, 9)))
        fetched(settings, Days(date(2025, 8, 3), date(2025, 8, 9)))
        assert len(api.requests) == asked


def test_a_window_with_a_bulk_in_progress_stays_open(tmp_path):
    """However long ago it ended, a window is not final while the DMS works on one of its bulks."""
    with ScriptedApi(reply(body=json.dumps([bulk(state=2)]).encode())) as api:
        settings = scripted(api, tmp_path)
        fetched(settings, Days(date(2025, 8, 3), date(2025, 8, 9)))
        fetched(settings, Days(date(2025, 8, 3), date(2025, 8, 9)))
        assert len(api.requests) == 2


def test_reload_asks_for_final_windows_too(world):
    """Reload asks for everything anew and keeps what it got."""
    world.tables(WEEK)
    world.pass_time(minutes=1)
    assert states(world.tables(WEEK, reload=True)) == ["fetched now"]
    assert states(world.tables(WEEK)) == ["stored final"]


def test_a_rolling_month_costs_few_requests(world):
    """The last 30 days, asked for again a day later, need three requests where older weeks are done."""
    world.tables(Days(date(2026, 7, 22), date(2026, 8, 20)))
    before = world.requests
    world.pass_time(days=1)
    world.tables(Days(date(2026, 7, 23), date(2026, 8, 21)))
    assert world.requests - before <= 3


@pytest.mark.slow
def test_days_fill_a_week(world):
    """Windows that touch end to end answer for the window they fill, without a request."""
    for day in WEEK:
        world.tables(Days(day, day))
    before = world.requests
    tables = world.tables(WEEK)
    assert world.requests == before
    assert_same(tables, world.directly(WEEK))


def test_a_gap_between_days_is_a_request(world):
    """Six days of a week are not the week."""
    for day in list(WEEK)[:3] + list(WEEK)[4:]:
        world.tables(Days(day, day))
    before = world.requests
    world.tables(WEEK)
    assert world.requests == before + 1


def test_a_week_does_not_answer_for_its_days(world):
    """Cutting a day out of a week would depend on which date a range filters on, which the API page does not say."""
    world.tables(WEEK)
    world.tables(Days(WEEK.first, WEEK.first))
    assert world.requests == 2


# What it keeps apart


def test_environments_do_not_mix(world):
    """Another base URL is another API, even with the same store."""
    world.tables(WEEK)
    with World(world.settings.store, seed=4) as other:
        tables = other.tables(WEEK)
        assert other.requests == 1
        assert_same(tables, other.directly(WEEK))


@pytest.mark.parametrize("filters", [{"source": 1}, {"sub_source": 1}, {"lead_id": 3_000_001}])
def test_filters_do_not_mix(world, filters):
    """An answer under a filter is no answer without it, nor under another one."""
    world.tables(WEEK)
    world.tables(WEEK, filters=filters)
    world.tables(WEEK, filters={name: number + 1 for name, number in filters.items()})
    assert world.requests == 3
    assert_same(world.tables(WEEK, filters=filters), world.directly(WEEK, **filters))


def test_a_bulk_on_the_edge_belongs_to_the_range_that_goes_on(tmp_path):
    """A bulk created as a range ends is left out of it, and there when the range goes on, stored or not."""
    edge = json.dumps([bulk(), bulk("2026-08-08T21:00:00.000Z", leadExternalId=2)]).encode()
    longer = Days(WEEK.first, WEEK.last + timedelta(days=1))
    with ScriptedApi(reply(body=edge)) as api:
        settings = scripted(api, tmp_path, ttl=300)
        for days, leads in ((WEEK, 1), (longer, 2), (WEEK, 1)):
            assert len(fetched(settings, days).leads) == leads


def test_the_zone_decides_what_rows_look_like(world):
    """Rows flattened for one business zone are not given to another."""
    world.tables(WEEK)
    cairo = replace(world.question(WEEK), zone=ZoneInfo("Africa/Cairo"))
    window = world.question(WEEK).windows[0]
    with world.source() as source:
        source.answer(window, cairo)
    with world.database() as database:
        zones = database.read(lambda connection: connection.execute(select(flattened.c.zone)).scalars().all())
    assert sorted(zones) == ["Africa/Cairo", "Asia/Riyadh"]


def test_what_the_page_does_not_know_comes_back_as_it_was(tmp_path):
    """Unknown keys, values of wrong types and JSON that only a lenient reader takes survive the store."""
    strange = [
        bulk(rating=5, leadDate="soon", isError="perhaps", firstName=["a", {"b": 1}]),
        {**bulk(leadExternalId=2, rating="five", score=1.5), "tenant": "KSA"},
        bulk(leadExternalId=3, monthlyIncome=float("nan"), lastName="\ud800", errorList=["Email is not valid"]),
    ]
    with ScriptedApi(reply(body=json.dumps(strange).encode())) as api:
        settings = scripted(api, tmp_path, ttl=300)
        first, second = fetched(settings), fetched(settings)
        assert len(api.requests) == 1
    assert first.warnings
    assert first.warnings == second.warnings
    assert_same(first, second)


def test_days_with_unknown_keys_fill_a_week(tmp_path):
    """Rows of several windows are put together with their strays and unknown keys at the right places."""
    days = [bulk(f"{day}T10:00:00.000Z", leadExternalId=at, leadDate=f"day {at}", **{f"new{at}": at})
            for at, day in enumerate(WEEK, 1)]  # fmt: skip
    with ScriptedApi(*(reply(body=json.dumps(day).encode()) for day in days)) as api:
        settings = scripted(api, tmp_path, ttl=300)
        for day in WEEK:
            fetched(settings, Days(day, day))
        tables = fetched(settings)
        assert len(api.requests) == 7
    assert tables.leads["leadDate"].tolist() == [f"day {at}" for at in range(1, 8)]
    assert [tables.leads[f"new{at}"].dropna().tolist() for at in range(1, 8)] == [[at] for at in range(1, 8)]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"leads":null,"isProcessed":4}', b'\xef\xbb\xbf [{"leads":[]}]']
)
def test_nothing_is_an_answer_too(tmp_path, body):
    """An empty answer is kept like any other."""
    with ScriptedApi(reply(body=body)) as api:
        settings = scripted(api, tmp_path, ttl=300)
        first, second = fetched(settings), fetched(settings)
        assert len(api.requests) == (8 if body.startswith(b"{") else 1)  # one object: asked by its days, too
    assert_same(first, second)


# What it keeps


def test_bulks_are_kept_to_the_letter(tmp_path):
    """The bytes of a bulk are those the API sent, blanks and escapes included."""
    letters = [
        b'{ "leads" : [ ],\n"createdBy":1.50, "x":"\\u0041" }',
        b'{"leads":null, "y":NaN, "z":12345678901234567890123}',
    ]
    for body, expected in ((b"[%b , %b]" % tuple(letters), letters), (letters[0], letters[:1])):
        with ScriptedApi(reply(body=body)) as api:
            settings = scripted(api, tmp_path)
            fetched(settings)
            asked = Asked(settings.url, Question(WEEK, settings.zone).windows[0])
        with closing(Database(settings.store)) as database:
            found = _bodies(database, asked)
        assert found == expected


def test_an_answer_that_changed_is_a_new_version(world):
    """Each answer that differs is kept with the times it was first and last seen; the same one moves the last."""
    seen = []
    for hours in (0, 1, 1, 48):
        world.pass_time(hours=hours)
        world.tables(TODAY)
        seen.append(world.now)
    world.pass_time(hours=1)
    world.tables(TODAY)
    with world.database() as database:
        rows = database.read(lambda connection: connection.execute(select(versions).order_by(versions.c.id)).all())
    assert [row.latest for row in rows] == [False] * (len(rows) - 1) + [True]
    assert rows[0].first_seen == NOW
    assert all(row.first_seen <= row.last_seen for row in rows)
    assert all(one.last_seen < other.first_seen for one, other in pairwise(rows))
    assert rows[-1].last_seen == world.now
    assert {row.first_seen for row in rows} <= {*seen, world.now}


def test_bulks_that_did_not_change_are_kept_once(world):
    """A window asked for all day long costs what changed, not itself again and again."""
    for _ in range(4):
        world.tables(TODAY)
        world.pass_time(hours=2)
    with world.database() as database:
        held = database.read(lambda connection: connection.execute(select(contents.c.bulk)).scalars().all())
        kept = database.read(lambda connection: connection.execute(select(bulks.c.digest)).scalars().all())
    assert len(set(held)) == len(kept) < len(held)


def test_a_failed_refresh_leaves_what_was_there(world):
    """An API that fails does not take the place of an answer."""
    good = world.tables(TODAY)
    world.pass_time(hours=1)
    world.server.faults = Faults(every=1, kinds=("503",))
    with pytest.raises(ApiUnavailableError):
        world.tables(TODAY)
    assert_same(world.tables(TODAY, offline=True), good)


def test_a_late_answer_does_not_replace_a_newer_one(world):
    """A process that was suspended while it asked comes back with old news; they are not kept."""
    world.tables(TODAY)
    newest = world.now
    world.now = NOW - timedelta(hours=1)
    world.tables(TODAY, reload=True)
    with world.database() as database:
        assert database.read(lambda connection: connection.execute(select(versions.c.last_seen)).scalars().all()) == [
            newest
        ]


# Out of reach


def test_offline_asks_for_nothing(world):
    """Offline, old answers are good and no request is made."""
    good = world.tables(TODAY)
    world.pass_time(days=30)
    tables = world.tables(TODAY, offline=True)
    assert world.requests == 1
    assert states(tables) == ["stored open"]
    assert_same(tables, good)


def test_offline_a_window_that_is_not_there_is_missing(world):
    """Offline, days that were never fetched are an error, not zero leads."""
    world.tables(WEEK)
    with pytest.raises(ApiUnavailableError, match="does not have these days") as caught:
        world.tables(Days(WEEK.first, WEEK.last + timedelta(days=1)), offline=True)
    assert len(caught.value.missing) == 1


def test_falling_back_answers_from_the_store_while_the_api_is_out_of_reach(world):
    """With the API out of reach a fallback gives old answers, and does not try it again for every window."""
    days = Days(date(2026, 8, 18), date(2026, 8, 20))
    good = world.tables(days)
    world.pass_time(hours=1)
    world.server.faults = Faults(every=1, kinds=("503",))
    with world.source(fallback=True) as source:
        for _ in range(3):
            assert_same(tables_from(world.question(days), source, world.settings), good)
    assert world.requests == 2


def test_falling_back_does_not_hide_a_reply_nobody_understands(world):
    """A reply that must be reported is no outage."""
    world.tables(TODAY)
    world.pass_time(hours=1)
    world.server.faults = Faults(every=1, kinds=("html",))
    with pytest.raises(ApiReplyError):
        world.tables(TODAY, fallback=True)


# One asks, the others wait


def claimed(database, world, days):
    """Hold the lease of the one window of some days, as another process that is alive."""
    question = world.question(days)
    held = Leases(database)
    assert held.claim(Asked(world.settings.url, question.windows[0]).key, Watch(8))
    return held


def test_others_wait_for_the_answer_of_the_one_who_asks(world):
    """Eight sources that want the same window at once make one request."""
    world.server.latency = 0.3
    found = []
    threads = [threading.Thread(target=lambda: found.append(world.tables(TODAY, patience=5))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.requests == 1
    assert sorted(state for tables in found for state in states(tables)) == ["fetched now"] + ["stored open"] * 7


def test_a_reload_under_way_is_good_for_another_reload(world):
    """Two reloads at once make one request."""
    world.tables(WEEK)
    world.pass_time(minutes=1)
    world.server.latency = 0.5
    threads = [threading.Thread(target=world.tables, args=(WEEK,), kwargs={"reload": True}) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.requests == 2


def test_a_silent_holder_is_replaced(world):
    """A process that was killed while it asked blocks the others for as long as its silence may last, no longer."""
    with world.database() as database:
        held = claimed(database, world, TODAY)
        held._held.clear()  # so that it stops showing signs of life
        assert states(world.tables(TODAY, patience=0.3)) == ["fetched now"]
        held.close()


@pytest.mark.slow
def test_a_holder_that_shows_signs_of_life_is_waited_for(world):
    """However long it takes, the one who asks is not overtaken while it is alive."""
    with world.database(patience=0.4) as database:
        held = claimed(database, world, TODAY)
        waiting = threading.Thread(target=world.tables, args=(TODAY,), kwargs={"patience": 0.4})
        waiting.start()
        waiting.join(1.5)
        assert (waiting.is_alive(), world.requests) == (True, 0)
        held.close()
        waiting.join(10)
    assert world.requests == 1


def test_a_failure_is_shared_by_those_who_waited_for_it(world):
    """Whoever waited gets the error of the one who asked; whoever comes later tries again."""
    window = world.question(TODAY).windows[0]
    key = Asked(world.settings.url, window).key
    with world.database() as database:
        held = claimed(database, world, TODAY)
        errors = []

        def wait():
            with world.source() as source, pytest.raises(ApiUnavailableError) as caught:
                source.answer(window, world.question(TODAY))
            errors.append(str(caught.value))

        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join(0.5)
        held.release(key, "The API is asleep: try again later.")
        waiting.join(10)
        assert (errors, world.requests) == (["The API is asleep: try again later."], 0)
        assert states(world.tables(TODAY)) == ["fetched now"]


def test_cancelling_ends_the_wait(world):
    """Ctrl-C does not wait for another process."""
    with world.database() as database, world.source() as source:
        held = claimed(database, world, TODAY)
        question = world.question(TODAY)
        errors = []

        def wait():
            with pytest.raises(ApiUnavailableError) as caught:
                source.answer(question.windows[0], question)
            errors.append(caught.value)

        waiting = threading.Thread(target=wait)
        waiting.start()
        source.cancel()
        waiting.join(10)
        held.close()
        assert len(errors) == 1


def test_no_lease_stays_behind(world):
    """After a fetch, nobody is said to be asking."""
    world.tables(MONTH)
    with world.database() as database:
        assert database.read(lambda connection: connection.execute(select(leases)).all()) == []


# The file


@pytest.mark.skipif(os.name == "nt", reason="Windows protects the user's folder instead")
def test_the_file_is_for_its_owner_alone(world):
    """The store is made with its folders, and nobody else may read it."""
    world.tables(TODAY)
    with world.database() as database:
        database.engine()
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in database.path.parent.iterdir()}
    assert modes == dict.fromkeys(modes, 0o600)
    assert "leads.sqlite" in modes


def test_a_file_that_is_no_store_is_set_aside(world, caplog):
    """A damaged file is renamed with a message, and the work goes on with a new one."""
    path = _made(world, b"this is not a database, and never was one" * 200)
    world.tables(WEEK)
    assert states(world.tables(WEEK)) == ["stored final"]
    assert "is now called leads.sqlite.damaged-" in caplog.text
    with world.database() as database:
        (name,) = database.set_aside
    assert path.with_name(name).read_bytes().startswith(b"this is not")


def test_a_file_damaged_later_is_set_aside(world):
    """Damage that only shows while reading is no end either."""
    world.tables(MONTH)
    path = Database(world.settings.store).path
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)
    tables = world.tables(MONTH)
    assert set(states(tables)) == {"fetched now"}
    assert set(states(world.tables(MONTH))) == {"stored final"}


def test_a_store_of_a_newer_release_stays_where_it_is(world, caplog):
    """A file whose tables this release does not know is neither read nor moved; the API answers alone."""
    world.tables(WEEK)
    with world.database() as database:
        database.write(lambda connection: connection.execute(store.update().values(version=99)))
    with world.source() as source:
        assert states(tables_from(world.question(WEEK), source, world.settings)) == ["fetched now"]
        assert source.trouble == "a newer release of leads-excel made it: update this one"
    assert "is left out: a newer release" in caplog.text
    with world.database() as database:
        assert database.set_aside == ()
        assert [*database.path.parent.glob("leads.sqlite*Z")] == []


def test_an_older_store_is_brought_up_to_date(world, monkeypatch):
    """Each step between the version of a store and this release's runs once."""
    world.tables(WEEK)
    ran = []
    steps = [lambda _connection: ran.append(1), lambda _connection: ran.append(2)]
    monkeypatch.setattr(layouts, "UPGRADES", [*layouts.UPGRADES, *steps])
    for _ in range(2):
        assert states(world.tables(WEEK)) == ["stored final"]
    assert ran == [1, 2]


def test_a_folder_that_cannot_be_made_stops_nothing(tmp_path, caplog):
    """Where no file can be, the API answers alone, and the reason is known."""
    (tmp_path / "file").touch()
    with World(tmp_path / "file" / "leads.sqlite") as world:
        with world.source() as source:
            assert states(tables_from(world.question(WEEK), source, world.settings)) == ["fetched now"]
            assert source.trouble.startswith("its file cannot be used: ")
        assert len([line for line in caplog.messages if "left out" in line]) == 2  # once for reading, once for writing


def test_a_full_disk_stops_nothing(world):
    """When nothing more can be written, what is there still answers and the API answers for the rest."""
    with world.source() as source:
        tables_from(world.question(WEEK), source, world.settings)
        with full_disk():
            tables = tables_from(world.question(Days(MONTH.first, WEEK.last)), source, world.settings)
        assert states(tables) == ["fetched now"] * 4 + ["stored final"]
        assert source.trouble == "the disk does not read or write"
    assert states(world.tables(WEEK)) == ["stored final"]


def test_a_damaged_bulk_is_fetched_again(world):
    """A bulk whose bytes are not those that were put in is not given to anybody, and is replaced."""
    good = world.tables(WEEK)
    with world.database() as database:
        _damage(database, bulks)
        database.write(lambda connection: connection.execute(flattened.delete()))
    again = world.tables(WEEK)
    assert states(again) == ["fetched now"]
    assert_same(again, good)
    assert states(world.tables(WEEK)) == ["stored final"]


def test_damaged_rows_are_fetched_again(world):
    """Rows that are not those that were put in are not given to anybody."""
    world.tables(WEEK)
    with world.database() as database:
        _damage(database, flattened)
    assert states(world.tables(WEEK)) == ["fetched now"]
    assert states(world.tables(WEEK)) == ["stored final"]


def test_rows_made_by_other_code_are_made_anew(world):
    """After an update of the flattening code, rows come from the bulks again, without a request."""
    good = world.tables(WEEK)
    with world.database() as database:
        database.write(lambda connection: connection.execute(flattened.update().values(made_by=b"old", body=b"?")))
    assert_same(world.tables(WEEK), good)
    with world.database() as database:
        made = database.read(lambda connection: connection.execute(select(flattened.c.made_by)).scalars().all())
    assert made != [b"old"]
    assert world.requests == 1


# Opening


def test_none_is_the_api_alone():
    """With the store switched off nothing is kept."""
    with World("none") as world, open_source(world.settings) as source:
        assert type(source) is Api


def test_offline_needs_a_store():
    """Without a store there is nothing to work offline with."""
    with pytest.raises(SettingsError, match="LEADS_EXCEL_STORE"), open_source(Settings(store="none"), offline=True):
        pass


@pytest.mark.parametrize("options", [{}, {"reload": True}, {"offline": True}, {"fallback": True}])
def test_opening_gives_what_was_asked_for(world, options):
    """The options of a source reach it."""
    with open_source(world.settings, **options) as source:
        assert type(source) is Stored
        found = {"reload": source._reload, "offline": source._source is None, "fallback": source._whatever_age}
        assert {name for name, given in found.items() if given} >= set(options)
        assert source.trouble is None


@pytest.mark.parametrize("address", ["mysql://me:secret@host/db", "sqlite://", "sqlite:///:memory:", "nonsense://"])
def test_an_address_nothing_can_be_stored_at_is_refused(address):
    """The message says what to put, and repeats nothing that may be secret."""
    with pytest.raises(SettingsError, match=r"put the path of a file, postgresql://") as caught:
        Database(address)
    assert "secret" not in str(caught.value)


def test_an_address_of_a_file_is_a_path(tmp_path):
    """A path and the SQLAlchemy URL of a file mean the same."""
    assert Database(f"sqlite:///{tmp_path}/s.db").path == Database(f"{tmp_path}/s.db").path == tmp_path / "s.db"


def test_a_closed_source_is_silent(world, caplog):
    """A thread that comes late, after everything was closed, does no harm and leaves no message."""
    with world.source() as source:
        pass
    caplog.set_level(logging.INFO)
    with pytest.raises(ApiUnavailableError):
        source.answer(world.question(TODAY).windows[0], world.question(TODAY))
    assert caplog.messages == []


def _made(world, content):
    path = Database(world.settings.store).path
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def _bodies(database, asked):
    version = select(versions.c.id).where(versions.c.window == asked.key, versions.c.latest)
    number = database.read(lambda connection: connection.execute(version).scalar_one())
    return [body.to_pybytes() for body in Windows(database).bodies(number)]


def _damage(database, table):
    def damage(connection):
        row = connection.execute(select(table)).first()
        key = table.c.body == row.body
        connection.execute(table.update().where(key).values(body=row.body[:-9] + bytes(9)))

    database.write(damage)
