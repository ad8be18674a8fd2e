"""A table's own part: what it says, and the bytes of it that change when its rows do (ECMA-376 part 1, 18.5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.excel.book.protocol import SortKey
from leads_excel.excel.cells.moves import Move
from leads_excel.excel.cells.references import Area
from leads_excel.excel.cells.values import unescape
from leads_excel.excel.file.package.filters import ColumnFilter
from leads_excel.excel.file.package.start_tags import attributes_of, start_tag, whole_element, with_attributes
from leads_excel.exceptions import WorkbookLayoutError

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence
    from xml.etree import ElementTree as ET

    from leads_excel.excel.file.package.package import Package

_MEND = "open the workbook in Excel, let it repair the file and save it"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table.

    Args:
        header: Its heading.
        formula: What Excel fills it with, anchored at the first data row; None for typed values.
        array: True when that is an array formula.
        dxf: The number of the differential format of its cells, or None.
    """

    header: str
    formula: str | None
    array: bool
    dxf: int | None = None


@dataclass(frozen=True)
class TablePart:
    """A table of a workbook file.

    Args:
        part: The part that describes it.
        sheet: Name of the sheet it stands on.
        name: The name formulas call it by.
        area: Where it stands, header and totals row included.
        totals: How many totals rows it has, 0 or 1.
        columns: Its columns, left to right.
        sort: What it is sorted by; a column that is sorted by colour or a list of one's own has an empty heading.
        filters: The filters that hide rows of it.
        unusual: Why it cannot be filled, or an empty text.
    """

    part: str
    sheet: str
    name: str
    area: Area
    totals: int
    columns: tuple[TableColumn, ...]
    sort: tuple[SortKey, ...]
    filters: tuple[ColumnFilter, ...]
    unusual: str

    @classmethod
    def read(cls, package: Package, part: str, sheet: str) -> TablePart:
        """Read a table's part."""
        root = package.tree(part)
        name = root.get("displayName", root.get("name", ""))
        area = Area.parse(root.get("ref", ""))
        columns = tuple(_column(element) for element in _named(root, "tableColumn"))
        if area is None or area.right - area.left + 1 != len(columns):
            raise WorkbookLayoutError(f"The table {name} does not fit its place: {_MEND}.")
        return cls(
            part=part,
            sheet=sheet,
            name=name,
            area=area,
            totals=_totals(root, name),
            columns=columns,
            sort=tuple(_sort_key(element, area, columns) for element in _named(root, "sortCondition")),
            filters=tuple(_filters(root, name)),
            unusual=_unusual(root),
        )

    @property
    def headers(self) -> tuple[str, ...]:
        """The headings, left to right."""
        return tuple(column.header for column in self.columns)

    def move(self, rows: int, carried: Sequence[int] | None = None) -> Move:
        """Plan the table for another number of data rows; an empty table keeps one, as Excel wants it.

        Args:
            rows: How many there are to be.
            carried: For each of them the standing row that comes there, or -1.
        """
        return Move(self.sheet, self.area, self.totals, max(rows, 1), carried)

    def resized(self, content: bytes, move: Move, *, filtered: bool, sort: bool) -> bytes:
        """Rewrite the part for a table whose rows move.

        Args:
            content: The part.
            move: How they move.
            filtered: False clears the filters.
            sort: False clears the mark that the table is sorted.

        Returns:
            The part, with nothing else changed.
        """
        body = Area(self.area.left, self.area.top, self.area.right, move.new_last)
        anew = {"ref": str(move.new_area), "insertRow": None, "insertRowShift": None}
        content = start_tag("table").sub(lambda found: with_attributes(found[0], **anew), content, count=1)
        content = start_tag("autoFilter").sub(lambda found: with_attributes(found[0], ref=str(body)), content, count=1)
        content = content if filtered else whole_element("filterColumn").sub(_without_filter, content)
        if not sort:
            return whole_element("sortState").sub(b"", content)
        return start_tag("sortState", "sortCondition").sub(lambda found: _sorted(found[0], move), content)


def _sorted(tag: bytes, move: Move) -> bytes:
    area = Area.parse(attributes_of(tag).get("ref", ""))
    return with_attributes(tag, ref=str(Area(area.left, move.first, area.right, move.new_last))) if area else tag


def _without_filter(found: re.Match[bytes]) -> bytes:
    """Clear a filter; a column whose button is hidden keeps it hidden (18.3.2.7)."""
    said = attributes_of(found[2])
    if said.get("hiddenButton") in ("1", "true") or said.get("showButton") in ("0", "false"):
        return b"<%sfilterColumn%s/>" % (found[1], found[2])
    return b""


def _named(root: ET.Element, name: str) -> Iterator[ET.Element]:
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def _totals(root: ET.Element, name: str) -> int:
    count = root.get("totalsRowCount", "0")
    if count not in ("0", "1"):
        raise WorkbookLayoutError(f"The table {name} cannot say whether it has a totals row: {_MEND}.")
    return int(count)


def _column(element: ET.Element) -> TableColumn:
    formula = next(_named(element, "calculatedColumnFormula"), None)
    text = formula.text if formula is not None else None
    array = formula is not None and formula.get("array") in ("1", "true")
    dxf = element.get("dataDxfId", "")
    return TableColumn(unescape(element.get("name", "")), text, array, int(dxf) if dxf.isdigit() else None)


def _sort_key(element: ET.Element, area: Area, columns: tuple[TableColumn, ...]) -> SortKey:
    place = Area.parse(element.get("ref", ""))
    by_value = element.get("sortBy", "value") == "value" and not element.get("customList")
    inside = place is not None and 0 <= place.left - area.left < len(columns)
    header = columns[place.left - area.left].header if place and inside and by_value else ""
    return SortKey(header, element.get("descending") in ("1", "true"))


def _filters(root: ET.Element, name: str) -> list[ColumnFilter]:
    try:
        return [found for element in _named(root, "filterColumn") if (found := ColumnFilter.read(element))]
    except ValueError:
        raise WorkbookLayoutError(f"A filter of the table {name} cannot be read: {_MEND}.") from None


def _unusual(root: ET.Element) -> str:
    if root.get("headerRowCount", "1") == "0":
        return "has no header row: switch it on (Table Design, Header Row)"
    if root.get("tableType", "worksheet") != "worksheet":
        return "is filled by a query of its own: unlink it (Table Design, Unlink)"
    return ""
