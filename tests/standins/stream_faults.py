"""What can be wrong with a program's standard output and standard error, made for real by the operating system."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

CODE_PAGES = ("cp1252", "cp437", "cp1256")
LOST = ("the reader has gone", "the disk is full", "the terminal was closed", "nobody reads and nobody waits", "none")
"""Whatever is written is lost. Only POSIX makes these in a process that runs already."""

FAULTS = (*CODE_PAGES, *LOST) if os.name == "posix" else CODE_PAGES


def code_page(fault: str | None) -> str:
    """Name the encoding of a stream with a fault."""
    return fault if fault in CODE_PAGES else "utf-8"


def faulty(fault: str, stream: TextIO) -> AbstractContextManager[TextIO | None]:
    """Open a stream with a fault in the place of a sound one, under the same number.

    Args:
        fault: One of `FAULTS`.
        stream: The sound stream.

    Returns:
        The stream as Python makes it; None where there is none.
    """
    number = stream.fileno()
    if fault == "none":
        os.close(number)
        return nullcontext(None)
    if fault in LOST:
        _END[fault](number)
    return open(number, "w", encoding=code_page(fault), closefd=False)


def _reader_gone(number: int) -> None:
    reading, writing = os.pipe()
    os.dup2(writing, number)
    os.close(reading)


def _full(number: int) -> None:
    os.dup2(os.open("/dev/full", os.O_WRONLY), number)


def _terminal_closed(number: int) -> None:
    ours, its = os.openpty()
    os.dup2(its, number)
    os.close(ours)


def _nobody_waits(number: int) -> None:
    _reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while os.write(writing, bytes(4096)):
            pass
    except BlockingIOError:
        os.dup2(writing, number)


_END = dict(zip(LOST, (_reader_gone, _full, _terminal_closed, _nobody_waits), strict=False))
