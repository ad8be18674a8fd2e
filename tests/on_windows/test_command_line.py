"""The program on Windows: what the shell, the task scheduler and the keychain make of it."""

from __future__ import annotations

import ctypes
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import keyring.backends.Windows
import pytest
from commands import run
from excel_side.open_files import held
from manual import TEXTS
from programs import run as run_program
from programs import started

from leads_excel.excel import workbooks
from leads_excel.sandbox import Sandbox, SandboxServer, SignIn
from leads_excel.settings import keychain

FOLDERS = ("USERPROFILE", "APPDATA", "LOCALAPPDATA", "WIN_PD_OVERRIDE_APPDATA", "WIN_PD_OVERRIDE_LOCAL_APPDATA")
LEADS_EXCEL = [sys.executable, "-m", "leads_excel"]

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def new_user(monkeypatch, tmp_path):
    """Give each test a user without settings, whose name is as names are."""
    for name in [name for name in os.environ if name.startswith(("LEADS_EXCEL_", "PYTHONIOENCODING"))]:
        monkeypatch.delenv(name)
    home = tmp_path / "Sara & علي 100%"
    home.mkdir()
    for name in FOLDERS:
        monkeypatch.setenv(name, str(home))
    monkeypatch.chdir(home)
    return home


# --- the task scheduler ----------------------------------------------------------------------------------------------


def documented_task():
    """The line of `leads-excel help schedules`, to the letter."""
    return re.search(r"^schtasks (.*)$", TEXTS["schedules"], re.MULTILINE)[1]


def as_schtasks_splits(task):
    """Program and arguments of what /TR names: `schtasks /Create /?` wants a path with blanks in single quotes."""
    quoted = re.fullmatch(r"'([^']*)' (.*)", task)
    return quoted.groups() if quoted else tuple(task.split(" ", 1))


def as_programs_split(line):
    """The arguments that Windows makes of a command line."""
    split, count = ctypes.windll.shell32.CommandLineToArgvW, ctypes.c_int()
    split.restype = ctypes.POINTER(ctypes.c_wchar_p)
    words = split(ctypes.c_wchar_p(line), ctypes.byref(count))
    return words[: count.value]


def test_the_documented_task_runs_the_program_with_its_command(new_user):
    """In a profile with blanks, an ampersand, a percent sign and Arabic letters; cmd.exe puts it in."""
    show = f'"{sys.executable}" -c "import sys; print(ascii(sys.argv[1:]))" '
    shown = run_program(f'cmd.exe /d /s /c "{show}{documented_task()}"', given="", check=True).stdout
    given = eval(shown)  # noqa: S307 - a list of texts that was just written

    program, arguments = as_schtasks_splits(given[given.index("/TR") + 1])

    assert given[:3] == ["/Create", "/TN", "Leads sync"]
    assert program == rf"{new_user}\leads\Scripts\leads-excel.exe"
    assert as_programs_split(f'"{program}" {arguments}') == [program, "sync"]


def test_two_jobs_fill_one_store_at_once(dms, new_user):
    """Started in the folder of Windows, as the task scheduler does, by two tasks of one user at the same minute."""
    api = {"LEADS_EXCEL_ENVIRONMENT": "test", "LEADS_EXCEL_BASE_URL": dms.url}
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    options = pipes | {"env": {**os.environ, **api}, "cwd": os.environ["SYSTEMROOT"]}
    with ExitStack() as stack:
        jobs = [stack.enter_context(started([*LEADS_EXCEL, "sync", "--since", "-9D"], **options)) for _ in range(2)]
        printed = [job.communicate("") for job in jobs]

    assert [job.returncode for job in jobs] == [0, 0], printed
    assert run("store", "verify", **api).stdout == "The store is sound.\n"
    (store,) = new_user.rglob("*.sqlite")
    with sqlite3.connect(store) as database:
        windows, different = database.execute("select count(*), count(distinct start) from lead_windows").fetchone()
    assert windows == different > 1


# --- shells and streams ----------------------------------------------------------------------------------------------


def test_a_shell_hands_names_and_letters_through(new_user):
    """What stands between quotes comes to the file; in the log a letter that the code page lacks is a number."""
    name = "تقرير & 100% ^ !.xlsx"
    command = subprocess.list2cmdline([*LEADS_EXCEL, "new", name])

    done = run_program(f'cmd.exe /d /s /c "{command} & echo next"', given="", encoding="ansi")

    assert (done.returncode, done.stderr) == (0, "")
    assert (new_user / name).is_file()
    written = name.encode("ansi", "backslashreplace").decode("ansi")
    assert [line.strip() for line in done.stdout.splitlines()] == [written, "next"]


def test_a_reader_that_has_gone_stops_nothing(new_user):
    """Windows says of a pipe without a reader that the argument is invalid, and at other times that it is broken."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with started([*LEADS_EXCEL, "new", "report.xlsx"], **pipes) as job:
        job.stdout.close()
        job.stderr.close()
        code = job.wait(60)

    assert code == 0
    assert (new_user / "report.xlsx").is_file()


def test_a_program_without_a_console_works(new_user):
    """`pythonw` has no streams at all."""
    pythonw = Path(sys.executable).with_name("pythonw.exe")

    with started([pythonw, "-m", "leads_excel", "new", "report.xlsx"]) as job:
        code = job.wait(60)

    assert code == 0
    assert (new_user / "report.xlsx").is_file()


# --- the keychain ----------------------------------------------------------------------------------------------------


def test_a_sign_in_is_kept_in_the_credential_manager(new_user):
    """Piped in, used by the next command, gone with `logout`."""
    vault = {"PYTHON_KEYRING_BACKEND": "keyring.backends.Windows.WinVaultKeyring"}
    kept = keyring.backends.Windows.WinVaultKeyring()
    if kept.get_password(keychain.SERVICE, "test") is not None:
        pytest.skip("the keychain of this computer holds a sign-in for test")
    with SandboxServer(Sandbox(sign_in=SignIn.bearer("ses&%me!^"), leads_per_day=2)) as api:
        asked = {"LEADS_EXCEL_ENVIRONMENT": "test", "LEADS_EXCEL_BASE_URL": api.url, "LEADS_EXCEL_STORE": "none"}
        fetch = ("fetch", "--from", "TODAY", "--out", str(new_user / "csv"))
        variables = {**os.environ, **vault}
        try:
            login = run_program([*LEADS_EXCEL, "login", "test"], given="\ufeffses&%me!^\n", env=variables)
            signed_in = run(*fetch, **asked, **vault)
            status = run("status", **asked, **vault)
            logout = run("logout", "test", **vault)
            signed_out = run(*fetch, **asked, **vault)
        finally:
            if kept.get_password(keychain.SERVICE, "test") is not None:
                kept.delete_password(keychain.SERVICE, "test")

    assert (login.returncode, login.stdout) == (0, "The keychain holds the sign-in for test.\n")
    assert (signed_in.returncode, signed_out.returncode) == (0, 3), signed_in.stderr
    assert "bearer" in status.stdout
    assert logout.stdout == "The keychain no longer holds sign-in for test.\n"
    assert "ses&" not in login.stdout + login.stderr + status.stdout


# --- Excel has it open -----------------------------------------------------------------------------------------------


def test_a_workbook_that_excel_has_open_is_exit_code_6(new_user):
    """The other one is refreshed."""
    first, second = (workbooks.new(new_user / name) for name in ("first.xlsx", "second.xlsx"))
    before = first.read_bytes()

    with held(first):
        done = run("refresh", str(first), str(second), "--from", "-2D", LEADS_EXCEL_STORE="none")

    assert done.returncode == 6
    assert done.stderr == (
        f"leads-excel: {first}: first.xlsx cannot be written: close it in Excel, or ask for the right to change it.\n"
    )
    assert done.stdout.startswith(f"{second}: ")
    assert first.read_bytes() == before


def test_the_addin_comes_and_goes(monkeypatch, tmp_path):
    """Twice each; not while Excel has it open."""
    home = tmp_path / "Sara & Ali 100%"  # in a folder that VBA can name
    for name in FOLDERS:
        monkeypatch.setenv(name, str(home))
    addin = home / "Microsoft" / "Excel" / "XLSTART" / "leads_excel.xlam"

    installed = [run("addin", "install") for _ in range(2)]
    before = addin.read_bytes()
    with held(addin):
        refused = [run("addin", action) for action in ("install", "remove")]
    assert addin.read_bytes() == before
    removed = [run("addin", "remove") for _ in range(2)]

    assert [(done.returncode, done.stdout) for done in installed] == [(0, f"{addin}\n")] * 2
    assert [done.returncode for done in refused] == [6, 6]
    assert all(done.stderr.startswith("leads-excel: ") and "close" in done.stderr for done in refused)
    assert [done.stdout for done in removed] == ["The add-in is removed.\n", "There was no add-in.\n"]
    assert not addin.exists()
    assert not (home / ".leads_excel" / "leads_excel.conf").exists()
