"""Checks of what Excel needs on this computer: the add-in, the Python it runs, the Mac's permission."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from leads_excel.doctor.finding import Finding
from leads_excel.excel.addin.installing import interpreter, places, runner
from leads_excel.excel.addin.macro_book import addin_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leads_excel.excel.addin.installing import Places

_INSTALL = "run 'leads-excel addin install'"
_AUTOMATION = "System Settings, Privacy & Security, Automation, Microsoft Excel"
_SYNCED = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")  # variables that OneDrive sets on Windows


def excel_findings(
    store: str | None = None,
    platform: str = sys.platform,
    home: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[Finding]:
    """Look at what buttons and formulas depend on and yield what was found.

    Args:
        store: The file that the store is kept in; None where it is no file.
        platform: The kind of computer, as `sys.platform` names it.
        home: The user's folder; None for the one of whoever runs this.
        environ: The environment variables.
    """
    home = home or Path.home()
    yield from _synced({"Python": sys.prefix, "the store": store}, home, environ)
    if platform not in ("win32", "darwin"):
        yield Finding("Excel", "not on this kind of computer: workbooks are filled as files")
        return
    where = places(platform, home, environ)
    yield _addin(where)
    yield _interpreter(where)
    yield _com() if platform == "win32" else _script(where)
    if platform == "darwin":
        yield Finding("permission", f"macOS asks once whether Excel may run Python; to change it: {_AUTOMATION}")


def _synced(kept: Mapping[str, str | None], home: Path, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Name what lies in a folder that OneDrive copies while it is written to."""
    roots = [Path(environ[name]) for name in _SYNCED if environ.get(name)]
    roots += (home / "Library" / "CloudStorage").glob("OneDrive*")
    inside = [what for what, path in kept.items() if path and any(map(Path(path).is_relative_to, roots))]
    for what in inside:
        yield Finding("OneDrive", f"{what} is in a OneDrive folder: move it out, workbooks may stay", well=False)
    if roots and not inside:
        yield Finding("OneDrive", "holds neither Python nor the store")


def _addin(where: Places) -> Finding:
    if not where.addin.exists():
        return Finding("add-in", f"not installed; for the ribbon tab and formulas {_INSTALL}")
    if where.addin.read_bytes() != addin_workbook():
        return Finding("add-in", f"of another release: close Excel and {_INSTALL}", well=False)
    return Finding("add-in", f"{where.addin}")


def _interpreter(where: Places) -> Finding:
    named = interpreter(where)
    if named is None:
        return Finding("Python of Excel", f"not named yet; for buttons and formulas {_INSTALL}")
    if not Path(named).exists():
        return Finding("Python of Excel", f"{named} is gone: {_INSTALL}", well=False)
    if Path(named) != Path(sys.executable):
        return Finding("Python of Excel", f"{named}, not the one that runs this; to change it {_INSTALL}")
    return Finding("Python of Excel", named)


def _com() -> Finding:
    if find_spec("win32com") is None:
        return Finding("pywin32", "not installed: install leads-excel again", well=False)
    return Finding("pywin32", version("pywin32"))


def _script(where: Places) -> Finding:
    script = runner(where)
    if script is None or not script.exists():
        return Finding("script of xlwings", f"missing, or of another xlwings: {_INSTALL}", well=False)
    return Finding("script of xlwings", script.name)
