"""What a command ends with: one line on standard error, and an exit code.

Exit codes: 0 done; 2 wrong arguments or settings; 3 sign-in refused; 4 API out of reach; 5 answer not understood;
6 workbook locked or not ours; 7 a rule of `check` is broken; 8 store of a newer release or not ours; 130 stopped with
Ctrl-C.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from leads_excel.exceptions import (
    ApiAccessError,
    ApiReplyError,
    ApiUnavailableError,
    LeadsError,
    StoreLayoutError,
    WorkbookError,
)

STOPPED = 130
UNEXPECTED = 1
BROKEN = 7

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

_CODES: tuple[tuple[type[LeadsError], int], ...] = (
    (ApiAccessError, 3),
    (ApiUnavailableError, 4),
    (ApiReplyError, 5),
    (WorkbookError, 6),
    (StoreLayoutError, 8),
    (LeadsError, 2),
)


_clock: ContextVar[ZoneInfo | None] = ContextVar("clock", default=None)


def complain(line: str) -> None:
    """Print a line to standard error, under the program's name.

    Args:
        line: What is wrong and what to do.
    """
    say(f"leads-excel: {line}", err=True)


def say(line: str, *, err: bool = False) -> None:
    """Print a line, with the time in front where `stamped` says so.

    Args:
        line: The line.
        err: To standard error.
    """
    zone = _clock.get()
    typer.echo(f"{datetime.now(zone):%Y-%m-%d %H:%M:%S} {line}" if zone else line, err=err)


@contextmanager
def stamped(zone: ZoneInfo) -> Iterator[None]:
    """Put the time in front of every line.

    Args:
        zone: The business zone, whose clock it is.
    """
    token = _clock.set(zone)
    try:
        yield
    finally:
        _clock.reset(token)


def code_of(error: LeadsError) -> int:
    """Give the exit code of an error.

    Args:
        error: What a command failed with.

    Returns:
        A number from 2 to 8.
    """
    return next(code for kind, code in _CODES if isinstance(error, kind))
