"""`check`. Each test runs the real program."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from commands import ask

from leads_excel.checks.rules import parse
from leads_excel.cli import check
from leads_excel.fetching import session
from leads_excel.sandbox import Faults
from leads_excel.settings.model import Settings

FEW = ("--from", "2026-11-10", "--to", "2026-11-14")


def test_a_line_for_each_rule_and_an_exit_code(api):
    """Those of a file too; 7 when one is broken."""
    done = ask(api, "check", "leads > 0", "leads > 1000000", "leads[source=987654] > 0", *FEW)

    lines = done.stdout.splitlines()
    assert [line[:4] for line in lines] == ["NOT ", "ok  ", "ok  "]
    assert done.returncode == 7
    assert ask(api, "check", "leads > 1000000", *FEW).returncode == 0


def test_rules_stand_in_a_file(api, tmp_path):
    """With remarks, from Notepad."""
    (tmp_path / "morning.txt").write_text("# every morning\n\nleads > 0  # too many\nleads > 1000000\n", "utf-8-sig")

    done = ask(api, "check", "--rules", "morning.txt", *FEW, cwd=tmp_path)

    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["NOT leads > 0", "ok  leads > 1000000"]


def test_programs_get_json(api):
    """Rule, state, value, limit."""
    done = ask(api, "check", "leads > 1000000", "--json", *FEW)

    (told,) = json.loads(done.stdout)
    assert (told["rule"], told["state"], told["limit"]) == ("leads > 1000000", "ok", 1_000_000)
    assert told["value"] > 5


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "nothing to check"),
        (("leads",), "cannot be read"),
        (("leads > 1", "--rules", "nowhere.txt"), "nowhere.txt cannot be read"),
        (("leads > 1", "--notify", "boss"), "Whom to notify is unclear"),
        (("leads > 1", "--notify", "mailto:a@b.c"), "LEADS_EXCEL_MAIL_SERVER"),
        (("leads < previous", "--from", "TODAY"), "today is not over"),
        (("leads > 1", "--from", "never"), "never"),
    ],
)
def test_what_cannot_be_checked_says_why(api, words, says):
    """Exit code 2, and nothing is asked of the API."""
    done = ask(api, "check", *words)

    assert done.returncode == 2
    assert says in done.stderr
    assert api.log == []


@pytest.mark.slow
@pytest.mark.parametrize("broken", [True, False], ids=["a rule is broken", "the API is out of reach"])
def test_whoever_is_to_know_is_told(api, broken):
    """By the address in the settings, which no output shows; that nobody could be reached is told here."""
    if not broken:
        api.faults = Faults(every=1, kinds=("503",))

    done = ask(api, "check", "leads > 0", *FEW, LEADS_EXCEL_NOTIFY=f"{api.url}/s3cret", LEADS_EXCEL_ATTEMPTS="1")

    assert done.returncode == (7 if broken else 4)
    assert any(call.method == "POST" and call.path.endswith("/s3cret") for call in api.log)
    assert "was not told" in done.stderr
    assert "s3cret" not in done.stderr + done.stdout


@pytest.mark.slow
def test_a_morning_that_did_not_happen_is_noticed(api):
    """`sync_age` is that of the last sync that did all it was to do."""
    never = ask(api, "check", "sync_age > 1h", *FEW)
    ask(api, "sync", "--since", "2026-11-14")
    now = ask(api, "check", "sync_age > 1h", *FEW)

    assert (never.returncode, now.returncode) == (7, 0)
    assert "never" in never.stdout


def test_numbers_of_an_api_out_of_reach_are_told_as_old(api, capsys, monkeypatch):
    """The store answers three hours later, and one is told."""
    settings = Settings(environment="test", base_url=api.url, ttl=0, attempts=1)
    rules = [parse("leads > 1000000")]

    check._examined(rules, ("TODAY", None), settings)
    fresh = capsys.readouterr().err
    api.faults = Faults(every=1, kinds=("503",))
    later = partial(session.Session, now=lambda: datetime.now(UTC) + timedelta(hours=3))
    monkeypatch.setattr(session, "Session", later)
    (verdict,) = check._examined(rules, ("TODAY", None), settings)
    session.use(None)

    assert fresh == ""
    assert verdict.state == "ok"
    assert capsys.readouterr().err == "leads-excel: The API was out of reach: the numbers are 180 minutes old.\n"
