"""Word of a check: real webhooks and a real mail server on this machine."""

import gc
import json
import socket
import sys
import threading
import warnings
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from private_roots import server_context, write_root

import leads_excel as lx
from leads_excel.checks import notices
from leads_excel.checks.notices import recipients, tell_all
from leads_excel.exceptions import ArgumentError, SettingsError

LINES = ["NOT rejection_rate > 15%: 21.0% (2026-11-29)", "NOT leads < 5: 3 (الرياض)"]


@pytest.fixture
def channel():
    """Serve a webhook that keeps what it is sent."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(200 if "ok" in self.path else 403)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = False  # so that closing it waits for what is under way
        threading.Thread(target=server.serve_forever, daemon=True).start()
        server.got, server.url = got, f"http://127.0.0.1:{server.server_port}"
        yield server
        server.shutdown()


@contextmanager
def post_office(**options):
    letters = []

    class Handler:
        async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - its name
            letters.append(
                (envelope.mail_from, envelope.rcpt_tos, message_from_bytes(envelope.content, policy=default))
            )
            return "250 OK"

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port, letters
    finally:
        controller.stop()
        with warnings.catch_warnings():  # it leaves sockets of its last moments to the collector
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def test_a_channel_gets_the_lines(channel):
    """Slack and Teams show a text."""
    told = recipients([f"{channel.url}/ok/s3cret"], lx.Settings())

    assert tell_all(told, "2 rules of 3 broken", LINES) == []
    ((path, message),) = channel.got
    assert path == "/ok/s3cret"
    assert message == {"text": "\n\n".join(["**Leads: 2 rules of 3 broken**", *LINES])}


@pytest.mark.parametrize(
    ("host", "kind"),
    [("hooks.slack.com", "*"), ("example.webhook.office.com", "**"), ("prod-1.westeurope.logic.azure.com", "card"),
     ("default1.environment.api.powerplatform.com", "card")],
)  # fmt: skip
def test_each_service_gets_what_it_takes(host, kind):
    """A workflow of Teams takes a card, the others a text; stars are bold in each."""
    message = notices._message(host, "Leads", LINES)

    if kind == "card":
        (attachment,) = message["attachments"]
        assert [block["text"] for block in attachment["content"]["body"]] == ["**Leads**", *LINES]
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    else:
        assert message["text"].split("\n\n") == [f"{kind}Leads{kind}", *LINES]


def test_a_person_gets_a_letter():
    """With subject, sender and letters of any script."""
    with post_office() as (port, letters):
        settings = lx.Settings(mail_server=f"smtp://127.0.0.1:{port}", mail_from="leads@example.com")
        failures = tell_all(recipients(["mailto:boss@example.com"], settings), "1 rule of 3 broken", LINES)

    assert failures == []
    ((sender, receivers, letter),) = letters
    assert (sender, receivers) == ("leads@example.com", ["boss@example.com"])
    assert letter["Subject"] == "Leads: 1 rule of 3 broken"
    assert letter.get_content().splitlines() == LINES


def test_a_mail_server_that_asks_gets_name_and_password():
    """From the settings."""
    seen = []

    def authenticate(_server, _session, _envelope, _mechanism, data):
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    with post_office(authenticator=authenticate, auth_require_tls=False) as (port, letters):
        settings = lx.Settings(mail_server=f"smtp://leads@127.0.0.1:{port}", mail_password="s3cret")
        assert tell_all(recipients(["mailto:boss@example.com"], settings), "x", LINES) == []

    assert seen == [(b"leads", b"s3cret")]
    assert letters[0][0] == "boss@example.com"


@pytest.fixture
def company(monkeypatch, tmp_path):
    """Have this computer trust the company that signs the mail server's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(write_root(tmp_path / "root.pem")))


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("scheme", "options"),
    [
        ("smtps", {"ssl_context": server_context()}),
        ("smtp", {"tls_context": server_context(), "require_starttls": True}),
    ],
)
def test_a_letter_goes_over_tls_where_the_server_speaks_it(scheme, options):
    """From the first byte, or from STARTTLS on; the company's root is one that the API is trusted by, too."""
    with post_office(**options) as (port, letters):
        settings = lx.Settings(mail_server=f"{scheme}://127.0.0.1:{port}")
        assert tell_all(recipients(["mailto:boss@example.com"], settings), "x", LINES) == []

    assert len(letters) == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_a_mail_server_that_nobody_vouches_for_gets_nothing(scheme):
    """Neither the letter nor the password."""
    tls = {"ssl_context": server_context()} if scheme == "smtps" else {"tls_context": server_context()}
    with post_office(**tls) as (port, letters):
        settings = lx.Settings(mail_server=f"{scheme}://leads@127.0.0.1:{port}", mail_password="s3cret")
        (failure,) = tell_all(recipients(["mailto:boss@example.com"], settings), "x", LINES)

    assert "did not take the message" in failure
    assert letters == []


@pytest.mark.skipif(sys.platform != "linux", reason="only there 0.0.0.0 leads to this computer")
def test_another_computer_gets_nothing_without_tls():
    """It would cross the network in clear."""
    with post_office() as (port, letters):
        settings = lx.Settings(mail_server=f"smtp://0.0.0.0:{port}")
        (failure,) = tell_all(recipients(["mailto:boss@example.com"], settings), "x", LINES)

    assert "did not take the message" in failure
    assert letters == []


def test_one_who_cannot_be_reached_keeps_nobody_from_knowing(channel):
    """And what failed is told, without the address, which is a secret."""
    addresses = [
        f"{channel.url}/gone/s3cret",
        "http://127.0.0.1:9/s3cret",
        "mailto:boss@example.com",
        f"{channel.url}/ok/s",
    ]
    settings = lx.Settings(mail_server="smtp://127.0.0.1:9")

    failures = tell_all(recipients(addresses, settings), "x", LINES)

    assert len(failures) == 3
    assert "status 403" in failures[0]
    assert failures[2].startswith("mail to •••@example.com was not told: the mail server 127.0.0.1 did not take")
    assert "s3cret" not in " ".join(failures)
    assert "boss" not in " ".join(failures)
    assert [path for path, _ in channel.got] == ["/gone/s3cret", "/ok/s"]


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.slack.com/x",
        "hooks.slack.com/x",
        "ftp://example.com",
        "boss@example.com",
        "mailto:",
        "mailto:boss",
        "mailto:a@b.c%0abcc:d@e.f",
        "https://",
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_checked(address):
    """In one line that does not repeat it."""
    with pytest.raises(ArgumentError, match="Whom to notify is unclear") as refused:
        recipients([address], lx.Settings(mail_server="smtp://mail.example.com"))

    assert "slack" not in str(refused.value)


def test_a_letter_needs_a_mail_server():
    """Which one, nobody can guess."""
    with pytest.raises(SettingsError, match="LEADS_EXCEL_MAIL_SERVER"):
        recipients(["mailto:boss@example.com"], lx.Settings())


def test_the_setting_names_whom_to_tell(channel):
    """Where the command names nobody; several with blanks between."""
    settings = lx.Settings(notify=f"{channel.url}/ok/1 {channel.url}/ok/2")

    assert tell_all(recipients([], settings), "x", LINES) == []
    assert tell_all(recipients([f"{channel.url}/ok/3"], settings), "x", LINES) == []
    assert [path for path, _ in channel.got] == ["/ok/1", "/ok/2", "/ok/3"]
    assert "/ok/1" not in repr(settings)
    assert "/ok/1" not in repr(recipients([], settings))
