"""Looking after a store: what is in it, whether it is sound, what is removed and that it is gone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from scripted_api import ScriptedApi, reply
from sqlalchemy import select
from store_world import NOW, TODAY, WEEK, World, assert_same

from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.fetch import tables_from
from leads_excel.settings.model import Settings
from leads_excel.store import open_source
from leads_excel.store.database.layout import bulks, contents, flattened, versions, windows
from leads_excel.store.entries.entry import decompressed
from leads_excel.store.upkeep.erasure import copies_of, erase
from leads_excel.store.upkeep.inspection import info, prune
from leads_excel.store.upkeep.soundness import verify
from leads_excel.windows.questions import Question


@pytest.fixture
def world(tmp_path):
    """A DMS and an empty store."""
    with World(tmp_path / "leads.sqlite") as world:
        yield world


@pytest.fixture
def database(world):
    """A store with a settled week, and with today's window as it was at three times."""
    world.tables(WEEK)
    for _ in range(3):
        world.tables(TODAY)
        world.pass_time(hours=3)
    with world.database() as database:
        yield database


def change(database, *statements):
    """Change a store behind its back."""
    for statement in statements:
        database.write(lambda connection, statement=statement: connection.execute(statement))


def bodies(database):
    """Read every bulk in a store."""
    rows = database.read(lambda connection: connection.execute(select(bulks)).all())
    return [decompressed(row.body, row.size).to_pybytes() for row in rows]


def test_info_counts_what_is_there(world, database):
    """Info counts windows, versions, bulks and bytes, and names the API and the range."""
    found = info(database)
    assert (found.name, found.apis) == ("leads.sqlite", (world.settings.url,))
    assert (found.windows, found.open_windows, found.versions) == (2, 1, 4)
    assert found.bulks == len(bodies(database))
    assert found.received == sum(map(len, bodies(database)))
    assert 0 < found.compressed < found.received
    assert found.flattened > 0
    files = [database.path, database.path.with_name("leads.sqlite-wal")]
    assert found.size == sum(file.stat().st_size for file in files)
    assert found.first == world.question(WEEK).windows[0].start
    assert found.last == world.question(TODAY).windows[0].end


def test_info_of_an_empty_store(world):
    """An empty store has no range, and is sound."""
    with world.database() as database:
        found = info(database)
        assert (found.windows, found.first, found.last, found.received) == (0, None, None, 0)
        assert verify(database) == []


def test_a_sound_store_has_no_faults(database):
    """What was put in by fetching is found to be in order."""
    assert verify(database) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "damage"),
    [
        ("bulk", bulks.update().values(body=b"nothing")),
        ("rows of version", flattened.update().values(body=b"nothing")),
        ("bulks are missing", contents.delete().where(contents.c.position == 0)),
        ("bulks are missing", contents.update().values(position=contents.c.position + 1000)),
        ("no latest version", versions.update().values(latest=False)),
        ("no latest version", versions.delete()),
        ("overlap", versions.update().values(first_seen=NOW - timedelta(days=9))),
        ("overlap", versions.update().values(last_seen=NOW + timedelta(days=9))),
    ],
)
def test_verify_finds_each_kind_of_damage(database, fault, damage):
    """Damage to bulks, rows, lists and times is found and named."""
    change(database, damage)
    assert any(fault in line for line in verify(database))


def test_pruning_removes_old_windows(world, database):
    """Windows that ended by a date go, with bulks that nobody else holds; the others stay whole."""
    good = world.tables(TODAY, offline=True)
    pruned = prune(database, world.question(WEEK).windows[0].end)
    assert (pruned.windows, pruned.versions) == (1, 0)
    assert pruned.bulks > 0
    assert verify(database) == []
    assert_same(world.tables(TODAY, offline=True), good)


def test_pruning_removes_earlier_versions(world, database):
    """Earlier answers last seen before a date go; the latest of a window stays."""
    good = world.tables(TODAY, offline=True)
    kept = database.read(lambda connection: connection.execute(select(versions.c.last_seen)).scalars().all())
    before = max(kept)
    assert prune(database, before).windows == 1
    assert info(database).versions == 1
    assert verify(database) == []
    assert_same(world.tables(TODAY, offline=True), good)


def test_pruning_gives_space_back(world, database):
    """The file shrinks when nearly everything goes."""
    size = info(database).size
    prune(database, world.now + timedelta(days=9))
    assert info(database).size < size
    assert info(database).bulks == 0


def test_an_erased_lead_is_gone_from_every_version(world, database):
    """A lead is removed from all bulks of all versions, and all others stay."""
    before = world.tables(WEEK, offline=True)
    lead = int(before.leads["leadId"].max())
    assert copies_of(database, lead) == 1
    assert erase(database, lead).leads == 1
    assert copies_of(database, lead) == 0
    assert not any(str(lead).encode() in body for body in bodies(database))
    assert verify(database) == []
    after = world.tables(WEEK, offline=True)
    assert after.leads["leadExternalId"].tolist() == [
        number
        for number, lead_id in before.leads[["leadExternalId", "leadId"]].itertuples(index=False)
        if lead_id != lead
    ]


def test_erasing_finds_copies_from_before_the_lead_had_a_number(tmp_path):
    """While the DMS worked on it, the lead had leadId 0; the record number tells that it is the same."""

    def bulk(state, *leads):
        record = {"leads": list(leads), "createdDate": "2026-08-03T10:00:00.000Z", "isProcessed": state}
        return json.dumps([record]).encode()

    person, other = (
        {"leadExternalId": 55, "firstName": "Noura"},
        {"leadExternalId": 9001, "leadId": 0, "firstName": "Ali"},
    )
    replies = bulk(2, {**person, "leadId": 0}, other), bulk(4, {**person, "leadId": "9001"}, other)
    with ScriptedApi(*(reply(body=body) for body in replies)) as api:
        settings = Settings(environment="test", base_url=api.url, store=str(tmp_path / "s.sqlite"), ttl=0)
        for _ in replies:
            with open_source(settings) as source:
                tables_from(Question(WEEK, settings.zone), source, settings)
        with World(settings.store) as world, world.database() as database:
            assert erase(database, 9001).leads == 2
            assert [b"Noura" in body for body in bodies(database)] == [False, False]
            assert [b"Ali" in body for body in bodies(database)] == [True, True]
            assert verify(database) == []


@pytest.mark.slow
def test_erasing_keeps_the_rest_to_the_letter(tmp_path):
    """What is not about the lead stays byte for byte; JSON that only a lenient reader takes is written anew."""
    strict = b'{"createdBy" : 1.50,"leads":[{"leadId":7},{ "leadId" : 8, "x":"\\u0041"}],"isProcessed":4}'
    lenient = b'{"createdBy":NaN,"leads":[{"leadId":7},{"leadId":9}],"isProcessed":4}'
    with ScriptedApi(reply(body=b"[%b,%b]" % (strict, lenient))) as api:
        settings = Settings(environment="test", base_url=api.url, store=str(tmp_path / "s.sqlite"))
        with open_source(settings) as source:
            tables_from(Question(WEEK, settings.zone), source, settings)
        with World(settings.store) as world, world.database() as database:
            assert erase(database, 7).leads == 2
            assert sorted(bodies(database)) == [
                b'{"createdBy":1.50,"leads":[{ "leadId" : 8, "x":"\\u0041"}],"isProcessed":4}',
                b'{"createdBy":NaN,"leads":[{"leadId":9}],"isProcessed":4}',
            ]
            assert verify(database) == []


def test_windows_about_an_erased_lead_go(world, database):
    """That somebody asked about this person is personal data too."""
    lead = int(world.tables(WEEK).leads["leadId"].max())
    world.tables(WEEK, filters={"lead_id": lead})
    assert erase(database, lead).windows == 1
    assert database.read(lambda connection: connection.execute(select(windows.c.lead_id)).scalars().all()) == [
        None,
        None,
    ]


def test_nothing_of_an_erased_lead_stays_in_the_file(tmp_path):
    """The bytes of what was removed are not left in free pages of the file, nor in its log."""
    secret = b"N0uraAlHarbi"
    with World(tmp_path / "leads.sqlite") as world, world.database() as database:
        body = b'{"leads":[{"leadId":7,"firstName":"%b"}]}' % secret
        raw = {"digest": b"d", "body": body, "size": len(body)}
        change(database, bulks.insert().values(raw))
        assert secret in _all_bytes(tmp_path)
        prune(database, NOW)
        assert secret not in _all_bytes(tmp_path)


def test_a_lead_nobody_knows_is_no_error(database):
    """Erasing what is not there removes nothing."""
    count = len(bodies(database))
    assert erase(database, 999_999_999_999).leads == 0
    assert len(bodies(database)) == count


@pytest.mark.parametrize("number", [0, -5])
def test_a_number_that_many_leads_share_is_refused(database, number):
    """Number 0 is every lead not created yet: erasing it would erase them all."""
    with pytest.raises(ArgumentError):
        erase(database, number)


def _all_bytes(folder):
    return b"".join(file.read_bytes() for file in folder.iterdir())
