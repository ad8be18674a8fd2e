"""LEADS_NEW: what changed, as a cell or a notebook shows it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from few_leads import bulk, lead
from scripted_api import ScriptedApi, reply

import leads_excel as lx
from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.session import Session, current, use
from leads_excel.functions.changes import changes, leads_new

DAY = "2026-08-03"
CAR = {"leadVehiclesId": 11, "modelFamily": "RIO", "modelYear": 2025, "totalQty": 1}
BEFORE = (
    lead(1, firstName="Sara", phoneNumber="500000001", branch="Riyadh", vehicles=[{**CAR, "vin": "A1"}]),
    lead(2, isError=1, errorList=[{"code": "E1", "field": "phoneNumber", "message": "Phone 5 is too short"}]),
    lead(3, branch="Riyadh"),
    lead(5, leadId=9, dateOfBirth="1990-01-01"),
)
AFTER = (
    lead(1, firstName="Sara", phoneNumber="500000002", branch="Jeddah", vehicles=[{**CAR, "vin": "B2"}]),
    lead(2, isError=1, errorList=[{"code": "E1", "field": "phoneNumber", "message": "Phone 55 is too short"}]),
    lead(4, leadId=8, firstName="Omar", branch="Dammam"),
    lead(5, leadId=9, dateOfBirth="1991-01-01"),
)


@pytest.fixture(autouse=True)
def _no_session_left():
    yield
    use(None)


@contextmanager
def fetched(tmp_path, *states, **settings):
    """Fetch one state after the other into a store, note the moments between, and open a session over it."""
    steps = [reply(body=json.dumps([bulk(DAY, *leads)]).encode()) for leads in states]
    with ScriptedApi(*steps) as api:
        known = lx.Settings(
            environment="test", base_url=api.url, store=str(tmp_path / "s.sqlite"), **{"ttl": 0, **settings}
        )
        moments = []
        for _ in states:
            lx.fetch(DAY, settings=known, reload=True)
            moments.append(datetime.now(UTC))
        use(Session(known))
        yield moments


def cells(rows, *names):
    """List some columns of what is shown."""
    return rows[list(names)].astype(object).where(rows[list(names)].notna(), None).to_numpy().tolist()


def test_what_a_cell_shows(tmp_path):
    """What changed, of which lead, from what to what, and where the lead belongs; personal data masked."""
    with fetched(tmp_path, BEFORE, AFTER) as (since, _):
        rows = leads_new(since)

    assert list(rows) == [
        *("change", "leadExternalId", "leadId", "field", "before", "after", "bulkCreatedDate", "source", "branch")
    ]
    car = "leadVehiclesId 11, modelFamily RIO, modelYear 2025, totalQty 1 | •••"
    assert cells(rows, "change", "leadExternalId", "field", "before", "after", "branch") == [
        ["new", 4, None, None, None, "Dammam"],
        ["changed", 1, "phoneNumber", "•••001", "•••002", "Jeddah"],
        ["changed", 1, "branch", "Riyadh", "Jeddah", "Jeddah"],
        ["changed", 1, "vehicle 1", car, car, "Jeddah"],
        ["changed", 2, "error 1", *["code E•••, field phoneNumber, message Phone ••• is too short"] * 2, None],
        ["changed", 5, "dateOfBirth", None, None, None],
        ["gone", 3, None, None, None, "Riyadh"],
    ]


@pytest.mark.slow
def test_personal_data_is_shown_where_it_is_asked_for(tmp_path):
    """The values before and after too, whatever their field."""
    with fetched(tmp_path, BEFORE, AFTER) as (since, _):
        rows = leads_new(since, "leadExternalId, field, before, after, firstName", "pii=reveal")
        hidden = leads_new(since, "field, before, firstName", "pii=none")

    shown = {(number, field): (before, after) for number, field, before, after, _ in cells(rows, *rows)}
    assert shown[1, "phoneNumber"] == ("500000001", "500000002")
    assert shown[1, "vehicle 1"][0].endswith("totalQty 1 | vin A1")
    assert shown[2, "error 1"][1].endswith("Phone 55 is too short")
    assert "Sara" in set(rows["firstName"])
    assert list(hidden) == ["field", "before"]
    assert "500000001" not in set(hidden["before"])


def test_a_key_that_is_no_longer_sent_stays_masked(tmp_path):
    """Nobody has said what it holds."""
    with fetched(tmp_path, [lead(1, nickname="Zizi"), lead(2)], [lead(1), lead(2, leadId=5)]) as (since, _):
        rows = leads_new(since, "field, before, after")
        shown = leads_new(since, "field, before, after", "pii=reveal")

    assert cells(rows, *rows) == [["state", "in progress", "created"], ["nickname", "•••", None]]
    assert cells(shown, *shown)[1] == ["nickname", "Zizi", None]


@pytest.mark.slow
def test_fields_labels_and_order_are_chosen(tmp_path):
    """As for the other functions; the columns of a change have names of their own."""
    with fetched(tmp_path, BEFORE, AFTER) as (since, _):
        rows = leads_new(
            since, "Record no., Change, الحقل", "labels=en; sort=-leadExternalId; limit=2; headers=0; empty=-"
        )
        with pytest.raises(ArgumentError, match="did you mean change"):
            leads_new(since, "chnge")
        with pytest.raises(ArgumentError, match="There is no option 'top'"):
            leads_new(since, None, "top=3")

    assert rows.to_numpy(object)[:, :2].tolist() == [[5, "changed"], [4, "new"]]
    assert list(rows) == ["Record no.", "Change", "Field"]
    assert rows.attrs == {"headers": False, "empty": "-"}


@pytest.mark.slow
def test_as_of_ends_what_counts(tmp_path):
    """What was answered later is left out, and between two equal answers nothing changed."""
    with fetched(tmp_path, BEFORE, BEFORE, AFTER) as (since, until, _):
        assert len(leads_new(since, None, {"as_of": until})) == 0
        assert len(leads_new(since)) == len(leads_new(until)) == 7


@pytest.mark.slow
def test_a_result_is_kept_for_the_time_to_live(tmp_path):
    """The store may be filled by another process: a formula does not show the same for ever."""
    with fetched(tmp_path, BEFORE, AFTER, ttl=300) as (since, _):
        clock = [datetime.now(UTC)]
        session = Session(current().settings, now=lambda: clock[0])
        use(session)
        computed = []
        for minutes in (0, 4, 6):
            clock[0] += timedelta(minutes=minutes)
            session.result("new", lambda: computed.append(len(leads_new(since))), lambda _: 1)

    assert computed == [7, 7]


def test_keys_that_take_a_name_of_ours_stand_aside(tmp_path):
    """A key called field is not what changed."""
    with fetched(tmp_path, [lead(1)], [lead(1, field="x", change="y")]) as (since, _):
        rows = changes(since, settings=current().settings)

    assert rows["field"].tolist() == ["field", "change"]
    assert rows[["field (API)", "change (API)"]].iloc[0].tolist() == ["x", "y"]


@pytest.mark.slow
def test_the_demo_shows_changes():
    """Without a store: the simulated DMS knows how it stood."""
    demo = lx.Settings(store="none")
    rows = changes("2026-08-16", "2026-08-17", settings=demo)

    assert {"new", "settled", "changed"} < set(rows["change"])
    assert rows.attrs["days"] == "2026-07-17 to 2026-08-17"
