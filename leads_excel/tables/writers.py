"""The one door of `LeadTables` to what writes files and answers SQL, which stands far above it: opened when needed.

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
    "sql": ("leads_excel.exports.sql", "query"),
}
"""What writes which kind of file, and what answers SQL: module and function."""


def open_door(kind: str, tables: object, wanted: object, **options: object) -> Any:  # noqa: ANN401 - what stands behind it returns
    """Write tables as files, or answer a question over them.

    Args:
        kind: One of `WRITERS`.
        tables: The `LeadTables`.
        wanted: The file or folder to write, or the statement.
        **options: What else the writer takes.

    Returns:
        The path or paths written, or the rows.
    """
    module, name = WRITERS[kind]
    return getattr(import_module(module), name)(tables, wanted, **options)
