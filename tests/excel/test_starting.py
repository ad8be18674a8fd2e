"""A click as a Python of its own: what it has loaded when it asks the DMS, and what the workbook holds afterwards."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import excel_double
import excel_elsewhere
import pytest
import xlwings as xw
from programs import run

from leads_excel.excel.template.building import template_path
from leads_excel.sandbox import Sandbox, SandboxServer

pytestmark = pytest.mark.slow

STANDINS = str(Path(excel_elsewhere.__file__).parent)

LATER = ("numpy._core", "pandas.core", "pyarrow.lib", "matplotlib", "polars", "click", "rich", "tornado")
"""Parts of libraries, each of which is there only when its library is."""

CLICK = """
import sys

def seen(event, given):
    if event == "socket.connect" and given[1][1:] and given[1][1] == {port}:
        early.append([name for name in {later} if name in sys.modules])

early = []
import leads_excel.excel.starting
import xlwings.utils
sys.addaudithook(seen)
sys.path.append({standins!r})
import excel_elsewhere
excel_elsewhere.connect({address!r})
import leads_excel.excel.macros as macros
macros.reload()
print(*early[0], "|", "pandas.core" in sys.modules)
"""


@pytest.fixture
def book(tmp_path):
    """Open a report in Excel, with a week on Home."""
    with excel_double.running():
        book = xw.Book(shutil.copy(template_path(), tmp_path / "report.xlsx"))
        for name, day in (("in_from", "2026-11-09"), ("in_to", "2026-11-15")):
            book.names[name].refers_to_range.value = f"'{day}"
        yield book


@pytest.mark.parametrize("store", ["none", "leads.sqlite"])
def test_the_dms_is_asked_before_anything_is_loaded_that_can_wait(book, tmp_path, monkeypatch, store):
    """With a store too, which is looked into first; then all is loaded, and the tables are filled."""
    with (
        SandboxServer(Sandbox(leads_per_day=6, now=lambda: datetime(2026, 11, 20, tzinfo=UTC))) as server,
        excel_elsewhere.serving(book.impl) as address,
    ):
        for name, value in {"ENVIRONMENT": "test", "BASE_URL": server.url, "STORE": store}.items():
            monkeypatch.setenv(f"LEADS_EXCEL_{name}", value)
        port = int(server.url.rpartition(":")[2].partition("/")[0])
        code = CLICK.format(port=port, later=LATER, address=address, standins=STANDINS)
        done = run([sys.executable, "-c", code], check=True, cwd=tmp_path, limit=100)

    (told,) = excel_double.called("app.alert")
    assert told["mode"] == "info", told
    assert done.stdout.split() == ["|", "True"]
    assert book.names["out_status"].refers_to_range.value == "Complete"
