"""Workbooks broken on purpose, each in one way, and workbooks that look strange and are legal.

All are made from the hostile workbook, which is correct. Most of the faults pass every reader on Linux; Excel would
offer to repair the file, or refuse it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hostile_book import build
from package_edit import PackageEdit

from broken_books import in_books, in_formulas, in_packages, in_parts, in_pivots, in_rows, in_sheets, in_tables
from broken_books.disguises import inlined, prefixed, strict
from broken_books.legal import LEGAL

if TYPE_CHECKING:
    from broken_books.edits import Edit, Fault

__all__ = ["FAULTS", "LEGAL", "correct", "edited", "inlined", "prefixed", "strict"]

_MODULES = (in_packages, in_parts, in_rows, in_sheets, in_books, in_tables, in_formulas, in_pivots)

FAULTS: list[Fault] = [fault for module in _MODULES for fault in module.FAULTS]
"""Every fault, with the one rule that finds it."""


@cache
def correct() -> bytes:
    """Build the workbook that all others are made from."""
    with TemporaryDirectory() as folder:
        return build(Path(folder) / "book.xlsx", rows=8).read_bytes()


def edited(*edits: Edit) -> bytes:
    """Make a workbook from the correct one.

    Args:
        edits: What is done to its package, in this order.

    Returns:
        The workbook.
    """
    package = PackageEdit(correct())
    for edit in edits:
        edit(package)
    return bytes(package)
