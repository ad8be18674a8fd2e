"""The add-in on this computer: where Excel looks for it, putting it there, taking it away."""

from __future__ import annotations

import locale
import os
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from leads_excel.excel.addin.macro_book import PROJECT_NAME, addin_workbook, xlwings_folder
from leads_excel.excel.file.disk import replacing
from leads_excel.exceptions import SettingsError, WorkbookError, WorkbookLockedError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Places:
    """Where Excel keeps things on one computer.

    Args:
        addin: The add-in, in the folder whose workbooks Excel opens when it starts.
        settings: The file that the VBA reads its settings from.
        interpreter: The name of the setting in that file which says where Python is.
        scripts: On macOS, the folder of the scripts that Excel may run; None elsewhere.
    """

    addin: Path
    settings: Path
    interpreter: str
    scripts: Path | None = None


def places(platform: str = sys.platform, home: Path | None = None, environ: Mapping[str, str] = os.environ) -> Places:
    """Find out where Excel keeps things.

    Args:
        platform: The kind of computer, as `sys.platform` names it.
        home: The user's folder; None for the one of whoever runs this.
        environ: The environment variables.

    Returns:
        The places; none of them has to exist.

    Raises:
        WorkbookError: There is no Excel for this kind of computer.
    """
    home = home or Path.home()
    file, settings = f"{PROJECT_NAME}.xlam", f"{PROJECT_NAME}.conf"
    if platform == "win32":
        roaming = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
        profile = Path(environ.get("USERPROFILE") or home)
        return Places(
            addin=roaming / "Microsoft" / "Excel" / "XLSTART" / file,
            settings=profile / f".{PROJECT_NAME}" / settings,
            interpreter="INTERPRETER_WIN",
        )
    if platform == "darwin":
        library = home / "Library"
        content = library / "Group Containers" / "UBF8T346G9.Office" / "User Content.localized"
        return Places(
            addin=content / "Startup.localized" / "Excel" / file,
            settings=library / "Containers" / "com.microsoft.Excel" / "Data" / settings,
            interpreter="INTERPRETER_MAC",
            scripts=library / "Application Scripts" / "com.microsoft.Excel",
        )
    raise WorkbookError("Excel add-ins work on Windows and macOS only: use the command line or a notebook here.")


def install_addin(where: Places | None = None) -> Path:
    """Put the add-in where Excel opens it at its next start, and tell it which Python to run.

    Args:
        where: The places; None for those of this computer.

    Returns:
        The add-in's file.

    Raises:
        WorkbookLockedError: Excel has the add-in open.
        WorkbookError: There is no Excel for this kind of computer, or its folder cannot be written.
        SettingsError: The path of Python cannot be written into Excel's settings, or these cannot be found by Excel.
    """
    where = where or places()
    set_interpreter(where)
    where.addin.parent.mkdir(parents=True, exist_ok=True)
    with replacing(where.addin) as file:
        file.write(addin_workbook())
    return where.addin


def set_interpreter(where: Places | None = None) -> None:
    """Tell the buttons and formulas which Python to run: the one that runs this. Other settings are kept.

    Args:
        where: The places; None for those of this computer.

    Raises:
        WorkbookError: There is no Excel for this kind of computer.
        SettingsError: The path of Python cannot be written into Excel's settings, or these cannot be found by Excel.
    """
    where = where or places()
    _check_that_vba_finds(where.settings)
    _write_settings(where, [*_other_settings(where), f'"{where.interpreter}","{sys.executable}"'])
    if script := runner(where):
        script.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(xlwings_folder() / script.name, script)


def runner(where: Places) -> Path | None:
    """Name the script by which Excel for Mac runs Python, one for each release of xlwings; None on Windows."""
    return where.scripts / f"xlwings-{version('xlwings')}.applescript" if where.scripts is not None else None


def interpreter(where: Places) -> str | None:
    """Read which Python the buttons and formulas run; None when nothing was set."""
    named = [line for line in _lines(where) if line.upper().startswith(f'"{where.interpreter}",')]
    return named[-1].partition(",")[2].strip().strip('"') if named else None


def remove_addin(where: Places | None = None) -> bool:
    """Take the add-in and its settings away. The script that xlwings needs on macOS stays: others may use it.

    Args:
        where: The places; None for those of this computer.

    Returns:
        Whether there was an add-in.

    Raises:
        WorkbookLockedError: Excel has the add-in open.
        WorkbookError: There is no Excel for this kind of computer.
    """
    where = where or places()
    found = where.addin.exists()
    try:
        where.addin.unlink(missing_ok=True)
    except PermissionError as error:
        raise WorkbookLockedError("Excel has the add-in open: close Excel and try again.") from error
    if others := _other_settings(where):
        _write_settings(where, others)
    else:
        where.settings.unlink(missing_ok=True)
    return found


def _other_settings(where: Places) -> list[str]:
    """Read the lines of the settings file without the interpreter's."""
    return [line for line in _lines(where) if not line.upper().startswith(f'"{where.interpreter}",')]


def _lines(where: Places) -> list[str]:
    """Read the lines of the settings file, each a quoted name and a quoted value."""
    if not where.settings.exists():
        return []
    content = where.settings.read_text(encoding=locale.getencoding())
    return [line for line in content.splitlines() if line.strip()]


def _check_that_vba_finds(settings: Path) -> None:
    try:
        str(settings).encode(locale.getencoding())  # what VBA's Environ gives and its Dir and Open take
    except UnicodeEncodeError as error:
        raise SettingsError(
            f"Excel cannot find its settings in {settings.parent}: in the region settings of Windows, set the language "
            "for non-Unicode programs to the one that the folder is named in."
        ) from error


def _write_settings(where: Places, lines: list[str]) -> None:
    where.settings.parent.mkdir(parents=True, exist_ok=True)
    try:
        content = "".join(f"{line}\n" for line in lines).encode(locale.getencoding())  # what VBA's Open reads
    except UnicodeEncodeError as error:
        raise SettingsError(
            f"Excel cannot read the path {sys.executable}: install Python in a folder with plain letters."
        ) from error
    with replacing(where.settings) as file:
        file.write(content)
