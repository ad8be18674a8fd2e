"""Small tables of figures beside the Dashboard's page: where they stand and how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from leads_excel.excel.template.dashboard.captions import CAPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.sheets.formats import Styles

Line: TypeAlias = "Mapping[str, str]"
"""One row of a block: the formula of each figure, without `=`."""

_TEXTS = frozenset({"figure.text", "figure.label"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of figures.

    Args:
        name: What formulas of other figures call it.
        style: Its format.
        width: Its width in pixels; 0 hides it.
        caption: The entry of the captions that heads it; the one of its name by default.
    """

    name: str
    style: str = "figure.count"
    width: int = 76
    caption: str = ""

    @property
    def heading(self) -> str:
        """What stands above it."""
        return CAPTIONS.get(self.caption or f"head.{self.name}", self.name)


@dataclass(frozen=True, slots=True)
class Block:
    """A small table of figures.

    Args:
        title: What it is about.
        top: The row of its title, from 0; the heads follow, then the figures.
        left: Its first column, from 0.
        rows: How many rows of figures it has.
        figures: Its columns.
    """

    title: str
    top: int
    left: int
    rows: int
    figures: tuple[Figure, ...]

    def row(self, nth: int) -> int:
        """Tell the row on the sheet, from 0, of the nth row of figures."""
        return self.top + 2 + nth

    def column(self, name: str) -> int:
        """Tell the column on the sheet, from 0, of a figure."""
        return self.left + [figure.name for figure in self.figures].index(name)

    def cell(self, name: str, nth: int) -> str:
        """Refer to a figure in the nth row: `R4`; the row above the first is the heads."""
        return str(xl_rowcol_to_cell(self.row(nth), self.column(name)))

    def cells(self, name: str, first: int = 0, last: int | None = None) -> str:
        """Refer to a figure from one row to another, both included: `$R$4:$R$95`."""
        column = self.column(name)
        bottom = self.rows - 1 if last is None else last
        return str(xl_range_abs(self.row(first), column, self.row(bottom), column))


def write_heads(sheet: Worksheet, styles: Styles, block: Block) -> None:
    """Write the title and the heads of a block and set the widths of its columns."""
    title: str | None = block.title
    for column, figure in enumerate(block.figures, start=block.left):
        is_hidden = figure.width == 0
        sheet.set_column_pixels(column, column, figure.width, None, {"hidden": is_hidden})
        is_left = figure.style in {*_TEXTS, "figure.day"}
        sheet.write_string(block.top + 1, column, figure.heading, styles["column.text" if is_left else "column"])
        sheet.write(block.top, column, None if is_hidden else title, styles["heading"])
        title = title if is_hidden else None


def write_line(sheet: Worksheet, styles: Styles, block: Block, nth: int, line: Line) -> None:
    """Write one row of figures.

    Args:
        sheet: The Dashboard.
        styles: The formats of its workbook.
        block: The block.
        nth: The row of figures, from 0.
        line: Its formulas; figures it lacks are left out.
    """
    for figure in block.figures:
        if figure.name in line:
            place = block.row(nth), block.column(figure.name)
            value = "" if figure.style in _TEXTS else 0  # tells charts whether it is a text or a number
            sheet.write_formula(*place, f"={line[figure.name]}", styles[figure.style], value)
