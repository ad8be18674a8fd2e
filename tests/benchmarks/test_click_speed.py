"""From a click to the first request: a button's Python against `import pandas` alone, each in a process of its own."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from pathlib import Path

import excel_double
import excel_elsewhere
import pytest
import xlwings as xw
from programs import run

from leads_excel.excel.template.building import template_path
from leads_excel.sandbox import Sandbox, SandboxServer

ROUNDS = 7

pytestmark = pytest.mark.timeout(900)

CLICK = """
{first}
import xlwings.utils
import excel_elsewhere
excel_elsewhere.connect({address!r})
import leads_excel.excel.macros as macros
macros.reload()
"""


class Dms(Sandbox):
    """Notes when it is asked first."""

    def __init__(self):
        super().__init__(leads_per_day=3)
        self.asked = []

    def answer(self, *request):
        """Answer a request."""
        self.asked.append(time.perf_counter())
        return super().answer(*request)


def seconds(code):
    """Tell when a program began, and how long it took."""
    began = time.perf_counter()
    run([sys.executable, "-B", "-c", code], check=True, limit=100)
    return began, time.perf_counter() - began


@pytest.mark.parametrize("store", ["none", "leads.sqlite"])
def test_a_click(tmp_path, monkeypatch, store):
    """Told for the command line that the add-in builds, and for xlwings' own."""
    path = os.pathsep.join([str(Path(excel_elsewhere.__file__).parent), os.environ.get("PYTHONPATH", "")])
    settings = {"LEADS_EXCEL_ENVIRONMENT": "test", "LEADS_EXCEL_STORE": store, "PYTHONPATH": path}
    monkeypatch.chdir(tmp_path)
    with SandboxServer(Dms()) as server, excel_double.running():
        for name, value in {**settings, "LEADS_EXCEL_BASE_URL": server.url}.items():
            monkeypatch.setenv(name, value)
        book = xw.Book(shutil.copy(template_path(), tmp_path / "report.xlsx"))
        with excel_elsewhere.serving(book.impl) as address:
            for first in ("import leads_excel.excel.starting", "pass"):
                clicks, pandas = [], []
                for _ in range(ROUNDS):  # in turn: whatever else the machine does, it does to both
                    pandas.append(seconds("import pandas")[1])
                    server.sandbox.asked.clear()
                    began, _ = seconds(CLICK.format(first=first, address=address))
                    clicks.append(server.sandbox.asked[0] - began)
                ratios = [click / alone for click, alone in zip(clicks, pandas, strict=True)]
                print(
                    f"\nstore {store}, {first}: {statistics.median(clicks):.2f} s to the first request, "
                    f"{statistics.median(ratios):.2f} x `import pandas` ({statistics.median(pandas):.2f} s)"
                )
