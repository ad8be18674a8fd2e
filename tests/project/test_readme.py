"""What README promises is there."""

import re
import shutil
from pathlib import Path

import pytest
from places import ROOT
from programs import run
from typer.main import get_command

import leads_excel as lx
from leads_excel import exceptions
from leads_excel.cli.app import app
from leads_excel.excel import udfs
from leads_excel.settings.model import Settings

README = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGE = Path(lx.__file__).parent
COMMANDS = get_command(app).commands


def section(title):
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("command", sorted([*COMMANDS, *COMMANDS["store"].commands]))
def test_every_command_is_described(command):
    """Whoever adds a command adds it to README."""
    assert re.search(rf"\b{command}\b", section("From the command line"))


def test_every_described_command_and_option_exists():
    """README names no command or option that the program does not know."""
    table = section("From the command line")
    everything = [*COMMANDS.values(), *COMMANDS["store"].commands.values()]
    options = {option for command in everything for parameter in command.params for option in parameter.opts}

    assert set(re.findall(r"leads-excel (\w+)", table)) <= set(COMMANDS)
    assert set(re.findall(r"--[a-z][a-z-]+", table)) <= options


def test_every_setting_is_described_with_its_name():
    """The table of settings and the class have the same names."""
    described = {name.lower() for row in section("Settings").splitlines() if row.startswith("| `")
                 for name in re.findall(r"`([A-Z_]{3,})`", row.split("|")[1])}  # fmt: skip

    assert described == set(Settings.model_fields)


def test_every_error_is_described_or_stands_above_one_that_is():
    """README says what to do about each error a user can meet."""
    leaves = {name for name, item in vars(exceptions).items()
              if isinstance(item, type) and issubclass(item, Exception) and not item.__subclasses__()}  # fmt: skip

    assert {name for name in leaves if f"`{name}`" not in section("When something fails")} == set()


def test_formulas_and_their_failures_are_as_described():
    """Every formula that "In Excel" names exists, and every failure it quotes is one the program writes."""
    described = section("In Excel")
    formulas = set(re.findall(r"=([A-Z_]+)\(", described))
    quoted = re.findall(r"`#LEADS (?:\.\.\. )?(\w[^`]*)`", described)
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))

    assert formulas
    assert formulas <= {name for name in vars(udfs) if name.isupper()}
    assert quoted
    assert [words for words in quoted if words not in source] == []


def test_the_scheduled_jobs_call_commands_that_exist():
    """The lines for schedulers name commands of the program."""
    called = re.findall(r"bin/leads-excel (\w+)|leads-excel\.exe(?:`)? (\w+)", section("Before people arrive"))

    assert called
    assert {name for pair in called for name in pair if name} <= set(COMMANDS)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_the_timer():
    """The line OnCalendar names a time that systemd can work out."""
    (calendar,) = re.findall(r"OnCalendar=(.+)", section("Before people arrive"))

    run(["systemd-analyze", "calendar", calendar], check=True)


def test_the_notebook_lines_use_public_names():
    """Every `lx.` name in README is public."""
    assert set(re.findall(r"\blx\.(\w+)", README)) <= set(lx.__all__)


def test_pictures_exist():
    """Every picture README shows is in the repository."""
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)

    assert pictures
    assert [path for path in pictures if not (ROOT / path).is_file()] == []
