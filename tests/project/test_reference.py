"""The API reference: one command of CONTRIBUTING makes it from the docstrings."""

from __future__ import annotations

import html
import os
import re
import shlex
import sys

import pytest
from places import ROOT
from programs import run

import leads_excel as lx

SECTION = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## API reference\n")[1]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Run the command, with warnings as errors as it stands there, into a folder of its own."""
    pytest.importorskip("pdoc")
    folder = tmp_path_factory.mktemp("reference")
    (command,) = re.findall(r"^python (.+)$", SECTION, re.MULTILINE)
    arguments = [str(folder) if word == "reference" else word for word in shlex.split(command)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = run([sys.executable, *arguments], cwd=ROOT, env=environment)
    assert (result.returncode, result.stderr) == (0, "")
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}


def text_of(page):
    """Take the tags out of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


@pytest.mark.slow
def test_there_are_the_public_modules_only(pages):
    """The package, its key figures, its charts: what is behind them may move."""
    assert set(pages) == {"index.html", "leads_excel.html", "leads_excel/charts.html", "leads_excel/kpis.html"}


@pytest.mark.parametrize("module", [lx, lx.charts, lx.kpis], ids=lambda module: module.__name__)
def test_every_public_name_has_its_place(pages, module):
    """A link leads to each."""
    page = pages[f"{module.__name__.replace('.', '/')}.html"]
    names = {name for name in module.__all__ if name not in ("__version__", "charts", "kpis")}

    assert {name for name in names if f'id="{name}"' not in page} == set()


def test_every_key_figure_is_there_with_its_definition(pages):
    """Whoever asks what a number means finds it without Python."""
    page = text_of(pages["leads_excel/kpis.html"])

    assert [kpi.name for kpi in lx.kpis.KPIS.values() if f"{kpi.name}: {kpi.label}" not in page] == []
    assert [kpi.name for kpi in lx.kpis.KPIS.values() if kpi.about.replace("`", "") not in page] == []


def test_arguments_results_and_errors_are_lists(pages):
    """The sections of docstrings are read as such, not shown as text."""
    page = pages["leads_excel.html"]
    fetch = page[page.index('id="fetch"') :].partition("</section>")[0]

    assert {"Arguments:", "Returns:", "Raises:"} <= set(re.findall(r'<h6 id="[\w-]+">([^<]+)</h6>', fetch))


def test_the_folder_is_not_committed():
    """It is made, never kept."""
    assert "reference/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
