"""The program `leads-excel` without its start: each command is a process of its own that has loaded everything before.

It has the arguments, variables, standard streams and exit code of the real program, which takes a second to load what
it runs; a hundred tests start it. What a start is like is shown by the tests that start the program itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import fork_server
import programs
from stream_faults import code_page, faulty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from leads_excel.sandbox import SandboxServer

Done: TypeAlias = "subprocess.CompletedProcess[str]"

SECONDS = 60
NO_FAULTS: Mapping[str, str] = MappingProxyType({})

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
"""The moment at which the API that commands ask stands still."""


def run(
    *arguments: str,
    stdin: str | None = None,
    cwd: Path | None = None,
    faults: Mapping[str, str] = NO_FAULTS,
    **variables: str,
) -> Done:
    """Run a command in the environment of the test, with some variables of its own."""
    return run_command(arguments, {**os.environ, **variables}, stdin, cwd, faults)


def ask(api: SandboxServer, *arguments: str, **variables: Any) -> Done:
    """Run a command against an API on this machine; see `run`."""
    told = {"LEADS_EXCEL_ENVIRONMENT": "test", "LEADS_EXCEL_BASE_URL": api.url, "LEADS_EXCEL_BACKOFF": "0.01"}
    return run(*arguments, **told, **variables)


def run_command(
    arguments: Sequence[str],
    variables: Mapping[str, str],
    given: str | None = None,
    cwd: Path | None = None,
    faults: Mapping[str, str] = NO_FAULTS,
) -> Done:
    """Run a command to its end.

    Args:
        arguments: What stands after `leads-excel`.
        variables: The environment.
        given: What it reads on its standard input; nothing by default.
        cwd: The folder it runs in; that of the test by default.
        faults: What is wrong with its `stdout` and its `stderr`, as `stream_faults` names it. Not on Windows.

    Returns:
        Its exit code, and what it printed.

    Raises:
        TimeoutError: It was killed after a minute.
    """
    if sys.platform == "win32":  # nothing forks there
        program = [sys.executable, "-m", "leads_excel"]
        return programs.run([*program, *arguments], given=given, env=dict(variables), cwd=cwd)
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("in", "out", "err")]
        streams[0].write_text(given or "", encoding="utf-8")
        told = (list(arguments), dict(variables), cwd or Path.cwd(), streams, dict(faults))
        process = fork_server.context().Process(target=_run, args=told, daemon=True)
        process.start()
        process.join(SECONDS)
        if process.is_alive():
            process.kill()
            raise TimeoutError(f"leads-excel {' '.join(arguments)} was not done after {SECONDS} seconds")
        printed = [
            stream.read_text(encoding=code_page(faults.get(name)), errors="backslashreplace")
            for name, stream in zip(("stdout", "stderr"), streams[1:], strict=True)
        ]
    return subprocess.CompletedProcess(list(arguments), process.exitcode, *printed)


def _run(
    arguments: list[str], variables: dict[str, str], folder: Path, streams: list[Path], faults: dict[str, str]
) -> None:
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)
    sys.path[:0] = [path for path in variables.get("PYTHONPATH", "").split(os.pathsep) if path not in sys.path]
    sys.argv = ["leads-excel", *arguments]
    with ExitStack() as stack:
        for number, (stream, mode) in enumerate(zip(streams, "rww", strict=True)):
            file = stack.enter_context(stream.open(mode, encoding="utf-8"))
            os.dup2(file.fileno(), number)
        sys.stdin, sys.stdout, sys.stderr = (
            stack.enter_context(open(number, mode, encoding="utf-8", closefd=False))
            for number, mode in enumerate("rww")
        )
        for name, fault in faults.items():
            setattr(sys, name, stack.enter_context(faulty(fault, getattr(sys, name))))
        from leads_excel.cli.app import main  # noqa: PLC0415 - as the program does it

        main()
