"""`--watch`: rounds that are runs of their own, with the time in front of each line."""

import json
import re

import platformdirs
import pytest

from leads_excel.cli.running import watching
from leads_excel.cli.running.exit_codes import complain, say
from leads_excel.exceptions import ApiUnavailableError, DateError
from leads_excel.log.runs import last_run, logged, note_result

STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d "


@pytest.fixture(autouse=True)
def _three_rounds(monkeypatch):
    monkeypatch.setattr(watching, "rounds", lambda _minutes: range(3))


def events():
    folder = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
    lines = [json.loads(line) for path in folder.glob("*.log") for line in path.read_text().splitlines()]
    return [(line["event"], line.get("exit_code"), line.get("result"), line.get("since")) for line in lines]


def test_each_line_of_a_round_has_its_time(capsys):
    """On either stream; a command that is run once has none."""

    def work():
        say("3 leads")
        complain("but one window is missing")
        return 0

    watching.watched(1.0, work)
    rounds = capsys.readouterr()
    watching.watched(None, work)
    once = capsys.readouterr()

    assert re.fullmatch(rf"({STAMP}3 leads\n){{3}}", rounds.out)
    assert re.fullmatch(rf"({STAMP}leads-excel: but one window is missing\n){{3}}", rounds.err)
    assert (once.out, once.err) == ("3 leads\n", "leads-excel: but one window is missing\n")


def test_each_round_is_a_run_in_the_log():
    """With what was asked for, and its own result and exit code."""
    codes = iter((0, 4, 0))

    def work():
        code = next(codes)
        note_result(f"code {code}")
        return code

    with logged("sync") as run:
        run.begin({"since": "-2D"})
        assert watching.watched(1.0, work) == 0
        run.end(130, "stopped")

    assert events() == [
        *(("began", None, None, "-2D"), ("ended", 0, "code 0", None)),
        *(("began", None, None, "-2D"), ("ended", 4, "code 4", None)),
        *(("began", None, None, "-2D"), ("ended", 0, "code 0", None)),
    ]
    assert last_run("sync").result == "code 0"


def test_a_failure_of_a_later_round_is_told_and_the_next_begins(capsys):
    """A sign-in that expired, a store that cannot be used: somebody mends it meanwhile."""
    done = []

    def work():
        done.append(1)
        if len(done) == 2:
            raise ApiUnavailableError("The API is out of reach.")
        return 0

    with logged("sync") as run:
        run.begin({})
        assert watching.watched(1.0, work) == 0

    assert len(done) == 3
    assert "The API is out of reach." in capsys.readouterr().err
    assert [event[:3] for event in events()][2:4] == [("began", None, None), ("ended", 4, "The API is out of reach.")]


def test_a_mistake_in_the_call_ends_it_at_once():
    """It would be the same in each round."""

    def work():
        raise DateError("never is not a date.")

    with pytest.raises(DateError):
        watching.watched(1.0, work)
