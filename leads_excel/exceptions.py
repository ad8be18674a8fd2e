"""Every error this package raises on purpose, in one tree.

* LeadsError                     everything below
  * SettingsError (ValueError)   a setting is missing or wrong: which one, and where to put it
  * DateError (ValueError)       not a date, or the first day comes after the last
  * ArgumentError (ValueError)   another argument that cannot be used: which one, and what to write instead
  * StoreLayoutError             the store was made by a newer release, or is a file of something else: left as it is
  * ApiError                     no usable answer: .window, .attempts, .missing, .causes, .tables
    * ApiUnavailableError        wait: timeout, no connection, 429, 5xx, after the retries
    * ApiAccessError             sign in: 401, 403
    * ApiReplyError              report it: another 4xx (the server's own words), not JSON, unexpected shape
  * WorkbookError                a workbook could not be read or written; nothing in it was changed
    * WorkbookLockedError        close the file in Excel
    * WorkbookLayoutError        a sheet, table or name of ours is missing or in the way: which

A message is one line: what happened, then what to do. It never holds a secret, personal data or a query string.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from leads_excel.schema.legible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pandas as pd


class MissingWindow(Protocol):
    """A window as an error names it: `windows.week_grid.Window` is one."""

    @property
    def start(self) -> datetime:
        """Its first instant, in UTC."""

    @property
    def end(self) -> datetime:
        """The instant it ends, in UTC."""


class ArrivedTables(Protocol):
    """What did arrive, as an error hands it on: `LeadTables` are."""

    @property
    def leads(self) -> pd.DataFrame:
        """One row per lead that arrived."""

    @property
    def vehicles(self) -> pd.DataFrame:
        """One row per vehicle of those leads."""

    @property
    def errors(self) -> pd.DataFrame:
        """One row per error of those leads."""

    @property
    def bulks(self) -> pd.DataFrame:
        """One row per bulk that arrived."""

    @property
    def coverage(self) -> pd.DataFrame:
        """One row per window that was asked for; `state` tells which are missing."""


class LeadsError(Exception):
    """Everything this package raises on purpose.

    Args:
        *told: The message; what no terminal, cell or page could show of it is replaced, and it is one line.
    """

    def __init__(self, *told: object) -> None:
        super().__init__(*(one_line(each) if isinstance(each, str) else each for each in told))


class SettingsError(LeadsError, ValueError):
    """A setting is missing or wrong."""


class DateError(LeadsError, ValueError):
    """A value is not a date, or a range ends before it begins."""


class ArgumentError(LeadsError, ValueError):
    """An argument other than a date cannot be used."""


class StoreLayoutError(LeadsError):
    """What stands where the store should be was made by a newer release, or by something else."""


class ApiError(LeadsError):
    """The API did not give an answer that can be used.

    Args:
        message: One line: what happened, what to do.
        window: The window that was asked for, or None for a request by bulk id.
        attempts: How many requests were made, retries included.
        missing: For a range of several windows: every window without an answer, in time order.
        causes: The error of each missing window, in the same order.
        tables: For a range: what did arrive. Its coverage says what is missing.
    """

    def __init__(
        self,
        message: str,
        *,
        window: MissingWindow | None = None,
        attempts: int = 0,
        missing: Sequence[MissingWindow] = (),
        causes: Sequence[ApiError] = (),
        tables: ArrivedTables | None = None,
    ) -> None:
        super().__init__(message)
        self.window = window
        self.attempts = attempts
        self.missing = tuple(missing)
        self.causes = tuple(causes)
        self.tables = tables


class ApiUnavailableError(ApiError):
    """The API is out of reach for now: wait, then try again."""


class ApiAccessError(ApiError):
    """The API refused the sign-in."""


class ApiReplyError(ApiError):
    """The API answered with something this package does not understand."""


class WorkbookError(LeadsError):
    """A workbook could not be read or written."""


class WorkbookLockedError(WorkbookError):
    """The workbook is open elsewhere."""


class WorkbookLayoutError(WorkbookError):
    """A sheet, table or name of ours is missing, or something else stands where it would go."""
