"""Workbooks made by Excel, from public test folders, and our tables grafted into them.

The files are read where they lie, beside the checkout, and are no part of the project: tests skip where they are not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hostile_sheets import layouts_of
from package_edit import MAIN, TRANSITIONAL, PackageEdit
from places import SHARED
from plain_sheets import rows_xml, table_rows_xml, table_xml
from sample_tables import INPUTS, RESULTS, SHEETS

if TYPE_CHECKING:
    from pathlib import Path

    from hostile_sheets import Layout

FILES = sorted((SHARED / "corpus").glob("*.xlsx"))

_ABSENT = pytest.param(None, marks=pytest.mark.skip(reason="no folder shared/corpus beside the checkout"))
each_file = pytest.mark.parametrize("corpus_file", FILES or [_ABSENT], ids=lambda file: file.stem if file else "absent")
"""Runs a test once for each file, as its argument `corpus_file`."""

_NAMED = (*INPUTS, *RESULTS)
_STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    TRANSITIONAL: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_FAR = 100  # added to the numbers of new parts, so that they meet no old one


def graft(source: Path, target: Path, rows: int = 20) -> Path:
    """Put the sheets, tables and names of the workbook contract into a workbook and leave its own parts as they are.

    Only the workbook part, its relations and the content types are added to. The tables hold made-up rows and the
    user's columns of the hostile workbook.

    Args:
        source: A workbook without tables and names called like ours.
        target: Where to.
        rows: How many leads.

    Returns:
        The target.
    """
    patient = _Patient(source)
    cells = [[name, "demo" if name == "in_environment" else None] for name in _NAMED]
    home = patient.free_name("Home")
    patient.add_sheet(home, rows_xml(cells, patient.date_style))
    for layout in layouts_of(rows).values():
        patient.add_table(layout)
    patient.add_names({name: f"'{home}'!$B${row}" for row, name in enumerate(_NAMED, 1)})
    target.write_bytes(bytes(patient.edit))
    return target


class _Patient:
    """A workbook that is added to, in the dialect that it speaks: transitional or strict, with or without prefix."""

    def __init__(self, source: Path) -> None:
        self.edit = PackageEdit(source)
        self.book = self.edit.target("", "officeDocument")
        book = self.edit.text(self.book)
        self.main, self.relations = (
            strict if _STRICT[MAIN] in book else transitional for transitional, strict in _STRICT.items()
        )
        self.prefix = re.findall(r"<((?:\w+:)?)workbook\b", book)[0]
        self.sheet = max(int(number) for number in re.findall(r'sheetId="(\d+)"', book))
        tables = [text for part in self.edit.parts if "/tables/" in part for text in _table_ids(self.edit.text(part))]
        self.table = max(map(int, tables), default=0)
        self.date_style = _date_style(self.edit.text(self.edit.target(self.book, "styles")))

    def free_name(self, sheet: str) -> str:
        """Name a sheet: as it is called, unless the workbook has such a sheet."""
        names = re.findall(r'<(?:\w+:)?sheet [^>]*?name="([^"]*)"', self.edit.text(self.book))
        return f"{sheet} (ours)" if sheet.lower() in {name.lower() for name in names} else sheet

    def add_sheet(self, name: str, rows: str) -> str:
        """Add a sheet after the others and return its part."""
        self.sheet += 1
        part = f"xl/worksheets/sheet{_FAR + self.sheet}.xml"
        namespaces = f'xmlns="{self.main}" xmlns:r="{self.relations}"'
        xml = f"<worksheet {namespaces}><sheetData>{rows}</sheetData></worksheet>"
        self.edit.add(part, xml, f"{_TYPE}worksheet+xml")
        identifier = self.edit.relate(self.book, f"{self.relations}/worksheet", part)
        said = f'name="{name}" sheetId="{self.sheet}" xmlns:r="{self.relations}" r:id="{identifier}"'
        self.edit.insert(self.book, f"</{self.prefix}sheets>", f"<{self.prefix}sheet {said}/>")
        return part

    def add_table(self, layout: Layout) -> None:
        """Add a table of the contract on a sheet of its own."""
        self.table += 1
        sheet = self.add_sheet(self.free_name(SHEETS[layout.name]), table_rows_xml(layout, self.date_style))
        part = f"xl/tables/table{_FAR + self.table}.xml"
        self.edit.add(part, table_xml(layout, self.table, self.main), f"{_TYPE}table+xml")
        identifier = self.edit.relate(sheet, f"{self.relations}/table", part)
        listed = f'<tableParts count="1"><tablePart r:id="{identifier}"/></tableParts>'
        self.edit.insert(sheet, "</worksheet>", listed)

    def add_names(self, names: dict[str, str]) -> None:
        """Define names of the workbook."""
        tag, book = f"{self.prefix}definedName", self.edit.text(self.book)
        entries = "".join(f'<{tag} name="{name}">{formula}</{tag}>' for name, formula in names.items())
        if f"</{tag}s>" in book:
            self.edit.insert(self.book, f"</{tag}s>", entries)
            return
        before = next(end for end in ("externalReferences", "sheets") if f"</{self.prefix}{end}>" in book)
        end = f"</{self.prefix}{before}>"
        self.edit.replace(self.book, end, f"{end}<{tag}s>{entries}</{tag}s>")


def _table_ids(xml: str) -> list[str]:
    return re.findall(r'<(?:\w+:)?table\b[^>]*?\sid="(\d+)"', xml)


def _date_style(styles: str) -> int:
    """Find the first cell format that shows a date or a time, else the default one."""
    formats = re.findall(r"<(?:\w+:)?cellXfs.*?</(?:\w+:)?cellXfs>", styles, flags=re.DOTALL)[0]
    numbers = re.findall(r'<(?:\w+:)?xf [^>]*?numFmtId="(\d+)"', formats)
    return next((index for index, number in enumerate(numbers) if 14 <= int(number) <= 22), 0)
