"""The client against real HTTP on loopback: what it sends and what it believes."""

from __future__ import annotations

import gzip
import json
import sys
import types
from base64 import b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from client_calls import BULK, GOOD, START, WEEK, ask, failure, settings_for
from hypothesis import given
from hypothesis import strategies as st
from scripted_api import ScriptedApi, cut, drip, head, reply, reset

from leads_excel.client.bodies import gunzipped
from leads_excel.client.leads_client import LeadsClient
from leads_excel.exceptions import (
    ApiReplyError,
    ApiUnavailableError,
    ArgumentError,
    DateError,
)
from leads_excel.settings import keychain
from leads_excel.settings.model import Settings
from leads_excel.windows.week_grid import Window

# What is sent


def test_window_and_filters_are_sent():
    """One GET of the path of the API page, with dates and filters in its query."""
    with ScriptedApi(GOOD) as api, LeadsClient(settings_for(api)) as client:
        reply = client.bulks_in(WEEK, lead_id=7, source=3, sub_source=0)

    target = urlsplit(api.requests[0].target)
    assert target.path == "/gs/v1/leads/bulks"
    assert parse_qs(target.query) == {
        "fromDate": ["2025-08-24T21:00:00.000Z"],
        "toDate": ["2025-08-31T21:00:00.000Z"],
        "leadId": ["7"],
        "source": ["3"],
        "subSource": ["0"],
    }
    assert (len(reply.bulks), reply.content, reply.attempts) == (1, BULK, 1)


def test_bulk_is_asked_by_id_alone():
    """The id travels without dates."""
    with ScriptedApi(GOOD) as api, LeadsClient(settings_for(api)) as client:
        client.bulk(5)

    assert urlsplit(api.requests[0].target).query == "id=5"


def test_what_cannot_be_asked_is_not_sent():
    """Wrong arguments are refused before a request."""
    with ScriptedApi(GOOD) as api, LeadsClient(settings_for(api)) as client:
        with pytest.raises(ArgumentError):
            client.bulk(0)
        with pytest.raises(ArgumentError):
            client.bulks_in(WEEK, lead_id=True)
        with pytest.raises(DateError):
            client.bulks_in(Window(START, START + timedelta(days=8)))

    assert api.requests == []


def test_headers_say_who_asks_and_what_is_understood():
    """The version stands in the User-Agent; JSON and gzip are asked for."""
    with ScriptedApi(GOOD) as api:
        ask(api)

    headers = api.requests[0].headers
    assert headers["user-agent"].startswith("leads-excel/")
    assert (headers["accept"], headers["accept-encoding"]) == ("application/json", "gzip")


@pytest.mark.parametrize(
    ("sign_in", "expected"),
    [
        ({}, {}),
        ({"token": "t0ken"}, {"authorization": "Bearer t0ken"}),
        (
            {"username": "نورة", "password": "p4ss:wörd"},
            {"authorization": "Basic " + b64encode("نورة:p4ss:wörd".encode()).decode()},
        ),
        ({"api_key": "k3y"}, {"x-api-key": "k3y"}),
        ({"api_key": "k3y", "api_key_header": "Ocp-Key"}, {"ocp-key": "k3y"}),
    ],
)
def test_each_way_to_sign_in(sign_in, expected):
    """None, bearer token, name and password, or a named header; and nothing besides."""
    with ScriptedApi(GOOD) as api:
        ask(api, **sign_in)

    names = {"authorization", "x-api-key", "ocp-key"}
    assert {name: value for name, value in api.requests[0].headers.items() if name in names} == expected


def test_sign_in_of_the_keychain_is_used(monkeypatch):
    """What `login` stored signs in, asked for once however many requests are made."""
    asked = []
    monkeypatch.setattr(keychain, "read", lambda environment: asked.append(environment) or {"token": "t0ken"})

    with ScriptedApi(GOOD) as api, LeadsClient(settings_for(api, environment="test")) as client:
        client.bulk(5)
        client.bulk(6)

    assert {seen.headers["authorization"] for seen in api.requests} == {"Bearer t0ken"}
    assert asked == ["test"]


def test_connection_is_used_again():
    """Requests one after the other share one connection, after a refusal too."""
    with ScriptedApi(GOOD, reply(503), GOOD) as api, LeadsClient(settings_for(api)) as client:
        for number in range(1, 4):
            client.bulk(number)

    assert (len(api.requests), api.connections) == (4, 1)


@pytest.mark.parametrize("gone", [cut(b""), reset], ids=["closed", "reset"])
def test_a_connection_that_the_server_gave_up_is_no_failed_attempt(gone):
    """The server closes a kept connection just as it is used again: another one is opened at once."""
    with ScriptedApi(GOOD, gone, GOOD, gone, GOOD) as api, LeadsClient(settings_for(api, attempts=1)) as client:
        replies = [client.bulk(number) for number in range(1, 4)]

    assert [reply.attempts for reply in replies] == [1, 1, 1]
    assert (len(api.requests), api.connections) == (5, 3)


@pytest.mark.parametrize("gone", [cut(b""), reset], ids=["closed", "reset"])
def test_a_new_connection_that_breaks_is_a_failed_attempt(gone):
    """A server that hangs up on everything is asked as often as allowed, and once more for each kept connection."""
    with ScriptedApi(GOOD, gone) as api, LeadsClient(settings_for(api, attempts=2)) as client:
        client.bulk(1)
        with pytest.raises(ApiUnavailableError) as caught:
            client.bulk(2)

    assert caught.value.attempts == 2
    assert len(api.requests) == 1 + 1 + 2


def test_no_proxy_on_the_way_to_this_computer(monkeypatch):
    """A proxy of the environment never sees a request, in clear, that was meant for this computer."""
    with ScriptedApi(GOOD) as api, ScriptedApi(reply(502)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        ask(api, token="t0ken")

    assert (len(api.requests), proxy.requests) == (1, [])


def test_proxy_of_the_environment_is_used(monkeypatch):
    """On the way to the API a company's proxy is asked for a tunnel, and told neither question nor sign-in."""
    with ScriptedApi(reply(502, b"")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("https_proxy", proxy.url)
        error = failure(proxy, ApiUnavailableError, base_url="https://dms.example.com/gs", token="t0ken", attempts=1)

    assert [seen.target for seen in proxy.requests] == ["dms.example.com:443"]
    assert "t0ken" not in str(proxy.requests)
    assert "proxy" in str(error)


# What is believed


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'{"leads": null}'])
def test_empty_answers_are_answers(body):
    """An empty body, null, an empty array and a bulk without leads come from the API in one attempt."""
    with ScriptedApi(reply(body=body)) as api:
        reply_ = ask(api)

    assert (reply_.content, reply_.attempts) == (body, 1)


def test_no_content_is_an_answer():
    """204 means no bulks."""
    with ScriptedApi(cut(head(204))) as api:
        assert ask(api).bulks == []


def test_compressed_answer_is_read():
    """Gzip is taken apart, and `content` is the JSON."""
    with ScriptedApi(reply(body=gzip.compress(BULK), Content_Encoding="gzip")) as api:
        assert ask(api).content == BULK


_HALVES = (gzip.compress(BULK[:30]), gzip.compress(BULK[30:]))


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
@pytest.mark.parametrize(
    "content",
    [
        b"".join(_HALVES),
        b"".join((gzip.compress(b""), *_HALVES, gzip.compress(b""))),
        b"".join(map(gzip.compress, (bytes([letter]) for letter in BULK))),
        gzip.compress(BULK) + b"\0" * 512,
        gzip.compress(BULK) + b"padding",
    ],
    ids=["two", "empty ones", "one a letter", "zeros after it", "padding after it"],
)
def test_every_member_of_a_compressed_answer_is_read(content, encoding):
    """Servers that compress in pieces send several members: some of them are some of the leads."""
    with ScriptedApi(reply(body=content, Content_Encoding=encoding)) as api:
        assert ask(api, attempts=1).content == BULK


@pytest.mark.parametrize("size", [1, 2, 3, 17, 2**18])
@given(st.lists(st.binary(max_size=99), min_size=1, max_size=5), st.binary(max_size=3))
def test_members_are_read_however_they_are_cut(size, members, padding):
    """Where a piece ends has nothing to do with where a member does."""
    stream = b"".join(map(gzip.compress, members)) + padding.replace(b"\x1f", b"")

    assert b"".join(gunzipped(stream[n : n + size] for n in range(0, len(stream), size))) == b"".join(members)


@given(st.lists(st.binary(max_size=99), min_size=1, max_size=3), st.data())
def test_members_that_break_off_are_no_answer(members, data):
    """A compressed stream that ends in the middle of a member is told, whatever came before."""
    whole = [gzip.compress(member) for member in members]
    kept = data.draw(st.integers(2, len(whole[-1]) - 1))
    stream = b"".join([*whole[:-1], whole[-1][:kept]])

    with pytest.raises(httpx.DecodingError):
        list(gunzipped([stream]))


@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate", "br"])
def test_compression_nobody_asked_for_is_refused(encoding):
    """Layers of compression could make gigabytes of a few bytes at once."""
    with ScriptedApi(reply(body=gzip.compress(gzip.compress(BULK)), Content_Encoding=encoding)) as api:
        error = failure(api, ApiReplyError)

    assert "compressed" in str(error)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b" " * (2**20 + 1), {}),
        (gzip.compress(b" " * 2**26), {"Content_Encoding": "gzip"}),
    ],
)
def test_answer_over_the_limit_is_refused(body, headers):
    """The size counts after decompression; the refusal names the setting and is not tried again."""
    with ScriptedApi(reply(body=body, **headers)) as api:
        error = failure(api, ApiReplyError, max_reply_mib=1)

    assert "larger than 1 MiB" in str(error)
    assert "LEADS_EXCEL_MAX_REPLY_MIB" in str(error)
    assert error.attempts == 1


def test_answer_over_the_limit_is_not_read_to_its_end():
    """Reading stops at the limit: a server that never ends its answer ends the request."""
    endless = drip(head(Content_Length=2**40) + b" " * (2**20 + 1))
    with ScriptedApi(endless) as api:
        assert "larger than 1 MiB" in str(failure(api, ApiReplyError, max_reply_mib=1))


def test_answer_at_the_limit_is_accepted():
    """Exactly the limit is not over it."""
    with ScriptedApi(reply(body=BULK.rjust(2**20))) as api:
        assert len(ask(api, max_reply_mib=1).content) == 2**20


def test_json_that_is_no_bulks_is_not_tried_again():
    """What decodes but is something else is reported at once, with what was found."""
    with ScriptedApi(reply(body=b"[5]")) as api:
        error = failure(api, ApiReplyError)

    assert error.attempts == 1
    assert error.window == WEEK


def test_part_of_an_answer_is_no_answer():
    """A 206 holds good JSON, and is refused all the same."""
    with ScriptedApi(reply(206, BULK)) as api:
        assert "206" in str(failure(api, ApiReplyError))


def test_answer_shows_nothing_of_itself():
    """The `repr` of a reply holds no lead."""
    with ScriptedApi(reply(body=b'[{"leads": [{"firstName": "Noura"}]}]')) as api:
        assert "Noura" not in repr(ask(api))


# The demo


class Answerer:
    """A stand-in for the sandbox that answers with its own question."""

    def answer(self, method, target, headers):
        """Answer one request."""
        bulk = {"leads": None, "createdBy": f"{method} {target}", "status": headers["accept"]}
        return types.SimpleNamespace(status=200, headers={"Content-Type": "application/json"}, body=json.dumps(bulk))


def test_demo_is_answered_in_process(monkeypatch):
    """The demo asks the sandbox, with the same path and query as the API, and never the keychain."""
    monkeypatch.setitem(sys.modules, "leads_excel.sandbox", types.SimpleNamespace(Sandbox=lambda **_: Answerer()))
    monkeypatch.setattr(keychain, "read", lambda _: pytest.fail("the demo asked the keychain"))

    with LeadsClient(Settings()) as client:
        answer = json.loads(client.bulks_in(WEEK).content)

    assert answer["createdBy"].startswith("GET /gs/v1/leads/bulks?fromDate=2025-08-24T21")
    assert answer["status"] == "application/json"


def test_demo_with_an_address_asks_it():
    """A base URL turns the demo into a client of that server, such as `leads-excel sandbox`."""
    with ScriptedApi(GOOD) as api:
        ask(api, environment="demo")

    assert len(api.requests) == 1
