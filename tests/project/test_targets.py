"""Wherever a path is taken, one that cannot be is an error of ours, in one line, and not of the operating system."""

from __future__ import annotations

from functools import cache

import pytest

import leads_excel as lx
from leads_excel.excel import workbooks
from leads_excel.excel.upgrading.upgrade import upgrade
from leads_excel.exports.partitions import export

DOORS = {
    "new": (workbooks.new, ".xlsx"),
    "new, with buttons": (workbooks.new, ".xlsm"),
    "refresh": (lx.refresh, ".xlsx"),
    "upgrade": (upgrade, ".xlsx"),
    "write": (lambda path: tables().to_excel(path), ".xlsx"),
    "CSV": (lambda path: tables().to_csv(path), ""),
    "Parquet": (lambda path: tables().to_parquet(path), ""),
    "export": (lambda path: export(path, "-1D"), ""),
    "report": (lambda path: lx.report(path, "-1D"), ".html"),
    "report as a workbook": (lambda path: lx.report(path, "-1D"), ".xlsx"),
}
PLACES = {
    "a name that is too long": lambda folder: folder / ("x" * 300),
    "a path that is too long": lambda folder: folder.joinpath(*["x" * 200] * 30),
    "a NUL": lambda folder: folder / "a\0b",
    "a file in place of a folder": lambda folder: folder / "file" / "x",
    "a folder that is not there": lambda folder: folder / "file" / "y" / "x",
}


@cache
def tables():
    return lx.fetch("-1D")


@pytest.fixture(autouse=True)
def demo(monkeypatch):
    monkeypatch.setenv("LEADS_EXCEL_ENVIRONMENT", "demo")
    monkeypatch.setenv("LEADS_EXCEL_STORE", "none")


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("door", DOORS)
def test_a_place_that_cannot_be_is_told(door, place, tmp_path):
    """Nothing is written, and the message fits a line."""
    act, ending = DOORS[door]
    (tmp_path / "file").touch()
    path = PLACES[place](tmp_path)

    with pytest.raises(lx.LeadsError) as raised:
        act(path.with_name(path.name + ending))

    assert "\n" not in str(raised.value)
    assert [left.name for left in tmp_path.rglob("*") if left.is_file()] == ["file"]
