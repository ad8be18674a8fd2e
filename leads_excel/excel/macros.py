"""What the buttons and the ribbon call, each a function without arguments: `macros.refresh()`.

The workbook is the one that Excel called from. Each macro ends with one message, whatever happens; while one runs on a
workbook, another click does nothing.
"""

from __future__ import annotations

import os
import platform
import re
import shlex
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import count
from threading import Thread
from typing import TYPE_CHECKING

import platformdirs
import xlwings as xw

from leads_excel.captions.languages import caption
from leads_excel.client.leads_client import LeadsClient
from leads_excel.client.network.connections import SENT
from leads_excel.excel import refreshing
from leads_excel.excel.deferred import load_deferred
from leads_excel.excel.filling import sheets
from leads_excel.excel.filling.inputs import ENVIRONMENTS
from leads_excel.excel.filling.sheets import Run
from leads_excel.excel.live.live_book import LiveBook, quiet
from leads_excel.excel.terminal import open_terminal, own_command
from leads_excel.excel.turns import turn
from leads_excel.excel.unexpected import told
from leads_excel.exceptions import LeadsError, WorkbookError
from leads_excel.fetching.brakes import braked
from leads_excel.fetching.fetch import tables_for
from leads_excel.fetching.session import Session
from leads_excel.log.runs import logged
from leads_excel.settings.model import Settings
from leads_excel.settings.sources import config_file
from leads_excel.tables.lead_tables import build
from leads_excel.windows.week_grid import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leads_excel.excel.filling.sheets import Summary
    from leads_excel.log.events import Fact
    from leads_excel.tables.lead_tables import LeadTables
    from leads_excel.windows.questions import Question

    Macro = Callable[[xw.Book], str | None]

TITLE = "Leads"
EMPTIED = "Tables emptied"

_REMARKS = 5  # of a message; a box of Excel has room for about a thousand characters


def refresh() -> None:
    """Fetch what Home asks for and fill the tables; what the store knows is not asked for again."""
    _run("refresh", lambda book: _refreshed(book, reload=False))


def reload() -> None:
    """Fetch what Home asks for anew, whatever the store knows, and fill the tables."""
    _run("refresh", lambda book: _refreshed(book, reload=True), reload=True)


def check_connection() -> None:
    """Make one small request and tell whether the API answers, and how requests sign in."""
    _run("check connection", _checked)


def clear_data() -> None:
    """Empty the tables, after asking; what was typed beside leads is kept in the Log."""
    _run("clear", _cleared)


def about() -> None:
    """Tell which versions these are and where the settings come from."""
    _run("about", _described)


def new_report() -> None:
    """Open an empty report, saved among the user's documents."""
    _run("new report", _reported)


def sign_in() -> None:
    """Open a window that asks for the sign-in of Home's environment; it goes into the keychain and nowhere else."""
    _run("sign in", _asked_to_sign_in)


# --- how every macro runs ------------------------------------------------------------------------------------------


def _run(name: str, macro: Macro, **asked: Fact) -> None:
    """Run a macro on the calling workbook, if none is running there, and tell the user and the log how it ended."""
    book = _caller()
    with turn(f"{book.app.pid} {book.name}") as mine:
        if not mine:
            return
        with logged(name) as run:
            run.begin({"door": "button", "workbook": book.name, **asked})
            text, mode = _outcome(macro, book)
            run.end(int(mode == "critical"), (text or "").partition("\n")[0])
    if text:
        _tell(book, text, mode)


def _tell(book: xw.Book, text: str, mode: str) -> None:
    """Show a message.

    Raises:
        SystemExit: Excel's window has gone: what is left of Excel shows the text.
    """
    try:
        book.app.alert(text, title=TITLE, mode=mode)
    except Exception:
        if _argument("--wb="):
            sys.exit(f"{TITLE}: {text}")
        raise


def _caller() -> xw.Book:
    """Find the workbook that Excel called from.

    Raises:
        SystemExit: It cannot be found: Excel shows the one line that says so.
    """
    name = _argument("--wb=")
    try:
        if "=" in name:  # where xlwings would end it
            return _named(name)
        try:
            return xw.Book.caller()
        except KeyError:
            return _named(name)
    except Exception as error:
        if name:
            sys.exit(f"{TITLE}: {told(error)}")
        raise


def _named(name: str) -> xw.Book:
    """Find a workbook by its name as cmd.exe has passed it on, first in the Excel that was clicked in.

    Raises:
        WorkbookError: No Excel has it open.
    """
    apps = sorted(xw.apps, key=lambda app: str(app.hwnd) != _argument("--hwnd="))
    for book in (book for app in apps for book in app.books):
        passed = re.sub("%([^%]+)%", lambda part: os.environ.get(part[1], part[0]), book.name)
        if passed.casefold() == name.casefold():
            return book
    raise WorkbookError("Excel does not find this workbook by its name: save it under another one, then try again.")


def _argument(beginning: str) -> str:
    """Read what Excel for Windows names in the command line."""
    found = (argument for argument in sys.argv if argument.startswith(beginning))
    return next(found, beginning).removeprefix(beginning)


def _outcome(macro: Macro, book: xw.Book) -> tuple[str | None, str]:
    try:
        with _status_bar(book.app, f"{TITLE}: working"):
            return macro(book), "info"
    except Exception as error:  # noqa: BLE001 - xlwings would show a trace, with whatever data is in it
        return told(error), "critical"


@contextmanager
def _status_bar(app: xw.App, text: str) -> Iterator[None]:
    app.status_bar = text
    try:
        yield
    finally:
        app.status_bar = False  # Excel's own again


def _settings(book: LiveBook) -> Settings:
    """Read the settings, with the environment that Home names, if there is one."""
    settings = Settings()
    cell = book.named(["in_environment"]).get("in_environment")
    environment = str(cell.value or "").strip().lower() if cell else ""
    return settings.replace(environment=environment) if environment in ENVIRONMENTS else settings


# --- what they do --------------------------------------------------------------------------------------------------


def _refreshed(book: xw.Book, *, reload: bool) -> str:
    live, fetching = LiveBook(book), _Fetching(book.app, reload=reload)
    try:
        with fetching.until_the_end:
            summary = refreshing.logged(
                book.name, lambda: refreshing.refresh_book(live, (None, None), Settings(), fetching)
            )
    except Exception as error:
        if isinstance(error, WorkbookError) or not isinstance(error, LeadsError):  # else the Log has it
            _log(LiveBook(book), error)
        raise
    Session().forget_everywhere()
    return _summed_up(live, summary)


class _Fetching:
    """Fetches with its progress in the status bar, and from then on keeps Excel quiet: what follows is writing."""

    def __init__(self, app: xw.App, *, reload: bool) -> None:
        self.until_the_end = ExitStack()
        self._app, self._reload = app, reload

    def __call__(self, question: Question, settings: Settings) -> LeadTables:
        with _loading_meanwhile(), braked("choose yes", self._agreed):
            tables = tables_for(question, settings=settings, progress=self._progress, reload=self._reload)
        self._app.status_bar = f"{TITLE}: filling the tables"
        self.until_the_end.enter_context(quiet(self._app))
        return tables

    def _agreed(self, takes: str) -> bool:
        return self._app.alert(f"{takes} Go on?", title=TITLE, buttons="yes_no") == "yes"

    def _progress(self, done: int, windows: int) -> None:
        self._app.status_bar = f"{TITLE}: {done} of {windows} windows fetched"


@contextmanager
def _loading_meanwhile() -> Iterator[None]:
    """Load what was deferred as soon as the first request is sent; nobody needs it before an answer arrives."""

    def load() -> None:
        SENT.wait()
        load_deferred()

    loading = Thread(target=load, name="leads-loading", daemon=True)
    loading.start()
    try:
        yield
    finally:
        if SENT.is_set():
            loading.join()  # a Python must not end while it loads


def _log(book: LiveBook, error: Exception) -> None:
    with suppress(Exception):  # the first error is the one to tell
        settings = _settings(book)
        sheets.fail(book, told(error), Run(_now(settings), settings.environment, ""))


def _now(settings: Settings) -> datetime:
    return datetime.now(settings.zone).replace(tzinfo=None, microsecond=0)


def _summed_up(book: LiveBook, summary: Summary) -> str:
    named = book.named(["out_range", "out_environment"])
    place = ", ".join(str(cell.value) for cell in named.values())
    return "\n".join([
        f"{summary.leads:,} leads, {summary.vehicles:,} vehicles, {summary.errors:,} errors ({place})",
        f"{summary.new:,} new, {summary.changed:,} changed, {summary.gone:,} no longer in the range",
        *summary.remarks[:_REMARKS],
        *([f"{len(summary.remarks) - _REMARKS} more remarks in the Log"] if len(summary.remarks) > _REMARKS else []),
    ])  # fmt: skip


def _checked(book: xw.Book) -> str:
    settings = _settings(LiveBook(book))
    end, started = datetime.now(UTC).replace(microsecond=0), time.perf_counter()
    with LeadsClient(settings.replace(attempts=1)) as client:
        client.bulks_in(Window(end - timedelta(minutes=1), end))
    took = (time.perf_counter() - started) * 1000
    return f"{_api(settings)} answered in {took:.0f} ms.\n{_way_to_sign_in(settings)}"


def _api(settings: Settings) -> str:
    where = "in process, made-up leads" if settings.simulated else settings.url
    return f"{settings.environment} ({where})"


def _way_to_sign_in(settings: Settings) -> str:
    return f"Requests sign in by: {settings.sign_in}."


def _cleared(book: xw.Book) -> str | None:
    question = "Empty the tables of this workbook? What was typed beside leads is kept in the Log."
    if book.app.alert(question, title=TITLE, buttons="yes_no") != "yes":
        return None
    live, settings = LiveBook(book), Settings()
    before = live.named(["out_environment"]).get("out_environment")
    environment = str(before.value) if before and before.value else settings.environment
    with quiet(book.app):
        sheets.fill(live, build([], zone=settings.zone), Run(_now(settings), environment, EMPTIED.lower()))
        live.write_named({"out_status": caption(f"{EMPTIED}: press Refresh to fill them", live.language)})
    return f"{EMPTIED}."


def _described(book: xw.Book) -> str:
    settings, file = _settings(LiveBook(book)), config_file()
    return "\n".join([
        f"leads-excel {version('leads-excel')}, xlwings {version('xlwings')}, Python {platform.python_version()}",
        f"Python: {sys.executable}",
        f"Environment: {_api(settings)}",
        f"Days: those of {settings.timezone}, weeks start on {settings.week_start}",
        f"Settings file: {file} ({'read' if file.exists() else 'none, and none is needed'})",
    ])  # fmt: skip


def _reported(book: xw.Book) -> None:
    from leads_excel.excel.workbooks import new  # noqa: PLC0415 - no other button needs what files need

    folder = platformdirs.user_documents_path()
    folder.mkdir(parents=True, exist_ok=True)
    names = (f"Leads report{f' {number}' if number > 1 else ''}.xlsx" for number in count(1))
    path = next(path for name in names if not (path := folder / name).exists())
    book.app.books.open(str(new(path)))


def _asked_to_sign_in(book: xw.Book) -> str | None:
    settings = _settings(LiveBook(book))
    if settings.environment == "demo":
        return "The demo needs no sign-in: choose test or prod as the environment on Home first."
    command = own_command("login", settings.environment)
    return None if open_terminal(command) else f"Run in a terminal: {shlex.join(command)}"
