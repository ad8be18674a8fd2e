"""The one door of `LeadTables` to what writes files, which stands far above it: opened when something is written.

pandas does the same for its writers. The names are text on purpose: whoever loads tables loads no writer, and no room
below knows one above.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

WRITERS = {
    "csv": ("leads_excel.exports.files", "write_csv"),
    "parquet": ("leads_excel.exports.files", "write_parquet"),
    "excel": ("leads_excel.excel.workbooks", "write"),
}
"""What writes which kind of file: module and function."""


def write(kind: str, tables: object, target: object) -> Any:  # noqa: ANN401 - what the writer returns
    """Write tables as files.

    Args:
        kind: One of `WRITERS`.
        tables: The `LeadTables`.
        target: The file or folder to write.

    Returns:
        What the writer returns: the path or paths written.
    """
    module, name = WRITERS[kind]
    return getattr(import_module(module), name)(tables, target)
