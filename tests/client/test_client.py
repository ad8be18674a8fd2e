"""The client against real HTTP on loopback: what it sends, what it believes, what it tries again, what it tells."""

from __future__ import annotations

import gzip
import json
import logging
import os
import signal
import socket
import ssl
import sys
import threading
import time
import traceback
import types
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from scripted_api import ScriptedApi, cut, drip, head, reply, reset, silence, slowly, together

from leads_excel.client import pace
from leads_excel.client.leads_client import LeadsClient
from leads_excel.exceptions import (
    ApiAccessError,
    ApiError,
    ApiReplyError,
    ApiUnavailableError,
    ArgumentError,
    DateError,
    SettingsError,
)
from leads_excel.settings import keychain
from leads_excel.settings.model import Settings
from leads_excel.windows.week_grid import Window

START = datetime(2025, 8, 24, 21, tzinfo=UTC)
WEEK = Window(START, START + timedelta(days=7))
BULK = json.dumps([{"leads": [], "createdDate": "2025-08-24T21:00:00.000Z", "totalRecords": 0}]).encode()
GOOD = reply(body=BULK)
PAGE = reply(body=b"<!DOCTYPE html><title>Maintenance</title>", Content_Type="text/html")

BROKEN = {
    "reset": reset,
    "closed": cut(b""),
    "cut-off": cut(head(Content_Length=len(BULK)) + BULK[:20]),
    "cut-off chunk": cut(head(Transfer_Encoding="chunked") + b"50\r\n" + BULK[:20]),
    "no last chunk": cut(head(Transfer_Encoding="chunked") + b"2\r\n[]\r\n"),
    "cut-off without a length": cut(head() + BULK[:20]),
    "nothing without a length": cut(head()),
    "not HTTP": cut(b"hello\r\n\r\n"),
    "bad gzip": reply(body=b"not gzip", Content_Encoding="gzip"),
    "cut-off gzip": reply(body=gzip.compress(BULK)[:20], Content_Encoding="gzip"),
    "page": PAGE,
    "text": reply(body=b"OK"),
}


def settings_for(api, **changes):
    """Return settings that ask the scripted server, three times at most and without a pause."""
    return Settings(**{"base_url": api.url, "attempts": 3, "backoff": 0, "timeout": 5, **changes})


def ask(api, **changes):
    """Ask the scripted server for a week."""
    with LeadsClient(settings_for(api, **changes)) as client:
        return client.bulks_in(WEEK)


def failure(api, error=ApiError, **changes):
    """Return the error of asking the scripted server for a week."""
    with pytest.raises(error) as caught:
        ask(api, **changes)
    return caught.value


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


# What is tried again


@pytest.mark.parametrize("step", BROKEN.values(), ids=BROKEN.keys())
def test_broken_answer_is_tried_again(step):
    """After what may pass the next attempt brings the answer."""
    with ScriptedApi(step, GOOD) as api:
        reply_ = ask(api)

    assert (reply_.content, reply_.attempts, len(api.requests)) == (BULK, 2, 2)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_status_is_tried_again(status):
    """Busy, late and unavailable servers are asked again."""
    with ScriptedApi(reply(status), reply(status), GOOD) as api:
        assert ask(api).attempts == 3


@pytest.mark.parametrize("step", [*BROKEN.values(), reply(503)], ids=[*BROKEN, "503"])
def test_attempts_end(step):
    """After the last attempt the error tells how many there were, for which window."""
    with ScriptedApi(step) as api:
        error = failure(api)

    assert (error.attempts, len(api.requests), error.window) == (3, 3, WEEK)
    assert "(3 attempts)" in str(error)


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("reset", ApiUnavailableError),
        ("cut-off", ApiUnavailableError),
        ("page", ApiReplyError),
        ("text", ApiReplyError),
    ],
)
def test_broken_answers_end_in_the_right_error(step, error):
    """What broke on the way says wait; what is no JSON says report."""
    with ScriptedApi(BROKEN[step]) as api:
        assert type(failure(api)) is error


def test_silent_server_is_tried_again():
    """A server that says nothing within the timeout is asked again."""
    with ScriptedApi(silence, GOOD) as api:
        assert ask(api, timeout=0.3, attempts=20).attempts > 1


def test_silent_server_is_told_as_such():
    """The message names the seconds of silence."""
    with ScriptedApi(silence) as api:
        error = failure(api, ApiUnavailableError, timeout=0.3, attempts=2)

    assert "silent for 0.3 s (2 attempts)" in str(error)


def test_nobody_listening_is_told_as_such():
    """A refused connection names the host and what to check."""
    with ScriptedApi(GOOD) as api:
        pass

    error = failure(api, ApiUnavailableError)

    assert "no connection to 127.0.0.1 (3 attempts): check the network" in str(error)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 422])
def test_refusal_is_not_tried_again(status):
    """The same question gets the same refusal; asking again could lock an account."""
    with ScriptedApi(reply(status), GOOD) as api:
        error = failure(api)

    assert (error.attempts, len(api.requests), error.window) == (1, 1, WEEK)


@pytest.mark.parametrize("status", [401, 403])
def test_refused_sign_in_has_its_own_error(status):
    """Who must sign in is told so."""
    with ScriptedApi(reply(status)) as api:
        assert "leads-excel login" in str(failure(api, ApiAccessError, token="t0ken"))


def test_servers_own_words_are_shown():
    """A 400 is shown in the server's own words."""
    words = b'{"status": 400, "message": "Date range should be 7 days"}'
    with ScriptedApi(reply(400, words)) as api:
        assert '"Date range should be 7 days"' in str(failure(api, ApiReplyError))


def test_long_refusal_is_not_read_to_its_end():
    """The words stand at the beginning; what a server sends for ever is not waited for."""
    with ScriptedApi(reply(400, b" " * 2**20 + b'{"message": "the words"}')) as api:
        error = failure(api, ApiReplyError)

    assert error.attempts == 1
    assert "the words" not in str(error)


def test_words_cut_off_do_not_hide_the_status():
    """A refusal whose body breaks off is still that refusal, and not tried again."""
    with ScriptedApi(cut(head(400, Content_Length=99) + b'{"mess')) as api:
        assert failure(api, ApiReplyError).attempts == 1


def test_retry_after_is_obeyed(monkeypatch):
    """The client waits as long as the server asks, in both forms."""
    waits = []
    monkeypatch.setattr(pace, "_sleep", lambda seconds, _cancelled: waits.append(seconds))
    dated = {"Date": "Mon, 25 Aug 2025 07:00:00 GMT", "Retry_After": "Mon, 25 Aug 2025 07:00:09 GMT"}

    with ScriptedApi(reply(429, Retry_After="7"), reply(503, **dated), GOOD) as api:
        assert ask(api).attempts == 3

    assert waits == [7, 9]


def test_retry_after_beyond_the_deadline_says_when_to_come_back():
    """A wait too long is told to the user instead of being waited."""
    with ScriptedApi(reply(429, Retry_After="3600")) as api:
        error = failure(api, ApiUnavailableError)

    assert error.attempts == 1
    assert "busy (429): it asks to come back after 20" in str(error)


@pytest.mark.parametrize(
    "content",
    [head(Content_Length=2**20), head()[:-2] + b"X-Long: ", head(400, Content_Length=2**20)],
    ids=["body", "headers", "refusal"],
)
def test_dripping_server_is_given_up(content):
    """Each byte comes in time and the answer never ends: the deadline does; else this test would take 30 seconds."""
    with ScriptedApi(drip(content)) as api:
        error = failure(api, deadline=0.5)

        assert not api.over.is_set()
    assert error.attempts == 1
    assert "400" in str(error) or "longer than 0.5 s in all" in str(error)


def test_deadline_ends_a_silence_in_the_body():
    """A timeout longer than what is left of the deadline does not keep the client."""
    hung_up = threading.Event()

    def wait_for_the_client(connection, _api):
        connection.sendall(head(Content_Length=99) + b"[")
        connection.settimeout(5)
        if not connection.recv(1):
            hung_up.set()
        return False

    with ScriptedApi(wait_for_the_client) as api:
        error = failure(api, ApiUnavailableError, timeout=20, deadline=0.3)

        assert hung_up.wait(1)
    assert "longer than 0.3 s in all" in str(error)


def test_deadline_ends_the_retries():
    """When the time is up there is no further attempt, however many are allowed."""
    with ScriptedApi(slowly(0.1, reply(503))) as api:
        error = failure(api, ApiUnavailableError, attempts=20, deadline=1)

    assert 1 < error.attempts < 20


# Where a sign-in must not go


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(status):
    """Another host never hears from us, sign-in or not; the message names it."""
    with ScriptedApi(GOOD) as other:
        location = f"{other.url}/login?state=s3cret".replace("127.0.0.1", "localhost")
        with ScriptedApi(reply(status, Location=location)) as api:
            error = failure(api, token="t0ken")

    assert (other.requests, error.attempts) == ([], 1)
    assert isinstance(error, ApiReplyError if status in {301, 308} else ApiAccessError)
    assert "localhost" in str(error)
    assert "s3cret" not in str(error)


PAIR = b64encode(b"n0ura:p4ss-s3cret").decode()
ECHO = json.dumps({"message": f"you sent t0p-s3cret / k3y-s3cret / p4ss-s3cret / {PAIR}"}).encode()


@pytest.mark.parametrize(
    "sign_in",
    [{"token": "t0p-s3cret"}, {"username": "n0ura", "password": "p4ss-s3cret"}, {"api_key": "k3y-s3cret"}],
    ids=["bearer", "basic", "header"],
)
@pytest.mark.parametrize(
    "step",
    [*BROKEN.values(), reply(400, ECHO), reply(401, ECHO), reply(429, ECHO), reply(302, Location="/login")],
    ids=[*BROKEN, "400", "401", "429", "302"],
)
def test_no_error_holds_a_secret_or_the_question(caplog, step, sign_in):
    """Text, repr, traceback, the local variables of our own code, chained errors and logs hold no secret, no query."""
    caplog.set_level(logging.DEBUG)
    with ScriptedApi(step) as api, LeadsClient(settings_for(api, attempts=2, **sign_in)) as client:
        with pytest.raises(ApiError) as caught:
            client.bulks_in(WEEK, source=987654321)
        told = f"{client!r} {caught.value} {caught.value!r}"

    summary = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in summary.stack if "leads_excel" in frame.filename]
    held = str([frame.locals for frame in ours])
    text = " ".join([told, held, "".join(traceback.format_exception(caught.value)), caplog.text])
    secrets = [*sign_in.values(), *([PAIR] if "password" in sign_in else [])]
    assert ours
    assert not [secret for secret in secrets if secret in text]
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "987654321" not in told + caplog.text
    assert "fromDate" not in told + caplog.text
    assert "\n" not in str(caught.value)


def test_logs_of_the_http_library_keep_addresses_without_the_question(caplog):
    """The library logs each request: the address stays useful, the query goes; requests of others are left alone."""
    caplog.set_level(logging.INFO, "httpx")
    with ScriptedApi(GOOD) as api:
        ask(api)
        httpx.get(f"{api.url}/other?page=2", trust_env=False)

    assert [record.getMessage().split()[3] for record in caplog.records if record.name == "httpx"] == [
        f"{api.url}/v1/leads/bulks",
        f"{api.url}/other?page=2",
    ]


# Certificates and names, which loopback cannot show


def refusing(cause):
    """Return a transport that cannot connect, for this reason."""

    def connect(request):
        raise httpx.ConnectError("failed", request=request) from cause

    return httpx.MockTransport(connect)


def test_certificate_that_cannot_be_verified_is_not_tried_again():
    """Trying again does not make a certificate better; the message says whom to ask."""
    settings = Settings(environment="test", attempts=3, backoff=0)
    client = LeadsClient(settings, transport=refusing(ssl.SSLCertVerificationError("self-signed")))

    with client, pytest.raises(ApiUnavailableError, match="certificate of dms-gs-test") as caught:
        client.bulks_in(WEEK)

    assert caught.value.attempts == 1


def test_unknown_host_is_told_as_such():
    """Outside the company's network the name of the API may not exist."""
    settings = Settings(environment="test", attempts=3, backoff=0)
    client = LeadsClient(settings, transport=refusing(socket.gaierror(-2, "unknown")))

    with client, pytest.raises(ApiUnavailableError, match="not known on this network") as caught:
        client.bulks_in(WEEK)

    assert caught.value.attempts == 3


def test_server_name_that_is_none_is_a_wrong_setting():
    """An address that only the HTTP library finds wrong is still a wrong setting."""
    with pytest.raises(SettingsError, match="base_url"):
        LeadsClient(Settings(base_url="https://-\u0664\u0665\u200c.com/gs"))


# How many at once, and how to stop


def test_concurrency_holds_over_all_clients_of_the_process():
    """Two clients and many threads together keep to the limit, and make use of it."""
    with ScriptedApi(together(3, GOOD)) as api:
        settings = settings_for(api, concurrency=3)
        with LeadsClient(settings) as one, LeadsClient(settings) as two, ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda number: (one, two)[number % 2].bulk(number), range(1, 34)))

    assert (len(replies), api.most_at_once) == (33, 3)


def in_thread(client, errors):
    """Ask in another thread, and keep the error."""

    def run():
        try:
            client.bulks_in(WEEK)
        except ApiError as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    "step",
    [reply(503, Retry_After="20"), silence, cut(head(Content_Length=9)), drip(head(Content_Length=2**20))],
    ids=["waiting for a retry", "waiting for headers", "cut off meanwhile", "reading the body"],
)
def test_cancel_ends_what_is_under_way(step):
    """Whatever a request is doing, it ends when the client is cancelled, and no further one is made."""
    errors = []
    with ScriptedApi(step) as api, LeadsClient(settings_for(api, timeout=20, backoff=20, deadline=60)) as client:
        thread = in_thread(client, errors)
        api.wait_for_requests(1)
        client.cancel()
        thread.join(10)

        assert not thread.is_alive()
    assert len(api.requests) == 1
    assert isinstance(errors[0], ApiUnavailableError)
    assert "stopped" in str(errors[0])


def test_cancelled_last_attempt_is_told_as_such():
    """A connection that we cut ourselves is no failure of the network."""
    errors = []
    with ScriptedApi(silence) as api, LeadsClient(settings_for(api, timeout=20, attempts=1)) as client:
        thread = in_thread(client, errors)
        api.wait_for_requests(1)
        client.cancel()
        thread.join(10)

    assert "stopped" in str(errors[0])


def test_cancel_ends_what_is_queued():
    """Requests that wait for a slot end too, without being sent."""
    errors = []
    with ScriptedApi(silence) as api, LeadsClient(settings_for(api, concurrency=1)) as client:
        threads = [in_thread(client, errors) for _ in range(3)]
        api.wait_for_requests(1)
        client.cancel()
        for thread in threads:
            thread.join(10)

        assert not any(thread.is_alive() for thread in threads)
    assert (len(api.requests), len(errors)) == (1, 3)
    assert sorted(error.attempts for error in errors) == [0, 0, 1]


def test_cancel_leaves_other_clients_alone():
    """Only the client that was cancelled stops."""
    with ScriptedApi(GOOD) as api, LeadsClient(settings_for(api)) as other:
        with LeadsClient(settings_for(api)) as client:
            client.cancel()

        assert other.bulk(5).attempts == 1


def test_closed_client_asks_no_more():
    """After its context a client refuses, with an error of ours."""
    with ScriptedApi(GOOD) as api:
        with LeadsClient(settings_for(api)) as client:
            pass
        with pytest.raises(ApiUnavailableError, match="stopped"):
            client.bulk(5)

    assert api.requests == []


@pytest.fixture
def ctrl_c():
    """Let Ctrl-C interrupt, even where the tests run in the background and a shell made it to be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
@pytest.mark.parametrize("step", [reply(503, Retry_After="20"), silence], ids=["waiting for a retry", "reading"])
@pytest.mark.usefixtures("ctrl_c")
def test_interrupt_goes_through(step):
    """Ctrl-C ends a wait and a read in the main thread, and the slot is free again."""

    def interrupt():
        api.wait_for_requests(1)
        time.sleep(0.1)  # so that the client has begun to wait
        os.kill(os.getpid(), signal.SIGINT)

    with ScriptedApi(step, GOOD) as api, LeadsClient(settings_for(api, concurrency=1, timeout=20)) as client:
        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            client.bulk(5)

        assert client.bulk(5).attempts == 1


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
