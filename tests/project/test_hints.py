"""Hints that name an extra can be pasted into cmd.exe, PowerShell and sh alike."""

import re
import tomllib

import pytest
from manual import PAGES
from places import PACKAGE, ROOT

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
SOURCES = sorted({
    *PAGES.values(), *PACKAGE.rglob("*.py"), *(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "tests").rglob("*.md"),
    *(ROOT / ".ci").glob("run"), *(ROOT / ".github").glob("*.md"), *(ROOT / "tests" / "standins").glob("*.py"),
})  # fmt: skip
NAMED = re.compile(r"(\\?[\"']?)(?:leads-excel|(?<=[\s\"'])\.)\[([a-z,]+)\](\\?[\"']?)")


def hints(text):
    return [(before.lstrip("\\"), extras, after.lstrip("\\")) for before, extras, after in NAMED.findall(text)]


WITH_HINTS = [path for path in SOURCES if hints(path.read_text(encoding="utf-8"))]


def test_a_hint_is_found_however_it_is_quoted():
    """What this file looks for: with double quotes, with single ones, and with none."""
    assert hints("pip install 'leads-excel[charts]' leads-excel[report] \".[dev]\"") == [
        ("'", "charts", "'"), ("", "report", ""), ('"', "dev", '"'),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if hints(path.read_text(encoding="utf-8"))], ids=lambda path: path.name
)
def test_an_extra_is_named_in_double_quotes_and_exists(path):
    """Single quotes are part of the name in cmd.exe; without quotes zsh looks for files."""
    found = hints(path.read_text(encoding="utf-8"))

    quotes = {"'"} if path.name == "run" else {'"'}  # a script of sh may quote as it likes
    assert {(before, after) for before, _, after in found} == {(quote, quote) for quote in quotes}
    assert {name for _, extras, _ in found for name in extras.split(",")} <= set(EXTRAS)
