"""Damage inside a store: no value is believed that is not what was put in, and the job ends right all the same."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing, suppress

import postgres
import pytest
import sqlalchemy as sa
from store_world import TODAY, WEEK, World, assert_same

from leads_excel.dates.days import Days
from leads_excel.exceptions import SettingsError
from leads_excel.fetching.fetch import tables_from
from leads_excel.fetching.sync import sync
from leads_excel.store import open_source
from leads_excel.store.database import layout
from leads_excel.store.database.connection import Database
from leads_excel.store.upkeep.inspection import info
from leads_excel.store.upkeep.soundness import repair, verify

RANGE = Days(WEEK.first, TODAY.last)
KEPT = ("lead_windows", "lead_versions", "lead_bulks", "lead_contents", "lead_flattened")
COLUMNS = [(name, column.name) for name in KEPT for column in layout.windows.metadata.tables[name].columns]
HARMLESS = {
    ("lead_flattened", "zone"): "then it is nobody's, and made anew",
    ("lead_flattened", "version"): "likewise, or without its owner",
}
GARBAGE = (b"\x00\xff garbage", '91-"7 \x00 garbage', 2**61, None)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A DMS, and the file of a store that a sync filled, with several versions of a window."""
    folder = tmp_path_factory.mktemp("filled")
    with World(folder / "leads.sqlite", ttl=0, leads_per_day=4) as world:
        for _ in range(2):
            world.tables(TODAY)
            world.pass_time(hours=2)
        for day in WEEK:
            world.tables(Days(day, day))
        world.tables(TODAY)
        world.right = {days: world.directly(days) for days in (WEEK, TODAY)}
        yield world, folder / "leads.sqlite"


@pytest.fixture
def damaged(filled, tmp_path):
    """A copy of that store, to be damaged."""
    world, file = filled
    shutil.copy(file, tmp_path / "leads.sqlite")
    return world, tmp_path / "leads.sqlite"


def spoil(file, table, column, value):
    """Put a value into the second row of a table, behind everybody's back."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        # NOT NULL keeps nobody from damaging a page, but it does keep SQL from it.
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE name = ?", (table,))
    with closing(sqlite3.connect(file)) as connection, connection:
        keys = "version, position" if table == "lead_contents" else "rowid"
        row = connection.execute(f"SELECT {keys} FROM {table} ORDER BY {keys} LIMIT 1 OFFSET 1").fetchone()  # noqa: S608 - our own names
        where = " AND ".join(f"{key} = ?" for key in keys.split(", "))
        with suppress(sqlite3.IntegrityError):  # a number of a row is a number
            connection.execute(f'UPDATE OR IGNORE {table} SET "{column}" = ? WHERE {where}', (value, *row))  # noqa: S608 - likewise


def answered(world, file, days):
    """Answer days out of a store and the API, as a process of its own would."""
    settings = world.settings.replace(store=str(file))
    with open_source(settings) as source:
        return tables_from(world.question(days), source, settings)


@pytest.mark.slow
@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[".".join(names) for names in COLUMNS])
def test_no_damaged_value_is_believed(damaged, tmp_path, table, column):
    """Whatever stands in a cell of any table: answers are right, `verify` tells, and a repair ends it."""
    world, file = damaged
    for number, value in enumerate(GARBAGE):
        copy = tmp_path / f"{number}.sqlite"
        shutil.copy(file, copy)
        spoil(copy, table, column, value)
        with closing(Database(str(copy), replaces=False)) as database:
            faults = verify(database)
            if (table, column) not in HARMLESS:
                assert faults or _is_same(file, copy), (value, faults)
            for days, right in world.right.items():
                assert_same(answered(world, copy, days), right)
            repair(database)
            assert verify(database) == []
        assert_same(answered(world, copy, TODAY), world.right[TODAY])


@pytest.mark.parametrize("column", ["start", "end"])
def test_an_instant_that_is_possible_and_wrong_is_not_believed(damaged, column):
    """One digit of an hour: the window would be taken for another one, which is right as it stands."""
    world, file = damaged
    with closing(sqlite3.connect(file)) as connection, connection:
        moved = f"strftime('%Y-%m-%d %H:%M:%f', \"{column}\", '-1 hour') || '000'"
        changed = connection.execute(f'UPDATE lead_windows SET "{column}" = {moved}')  # noqa: S608 - our own names
    with closing(Database(str(file), replaces=False)) as database:
        assert len([fault for fault in verify(database) if "its values are damaged" in fault]) == changed.rowcount
    for days, right in world.right.items():
        assert_same(answered(world, file, days), right)


def _is_same(one, other):
    """Tell whether nothing was changed after all, since a key kept the value out."""
    found = []
    for file in (one, other):
        with closing(sqlite3.connect(file)) as connection:
            found.append(
                [
                    connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()  # noqa: S608 - likewise
                    for table in KEPT
                ]
            )
    return found[0] == found[1]


def _refusal(settings):
    """Fill the store; give what it says instead, if it says something."""
    try:
        sync(WEEK, settings=settings)
    except SettingsError as error:
        return str(error)
    return ""


@pytest.mark.slow
def test_flipped_bits_are_told_and_the_job_ends_right(damaged, tmp_path):
    """Sixty flipped bits anywhere in the file: a sync ends with everything in the store, or says what to do."""
    world, file = damaged
    content, dice = file.read_bytes(), random.Random(7)
    for trial in range(12):
        copy = tmp_path / f"{trial}" / "leads.sqlite"
        copy.parent.mkdir()
        flipped = bytearray(content)
        for _ in range(60):
            flipped[dice.randrange(100, len(flipped))] ^= 1 << dice.randrange(8)
        copy.write_bytes(flipped)
        settings = world.settings.replace(store=str(copy))
        with closing(Database(str(copy), replaces=False)) as database:
            assert verify(database) != []
        assert_same(answered(world, copy, WEEK), world.right[WEEK])
        if told := _refusal(settings):  # one damaged page after the other came to light
            assert "run this again" in told
            assert _refusal(settings) == ""
        with open_source(settings, offline=True) as source:
            assert_same(tables_from(world.question(WEEK), source, settings), world.right[WEEK])
        with closing(Database(str(copy), replaces=False)) as database:
            repair(database)
            assert verify(database) == []


@pytest.mark.slow
def test_a_server_with_a_changed_value_is_noticed_too():
    """The digest of a row is the same on PostgreSQL."""
    changes = {"last_seen": sa.text("last_seen + interval '9 days'"), "final": sa.text("NOT final"),
               "total_records": sa.text("total_records + 1")}  # fmt: skip
    with postgres.running() as server:
        for column, value in changes.items():
            with World(postgres.new_database(server)) as world:
                right = world.tables(TODAY)
                with world.database() as database:
                    assert verify(database) == []
                    database.write(
                        lambda connection, column=column, value=value: connection.execute(
                            layout.versions.update().values({column: value})
                        )
                    )
                    assert any("its values are damaged" in fault for fault in verify(database))
                    assert_same(world.tables(TODAY), right)
                    assert world.requests == 2
                    assert verify(database) == []


def test_a_damaged_instant_is_told_once(damaged, caplog):
    """One line says that something was damaged, however many windows are asked for."""
    world, file = damaged
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE lead_versions SET last_seen = '2026-91-\"7 10:00:00.000000'")
    answered(world, file, RANGE)
    assert len([line for line in caplog.messages if "damaged answers" in line]) == 1


def test_an_older_store_gets_digests(damaged):
    """A store of the release before has none: it is brought up to date, whatever it holds, and believed as it is."""
    world, file = damaged
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("ALTER TABLE lead_versions DROP COLUMN seal")
        connection.execute("UPDATE lead_store SET version = 3")
    before = world.requests
    with closing(Database(str(file))) as database:
        assert verify(database) == []
    settings = world.settings.replace(store=str(file), ttl=300)
    with open_source(settings, offline=True) as source:
        assert_same(tables_from(world.question(WEEK), source, settings), world.directly(WEEK))
    assert world.requests == before + len(world.question(WEEK).windows)


def test_whoever_looks_after_a_damaged_store_gets_no_empty_one(damaged):
    """`info`, `verify` and `erase` name the damage and leave the file; only a repair sets it aside."""
    _, file = damaged
    file.write_bytes(file.read_bytes()[:4096] + bytes(200_000))
    with closing(Database(str(file), replaces=False)) as database:
        assert verify(database) == ["file: its file is damaged"]
        with pytest.raises(sa.exc.DatabaseError):
            info(database)
        assert database.set_aside == ()
        assert repair(database) != []
        assert len(database.set_aside) == 1
        assert verify(database) == []


def test_a_sync_that_lost_what_it_fetched_is_an_error(filled, tmp_path, monkeypatch):
    """What each step said of itself is no proof: the store is looked into at the end."""
    world, _ = filled
    settings = world.settings.replace(store=str(tmp_path / "leads.sqlite"))
    monkeypatch.setattr("leads_excel.store.database.windows.Windows.put", lambda *_, **__: None)
    with pytest.raises(SettingsError, match="does not hold what was fetched of"):
        sync(WEEK, settings=settings)
