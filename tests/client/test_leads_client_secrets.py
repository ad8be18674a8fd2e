"""The client against real HTTP: where a sign-in must not go, and what no error shows."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import traceback
from base64 import b64encode

import httpx
import pytest
from client_calls import BROKEN, GOOD, WEEK, ask, failure, settings_for
from scripted_api import ScriptedApi, reply

from leads_excel.client.leads_client import LeadsClient
from leads_excel.exceptions import (
    ApiAccessError,
    ApiError,
    ApiReplyError,
    ApiUnavailableError,
    SettingsError,
)
from leads_excel.settings.model import Settings


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
