"""The command line: what it prints where, and its exit codes. Each test runs the real program."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import entry_points

import openpyxl
import pandas as pd
import programs
import pytest
from commands import run_command

from leads_excel.dates.typed_dates import to_days
from leads_excel.sandbox import Faults, Sandbox, SandboxServer, SignIn
from leads_excel.settings.model import Settings
from leads_excel.windows.week_grid import split

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def run(*arguments, stdin=None, **variables):
    return run_command(arguments, {**os.environ, **variables}, stdin)


@pytest.fixture
def api():
    with SandboxServer(Sandbox(leads_per_day=6, now=lambda: NOW)) as running:
        yield running


def ask(api, *arguments, **variables):
    return run(
        *arguments,
        LEADS_EXCEL_ENVIRONMENT="test",
        LEADS_EXCEL_BASE_URL=api.url,
        LEADS_EXCEL_BACKOFF="0.01",
        **variables,
    )


def test_the_program_is_installed_under_its_name():
    """`leads-excel` and `python -m leads_excel` are the same program."""
    (script,) = entry_points(group="console_scripts", name="leads-excel")

    assert script.value == "leads_excel.cli:main"


def test_help_does_not_load_pandas():
    """Help is there at once: neither pandas, httpx, xlwings nor openpyxl is imported for it."""
    show_help = "from leads_excel.cli.app import app; app(['-h'], standalone_mode=False)"
    code = f"import sys; {show_help}; print(sorted(sys.modules))"
    printed = programs.printed_by(code)

    assert not {"'pandas'", "'httpx'", "'xlwings'", "'openpyxl'", "'pydantic'"} & set(
        printed.splitlines()[-1].strip("[]").split(", ")
    )


def test_csv_is_written_to_a_folder(api, tmp_path):
    """A folder gets one CSV for each table; the summary is on standard output."""
    done = ask(api, "fetch", "--from", "2026-10", "--out", str(tmp_path / "october"))

    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "october").iterdir()) == [
        "bulks.csv", "errors.csv", "leads.csv", "vehicles.csv",
    ]  # fmt: skip
    leads = pd.read_csv(tmp_path / "october" / "leads.csv", dtype=str)
    summary, path = done.stdout.splitlines()
    assert summary.startswith("2026-10-01 to 2026-10-31: ")
    assert f"{len(leads):,} leads" in summary
    assert "5 windows" in summary
    assert path == str(tmp_path / "october")


def test_parquet_is_written_on_demand(api, tmp_path):
    """`--format parquet` changes what a folder holds."""
    done = ask(api, "fetch", "--from", "2026-10-01", "--out", str(tmp_path), "--format", "parquet")

    assert done.returncode == 0, done.stderr
    assert pd.read_parquet(tmp_path / "leads.parquet")["leadExternalId"].is_unique


def test_export_writes_months_and_tells_their_rows(api, tmp_path):
    """One line per month with the rows of its files, under the filters asked for."""
    done = ask(api, "export", str(tmp_path), "--from", "2026-09-20", "--to", "2026-10-03", "--source", "3")

    assert done.returncode == 0, done.stderr
    september, october, summary = done.stdout.splitlines()
    leads = pd.read_parquet(tmp_path / "leads" / "month=2026-09")
    assert september.startswith(f"2026-09: {len(leads):,} leads, ")
    assert october.startswith("2026-10: ")
    assert summary.startswith("2 months, ")
    assert len(leads["source"].unique()) == 1


def test_a_report_is_one_page_for_the_range(api, tmp_path):
    """The file is named on standard output, and is about the days and filters asked for."""
    done = ask(api, "report", "--from", "2026-10", "--source", "3", "--out", str(tmp_path / "october.html"))

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "october.html")
    assert "2026-10-01 to 2026-10-31, source 3" in (tmp_path / "october.html").read_text(encoding="utf-8")


def test_json_holds_the_bulks_as_received(api, tmp_path):
    """A .json file is one array of the bulks, each as the API sent it."""
    out = tmp_path / "bulks.json"
    done = ask(api, "fetch", "--from", "2026-10", "--out", str(out))

    assert done.returncode == 0, done.stderr
    bulks = json.loads(out.read_bytes())
    assert all(next(iter(bulk)) == "leads" for bulk in bulks)
    stamps = [bulk["createdDate"] for bulk in bulks]
    assert stamps == sorted(stamps)


def test_json_goes_to_standard_output_for_a_dash(api):
    """`--out -` prints the JSON and nothing else, so that it can be piped."""
    done = ask(api, "fetch", "--from", "2026-10-01", "--out", "-")

    assert isinstance(json.loads(done.stdout), list)


def test_a_workbook_holds_the_leads(api, tmp_path):
    """A .xlsx gets the rows of all tables."""
    out = tmp_path / "october.xlsx"
    done = ask(api, "fetch", "--from", "2026-10", "--out", str(out))

    assert done.returncode == 0, done.stderr
    book = openpyxl.load_workbook(out)
    assert {"Leads", "Vehicles", "Errors"} <= set(book.sheetnames)
    assert book["Leads"].tables["leads"].ref.startswith("A")


def test_filters_are_sent(api, tmp_path):
    """--lead-id, --source and --sub-source reach the API."""
    filters = ("--lead-id", "7", "--source", "1", "--sub-source", "2")
    ask(api, "fetch", "--from", "2026-10-01", *filters, "--out", str(tmp_path))

    sent = api.log[0].parameters
    assert (sent["leadId"], sent["source"], sent["subSource"]) == ("7", "1", "2")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("fetch", "--from", "03/04/2026", "--out", "x"), "2026-04-03"),
        (("fetch", "--from", "2026-10-05", "--to", "2026-10-01", "--out", "x"), "leads-excel: "),
        (("fetch", "--id", "5", "--from", "-7D", "--out", "x"), "--id comes alone"),
        (("fetch", "--from", "-7D", "--out", "x.pdf"), "x.pdf"),
        (("fetch", "--from", "-7D"), "--out"),
        (("report", "--from", "-7D", "--out", "x.docx"), "x.docx is no report"),
        (("export", "nowhere://bucket/x", "--from", "-7D"), "The target nowhere:// cannot be used"),
        (("fetch", "--from", "-7D", "--out", "x", "--source", "-3"), "source"),
        (("sandbox", "--port", "70000"), "--port"),
        (("sandbox", "--leads-per-day", "-1"), "--leads-per-day"),
        (("store", "erase", "--lead", str(10**20)), "lead must be a whole number"),
        (("nonsense",), "nonsense"),
    ],
)
def test_wrong_arguments_are_exit_code_2(api, arguments, says, tmp_path, monkeypatch):
    """A wrong argument is one line on standard error that says what to do; nothing is written."""
    monkeypatch.chdir(tmp_path)

    done = ask(api, *arguments)

    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert api.log == []


def test_one_is_not_counted_as_several(api, tmp_path):
    """One window, one month."""
    fetched = ask(api, "fetch", "--from", "2026-10-05", "--out", str(tmp_path))
    exported = ask(api, "export", str(tmp_path), "--from", "2026-10")

    assert ", 1 window, " in fetched.stdout
    assert "\n1 month, " in exported.stdout


@pytest.mark.parametrize("name", ["leads.json", "leads.html"])
def test_a_folder_is_not_replaced_by_a_file(api, tmp_path, name):
    """A target that is a folder already is one line, and exit code 6."""
    (tmp_path / name).mkdir()
    command = "fetch" if name.endswith("json") else "report"

    done = ask(api, command, "--from", "2026-10-05", "--out", str(tmp_path / name))

    assert done.returncode == 6
    assert done.stderr.strip().splitlines()[-1].startswith(f"leads-excel: {name} cannot be written: ")


@pytest.mark.parametrize("options", [("x.json",), ("x",), ("x", "--format", "parquet"), ("x.xlsx",)])
def test_a_target_that_cannot_be_written_is_exit_code_6(api, tmp_path, options):
    """A folder that cannot be is one line that names it."""
    (tmp_path / "file").touch()

    done = ask(api, "fetch", "--from", "2026-10-01", "--out", str(tmp_path / "file" / options[0]), *options[1:])

    assert done.returncode == 6
    assert done.stderr.strip().splitlines()[-1].startswith(f"leads-excel: The folder {tmp_path / 'file'}")
    assert "Traceback" not in done.stderr


def test_wrong_settings_are_exit_code_2():
    """A setting that cannot be used is named."""
    done = run("status", LEADS_EXCEL_CONCURRENCY="many")

    assert done.returncode == 2
    assert "LEADS_EXCEL_CONCURRENCY" in done.stderr


def test_a_refused_sign_in_is_exit_code_3(tmp_path):
    """401 is exit code 3, and the token stays out of the message."""
    with SandboxServer(Sandbox(sign_in=SignIn.bearer("right"))) as api:
        done = ask(api, "fetch", "--from", "-7D", "--out", str(tmp_path), LEADS_EXCEL_TOKEN="wrong-token")

    assert done.returncode == 3
    assert "wrong-token" not in done.stderr + done.stdout


def test_an_api_out_of_reach_is_exit_code_4_and_the_missing_window_is_named(tmp_path):
    """One window that fails for good: exit code 4, that window named, and no file."""
    zone = Settings().zone
    broken = split(to_days("2026-10", zone=zone), zone)[1].from_stamp
    faults = Faults(broken_windows=frozenset({broken}))
    with SandboxServer(Sandbox(leads_per_day=6, now=lambda: NOW), faults=faults) as api:
        done = ask(api, "fetch", "--from", "2026-10", "--out", str(tmp_path / "x.json"), LEADS_EXCEL_ATTEMPTS="2")

    assert done.returncode == 4
    assert "2026-10-04 to 2026-10-10" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_answer_not_understood_is_exit_code_5(tmp_path):
    """A page for people instead of bulks, time after time: exit code 5."""
    faults = Faults(every=1, kinds=("html",))
    with SandboxServer(faults=faults) as api:
        done = ask(api, "fetch", "--from", "2026-10-01", "--out", str(tmp_path), LEADS_EXCEL_ATTEMPTS="2")

    assert done.returncode == 5


def test_the_demo_fills_a_workbook_with_a_quarter(tmp_path):
    """`demo` needs nothing: it serves, fetches over HTTP, writes, and prints counts, seconds and the path."""
    out = tmp_path / "demo.xlsx"
    done = run("demo", "--out", str(out))

    assert done.returncode == 0, done.stderr
    summary, path = done.stdout.splitlines()
    for noun in ("leads", "vehicles", "errors", "windows", "seconds"):
        assert noun in summary
    assert path == str(out)
    book = openpyxl.load_workbook(out, read_only=True)
    assert all(book[name].max_row > 100 for name in ("Leads", "Vehicles", "Errors"))


def test_the_sandbox_serves_until_ctrl_c():
    """`sandbox` prints its address, serves with the given seed and volume, and ends on Ctrl-C."""
    command = [
        sys.executable,
        "-u",
        "-m",
        "leads_excel",
        "sandbox",
        "--port",
        "0",
        "--seed",
        "7",
        "--leads-per-day",
        "3",
    ]
    with programs.started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            url = process.stdout.readline().strip()
            done = run(
                "fetch", "--from", "2025-10-01", "--to", "2025-10-07", "--out", "-",
                LEADS_EXCEL_ENVIRONMENT="test", LEADS_EXCEL_BASE_URL=url,
            )  # fmt: skip
        finally:
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
        process.wait(timeout=10)

    leads = sum(len(bulk["leads"] or ()) for bulk in json.loads(done.stdout))
    assert 5 < leads < 60
    assert process.returncode in (0, 130)


def test_a_port_that_is_taken_is_exit_code_2(api):
    """The sandbox says in one line which port it cannot have."""
    port = api.url.split(":")[2].removesuffix("/gs")

    done = run("sandbox", "--port", port)

    assert done.returncode == 2
    assert done.stderr.startswith(f"leads-excel: Port {port} cannot be used: ")


def test_status_tells_which_api_answers(api):
    """`status` names environment, address, sign-in and time zone, and no secret."""
    done = ask(api, "status", LEADS_EXCEL_TOKEN="topsecret")

    assert "test" in done.stdout
    assert api.url in done.stdout
    assert "bearer" in done.stdout
    assert "Asia/Riyadh" in done.stdout
    assert "topsecret" not in done.stdout


def test_doctor_finds_everything_well(api):
    """`doctor` shows settings with their origin, clock, keychain, the API's answer and versions, and no secret."""
    done = ask(api, "doctor", LEADS_EXCEL_TOKEN="topsecret")

    assert done.returncode == 0, done.stdout
    for text in ("timezone", "(environment)", "(default)", "UTC", "keychain", "answered in", "pandas"):
        assert text in done.stdout
    assert "topsecret" not in done.stdout + done.stderr
    assert len(api.log) == 1


def test_doctor_says_what_is_not_well(api):
    """An API out of reach is a finding marked NOT, and exit code 1."""
    api.faults = Faults(every=1, kinds=("503",))

    done = ask(api, "doctor")

    assert done.returncode == 1
    assert "NOT API" in done.stdout


@pytest.mark.parametrize(("file", "code", "says"), [("", 1, "NOT the store"), ("leads.sqlite", 0, "ok  the store")])
def test_doctor_tries_the_store(api, tmp_path, file, code, says):
    """A store that every fetch would leave out is a finding."""
    done = ask(
        api, "doctor", LEADS_EXCEL_STORE=str(tmp_path / file), PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring"
    )

    assert done.returncode == code
    assert says in done.stdout


def test_login_without_a_keychain_says_so():
    """Where the system has no keychain, login fails with one line and keeps the secret out of it."""
    done = run("login", "prod", stdin="topsecret\n", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")

    assert done.returncode == 2
    assert "keychain" in done.stderr
    assert "topsecret" not in done.stderr + done.stdout


def test_login_asks_for_no_secret_of_an_environment_that_is_none():
    """A name with a slip is refused before anything is typed."""
    done = run("login", "prd", stdin="")

    assert done.returncode == 2
    assert "Token" not in done.stderr
    assert "test" in done.stderr


def test_login_and_logout_use_the_keychain(tmp_path):
    """A token typed at the prompt signs the next command in, and logout takes it away."""
    backend = tmp_path / "filechain.py"
    backend.write_text(
        "import json, pathlib\nfrom keyring.backend import KeyringBackend\n"
        "FILE = pathlib.Path(__file__).with_name('kept.json')\n"
        "class Keyring(KeyringBackend):\n    priority = 9\n"
        "    def _all(self): return json.loads(FILE.read_text()) if FILE.exists() else {}\n"
        "    def get_password(self, service, name): return self._all().get(service + name)\n"
        "    def set_password(self, service, name, value):\n"
        "        FILE.write_text(json.dumps({**self._all(), service + name: value}))\n"
        "    def delete_password(self, service, name):\n"
        "        kept = self._all(); kept.pop(service + name); FILE.write_text(json.dumps(kept))\n",
        encoding="utf-8",
    )
    chain = {"PYTHON_KEYRING_BACKEND": "filechain.Keyring", "PYTHONPATH": str(tmp_path)}

    login = run("login", "test", stdin="sesame\n", **chain)
    with SandboxServer(Sandbox(sign_in=SignIn.bearer("sesame"))) as api:
        signed_in = ask(api, "fetch", "--from", "2026-10-01", "--out", "-", **chain)
        logout = run("logout", "test", **chain)
        signed_out = ask(api, "fetch", "--from", "2026-10-01", "--out", "-", **chain)

    assert login.returncode == 0, login.stderr
    assert signed_in.returncode == 0, signed_in.stderr
    assert logout.returncode == 0, logout.stderr
    assert signed_out.returncode == 3
    assert "sesame" not in login.stdout + login.stderr


def test_sync_knows_of_no_days_to_come(api):
    """Leads of tomorrow cannot be asked for, and no other date would have to be swapped."""
    done = ask(api, "sync", "--since", "2999-01-01")

    assert done.returncode == 2
    assert "--since 2999-01-01 is a day to come" in done.stderr
    assert len(api.log) == 0


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


def test_workbooks_are_made_and_refreshed(api, tmp_path):
    """`new`, then one `refresh` of several: fetched once, a line for each, exit code of the one that failed."""
    made = [tmp_path / "a.xlsx", tmp_path / "b.xlsm"]
    for path in made:
        assert run("new", str(path)).stdout.strip() == str(path)
    foreign = tmp_path / "foreign.xlsx"
    openpyxl.Workbook().save(foreign)

    done = ask(api, "refresh", str(made[0]), str(foreign), str(made[1]), "--from", "2026-10")

    assert done.returncode == 6
    assert len(api.log) == 5
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [str(path) for path in made]
    assert "foreign.xlsx" in done.stderr
    for path in made:
        assert openpyxl.load_workbook(path)["Leads"].max_row > 50


def test_rows_that_left_are_kept_on_demand(api, tmp_path):
    """--keep-gone leaves the rows of an earlier range in the table."""
    path = tmp_path / "report.xlsx"
    run("new", str(path))
    ask(api, "refresh", str(path), "--from", "2026-10-04")
    before = openpyxl.load_workbook(path)["Leads"].max_row

    ask(api, "refresh", str(path), "--from", "2026-10-05", "--keep-gone")

    assert openpyxl.load_workbook(path)["Leads"].max_row > before


def test_watch_refreshes_again_until_ctrl_c(api, tmp_path):
    """--watch goes on after the first refresh."""
    path = tmp_path / "report.xlsx"
    run("new", str(path))
    variables = {"LEADS_EXCEL_ENVIRONMENT": "test", "LEADS_EXCEL_BASE_URL": api.url, "LEADS_EXCEL_STORE": "none"}
    command = [sys.executable, "-u", "-m", "leads_excel", "refresh", str(path), "--from", "TODAY", "--watch", "0.05"]
    with programs.started(command, stdout=subprocess.PIPE, env={**os.environ, **variables}) as process:
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)

    assert all(line.startswith(f"{path}: ") for line in lines)
    assert len(api.log) >= 2


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


def test_an_end_without_a_beginning_is_refused(tmp_path):
    """--to alone would leave half of the range to the workbook."""
    done = run("refresh", str(tmp_path / "report.xlsx"), "--to", "TODAY")

    assert done.returncode == 2
    assert "--from" in done.stderr


def test_the_add_in_belongs_to_windows_and_macos():
    """Elsewhere `addin install` says so."""
    if sys.platform in ("win32", "darwin"):
        pytest.skip("here it would be installed")

    done = run("addin", "install")

    assert done.returncode == 6
    assert "Windows and macOS" in done.stderr
