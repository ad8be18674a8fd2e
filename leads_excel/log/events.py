"""Events: one line each, made of a name and facts that are neither secret nor anybody's personal data.

They go to the logger `leads_excel` of the standard library, so that a program that uses this package can have them too:
`logging.basicConfig(level="INFO")` in a notebook shows them.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact: TypeAlias = "str | int | float | bool | list[str] | None"


class _Warnings(logging.Handler):
    """Shows warnings that are no events on standard error, as Python does where nobody has said what becomes of them.

    Python itself does so only while a logger has no handler at all; this one has those of the log.
    """

    def emit(self, record: logging.LogRecord) -> None:
        if not hasattr(record, "event") and not logging.getLogger().handlers and sys.stderr is not None:
            sys.stderr.write(f"{record.getMessage()}\n")
            sys.stderr.flush()


LOGGER = logging.getLogger("leads_excel")
LOGGER.addHandler(_Warnings(logging.WARNING))

_LONGEST = 1000
_ADDRESS = re.compile(r"(?<![^\s@'\"<>,;:])[^\s@'\"<>,;:]++@[^\s@'\"<>,;]++")
# Nine digits and more, but no day.
_LONG_NUMBER = re.compile(r"(?<![\w.-])(?!\d{4}-\d\d-\d\d\b)\+?\d(?:[ ()-]?\d){8,}(?![\w-])")
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def tell(event: str, facts: Mapping[str, Fact], *, level: int = logging.INFO) -> None:
    """Log an event.

    Args:
        event: What happened, in a word or two, such as `fetched`.
        facts: What is to be known of it, in the order to be read. A text goes through `safe`; None and empty lists are
            left out.
        level: How much it matters, as `logging` has it: what is below INFO is logged with `-v` only.
    """
    if not LOGGER.isEnabledFor(level):
        return
    known = {name: _safe(value) for name, value in facts.items() if value not in (None, [])}
    LOGGER.log(level, "%s", in_words(event, known), extra={"event": event, "facts": known})


def safe(text: str) -> str:
    """Put a text into a line of a log: e-mail addresses and long numbers in it are masked (PDPL article 1).

    Messages of this package hold no personal data; but a person may have typed some where a date was asked for, and the
    path of the home folder has its owner's name.

    Args:
        text: Any text.

    Returns:
        One line of at most 1000 characters.
    """
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() may fail
    short = text[: _LONGEST + 1].replace(home, "~") if len(home) > len("C:\\") else text[: _LONGEST + 1]
    line = _BREAKS.sub(" ", _LONG_NUMBER.sub("•••", _ADDRESS.sub("•••", short)))
    return line if len(text) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def in_words(event: str, facts: dict[str, Fact]) -> str:
    """Write an event as a person reads it.

    Args:
        event: Its name.
        facts: Its facts.
    """
    words = [f"{name.replace('_', ' ')} {_in_words(value)}" for name, value in facts.items()]
    return f"{event}: {', '.join(words)}" if words else event


def _safe(value: Fact) -> Fact:
    if isinstance(value, str):
        return safe(value)
    return [safe(item) for item in value] if isinstance(value, list) else value


def _in_words(value: Fact) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " | ".join(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
