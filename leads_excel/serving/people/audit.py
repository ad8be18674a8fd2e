"""Who took which personal data and which tables, in files of their own: what is not written down is not given out.

PDPL article 31 wants records of processing; these tell who saw whose data when asked for them, and hold none of it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import platformdirs

from leads_excel.exceptions import SettingsError
from leads_excel.log.day_files import LogFile
from leads_excel.log.events import Fact, safe

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from zoneinfo import ZoneInfo

_KEPT_DAYS = 1826  # five years


class Audit:
    """A file a day of what was given out, JSON lines.

    Args:
        zone: The business zone, whose clock is read.
        folder: Where; a folder of the user who runs the server by default.
    """

    def __init__(self, zone: ZoneInfo, folder: Path | None = None) -> None:
        place = folder or platformdirs.user_state_path("leads-excel", appauthor=False) / "audit"
        self._file = LogFile(place, zone, {"command": "serve"}, as_json=True, keep_days=_KEPT_DAYS)

    def note(self, event: str, facts: Mapping[str, Fact]) -> None:
        """Write down that something is given out, before it is.

        Args:
            event: `revealed` or `exported`.
            facts: Who, what, which days, how many rows; a text goes through `events.safe`, so that nobody writes lines
                of their own.

        Raises:
            SettingsError: It cannot be written.
        """
        record = logging.LogRecord("leads_excel", logging.INFO, __file__, 0, event, (), None)
        record.event, record.facts = (
            event,
            {name: safe(value) if isinstance(value, str) else value for name, value in facts.items()},
        )
        self._file.trouble = None
        self._file.emit(record)
        if self._file.trouble:
            raise SettingsError(f"The audit log cannot be written ({self._file.trouble}): nothing is given out.")
