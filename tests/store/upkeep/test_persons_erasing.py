"""Erasing a person whom the DMS gave no number: by record, by phone, by e-mail address."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from commands import run
from scripted_api import ScriptedApi, reply
from sqlalchemy import select
from store_world import WEEK

from leads_excel.exceptions import ArgumentError, SettingsError
from leads_excel.fetching.fetch import tables_from
from leads_excel.settings.model import Settings
from leads_excel.store import open_source
from leads_excel.store.database.connection import Database
from leads_excel.store.database.layout import bulks, contents, flattened, versions, windows
from leads_excel.store.entries.entry import decompressed
from leads_excel.store.upkeep.erasure import copies_of, erase
from leads_excel.store.upkeep.soundness import verify
from leads_excel.windows.questions import Question

CREATED = "2026-08-03T10:00:00.000Z"
PEOPLE = [
    {"leadExternalId": 1, "leadId": 0, "firstName": "Noura", "phoneCode": "00966", "phoneNumber": "0512345678",
     "email": "Noura@Example.com", "isError": 1},
    {"leadExternalId": 2, "leadId": 700, "firstName": "Nora", "phoneCode": "+966", "phoneNumber": "٥١٢٣٤٥٦٧٨",
     "email": None},
    {"leadExternalId": 3, "leadId": 0, "firstName": "N.", "phoneNumber": "+966 51 234 5678",
     "email": "other@example.com"},
    {"leadExternalId": 4, "leadId": 0, "firstName": "N. at work", "phoneNumber": "0555555555",
     "email": " noura@example.com "},
    {"leadExternalId": 5, "leadId": 701, "firstName": "Stranger", "phoneCode": "00971", "phoneNumber": "512345678",
     "email": "x-noura@example.com"},
    {"leadExternalId": "6", "leadId": 0, "firstName": "Lenient", "phoneNumber": 512345678, "income": float("nan")},
]  # fmt: skip


@pytest.fixture(params=["strict", "lenient"])
def database(tmp_path, request):
    """A store with a bulk of people, of whom one was there before with another phone."""
    people = PEOPLE if request.param == "lenient" else PEOPLE[:5]
    earlier = [{**PEOPLE[0], "phoneNumber": "0599999999", "email": None}, *people[1:]]
    steps = [
        reply(body=json.dumps([{"leads": leads, "createdDate": CREATED, "isProcessed": state}]).encode())
        for state, leads in ((2, earlier), (4, people))
    ]
    with ScriptedApi(*steps) as api:
        settings = Settings(environment="test", base_url=api.url, store=str(tmp_path / "leads.sqlite"), ttl=0)
        for _ in steps:
            with open_source(settings) as source:
                tables_from(Question(WEEK, settings.zone), source, settings)
        with open_source(settings) as source:
            tables_from(Question(WEEK, settings.zone, lead_id=700), source, settings)
    with closing(Database(settings.store)) as database:
        yield database


def left(database):
    """Name the people who are still there, in any version."""
    rows = database.read(lambda connection: connection.execute(select(bulks)).all())
    found = [json.loads(decompressed(row.body, row.size).to_pybytes())["leads"] for row in rows]
    return {lead["firstName"] for leads in found for lead in leads}


@pytest.mark.parametrize(
    ("who", "gone", "sharing"),
    [
        ({"record": 1}, {"Noura"}, {"strict": 3, "lenient": 4}),
        ({"lead": 700}, {"Nora"}, {"strict": 2, "lenient": 3}),
        ({"phone": "0512345678"}, {"Noura", "Nora", "N.", "Lenient"}, 1),
        ({"phone": "+966 51-234-5678"}, {"Noura", "Nora", "N.", "Lenient"}, 1),
        ({"phone": "٠٠٩٦٦٥١٢٣٤٥٦٧٨"}, {"Noura", "Nora", "N.", "Lenient"}, 1),
        ({"phone": "+971512345678"}, {"Stranger"}, 0),
        ({"email": "NOURA@example.com"}, {"Noura", "N. at work"}, {"strict": 2, "lenient": 3}),
    ],
    ids=["record", "lead", "phone", "phone with its code", "phone in Arabic digits", "phone abroad", "email"],
)
def test_a_person_is_found_by_whatever_tells_them_apart(database, request, who, gone, sharing):
    """All copies go, those from before the phone was right included, and those who share a contact are counted."""
    everybody = left(database)
    counts = sharing if isinstance(sharing, int) else sharing[request.node.callspec.params["database"]]

    erased = erase(database, **who)

    assert left(database) == everybody - gone
    assert erased.records == len(everybody & gone)
    assert erased.leads >= 2 * len(everybody & gone)
    assert erased.sharing == counts
    assert copies_of(database, **who) == 0
    assert verify(database) == []


def test_windows_about_their_leads_alone_go(database):
    """That somebody asked about this lead is personal data too, however the person is named."""
    assert erase(database, phone="0512345678").windows == 1
    assert database.read(lambda connection: connection.execute(select(windows.c.lead_id)).scalars().all()) == [None]


@pytest.mark.parametrize(
    "who",
    [{}, {"lead": 0}, {"record": 0}, {"record": -5}, {"record": 2**63}, {"lead": 1, "record": 1}, {"phone": ""},
     {"phone": "0000000000"}, {"phone": "123"}, {"email": "@"}, {"email": "noura"}],
    ids=str,
)  # fmt: skip
def test_what_many_people_share_is_refused(database, who):
    """Numbers that only fill a field are those of many; nothing is erased."""
    everybody = left(database)
    with pytest.raises(ArgumentError):
        erase(database, **who)
    assert left(database) == everybody


def test_a_store_that_cannot_be_searched_is_not_said_to_be_free_of_a_person(database):
    """A damaged bulk may hold them: it is repaired first."""
    database.write(lambda connection: connection.execute(bulks.update().values(body=b"nothing")))
    with pytest.raises(SettingsError, match="verify --repair"):
        erase(database, record=1)


def test_every_table_that_holds_leads_is_searched():
    """Whoever adds a table with leads in it looks at the erasure."""
    assert {table.name for table in versions.metadata.tables.values()} == {
        *("lead_store", "lead_leases", "lead_windows", "lead_versions"),
        *(table.name for table in (bulks, contents, flattened)),
    }


@pytest.mark.parametrize("database", ["strict"], indirect=True)
def test_the_command_tells_what_it_did_and_what_it_cannot_reach(database):
    """By record or by phone, typed or asked for; nothing personal is repeated, and nothing found is exit code 1."""
    kept = {"LEADS_EXCEL_STORE": str(database.path)}

    first = run("store", "erase", "--record", "1", **kept)
    again = run("store", "erase", "--record", "1", **kept)
    asked = run("store", "erase", "--phone", "-", stdin="0512345678\n", **kept)
    nobody = run("store", "erase", "--email", "nobody@example.com", **kept)
    wrong = run("store", "erase", **kept)

    assert first.returncode == 0, first.stderr
    assert "Removed 2 copies of record 1, and 0 windows" in first.stdout
    assert "Another 3 leads have the same phone number or e-mail address" in first.stdout
    assert "Workbooks, reports, exports, backups and open Excel windows are not reached" in first.stdout
    assert (again.returncode, nobody.returncode, wrong.returncode) == (1, 1, 2)
    assert "The store holds nothing of record 1" in again.stderr
    assert asked.returncode == 0
    assert not {"512345678", "nobody@"} & {*(asked.stdout + nobody.stdout + nobody.stderr).split()}
    assert "0512345678" not in asked.stdout + asked.stderr
