"""Work that is done once, or again and again (`--watch`), and what becomes of it when its terminal is closed."""

from __future__ import annotations

import signal
import time
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HANGUP: signal.Signals | None = getattr(signal, "SIGHUP", None)
_NOBODY_LOOKS = Event()


def _note(*_: object) -> None:
    _NOBODY_LOOKS.set()


def outlive_the_terminal() -> None:
    """Finish what is under way when the terminal is closed, where that would end the program at once.

    Whoever had the signal ignored (`nohup`) is not overruled. Windows has no such signal: it ends what runs in a
    console that is closed.
    """
    if _HANGUP and signal.getsignal(_HANGUP) is signal.SIG_DFL:
        signal.signal(_HANGUP, _note)


def end_with_the_terminal() -> None:
    """End when the terminal is closed, as every program does: there is no work to be finished."""
    if _HANGUP and signal.getsignal(_HANGUP) is _note:
        signal.signal(_HANGUP, signal.SIG_DFL)


def rounds(minutes: float | None) -> Iterator[None]:
    """Tell when to do the work: at once, and again after each pause.

    Args:
        minutes: The pause; None for once. After the terminal was closed no further round begins.

    Yields:
        Nothing, a round each time.
    """
    yield
    while minutes and _paused(minutes * 60):
        yield


def _paused(seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not _NOBODY_LOOKS.is_set() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.5))  # not a wait for the event: on Windows Ctrl-C does not interrupt one
    return not _NOBODY_LOOKS.is_set()
