"""What a workbook loads from its own tables on the side, and only Excel can load anew: the Data Model, queries.

The Data Model's tables: MS-XLSX 2.6.84 `rangePr` and 2.6.78 `modelTable`. Power Query's formulas: MS-QDEFF 2.2, a
package within base64 within a custom part.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from leads_excel.excel.cells.xml import xml_text
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leads_excel.excel.file.package.package import Package
    from leads_excel.excel.file.package.sources import Sources, Span
    from leads_excel.excel.file.package.workbook import Workbook

_RANGE = re.compile(rb"""<(?:[\w.-]+:)?rangePr\b[^>]*?\ssourceName\s*=\s*("[^"]*"|'[^']*')""")
_MASHUP = re.compile(rb"<(?:[\w.-]+:)?DataMashup\b[^>]*>([^<]*)<")
_ASKED = re.compile(r'Excel\.CurrentWorkbook\s*\(\s*\)(?:\s*\{\s*\[\s*Name\s*=\s*"((?:[^"]|"")*)")?')
_COMMENT = re.compile(r'("(?:[^"]|"")*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LARGEST = 1 << 24


def loaded_spans(package: Package, workbook: Workbook, sources: Sources) -> list[Span]:
    """List the cells of a workbook that its Data Model or its queries have loaded.

    Args:
        package: Its parts.
        workbook: Its directory.
        sources: Follows names to their cells.

    Returns:
        The cells.
    """
    names = [*_model_sources(package, workbook), *_query_sources(package)]
    return [one for name in names for one in sources.spans(name)]


def _model_sources(package: Package, workbook: Workbook) -> Iterator[str]:
    for part in workbook.related("connections"):
        for found in _RANGE.finditer(package.read(part)):
            yield xml_text(found[1][1:-1])


def _query_sources(package: Package) -> Iterator[str]:
    for part in package.parts:
        if re.fullmatch(r"customxml/item\d+\.xml", part.casefold()) and package.size(part) <= _LARGEST:
            for asked in _ASKED.finditer(_COMMENT.sub(lambda found: found[1] or "", _queries(package, part))):
                # all tables and names of the workbook are asked for where none is said
                yield asked[1].replace('""', '"') if asked[1] is not None else "INDIRECT(anything)"


def _queries(package: Package, part: str) -> str:
    """Read the formulas of Power Query; an empty text for a part that is something else, or cannot be read."""
    try:
        found = _MASHUP.search(b"".join(package.chunks(part)))
        content = base64.b64decode(found[1]) if found else b""
        with zipfile.ZipFile(io.BytesIO(content[8 : 8 + int.from_bytes(content[4:8], "little")])) as inner:
            formulas = [name for name in inner.namelist() if name.casefold().endswith(".m")]
            sizes = sum(inner.getinfo(name).file_size for name in formulas)
            return "\n".join(inner.read(name).decode("utf-8-sig") for name in formulas) if sizes <= _LARGEST else ""
    except (WorkbookError, ValueError, zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, RuntimeError):
        return ""
