"""A file as another program has it open: what that may do with it, and what it lets others do meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import win32con
import win32file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READING = win32con.GENERIC_READ
WRITING = win32con.GENERIC_READ | win32con.GENERIC_WRITE
SHARED = {
    "nothing": 0,
    "reading": win32con.FILE_SHARE_READ,
    "reading and writing": win32con.FILE_SHARE_READ | win32con.FILE_SHARE_WRITE,
    "all": win32con.FILE_SHARE_READ | win32con.FILE_SHARE_WRITE | win32con.FILE_SHARE_DELETE,
}


@contextmanager
def held(path: Path, access: int = WRITING, shared: str = "reading") -> Iterator[None]:
    """Have a file open; by default as Excel has it.

    Args:
        path: The file.
        access: What it is opened for.
        shared: What others may do with it, one of `SHARED`.
    """
    handle = win32file.CreateFile(str(path), access, SHARED[shared], None, win32con.OPEN_EXISTING, 0, None)
    try:
        yield
    finally:
        handle.Close()
