"""What a command ends with: one line on standard error, and an exit code.

Exit codes: 0 done; 2 wrong arguments or settings; 3 sign-in refused; 4 API out of reach; 5 answer not understood;
6 workbook locked or not ours; 8 store of a newer release or not ours; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import typer

from leads_excel.exceptions import (
    ApiAccessError,
    ApiReplyError,
    ApiUnavailableError,
    LeadsError,
    StoreLayoutError,
    WorkbookError,
)

_CODES: tuple[tuple[type[LeadsError], int], ...] = (
    (ApiAccessError, 3),
    (ApiUnavailableError, 4),
    (ApiReplyError, 5),
    (WorkbookError, 6),
    (StoreLayoutError, 8),
    (LeadsError, 2),
)


def complain(line: str) -> None:
    """Print a line to standard error, under the program's name.

    Args:
        line: What is wrong and what to do.
    """
    typer.echo(f"leads-excel: {line}", err=True)


def code_of(error: LeadsError) -> int:
    """Give the exit code of an error.

    Args:
        error: What a command failed with.

    Returns:
        A number from 2 to 8.
    """
    return next(code for kind, code in _CODES if isinstance(error, kind))
