"""What is chosen: the cells that ask for brand, branch and source, which rows they leave, and the names they offer.

The lists are native formulas over the leads table, so they follow whatever fills it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.excel.template.dashboard.blocks import Block, Figure, write_heads, write_line
from leads_excel.excel.template.dashboard.captions import CAPTIONS
from leads_excel.excel.template.dashboard.rankings import NONE, Names, keys, listed, place_of
from leads_excel.excel.template.dashboard.totals import Total
from leads_excel.excel.template.sheets.phrases import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.dashboard.blocks import Line
    from leads_excel.excel.template.sheets.formats import Styles

FIELDS = ("brand", "branch", "source")
"""What can be chosen; a cell of the name `pick_` and the field asks for each."""

_OFFERED = 100
"""How many names a list offers, the most frequent ones; others can be typed."""
_FIGURES = (
    Figure("Key", width=0),
    Figure("Found", width=0),
    Figure("Rank", width=0),
    Figure("Name", "figure.text", 160),
)
_TABLES = ("leads", "vehicles", "errors")


def choice() -> tuple[Total, ...]:
    """List what is chosen as totals: for each field whether it is left open, and the text that it is to have."""
    open_ = literal(CAPTIONS["pick.all"])
    return tuple(
        total
        for field in FIELDS
        for total in (
            Total(f"every_{field}", f'OR(pick_{field}="",pick_{field}={open_})'),
            Total(f"wanted_{field}", f'IF(pick_{field}={literal(NONE)},"",pick_{field}&"")', "figure.label"),
        )
    )


def rows_of(cells: Mapping[str, str]) -> dict[str, str]:
    """Write for each table which of its rows are chosen, as a factor of a product.

    Args:
        cells: For each field two cells: `every_` tells whether it is left open, `wanted_` the text that it is to have.

    Returns:
        The formulas by `in_` and the table: an array of 1 and 0.
    """

    def chosen(table: str) -> str:
        parts = (f"(({cells[f'every_{field}']}+({table}[{field}]={cells[f'wanted_{field}']}))>0)" for field in FIELDS)
        return "*".join(parts)

    return {f"in_{table}": chosen(table) for table in _TABLES}


def write_lists(sheet: Worksheet, styles: Styles, top: int, left: int) -> dict[str, str]:
    """Write the names that can be chosen: `(all)`, the names in their order, `(blank)` where a lead has none.

    Args:
        sheet: The Dashboard.
        styles: The formats of its workbook.
        top: The row of the titles, from 0.
        left: The first column, from 0.

    Returns:
        For each field the formula of its list, for a validation: its cells, those that hold nothing left out.
    """
    lists: dict[str, str] = {}
    for nth, field in enumerate(FIELDS):
        block = Block(CAPTIONS[f"block.list.{field}"], top, left + nth * len(_FIGURES), _OFFERED + 2, _FIGURES)
        _write_list(sheet, styles, block, field)
        names = block.cells("Name")
        full = f'COUNTIF({names},"?*")'
        lists[field] = f"={names.partition(':')[0]}:INDEX({names},{full})"
    return lists


def _write_list(sheet: Worksheet, styles: Styles, block: Block, field: str) -> None:
    write_heads(sheet, styles, block)
    names = Names.of(f"leads[{field}]")
    keys_range = block.cells("Key", 0, listed(block) - 1)
    sheet.write_array_formula(keys_range, f"{{={keys(block, names)}}}", styles["figure.count"])
    for nth, line in enumerate(_lines(block, names)):
        write_line(sheet, styles, block, nth, line)


def _lines(block: Block, names: Names) -> Iterator[Line]:
    """Yield the rows: each name as found and its rank, and the name whose rank is that of the row before."""
    last = listed(block) - 1
    found, ranks = block.cells("Found", 0, last), block.cells("Rank", 0, last)
    is_unnamed = f'SUMPRODUCT(({names.cells}="")*ISNUMBER(leads[vehicleCount]))>0'
    for nth in range(block.rows):
        line: dict[str, str] = {}
        if nth <= last:
            key, name = block.cell("Key", nth), block.cell("Found", nth)
            line["Found"] = f'IF({key}>0,INDEX({names.cells},{place_of(key)}),"")'
            line["Rank"] = f'IF({name}="",0,SUMPRODUCT(({found}<>"")*({found}<{name}))+1)'
        if nth == 0:
            line["Name"] = literal(CAPTIONS["pick.all"])
        else:
            after = f'IF(AND({nth}=MAX({ranks})+1,{is_unnamed}),{literal(NONE)},"")'
            line["Name"] = f"IFERROR(INDEX({found},MATCH({nth},{ranks},0)),{after})"
        yield line
