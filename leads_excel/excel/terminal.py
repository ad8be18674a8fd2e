"""A window to type in, where a secret can be asked for: Excel has none that hides what is typed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path


def own_command(*arguments: str) -> list[str]:
    """Write a call of the command line of this package, with the Python that runs this.

    Args:
        *arguments: Such as `login`, `test`.
    """
    python = Path(sys.executable)  # for Excel on Windows pythonw, which has no window to type in
    return [str(python.with_name(python.name.replace("pythonw", "python"))), "-m", "leads_excel", *arguments]


def open_terminal(command: list[str]) -> bool:
    """Run a command in a new window, which stays open.

    Args:
        command: The program and its arguments.

    Returns:
        Whether there is such a window on this system; False on Linux.
    """
    opened = False
    if sys.platform == "win32":
        shell = os.environ.get("COMSPEC", "cmd.exe")
        subprocess.Popen([shell, "/k", *command], creationflags=subprocess.CREATE_NEW_CONSOLE)  # noqa: S603 - our own
        opened = True
    elif sys.platform == "darwin":
        text = shlex.join(command).replace("\\", "\\\\").replace('"', '\\"')
        script = f'tell application "Terminal"\nactivate\ndo script "{text}"\nend tell'
        subprocess.run(["/usr/bin/osascript", "-e", script], check=True)  # noqa: S603 - our own
        opened = True
    return opened
