"""`sync` and `store`: filling the store, and looking after it. Each test runs the real program."""

import os
import signal
import subprocess
import sys

import pandas as pd
import programs
import pytest
from commands import NOW, ask, run

from leads_excel.sandbox import Faults, Sandbox, SandboxServer


def test_sync_knows_of_no_days_to_come(api):
    """Leads of tomorrow cannot be asked for, and no other date would have to be swapped."""
    done = ask(api, "sync", "--since", "2999-01-01")

    assert done.returncode == 2
    assert "--since 2999-01-01 is a day to come" in done.stderr
    assert len(api.log) == 0


@pytest.mark.slow
def test_sync_fills_the_store_once(api, tmp_path):
    """A second sync asks only for what may still change, and a fetch then asks for nothing that is final."""
    kept = {"LEADS_EXCEL_STORE": str(tmp_path / "leads.sqlite")}

    first = ask(api, "sync", "--since", "-20D", **kept)
    asked = len(api.log)
    second = ask(api, "sync", "--since", "-20D", **kept)

    assert first.returncode == 0, first.stderr
    assert asked >= 20
    assert len(api.log) - asked < 8
    assert "were there" in second.stdout


@pytest.mark.parametrize(
    "command", [("info",), ("verify",), ("erase", "--lead", "5"), ("prune", "--older-than", "-9D")]
)
def test_a_store_that_cannot_be_opened_is_exit_code_2(tmp_path, command):
    """One line says what is wrong with it and which setting to change."""
    done = run("store", *command, LEADS_EXCEL_STORE=str(tmp_path))

    assert done.returncode == 2
    assert done.stderr.startswith("leads-excel: The store cannot be used: its file ")
    assert "LEADS_EXCEL_STORE" in done.stderr


@pytest.mark.slow
def test_the_store_is_described_checked_and_emptied(api, tmp_path):
    """`store info`, `verify`, `erase` and `prune` work on what was fetched."""
    kept = {"LEADS_EXCEL_STORE": str(tmp_path / "leads.sqlite")}
    fetched = ask(api, "fetch", "--from", "2026-10-01", "--to", "2026-10-07", "--out", str(tmp_path / "out"), **kept)
    assert fetched.returncode == 0, fetched.stderr
    leads = pd.read_csv(tmp_path / "out" / "leads.csv")
    lead = int(leads.loc[leads["leadId"] > 0, "leadId"].iloc[0])

    info = ask(api, "store", "info", **kept)
    verify = ask(api, "store", "verify", **kept)
    erase = ask(api, "store", "erase", "--lead", str(lead), **kept)
    again = ask(api, "fetch", "--from", "2026-10-01", "--to", "2026-10-07", "--out", str(tmp_path / "out"), **kept)
    prune = ask(api, "store", "prune", "--older-than", "TODAY", **kept)
    empty = ask(api, "store", "info", **kept)

    assert api.url in info.stdout
    assert "sound" in verify.stdout
    assert erase.returncode == 0
    assert "Removed 1 copies" in erase.stdout
    assert again.returncode == 0
    assert lead not in set(pd.read_csv(tmp_path / "out" / "leads.csv")["leadId"])
    assert "Removed 2 windows" in prune.stdout
    assert "windows        0" in empty.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
@pytest.mark.slow
def test_a_watching_sync_outlives_an_api_out_of_reach(tmp_path):
    """What is missing is told, and fetched the next time."""
    command = [sys.executable, "-u", "-m", "leads_excel", "sync", "--since", "TODAY", "--watch", "0.05"]
    with SandboxServer(Sandbox(now=lambda: NOW), faults=Faults(every=1, kinds=("503",))) as api:
        variables = {
            "LEADS_EXCEL_ENVIRONMENT": "test",
            "LEADS_EXCEL_BASE_URL": api.url,
            "LEADS_EXCEL_ATTEMPTS": "1",
            "LEADS_EXCEL_STORE": str(tmp_path / "leads.sqlite"),
        }
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with programs.started(command, **pipes, env={**os.environ, **variables}) as process:
            first = process.stdout.readline()
            api.faults = Faults()
            second = process.stdout.readline()
            process.send_signal(signal.SIGINT)
            told = process.communicate(timeout=20)[1]

    assert ", 1 missing" in first
    assert ": 1 windows fetched" in second
    assert "leads-excel: 1 window is missing" in told
