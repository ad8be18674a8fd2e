"""Excel as a person sees it: a window, a workbook in it, buttons to press, a status bar, message boxes to answer.

A button runs the VBA of the file that it is in: `RunPython` builds a command line, and a new Python is started with it.
That finds this Excel by its window, as it finds Excel's (`AccessibleObjectFromWindow`), and works on it over COM while
VBA waits here and hands out what is asked for.
"""

from __future__ import annotations

import ctypes
import os
import uuid
from ctypes import wintypes
from pathlib import Path
from subprocess import PIPE
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import excel_double
import programs
import pythoncom
import vba_reader
import win32con
import win32event
import win32gui
from excel_calls import calls

from excel_side.application import given_out
from excel_side.settings import get_config
from excel_side.vba import Module, VbaError
from excel_side.vba_expressions import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WINDOWS = ("XLMAIN", "XLDESK", "EXCEL7")
"""The classes of Excel's windows, one within the other; the last is that of a workbook."""

_GET_OBJECT, _NATIVE = 0x3D, -16 & 0xFFFFFFFF  # WM_GETOBJECT, OBJID_NATIVEOM
_BUTTONS = {"ok": win32con.IDOK, "cancel": win32con.IDCANCEL, "yes": win32con.IDYES, "no": win32con.IDNO}
_DIALOG = "#32770"
_SECONDS, _IDLE = 120, 50  # the latter in milliseconds

_oleacc = ctypes.windll.oleacc
_oleacc.LresultFromObject.restype = ctypes.c_ssize_t
_oleacc.LresultFromObject.argtypes = [ctypes.c_void_p, wintypes.WPARAM, ctypes.c_void_p]


class Message(NamedTuple):
    """A message box that was shown.

    Args:
        title: Its title.
        text: What it said.
    """

    title: str
    text: str


class Desktop:
    """Excel for Windows with one workbook open.

    Args:
        path: The workbook; the add-in is loaded where it was installed.
    """

    def __init__(self, path: Path) -> None:
        app = excel_double.Apps(excel_double.Engine(mac=False)).add(add_book=False)
        self.app: Any = app
        self.book: Any = app.books.open(str(path))
        self.messages: list[Message] = []
        self.popups: list[str] = []
        self.answers: list[str] = []
        self.commands: list[str] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self._native = given_out(app)
        self._windows: list[int] = []
        app.__dict__["hwnd"] = self._opened()
        addin = Path(os.environ["APPDATA"], "Microsoft", "Excel", "XLSTART", "leads_excel.xlam")
        self._addin = self._modules(addin, ("xlwings", "LeadsMacros", "LeadsRibbon"))
        self._book = self._modules(path, ("xlwings", "LeadsMacros", "LeadsButtons")) if path.suffix == ".xlsm" else {}

    # --- what a person does ------------------------------------------------------------------------------------------

    def press(self, macro: str) -> Any:
        """Press a button on a sheet of the workbook.

        Args:
            macro: The name of its macro, such as `LeadsRefresh`.
        """
        return self._book["LeadsButtons"].run(macro)

    def press_ribbon(self, tag: str) -> Any:
        """Press a button of the add-in's ribbon tab.

        Args:
            tag: The button's tag, such as `refresh`.
        """
        return self._addin["LeadsRibbon"].run("RunMacro", [SimpleNamespace(Tag=tag)])

    @property
    def status_bar(self) -> list[object]:
        """What the status bar has shown; False is Excel's own again."""
        return [call.details["value"] for call in calls if call.name == "app.status_bar"]

    def close(self) -> None:
        """Close the window."""
        win32gui.DestroyWindow(self._windows[0])
        for name in _WINDOWS:
            win32gui.UnregisterClass(name, None)

    # --- its windows -------------------------------------------------------------------------------------------------

    def _opened(self) -> int:
        for name in _WINDOWS:
            kind = win32gui.WNDCLASS()
            kind.lpszClassName, kind.lpfnWndProc = name, self._procedure
            win32gui.RegisterClass(kind)
            style = win32con.WS_CHILD if self._windows else win32con.WS_OVERLAPPEDWINDOW
            parent = self._windows[-1] if self._windows else 0
            self._windows.append(win32gui.CreateWindowEx(0, name, "Excel", style, 0, 0, 100, 100, parent, 0, 0, None))
        return self._windows[0]

    def _procedure(self, window: int, message: int, first: int, second: int) -> int:
        if message == _GET_OBJECT and second & 0xFFFFFFFF == _NATIVE and window == self._windows[-1]:
            identity = ctypes.create_string_buffer(bytes(pythoncom.IID_IDispatch))
            place = int(repr(self._native).rpartition("0x")[2].rstrip(">"), 16)  # pywin32 tells it in no other way
            return int(_oleacc.LresultFromObject(identity, first & 0xFFFFFFFF, place))
        return win32gui.DefWindowProc(window, message, first, second)

    def _answer_messages(self) -> None:
        """Read and answer the message boxes that stand before the window."""

        def seen(window: int, _: object) -> bool:
            owner = win32gui.GetWindow(window, win32con.GW_OWNER)
            if win32gui.GetClassName(window) == _DIALOG and owner in self._windows and win32gui.IsWindowVisible(window):
                shown.append(window)
            return True

        shown: list[int] = []
        win32gui.EnumWindows(seen, None)
        for window in shown:
            texts = [_text(part) for part in _parts(window) if win32gui.GetClassName(part) == "Static"]
            self.messages.append(Message(_text(window), max(texts, key=len, default="")))
            answer = _BUTTONS[self.answers.pop(0) if self.answers else "ok"]
            win32gui.SendMessage(window, win32con.WM_COMMAND, answer, 0)

    # --- its VBA -----------------------------------------------------------------------------------------------------

    def _modules(self, file: Path, names: Sequence[str]) -> dict[str, Module]:
        """Load modules of a file's VBA, which call each other."""
        sources = vba_reader.sources(file.read_bytes())
        workbook = _Named(self.book)
        addin = SimpleNamespace(Name=file.name, FullName=str(file), Worksheets=[])
        known = Project({
            "activeworkbook": workbook,
            "thisworkbook": workbook if str(file) == self.book.fullname else addin,
            "application": _Application(self.app),
            "getconfig": get_config(Path(self.book.fullname), {}),
            "fileexists": lambda path: Path(path).is_file(),
            "parentfolder": lambda path: str(Path(path).parent),
            "environ": os.environ.get,
            "createguid": lambda: str(uuid.uuid4()),
            "replace": lambda text, before, after: text.replace(before, after),
            "left": lambda text, count: text[:count],
            "right": lambda text, count: text[-count:],
            "chr": chr,
            "cstr": str,
            "wscript": SimpleNamespace(Run=self._run, Popup=lambda text, *_: self.popups.append(text)),
            "showerror": lambda file, text="": self.popups.append(text or _content(file)),
            "kill": _kill,
            "msgbox": lambda text, *_: self.popups.append(text),
            "vbcritical": 16,
            "workbooks": SimpleNamespace(Add=self.app.books.add),
        })  # fmt: skip
        return {name: Module(sources[name], known) for name in names}

    def _run(self, command: str, _style: int, _wait: bool) -> int:
        """Run a command line and wait for its end, while what it asks of Excel is answered."""
        self.commands.append(command)
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), PIPE)
        with programs.started(command, limit=_SECONDS, **pipes) as started:
            process = [int(started._handle)]
            while (
                happened := win32event.MsgWaitForMultipleObjects(process, False, _IDLE, win32event.QS_ALLINPUT)
            ) != 0:
                if happened == win32event.WAIT_TIMEOUT:  # it asks nothing of Excel: does it ask the user?
                    self._answer_messages()
                    self.meanwhile()
                pythoncom.PumpWaitingMessages()
            return started.wait()


def _parts(window: int) -> list[int]:
    found: list[int] = []
    win32gui.EnumChildWindows(window, lambda part, _: found.append(part) or True, None)
    return found


def _text(window: int) -> str:
    """Read what a window of another process says: asked by a message, since Windows itself tells the title only."""
    told = ctypes.create_unicode_buffer(5_000)
    ctypes.windll.user32.SendMessageW(wintypes.HWND(window), win32con.WM_GETTEXT, len(told), told)
    return told.value


def _content(file: str) -> str:
    return Path(file).read_text(encoding="utf-8", errors="replace")


def _kill(file: str) -> None:
    try:
        Path(file).unlink()
    except OSError as error:
        raise VbaError(53, str(error)) from error


class _Named:
    """The workbook as VBA sees it."""

    def __init__(self, book: Any) -> None:
        self.book = book

    Name = property(lambda self: self.book.name)
    FullName = property(lambda self: self.book.fullname)
    Worksheets = property(lambda self: [SimpleNamespace(Name=sheet.name) for sheet in self.book.sheets])


class _Application:
    """Excel as VBA sees it."""

    Name, Path = "Microsoft Excel", r"C:\Program Files\Microsoft Office\root\Office16"

    def __init__(self, app: Any) -> None:
        self.__dict__["app"] = app

    Hwnd = property(lambda self: self.app.hwnd)
    StatusBar = property(lambda self: self.app.status_bar, lambda self, value: setattr(self.app, "status_bar", value))
