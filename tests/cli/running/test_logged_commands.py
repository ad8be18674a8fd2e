"""Every command is logged, tells more when asked, and shows examples. Each test runs the real program."""

import json
import os
import re
import shlex
import sys
from importlib.metadata import version
from pathlib import Path

import page_tables
import platformdirs
import programs
import pytest
from commands import NOW, ask, run
from manual import TEXTS, blocks, sections

from leads_excel.cli.running.logged_commands import asked
from leads_excel.sandbox import Faults, Sandbox, SandboxServer, SignIn

EXAMPLES = {
    name: [shlex.split(line) for block in blocks(section, "sh") for line in block.splitlines()]
    for name, section in sections(TEXTS["commands"]).items()
}


def log():
    """Read what was logged, in order."""
    folder = platformdirs.user_state_path("leads-excel", appauthor=False) / "log"
    return [json.loads(line) for path in sorted(folder.glob("*.log")) for line in path.read_text("utf-8").splitlines()]


def ends():
    """List how commands ended: their names and exit codes."""
    return [(line["command"], line["exit_code"]) for line in log() if line["event"] == "ended"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, _ in page_tables.commands()])
def test_help_ends_with_the_examples_of_the_manual(name):
    """Each as it stands there, a line each."""
    done = run(*name.split(), "--help")

    told = done.stdout.partition("Examples:\n")[2].splitlines()
    assert [shlex.split(line) for line in told if line.strip()] == EXAMPLES[name]


def test_the_version_is_told():
    """As every program does."""
    done = run("--version")

    assert re.fullmatch(r"leads-excel \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="there the program runs as python -m, which no shell completes")
def test_a_shell_can_complete_commands():
    """What `--install-completion` installs is there."""
    done = run(_LEADS_EXCEL_COMPLETE="complete_bash", COMP_WORDS="leads-excel re", COMP_CWORD="1")

    assert done.stdout.split() == ["refresh", "report"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("new", "a.xlsx"), 0),
        (("refresh", "none.xlsx"), 6),
        (("fetch", "--from", "2026-11-19", "--out", "x.xlsx"), 0),
        (("fetch", "--from", "never", "--out", "x.xlsx"), 2),
        (("report", "--from", "2026-11-19", "--out", "x.html"), 0),
        (("export", "lake", "--from", "2026-11"), 0),
        (("sync", "--since", "2026-11-19"), 0),
        (("store", "info"), 0),
        (("store", "verify"), 0),
        (("store", "prune", "--older-than", "-90D"), 0),
        (("login", "prd"), 2),
        (("logout", "test"), 0),
        (("status",), 0),
        (("help", "log"), 0),
        (("help", "nothing"), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_a_command_is_logged_to_its_end(api, tmp_path, words, code):
    """That it began, with which version, and its exit code."""
    done = ask(api, *words, cwd=tmp_path)

    assert done.returncode == code, done.stderr
    began, *_, ended = log()
    name = " ".join(words[:2]) if words[0] == "store" else words[0]
    assert (began["command"], began["event"], began["version"]) == (name, "began", version("leads-excel"))
    assert (ended["event"], ended["exit_code"]) == ("ended", code)
    if code:
        assert ended["result"].rpartition(": There")[2].replace("~", str(Path.home())) in done.stderr
        assert ended["level"] == "error"


@pytest.mark.slow
def test_what_a_morning_did_can_be_read(api, tmp_path):
    """Windows, requests, leads, workbooks, seconds; and `status` tells the last runs."""
    ask(api, "new", "report.xlsx", cwd=tmp_path)
    api.faults = Faults(every=3, kinds=("503",))
    ask(api, "sync", "--since", "2026-11-14")
    api.faults = Faults()
    done = ask(api, "refresh", "report.xlsx", "nothing.xlsx", "--from", "2026-11-14", cwd=tmp_path)

    events = {(line["command"], line["event"]): line for line in log()}
    fetched = events["sync", "fetched"]
    assert (fetched["from_api"], fetched["missing"]) == (fetched["windows"], 0)
    assert fetched["requests"] > fetched["windows"] > 6
    assert events["sync", "answered"]["retries"] >= 1
    assert events["sync", "ended"]["result"].startswith("2026-11-14 to ")
    assert events["refresh", "began"]["workbooks"] == ["report.xlsx", "nothing.xlsx"]
    assert events["refresh", "refreshed"]["leads"] > 5
    assert events["refresh", "not refreshed"]["workbook"] == "nothing.xlsx"
    assert done.returncode == 6
    status = ask(api, "status").stdout
    assert re.search(r"last sync +\d.* ago: done after .* windows fetched", status)
    assert re.search(r"last refresh +\d.* ago: exit code 6 .*1 workbook refreshed, 1 not. nothing.xlsx: ", status)
    told = json.loads(ask(api, "status", "--json").stdout)
    assert (told["last_refresh"]["exit_code"], told["last_sync"]["exit_code"]) == (6, 0)


@pytest.mark.slow
def test_windows_that_are_missing_are_logged(api):
    """Each with its reason."""
    api.faults = Faults(every=1, kinds=("503",))

    done = ask(api, "sync", "--since", "TODAY", LEADS_EXCEL_ATTEMPTS="1")

    assert done.returncode == 4
    (missing,) = [line for line in log() if line["event"] == "missing"]
    assert (missing["window"], missing["level"]) == (missing["at"][:10], "warning")
    assert "503" in missing["reason"]
    assert ends() == [("sync", 4)]


@pytest.mark.slow
def test_verbose_shows_and_logs_each_request(api, tmp_path):
    """On standard error, in words, and in the log."""
    quiet = ask(api, "fetch", "--from", "2026-11-19", "--out", "a.json", cwd=tmp_path)
    done = ask(api, "fetch", "--from", "2026-11-19", "--out", "b.json", "-v", cwd=tmp_path)

    assert "answered: asked 2026-11-19" in done.stderr
    assert "ended: exit code 0" in done.stderr
    assert "began" not in quiet.stderr
    assert [line["event"] for line in log()].count("answered") == 1


def test_the_log_goes_where_it_is_told(tmp_path):
    """`--log FILE`, for one command."""
    done = run("status", "--log", "my.log", cwd=tmp_path)

    assert done.returncode == 0
    assert [json.loads(line)["event"] for line in (tmp_path / "my.log").read_text().splitlines()] == ["began", "ended"]
    assert log() == []


def test_a_log_that_cannot_be_written_is_told_and_stops_nothing(tmp_path):
    """The command does what it does, and says why the log lacks it."""
    done = run("new", "a.xlsx", "--log", str(tmp_path / "nowhere" / "my.log"), cwd=tmp_path)

    assert done.returncode == 0
    assert (tmp_path / "a.xlsx").exists()
    assert done.stderr.startswith("leads-excel: The log cannot be written (No such file or directory)")


@pytest.mark.slow
def test_an_error_nobody_foresaw_is_one_line(tmp_path):
    """Without the data it is about; the log says where it happened."""
    (tmp_path / "sitecustomize.py").write_text(
        "import leads_excel.doctor.checks as checks\n"
        "def examine(): raise KeyError('ahmed.ali@example.com')\n"
        "checks.examine = examine\n"
    )
    code = "import sitecustomize, sys; sys.argv = ['leads-excel', 'doctor']; from leads_excel.cli import main; main()"
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = programs.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path})

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "leads-excel: Unexpected KeyError in sitecustomize.py:2: run 'leads-excel doctor' and report it."
    ]
    unexpected, ended = log()[-2:]
    assert unexpected["trace"][-1] == "sitecustomize.py:2 examine"
    assert ended["exit_code"] == 1
    assert "ahmed" not in json.dumps(log())


@pytest.mark.slow
def test_neither_secrets_nor_personal_data_reach_the_log(tmp_path):
    """Whatever is fetched, written, looked for and mistyped, with everything logged that can be."""
    secret = "s3cret-t0ken"
    with SandboxServer(Sandbox(leads_per_day=6, now=lambda: NOW, sign_in=SignIn.bearer(secret))) as api:
        told = {"LEADS_EXCEL_TOKEN": secret, "cwd": tmp_path}
        for words in (
            ("fetch", "--from", "2026-11-10", "--to", "2026-11-19", "--out", "all.json"),
            ("fetch", "--from", "ahmed.ali@example.com", "--out", "x.json"),
            ("fetch", "--from", "0501234567", "--out", "x.json"),
            ("fetch", "--from", "2026-11-19", "--lead-id", "987654", "--out", "x.json"),
            ("sync", "--since", "2026-11-10"),
            ("new", "report.xlsx"),
            ("refresh", "report.xlsx", "--from", "2026-11-10"),
            ("report", "--from", "2026-11-10", "--out", "x.html"),
            ("store", "erase", "--lead", "987654"),
            ("export", "memory://user:hunter2@bucket/lake", "--from", "2026-11"),
            ("doctor",),
        ):
            ask(api, *words, "-v", **told)
            ask(api, *words, "-v", **{**told, "LEADS_EXCEL_TOKEN": "wrong-t0ken"})

    text = json.dumps(log(), ensure_ascii=False)
    assert len(log()) > 50
    bulks = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    leads = [lead for bulk in bulks for lead in bulk["leads"]]
    names = ("firstName", "lastName", "email", "phoneNumber", "leadExternalId", "nationalId")
    personal = {str(lead.get(name)) for lead in leads for name in names if len(str(lead.get(name) or "")) > 4}
    assert len(personal) > 100
    assert [value for value in personal if value in text] == []
    for value in (secret, "wrong-t0ken", "ahmed", "0501234567", "987654", "hunter2"):
        assert value not in text, value


def test_what_was_asked_for_is_logged_as_far_as_it_may_be():
    """Dates, numbers and names of files, no lead, no place."""
    given = {
        "from_": "-30D",
        "to": None,
        "lead_id": 574,
        "source": 3,
        "reload": True,
        "keep_gone": False,
        "workbooks": [Path("/home/ahmed/a.xlsx"), Path("b.xlsx")],
        "target": "s3://key:secret@bucket",
        "phone": "+966501234567",
    }

    assert asked(given) == {
        "from": "-30D",
        "lead_id": "•••",
        "source": 3,
        "reload": True,
        "workbooks": ["a.xlsx", "b.xlsx"],
    }
