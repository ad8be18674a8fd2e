"""Programs that tests start: each has a limit of time, and none is left running.

A test that reads from a program waits for ever when that never says anything; `started` kills it at its limit, so the
read comes to an end. Nothing else in the tests starts programs.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    Command = Sequence[str | Path]

SECONDS = 60
"""How long a program may take unless a test says otherwise."""

_TEXT = {"text": True, "encoding": "utf-8"}


@contextmanager
def started(command: Command, *, limit: float = SECONDS, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a program and go on beside it; afterwards it is dead, with all that it started.

    Args:
        command: The program and its arguments.
        limit: Seconds after which it is killed, whatever the test is doing.
        options: As for `subprocess.Popen`. Its pipes carry text.

    Yields:
        The program as it runs.

    Raises:
        TimeoutError: It had to be killed at its limit.
    """
    process = subprocess.Popen(command, start_new_session=True, **_TEXT | options)
    late = threading.Event()
    watch = threading.Timer(limit, lambda: (late.set(), _kill(process)))
    watch.daemon = True
    watch.start()
    try:
        yield process
    finally:
        watch.cancel()
        _kill(process)
        _let_go(process)
        if late.is_set():
            raise TimeoutError(f"{command[0]} was not done after {limit:g} seconds")


def run(
    command: Command, *, given: str | None = None, limit: float = SECONDS, check: bool = False, **options: Any
) -> subprocess.CompletedProcess[Any]:
    """Run a program to its end.

    Args:
        command: The program and its arguments.
        given: What it reads on its standard input; nothing by default.
        limit: Seconds that it may take.
        check: Whether it has to succeed.
        options: As for `subprocess.Popen`. What it prints is text, unless `text=False, encoding=None` are among them.

    Returns:
        Its exit code, and what it printed.

    Raises:
        subprocess.CalledProcessError: It failed, and had to succeed.
        TimeoutError: It was killed at its limit.
    """
    pipes = {"stdin": subprocess.DEVNULL if given is None else subprocess.PIPE}
    pipes |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started(command, limit=limit, **pipes | options) as process:
        printed = process.communicate(given)
    done = subprocess.CompletedProcess(command, process.returncode, *printed)
    if check:
        done.check_returncode()
    return done


def printed_by(code: str, *, limit: float = SECONDS, **options: Any) -> str:
    """Run Python code in a process of its own, which has to succeed, and return what it printed."""
    return run([sys.executable, "-c", code], limit=limit, check=True, **options).stdout


def _kill(process: subprocess.Popen[str]) -> None:
    if os.name == "nt":
        process.kill()
        return
    with suppress(ProcessLookupError, PermissionError):  # macOS forbids killing a group whose leader has ended
        os.killpg(process.pid, signal.SIGKILL)


def _let_go(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with suppress(OSError):  # what was not read yet is lost: BrokenPipeError, on Windows another one
                pipe.close()
    process.wait(SECONDS)
