"""`login`, `logout`, `status` and `doctor`. Each test runs the real program."""

import os
from pathlib import Path

import keychains
import pytest
from commands import ask, run

from leads_excel.sandbox import Faults, Sandbox, SandboxServer, SignIn


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
    chain = {"PYTHON_KEYRING_BACKEND": "keychains.OnDisk", "TESTS_KEYCHAIN": str(tmp_path / "kept.json")}
    chain["PYTHONPATH"] = os.pathsep.join([str(Path(keychains.__file__).parent), os.environ.get("PYTHONPATH", "")])

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
