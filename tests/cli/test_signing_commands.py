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


AWAY = {"LEADS_EXCEL_BASE_URL": "https://dms.invalid/gs", "LEADS_EXCEL_ENVIRONMENT": "test", "LEADS_EXCEL_TOKEN": "t",
        "LEADS_EXCEL_ATTEMPTS": "1", "LEADS_EXCEL_STORE": "none"}  # fmt: skip


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    """Take the machine's own variables away."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("SSL_CERT_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"NO_PROXY": "::1,[::1],fe80::/10"}, ["ok  proxy", "none on the way to dms.invalid: neither"]),
        ({"NO_PROXY": ".invalid", "ALL_PROXY": "http://h:1"}, ["none on the way to dms.invalid: NO_PROXY names it"]),
        (
            {"HTTPS_PROXY": "http://noura:topsecret@127.0.0.1:1"},
            ["ok  proxy", "http://127.0.0.1:1, with a sign-in, on the way to dms.invalid: HTTPS_PROXY names it",
             "NOT API              The proxy http://127.0.0.1:1 (HTTPS_PROXY) cannot be reached"],
        ),
        ({"ALL_PROXY": "socks4://topsecret:1"}, ["NOT network", "ALL_PROXY names a proxy of a kind that is not known"]),
        (
            {"SSL_CERT_FILE": "/nope/cert.pem"},
            ["ok  certificates     those of the operating system, certifi",
             "NOT certificates     SSL_CERT_FILE names a file that does not exist: correct or unset it"],
        ),
    ],
)  # fmt: skip
def test_doctor_tells_what_the_network_does_to_the_api(variables, says):
    """Proxy, exceptions and certificates on the way to the API's server; what is wrong is NOT well; no password."""
    done = run("doctor", **AWAY | variables)

    assert done.returncode == 1, "the API is out of reach"
    assert done.stderr == ""
    for text in says:
        assert text in done.stdout
    assert "topsecret" not in done.stdout


def test_doctor_says_that_this_computer_is_reached_directly(api):
    """Whatever the variables say."""
    done = ask(api, "doctor", ALL_PROXY="socks4://what:is://this")

    assert done.returncode == 0, done.stdout
    assert "none on the way to 127.0.0.1: it is on this computer" in done.stdout


@pytest.mark.parametrize(
    "command", [["fetch", "--from", "2026-11-20", "--out", "-"], ["sync", "--since", "2026-11-20"]]
)
def test_a_proxy_that_cannot_be_used_is_one_line(command, tmp_path):
    """It names the variable, and the exit code is that of a wrong setting."""
    done = run(*command, **AWAY | {"ALL_PROXY": "socks4://h:1", "LEADS_EXCEL_STORE": str(tmp_path / "s.sqlite")})

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "ALL_PROXY names a proxy of a kind that is not known" in done.stderr


def test_the_demo_asks_nothing_of_the_network(tmp_path):
    """A proxy and certificates that cannot be used stop no demonstration."""
    wrong = {"ALL_PROXY": "what:is://this", "NO_PROXY": "[::1", "SSL_CERT_FILE": "/nope", "SSL_CERT_DIR": "/nope"}

    assert run("fetch", "--from", "2026-11-20", "--out", str(tmp_path / "demo.json"), **wrong).returncode == 0
    assert "ok  proxy            not asked" in run("doctor", **wrong).stdout


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


@pytest.mark.parametrize("piped", ["", "\n", "user\n"])
def test_login_says_what_is_missing(piped):
    """Nothing, an empty line, a user without a password: one line, and exit code 2."""
    done = run("login", "prod", "--with", "password", stdin=piped)

    assert done.returncode == 2
    missing = "Password" if piped == "user\n" else "User name"
    assert done.stderr == f"leads-excel: {missing} is missing: type it, or pipe a line with it into this command.\n"


def test_login_and_logout_use_the_keychain(tmp_path):
    """A token typed at the prompt signs the next command in, and logout takes it away."""
    chain = {"PYTHON_KEYRING_BACKEND": "keychains.OnDisk", "TESTS_KEYCHAIN": str(tmp_path / "kept.json")}
    chain["PYTHONPATH"] = os.pathsep.join([str(Path(keychains.__file__).parent), os.environ.get("PYTHONPATH", "")])

    login = run("login", "test", stdin="\ufeffsesame\r\n", **chain)  # as PowerShell pipes it
    with SandboxServer(Sandbox(sign_in=SignIn.bearer("sesame"))) as api:
        signed_in = ask(api, "fetch", "--from", "2026-10-01", "--out", "-", **chain)
        logout = run("logout", "test", **chain)
        signed_out = ask(api, "fetch", "--from", "2026-10-01", "--out", "-", **chain)

    assert login.returncode == 0, login.stderr
    assert signed_in.returncode == 0, signed_in.stderr
    assert logout.returncode == 0, logout.stderr
    assert signed_out.returncode == 3
    assert "sesame" not in login.stdout + login.stderr
