"""The stand-in Excel in another process, as Excel is: a program asks it object by object, and loads nothing of it.

    with excel_elsewhere.serving(app) as address:
        run([sys.executable, "-c", f"import excel_elsewhere; excel_elsewhere.connect({address!r}); ..."])

So it can be seen what a program loads itself, and when. Values go over as they are, everything else as a reference.
"""

# ruff: noqa: ARG004 - signatures are those of xlwings' engines

from __future__ import annotations

import datetime as dt
import tempfile
import threading
from contextlib import contextmanager
from decimal import Decimal
from multiprocessing.connection import Client, Connection, Listener
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_VALUES = (type(None), bool, int, float, str, Decimal, dt.datetime)


class _Reference(int):
    """The number of an object that stays where it is."""


class _Wrapped(int):
    """The number of an object that xlwings passes in one of its own."""


class ExcelElsewhereError(Exception):
    """The stand-in refused something.

    Args:
        hresult: COM's number of the error, if it has one.
        text: What was raised.
    """

    def __init__(self, hresult: int | None, text: str) -> None:
        super().__init__(hresult, text)
        self.hresult = hresult


class _Error(str):
    """An error of a cell."""

    __slots__ = ()


# --- the process that has the Excel ---------------------------------------------------------------------------------


@contextmanager
def serving(book: Any) -> Iterator[str]:
    """Let another process work on a workbook.

    Args:
        book: A workbook of the stand-in Excel.

    Yields:
        Where it is served.
    """
    with tempfile.TemporaryDirectory() as folder, Listener(f"{folder}/excel") as listener:
        threading.Thread(target=_Service(book).serve, args=(listener,), daemon=True).start()
        yield listener.address


class _Service:
    def __init__(self, book: Any) -> None:
        self.objects: list[Any] = [book]

    def serve(self, listener: Listener) -> None:
        while True:
            try:
                with listener.accept() as connection:
                    self.answer(connection)
            except OSError:  # the listener is closed
                return

    def answer(self, connection: Connection) -> None:
        while True:
            try:
                method, number, *given = connection.recv()
            except EOFError:
                return
            try:
                one = self.objects[number]
                answer = True, self.sent(_METHODS[method](one, *map(self.received, given)))
            except (AttributeError, KeyError, NotImplementedError) as error:
                answer = False, error
            except Exception as error:  # noqa: BLE001 - whatever the stand-in raises is for who asked
                answer = False, ExcelElsewhereError(getattr(error, "hresult", None), f"{type(error).__name__}: {error}")
            connection.send(answer)

    def sent(self, value: Any) -> Any:
        if type(value).__name__ == "CellError":
            return _Error(value)
        if isinstance(value, _VALUES):
            return value
        if isinstance(value, (tuple, list)):
            return tuple(map(self.sent, value))
        self.objects.append(value)
        return _Reference(len(self.objects) - 1)

    def received(self, value: Any) -> Any:
        if isinstance(value, _Reference):
            return self.objects[value]
        if isinstance(value, _Wrapped):
            return SimpleNamespace(impl=self.objects[value])
        if isinstance(value, dict):
            return {name: self.received(part) for name, part in value.items()}
        return type(value)(map(self.received, value)) if isinstance(value, (tuple, list)) else value


_METHODS = {
    "get": getattr,
    "set": setattr,
    "call": lambda one, given, named: one(*given, **named),
    "len": len,
    "list": list,
    "contains": lambda one, item: item in one,
}


# --- the process that works on it ------------------------------------------------------------------------------------


def connect(address: str) -> None:
    """Have the macros of this process called from the workbook that is served."""
    import xlwings as xw  # noqa: PLC0415 - not before the program itself has loaded it

    book = _Remote(Client(address), _Reference(0))
    xw.engines.add(xw.Engine(impl=_Engine(book)))
    xw.engines["excel"].activate()
    xw.Book(impl=book).set_mock_caller()


class _Remote:
    """An object of the other process."""

    def __init__(self, connection: Connection, number: _Reference) -> None:
        self.__dict__.update(connection=connection, number=number)

    def ask(self, method: str, *given: Any) -> Any:
        self.connection.send((method, self.number, *map(_sent, given)))
        fine, answer = self.connection.recv()
        if not fine:
            raise answer
        return self.received(answer)

    def received(self, value: Any) -> Any:
        if isinstance(value, _Reference):
            return _Remote(self.connection, value)
        return tuple(map(self.received, value)) if isinstance(value, tuple) else value

    def __getattr__(self, name: str) -> Any:
        return self.ask("get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.ask("set", name, value)

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self.ask("call", given, named)

    def __len__(self) -> int:
        return self.ask("len")

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(self.ask("list"))

    def __contains__(self, item: Any) -> bool:
        return self.ask("contains", item)


def _sent(value: Any) -> Any:
    if isinstance(value, _Remote):
        return value.number
    if hasattr(value, "impl"):
        return _Wrapped(value.impl.number)
    if isinstance(value, dict):
        return {name: _sent(part) for name, part in value.items()}
    return type(value)(map(_sent, value)) if isinstance(value, (tuple, list)) else value


class _Engine:
    """What xlwings asks for conversions, as its engine for Windows answers."""

    name, type = "excel", "desktop"

    def __init__(self, book: _Remote) -> None:
        self.book = book

    apps = property(lambda self: self.book.app.apps)

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        return "" if value is None else value

    @staticmethod
    def clean_value_data(data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: Any) -> Any:
        def clean(value: Any) -> Any:
            if isinstance(value, _Error):
                return str(value) if err_to_str else None
            return empty_as if value in ("", None) else value

        return [[clean(value) for value in row] for row in data]
