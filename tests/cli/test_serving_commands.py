"""`serve` and `token`: the server as a program of its own, asked over its port."""

import json
import signal
import subprocess
import sys
import time
from importlib.util import find_spec

import httpx
import programs
import pytest
import trustme
from commands import run

from leads_excel.cli import serving
from leads_excel.exceptions import SettingsError

needs_server = pytest.mark.skipif(not find_spec("uvicorn"), reason="needs the extra server")

SERVE = [sys.executable, "-u", "-m", "leads_excel", "serve", "--port", "0"]
CALL = {"calls": [{"id": 1, "name": "LEADS_KPI", "args": ["leads", "2026-08-01"]}]}


def test_tokens_are_made_listed_and_revoked():
    """The token alone on standard output, once; lists never show it."""
    made = run("token", "add", "reports", "--days", "30")
    revealing = run("token", "add", "noura", "--reveal")
    listed = run("token", "list").stdout.splitlines()
    revoked = run("token", "revoke", "reports")

    assert made.stdout.startswith("leads_")
    assert len(made.stdout.split()) == 1
    assert "shown this once" in made.stderr
    assert [line.split()[0] for line in listed] == ["noura", "reports"]
    assert ["shows personal data" in line for line in listed] == [True, False]
    assert "until revoked" in listed[0]
    assert made.stdout[19:].strip() not in "".join(listed)
    assert revoked.returncode == 0
    assert len(run("token", "list").stdout.splitlines()) == 1
    assert revealing.returncode == 0
    assert run("token", "revoke", "reports").returncode == 2


@needs_server
@pytest.mark.slow
def test_the_server_answers_until_it_is_ended(tmp_path):
    """`serve` prints its address; a token made beside it counts at once; Ctrl-C ends it, and the log tells of it."""
    certificates = trustme.CA()
    server = certificates.issue_cert("localhost", "127.0.0.1")
    server.cert_chain_pems[0].write_to_path(tmp_path / "server.pem")
    server.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificates.cert_pem.write_to_path(tmp_path / "root.pem")
    secure = ["--certificate", str(tmp_path / "server.pem"), "--key", str(tmp_path / "key.pem")]
    log = tmp_path / "serve.log"
    with programs.started(
        [*SERVE, *secure, "--log", str(log)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        address = process.stdout.readline().strip()
        token = run("token", "add", "sami").stdout.strip()
        signed = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=address, headers=signed, verify=_trusting(tmp_path), trust_env=False) as client:
            calls = client.post("/v1/calls", json=CALL, timeout=60)
            table = client.get("/v1/tables/bulks.csv", params={"from": "2026-08-01"}, timeout=60)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT if sys.platform != "win32" else signal.SIGTERM)
        process.wait(timeout=20)

    assert address.startswith("https://127.0.0.1:")
    assert json.loads(calls.text)["value"] > 0
    assert table.text.startswith("\ufeffid,") or table.status_code == 200
    assert process.returncode in (0, 130, -signal.SIGINT, 1)
    assert '"event": "serving"' in log.read_text(encoding="utf-8")
    assert token[19:] not in log.read_text(encoding="utf-8")


def _trusting(folder):
    import ssl  # noqa: PLC0415 - used once

    return ssl.create_default_context(cafile=folder / "root.pem")


@needs_server
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--host", "::"], "in the clear"),
        (["--certificate", "nothing.pem"], "--certificate and --key"),
        (["--reveal-to", "noura"], "--user-header"),
        (["--address", "leads"], "https://leads.example.com"),
        (["--host", "192.0.2.7", "--user-header", "X-User"], "192.0.2.7"),
    ],
)
def test_a_place_that_cannot_be_is_exit_code_2(options, told):
    """One line, and nothing listens."""
    done = run("serve", "--port", "0", *options)

    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_the_extra_one_line_says_what_to_install(monkeypatch):
    """As for every extra."""
    monkeypatch.setattr(serving, "find_spec", lambda name: None if name == "uvicorn" else name)

    with pytest.raises(SettingsError, match=r'pip install "leads-excel\[server\]"'):
        serving.serve()


@needs_server
def test_a_key_of_another_certificate_is_one_line(tmp_path):
    """Files that are there and do not belong together."""
    one, other = trustme.CA().issue_cert("localhost"), trustme.CA().issue_cert("localhost")
    one.cert_chain_pems[0].write_to_path(tmp_path / "server.pem")
    other.private_key_pem.write_to_path(tmp_path / "key.pem")

    done = run("serve", "--port", "0", "--certificate", tmp_path / "server.pem", "--key", tmp_path / "key.pem")

    assert done.returncode == 2
    assert "belong together" in done.stderr
