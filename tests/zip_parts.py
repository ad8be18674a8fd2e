"""Zip archives as plain dictionaries of parts: read one, write one, compare two."""

from __future__ import annotations

import io
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
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
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
    differences: dict[str, Difference] = {name: "gone" for name in old.keys() - new.keys()}
    differences |= {name: "added" for name in new.keys() - old.keys()}
    differences |= {name: "changed" for name in old.keys() & new.keys() if old[name] != new[name]}
    return dict(sorted(differences.items()))
