"""A workbook's file: whether somebody has it open, and how a new one takes its place."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from leads_excel.exceptions import WorkbookError, WorkbookLockedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

T = TypeVar("T")

_A_DAY = 86_400
_SUFFIX = ".leads-excel.tmp"
_SHORT = 40  # letters of the old name in that of the new file: a name may have 255, or bytes

_ON_WINDOWS = os.name == "nt"
_A_LOOK = 2.0  # seconds
_A_SWAP = 5.0  # seconds: Windows' own search and virus scanners let go of a new file within one or two
_LONGEST_PATH = 259  # letters, unless an administrator allowed more (Win32: MAX_PATH)
_FORBIDDEN = frozenset('<>:"|?*')


def resolved(path: str | os.PathLike[str]) -> Path:
    """Find the file itself, where a path goes by links or mapped drives.

    Args:
        path: The path, relative or not.

    Returns:
        An absolute path. Where Windows cannot follow it, to a server that is off for example, it is the same path, and
        whoever opens it is told why.

    Raises:
        WorkbookError: It is no path.
    """
    if "\0" in os.fspath(path):
        raise WorkbookError(f"{os.fspath(path)!r} is no path of a file: check what stands in it.")
    try:
        return Path(os.path.realpath(path))
    except OSError:
        return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps the dots


def refuse_if_open(path: Path) -> None:
    """Make sure that nobody has a workbook open.

    Excel and LibreOffice put a lock file beside it; on Windows Excel's own handle also forbids writing. Who has it open
    for a moment, to scan it, is waited for.

    Args:
        path: The workbook.

    Raises:
        WorkbookLockedError: It is open elsewhere.
        WorkbookError: It is missing or may not be written.
    """
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        if os.path.lexists(lock):  # of Path.exists a name that is too long is an error
            raise WorkbookLockedError(
                f"{path.name} is open in another program: close it there (or delete {lock.name} if nobody has it open)."
            )
    if os.path.isdir(path):  # noqa: PTH112 - of Path.is_dir a name that is too long is an error
        raise WorkbookError(f"{path.name} cannot be opened: it is a folder.")
    _refuse_if_protected(path)
    try:
        # Asks for the right to write, and writes nothing.
        _patiently(_A_LOOK, lambda: os.close(os.open(path, os.O_RDWR)))
    except FileNotFoundError as error:
        raise WorkbookError(f"There is no file {path}: check the path.") from error
    except PermissionError as error:
        raise WorkbookLockedError(
            f"{path.name} cannot be written: close it in Excel, or ask for the right to change it."
        ) from error
    except OSError as error:
        raise WorkbookError(f"{path.name} cannot be opened: {_reason(error, path)}.") from error


def opened(path: Path) -> BinaryIO:
    """Open a workbook for reading; who has it open for a moment, to scan it, is waited for.

    Args:
        path: The workbook.

    Returns:
        The file.

    Raises:
        WorkbookLockedError: It may not be read, or another program keeps it to itself.
        WorkbookError: It cannot be opened.
    """
    try:
        return _patiently(_A_LOOK, lambda: path.open("rb"))
    except PermissionError as error:
        raise WorkbookLockedError(f"{path} cannot be read: close it in the program that has it open.") from error
    except OSError as error:
        raise WorkbookError(f"{path} cannot be opened: {_reason(error, path)}.") from error


def fingerprint(path: Path) -> tuple[int, int, int]:
    """Tell a file as it is now from what it may become, without reading it.

    Args:
        path: The file.
    """
    status = path.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


def refuse_if_changed(path: Path, before: tuple[int, int, int], again: str) -> None:
    """Make sure that a file is what it was.

    Args:
        path: The file.
        before: Its fingerprint then.
        again: What to do with it once more, in a word.

    Raises:
        WorkbookLockedError: It was changed or removed.
    """
    if not path.exists() or fingerprint(path) != before:
        raise WorkbookLockedError(f"{path.name} was changed meanwhile: {again} it once more.")


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
    path = resolved(path)
    if _ON_WINDOWS and _FORBIDDEN & set(path.name):
        raise WorkbookError(f"{path.name} is no name of a file on Windows: leave out {' '.join(sorted(_FORBIDDEN))}.")
    if os.path.isdir(path):  # noqa: PTH112 - of Path.is_dir a name that is too long is an error
        raise WorkbookError(f"{path.name} cannot be written: a folder has this name.")
    _refuse_if_protected(path)
    try:
        handle, name = tempfile.mkstemp(_SUFFIX, _beginning(path), path.parent)
    except OSError as error:
        raise WorkbookError(f"The folder {path.parent} cannot be written: {_reason(error, path)}.") from error
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _adopt(path, new)
        _patiently(_A_SWAP, lambda: new.replace(path))
    except PermissionError as error:
        raise WorkbookLockedError(f"{path.name} is open in another program: close it there and try again.") from error
    except OSError as error:  # the disk is full
        raise WorkbookError(f"{path.name} cannot be written: {_reason(error, path)}.") from error
    finally:
        with contextlib.suppress(OSError):  # a scanner that still has it: the next day's run clears it away
            _patiently(_A_LOOK, lambda: new.unlink(missing_ok=True))
    _settle(path)


def _refuse_if_protected(path: Path) -> None:
    # On POSIX the rights of the folder decide, and those of the file when it is opened.
    if _ON_WINDOWS and path.exists() and not os.access(path, os.W_OK):
        raise WorkbookLockedError(
            f"{path.name} is write-protected: ask for the right to change it, or take another name."
        )


def _patiently(seconds: float, do: Callable[[], T]) -> T:
    """Do something to a file that another program may have open for a moment, which Windows refuses."""
    until = time.monotonic() + seconds
    while True:
        try:
            return do()
        except PermissionError:
            if not _ON_WINDOWS or time.monotonic() > until:
                raise
        time.sleep(0.05)


def _reason(error: OSError, path: Path) -> str:
    if error.errno == errno.ENAMETOOLONG or (
        _ON_WINDOWS and isinstance(error, FileNotFoundError) and len(str(path)) + len(_SUFFIX) > _LONGEST_PATH
    ):
        return "its path is too long, choose a shorter one"
    return error.strerror or type(error).__name__


def _beginning(path: Path) -> str:
    return f".{path.name[:_SHORT]}."


def _adopt(old: Path, new: Path) -> None:
    if _ON_WINDOWS:
        return  # its rights come with the folder
    if old.exists():
        shutil.copymode(old, new)
        with contextlib.suppress(OSError):  # only root may give files away
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
    for left in path.parent.glob(f"{glob.escape(_beginning(path))}*{_SUFFIX}"):  # of a run that was killed
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _A_DAY:
                left.unlink()
