"""Standard output and standard error: telling never stops the work.

Whoever tells something, be it a command, a progress bar, a warning or a traceback, writes to `sys.stdout` or
`sys.stderr`, and each write can fail: Windows gives a pipe the letters of one code page, the disk under a log is full,
the reader has gone, the terminal was closed, there never was a stream (`pythonw`, `2>&-`). `secure` puts streams there
that take everything: a letter that cannot be written is written as its number, and what cannot be written at all is
lost, since there is nowhere left to tell it. Only a result that a command was asked for fails (`deliver`).
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_LENIENT = {"backslashreplace", "ignore", "namereplace", "replace", "xmlcharrefreplace"}
_BYTES_AS_THEY_CAME = "leads_excel.bytes_as_they_came"


def _bytes_as_they_came(error: UnicodeError) -> tuple[str | bytes, int]:
    # What Python does for names of files in the C locale, but never failing.
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeError:
        return codecs.backslashreplace_errors(error)


codecs.register_error(_BYTES_AS_THEY_CAME, _bytes_as_they_came)


class _Steady(io.RawIOBase):
    """Takes whatever is written, and hands on what it can.

    Args:
        raw: Where it goes; None for nowhere.
        stream: Whose it is: it closes what it writes to when nobody needs it any more.
    """

    def __init__(self, raw: io.RawIOBase | None, stream: TextIO | None) -> None:
        self._raw = raw
        self._stream = stream

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._raw is not None and self._raw.isatty()

    def fileno(self) -> int:
        return super().fileno() if self._raw is None else self._raw.fileno()

    def write(self, content: ReadableBuffer, /) -> int:
        with suppress(OSError, ValueError):  # ValueError: somebody closed the stream
            self.deliver(content)
        return memoryview(content).nbytes

    def deliver(self, content: ReadableBuffer) -> None:
        left = memoryview(content)
        while left:
            written = self._raw.write(left) if self._raw else None
            if not written:  # no stream, or a pipe that is full and was told not to wait
                raise OSError(errno.EBADF, "nobody reads it")
            left = left[written:]


def steady(stream: TextIO | None) -> TextIO:
    """Make a standard stream one that takes everything.

    Args:
        stream: As Python made it; None where there is none.

    Returns:
        A stream to the same place. A stream that no file is behind, such as a notebook's, as it is.
    """
    if stream is None:
        return io.TextIOWrapper(io.BufferedWriter(_Steady(None, None)), "utf-8", "backslashreplace")
    binary = getattr(stream, "buffer", None)
    raw = getattr(binary, "raw", binary)  # with `python -u` nothing is buffered
    if not (isinstance(stream, io.TextIOWrapper) and isinstance(raw, io.RawIOBase)) or isinstance(raw, _Steady):
        return stream
    with suppress(OSError, ValueError):
        stream.flush()
    lenient = _BYTES_AS_THEY_CAME if stream.errors == "surrogateescape" else "backslashreplace"
    return io.TextIOWrapper(
        io.BufferedWriter(_Steady(raw, stream)),
        stream.encoding,
        stream.errors if stream.errors in _LENIENT else lenient,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def secure() -> None:
    """Put streams that take everything in the place of standard output and standard error, for the whole process."""
    _take_numbers_of_closed_streams()
    sys.stdout, sys.stderr = steady(sys.stdout), steady(sys.stderr)


def _take_numbers_of_closed_streams() -> None:
    # The next file that is opened gets the lowest free number: a library that writes an error to file 2 must not write
    # it into a workbook or a store.
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)


def deliver(content: bytes) -> None:
    """Write a result to standard output, whole.

    Args:
        content: The result.

    Raises:
        OSError: It is not all there: the disk is full, the reader has gone, there is no such stream.
    """
    sys.stdout.flush()
    raw = getattr(sys.stdout.buffer, "raw", None)
    if isinstance(raw, _Steady):
        raw.deliver(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
