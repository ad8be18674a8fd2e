"""The Dashboard's native charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leads_excel.excel.template.dashboard.captions import CAPTIONS
from leads_excel.excel.template.dashboard.crossings import ACROSS, REST
from leads_excel.excel.template.dashboard.figures import PARTS, SHARE, TODAY, WHOLE
from leads_excel.excel.template.sheets.formats import FONT
from leads_excel.schema.colours import ACCENT, INK, LINE, MUTED, PROVISIONAL, REJECTED, SHADES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.chart import Chart
    from xlsxwriter.workbook import Workbook

    from leads_excel.excel.template.dashboard.blocks import Block

_SMALL = {"name": FONT, "size": 9, "color": MUTED}
_NAMES = {"name": FONT, "size": 9, "color": INK}
_NO_LINE = {"none": True}
_GRID = {"visible": True, "line": {"color": LINE, "width": 0.5}}
_COLOURS = (ACCENT, REJECTED, PROVISIONAL)
_TODAY = SHADES[2]
"""A day that is not over is lighter than the others."""
_EARLIEST = 1_000  # serial numbers below it are no days: the axis of an empty chart stays blank


def day_chart(workbook: Workbook, days: Block) -> Chart:
    """Make the chart of leads per day by verdict, with the rejected share of those judged over seven days.

    Args:
        workbook: The workbook it is for.
        days: The figures.

    Returns:
        The chart, to be inserted.
    """
    chart = workbook.add_chart({"type": "column", "subtype": "stacked"})
    parts = zip((*WHOLE, TODAY), (*PARTS, TODAY), (*_COLOURS, _TODAY), strict=True)
    for figure, name, colour in parts:
        chart.add_series(
            {**_series(days, "Day", figure, name), "fill": {"color": colour}, "border": _NO_LINE, "gap": 35}
        )
    line = workbook.add_chart({"type": "line"})
    pen = {"color": INK, "width": 1.25, "dash_type": "round_dot"}
    line.add_series({**_series(days, "Day", SHARE, "Share"), "line": pen, "y2_axis": True})
    chart.combine(line)
    day_format = f'[<{_EARLIEST}]"";d mmm'
    look = {"num_font": _SMALL, "line": {"color": LINE}, "major_tick_mark": "none"}
    chart.set_x_axis({"date_axis": True, "num_format": day_format, **look})
    chart.set_y_axis(
        {"num_font": _SMALL, "num_format": "General", "major_gridlines": _GRID, "line": _NO_LINE, "min": 0}
    )
    line.set_y2_axis({"num_font": _SMALL, "num_format": "0%", "line": _NO_LINE, "min": 0})
    chart.set_legend({"position": "top", "font": _SMALL})
    return _quiet(chart)


def bar_chart(workbook: Workbook, block: Block) -> Chart:
    """Make a chart of names with their leads by verdict, the most frequent on top.

    Args:
        workbook: The workbook it is for.
        block: The figures.

    Returns:
        The chart, to be inserted.
    """
    chart = workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for part, colour in zip(PARTS, _COLOURS, strict=True):
        look = {"fill": {"color": colour}, "border": _NO_LINE, "gap": 45}
        chart.add_series({**_series(block, "Label", part, part), **look})
    return _bars(chart)


def crossing_chart(workbook: Workbook, block: Block, heads: Mapping[str, str]) -> Chart:
    """Make a chart of names, each parted by the names across, the most frequent on top.

    Args:
        workbook: The workbook it is for.
        block: The figures.
        heads: The cells of the names across, by figure.

    Returns:
        The chart, to be inserted.
    """
    chart = workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for figure, colour in zip((*ACROSS, REST), SHADES, strict=True):
        look = {"name": f"=Dashboard!{heads[figure]}", "fill": {"color": colour}, "border": _NO_LINE, "gap": 45}
        chart.add_series({**_series(block, "Label", figure), **look})
    chart = _bars(chart)
    chart.set_legend({"position": "top", "font": _SMALL})
    return chart


def count_chart(workbook: Workbook, block: Block, figure: str, colour: str, shown: str = "#,##0;;") -> Chart:
    """Make a chart of names with one count each.

    Args:
        workbook: The workbook it is for.
        block: The figures.
        figure: The figure of the count.
        colour: The colour of its bars.
        shown: The format of the numbers at their ends; empty for none.

    Returns:
        The chart, to be inserted.
    """
    chart = workbook.add_chart({"type": "bar"})
    look: dict[str, Any] = {"fill": {"color": colour}, "border": _NO_LINE, "gap": 45}
    if shown:
        look["data_labels"] = {"value": True, "num_format": shown, "font": _SMALL}
    chart.add_series({**_series(block, "Label", figure), **look})
    return _bars(chart)


def _series(block: Block, categories: str, values: str, name: str = "") -> dict[str, Any]:
    sheet = "=Dashboard!"
    cells = {"categories": sheet + block.cells(categories), "values": sheet + block.cells(values)}
    return {**cells, "name": CAPTIONS[f"series.{name.lower()}"] if name else values}


def _bars(chart: Chart) -> Chart:
    chart.set_y_axis({"reverse": True, "num_font": _NAMES, "line": _NO_LINE, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})  # the labels say the counts
    chart.set_legend({"none": True})
    return _quiet(chart)


def _quiet(chart: Chart) -> Chart:
    chart.set_title({"none": True})
    chart.set_chartarea({"border": _NO_LINE, "fill": _NO_LINE})
    chart.set_plotarea({"fill": _NO_LINE})
    return chart
