"""The program `leads-excel` without its start: each command is a process of its own that has loaded everything before.

It has the arguments, variables, standard streams and exit code of the real program, which takes a second to load what
it runs; a hundred tests start it. What a start is like is shown by the tests that start the program itself. On Windows
the command runs in the process of the test.
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
from typing import TYPE_CHECKING, Any, TypeAlias

import fork_server
import keyring.core
import pytest
from stream_faults import code_page, faulty

from leads_excel.cli.app import main
from leads_excel.fetching.session import use
from leads_excel.settings import keychain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder) / name for name in ("in", "out", "err")]
        streams[0].write_text(given or "", encoding="utf-8", newline="")
        told = (list(arguments), dict(variables), cwd or Path.cwd(), streams, dict(faults))
        code = _run_here(*told) if sys.platform == "win32" else _run_in_a_fork(*told)
        printed = [
            stream.read_text(encoding=code_page(faults.get(name)), errors="backslashreplace")
            for name, stream in zip(("stdout", "stderr"), streams[1:], strict=True)
        ]
    return subprocess.CompletedProcess(list(arguments), code, *printed)


def _run_in_a_fork(arguments: list[str], *told: Any) -> int | None:
    process = fork_server.context().Process(target=_run, args=(arguments, *told), daemon=True)
    process.start()
    process.join(SECONDS)
    if process.is_alive():
        process.kill()
        raise TimeoutError(f"leads-excel {' '.join(arguments)} was not done after {SECONDS} seconds")
    return process.exitcode


def _run_here(
    arguments: list[str], variables: dict[str, str], folder: Path, streams: list[Path], faults: dict[str, str]
) -> int | str | None:
    """Run a command in this process: Windows forks none. What a process remembers is forgotten before and after."""
    encodings = ("utf-8", code_page(faults.get("stdout")), code_page(faults.get("stderr")))
    with ExitStack() as stack:
        changed = stack.enter_context(pytest.MonkeyPatch.context())
        changed.chdir(folder)
        for name in set(os.environ) - set(variables):
            changed.delenv(name)
        for name, value in variables.items():
            changed.setenv(name, value)
        path = variables.get("PYTHONPATH", "").split(os.pathsep)
        changed.setattr(sys, "path", [*path, *sys.path])
        changed.setattr(sys, "argv", ["leads-excel", *arguments])
        for name, stream, mode, encoding in zip(("stdin", "stdout", "stderr"), streams, "rww", encodings, strict=True):
            changed.setattr(sys, name, stack.enter_context(stream.open(mode, encoding=encoding)))
        stack.callback(_forget)
        _forget()
        try:
            main()
        except SystemExit as ended:
            return ended.code
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
    return 0


def _forget() -> None:
    use(None)
    keychain.secret.cache_clear()
    keyring.core._keyring_backend = None


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
        main()
