"""A stand-in for desktop Excel behind xlwings' public API: an engine on openpyxl that damages values as Excel does.

    with excel_double.running():
        book = xw.Book("report.xlsx")
        book.set_mock_caller()
        macros.refresh()
        writes = excel_double.called("range.write")

What a cell keeps is decided by `excel_typing.stored`; numbers come back as floats and dates as datetimes. A formula has
the value that the file remembers for it, and none once it is written. What Excel refuses (a table over another one, a
table without a row) raises. What this double does not know raises NotImplementedError. The file that `save` writes is
openpyxl's: good for looking at values, not for what else was in the book.
"""

# ruff: noqa: ARG002 - members and signatures are those of xlwings.base_classes

from __future__ import annotations

import datetime as dt
import itertools
from contextlib import contextmanager
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np
import openpyxl
import pandas as pd
import xlwings as xw
from excel_attached import Beside, ComBook, ComSheet, MacBook, MacSheet
from excel_attached_files import load
from excel_calls import called, calls, note
from excel_cells import CellError, Sheet
from excel_tables import Names, found
from xlwings import base_classes

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["answers", "called", "calls", "running"]

answers: list[str] = []
"""What the user clicks in the next message boxes; `ok` when empty."""

_serial = itertools.count(1)


@contextmanager
def running(*, mac: bool = False) -> Iterator[xw.Engine]:
    """Start an Excel with nothing open, and take it away with everything in it at the end.

    Args:
        mac: Whether it is Excel for macOS, whose own objects have other names and hide more.
    """
    calls.clear()
    answers.clear()
    engine = xw.Engine(impl=Engine(mac=mac))
    engines = xw.engines
    with (
        mock.patch.object(engines, "engines", [*engines.engines, engine]),
        mock.patch.dict(engines.engines_by_name, {engine.name: engine}),
        mock.patch.object(engines, "active", engine),
    ):
        try:
            yield engine
        finally:
            if hasattr(xw.Book, "_mock_caller"):
                del xw.Book._mock_caller


class Engine:
    """What xlwings asks for conversions: the same as its engine for Windows does, without COM's own kind of time."""

    name, type = "excel", "desktop"

    def __init__(self, *, mac):
        self.mac, self.apps = mac, Apps(self)

    @staticmethod
    def prepare_xl_data_element(value, _options):
        if isinstance(value, (dt.date, np.datetime64)) and not pd.isna(value):
            return pd.Timestamp(value).tz_localize(None).to_pydatetime(warn=False)
        if pd.isna(value):
            return ""
        return float(value) if isinstance(value, np.number) else value

    @staticmethod
    def clean_value_data(data, datetime_builder, empty_as, number_builder, err_to_str):
        def clean(value):
            if value in ("", None):
                return empty_as
            if isinstance(value, CellError):
                return str(value) if err_to_str else None
            if isinstance(value, dt.datetime):
                parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
                return datetime_builder(**{part: getattr(value, part) for part in parts}, tzinfo=None)
            return number_builder(value) if number_builder and isinstance(value, float) else value

        return [[clean(value) for value in row] for row in data]


class Apps(base_classes.Apps):
    def __init__(self, engine):
        self.engine, self.open = engine, []

    def keys(self):
        return [app.pid for app in self.open]

    def add(self, spec=None, add_book=None, xl=None, visible=None):
        app = App(self)
        self.open.insert(0, app)
        if add_book is not False:
            app.books.add()
        return app

    def __iter__(self):
        return iter(list(self.open))

    def __len__(self):
        return len(self.open)

    def __getitem__(self, pid):
        return next(app for app in self.open if app.pid == pid)

    @staticmethod
    def cleanup():
        """Nothing is left behind."""


class App(base_classes.App):
    """One running Excel. Everything that is set on it is noted."""

    visible = screen_updating = display_alerts = enable_events = interactive = True
    calculation, status_bar, cut_copy_mode, selection = "automatic", False, False, None
    version, hwnd, path, startup_path = "16.0", 0, "", ""
    api = engine = pid = books = clipboard = None

    def __init__(self, apps):
        self.__dict__.update(apps=apps, engine=apps.engine, pid=next(_serial), api=self, books=Books(self))

    def __setattr__(self, name, value):
        note(f"app.{name}", value=value)
        self.__dict__[name] = value
        if name == "cut_copy_mode" and not value:
            self.__dict__["clipboard"] = None

    def alert(self, prompt, title, buttons, mode, callback):
        note("app.alert", prompt=prompt, title=title, buttons=buttons, mode=mode)
        return answers.pop(0) if answers else "ok"

    def activate(self, steal_focus=False):
        self.apps.open.remove(self)
        self.apps.open.insert(0, self)

    def calculate(self):
        note("app.calculate")

    def run(self, macro, args):
        note("app.run", macro=macro, args=args)

    def quit(self):
        self.apps.open.remove(self)

    def kill(self):
        self.quit()


class Books(base_classes.Books):
    active = None

    def __init__(self, app):
        self.app, self.open_books = app, []

    api = property(lambda self: self)

    def __call__(self, key):
        return self.open_books[key - 1] if isinstance(key, Integral) else found(self.open_books, key)

    def __len__(self):
        return len(self.open_books)

    def __iter__(self):
        return iter(list(self.open_books))

    def add(self):
        workbook = openpyxl.Workbook()
        workbook.active.title = "Sheet1"
        return self._opened(Book(self, workbook, {}, f"Book{next(_serial)}"))

    def open(self, fullname, *_options):
        workbook = openpyxl.load_workbook(fullname, keep_vba=Path(fullname).suffix.lower() in (".xlsm", ".xlam"))
        remembered = openpyxl.load_workbook(fullname, data_only=True)
        results = {
            (sheet.title, cell.coordinate): remembered[sheet.title][cell.coordinate].value
            for sheet in workbook.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }
        book = self._opened(Book(self, workbook, results, fullname))
        book.besides = load(fullname, book)
        return book

    def _opened(self, book):
        self.open_books.append(book)
        self.active = book
        return book


class Sheets(base_classes.Sheets):
    def __init__(self, book):
        self.book = book

    api = property(lambda self: self.book.workbook)
    active = property(lambda self: Sheet(self.book, self.book.workbook.active))

    def __call__(self, key):
        return list(self)[key - 1] if isinstance(key, Integral) else found(self, key)

    def __len__(self):
        return len(self.book.workbook.worksheets)

    def __iter__(self):
        return (Sheet(self.book, sheet) for sheet in self.book.workbook.worksheets)

    def __contains__(self, key):
        return any(sheet.name.lower() == key.lower() for sheet in self)

    def add(self, before=None, after=None, name=None):
        index = before.index - 1 if before else after.index if after else 0
        free = (f"Sheet{number}" for number in itertools.count(1) if f"Sheet{number}" not in self)
        sheet = self.book.workbook.create_sheet(name or next(free), index)
        self.book.workbook.active = index
        note("sheets.add", name=sheet.title)
        return Sheet(self.book, sheet)


class Book(base_classes.Book):
    fullname = ""

    def __init__(self, books, workbook, results, fullname):
        self.books, self.workbook, self.results, self.fullname = books, workbook, results, str(fullname)
        self.besides, self.apis = {}, {}

    on_mac = property(lambda self: self.app.engine.mac)

    def beside_of(self, sheet):
        """Give what stands on a sheet."""
        return self.besides.setdefault(sheet.name, Beside())

    def api_of(self, sheet):
        """Give Excel's own object of a sheet, one and the same each time."""
        return self.apis.setdefault(sheet.name, (MacSheet if self.on_mac else ComSheet)(sheet))

    api = property(lambda self: (MacBook if self.on_mac else ComBook)())
    name = property(lambda self: Path(self.fullname).name)
    app = property(lambda self: self.books.app)
    sheets = property(Sheets)
    names = property(lambda self: Names(self, self.workbook.defined_names))

    def activate(self):
        self.books.active = self

    def close(self):
        self.books.open_books.remove(self)
        if self.books.active is self:
            self.books.active = next(reversed(self.books.open_books), None)

    def save(self, path=None, password=None):
        self.fullname = str(path or self.fullname)
        self.workbook.save(self.fullname)
        note("book.save", path=self.fullname)
