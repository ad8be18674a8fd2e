"""Results that Excel has stored beside the formulas of our own sheets, which a refresh makes old.

Excel and LibreOffice calculate on opening. What does not, such as the preview of a mail or a script, would show the
numbers of the last save beside new rows, or those of another branch: it finds no result instead, which is never wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leads_excel.excel.file.package.package import Package

NAMES = ("pick_branch", "out_status")
"""Cells of the sheets that are ours and calculate: the Dashboard and Home."""

_RESULT = re.compile(
    rb"(<(?P<prefix>(?:\w+:)?)f(?:\s[^>]*)?(?:/>|>[^<]*</(?P=prefix)f>))\s*<(?P=prefix)v>[^<]*</(?P=prefix)v>"
)


def drop_results(package: Package, parts: Iterable[str]) -> None:
    """Take the stored results of formulas out of sheets.

    Args:
        package: The parts of the workbook.
        parts: The sheets.
    """
    for part in parts:
        content = package.read(part)
        dropped = _RESULT.sub(rb"\1", content)
        if dropped != content:
            package.replace(part, dropped)
