"""A workbook's directory: its sheets, names, tables and settings, and the few bytes of it a refresh changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import Area
from leads_excel.excel.cells.sheet_names import SheetNames
from leads_excel.excel.file.package.start_tags import start_tag, whole_element, with_attributes
from leads_excel.excel.file.package.table_part import TablePart
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree import ElementTree as ET

    from leads_excel.excel.file.package.package import Package

_NAMED_CELL = re.compile(r"('(?:[^']|'')+'|[^'!]+)!(\$?[A-Z]{1,3}\$?\d{1,7})(?::\$?[A-Z]{1,3}\$?\d{1,7})?")
_BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet.

    Args:
        name: Its name on the tab.
        part: The part that holds it.
    """

    name: str
    part: str


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the workbook."""

    sheet: Sheet
    row: int
    column: int
    address: str


class Workbook:
    """The directory of a workbook.

    Args:
        package: Its parts.

    Raises:
        WorkbookError: The package holds no workbook, or a binary one.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self.part = _main_part(package)
        self._root = package.tree(self.part)
        self._relations = {relation.id: relation for relation in package.relations(self.part)}
        self.sheets = list(self._sheets())
        self.date1904 = self._flag("workbookPr", "date1904")
        self.tables: dict[str, TablePart] = {}
        """The tables, by name in lower case."""
        self.broken: list[tuple[Sheet, WorkbookError]] = []
        """Why tables cannot be read, with their sheet. No matter, as long as none of ours is on it."""
        for sheet in self.sheets:
            self._read_tables(sheet)

    def _children(self, name: str) -> Iterator[ET.Element]:
        return (element for element in self._root.iter() if local_name(element) == name)

    def _flag(self, element: str, attribute: str) -> bool:
        return any(child.get(attribute) in ("1", "true") for child in self._children(element))

    def _sheets(self) -> Iterator[Sheet]:
        for element in self._children("sheet"):
            link = next((value for key, value in element.items() if key.endswith("}id")), "")
            relation = self._relations.get(link)
            if relation and relation.kind == "worksheet" and relation.target in self._package:
                yield Sheet(element.get("name", ""), relation.target)

    def _read_tables(self, sheet: Sheet) -> None:
        for relation in self._package.relations(sheet.part):
            if relation.kind == "table" and relation.target in self._package:
                try:
                    table = TablePart.read(self._package, relation.target, sheet.name)
                except WorkbookError as error:
                    self.broken.append((sheet, error))
                else:
                    self.tables[table.name.casefold()] = table

    def related(self, kind: str) -> list[str]:
        """List the parts of one kind that the workbook links to."""
        return [
            relation.target
            for relation in self._relations.values()
            if relation.kind == kind and relation.target in self._package
        ]

    def defined_names(self) -> dict[str, str]:
        """Read the names that hold for the whole workbook, in lower case, and what they stand for."""
        return {
            element.get("name", "").casefold(): (element.text or "").strip()
            for element in self._children("definedName")
            if element.get("localSheetId") is None
        }

    def scoped_names(self) -> dict[tuple[str, str], str]:
        """Read all names, by the sheet they hold for (none: the whole workbook) and the name in lower case."""
        titles = [element.get("name", "") for element in self._children("sheet")]
        found = {}
        for element in self._children("definedName"):
            place = element.get("localSheetId", "")
            inside = place.isdecimal() and int(place) < len(titles)
            if inside or not place:
                scope = titles[int(place)] if inside else ""
                found[scope, element.get("name", "").casefold()] = (element.text or "").strip()
        return found

    def cell_named(self, formula: str) -> Place | None:
        """Find the cell a name stands for; of several cells, the first; None where it names no cell."""
        found = _NAMED_CELL.fullmatch(formula)
        area = Area.parse(found[2]) if found else None
        if not found or not area:
            return None
        names = self.sheet_names.named(found[1])
        sheet = next((sheet for sheet in self.sheets if names == (sheet.name,)), None)
        return Place(sheet, area.top, area.left, f"{sheet.name}!{found[2].replace('$', '')}") if sheet else None

    @cached_property
    def sheet_names(self) -> SheetNames:
        """The names of all sheets, those of charts among them."""
        return SheetNames([element.get("name", "") for element in self._children("sheet")])

    def sheets_of_parts(self) -> dict[str, str]:
        """Look up the sheet that each table, drawing and control belongs to: its name, by part."""
        kinds = ("table", "drawing", "vmlDrawing", "ctrlProp")
        return {
            relation.target: sheet.name
            for sheet in self.sheets
            for relation in self._package.relations(sheet.part)
            if relation.kind in kinds
        }

    def recalculate_on_load(self) -> None:
        """Ask Excel to calculate everything once when it opens the file, and to build its order of calculation anew.

        Stored results of formulas over our tables are those of the old rows. Excel drops the mark when it saves.
        """
        content = self._package.read(self.part)
        root = start_tag("workbook").search(content)
        prefix = root[1] if root else b""
        found = _first(start_tag("calcPr").finditer(content), prefix)
        if found:
            new = with_attributes(found[0], fullCalcOnLoad="1")
            content = content[: found.start()] + new + content[found.end() :]
        else:
            *_, last = (found for found in whole_element(*_BEFORE_CALCULATION).finditer(content) if found[1] == prefix)
            content = content[: last.end()] + b'<%scalcPr fullCalcOnLoad="1"/>' % prefix + content[last.end() :]
        self._package.replace(self.part, content)
        for part in self.related("calcChain"):
            self._drop(part)

    def _drop(self, part: str) -> None:
        gone = {relation.id for relation in self._relations.values() if relation.target == part}
        self._package.unlink(self.part, gone)
        self._package.drop(part)


def local_name(element: ET.Element) -> str:
    """Name an element without its namespace: transitional and strict files differ in that only."""
    return element.tag.rpartition("}")[2]


def _first(found: Iterator[re.Match[bytes]], prefix: bytes) -> re.Match[bytes] | None:
    """Pass over elements of extensions, which may be called like those of the main namespace."""
    return next((match for match in found if match[1] == prefix), None)


def _main_part(package: Package) -> str:
    for relation in package.relations():
        if relation.kind == "officeDocument" and relation.target in package:
            if not relation.target.endswith(".xml"):
                raise WorkbookError("The file is a binary workbook (.xlsb): save it as .xlsx or .xlsm in Excel.")
            return relation.target
    raise WorkbookError("The file is not an Excel workbook: choose an .xlsx or .xlsm file.")
