"""Where the add-in's VBA looks for a setting (`GetConfig` of xlwings' Config.bas): the first place that has it.

The sheet `leads_excel.conf` of the workbook in use, the same sheet of the add-in, the file `leads_excel.conf` beside
the workbook, the user's own, which `leads-excel addin install` writes.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FILE = "leads_excel.conf"


def user_file() -> Path:
    """Find the user's own settings, as VBA's `Environ("USERPROFILE")` has it."""
    return Path(os.environ["USERPROFILE"], ".leads_excel", FILE)


def get_config(workbook: Path, *sheets: Mapping[str, str]) -> Callable[..., str]:
    """Make the function that looks for a setting.

    Args:
        workbook: The workbook in use.
        sheets: The settings on the sheets of the workbook and of the add-in.

    Returns:
        A function of the setting's name, and of what it is where no place has it.
    """
    files = (workbook.parent / FILE, user_file())  # Excel's environment does not change while it runs

    def look(name: str, default: object = "") -> str:
        for sheet in sheets:
            if name in sheet:
                return os.path.expandvars(sheet[name])
        for file in files:
            found = {key.lower(): value for key, value in reversed(_settings(file))}
            if name.lower() in found:
                return os.path.expandvars(found[name.lower()])
        return str(default)

    return look


def _settings(file: Path) -> list[tuple[str, str]]:
    """Read what `Input #` reads: a quoted name and a quoted value on each line, in the code page."""
    try:
        return _read(file, file.stat().st_mtime_ns)
    except OSError:
        return []


@cache
def _read(file: Path, _changed: int) -> list[tuple[str, str]]:
    # Every formula looks for eleven settings, and Wine takes its time with files.
    lines = file.read_text(encoding="mbcs").splitlines()
    pairs = (line.strip().strip('"').partition('","') for line in lines if line.strip())
    return [(name, value) for name, _, value in pairs]
