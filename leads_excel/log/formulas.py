"""The log of the Python that calculates formulas: it begins with the first of them, and tells each failure once.

That Python ends with Excel or is ended, so nothing of it says how it ended. Other programs that call formulas, such as
tests, keep logs of their own.
"""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack

from leads_excel.log.events import tell
from leads_excel.log.runs import logged

_SERVER = "xlwings.com_server"
"""What xlwings loads in the Python that it starts for formulas (`XLPyCommand` in its VBA)."""

_MANY = 1000  # failures: a sheet full of them says no more after that

_opened = ExitStack()
_told: set[tuple[str, str]] = set()
_begun: list[bool] = []


def begin() -> None:
    """Open the log with the first formula; what is fetched from then on is in it."""
    if not _begun and _SERVER in sys.modules:
        _begun.append(True)
        _opened.enter_context(logged("formulas")).begin({"door": "formulas"})


def failed(formula: str, why: str) -> None:
    """Log why a formula shows no number, each reason once, without what a cell held.

    Args:
        formula: Its name.
        why: The reason, in a line; what it quotes may be anybody's name, out of a cell that was meant to hold a date.
    """
    why = _unquoted(why)
    if _begun and (formula, why) not in _told and len(_told) < _MANY:
        _told.add((formula, why))
        tell("not calculated", {"formula": formula, "reason": why}, level=logging.WARNING)


def _unquoted(text: str) -> str:
    first = min((at for at in map(text.find, "'\"") if at >= 0), default=-1)
    if first < 0:
        return text
    last = text.rfind(text[first])
    return f"{text[:first]}•••{text[last + 1 :] if last > first else ''}"


def end() -> None:
    """Close the log, and forget what was told."""
    _opened.close()
    _begun.clear()
    _told.clear()
