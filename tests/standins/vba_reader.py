"""VBA projects as olefile and oletools read them: knowing nothing of how they were made."""

from __future__ import annotations

import io
import warnings

import olefile

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools calls pyparsing by names that it is about to drop
    from oletools.olevba import VBA_Parser, VBA_Scanner, decompress_stream


def streams(project: bytes) -> dict[str, bytes]:
    """Read every stream of a compound file by its path, and fail where olefile finds something odd."""
    with olefile.OleFileIO(io.BytesIO(project), raise_defects=olefile.DEFECT_POTENTIAL) as file:
        assert not file.parsing_issues
        return {"/".join(path): file.openstream(path).read() for path in file.listdir()}


def decompressed(container: bytes) -> bytes:
    """Undo the compression of MS-OVBA 2.4.1."""
    return bytes(decompress_stream(bytearray(container)))


def sources(content: bytes) -> dict[str, str]:
    """Read the modules of a project, or of the workbook that carries it, by name."""
    parser = VBA_Parser("workbook", data=content)
    return {stream.rpartition("/")[2]: source for _, stream, _, source in parser.extract_all_macros()}


def automatic(source: str) -> list[str]:
    """Name what in a source runs by itself, such as `Workbook_Open`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as above
        return [keyword for kind, keyword, _ in VBA_Scanner(source).scan() if kind == "AutoExec"]
