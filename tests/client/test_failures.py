"""What a failed request means, in which words, and what must not be in them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leads_excel.client.failures import refusal, server_words
from leads_excel.exceptions import ApiAccessError, ApiReplyError, ApiUnavailableError

RIYADH = ZoneInfo("Asia/Riyadh")


@pytest.mark.parametrize(
    ("status", "error", "passing"),
    [
        (400, ApiReplyError, False),
        (401, ApiAccessError, False),
        (403, ApiAccessError, False),
        (404, ApiReplyError, False),
        (405, ApiReplyError, False),
        (408, ApiUnavailableError, True),
        (422, ApiReplyError, False),
        (429, ApiUnavailableError, True),
        (500, ApiUnavailableError, True),
        (502, ApiUnavailableError, True),
        (503, ApiUnavailableError, True),
        (504, ApiUnavailableError, True),
        (202, ApiReplyError, False),
        (206, ApiReplyError, False),
        (304, ApiReplyError, False),
        (600, ApiReplyError, False),
    ],
)
def test_each_status_has_its_error(status, error, passing):
    """By who must act: wait, sign in, or report; and only what may pass is tried again."""
    failure = refusal(status, {}, "", zone=RIYADH)

    assert (failure.error, failure.passing) == (error, passing)
    assert str(status) in failure.text(1)
    assert failure.text(1).endswith(".")


def test_servers_words_are_quoted():
    """A refusal shows what the server said, and what to do."""
    text = refusal(400, {}, "fromDate is mandatory", zone=RIYADH).text(1)

    assert text == (
        'The API refused the request (400), saying "fromDate is mandatory": '
        "change it, or report it to the owner of the API."
    )


def test_attempts_are_told():
    """After retries the message says how many there were."""
    assert "(503) (5 attempts): try again later." in refusal(503, {}, "", zone=RIYADH).text(5)


def test_announced_time_is_told_in_business_time():
    """Who has to come back reads when, on the business's clock, never too early."""
    earliest = datetime.now(RIYADH) + timedelta(hours=2)

    text = refusal(429, {}, "", 7200, zone=RIYADH).text(1)

    told = datetime.strptime(text.rpartition("after ")[2], "%Y-%m-%d %H:%M.").replace(tzinfo=RIYADH)
    assert earliest - timedelta(seconds=1) <= told <= earliest + timedelta(minutes=2)


@pytest.mark.parametrize(
    ("status", "location", "error", "host"),
    [
        (302, "https://sso.example.com/login?next=s3cret", ApiAccessError, "sso.example.com"),
        (303, "/login;jsessionid=s3cret", ApiAccessError, "another page"),
        (307, "//me:s3cret@sso.example.com", ApiAccessError, "sso.example.com"),
        (301, "https://new.example.com/gs", ApiReplyError, "new.example.com"),
        (308, "https://[s3cret", ApiReplyError, "another page"),
    ],
)
def test_redirect_names_the_host_only(status, location, error, host):
    """Where it leads is told without path and query; a lasting move is told from a sign-in page."""
    failure = refusal(status, {"Location": location}, "", zone=RIYADH)

    assert failure.error is error
    assert not failure.passing
    assert host in failure.text(1)
    assert "s3cret" not in failure.text(1)


@pytest.mark.parametrize(
    "body",
    [
        {"timestamp": "2025", "status": 400, "error": "Bad Request", "message": "the words", "path": "/gs"},
        {"Message": "the words"},
        {"type": "about:blank", "title": "Bad", "detail": "the words"},
        {"error": "invalid_token", "error_description": "the words"},
        {"error": {"code": 7, "message": "the words"}},
        {"errors": [{"field": "fromDate", "message": "the words"}]},
        {"error": "the words"},
        ["the words"],
        "the words",
    ],
)
def test_words_are_found_in_usual_error_bodies(body):
    """Spring, .NET, RFC 9457, OAuth and plain ones: the sentence meant for people is found."""
    assert server_words(json.dumps(body).encode(), []) == "the words"


@pytest.mark.parametrize(
    "body", [b"", b"<html>no</html>", b"null", b"5", b'{"code": 7}', b"[" * 60_000, b"\xff\xfe", b'{"message": null}']
)
def test_body_without_words_is_no_trouble(body):
    """A page, a cut-off body or a number have nothing to say."""
    assert server_words(body, []) == ""


def test_words_fit_on_one_line():
    """Control characters, line breaks and direction marks go; long texts are shortened."""
    body = json.dumps({"message": "a\r\n\tb\x1b[31m\u202ec\x00" + "x" * 1000}).encode()

    words = server_words(body, [])

    assert words.startswith("a b [31m c x")
    assert words.isprintable()
    assert len(words) <= 203
    assert words.endswith("...")


def test_words_keep_arabic():
    """The server may speak Arabic."""
    assert server_words(json.dumps({"message": "التاريخ مطلوب"}).encode(), []) == "التاريخ مطلوب"


def test_secrets_and_queries_are_taken_out_of_the_words():
    """A server that repeats the request does not make us repeat it."""
    body = json.dumps({"message": "bad token t0ken for GET /gs/v1/leads/bulks?leadId=77&x=1 now"}).encode()

    words = server_words(body, ["t0ken"])

    assert words == "bad token *** for GET /gs/v1/leads/bulks?... now"
