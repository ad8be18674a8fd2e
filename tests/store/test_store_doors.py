"""Every door before every state of a store: what is sound never moves, and one line says what to do.

Doors that answer about leads go on without a store they cannot use; those that are about the store itself refuse.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from commands import NOW, ask
from store_world import World

import leads_excel as lx
from leads_excel.dates.days import Days
from leads_excel.excel.workbooks import new
from leads_excel.exceptions import LeadsError
from leads_excel.fetching.session import Session, use
from leads_excel.fetching.sync import sync
from leads_excel.functions.analysis import leads_kpi
from leads_excel.functions.changes import leads_new
from leads_excel.sandbox import Sandbox, SandboxServer
from leads_excel.settings.model import Settings

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="needs forks and modes of POSIX")]

DAY = (NOW - timedelta(days=20)).date().isoformat()
LOCKED, NEWER, FOREIGN = "keeps it locked", "update this one", "is no store of leads-excel"


@pytest.fixture(scope="module")
def dms():
    """A DMS that stands still."""
    with SandboxServer(Sandbox(leads_per_day=4, now=lambda: NOW)) as server:
        yield server


@pytest.fixture(scope="module")
def filled(dms, tmp_path_factory):
    """The file of a store that holds a day."""
    file = tmp_path_factory.mktemp("filled") / "leads.sqlite"
    settings = Settings(environment="test", base_url=dms.url, store=str(file))
    day = (NOW - timedelta(days=20)).date()
    sync(Days(day, day), settings=settings)
    return file


def newer(file):
    """A later release made it."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE lead_store SET version = 99")
        connection.execute("ALTER TABLE lead_versions RENAME TO lead_versions_as_they_are_then")


def older(file):
    """An earlier release made it."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE lead_store SET version = 3")
        connection.execute("ALTER TABLE lead_versions DROP COLUMN seal")


def foreign(file):
    """Another program keeps its own things there."""
    file.unlink()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE moz_places (url TEXT)")
        connection.execute("INSERT INTO moz_places VALUES ('https://example.com')")


def damaged(file):
    """Half of its pages are gone."""
    content = file.read_bytes()
    file.write_bytes(content[:4096] + bytes(len(content) - 4096))


def unreadable(file):
    """A folder stands in its place."""
    file.unlink()
    file.mkdir()
    (file / "letter.txt").write_text("mine")


STATES = {"newer": newer, "older": older, "foreign": foreign, "damaged": damaged, "unreadable": unreadable}

GOES_ON = {
    "fetch": lambda folder: ["fetch", "--from", DAY, "--out", str(folder / "out")],
    "report": lambda folder: ["report", "--from", DAY, "--out", str(folder / "out.html")],
    "export": lambda folder: ["export", str(folder / "lake"), "--from", DAY[:7]],
    "refresh": lambda folder: ["refresh", str(new(folder / "book.xlsx")), "--from", DAY],
}
"""Commands about leads: they need no store."""

REFUSES = {
    "sync": ["sync", "--since", DAY],
    "store info": ["store", "info"],
    "store verify": ["store", "verify"],
    "store verify --repair": ["store", "verify", "--repair"],
    "store prune": ["store", "prune", "--older-than", "2020-01-01"],
    "store erase": ["store", "erase", "--lead", "999999999999"],
}
"""Commands about the store."""

CODES = {
    ("newer", "doctor"): 1, ("foreign", "doctor"): 1, ("unreadable", "doctor"): 1, ("damaged", "doctor"): 1,
    **{("newer", name): 8 for name in REFUSES}, **{("foreign", name): 8 for name in REFUSES},
    **{("unreadable", name): 2 for name in REFUSES},
    **{("damaged", name): 2 for name in REFUSES}, ("damaged", "sync"): 0, ("damaged", "store verify"): 1,
    ("damaged", "store verify --repair"): 0, ("older", "store erase"): 1,
}  # fmt: skip
"""What a command ends with where it is not 0."""


def everything(folder):
    """Read all files of a store's folder but those that SQLite keeps beside a database."""
    return {
        file.name: None if file.is_dir() else file.read_bytes()
        for file in folder.iterdir()
        if not file.name.endswith(("-wal", "-shm"))
    }


@pytest.fixture(params=STATES)
def standing(request, filled, tmp_path):
    """A folder with a store in one of the states."""
    folder = tmp_path / "store"
    folder.mkdir()
    file = folder / "leads.sqlite"
    shutil.copy(filled, file)
    STATES[request.param](file)
    return request.param, file


@pytest.mark.parametrize("door", [*GOES_ON, *REFUSES, "doctor"])
def test_every_command_before_every_state(standing, door, dms, tmp_path):
    """Its exit code, one line, and nothing moved that is sound or not ours."""
    state, file = standing
    before = everything(file.parent)
    words = GOES_ON[door](tmp_path) if door in GOES_ON else REFUSES.get(door, ["doctor"])

    done = ask(dms, *words, LEADS_EXCEL_STORE=str(file))

    assert done.returncode == CODES.get((state, door), 0), done.stdout + done.stderr
    told = done.stdout + done.stderr
    assert "Traceback" not in told
    if state in {"newer", "foreign", "unreadable"}:
        assert everything(file.parent) == before
        assert {"newer": NEWER, "foreign": FOREIGN, "unreadable": "its file"}[state] in told
    aside = [name for name in everything(file.parent) if ".damaged-" in name]
    assert bool(aside) == (state == "damaged" and (door in {*GOES_ON, "sync", "store verify --repair"}))
    assert not [name for name in everything(file.parent) if ".newer-" in name]
    if aside:
        assert everything(file.parent)[aside[0]] == before["leads.sqlite"]


@contextmanager
def at_the_desk(dms, file):
    """Be the process of the formulas, over a store."""
    use(Session(Settings(environment="test", base_url=dms.url, store=str(file))))
    try:
        yield
    finally:
        use(None)


PAST = {
    "as_of": lambda: lx.leads(DAY, None, None, None, f"as_of={NOW:%Y-%m-%d}"),
    "what changed": lambda: leads_new(f"{NOW:%Y-%m-%d}"),
    "offline": lambda: lx.fetch(DAY, offline=True, settings=Settings()),
}


@pytest.mark.parametrize("door", ["formula", "notebook", *PAST])
def test_formulas_and_notebooks_before_every_state(standing, door, dms, monkeypatch):
    """Numbers come from the API where the store cannot be used; what only the store knows is refused in words."""
    state, file = standing
    before = everything(file.parent)
    for name, value in {"ENVIRONMENT": "test", "BASE_URL": dms.url, "STORE": str(file)}.items():
        monkeypatch.setenv(f"LEADS_EXCEL_{name}", value)
    right = len(lx.fetch(DAY, settings=Settings(store="none")).leads)
    with at_the_desk(dms, file):
        if door in {"formula", "notebook"}:
            found = leads_kpi("leads", DAY) if door == "formula" else len(lx.fetch(DAY).leads)
            assert found == right
        elif state != "older" or door != "offline":
            with pytest.raises(LeadsError) as caught:
                PAST[door]()
            if state in {"newer", "foreign"}:
                assert isinstance(caught.value, lx.StoreLayoutError)
                assert {"newer": NEWER, "foreign": FOREIGN}[state] in str(caught.value)
        else:
            assert len(PAST[door]().leads) == right
    if state in {"newer", "foreign", "unreadable"}:
        assert everything(file.parent) == before


def test_a_locked_store_is_left_out_and_stays(filled, tmp_path, dms, monkeypatch):
    """Another program that keeps it locked for long stops no fetch; a sync says so."""
    monkeypatch.setattr("leads_excel.store.database.connection._BUSY", 0.2)
    file = tmp_path / "leads.sqlite"
    shutil.copy(filled, file)
    settings = Settings(environment="test", base_url=dms.url, store=str(file))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert len(lx.fetch(DAY, settings=settings).leads) == len(lx.fetch(DAY, settings=settings).leads)
        with pytest.raises(lx.SettingsError, match=LOCKED):
            sync(Days(NOW.date(), NOW.date()), settings=settings)
        other.execute("ROLLBACK")
    assert [*tmp_path.glob("*Z")] == []


def test_a_workbook_named_by_mistake_stays_a_workbook(dms, tmp_path):
    """`LEADS_EXCEL_STORE=report.xlsx` moves nobody's report."""
    book = new(tmp_path / "report.xlsx")
    content = book.read_bytes()

    done = ask(dms, "sync", "--since", DAY, LEADS_EXCEL_STORE=str(book))

    assert done.returncode == 8
    assert FOREIGN in done.stderr
    assert book.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["report.xlsx"]


def test_a_disk_that_fails_for_a_moment_moves_no_sound_store(tmp_path):
    """SQLite may take a sound file for a damaged one: a second look, by itself, decides."""
    with World(tmp_path / "leads.sqlite") as world:
        day = world.now.date()
        world.tables(Days(day, day))
        with world.database() as database:
            engine = database.engine()
            assert database._set_aside(engine)
            assert database.set_aside == ()
            assert [file.name for file in tmp_path.glob("*Z")] == []
