"""What is no answer about leads is an error in every door, and empties nothing."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date

import openpyxl
import pytest
from few_leads import bulk, lead
from no_answers import FAULTS, GOOD, SIGN_INS
from scripted_api import ScriptedApi, reply

import leads_excel as lx
from leads_excel.bulks import decoding
from leads_excel.dates.days import Days
from leads_excel.excel import udfs
from leads_excel.excel.workbooks import new
from leads_excel.fetching.session import Session, use
from leads_excel.fetching.sync import sync

DAY = "2026-11-20"
ALL = [(body, lx.ApiReplyError, said) for body, said in FAULTS.values()]
ALL += [(body, lx.ApiAccessError, "leads-excel login") for body in SIGN_INS.values()]
NAMES = [*FAULTS, *SIGN_INS]


def encoded(body):
    return json.dumps(body, ensure_ascii=False).encode()


def settings_for(api, tmp_path):
    return lx.Settings(
        environment="test", base_url=api.url, store=str(tmp_path / "s.sqlite"), attempts=1, backoff=0, ttl=0
    )


def stored(path):
    """Count the versions that a store holds."""
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("select count(*) from lead_versions").fetchone()[0]


@pytest.mark.slow
@pytest.mark.parametrize(("body", "error", "said"), ALL, ids=NAMES)
def test_fetch_says_what_it_is_and_the_store_keeps_nothing(tmp_path, body, error, said):
    """A range of days, and one bulk by its number, raise the error with what was found."""
    with ScriptedApi(reply(body=encoded(body))) as api:
        settings = settings_for(api, tmp_path)
        with pytest.raises(error, match=said):
            lx.fetch(DAY, settings=settings)
        with pytest.raises(error, match=said):
            lx.fetch_bulk(7, settings=settings)

    assert stored(tmp_path / "s.sqlite") == 0


@pytest.mark.parametrize(("body", "error", "said"), ALL, ids=NAMES)
def test_a_message_is_one_line_without_values(tmp_path, body, error, said):
    """It names keys; what a lead or a link holds stays out."""
    del said
    with ScriptedApi(reply(body=encoded(body))) as api, pytest.raises(error) as raised:
        lx.fetch_bulk(7, settings=settings_for(api, tmp_path))

    assert "\n" not in str(raised.value)
    assert not any(value in str(raised.value) for value in ("Sara", "Omar", "example.com", "page=2"))


@pytest.mark.parametrize(("body", "error", "said"), ALL, ids=NAMES)
def test_a_formula_shows_the_error(tmp_path, body, error, said):
    """A figure is no number then, and the status tells why."""
    del error
    with ScriptedApi(reply(body=encoded(body))) as api:
        use(Session(settings_for(api, tmp_path)))
        try:
            cell, why = udfs.LEADS_KPI("leads", DAY), str(udfs.LEADS_STATUS("failure"))
        finally:
            use(None)

    assert not isinstance(cell, int | float)
    assert said.split(" in place")[0] in why


@pytest.mark.parametrize(("body", "error", "said"), ALL, ids=NAMES)
def test_a_sync_reports_it_and_stores_nothing(tmp_path, body, error, said):
    """The day stays missing."""
    with ScriptedApi(reply(body=encoded(body))) as api:
        settings = settings_for(api, tmp_path)
        day = Days(date(2026, 11, 20), date(2026, 11, 20))
        with pytest.raises(error, match=said):
            raise sync(day, settings=settings).error(settings.zone)

    assert stored(tmp_path / "s.sqlite") == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["session", "Spring", "empty object", "wrapped in data", "pages", "wrong case"])
def test_a_workbook_keeps_what_it_had(tmp_path, name):
    """A refresh fails, the leads stay, and Home and Log say why."""
    body, error, said = ALL[NAMES.index(name)]
    path = tmp_path / "leads.xlsx"
    new(path)
    with ScriptedApi(reply(body=encoded(GOOD))) as api:
        lx.refresh(path, DAY, settings=settings_for(api, tmp_path))
    with ScriptedApi(reply(body=encoded(body))) as api, pytest.raises(error, match=said):
        lx.refresh(path, DAY, settings=settings_for(api, tmp_path))

    book = openpyxl.load_workbook(path)
    assert {row[0] for row in book["Leads"].iter_rows(min_row=2, max_row=3, values_only=True)} == {1, 2}
    texts = [str(cell.value) for sheet in ("Home", "Log") for row in book[sheet].iter_rows() for cell in row]
    assert any(text.startswith("Failed") for text in texts)
    assert any(said in text for text in texts)


@pytest.mark.parametrize(
    "body",
    [
        *([], None, {"leads": None}, {"leads": []}, {"leads": None, "totalRecords": 0}),
        {"createdDate": "2026-11-20T09:00:00.000Z", "isProcessed": 4},
    ],
)
def test_no_leads_stay_no_leads(tmp_path, body):
    """An empty list, null and a bulk without leads are answers."""
    with ScriptedApi(reply(body=encoded(body))) as api:
        assert len(lx.fetch(DAY, settings=settings_for(api, tmp_path)).leads) == 0


@pytest.mark.parametrize("known", [{"createdBy": 7}, {"isProcessed": 4}, {"totalRecords": 0}])
def test_a_message_beside_what_a_bulk_tells_of_itself_is_no_error_body(tmp_path, known):
    """One thing it knows of itself is enough, however much is empty."""
    body = {"leads": None, "createdDate": None, "message": "No leads were sent", **known}
    with ScriptedApi(reply(body=encoded(body))) as api:
        assert len(lx.fetch(DAY, settings=settings_for(api, tmp_path)).leads) == 0


@pytest.mark.parametrize(
    "paging",
    [
        *({"totalPages": 1}, {"pageCount": 1, "last": True}, {"totalPages": 0, "hasNext": False}),
        {"nextPage": None, "last": None},
    ],
)
def test_the_only_page_is_the_whole(tmp_path, paging):
    """What counts its pages, and has no other, promises nothing."""
    with ScriptedApi(reply(body=encoded(GOOD | paging))) as api:
        assert len(lx.fetch_bulk(7, settings=settings_for(api, tmp_path)).leads) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Total_Count": "3"},
        {"x_total": "1234"},
        {"Total_Count": "3"},
        {"X_Total_Pages": "2"},
        {"X_Next_Page": "2"},
        {"Link": '</gs?page=1>; rel="prev", </gs?page=2>; rel="next"'},
        {"Link": "</gs?page=2>; rel=next"},
        {"Content_Range": "items 0-1/1234"},
        {"Content_Range": "leads 2-3/4"},
        {"Content_Range": "items */9"},
    ],
)
def test_headers_that_promise_more_are_an_error(tmp_path, headers):
    """Two leads came, and the server counts more."""
    with ScriptedApi(reply(body=encoded(GOOD), **headers)) as api, pytest.raises(lx.ApiReplyError, match="in pages"):
        lx.fetch_bulk(7, settings=settings_for(api, tmp_path))


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Total_Count": "2"},
        {"X_Total_Count": "1"},
        {"X_Total_Count": "many"},
        {"X_Total_Pages": "1"},
        {"X_Next_Page": ""},
        {"X_Has_More": "false"},
        {"Link": "</help>; rel=help"},
        {"Content_Range": "items 0-1/2"},
        {"Content_Range": "items 0-1/*"},
    ],
)
def test_headers_that_are_kept_are_no_error(tmp_path, headers):
    """The counts fit what came."""
    with ScriptedApi(reply(body=encoded(GOOD), **headers)) as api:
        assert len(lx.fetch_bulk(7, settings=settings_for(api, tmp_path)).leads) == 2


def test_a_header_may_count_bulks(tmp_path):
    """Three bulks came, as it says; that they hold two leads takes nothing away."""
    bulks = [GOOD, *(bulk(DAY, createdBy=number) for number in (2, 3))]
    with ScriptedApi(reply(body=encoded(bulks), X_Total_Count="3")) as api:
        assert len(lx.fetch_bulk(7, settings=settings_for(api, tmp_path)).leads) == 2


def test_a_part_is_an_error(tmp_path):
    """Status 206 says itself that this is not all."""
    with ScriptedApi(reply(206, encoded(GOOD))) as api, pytest.raises(lx.ApiReplyError, match="a part of the leads"):
        lx.fetch_bulk(7, settings=settings_for(api, tmp_path))


@pytest.mark.parametrize(
    ("page", "error"),
    [
        (b"<html><form><input type='password'></form></html>", lx.ApiAccessError),
        (b"<!DOCTYPE html><title>Sign in</title>", lx.ApiAccessError),
        (b"Your session has expired", lx.ApiAccessError),
        (b"<html><h1>Maintenance</h1></html>", lx.ApiReplyError),
        (b"upstream failed", lx.ApiReplyError),
        (b'[{"leads": [{"leadNote": "please log in', lx.ApiReplyError),
        (b' {"message": "Your session', lx.ApiReplyError),
    ],
)
def test_a_sign_in_page_is_told_from_another(tmp_path, page, error):
    """A page with a field for a password asks to sign in; an answer that was cut off does not, whatever it says."""
    with ScriptedApi(reply(body=page)) as api, pytest.raises(error):
        lx.fetch_bulk(7, settings=settings_for(api, tmp_path))


def test_the_servers_words_are_masked(tmp_path):
    """What the server quotes of a lead is not repeated."""
    body = {"message": "Lead 'Sara' with 0500000005 and a@b.example is broken"}
    with ScriptedApi(reply(body=encoded(body))) as api, pytest.raises(lx.ApiReplyError, match="is broken") as raised:
        lx.fetch_bulk(7, settings=settings_for(api, tmp_path))

    assert not any(value in str(raised.value) for value in ("Sara", "0500000005", "a@b"))


def test_what_an_earlier_version_stored_is_asked_for_again(tmp_path, monkeypatch):
    """An error body in an old store is no bulk any more."""
    whole = encoded(bulk(DAY, lead(1)))
    with ScriptedApi(reply(body=encoded({"status": "error"})), reply(body=whole)) as api:
        settings = settings_for(api, tmp_path).model_copy(update={"ttl": 10_000})
        with monkeypatch.context() as earlier:
            earlier.setattr(decoding, "refuse", lambda _: None)
            assert len(lx.fetch(DAY, settings=settings).leads) == 0
        with closing(sqlite3.connect(tmp_path / "s.sqlite")) as connection:
            connection.execute("delete from lead_flattened")
            connection.commit()

        assert len(lx.fetch(DAY, settings=settings).leads) == 1
