"""Every command, Python line and formula of README and the pages is run against the demo, without any extra."""

import ast
import os
import re
import shutil
import sys

import page_tables
import pytest
from manual import PAGES, TEXTS, blocks, formulas, program_lines
from places import ROOT
from programs import run

import leads_excel as lx
from leads_excel.excel import udfs

ASKS_A_PERSON = {"login", "addin", "sandbox", "serve"}
"""Commands that wait for somebody, or change the computer: only their arguments are checked here."""
EXTRA_MODULES = (
    *("altair", "vl_convert", "typst", "fsspec", "psycopg", "duckdb"),
    *("starlette", "uvicorn", "prometheus_client"),
)
EMPTY = {'=LEADS_STATUS("failure")'}  # where nothing failed


def run_bare(arguments, folder):
    """Run Python in a folder, with no module of an extra and a store of its own."""
    blocked = folder / "bare"
    blocked.mkdir(exist_ok=True)
    (blocked / "sitecustomize.py").write_text(f"import sys\nsys.modules.update(dict.fromkeys({EXTRA_MODULES!r}))\n")
    path = os.pathsep.join([str(blocked), str(ROOT), os.environ.get("PYTHONPATH", "")])
    variables = {"PYTHONPATH": path, "LEADS_EXCEL_STORE": str(folder / "store.sqlite"), "PYTHONUTF8": "1"}
    return run([sys.executable, *arguments], cwd=folder, env={**os.environ, **variables}, limit=240)


def parsed(words):
    """Let the program read the words of a call without running it; it fails with the program's own error."""
    command = page_tables.COMMANDS[words[0]]
    rest = words[1:]
    if hasattr(command, "commands"):
        command, rest = command.commands[rest[0]], rest[1:]
    return command.make_context(words[0], list(rest))


def is_whole(words):
    """Tell a call from the mere name of a command, and from one with a place to fill in."""
    return bool(words) and not any(re.fullmatch(r"\[.*|[A-Z]{2,}\.*", word) for word in words)


@pytest.mark.parametrize("page", PAGES)
def test_every_call_is_understood(page):
    """Whatever system a line is for, the program knows its command, its options and their values."""
    shells = "\n".join(f"```sh\n{body}```" for body in blocks(TEXTS[page], "sh", "bat", "crontab", "ini"))
    for words in program_lines(shells):
        parsed(words)
    for words in filter(is_whole, program_lines(TEXTS[page])):
        assert words[0] in page_tables.COMMANDS
        options = {option for _, command in page_tables.commands() for item in command.params for option in item.opts}
        assert {word for word in words if word.startswith("--")} <= options | {"--help"}


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if "\nleads-excel " in TEXTS[page]])
def test_every_command_runs(page, tmp_path):
    """In the order of the page, in one folder; each ends well."""
    lines = [line for body in blocks(TEXTS[page], "sh") for line in body.splitlines() if line.startswith("leads-excel")]
    calls = [words for line in lines for words in program_lines(f"```sh\n{line}\n```")]

    for words in calls:
        if words[0] not in ASKS_A_PERSON:
            done = run_bare(["-m", "leads_excel", *words], tmp_path)
            assert done.returncode == 0, f"{words}: {done.stdout[-500:]}{done.stderr}"


PYTHON = [(page, body) for page in PAGES for body in blocks(TEXTS[page], "python")]


@pytest.mark.slow
@pytest.mark.parametrize("page", dict.fromkeys(page for page, _ in PYTHON))
def test_every_line_of_python_runs(page, tmp_path, monkeypatch):
    """In the order of the page; where a line says that it needs an extra, without it one line says so too."""
    monkeypatch.setenv("LEADS_EXCEL_STORE", str(tmp_path / "store.sqlite"))
    code, needs = [], []
    for body in (body for of, body in PYTHON if of == page):
        for statement in ast.parse(body).body:
            line = body.splitlines()[statement.lineno - 1]
            (needs if re.search(r"# .*\bwith the extra (?!cloud)", line) else code).append(ast.unparse(statement))
    guarded = [
        f"try:\n    {line}\n    print('RAN')\nexcept lx.SettingsError as error:\n    print(error)" for line in needs
    ]

    done = run_bare(["-c", "\n".join(code + guarded)], tmp_path)

    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert len(told) == len(needs)
    assert [line for line in told if not re.search(r'pip install "leads-excel\[\w+\]"', line)] == []
    with_extras = run([sys.executable, "-c", "\n".join(code[:2] + needs)], cwd=tmp_path, limit=240)
    assert with_extras.returncode == 0


def calculated(formula):
    """Work a formula out as Excel would ask for it: a number, a text, or rows of cells."""
    line = lx.as_python(formula)
    name = re.match(r"lx\.(\w+)\(", line)[1].upper()
    return eval(re.sub(r"^lx\.\w+", f"udfs.{name}", line), {"udfs": udfs})  # noqa: S307 - a line of our own pages


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if formulas(TEXTS[page])])
def test_every_formula_gives_something(page, tmp_path, monkeypatch):
    """No example is an error, nothing, or 0 in the demo; the cell A2 holds the number of a lead."""
    monkeypatch.setenv("LEADS_EXCEL_STORE", str(tmp_path / "store.sqlite"))
    lead = lx.leads("-7D", fields="leadExternalId")["leadExternalId"].iloc[0]

    for formula in formulas(TEXTS[page]):
        result = calculated(formula.replace("A2", str(lead)))
        cells = [cell for row in result for cell in row] if isinstance(result, list) else [result]
        assert not [cell for cell in cells if isinstance(cell, str) and cell.startswith("#")], formula
        assert formula in EMPTY or any(cell not in (None, "", 0) for cell in cells), formula


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_timer():
    """The line OnCalendar names a time that systemd can work out."""
    (calendar,) = re.findall(r"OnCalendar=(.+)", TEXTS["schedules"])

    run(["systemd-analyze", "calendar", calendar], check=True)
