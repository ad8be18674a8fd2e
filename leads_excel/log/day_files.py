"""The log as files: one a day, added to by every process at once, removed when it is old.

A new file a day in place of one that is renamed when it is full: Windows renames no file that another process writes.
Whatever goes wrong with the log (a full disk, a folder that is not ours), the work that it tells of goes on.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path
    from zoneinfo import ZoneInfo

LARGEST = 64 * 1024 * 1024  # bytes of one day: something that fails again and again must not fill the disk
_NAME = "leads-excel-{:%Y-%m-%d}.log"


class LogFile(logging.Handler):
    """Adds events to a file.

    Args:
        place: The file; a folder gets a file for each day.
        zone: The business zone: whose days and whose clock.
        run: What stands in each line: the run and its command.
        as_json: Whether a line is a JSON object or words.
        keep_days: How long the files of a folder are kept.
    """

    def __init__(
        self, place: Path, zone: ZoneInfo, run: Mapping[str, str], *, as_json: bool, keep_days: int | None
    ) -> None:
        super().__init__()
        self._place, self._zone, self._run, self._keep_days = place, zone, run, keep_days
        self._line = self._json if as_json else self._words
        self._today: date | None = None
        self.trouble: str | None = None
        """Why events are missing, in a few words; None while all are in the file."""

    def emit(self, record: logging.LogRecord) -> None:
        """Add an event; where that cannot be done, it is not told.

        Args:
            record: The event.
        """
        at = datetime.fromtimestamp(record.created, self._zone)
        line = self._line(record, at).encode("utf-8", "backslashreplace") + b"\n"
        try:
            self._add(self._path(at), line)
        except (OSError, ValueError) as error:  # ValueError: a name that no file can have
            self.trouble = self.trouble or getattr(error, "strerror", None) or str(error)

    def _add(self, path: Path, line: bytes) -> None:
        """Write in append mode and at once, so that lines of several processes do not mix."""
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600)
        try:
            if os.fstat(file).st_size > LARGEST:
                self.trouble = f"{path.name} is full with {LARGEST // 2**20} MiB"
            elif os.write(file, line) < len(line):
                self.trouble = "no space left"
        finally:
            os.close(file)

    def _path(self, at: datetime) -> Path:
        if self._keep_days is None:
            return self._place
        self._place.mkdir(parents=True, exist_ok=True)  # somebody may have removed it since
        if self._today != at.date():
            self._forget(at.date() - timedelta(days=self._keep_days))
            self._today = at.date()
        return self._place / _NAME.format(at)

    def _forget(self, before: date) -> None:
        oldest = _NAME.format(before)
        for path in self._place.glob("leads-excel-????-??-??.log"):
            if path.name < oldest:
                with suppress(OSError):  # another process has it open, or was quicker
                    path.unlink()

    def _json(self, record: logging.LogRecord, at: datetime) -> str:
        facts = getattr(record, "facts", {"text": record.getMessage()})
        told = {"at": at.isoformat(timespec="milliseconds"), "level": record.levelname.lower(), **self._run}
        return json.dumps({**told, "event": getattr(record, "event", "message"), **facts}, ensure_ascii=False)

    def _words(self, record: logging.LogRecord, at: datetime) -> str:
        return " ".join([f"{at:%Y-%m-%d %H:%M:%S%z}", *self._run.values(), record.getMessage()])
