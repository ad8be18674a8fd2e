"""Programs that read workbooks and know nothing of us: each gives the values of every sheet, or skips the test.

openpyxl, calamine and SheetJS give what the file holds, the cached results of formulas included; LibreOffice calculates
every formula anew.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from node_modules import VARIABLE, installed
from openpyxl.utils.datetime import to_excel
from programs import run

if TYPE_CHECKING:
    from collections.abc import Callable

    Sheets = dict[str, list[list[Any]]]

_SHEETJS = """
const {readFile, utils} = require(process.argv[1]);
const book = readFile(process.argv[2]);
const rows = sheet => {
  if (!sheet["!ref"] || sheet["!type"]) return [];
  const range = utils.decode_range(sheet["!ref"]);
  range.s = {r: 0, c: 0};
  return utils.sheet_to_json(sheet, {header: 1, defval: null, raw: true, range});
};
process.stdout.write(JSON.stringify(Object.fromEntries(book.SheetNames.map(name => [name, rows(book.Sheets[name])]))));
"""

_CALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item></oor:items>
"""


def openpyxl_values(path: Path) -> Sheets:
    """Read with openpyxl: dates as datetime, results of formulas as stored, escapes of inline texts not resolved."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of every extension that it would lose on saving
        book = openpyxl.load_workbook(path, data_only=True)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


def calamine_values(path: Path) -> Sheets:
    """Read with calamine (Rust): dates as datetime, empty cells as an empty text."""
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(str(path))
    kind = calamine.SheetTypeEnum.WorkSheet
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == kind]
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}


def sheetjs_values(path: Path) -> Sheets:
    """Read with SheetJS (JavaScript): dates as serial numbers."""
    node, package = shutil.which("node"), installed("xlsx")
    if node is None or package is None:
        pytest.skip(f"no SheetJS: npm install xlsx, then set {VARIABLE} to node_modules")
    command = [node, "-e", _SHEETJS, str(package), str(path)]
    return json.loads(run(command, check=True).stdout)


def libreoffice_values(path: Path) -> Sheets:
    """Read with LibreOffice, which calculates every formula first: dates as datetime."""
    with tempfile.TemporaryDirectory() as folder:
        return openpyxl_values(converted(path, "xlsx", Path(folder)))


def converted(path: Path, extension: str, folder: Path) -> Path:
    """Let LibreOffice open a file, calculate it and save it in another format, or skip the test.

    Args:
        path: The file.
        extension: The format: `xlsx`, `pdf`, `csv`.
        folder: Where to.

    Returns:
        The new file.
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("no LibreOffice on the PATH")
    profile = f"-env:UserInstallation={Path(_profile().name).as_uri()}"
    command = [office, profile, "--headless", "--convert-to", extension, "--outdir", str(folder), str(path)]
    run(command, check=True)
    return folder / f"{path.stem}.{extension}"


@cache
def _profile() -> tempfile.TemporaryDirectory[str]:
    """Make a user profile for this process, in which formulas are always calculated on loading."""
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    (Path(folder.name) / "user").mkdir()
    (Path(folder.name) / "user" / "registrymodifications.xcu").write_text(_CALCULATE)
    return folder


def plain(sheets: Sheets) -> Sheets:
    """Bring the values of any reader into one form, so that they can be compared.

    Args:
        sheets: What a reader gave.

    Returns:
        Dates and times as serial numbers, numbers with nine decimals, None for empty cells, nothing empty at the end of
        a row or a sheet, sheets without values left out.
    """
    trimmed = {name: _trim([_trim([_plain(value) for value in row]) for row in rows]) for name, rows in sheets.items()}
    return {name: rows for name, rows in trimmed.items() if rows}


def _trim(values: list[Any]) -> list[Any]:
    while values and values[-1] in (None, []):
        values.pop()
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, date | time | timedelta):
        value = to_excel(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), 9)
    return None if value == "" else value


READERS: dict[str, Callable[[Path], Sheets]] = {
    "openpyxl": openpyxl_values,
    "calamine": calamine_values,
    "sheetjs": sheetjs_values,
    "libreoffice": libreoffice_values,
}
"""Every reader by name."""
