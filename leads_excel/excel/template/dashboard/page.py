"""The Dashboard: one page of cards and native charts over the tables, and right of it the figures behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlsxwriter.utility import xl_rowcol_to_cell

from leads_excel.excel.template.dashboard.captions import CAPTIONS, count, phrase
from leads_excel.excel.template.dashboard.cards import write_cards
from leads_excel.excel.template.dashboard.charts import bar_chart, count_chart, crossing_chart, day_chart
from leads_excel.excel.template.dashboard.figures import INSTEAD, write_figures
from leads_excel.excel.template.dashboard.picking import FIELDS
from leads_excel.excel.template.dashboard.totals import DAYS_SHOWN
from leads_excel.excel.template.sheets.home import BADGE, lay_badge, lay_strip
from leads_excel.excel.template.sheets.paper import print_page
from leads_excel.excel.template.sheets.phrases import literal
from leads_excel.schema.colours import ACCENT, REJECTED
from leads_excel.schema.masking import MASK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.chart import Chart
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.dashboard.figures import Figures
    from leads_excel.excel.template.sheets.formats import Styles

SHEET = "Dashboard"
COVERAGE = "Dashboard!$B$4"
_WIDTHS = (150, 95, 13)  # pixels: of a card, of what stands at its right, of the gap
_PICKS_AT, _CARDS_AT = 5, 8  # rows, from 0
_ROW = 20  # pixels
_WIDE, _LEFT, _RIGHT = (1, 11), (1, 5), (7, 11)  # columns, from 0


class Place(NamedTuple):
    """Where a chart stands.

    Args:
        columns: Its first and last column, from 0.
        title: The formula of what it shows.
        name: What it shows, for whoever cannot see it.
        chart: The chart.
    """

    columns: tuple[int, int]
    title: str
    name: str
    chart: Chart


_TIME = (
    'YEAR(out_refreshed_at)&"-"&RIGHT("0"&MONTH(out_refreshed_at),2)&"-"&RIGHT("0"&DAY(out_refreshed_at),2)'
    '&" "&RIGHT("0"&HOUR(out_refreshed_at),2)&":"&RIGHT("0"&MINUTE(out_refreshed_at),2)'
)  # without TEXT, whose format codes depend on the language of Excel
_COME = f'IF({{come}}<{{asked}},{phrase("period.come", come="{come}", asked="{asked}")},"")'
_PERIOD = f'IF(out_refreshed_at="",{phrase("nothing")},{phrase("period", range="out_range", come=_COME, moment=_TIME)})'
_REMARKS = "&".join(
    f'IF({condition},{text},"")'
    for condition, text in (
        ("{come}<{asked}", phrase("coverage.come", come="{come}", asked="{asked}")),
        ("{undecided}>0", phrase("coverage.provisional", count=count("{undecided}"), open="{open}")),
        ("{undated}>0", phrase("coverage.undated", count=count("{undated}"))),
        ("{unknown}>0", phrase("coverage.unknown", count=count("{unknown}"))),
    )
)
_UNMATCHED = phrase("coverage.bulks", unmatched="{unmatched}", bulks="{bulks}")
_ROWS = phrase("coverage.rows", loaded=count("{loaded}"), written=count("{written}"))
_COVERAGE = (
    f'IF(out_refreshed_at="",{phrase("coverage.none")},'
    f'IF(LEFT(out_status,6)="Failed",{phrase("coverage.failed")},'
    f"IF(ISERROR({{unread}}),{phrase('coverage.verdict')},"
    f"IF(ISERROR({{received}}+{{errors}}+{{vehicles}}),{phrase('coverage.lead')},"
    f"IF({{unread}}>0,{phrase('coverage.unread', count=count('{unread}'))},"
    f"IF({{loaded}}<>{{written}},{_ROWS},"
    f'IF(in_lead_id&in_source&in_sub_source<>"",{phrase("coverage.filtered")},'
    f"IF({{unmatched}}>0,{_UNMATCHED},{phrase('coverage.complete')}))&{_REMARKS}))))))"
)
_ALL = phrase("pick.shown.all", loaded=count("{loaded}"))
_SOME = phrase("pick.shown.some", received=count("{received}"), loaded=count("{loaded}"))
_SHOWN = (
    f"IF({{loaded}}=0,{phrase('pick.shown.empty')},IF(AND({{every_brand}},{{every_branch}},{{every_source}}),{_ALL},"
    f"IF({{received}}=0,{phrase('pick.shown.none')},{_SOME})))"
)
_CUT = f'IF({{days}}>{DAYS_SHOWN},{phrase("days.cut", shown=literal(str(DAYS_SHOWN)), days="{days}")},"")'
_SPAN = (
    f'{phrase("days")}&IF({{days}}=0,"",{phrase("days.span", span="{span}")})&{_CUT}'
    f'&IF({{today}}="","",{phrase("days.today", today="{today_label}")})'
)
_DAYS = f'IF(AND({{days}}=1,{{today}}<>""),{phrase("days.only", today="{today_label}")},{_SPAN})'


def write_dashboard(workbook: Workbook, styles: Styles) -> None:
    """Add the Dashboard.

    Args:
        workbook: The workbook to add it to.
        styles: The formats of that workbook.
    """
    sheet = workbook.add_worksheet(SHEET)
    figures = write_figures(sheet, styles)
    _write_frame(sheet, styles, figures.totals)
    _write_picks(workbook, sheet, styles, figures)
    row = write_cards(workbook, sheet, styles, figures.totals, _CARDS_AT)
    for places, height in _charts(workbook, figures):
        for place in places:
            _insert(sheet, styles, place, row, height)
        row += 1 + height // _ROW
    print_page(sheet, row - 1, 12, landscape=False)


def _write_frame(sheet: Worksheet, styles: Styles, totals: Mapping[str, str]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column_pixels(0, 0, 20)
    for column in range(12):
        sheet.set_column_pixels(column + 1, column + 1, _WIDTHS[column % 3])
    for row, height in ((0, 10), (1, 38), (3, 26), (4, 8), (5, 20), (6, 26), (7, 10)):
        sheet.set_row_pixels(row, height)
    sheet.write_string("B2", CAPTIONS["title"], styles["title"])
    sheet.write_formula("B3", "=" + _PERIOD.format(**totals), styles["subtitle"])
    sheet.merge_range("H2:L2", "", styles["badge"])
    sheet.write_formula("H2", f"={BADGE}", styles["badge"])
    lay_badge(sheet, styles, "H2:L2")
    sheet.merge_range("B4:L4", "", styles["strip"])
    sheet.write_formula("B4", "=" + _COVERAGE.format(**totals), styles["strip"])
    lay_strip(sheet, styles, "B4:L4")


def _write_picks(workbook: Workbook, sheet: Worksheet, styles: Styles, figures: Figures) -> None:
    for nth, field in enumerate(FIELDS):
        label, column, row = CAPTIONS[f"pick.{field}"], 1 + 3 * nth, _PICKS_AT + 1
        sheet.write_string(_PICKS_AT, column, label, styles["label"])
        sheet.merge_range(row, column, row, column + 1, CAPTIONS["pick.all"], styles["input.text"])
        cell = xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)
        workbook.define_name(f"pick_{field}", f"={SHEET}!{cell}")
        rule = {
            "validate": "list",
            "source": figures.lists[field],
            "input_title": label,
            "input_message": CAPTIONS["pick.message"],
            "error_type": "warning",  # a list offers many names, not all
            "error_title": label,
            "error_message": CAPTIONS["pick.error"],
        }
        sheet.data_validation(row, column, row, column, rule)
    sheet.write_string(_PICKS_AT, _RIGHT[0] + 3, CAPTIONS["pick.shown"], styles["label"])
    shown = "=" + _SHOWN.format(**figures.totals)
    sheet.merge_range(_PICKS_AT + 1, _RIGHT[0] + 3, _PICKS_AT + 1, _RIGHT[1], "", styles["strip"])
    sheet.write_formula(_PICKS_AT + 1, _RIGHT[0] + 3, shown, styles["strip"])


def _charts(workbook: Workbook, figures: Figures) -> list[tuple[tuple[Place, ...], int]]:
    """List the charts row by row, each row with its height in pixels."""
    totals, said = figures.totals, CAPTIONS
    stages = count_chart(workbook, figures.stages, "Leads", ACCENT, shown="")
    reasons = count_chart(workbook, figures.reasons, "Errors", REJECTED)
    models = crossing_chart(workbook, figures.models, figures.heads["models"])
    plans = crossing_chart(workbook, figures.plans, figures.heads["plans"])

    def by(field: str, columns: tuple[int, int]) -> Place:
        title = f"IF({totals[f'every_{field}']},{phrase(f'by.{field}')},{phrase(f'by.{INSTEAD[field]}')})"
        return Place(columns, title, said[f"by.{field}"], bar_chart(workbook, figures.leads[field]))

    return [
        ((Place(_WIDE, _DAYS.format(**totals), said["days"], day_chart(workbook, figures.days)),), 200),
        ((by("brand", _LEFT), Place(_RIGHT, phrase("stages"), said["stages"], stages)), 140),
        ((by("branch", _LEFT), by("source", _RIGHT)), 260),
        ((Place(_WIDE, phrase("reasons", mask=literal(MASK)), said["reasons"].format(mask=MASK), reasons),), 200),
        (
            (
                Place(_LEFT, phrase("models"), said["models"], models),
                Place(_RIGHT, phrase("plans"), said["plans"], plans),
            ),
            240,
        ),
    ]


def _insert(sheet: Worksheet, styles: Styles, place: Place, row: int, height: int) -> None:
    sheet.set_row_pixels(row, 26)
    first, last = place.columns
    for column in range(first, last + 1):
        sheet.write_blank(row, column, None, styles["heading"])
    sheet.write_formula(row, first, f"={place.title}", styles["heading"])
    width = sum(_WIDTHS[(column - 1) % 3] for column in range(first, last + 1))
    place.chart.set_size({"width": width, "height": height - 8})
    sheet.insert_chart(row + 1, first, place.chart, {"description": place.name, "y_offset": 4})
