"""The client against real HTTP: what it tries again, for how long, and what it tells when it gives up."""

from __future__ import annotations

import threading

import pytest
from client_calls import BROKEN, BULK, GOOD, WEEK, ask, failure
from scripted_api import ScriptedApi, cut, drip, head, reply, silence, slowly

from leads_excel.client import pace
from leads_excel.exceptions import (
    ApiAccessError,
    ApiReplyError,
    ApiUnavailableError,
)


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_deadline_ends_the_retries():
    """When the time is up there is no further attempt, however many are allowed."""
    with ScriptedApi(slowly(0.1, reply(503))) as api:
        error = failure(api, ApiUnavailableError, attempts=20, deadline=1)

    assert 1 < error.attempts < 20
