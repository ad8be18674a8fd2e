"""Five nights on which something fails: each morning is either whole, or says what to do; nothing is lost or doubled.

The job is the one of the schedules, run by the program itself: a sync, then a refresh, through a proxy to the DMS.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import openpyxl
import platformdirs
import programs
import pytest
from loopback_proxies import HttpProxy
from private_roots import HOST, server_context, write_root

from leads_excel.sandbox import Sandbox, SandboxServer, SignIn

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="a disk is made full, and a computer stopped, as Linux does it"),
]

PROGRAM = [sys.executable, "-m", "leads_excel"]
RANGE = "-12D"
FULL = "64"  # KiB that a file may have: a store and a workbook have more, a line of the log has less


@contextmanager
def over_tls(port):
    """Lead connections by TLS to a server without."""
    listening = socket.create_server(("127.0.0.1", 0))

    def carry(source, target):
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve():
        with suppress(OSError):
            while True:
                plain, _ = listening.accept()
                threading.Thread(target=lead, args=(plain,), daemon=True).start()

    def lead(plain):
        with (
            suppress(OSError),
            server_context().wrap_socket(plain, server_side=True) as near,
            socket.create_connection(("127.0.0.1", port)) as far,
        ):
            back = threading.Thread(target=carry, args=(far, near), daemon=True)
            back.start()
            carry(near, far)
            back.join(10)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


class Office:
    """A computer with a store and a workbook, a proxy, and a DMS behind it."""

    def __init__(self, folder, api, proxy):
        self.api, self.proxy = api, proxy
        self.book, self.store = folder / "report.xlsx", folder / "leads.sqlite"
        self.variables = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "HTTPS_PROXY": proxy.url(),
            "SSL_CERT_FILE": str(write_root(folder / "root.pem")),
            "LEADS_EXCEL_ENVIRONMENT": "test",
            "LEADS_EXCEL_BASE_URL": f"https://{HOST}/gs",
            "LEADS_EXCEL_TOKEN": "sesame",
            "LEADS_EXCEL_STORE": str(self.store),
            "LEADS_EXCEL_TTL": "0",
            "LEADS_EXCEL_ATTEMPTS": "2",
            "LEADS_EXCEL_BACKOFF": "0.01",
        }
        self.run("new", str(self.book))

    def run(self, *words, before=(), **variables):
        """Run a command."""
        return programs.run([*before, *PROGRAM, *words], env={**self.variables, **variables})

    def morning(self, **options):
        """Do what the schedule does."""
        synced = self.run("sync", "--since", RANGE, **options)
        return synced, self.run("refresh", str(self.book), "--from", RANGE, **options)

    def home(self, name):
        """Read a result on Home."""
        book = openpyxl.load_workbook(self.book)
        sheet, cell = next(iter(book.defined_names[f"out_{name}"].destinations))
        return book[sheet][cell].value

    def leads(self):
        """List the leads in the workbook by their keys, as often as they stand there."""
        book = openpyxl.load_workbook(self.book)
        sheet = next(sheet for sheet in book if "leads" in sheet.tables)
        header, *rows = sheet[sheet.tables["leads"].ref]
        column = [cell.value for cell in header].index("leadExternalId")
        return sorted(key for row in rows if (key := row[column].value))

    def log(self):
        """Read the log."""
        folder = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
        return [json.loads(line) for path in sorted(folder.glob("*.log")) for line in path.read_text().splitlines()]

    def whole(self):
        """Fetch what the DMS has, past the store and the proxy."""
        past = {"LEADS_EXCEL_BASE_URL": self.api.url, "LEADS_EXCEL_STORE": "none"}
        done = self.run("fetch", "--from", RANGE, "--out", "-", **past)
        leads = [lead for bulk in json.loads(done.stdout) for lead in bulk["leads"]]
        return sorted({str(lead["leadExternalId"]) for lead in leads})

    def assert_whole(self, *done):
        """Everything is there, once, and the program says so."""
        assert [each.returncode for each in done] == [0] * len(done), [each.stderr for each in done]
        assert self.home("status").startswith("Complete")
        assert [str(key) for key in self.leads()] == self.whole()
        assert self.run("store", "verify").returncode == 0
        assert self.left_over() == []

    def assert_told(self, done, code, *words):
        """Exit code, message and log say what to do, and the log says it of this run."""
        assert done.returncode == code, done.stderr
        ended = [line for line in self.log() if line["event"] == "ended"][-1]
        assert ended["exit_code"] == code
        for word in words:
            assert word in done.stderr
            assert word in ended["result"]

    def left_over(self):
        """Name files that a job began and did not finish."""
        known = {self.book.name, "root.pem"}
        return [path.name for path in self.book.parent.iterdir()
                if path.name not in known and not path.name.startswith("leads.sqlite")]  # fmt: skip


@pytest.fixture
def office(tmp_path):
    with (
        SandboxServer(Sandbox(leads_per_day=15, sign_in=SignIn.bearer("sesame"))) as api,
        over_tls(urlsplit(api.url).port) as port,
        HttpProxy(port) as proxy,
    ):
        yield Office(tmp_path, api, proxy)


@pytest.mark.timeout(400)
def test_five_mornings(office):
    """A proxy that is gone, a full disk, an expired sign-in, a reboot in the middle, a damaged page of the store."""
    office.assert_whole(*office.morning())
    numbers = office.leads(), office.home("leads")

    # The proxy is gone: nothing can be asked, the workbook keeps what it had, and the proxy is blamed.
    for done in office.morning(HTTPS_PROXY="http://127.0.0.1:9"):
        office.assert_told(done, 4, "proxy", "HTTPS_PROXY")
    assert "HTTPS_PROXY" in office.home("status")
    assert (office.leads(), office.home("leads")) == numbers
    office.assert_whole(*office.morning())

    # The disk is full: what could not be kept is told, and what is there is what was there.
    before = office.book.read_bytes()
    full = ("bash", "-c", f'ulimit -f {FULL}; exec "$@"', "bash")
    synced, refreshed = office.morning(before=full, LEADS_EXCEL_STORE=str(office.store.with_name("leads.sqlite-new")))
    assert synced.returncode not in {0, 1}, synced.stderr
    assert refreshed.returncode not in {0, 1}, refreshed.stderr
    assert office.book.read_bytes() == before
    assert [line["exit_code"] for line in office.log() if line["event"] == "ended"][-2:] == [
        synced.returncode,
        refreshed.returncode,
    ]
    office.assert_whole(*office.morning())

    # The sign-in has expired: what to do is to sign in, here, in the log and on Home.
    for done in office.morning(LEADS_EXCEL_TOKEN="expired"):
        office.assert_told(done, 3, "sign")
    assert "sign" in office.home("status")
    assert (office.leads(), office.home("leads")) == numbers
    office.assert_whole(*office.morning())

    # The computer is restarted in the middle, again and again; what was begun and did not end is known.
    office.store.unlink()
    for words in (("sync", "--since", RANGE), ("refresh", str(office.book), "--from", RANGE)) * 3:
        with programs.started([*PROGRAM, *words], env=office.variables) as process:
            time.sleep(0.9)
            process.send_signal(signal.SIGKILL)
        openpyxl.load_workbook(office.book)  # it opens
    assert "not ended" in office.run("status").stdout
    office.assert_whole(*office.morning())

    # A page of the store is damaged: the numbers are right, or somebody is told; `verify` finds what nobody has read.
    damaged = bytearray(office.store.read_bytes())
    for place in range(len(damaged) // 3, len(damaged) // 3 + 4096):
        damaged[place] ^= 0x5A
    office.store.write_bytes(damaged)
    for path in office.store.parent.glob("leads.sqlite-[ws]*"):
        path.unlink()
    synced, refreshed = office.morning()
    assert synced.returncode == 0 or synced.stderr, synced
    if refreshed.returncode == 0:
        assert [str(key) for key in office.leads()] == office.whole()
    else:
        assert refreshed.stderr, refreshed
    if office.run("store", "verify").returncode:
        repaired = office.run("store", "verify", "--repair")
        assert repaired.returncode in {0, 1}, repaired.stderr
    office.assert_whole(*office.morning())
