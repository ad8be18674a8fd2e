"""The simulated DMS keeps the rules of the API page."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlencode

import pytest

from leads_excel.sandbox import Sandbox, SignIn

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
MIDNIGHT = "2026-06-01T21:00:00.000Z"
NOON = "2026-06-02T09:00:00.000Z"
WEEK = {"fromDate": MIDNIGHT, "toDate": "2026-06-08T21:00:00.000Z"}


def sandbox(**options):
    """A sandbox at a fixed moment."""
    return Sandbox(**{"now": lambda: NOW, **options})


def ask(dms, method="GET", path="/gs/v1/leads/bulks", headers=None, **parameters):
    """The answer to a request."""
    return dms.answer(method, f"{path}?{urlencode(parameters)}", headers or {})


def bulks(dms, **parameters):
    """The bulks of a request that is in order, as a list whatever the shape of the reply."""
    answer = ask(dms, **parameters)
    assert answer.status == 200, answer.body
    value = json.loads(answer.body)
    return value if isinstance(value, list) else [value]


def test_both_paths_give_the_same_answer():
    """The resource is found with and without the prefix of the base URL."""
    dms = sandbox()
    assert ask(dms, **WEEK) == ask(dms, path="/v1/leads/bulks", **WEEK)


@pytest.mark.parametrize(
    "path", ["/", "/gs/v1/leads", "/gs/v1/leads/bulks/", "/gs/gs/v1/leads/bulks", "/GS/v1/leads/bulks"]
)
def test_another_path_is_not_found(path):
    """Any other path is 404."""
    answer = ask(sandbox(), path=path, **WEEK)
    assert (answer.status, json.loads(answer.body)["path"]) == (404, path)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_only_get_is_allowed(method):
    """The API is read-only: another method is 405 and told so."""
    answer = ask(sandbox(), method, **WEEK)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "is mandatory"),
        ({"fromDate": MIDNIGHT}, "is mandatory"),
        ({"toDate": MIDNIGHT}, "is mandatory"),
        ({"leadId": "5"}, "is mandatory"),
        ({"leadId": "5", "fromDate": MIDNIGHT}, "is mandatory"),
        ({"source": "1", "subSource": "11"}, "is mandatory"),
        ({"fromDate": MIDNIGHT, "toDate": ""}, "is mandatory"),
        ({"id": ""}, "is mandatory"),
        ({"id": "7", **WEEK}, "id cannot be combined"),
        ({"id": "7", "leadId": "5"}, "id cannot be combined"),
        ({"id": "seven"}, "Long"),
        ({"id": "7.0"}, "Long"),
        ({"id": " 7"}, "Long"),
        ({"id": "\u0667"}, "Long"),
        ({"id": str(2**63)}, "Long"),
        ({"leadId": "x", **WEEK}, "Long"),
        ({"source": str(2**31), **WEEK}, "Integer"),
        ({"subSource": "Email", **WEEK}, "Integer"),
        ({"fromDate": NOON, "toDate": MIDNIGHT}, "should not be greater"),
        ({"fromDate": MIDNIGHT, "toDate": "2026-06-08T21:00:00.001Z"}, "7 days"),
        ({"fromDate": "2020-01-01T00:00:00.000Z", "toDate": "2026-01-01T00:00:00.000Z"}, "7 days"),
        ({"from": MIDNIGHT, **WEEK}, "Unknown parameter 'from'"),
        ({"subsource": "11", **WEEK}, "Unknown parameter 'subsource'"),
    ],
)
def test_a_broken_rule_is_a_bad_request(parameters, words):
    """Each rule of the API page has its 400 and says which rule it was."""
    answer = ask(sandbox(), **parameters)
    assert answer.status == 400
    assert words in json.loads(answer.body)["message"]


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-02",
        "2026-06-02T09:00:00Z",
        "2026-06-02T09:00:00.00Z",
        "2026-06-02T09:00:00.000000Z",
        "2026-06-02T09:00:00.000",
        "2026-06-02T09:00:00.000z",
        "2026-06-02T09:00:00.000+00:00",
        "2026-06-02T12:00:00.000+03:00",
        "2026-06-02 09:00:00.000Z",
        "2026-6-2T09:00:00.000Z",
        "2026-02-30T09:00:00.000Z",
        "2026-06-02T25:00:00.000Z",
        "0000-06-02T09:00:00.000Z",
        "\u0662\u0660\u0662\u0666-06-02T09:00:00.000Z",
        "2026-06-02T09:00:00.000Z ",
        "1780390800000",
    ],
)
@pytest.mark.parametrize("name", ["fromDate", "toDate"])
def test_a_stamp_has_exactly_one_form(name, text):
    """Only YYYY-MM-DDTHH:MM:SS.mmmZ with a real date and time is taken."""
    answer = ask(sandbox(), **{**WEEK, name: text})
    assert answer.status == 400
    assert json.loads(answer.body)["message"].startswith(f"{name} should be in the format")


def test_a_repeated_parameter_is_a_bad_request():
    """A parameter is given once."""
    answer = sandbox().answer("GET", "/gs/v1/leads/bulks?id=1&id=2", {})
    assert answer.status == 400


def test_a_refusal_reads_like_spring():
    """A refusal is the JSON that a Spring Boot backend writes."""
    answer = ask(sandbox(), path="/gs/v1/leads/bulks")
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.body) == {
        "timestamp": "2026-08-20T09:00:00.000+00:00",
        "status": 400,
        "error": "Bad Request",
        "message": "Either id or leadId and fromDate and toDate is mandatory",
        "path": "/gs/v1/leads/bulks",
    }


def test_seven_days_are_allowed():
    """Exactly seven days is the longest range, and all of it is answered."""
    days = {bulk["createdDate"][:10] for bulk in bulks(sandbox(), **WEEK)}
    assert {f"2026-06-0{day}" for day in range(2, 9)} <= days


@pytest.mark.parametrize("year", ["0001", "2018", "2027", "9999"])
def test_a_range_without_bulks_is_an_empty_array(year):
    """Before the first day, after now and at the ends of time there is nothing, which is no error."""
    answer = ask(sandbox(), fromDate=f"{year}-12-31T00:00:00.000Z", toDate=f"{year}-12-31T23:59:59.999Z")
    assert (answer.status, answer.body) == (200, b"[]")


def test_one_bulk_is_the_object_of_the_sample():
    """A single bulk is sent as the API page's sample shows it, unless arrays were asked for."""
    instant = {"fromDate": MIDNIGHT, "toDate": MIDNIGHT}
    as_object = json.loads(ask(sandbox(), **instant).body)
    as_array = json.loads(ask(sandbox(shape="array"), **instant).body)
    assert isinstance(as_object, dict)
    assert as_array == [as_object]


def test_several_bulks_are_an_array_in_order_of_creation():
    """A range of several bulks is an array, the oldest first."""
    created = [bulk["createdDate"] for bulk in json.loads(ask(sandbox(), **WEEK).body)]
    assert len(created) > 7
    assert created == sorted(created)


def test_the_end_of_a_range_belongs_to_it_or_not():
    """The night job's bulk stands on midnight: a closed range that ends there holds it, a half-open one does not."""
    day = {"fromDate": "2026-05-31T21:00:00.000Z", "toDate": MIDNIGHT}
    closed, half_open = bulks(sandbox(), **day), bulks(sandbox(interval="half-open"), **day)
    assert [bulk["createdDate"] for bulk in closed if bulk not in half_open] == [MIDNIGHT]
    assert closed[: len(half_open)] == half_open


def test_a_bulk_is_found_by_id():
    """The ids of a day, asked for one by one, give the bulks of that day."""
    dms = sandbox()
    by_id = [bulk for number in dms.bulk_ids(date(2026, 6, 2)) for bulk in bulks(dms, id=number)]
    assert by_id == bulks(dms, fromDate=MIDNIGHT, toDate="2026-06-02T20:59:59.999Z")


@pytest.mark.parametrize("number", [-(2**63), -1, 0, 99, 100, 2**63 - 1])
def test_an_unknown_id_is_not_found(number):
    """An id that no bulk has is 404 and named."""
    answer = ask(sandbox(), id=number)
    assert (answer.status, json.loads(answer.body)["message"]) == (404, f"Bulk not found with id : {number}")


def test_a_bulk_of_the_future_does_not_exist_yet():
    """What is created later is neither in a range nor found by id."""
    early, late = sandbox(now=lambda: datetime(2026, 6, 2, 9, tzinfo=UTC)), sandbox()
    unborn = set(late.bulk_ids(date(2026, 6, 2))) - set(early.bulk_ids(date(2026, 6, 2)))
    assert unborn
    assert all(ask(early, id=number).status == 404 for number in unborn)
    assert all(bulk["createdDate"] <= NOON for bulk in bulks(early, **WEEK))


def test_a_lead_comes_alone():
    """With leadId, only that lead is sent, while the counts stay those of its bulk (API page, Note)."""
    dms = sandbox()
    whole = next(bulk for bulk in bulks(dms, **WEEK) if bulk["isProcessed"] == 4 and len(bulk["leads"]) > 5)
    lead = next(lead for lead in whole["leads"] if lead["leadId"])
    assert bulks(dms, leadId=lead["leadId"], **WEEK) == [{**whole, "leads": [lead]}]


def test_a_lead_outside_the_range_is_not_sent():
    """A leadId that no bulk of the range holds gives no bulks."""
    assert ask(sandbox(), leadId=1, **WEEK).body == b"[]"


@pytest.mark.parametrize(
    ("parameters", "key", "name"),
    [
        ({"source": 2}, "source", "Website"),
        ({"source": 6}, "source", "Partner Portal"),
        ({"subSource": 12}, "subSource", "Phone"),
        ({"source": 3, "subSource": 34}, "subSource", "X"),
    ],
)
def test_a_filter_sends_all_leads_of_its_source_and_no_others(parameters, key, name):
    """Filters are numbers, answers are names; the table in sandbox.sources joins them."""
    dms = sandbox()
    expected = [lead for bulk in bulks(dms, **WEEK) for lead in bulk["leads"] or [] if lead[key] == name]
    assert [lead for bulk in bulks(dms, **WEEK, **parameters) for lead in bulk["leads"]] == expected != []


def test_filters_add_up():
    """A sub-source of another source matches nothing."""
    assert ask(sandbox(), **WEEK, source=2, subSource=11).body == b"[]"


@pytest.mark.parametrize(
    ("sign_in", "headers"),
    [
        (SignIn.bearer("s3cret"), {"authorization": "Bearer s3cret"}),
        (SignIn.basic("user", "pass:wörd"), {"Authorization": "Basic dXNlcjpwYXNzOnfDtnJk"}),
        (SignIn("X-Api-Key", "k3y"), {"x-api-key": "k3y"}),
    ],
)
def test_a_sign_in_lets_in_who_carries_it(sign_in, headers):
    """The expected header opens the door, whatever the case of its name."""
    assert ask(sandbox(sign_in=sign_in), headers=headers, **WEEK).status == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "s3cret"}, {"X": "Bearer s3cret"}]
)
def test_a_wrong_sign_in_stays_out(headers):
    """Without it even a request that is wrong otherwise is 401, as JSON, and names the ways in."""
    answer = ask(sandbox(sign_in=SignIn.bearer("s3cret")), path="/elsewhere", headers=headers)
    assert (answer.status, json.loads(answer.body)["error"]) == (401, "Unauthorized")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_sign_in_does_not_show_its_secret():
    """The repr of a sign-in names the header only."""
    assert "s3cret" not in repr(SignIn.bearer("s3cret"))


def test_the_same_moment_gives_the_same_bytes():
    """Seed, volume and now decide every byte; a second sandbox agrees with the first and with its own cache."""
    first, second = sandbox(seed=7), sandbox(seed=7)
    assert ask(first, **WEEK) == ask(second, **WEEK) == ask(first, **WEEK)


def test_another_seed_is_another_dealership():
    """Seeds differ in their leads."""
    assert ask(sandbox(seed=1), **WEEK).body != ask(sandbox(seed=2), **WEEK).body


@pytest.mark.parametrize("hours", [1, 5, 24, 100])
def test_a_day_is_the_same_whatever_range_is_asked_for(hours):
    """A week in pieces of any length, asked backwards of a fresh sandbox, is the week."""
    week = bulks(sandbox(interval="half-open"), **WEEK)
    dms, start, end = sandbox(interval="half-open"), *map(datetime.fromisoformat, WEEK.values())
    edges = [start + timedelta(hours=step) for step in range(0, 7 * 24, hours)] + [end]
    pieces = [
        bulks(dms, fromDate=f"{a:%Y-%m-%dT%H:%M:%S}.000Z", toDate=f"{b:%Y-%m-%dT%H:%M:%S}.000Z")
        for a, b in reversed(list(pairwise(edges)))
    ]
    assert [bulk for piece in reversed(pieces) for bulk in piece] == week
