"""`help`: the pages of the manual in the terminal. Each test runs the real program."""

import os
import re
import sys
import zipfile

import programs
import pytest
from commands import run
from places import PACKAGE

PAGES = sorted((PACKAGE / "docs").glob("*.md"))


@pytest.mark.slow
def test_topics_are_listed_with_a_line_each():
    """`help` alone names every page with its first sentence."""
    done = run("help")

    assert done.returncode == 0, done.stderr
    lines = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert list(lines) == [page.stem for page in PAGES]
    assert {name: len(line) > 20 and line.endswith(".") for name, line in lines.items()} == dict.fromkeys(lines, True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_printed_as_it_stands_where_nobody_looks(page):
    """Into a pipe goes the text of the page, with the words of its pictures in their place."""
    done = run("help", page.stem)

    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    assert "\x1b" not in done.stdout
    assert "](../../.github" not in done.stdout
    assert [words for words in re.findall(r"!\[([^\]]+)\]", text) if f"Picture: {words}" not in done.stdout] == []
    kept = [line for line in text.splitlines() if not line.startswith("!")]
    assert [line for line in done.stdout.splitlines() if not line.startswith("*Picture")] == kept


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are of Unix")
def test_a_page_is_set_for_a_terminal():
    """Headings and tables are drawn, no Markdown is left."""
    import pty  # noqa: PLC0415 - not on Windows

    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    command = [sys.executable, "-m", "leads_excel", "help", "errors"]
    with programs.started(command, stdout=slave, env=environment) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                chunk = os.read(master, 4096)
            except OSError:  # how Linux ends a pseudo terminal
                break
            if not chunk:
                break
            shown += chunk
        process.wait(timeout=20)
    os.close(master)

    assert process.returncode == 0
    assert b"\x1b[" in shown
    assert b"ApiReplyError" in shown
    assert b"| --- |" not in shown


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("formula", "is it formulas?"),
        ("Setings", "is it settings?"),
        ("xyz", "leads-excel help lists them"),
        ("fetch", "fetch is a command: leads-excel fetch --help"),
    ],
)
def test_a_topic_that_is_none_names_the_nearest(topic, says):
    """One line, and exit code 2."""
    done = run("help", topic)

    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("topic", ["SETTINGS", "settings.md"])
def test_a_topic_is_found_however_it_is_typed(topic):
    """Capitals and the ending of the file do not matter."""
    assert run("help", topic).stdout == run("help", "settings").stdout != ""


@pytest.mark.parametrize("arguments", [["help"], ["help", "settings"], ["-h"], ["fetch", "-h"]])
def test_help_of_any_kind_loads_no_heavy_library(arguments):
    """Neither pandas, httpx, xlwings nor openpyxl is imported to read a page."""
    code = (
        "import sys; from leads_excel.cli.app import app; app(sys.argv[1:], standalone_mode=False); "
        "print(sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = programs.run([sys.executable, "-c", code, *arguments], check=True)

    heavy = ("pandas", "numpy", "httpx", "xlwings", "openpyxl", "sqlalchemy")
    assert [name for name in heavy if f"'{name}'" in done.stdout.splitlines()[-1]] == []


@pytest.mark.slow
def test_the_wheel_carries_the_pages(tmp_path):
    """What is installed has the same pages as the checkout."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(PACKAGE.parent)]
    programs.run(command, check=True, limit=240)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        carried = {name: archive.read(name) for name in archive.namelist() if name.startswith("leads_excel/docs/")}

    assert carried == {f"leads_excel/docs/{page.name}": page.read_bytes() for page in PAGES}
