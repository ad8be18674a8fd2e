"""The processes of this computer, as Windows lists them (Tool Help)."""

from __future__ import annotations

import ctypes
import os
import signal
from contextlib import suppress
from ctypes import wintypes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAMS = ("cmd.exe", "conhost.exe", "python")
_PROCESSES = 2  # TH32CS_SNAPPROCESS
_kernel = ctypes.WinDLL("kernel32")
_kernel.CreateToolhelp32Snapshot.restype = wintypes.HANDLE
_kernel.CloseHandle.argtypes = [wintypes.HANDLE]


class _Entry(ctypes.Structure):
    """PROCESSENTRY32W."""

    _fields_ = (
        ("dwSize", wintypes.DWORD),
        ("cntUsage", wintypes.DWORD),
        ("number", wintypes.DWORD),
        ("th32DefaultHeapID", ctypes.c_size_t),
        ("th32ModuleID", wintypes.DWORD),
        ("cntThreads", wintypes.DWORD),
        ("parent", wintypes.DWORD),
        ("pcPriClassBase", wintypes.LONG),
        ("dwFlags", wintypes.DWORD),
        ("program", wintypes.WCHAR * 260),
    )


_kernel.Process32FirstW.argtypes = _kernel.Process32NextW.argtypes = [wintypes.HANDLE, ctypes.POINTER(_Entry)]


def started_by(number: int) -> dict[int, str]:
    """List the Pythons that a process started, and what stands between.

    Args:
        number: The number of the process.

    Returns:
        The program of each by its number.
    """
    # Others may name a process of that number as theirs that was before this one: Windows gives numbers again.
    known = [entry for entry in _all() if entry[2].lower().startswith(_PROGRAMS)]
    found = {number: ""}
    for _ in known:  # a process may stand before the one that started it
        found |= {child: program for child, parent, program in known if parent in found}
    del found[number]
    return found


def are_running(numbers: set[int]) -> set[int]:
    """Tell which of these processes run."""
    return {number for number, _, _ in _all()} & numbers


def end(number: int) -> None:
    """End a process as a crash does."""
    with suppress(OSError):  # it has ended
        os.kill(number, signal.SIGTERM)  # on Windows: TerminateProcess


def _all() -> Iterator[tuple[int, int, str]]:
    snapshot, entry = _kernel.CreateToolhelp32Snapshot(_PROCESSES, 0), _Entry()
    entry.dwSize = ctypes.sizeof(_Entry)
    more = _kernel.Process32FirstW(snapshot, entry)
    while more:
        yield entry.number, entry.parent, entry.program
        more = _kernel.Process32NextW(snapshot, entry)
    _kernel.CloseHandle(snapshot)
