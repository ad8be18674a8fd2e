"""Errors that nobody foresaw, told without what is in them: their text may hold somebody's data."""

from __future__ import annotations

import traceback
from pathlib import Path

from leads_excel.exceptions import LeadsError

_OF_EXCEL = {"com_error", "CommandError"}
"""What pywin32 and appscript raise when Excel refuses something."""


def told(error: Exception) -> str:
    """Put an error into one line: what happened, what to do.

    Args:
        error: Any error.

    Returns:
        The message of an error of this package; of any other one its kind and place.
    """
    if isinstance(error, LeadsError):
        return " ".join(str(error).split())
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
    if type(error).__name__ in _OF_EXCEL:
        return f"Excel did not take the change: leave the cell that is being edited, then try again ({where})."
    return f"Unexpected {where}: run 'leads-excel doctor' and report it."
