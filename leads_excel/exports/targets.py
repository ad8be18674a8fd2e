"""Where an export goes: a folder on a disk, or any place that fsspec knows. A file is there whole, or not at all."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from leads_excel.excel.file.disk import replacing
from leads_excel.exceptions import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Target(Protocol):
    """A folder to write to."""

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files, by their paths within the folder; each replaces one of its name."""

    def any_of(self, pattern: str) -> bytes | None:
        """Read the first file whose path within the folder matches a pattern; None where there is none."""


def opened(target: object) -> Target:
    """Open a target.

    Args:
        target: A path, or a URL such as `s3://bucket/folder`.

    Raises:
        ArgumentError: It cannot be used: why.
    """
    if not isinstance(target, str | os.PathLike) or not str(target):
        raise ArgumentError("That is no target: name a folder, or a URL such as s3://bucket/leads.")
    name = str(target)
    if "://" not in name:
        return _Folder(Path(name))
    if name.lower().startswith("file://"):
        return _Folder(Path(url2pathname(urlsplit(name).path)))
    return _Cloud(name)


class _Folder:
    """A folder on this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, files: Mapping[str, bytes]) -> None:
        with ExitStack() as swaps:  # every file is written before the first one is swapped in
            for name, content in files.items():
                path = self._path / name
                with _refusing("folder"):
                    path.parent.mkdir(parents=True, exist_ok=True)
                swaps.enter_context(replacing(path)).write(content)

    def any_of(self, pattern: str) -> bytes | None:
        with _refusing("folder"):
            found = min(self._path.glob(pattern), default=None)
            return found.read_bytes() if found else None


class _Cloud:
    """A folder in a file system of fsspec."""

    def __init__(self, url: str) -> None:
        self._kind = f"target {url.partition('://')[0]}://"  # the rest of a URL can hold a password
        try:
            from fsspec.core import url_to_fs  # noqa: PLC0415 - of an extra
        except ImportError:
            raise ArgumentError(
                'A URL as target needs the extra cloud: pip install "leads-excel[cloud]", or name a folder.'
            ) from None
        with _refusing(self._kind):
            self._files, self._root = url_to_fs(url)

    def write(self, files: Mapping[str, bytes]) -> None:
        # In a transaction files appear when all of them are written, and not at all after an error.
        with _refusing(self._kind), self._files.transaction:
            for name, content in files.items():
                path = f"{self._root}/{name}"
                self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
                with self._files.open(path, "wb") as file:
                    file.write(content)

    def any_of(self, pattern: str) -> bytes | None:
        with _refusing(self._kind):
            found = min(self._files.glob(f"{self._root}/{pattern}"), default=None)
            content: bytes | None = self._files.cat_file(found) if found else None
        return content


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    try:
        yield
    except (ImportError, ValueError) as error:  # fsspec's own words: a package to install, a kind it does not know
        raise ArgumentError(f"The {what} cannot be used: {error}.") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ArgumentError(f"The {what} cannot be used: {reason}.") from error
