"""The workbook in a package: its sheets with their rows, its tables, names, texts, styles and formulas."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from package_rules.package import MAIN, RELATION, Package, Part
from package_rules.syntax import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_DIGITS = "0123456789"
_RANGE = re.compile(r"\$?([A-Z]+)\$?([0-9]+)(?::\$?([A-Z]+)\$?([0-9]+))?")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Resolve `_xHHHH_` (ECMA-376 §22.9.2.19, ST_Xstring)."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


@cache
def column_number(letters: str) -> int:
    """Count the columns up to the one with these letters: 1 for A; 0 for what is no column."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number


@cache
def column_letters(number: int) -> str:
    """Name the column with this number: A for 1."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Area(NamedTuple):
    """A rectangle of cells, its corners included."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def parse(cls, text: str) -> Area | None:
        """Read `A1` or `A1:B2`; None for anything else."""
        match = _RANGE.fullmatch(text)
        if match is None:
            return None
        left, top = column_number(match[1]), int(match[2])
        right, bottom = (column_number(match[3]), int(match[4])) if match[3] else (left, top)
        return cls(left, top, right, bottom)

    @property
    def is_on_sheet(self) -> bool:
        """Whether it lies within the limits of a sheet, its corners in order."""
        return 1 <= self.left <= self.right <= LAST_COLUMN and 1 <= self.top <= self.bottom <= LAST_ROW

    def meets(self, other: Area) -> bool:
        """Tell whether both have a cell in common."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )


class Cell(NamedTuple):
    """One cell as stored."""

    ref: str
    column: int
    kind: str
    style: str | None
    value: str | None
    element: Element


class CellFormula(NamedTuple):
    """The `f` element of a cell."""

    ref: str
    attributes: dict[str, str]
    text: str


@dataclass(eq=False)
class Formula:
    """One formula, wherever it stands."""

    part: str
    place: str
    text: str
    book: Book
    table: Table | None = None

    @cached_property
    def tokens(self) -> list[Token]:
        """Its text, cut into tokens."""
        return tokens(self.text.removeprefix("="))


class Row:
    """One row of a sheet, its cells read.

    Args:
        sheet: Where it stands.
        element: The `row` element, complete.
        previous: The number of the row before it.
    """

    def __init__(self, sheet: Sheet, element: Element, previous: int) -> None:
        self.sheet, self.element, self.previous = sheet, element, previous
        self.part = sheet.part
        self.number = int(element.get("r") or previous + 1)
        self.cells = list(self._read())
        self.by_kind: dict[str, list[Cell]] = {}
        for cell in self.cells:
            self.by_kind.setdefault(cell.kind, []).append(cell)

    def _read(self) -> Iterator[Cell]:
        column = 0
        for element in self.element:
            ref = element.get("r")
            column = column_number(ref.rstrip(_DIGITS)) if ref else column + 1
            value = None
            for child in element:
                if child.tag == _VALUE:
                    value = child.text or ""
                elif child.tag == _FORMULA:
                    place = ref or f"{column_letters(column)}{self.number}"
                    self.sheet.cell_formulas.append(CellFormula(place, dict(child.attrib), child.text or ""))
            if (index := element.get("cm")) is not None:
                self.sheet.metadata[ref or ""] = int(index)
            yield Cell(ref or "", column, element.get("t") or "n", element.get("s"), value, element)


_VALUE, _FORMULA = MAIN + "v", MAIN + "f"


@dataclass(eq=False)
class Sheet:
    """One worksheet. Its rows are read once, by `rows`, which also gathers what other rules need."""

    book: Book
    name: str
    source: Part
    cell_formulas: list[CellFormula] = field(default_factory=list)
    headers: dict[tuple[int, int], Cell] = field(default_factory=dict)
    metadata: dict[str, int] = field(default_factory=dict)

    @property
    def part(self) -> str:
        """The name of its part."""
        return self.source.part

    def rows(self) -> Iterator[Row]:
        """Read its rows, one after the other."""
        header_rows = {table.area.top for table in self.tables if table.area}
        number = 0
        for element in self.source.stream(MAIN + "row"):
            row = Row(self, element, number)
            number = row.number
            if number in header_rows:
                self.headers |= {(number, cell.column): cell for cell in row.cells}
            yield row

    @cached_property
    def tables(self) -> list[Table]:
        """The tables that it points at."""
        parts = self.book.package.related(self.part, "table")
        return [Table(self, part) for part in parts if part.root is not None]

    def areas(self, tag: str) -> list[Area]:
        """Read the `ref` of every element with this tag, where it is one."""
        refs = [Area.parse(element.get("ref") or "") for element in self.source.elements(tag)]
        return [area for area in refs if area]


@dataclass(eq=False)
class Table:
    """One Excel table."""

    sheet: Sheet
    source: Part

    @property
    def part(self) -> str:
        """The name of its part."""
        return self.source.part

    @cached_property
    def element(self) -> Element:
        """Its `table` element."""
        return next(self.source.elements("table"))

    @property
    def name(self) -> str:
        """The name that formulas use."""
        return self.element.get("displayName") or ""

    @cached_property
    def area(self) -> Area | None:
        """Its header, data and totals; None where the text is no range."""
        return Area.parse(self.element.get("ref") or "")

    @property
    def header_rows(self) -> int:
        """How many header rows it has: 0 or 1."""
        return int(self.element.get("headerRowCount") or 1)

    @property
    def totals_rows(self) -> int:
        """How many totals rows it has: 0 or 1."""
        return int(self.element.get("totalsRowCount") or 0)

    @cached_property
    def columns(self) -> list[str]:
        """The names of its columns, escapes resolved."""
        return [unescape(column.get("name") or "") for column in self.source.elements("tableColumn")]

    @cached_property
    def known_columns(self) -> set[str]:
        """The names of its columns as formulas are compared with them."""
        return {as_in_formulas(column) for column in self.columns}


def as_in_formulas(column: str) -> str:
    """Bring the name of a column into the form in which formulas are compared: case and blanks do not count."""
    return " ".join(column.lower().split())


class Book:
    """What the rules know of a workbook.

    Args:
        package: The file.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        main = package.related("", "officeDocument")
        self.source = main[0] if main else Part(package, "", b"")

    @property
    def part(self) -> str:
        """The name of its main part."""
        return self.source.part

    @cached_property
    def sheets(self) -> list[Sheet]:
        """Its worksheets, in order; chart and dialogue sheets are no worksheets."""
        targets = {relation.id: relation for relation in self.package.relations(self.part)}
        sheets = []
        for entry in self.source.elements("sheet"):
            relation = targets.get(entry.get(RELATION + "id") or "")
            part = self.package.find(relation.target) if relation else None
            if part is not None and relation is not None and relation.kind == "worksheet":
                sheets.append(Sheet(self, entry.get("name") or "", part))
        return sheets

    @cached_property
    def tables(self) -> list[Table]:
        """All tables of all sheets."""
        return [table for sheet in self.sheets for table in sheet.tables]

    def table(self, name: str) -> Table | None:
        """Find a table by the name that formulas use, ignoring case."""
        return self._table_by_name.get(name.lower())

    @cached_property
    def _table_by_name(self) -> dict[str, Table]:
        return {table.name.lower(): table for table in reversed(self.tables)}

    def _related(self, kind: str) -> Part:
        parts = self.package.related(self.part, kind)
        return parts[0] if parts else Part(self.package, "", b"")

    @cached_property
    def has_macros(self) -> bool:
        """Whether it brings functions of its own in VBA."""
        return bool(self.package.related(self.part, "vbaProject"))

    @cached_property
    def names(self) -> set[str]:
        """The defined names, of the workbook and of sheets, in upper case."""
        return {(element.get("name") or "").upper() for element in self.source.elements("definedName")}

    @cached_property
    def texts(self) -> list[str]:
        """The shared strings, escapes not resolved, phonetic runs left out."""
        return [plain_text(item) for item in self._related("sharedStrings").elements("si")]

    @cached_property
    def style_count(self) -> int:
        """How many cell formats there are, at least the default one."""
        return max(1, sum(len(formats) for formats in self._related("styles").elements("cellXfs")))

    @cached_property
    def differential_style_count(self) -> int:
        """How many differential formats there are."""
        return sum(len(formats) for formats in self._related("styles").elements("dxfs"))


def plain_text(item: Element) -> str:
    """Join the runs of a rich text (ECMA-376 §18.4.8), escapes not resolved."""
    if len(item) == 1 and item[0].tag == _TEXT:
        return item[0].text or ""
    texts = [element.text or "" for run in item if run.tag == _RUN for element in run if element.tag == _TEXT]
    return "".join([element.text or "" for element in item if element.tag == _TEXT] + texts)


_TEXT, _RUN = MAIN + "t", MAIN + "r"
