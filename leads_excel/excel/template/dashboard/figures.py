"""The numbers behind the Dashboard's cards and charts: native formulas over the tables, right of the page.

They need neither Python nor the network, only functions that Excel 2016 and LibreOffice 7.4 share, none of them
volatile. A list of the most frequent names costs one array formula, however many rows and names there are, and so does
the count of every day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.excel.template.dashboard.blocks import Block, Figure, Line, write_heads, write_line
from leads_excel.excel.template.dashboard.captions import CAPTIONS
from leads_excel.excel.template.dashboard.crossings import ACROSS, REST, Crossing, below, write_crossing
from leads_excel.excel.template.dashboard.picking import FIELDS, choice, rows_of, write_lists
from leads_excel.excel.template.dashboard.rankings import (
    Counted,
    Names,
    bar_line,
    keys,
    lead_lines,
    listed,
    reason,
    reason_lines,
)
from leads_excel.excel.template.dashboard.totals import DAYS_SHOWN, NO_VALUE, TOTALS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.sheets.formats import Styles

LISTED = {"brand": 4, "branch": 12, "source": 8}
"""How many names each list of leads shows one by one."""
REASONS, MODELS, PLANS = 10, 10, 6
INSTEAD = {"brand": "interest", "branch": "customerCity", "source": "subSource"}
"""What leads are listed by where a brand, a branch or a source is chosen: a list of one name says nothing."""

_TOP = 20  # below the rows that the cards make low or high
_TOTAL_COLUMN, _DAY_COLUMN, _RANK_COLUMN, _BAR_COLUMN, _LIST_COLUMN = 14, 17, 31, 40, 47

SHARE = "Share7"
"""The rejected share over the last seven days."""
PARTS = ("Accepted", "Rejected", "Provisional")
WHOLE = tuple(f"Whole{part}" for part in PARTS)
TODAY = "Today"
"""What the chart of days shows: the parts of whole days, and all of the day that is not over."""
_RUNS = ("AllByDay", "RejectedByDay", "ProvisionalByDay")
_TOTAL_FIGURES = (Figure("Total", "figure.text", 230), Figure("Value", width=150))
_DAY_FIGURES = (
    Figure("Day", "figure.day", 90),
    Figure("Received"),
    *map(Figure, PARTS[:2]),
    Figure("Provisional", width=90),
    Figure(SHARE, "figure.rate", 120),
    *(Figure(name, width=0) for name in _RUNS),
    *(Figure(name, width=90, caption=f"series.{part.lower()}") for name, part in zip(WHOLE, PARTS, strict=True)),
    Figure(TODAY, width=90, caption="series.today"),
)
_LEAD_FIGURES = (
    Figure("Key", width=0),
    Figure("Name", "figure.text", 420),
    Figure("Received"),
    *map(Figure, PARTS[:2]),
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
_STAGES = (("received", "received"), ("accepted", "accepted"), ("contactable", "contactable"))


@dataclass(frozen=True, slots=True)
class Figures:
    """What the page refers to.

    Args:
        totals: The cell of each total, by name.
        lists: The formula of the list of names of each field that can be chosen.
        days: Leads by day.
        leads: What the charts of leads by brand, branch and source show.
        reasons: What the chart of errors by reason shows.
        models: What the chart of vehicle lines by model and model year shows.
        plans: What the chart of accepted leads by purchase plan and priority shows.
        heads: The cells of the names across of the latter two.
        stages: From received to within reach.
    """

    totals: Mapping[str, str]
    lists: Mapping[str, str]
    days: Block
    leads: Mapping[str, Block]
    reasons: Block
    models: Block
    plans: Block
    heads: Mapping[str, Mapping[str, str]]
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
    top, leads = _TOP, {}
    for field in FIELDS:
        block = Block(CAPTIONS[f"block.{field}"], top, _RANK_COLUMN, LISTED[field] + 2, _LEAD_FIGURES)
        leads[field] = _write_leads(sheet, styles, block, field, totals)
        top = _below(block)
    reasons = Block(CAPTIONS["block.reasons"], top, _RANK_COLUMN, REASONS + 2, _REASON_FIGURES)
    shown_reasons = _write_reasons(sheet, styles, reasons, totals)
    crossed = _write_crossings(sheet, styles, totals, _below(reasons))
    shown = {name: _write_bars(sheet, styles, block, "All", (*ACROSS, REST)) for name, block in crossed.items()}
    heads = {name: _write_across(sheet, styles, crossed[name], bars) for name, bars in shown.items()}
    stages = _write_stages(sheet, styles, totals, below(crossed["plans"]))
    lists = write_lists(sheet, styles, _TOP, _LIST_COLUMN)
    return Figures(totals, lists, days, leads, shown_reasons, shown["models"], shown["plans"], heads, stages)


def _write_leads(sheet: Worksheet, styles: Styles, block: Block, field: str, totals: Mapping[str, str]) -> Block:
    names = Names.either(totals[f"every_{field}"], f"leads[{field}]", f"leads[{INSTEAD[field]}]")
    counted = Counted(names, totals["in_leads"], "leads[vehicleCount]", totals["received"])
    _write_ranking(sheet, styles, block, keys(block, names, counted.chosen), lead_lines(block, counted, totals))
    return _write_bars(sheet, styles, block, "Received", PARTS)


def _write_reasons(sheet: Worksheet, styles: Styles, block: Block, totals: Mapping[str, str]) -> Block:
    counted = Counted(Names.of("errors[message]"), totals["in_errors"], "errors[position]", totals["errors"])
    lines = reason_lines(block, counted)
    _write_ranking(sheet, styles, block, keys(block, counted.names, counted.chosen, reason), lines)
    return _write_bars(sheet, styles, block, "Errors", ("Errors",))


def _write_crossings(sheet: Worksheet, styles: Styles, totals: Mapping[str, str], top: int) -> dict[str, Block]:
    only = '(leads[isError]<>TRUE)*(leads[verdict]<>"provisional")'
    models, years = (
        Counted(Names.of(column), totals["in_vehicles"], "vehicles[position]", totals["vehicles"])
        for column in ("vehicles[modelFamily]", "vehicles[modelYear]")
    )
    plans, priorities = (
        Counted(Names.of(column), totals["in_leads"], "leads[vehicleCount]", totals["accepted"], only)
        for column in ("leads[purchasePlan]", "leads[priority]")
    )
    wanted = {
        "models": Crossing(CAPTIONS["block.models"], models, years, MODELS, is_number=True),
        "plans": Crossing(CAPTIONS["block.plans"], plans, priorities, PLANS),
    }
    blocks: dict[str, Block] = {}
    for name, crossing in wanted.items():
        blocks[name] = write_crossing(sheet, styles, crossing, top, _RANK_COLUMN)
        top = below(blocks[name])
    return blocks


def _below(block: Block) -> int:
    return block.row(block.rows) + 1


def _write_totals(sheet: Worksheet, styles: Styles) -> dict[str, str]:
    chosen = choice()
    block = Block(CAPTIONS["block.totals"], _TOP, _TOTAL_COLUMN, len(chosen) + len(TOTALS), _TOTAL_FIGURES)
    write_heads(sheet, styles, block)
    cells: dict[str, str] = {}
    for nth, total in enumerate((*chosen, *TOTALS)):
        sheet.write_string(block.row(nth), block.left, total.label, styles["figure.text"])
        place = block.row(nth), block.column("Value")
        value = "" if total.style == "figure.label" else 0
        sheet.write_formula(*place, "=" + total.formula.format(**cells), styles[total.style], value)
        cells[total.name] = block.cells("Value", nth, nth).partition(":")[0]
        if total is chosen[-1]:
            cells |= rows_of(cells)
    return cells


def _write_days(sheet: Worksheet, styles: Styles, totals: Mapping[str, str]) -> Block:
    block = Block(CAPTIONS["block.days"], _TOP, _DAY_COLUMN, DAYS_SHOWN, _DAY_FIGURES)
    write_heads(sheet, styles, block)
    conditions = ("ISNUMBER(leads[vehicleCount])", "(leads[isError]=TRUE)", '(leads[verdict]="provisional")')
    for run, condition in zip(_RUNS, conditions, strict=True):
        formula = _by_day(f"{condition}*{totals['in_leads']}", totals["shown"])
        sheet.write_array_formula(block.cells(run), f"{{={formula}}}", styles["figure.count"])
    for nth in range(block.rows):
        write_line(sheet, styles, block, nth, _day(block, nth, totals))
    day, day_before = block.cell("Day", 1), block.cell("Day", 0)
    repeats = {"type": "formula", "criteria": f"=${day}=${day_before}", "format": styles["cell.faint"]}
    sheet.conditional_format(
        block.row(1), block.left, block.row(block.rows - 1), block.left + len(_DAY_FIGURES) - 1, repeats
    )
    return block


def _by_day(condition: str, first: str) -> str:
    """Count rows by the day on which the lead was submitted, from a day on: one pass, however many days."""
    created = "leads[bulkCreatedDate]"
    day = f"IFERROR(IF({condition}*({created}>=N({first})),INT({created}),1E9),1E9)"
    days = ";".join(str(nth) for nth in range(DAYS_SHOWN))
    return f"FREQUENCY({day},N({first})+{{{days}}})"


def _day(block: Block, nth: int, totals: Mapping[str, str]) -> Line:
    """Days after the last one repeat it: a date axis draws them over each other, so the chart fits any range."""
    day, day_before = block.cell("Day", nth), block.cell("Day", nth - 1)
    next_day = f"IF({day_before}=0,0,MIN({day_before}+1,{totals['last']}))"
    accepted, rejected = (block.cells(name, max(nth - 6, 0), nth) for name in ("Accepted", "Rejected"))
    share = f"IF(SUM({accepted},{rejected})=0,0,SUM({rejected})/SUM({accepted},{rejected}))"
    is_today = f"{day}=N({totals['today']})"

    def counted(figure: str, run: str) -> str:
        return f"IF({day}=0,0,IF({day}={day_before},{block.cell(figure, nth - 1)},{block.cell(run, nth)}))"

    line = {figure: counted(figure, run) for figure, run in zip(("Received", *PARTS[1:]), _RUNS, strict=True)}
    if nth == 0:
        line = {figure: f"IF({day}=0,0,{block.cell(run, 0)})" for figure, run in zip(line, _RUNS, strict=True)}
    return {
        **line,
        "Day": next_day if nth else f"N({totals['shown']})",
        "Accepted": "-".join(block.cell(name, nth) for name in ("Received", "Rejected", "Provisional")),
        SHARE: f"IF({day}={day_before},{block.cell(SHARE, nth - 1)},{share})" if nth else share,
        **{whole: f"IF({is_today},0,{block.cell(part, nth)})" for whole, part in zip(WHOLE, PARTS, strict=True)},
        TODAY: f"IF(AND({day}>0,{is_today}),{block.cell('Received', nth)},0)",
    }


def _write_stages(sheet: Worksheet, styles: Styles, totals: Mapping[str, str], top: int) -> Block:
    block = Block(CAPTIONS["stages"], top, _RANK_COLUMN, len(_STAGES), _STAGE_FIGURES)
    write_heads(sheet, styles, block)
    for nth, (stage, total) in enumerate(_STAGES):
        name = CAPTIONS[f"stages.{stage}"]
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


def _write_bars(sheet: Worksheet, styles: Styles, block: Block, size: str, figures: tuple[str, ...]) -> Block:
    """Write what the chart of a list shows, beside the list."""
    named = {"At": Figure("At", width=50), "Label": Figure("Label", "figure.label", 230)}
    columns = (*named.values(), *(Figure(figure) for figure in figures))
    title = CAPTIONS["block.bars"].format(title=block.title)
    bars = Block(title, block.top, _BAR_COLUMN, block.rows, columns)
    write_heads(sheet, styles, bars)
    for nth in range(bars.rows):
        write_line(sheet, styles, bars, nth, bar_line(block, bars, nth, size, ("Label", *figures)))
    return bars


def _write_across(sheet: Worksheet, styles: Styles, block: Block, bars: Block) -> dict[str, str]:
    """Head what a chart shows with the names across, and name the cells: a legend reads a mark where there is none."""
    heads: dict[str, str] = {}
    for figure in (*ACROSS, REST):
        name = block.cell(figure, -1)
        place = bars.top + 1, bars.column(figure)
        sheet.write_formula(*place, f'=IF({name}="","{NO_VALUE}",{name})', styles["column"], "")
        heads[figure] = bars.cells(figure, -1, -1).partition(":")[0]
    return heads
