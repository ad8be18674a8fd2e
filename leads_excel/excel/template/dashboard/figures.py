"""The numbers behind the Dashboard's cards and charts: native formulas over the tables, right of the page.

They need neither Python nor the network, only functions that Excel 2016 and LibreOffice 7.4 share, none of them
volatile. A list of the most frequent names costs one array formula, however many rows and names there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.excel.template.dashboard.blocks import Block, Figure, Line, write_heads, write_line
from leads_excel.excel.template.dashboard.crossings import Crossing, below, write_crossing
from leads_excel.excel.template.dashboard.rankings import keys, lead_lines, listed, reason, reason_lines
from leads_excel.excel.template.dashboard.totals import DAYS_SHOWN, TOTALS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.sheets.formats import Styles

SOURCES, BRANCHES, REASONS, MODELS, PLANS = 8, 12, 10, 10, 6
"""How many names each list shows one by one."""

_TOP = 7  # below the rows that the cards make low or high
_TOTAL_COLUMN, _DAY_COLUMN, _RANK_COLUMN = 14, 17, 24

SHARE = "Rejected, 7 days"
"""The heading of the rejected share over the last seven days."""
_TOTAL_FIGURES = (Figure("Total", "figure.text", 230), Figure("Value", width=96))
_DAY_FIGURES = (
    Figure("Day", "figure.day", 90),
    Figure("Received"),
    Figure("Accepted"),
    Figure("Rejected"),
    Figure("Provisional", width=90),
    Figure(SHARE, "figure.rate", 120),
)
_LEAD_FIGURES = (
    Figure("Key", width=0),
    Figure("Name", "figure.text", 420),
    Figure("Received"),
    Figure("Accepted"),
    Figure("Rejected"),
    Figure("Provisional", width=90),
    Figure("Rate", "figure.rate"),
    Figure("Label", "figure.label", 230),
)
_REASON_FIGURES = (
    Figure("Key", width=0),
    Figure("Name", "figure.text", 420),
    Figure("Errors"),
    Figure("Share", "figure.rate"),
    Figure("Label", "figure.label", 230),
)
_STAGE_FIGURES = (Figure("Key", width=0), Figure("Name", "figure.text", 420), Figure("Leads"), *_REASON_FIGURES[3:])


@dataclass(frozen=True, slots=True)
class Figures:
    """What the page refers to.

    Args:
        totals: The cell of each total, by name.
        days: Leads by day.
        sources: Leads by source.
        branches: Leads by branch.
        reasons: Errors by reason.
        models: Vehicle lines by model and model year.
        plans: Accepted leads by purchase plan and priority.
        stages: From received to within reach.
    """

    totals: Mapping[str, str]
    days: Block
    sources: Block
    branches: Block
    reasons: Block
    models: Block
    plans: Block
    stages: Block


def write_figures(sheet: Worksheet, styles: Styles) -> Figures:
    """Write every block of figures.

    Args:
        sheet: The Dashboard.
        styles: The formats of its workbook.

    Returns:
        Where they stand.
    """
    totals = _write_totals(sheet, styles)
    days = _write_days(sheet, styles, totals)
    sources = Block("Leads by source", _TOP, _RANK_COLUMN, SOURCES + 2, _LEAD_FIGURES)
    branches = Block("Leads by branch", _below(sources), _RANK_COLUMN, BRANCHES + 2, _LEAD_FIGURES)
    reasons = Block("Errors by reason", _below(branches), _RANK_COLUMN, REASONS + 2, _REASON_FIGURES)
    models, plans = _write_crossings(sheet, styles, totals, _below(reasons))
    stages = _write_stages(sheet, styles, totals, below(plans))
    for block, names in ((sources, "leads[source]"), (branches, "leads[branch]")):
        _write_ranking(sheet, styles, block, keys(block, names), lead_lines(block, names, totals))
    _write_ranking(sheet, styles, reasons, keys(reasons, "errors[message]", reason), reason_lines(reasons, totals))
    return Figures(totals, days, sources, branches, reasons, models, plans, stages)


def _write_crossings(sheet: Worksheet, styles: Styles, totals: Mapping[str, str], top: int) -> list[Block]:
    wanted = (
        Crossing(
            "Vehicle lines by model and year", "vehicles[modelFamily]", "vehicles[modelYear]", "vehicles[position]",
            totals["vehicles"], MODELS, is_number=True,
        ),
        Crossing(
            "Accepted leads by purchase plan and priority", "leads[purchasePlan]", "leads[priority]",
            "leads[vehicleCount]", totals["accepted"], PLANS,
            only='(leads[isError]<>TRUE)*(leads[verdict]<>"provisional")',
        ),
    )  # fmt: skip
    blocks: list[Block] = []
    for crossing in wanted:
        blocks.append(write_crossing(sheet, styles, crossing, top, _RANK_COLUMN))
        top = below(blocks[-1])
    return blocks


def _below(block: Block) -> int:
    return block.row(block.rows) + 1


def _write_totals(sheet: Worksheet, styles: Styles) -> dict[str, str]:
    block = Block("Totals", _TOP, _TOTAL_COLUMN, len(TOTALS), _TOTAL_FIGURES)
    write_heads(sheet, styles, block)
    cells: dict[str, str] = {}
    for nth, total in enumerate(TOTALS):
        sheet.write_string(block.row(nth), block.left, total.label, styles["figure.text"])
        place = block.row(nth), block.column("Value")
        sheet.write_formula(*place, "=" + total.formula.format(**cells), styles[total.style])
        cells[total.name] = block.cells("Value", nth, nth).partition(":")[0]
    return cells


def _write_days(sheet: Worksheet, styles: Styles, totals: Mapping[str, str]) -> Block:
    block = Block("Leads by day", _TOP, _DAY_COLUMN, DAYS_SHOWN, _DAY_FIGURES)
    write_heads(sheet, styles, block)
    for nth in range(block.rows):
        write_line(sheet, styles, block, nth, _day(block, nth, totals))
    day, day_before = block.cell("Day", 1), block.cell("Day", 0)
    repeats = {"type": "formula", "criteria": f"=${day}=${day_before}", "format": styles["cell.faint"]}
    sheet.conditional_format(block.row(1), block.left, block.row(block.rows - 1), block.left + 5, repeats)
    return block


def _day(block: Block, nth: int, totals: Mapping[str, str]) -> Line:
    """Days after the last one repeat it: a date axis draws them over each other, so the chart fits any range."""
    day, day_before = block.cell("Day", nth), block.cell("Day", nth - 1)
    next_day = f"IF({day_before}=0,0,MIN({day_before}+1,{totals['last']}))"
    created = f'leads[bulkCreatedDate],">="&{day},leads[bulkCreatedDate],"<"&{day}+1'
    accepted, rejected = (block.cells(name, max(nth - 6, 0), nth) for name in ("Accepted", "Rejected"))
    share = f"IF(SUM({accepted},{rejected})=0,0,SUM({rejected})/SUM({accepted},{rejected}))"
    return {
        "Day": next_day if nth else f"N({totals['shown']})",
        "Received": f"IF({day}=0,0,COUNTIFS({created}))",
        "Accepted": "-".join(block.cell(name, nth) for name in ("Received", "Rejected", "Provisional")),
        "Rejected": f"IF({day}=0,0,COUNTIFS({created},leads[isError],TRUE))",
        "Provisional": f'IF({day}=0,0,COUNTIFS({created},leads[verdict],"provisional"))',
        SHARE: f"IF({day}={day_before},{block.cell(SHARE, nth - 1)},{share})",
    }


def _write_stages(sheet: Worksheet, styles: Styles, totals: Mapping[str, str], top: int) -> Block:
    stages = (("Received", "received"), ("Accepted", "accepted"), ("Contactable", "contactable"))
    block = Block("From received to contactable", top, _RANK_COLUMN, len(stages), _STAGE_FIGURES)
    write_heads(sheet, styles, block)
    for nth, (name, total) in enumerate(stages):
        count, received = totals[total], totals["received"]
        share = f'IF({received}=0,"",{count}/{received})'
        label = f'"{name}   "&FIXED({count},0)&" · "&ROUND(100*{block.cell("Share", nth)},0)&"%"'
        line = {"Name": f'"{name}"', "Leads": count, "Share": share, "Label": f'IF({count}=0,"{name}",{label})'}
        write_line(sheet, styles, block, nth, line)
    return block


def _write_ranking(sheet: Worksheet, styles: Styles, block: Block, keys_formula: str, lines: list[Line]) -> None:
    write_heads(sheet, styles, block)
    keys_range = block.cells("Key", 0, listed(block) - 1)
    sheet.write_array_formula(keys_range, f"{{={keys_formula}}}", styles["figure.count"])
    for nth, line in enumerate(lines):
        write_line(sheet, styles, block, nth, line)
