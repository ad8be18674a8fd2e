"""A terminal that is closed: what is under way is finished. Each test runs the real program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from threading import Event

import openpyxl
import programs
import pytest
from commands import NOW, run

from leads_excel.sandbox import Sandbox, SandboxServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends what runs in a console that is closed")


class Waiting(Sandbox):
    """Answers when it is told to."""

    def __init__(self):
        super().__init__(leads_per_day=6, now=lambda: NOW)
        self.asked, self.may_answer = Event(), Event()

    def answer(self, *arguments):
        """Wait, then answer."""
        self.asked.set()
        self.may_answer.wait(30)
        return super().answer(*arguments)


@pytest.fixture
def api():
    with SandboxServer(Sandbox(leads_per_day=6, now=lambda: NOW)) as running:
        yield running


@pytest.fixture
def terminal():
    """Give a program's side of a terminal, and what closes ours."""
    ours, its = os.openpty()
    open_ones = [ours, its]

    def close():
        while open_ones:
            os.close(open_ones.pop())

    yield its, close
    close()


def started(url, *arguments, **streams):
    variables = {"LEADS_EXCEL_ENVIRONMENT": "test", "LEADS_EXCEL_BASE_URL": url}
    command = [sys.executable, "-u", "-m", "leads_excel", *arguments]
    return programs.started(command, env={**os.environ, "TERM": "xterm", **variables}, **streams)


@pytest.mark.slow
def test_a_refresh_is_finished_when_its_terminal_is_closed(tmp_path, terminal):
    """The bar and the result are written to nowhere, the signal is not obeyed at once, and the workbook is full."""
    path, sandbox = tmp_path / "report.xlsx", Waiting()
    run("new", str(path))
    its, close = terminal
    with SandboxServer(sandbox) as api:
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), its)
        with started(api.url, "refresh", str(path), "--from", "2026-10-05", **streams) as process:
            assert sandbox.asked.wait(30)
            close()
            process.send_signal(signal.SIGHUP)
            sandbox.may_answer.set()
            code = process.wait(30)

    assert code == 0
    assert openpyxl.load_workbook(path)["Leads"].max_row > 5


@pytest.mark.slow
def test_no_further_round_begins_when_nobody_looks(api):
    """`--watch` ends with the code of the round that was under way."""
    with started(api.url, "sync", "--since", "TODAY", "--watch", "60", stdout=subprocess.PIPE) as process:
        assert process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        code = process.wait(30)

    assert code == 0


@pytest.mark.slow
def test_the_sandbox_ends_with_its_terminal():
    """There is nothing to be finished."""
    with started("", "sandbox", "--port", "0", stdout=subprocess.PIPE) as process:
        assert process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        code = process.wait(30)

    assert code == -signal.SIGHUP


@pytest.mark.slow
def test_nohup_goes_on_for_ever(api):
    """Who had the signal ignored wants every round."""
    ignoring = {"preexec_fn": lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN), "stdout": subprocess.PIPE}
    with started(api.url, "sync", "--since", "TODAY", "--watch", "0.05", **ignoring) as process:
        assert process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline()
