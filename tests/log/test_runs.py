"""Runs: in the log from beginning to end, and the last one of its kind kept."""

import json
import logging
import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import platformdirs
import pytest

from leads_excel.log.events import LOGGER, tell
from leads_excel.log.runs import LastRun, last_run, logged, note_result, record

RIYADH = ZoneInfo("Asia/Riyadh")
BEGAN = datetime(2026, 11, 30, 3, 30, tzinfo=UTC)


def lines():
    """Read everything that was logged."""
    folder = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
    return [json.loads(line) for path in sorted(folder.glob("*.log")) for line in path.read_text("utf-8").splitlines()]


def test_a_run_is_logged_and_kept():
    """What it was asked for, what happened, how it ended; `status` reads the end of it."""
    with logged("sync") as run:
        run.begin({"since": "-30D"})
        tell("fetched", {"leads": 5})
        note_result("5 leads")
        run.end(0)

    began, fetched, ended = lines()
    assert (began["event"], began["since"], fetched["leads"]) == ("began", "-30D", 5)
    assert (ended["exit_code"], ended["result"]) == (0, "5 leads")
    assert len({line["run"] for line in lines()}) == 1
    kept = last_run("sync")
    assert (kept.command, kept.exit_code, kept.result) == ("sync", 0, "5 leads")
    assert kept.began <= kept.ended <= datetime.now(UTC)
    assert last_run("refresh") is None


def test_a_run_that_is_cut_off_is_known():
    """A power cut: it began, and nothing says that it ended."""
    with logged("refresh") as run:
        run.begin({})
        kept = last_run("refresh")

    assert kept.ended is None
    assert "not ended" in kept.in_words(RIYADH, datetime.now(UTC))


def test_when_all_was_done_last_is_known_after_a_failure():
    """So that somebody can be told that it was long ago."""
    for code in (0, 4, None):
        with logged("sync") as run:
            run.begin({})
            if code is not None:
                run.end(code)
        last = last_run("sync")
        done = last.began if code == 0 else done  # noqa: F821 - the first has it

        assert last.done == done


def test_a_run_ends_once():
    """A round of `--watch` that ended is not ended again by Ctrl-C."""
    with logged("sync") as run:
        for _ in range(2):
            run.begin({})
            run.end(4, "the API is out of reach")
        run.end(130, "stopped")

    assert [line["event"] for line in lines()] == ["began", "ended"] * 2
    assert last_run("sync").exit_code == 4


def test_a_command_nobody_waits_for_is_logged_only():
    """`status` itself."""
    with logged("status") as run:
        run.begin({})
        run.end(0)

    assert len(lines()) == 2
    assert list(platformdirs.user_state_path("leads-excel", appauthor=False).glob("*.json")) == []


def test_settings_that_cannot_be_used_are_logged_too(monkeypatch):
    """The log is where somebody will look for why nothing was done."""
    monkeypatch.setenv("LEADS_EXCEL_TIMEOUT", "soon")

    with logged("sync") as run:
        run.begin({})
        run.end(2, "The variable LEADS_EXCEL_TIMEOUT cannot be used.")

    assert lines()[-1]["exit_code"] == 2


@pytest.mark.parametrize(
    ("name", "value", "names"),
    [("LOG", "none", []), ("LOG", "{tmp}/mine", ["mine"]), ("LOG_FORMAT", "text", [])],
)
def test_the_settings_say_where_and_how(tmp_path, monkeypatch, name, value, names):
    """Another folder, words, or none at all."""
    monkeypatch.setenv(f"LEADS_EXCEL_{name}", value.format(tmp=tmp_path))

    with logged("sync") as run:
        run.begin({})

    assert [path.name for path in tmp_path.iterdir()] == names
    own = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
    texts = [path.read_text() for path in own.glob("*")] if own.exists() else []
    assert len(texts) == (name == "LOG_FORMAT")
    assert all("sync began: version" in text for text in texts)


def test_the_settings_say_how_far_the_log_goes_back(monkeypatch):
    """Thirty days, or as many as are set."""
    folder = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
    folder.mkdir(parents=True)
    names = [f"leads-excel-{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}.log" for days in (40, 20, 5)]
    for name in names:
        (folder / name).write_text("x")

    for days, kept in ((None, names[1:]), ("10", names[2:])):
        if days:
            monkeypatch.setenv("LEADS_EXCEL_LOG_DAYS", days)
        with logged("sync") as run:
            run.begin({})
        assert sorted(path.name for path in folder.iterdir())[:-1] == kept


def test_only_verbose_runs_log_each_request():
    """A line a request is too much for every day."""
    for verbose in (False, True):
        with logged("sync", verbose=verbose):
            tell("answered", {"verbose": verbose}, level=logging.DEBUG)

    assert [line["verbose"] for line in lines()] == [True]


def test_nothing_is_logged_after_a_run():
    """The log is closed, and the logger as it was."""
    before = (LOGGER.level, list(LOGGER.handlers))
    with logged("sync"):
        pass
    tell("fetched", {})

    assert (LOGGER.level, LOGGER.handlers) == before
    assert lines() == []


def test_what_was_kept_of_a_run_may_be_damaged():
    """A file cut in the middle is no run."""
    path = platformdirs.user_state_path("leads-excel", appauthor=False) / "last-sync.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    for text in ('{"command": "sync", "began": "2026-', "[]", '{"command": "sync"}', '{"began": 5, "ended": 1}', "\0"):
        path.write_text(text)
        assert last_run("sync") is None, text


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path, monkeypatch):
    """Where even the state folder is missing."""
    (tmp_path / "file").write_text("x")
    for variable in ("XDG_STATE_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA", "HOME"):
        monkeypatch.setenv(variable, os.fspath(tmp_path / "file"))

    with logged("sync") as run:
        run.begin({})
        run.end(0)

    assert run.trouble


@pytest.mark.parametrize(
    ("age", "run", "told"),
    [
        (timedelta(minutes=200), (0, "3 leads"), "3 hours ago: done after 4 seconds. 3 leads"),
        (timedelta(days=3), (4, "out of reach."), "3 days ago: exit code 4 after 4 seconds. out of reach"),
        (timedelta(seconds=90), (0, ""), "90 seconds ago: done after 4 seconds"),
    ],
)
def test_a_run_is_told_in_a_line(age, run, told):
    """When by the clock of the business, how long ago, how it ended."""
    kept = LastRun("sync", BEGAN, BEGAN + timedelta(seconds=4), *run)

    assert kept.in_words(RIYADH, BEGAN + age) == f"2026-11-30 06:30, {told}"
    assert kept.facts(RIYADH, BEGAN + age)["age_minutes"] == age.total_seconds() // 60
    assert kept.facts(RIYADH, BEGAN + age)["began"] == "2026-11-30T06:30:00+03:00"


def test_what_has_to_be_logged_is_logged_without_a_run():
    """A line of its own, once; within a run it is one of that run's."""
    assert record("contacts", "contacts taken", {"rows": 5}) is None
    with logged("sync"):
        assert record("contacts", "contacts taken", {"rows": 6}) is None
    tell("fetched", {"leads": 7})

    assert [(line["command"], line["event"], line["rows"]) for line in lines()] == [
        ("contacts", "contacts taken", 5),
        ("sync", "contacts taken", 6),
    ]


def test_what_has_to_be_logged_and_cannot_be_says_why(monkeypatch, tmp_path):
    """A log that is a file is no folder; one that is switched off has nothing to say."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LEADS_EXCEL_LOG", str(tmp_path / "file"))
    assert record("contacts", "contacts taken", {})

    monkeypatch.setenv("LEADS_EXCEL_LOG", "none")
    assert record("contacts", "contacts taken", {}) is None
