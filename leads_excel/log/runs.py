"""Runs: a command or a button from its beginning to its end, in the log; and how the last one of its kind went.

The log tells everything in order; one small file for each kind tells the last run at a glance, also while one is under
way or after a power cut ended it.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import time
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from leads_excel.exceptions import SettingsError
from leads_excel.log.day_files import LogFile
from leads_excel.log.events import LOGGER, Fact, safe, tell
from leads_excel.schema.counts import counted
from leads_excel.settings.model import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

_running: ContextVar[Run | None] = ContextVar("running", default=None)

_MOMENTS = ("began", "ended", "done")

KINDS = ("sync", "refresh")
"""Runs whose last one is kept: those that people wait for in the morning."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """How a run went.

    Args:
        command: What was run.
        began: When, in UTC.
        ended: When it ended, in UTC; None while it is under way, or where the computer stopped in the middle.
        exit_code: What it ended with; None likewise.
        result: What it did, or why it did not, in a line.
        version: Which version of this package it was.
        done: When the last run of this kind began that ended with exit code 0, in UTC; None where none did.
    """

    command: str
    began: datetime
    ended: datetime | None = None
    exit_code: int | None = None
    result: str = ""
    version: str = ""
    done: datetime | None = None

    def in_words(self, zone: ZoneInfo, now: datetime) -> str:
        """Tell it in a line.

        Args:
            zone: The business zone, whose clock is read.
            now: The moment it is told, in UTC.
        """
        began, ago = f"{self.began.astimezone(zone):%Y-%m-%d %H:%M}", _span(now - self.began)
        if self.ended is None:
            return f"{began}, {ago} ago: not ended; it is under way, or was cut off"
        how = "done" if not self.exit_code else f"exit code {self.exit_code}"
        return f"{began}, {ago} ago: {how} after {_span(self.ended - self.began)}. {self.result}".rstrip(". ")

    def facts(self, zone: ZoneInfo, now: datetime) -> dict[str, Fact]:
        """Tell it to a program.

        Args:
            zone: The business zone, in which moments are told.
            now: The moment it is told, in UTC.
        """
        return {
            "began": self.began.astimezone(zone).isoformat(timespec="seconds"),
            "ended": self.ended.astimezone(zone).isoformat(timespec="seconds") if self.ended else None,
            "done": self.done.astimezone(zone).isoformat(timespec="seconds") if self.done else None,
            "age_minutes": int((now - self.began).total_seconds() // 60),
            "exit_code": self.exit_code,
            "result": self.result,
            "version": self.version,
        }


@dataclass(slots=True)
class Run:
    """A run under way; one that watches begins and ends again and again.

    Args:
        command: What is run.
        result: What it did, in a line; whoever runs it sets it.
        id: Tells its lines in the log from those of others.
        log: The file that tells of it.
        asked: What was asked for.
    """

    command: str
    result: str = ""
    id: str = field(default_factory=lambda: secrets.token_hex(3))
    log: LogFile | None = field(default=None, repr=False)
    asked: Mapping[str, Fact] = field(default_factory=dict, repr=False)
    _began: datetime | None = None
    _started: float = 0.0

    @property
    def trouble(self) -> str | None:
        """Why events are missing in the log, in a few words; None while all are in it."""
        return self.log.trouble if self.log else None

    def begin(self, facts: Mapping[str, Fact]) -> None:
        """Log that it begins.

        Args:
            facts: What was asked for.
        """
        self.asked, self.result = facts, ""
        self._began, self._started = datetime.now(UTC), time.perf_counter()
        tell("began", {"version": version("leads-excel"), **facts})
        _keep(LastRun(self.command, self._began, version=version("leads-excel")))

    def end(self, exit_code: int, why: str = "") -> None:
        """Log how it ended, once each time it began.

        Args:
            exit_code: What it ends with.
            why: Why it did not do what was asked, in a line; its `result` by default.
        """
        if self._began is None:
            return
        result = why or self.result
        seconds = round(time.perf_counter() - self._started, 3)
        level = logging.ERROR if exit_code else logging.INFO
        tell("ended", {"exit_code": exit_code, "seconds": seconds, "result": result or None}, level=level)
        _keep(LastRun(self.command, self._began, datetime.now(UTC), exit_code, safe(result), version("leads-excel")))
        self._began = None


@contextmanager
def logged(
    command: str, *, file: Path | None = None, also: logging.Handler | None = None, verbose: bool = False
) -> Iterator[Run]:
    """Have the log open while something runs.

    Args:
        command: What runs.
        file: Log there, instead of where the settings say.
        also: Tells each event in another place too.
        verbose: Log every request.

    Yields:
        The run; whoever runs it begins and ends it.
    """
    run = Run(command)
    running = _running.set(run)
    run.log = _log_file(run, file)
    handlers = [handler for handler in (run.log, also) if handler]
    level = LOGGER.level
    LOGGER.setLevel(logging.DEBUG if verbose else logging.INFO)
    for handler in handlers:
        LOGGER.addHandler(handler)
    try:
        yield run
    finally:
        for handler in handlers:
            LOGGER.removeHandler(handler)
        LOGGER.setLevel(level)
        _running.reset(running)


def record(command: str, event: str, facts: Mapping[str, Fact]) -> str | None:
    """Log an event that has to be in the log whoever asks: in a notebook, where none is open, it is opened for it.

    Args:
        command: What is done, where nothing else runs.
        event: As for `tell`.
        facts: As for `tell`.

    Returns:
        Why it is not in the log, in a few words; None where it is, or where the settings say that there is none.
    """
    files = [handler for handler in LOGGER.handlers if isinstance(handler, LogFile)]
    if files:
        tell(event, facts)
        return next((file.trouble for file in files if file.trouble), None)
    with logged(command) as run:
        tell(event, facts)
    return run.trouble


def note_result(line: str) -> None:
    """Say what the run under way did, for the log and for `status`; where none is logged, nothing happens.

    Args:
        line: Such as `3 workbooks refreshed`.
    """
    if run := _running.get():
        run.result = line


def end_round(exit_code: int, why: str = "") -> None:
    """End the run under way, which goes on with another round.

    Args:
        exit_code: What the round would end with.
        why: Why it did not do what was asked.
    """
    if run := _running.get():
        run.end(exit_code, why)


def begin_again() -> None:
    """Begin another round of the run under way."""
    if run := _running.get():
        run.begin(run.asked)


def last_run(kind: str) -> LastRun | None:
    """Tell how the last run of a kind went.

    Args:
        kind: One of `KINDS`.

    Returns:
        It; None where there was none, or nothing that can be read was kept of it.
    """
    try:
        kept = json.loads(_state(kind).read_text(encoding="utf-8"))
        moments = {name: datetime.fromisoformat(kept[name]) for name in _MOMENTS if kept[name]}
        return LastRun(**kept | moments)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _span(time: timedelta) -> str:
    seconds = max(int(time.total_seconds()), 0)
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return counted(seconds, "seconds")


def _keep(run: LastRun) -> None:
    if run.command not in KINDS:
        return
    path, before = _state(run.command), last_run(run.command)
    done = run.began if run.exit_code == 0 else before and before.done
    kept = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(run).items()}
    kept["done"] = done and done.isoformat()
    with suppress(OSError):  # a full disk: the run goes on
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        try:
            new.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8", errors="backslashreplace")
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def _state(kind: str) -> Path:
    return platformdirs.user_state_path("leads-excel", appauthor=False) / f"last-{kind}.json"


def _log_file(run: Run, file: Path | None) -> LogFile | None:
    try:
        settings = Settings()
    except SettingsError:  # the command tells which; here it is logged that it failed
        settings = Settings.model_construct()  # the defaults
    place = file or (Path(settings.log).expanduser() if settings.log else None)
    if place is None:
        return None
    names = {"run": run.id, "command": run.command}
    keep_days = None if file else settings.log_days
    return LogFile(place, settings.zone, names, as_json=settings.log_format == "json", keep_days=keep_days)
