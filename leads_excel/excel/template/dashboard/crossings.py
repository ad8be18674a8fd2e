"""Two columns of a table crossed: the most frequent names of one down, those of the other across.

Every row and column adds up: `Other` holds what is not shown by name, `(blank)` the rows without a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.excel.template.dashboard.blocks import Block, Figure, write_heads, write_line
from leads_excel.excel.template.dashboard.captions import CAPTIONS
from leads_excel.excel.template.dashboard.rankings import NONE, count_lines, keys, listed, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.dashboard.blocks import Line
    from leads_excel.excel.template.dashboard.rankings import Counted
    from leads_excel.excel.template.sheets.formats import Styles

ACROSS = ("First", "Second", "Third")
"""The figures of the names across; their heads on the sheet are these names."""
REST = "Rest"
_FIGURES = (
    Figure("Key", width=0),
    Figure("Name", "figure.text", 420),
    Figure("All"),
    *map(Figure, ACROSS),
    Figure("Label", "figure.label", 230),
    Figure(REST),
)
_LIST_FIGURES = (Figure("Key", width=0), Figure("Name", "figure.text", 420), Figure("All"))


@dataclass(frozen=True, slots=True)
class Crossing:
    """What is crossed.

    Args:
        title: What it is about.
        down: What is counted by the names that stand below each other.
        across: What is counted by the names that stand beside each other: the same rows.
        names: How many names stand below each other.
        is_number: True when the names across are numbers, which stand in their order instead of by frequency.
    """

    title: str
    down: Counted
    across: Counted
    names: int
    is_number: bool = False


def write_crossing(sheet: Worksheet, styles: Styles, crossing: Crossing, top: int, left: int) -> Block:
    """Write the figures of a crossing, and below them the list of the names across.

    Args:
        sheet: The Dashboard.
        styles: The formats of its workbook.
        crossing: What is crossed.
        top: The row of its title, from 0.
        left: Its first column, from 0.

    Returns:
        Where it stands.
    """
    block = Block(crossing.title, top, left, crossing.names + 2, _FIGURES)
    title = CAPTIONS["block.across"].format(title=crossing.title)
    across = Block(title, block.row(block.rows) + 1, left, len(ACROSS) + 2, _LIST_FIGURES)
    found = keys(across, crossing.across.names, crossing.across.chosen, _as_text)
    _write(sheet, styles, across, found, count_lines(across, crossing.across, "All"))
    found = keys(block, crossing.down.names, crossing.down.chosen)
    _write(sheet, styles, block, found, list(_lines(block, crossing)))
    names = across.cells("Name", 0, len(ACROSS) - 1)
    for place, figure in enumerate(ACROSS):
        name = f'IFERROR(SMALL({names},{place + 1}),"")' if crossing.is_number else across.cell("Name", place)
        sheet.write_formula(block.top + 1, block.column(figure), f"={name}", styles["column"], "")
    sheet.write_string(block.top + 1, block.column(REST), CAPTIONS["other"], styles["column"])
    return block


def below(block: Block) -> int:
    """Tell the first free row below a crossing, from 0."""
    return block.row(block.rows) + 1 + 2 + len(ACROSS) + 2 + 1


def _as_text(names: str) -> str:
    return f'{names}&""'


def _write(sheet: Worksheet, styles: Styles, block: Block, keys_formula: str, lines: list[Line]) -> None:
    write_heads(sheet, styles, block)
    sheet.write_array_formula(block.cells("Key", 0, listed(block) - 1), f"{{={keys_formula}}}", styles["figure.count"])
    for nth, line in enumerate(lines):
        write_line(sheet, styles, block, nth, line)


def _lines(block: Block, crossing: Crossing) -> Iterator[Line]:
    count = listed(block)
    for nth, line in enumerate(count_lines(block, crossing.down, "All")):
        name = '""' if line["Name"] == f'"{NONE}"' else block.cell("Name", nth)
        own = {figure: _pairs(block, nth, crossing, figure, name) for figure in ACROSS}
        if nth == count:
            own = {figure: _remaining(block, figure, crossing) for figure in ACROSS}
        all_, shown = block.cell("All", nth), "-".join(block.cell(figure, nth) for figure in ACROSS)
        label = f'{short(block.cell("Name", nth))}&"   "&FIXED({all_},0)'
        yield {**line, **own, REST: f"{all_}-{shown}", "Label": f'IF({all_}=0,"",{label})'}


def _pairs(block: Block, nth: int, crossing: Crossing, figure: str, name: str) -> str:
    head = _head(block, figure)
    met = f"({crossing.down.names.cells}={name})*({crossing.across.names.cells}={head})"
    pairs = f"SUMPRODUCT({met}*{crossing.down.factor})"
    return f'IF(OR({block.cell("All", nth)}=0,{head}=""),0,{pairs})'


def _remaining(block: Block, figure: str, crossing: Crossing) -> str:
    head, count = _head(block, figure), listed(block)
    every = f"SUMPRODUCT(({crossing.across.names.cells}={head})*{crossing.across.factor})"
    shown = f"SUM({block.cells(figure, 0, count - 1)})-{block.cell(figure, count + 1)}"
    return f'IF({head}="",0,{every}-{shown})'


def _head(block: Block, figure: str) -> str:
    column, row = block.cell(figure, -1).rstrip("0123456789"), block.top + 2
    return f"{column}${row}"
