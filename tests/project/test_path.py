"""One window walks from what a person types to the cell: which rooms it enters, in what order, never from below."""

import inspect
import sys
import threading
from datetime import UTC, datetime

import openpyxl
import pytest
from places import PACKAGE
from rooms import reach, room_graph

import leads_excel as lx
from leads_excel.excel.workbooks import write
from leads_excel.sandbox import Sandbox, SandboxServer

PATH = ["fetching", "dates", "windows", "bulks", "tables", "excel.filling", "excel.file.sheet"]
"""From the door to the sheet: what is typed becomes days, windows, bulks, tables, rows by key, the cells of a sheet."""


PASSED_THROUGH = ("<module>", "recall")
"""What runs while a module is loaded, and what stands around a function of any room to remember what it returned."""


def room_of(frame):
    """The room that a frame runs in; None outside the package, and for what is passed through."""
    file = frame.f_code.co_filename
    if not file.startswith(str(PACKAGE)) or frame.f_code.co_name in PASSED_THROUGH:
        return None
    return ".".join(file.removeprefix(f"{PACKAGE}/").removesuffix(".py").split("/")[:-1]) or None


def is_handed_down(code):
    """Streams and containers that are handed down are read there, item by item: data that flows, not a call."""
    return code.co_flags & inspect.CO_GENERATOR or code.co_name in ("__contains__", "__getitem__", "__len__")


class Walk:
    """Every step from one room into another, in the order of time."""

    def __init__(self):
        self.steps = []

    def __call__(self, frame, event, _argument):
        """Note a call into a room of the package."""
        if event != "call" or is_handed_down(frame.f_code) or (into := room_of(frame)) is None:
            return
        caller = frame.f_back
        while caller is not None and room_of(caller) is None:
            caller = caller.f_back
        source = room_of(caller) if caller is not None else "outside"
        if source != into:
            self.steps.append((source, into))

    def __enter__(self):
        """Begin to note."""
        threading.setprofile(self)
        sys.setprofile(self)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)
        threading.setprofile(None)

    @property
    def first_entries(self):
        """The rooms in the order in which they were entered first."""
        return list(dict.fromkeys(into for _, into in self.steps))


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """A day is fetched over HTTP and written into a workbook, and every call is noted."""
    book = tmp_path_factory.mktemp("walk") / "report.xlsx"
    noon = datetime(2026, 8, 12, 12, tzinfo=UTC)
    with SandboxServer(Sandbox(now=lambda: noon, leads_per_day=3)) as api:
        settings = lx.Settings(environment="test", base_url=api.url, store="none")
        with Walk() as walk:
            write(lx.fetch("2026-08-11", settings=settings), book)
    assert openpyxl.load_workbook(book)["Leads"].max_row > 1
    return walk


def test_a_window_walks_the_path(walk):
    """From the typed date to the cell the rooms of the path are entered in its order."""
    entered = walk.first_entries

    assert [room for room in entered if room in PATH] == PATH


def test_no_room_is_entered_from_below(walk):
    """Who calls stands above whom it calls, or beside it: a room that is built on another is never called by it."""
    graph = room_graph()

    assert len(walk.steps) > 100
    assert {(source, into) for source, into in walk.steps if source in reach(graph, into)} == set()
