"""Commands that would take thousands of requests ask first, take `--yes`, and end where nobody can be asked."""

import os
import sys

import programs
import pytest
from commands import NOW, ask

from leads_excel.sandbox import Sandbox, SandboxServer

LONG = "2026-08-01"
COMMANDS = {
    "fetch, a workbook": ("fetch", "--from", LONG, "--to", "2026-08-20", "--out", "leads.xlsx"),
    "fetch, as it came": ("fetch", "--from", LONG, "--to", "2026-08-20", "--out", "-"),
    "export": ("export", "months", "--from", "2026-07", "--to", LONG),
    "report": ("report", "--out", "page.html", "--from", LONG, "--to", "2026-08-20"),
    "refresh": ("refresh", "report.xlsx", "--from", LONG, "--to", "2026-08-20"),
    "sync": ("sync", "--since", LONG),
    "check": ("check", "leads > 1000000", "--from", LONG, "--to", "2026-08-20"),
}


@pytest.fixture
def api():
    """Serve a DMS."""
    with SandboxServer(Sandbox(leads_per_day=2, now=lambda: NOW)) as running:
        yield running


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_asks_nothing_before_somebody_says_yes(api, tmp_path, monkeypatch, command):
    """It ends with what to add; with `--yes` it does what it is told."""
    monkeypatch.chdir(tmp_path)
    ask(api, "new", "report.xlsx")
    before = (tmp_path / "report.xlsx").read_bytes()
    variables = {"LEADS_EXCEL_MAX_DAYS": "10", "LEADS_EXCEL_STORE": str(tmp_path / "leads.sqlite")}

    refused = ask(api, *COMMANDS[command], **variables)
    asked = len(api.log)
    done = ask(api, *COMMANDS[command], "--yes", **variables)

    assert refused.returncode == 2, refused.stderr
    assert "requests to the API: name fewer days, or add --yes." in refused.stderr
    assert asked == 0
    assert done.returncode == 0, done.stderr
    assert len(api.log) > 2
    assert (command == "refresh") == (before != (tmp_path / "report.xlsx").read_bytes())


def test_the_months_of_an_export_count_together(api, tmp_path):
    """Each alone would pass: nothing is written before somebody has said yes to all of them."""
    done = ask(api, "export", str(tmp_path / "lake"), "--from", "2026-07", "--to", LONG, LEADS_EXCEL_MAX_DAYS="40")

    assert done.returncode == 2, done.stderr
    assert "2026-07-01 to 2026-08-31 takes " in done.stderr
    assert (api.log, (tmp_path / "lake").exists()) == ([], False)


def test_a_week_needs_no_yes(api, tmp_path):
    """As everything that people do every day."""
    done = ask(api, "fetch", "--from", "-7D", "--out", str(tmp_path / "leads.xlsx"), LEADS_EXCEL_MAX_DAYS="10")

    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize(("typed", "code", "requests"), [("y", 0, 4), ("n", 2, 0), ("", 2, 0)])
def test_who_sits_at_the_terminal_is_asked(api, tmp_path, typed, code, requests):
    """What is typed there decides; Enter alone is no."""
    variables = {
        "LEADS_EXCEL_ENVIRONMENT": "test",
        "LEADS_EXCEL_BASE_URL": api.url,
        "LEADS_EXCEL_STORE": "none",
        "LEADS_EXCEL_MAX_DAYS": "10",
    }
    command = [sys.executable, "-m", "leads_excel", "fetch", "--from", LONG, "--to", "2026-08-20", "--out", "out.json"]
    ours, theirs = os.openpty()
    os.write(ours, f"{typed}\n".encode())
    try:
        done = programs.run(command, stdin=theirs, cwd=tmp_path, env={**os.environ, **variables})
    finally:
        os.close(ours)
        os.close(theirs)

    assert "2026-08-01 to 2026-08-20 takes 4 requests to the API. Go on? [y/N]" in done.stderr
    assert done.returncode == code, done.stderr
    assert len(api.log) == requests
    assert (tmp_path / "out.json").exists() == (code == 0)
