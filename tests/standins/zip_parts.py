"""Zip archives as plain dictionaries of parts: read one, write one, compare two."""

from __future__ import annotations

import io
import warnings
import zipfile
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Difference = Literal["added", "gone", "changed"]

_WRITTEN = (1980, 1, 1, 0, 0, 0)


def read_parts(source: Path | bytes) -> dict[str, bytes]:
    """Read every part of an archive.

    Args:
        source: A file, or the bytes of one.

    Returns:
        The content of each part by its name, in the order of the archive.
    """
    with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def zipped(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """Write an archive that is the same bytes for the same parts.

    Args:
        parts: Names and contents. A name may come twice, as in a broken file.

    Returns:
        The archive.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a name that comes twice
        for name, content in parts:
            entry = zipfile.ZipInfo(name, _WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


def parts_that_differ(before: Path | bytes, after: Path | bytes) -> dict[str, Difference]:
    """Compare every part of two archives byte for byte.

    Args:
        before: A file, or the bytes of one.
        after: The file it is compared with.

    Returns:
        The parts that are not the same, by name, each with what happened to it.
    """
    old, new = read_parts(before), read_parts(after)
    return {name: _difference(old, new, name) for name in sorted(old | new) if old.get(name) != new.get(name)}


def _difference(old: dict[str, bytes], new: dict[str, bytes], name: str) -> Difference:
    if name not in old:
        return "added"
    return "changed" if name in new else "gone"
