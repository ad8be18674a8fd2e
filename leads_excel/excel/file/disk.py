"""A workbook's file: whether somebody has it open, and how a new one takes its place."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from leads_excel.exceptions import WorkbookError, WorkbookLockedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_A_DAY = 86_400
_SUFFIX = ".leads-excel.tmp"


def refuse_if_open(path: Path) -> None:
    """Make sure that nobody has a workbook open.

    Excel and LibreOffice put a lock file beside it; on Windows Excel's own handle also forbids writing.

    Args:
        path: The workbook.

    Raises:
        WorkbookLockedError: It is open elsewhere.
        WorkbookError: It is missing or may not be written.
    """
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        if lock.exists():
            raise WorkbookLockedError(
                f"{path.name} is open in another program: close it there (or delete {lock.name} if nobody has it open)."
            )
    try:
        os.close(os.open(path, os.O_RDWR))  # asks for the right to write, and writes nothing
    except FileNotFoundError as error:
        raise WorkbookError(f"There is no file {path}: check the path.") from error
    except PermissionError as error:
        raise WorkbookLockedError(
            f"{path.name} cannot be written: close it in Excel, or ask for the right to change it."
        ) from error
    except OSError as error:
        raise WorkbookError(f"{path.name} cannot be opened: {error.strerror}.") from error


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file that takes the place of `path` whole, or not at all.

    The new file is written beside the old one, synced to disk and swapped in with one rename; whoever is killed
    before that leaves the old file. Its permissions are kept, and a link keeps pointing at the file it names.

    Args:
        path: Where the file is to stand; a file already there stays until the new one is complete.

    Yields:
        The new file, open for writing.

    Raises:
        WorkbookLockedError: The old file is open elsewhere.
        WorkbookError: The folder does not exist or cannot be written, or the disk is full.
    """
    path = Path(os.path.realpath(path))
    try:
        handle, name = tempfile.mkstemp(_SUFFIX, f".{path.name}.", path.parent)
    except OSError as error:
        raise WorkbookError(f"The folder {path.parent} cannot be written: {error.strerror}.") from error
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _adopt(path, new)
        new.replace(path)
    except PermissionError as error:
        raise WorkbookLockedError(f"{path.name} is open in another program: close it and try again.") from error
    except OSError as error:  # the disk is full, or a folder has this name
        raise WorkbookError(f"{path.name} cannot be written: {error.strerror}.") from error
    finally:
        new.unlink(missing_ok=True)
    _settle(path)


def _adopt(old: Path, new: Path) -> None:
    if old.exists():
        shutil.copymode(old, new)
        with contextlib.suppress(OSError, AttributeError):  # only root may give files away; Windows has no owners here
            os.chown(new, old.stat().st_uid, old.stat().st_gid)
    else:
        umask = os.umask(0)
        os.umask(umask)
        new.chmod(0o666 & ~umask)


def _settle(path: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):  # the rename itself reaches the disk with the folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    for left in path.parent.glob(f".{path.name}.*{_SUFFIX}"):  # of a run that was killed
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _A_DAY:
                left.unlink()
