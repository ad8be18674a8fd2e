"""The Dashboard: one page of cards and native charts over the tables, and right of it the figures behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leads_excel.excel.template.dashboard.charts import bar_chart, count_chart, crossing_chart, day_chart
from leads_excel.excel.template.dashboard.figures import write_figures
from leads_excel.excel.template.dashboard.totals import DAYS_SHOWN
from leads_excel.excel.template.sheets.home import BADGE, lay_badge, lay_strip
from leads_excel.excel.template.sheets.paper import print_page
from leads_excel.schema.colours import ACCENT, REJECTED
from leads_excel.schema.masking import MASK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.chart import Chart
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.dashboard.blocks import Block
    from leads_excel.excel.template.dashboard.figures import Figures
    from leads_excel.excel.template.sheets.formats import Styles

SHEET = "Dashboard"
COVERAGE = "Dashboard!$B$4"
_CARD_WIDTH, _GAP = 159, 13  # pixels
_CARDS_AT, _DAYS_AT, _NAMES_AT, _REASONS_AT, _CROSSED_AT, _END = 5, 10, 24, 41, 55, 72  # rows, from 0
_WIDE, _LEFT, _RIGHT = (1, 11), (1, 5), (7, 11)  # columns, from 0


class Card(NamedTuple):
    """A total in large print, with what it should be read beside.

    Args:
        label: What it is.
        total: Its total, by name.
        style: Its format.
        caption: A formula over the totals.
        week: A formula for the last seven days, and how they differ from the seven before; empty for none.
    """

    label: str
    total: str
    style: str
    caption: str
    week: str = ""


def _week(count: str, before: str) -> str:
    change = f"ROUND(100*({count})/({before})-100,0)"
    changed = f'IF(({before})=0,"",", "&IF({change}<0,"\N{MINUS SIGN}","+")&ABS({change})&"%")'
    return f'IF({{week_start}}="","",FIXED({count},0)&" in 7 days"&{changed})'


_WEEK_JUDGED, _WEEK_BEFORE_JUDGED = "({week}-{week_provisional})", "({week_before}-{week_before_provisional})"
_WEEK_RATE = f"{{week_rejected}}/{_WEEK_JUDGED}"
_WEEK_POINTS = f"ROUND(100*({_WEEK_RATE}-{{week_before_rejected}}/{_WEEK_BEFORE_JUDGED}),1)"


class Place(NamedTuple):
    """Where a chart stands.

    Args:
        row: The row of its title, from 0; the chart follows.
        columns: Its first and last column, from 0.
        height: Its height in pixels.
        title: What it shows.
        chart: The chart.
    """

    row: int
    columns: tuple[int, int]
    height: int
    title: str
    chart: Chart


CARDS = (
    Card(
        "Received",
        "received",
        "card.count",
        'IF({days}=0,"",FIXED({per_day},1)&" a day")',
        _week("{week}", "{week_before}"),
    ),
    Card(
        "Accepted",
        "accepted",
        "card.count",
        'IF({judged}=0,"",ROUND(100*{accepted}/{judged},0)&"% of judged")'
        '&IF({provisional}=0,"",IF({judged}=0,"",", ")&FIXED({provisional},0)&" provisional")',
        _week(
            "{week}-{week_rejected}-{week_provisional}",
            "{week_before}-{week_before_rejected}-{week_before_provisional}",
        ),
    ),
    Card(
        "Rejected",
        "rejected",
        "card.count",
        'FIXED({errors},0)&" errors given"',
        _week("{week_rejected}", "{week_before_rejected}"),
    ),
    Card(
        "Rejection rate",
        "rate",
        "card.rate",
        'IF({judged}=0,"",IF({judged}<30,"of fewer than 30 leads",IF({provisional}>0,"of judged, not provisional",'
        '"of all received")))',
        f'IF(OR({_WEEK_JUDGED}=0,{_WEEK_BEFORE_JUDGED}=0),"",FIXED(100*' + _WEEK_RATE + ',1)&"% in 7 days, "'
        f'&IF({_WEEK_POINTS}<0,"\N{MINUS SIGN}","+")&FIXED(ABS({_WEEK_POINTS}),1))',
    ),
    Card("Vehicle lines", "vehicles", "card.count", 'FIXED({units},0)&" vehicles asked for"'),
    Card(
        "Stuck bulks",
        "stuck",
        "card.count",
        'FIXED({open},0)&" open, "&FIXED({cancelled},0)&" cancelled"',
    ),
)

_ABOUT_WEEKS = {
    "validate": "any",
    "input_title": "Last 7 days",
    "input_message": "The last seven whole days of the range, and how they differ from the seven before.",
}
_PERIOD = (
    'IF(out_refreshed_at="","Nothing is loaded.",out_range&IF({come}<{asked},", "&{come}&" of "&{asked}&" days","")'
    '&"   ·   refreshed "&YEAR(out_refreshed_at)'
    '&"-"&RIGHT("0"&MONTH(out_refreshed_at),2)&"-"&RIGHT("0"&DAY(out_refreshed_at),2)'
    '&" "&RIGHT("0"&HOUR(out_refreshed_at),2)&":"&RIGHT("0"&MINUTE(out_refreshed_at),2)&", business time")'
)  # without TEXT, whose format codes depend on the language of Excel
_COVERAGE = (
    'IF(out_refreshed_at="","Not refreshed yet: choose days on Home, then refresh.",'
    'IF(LEFT(out_status,6)="Failed","Failed: the last refresh did not succeed, these are the numbers before it.",'
    'IF(ISERROR({unread}),"Check: Leads has no column verdict, by which it is counted: insert it, then refresh.",'
    'IF({unread}>0,"Check: rows of Leads without a known verdict: "&FIXED({unread},0)&": refresh.",'
    'IF({received}<>{written},"Check: the table holds "&FIXED({received},0)&" leads, the last refresh brought "'
    '&FIXED({written},0)&".",'
    'IF(in_lead_id&in_source&in_sub_source<>"","Complete: every day was read; under a filter, bulks are not checked.",'
    'IF({unmatched}>0,"Check: bulks that do not hold what the DMS counted: "&{unmatched}&" of "&{bulks}'
    '&" (red on Bulks).","Complete: nothing is missing."))'
    '&IF({come}<{asked}," "&{come}&" of "&{asked}&" days have come.","")'
    '&IF({provisional}>0," Provisional leads, in no rate yet: "&FIXED({provisional},0)&" (open bulks: "&{open}&").","")'
    '&IF({undated}>0," Leads without a date, in no day: "&FIXED({undated},0)&".","")'
    '&IF({unknown}>0," Leads without a verdict, taken as not rejected: "&FIXED({unknown},0)&".",""))))))'
)


def write_dashboard(workbook: Workbook, styles: Styles) -> None:
    """Add the Dashboard.

    Args:
        workbook: The workbook to add it to.
        styles: The formats of that workbook.
    """
    sheet = workbook.add_worksheet(SHEET)
    figures = write_figures(sheet, styles)
    _write_frame(sheet, styles, figures.totals)
    for nth, card in enumerate(CARDS):
        _write_card(sheet, styles, 1 + 2 * nth, card, figures.totals)
    _lay_cards(sheet, styles, figures.totals)
    _insert_charts(workbook, sheet, styles, figures)
    print_page(sheet, _END, 12, landscape=False)


def _write_frame(sheet: Worksheet, styles: Styles, totals: Mapping[str, str]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column_pixels(0, 0, 20)
    sheet.set_column_pixels(1, 12, _GAP)
    for column in range(1, 12, 2):
        sheet.set_column_pixels(column, column, _CARD_WIDTH)
    for row, height in ((0, 10), (1, 38), (3, 26), (4, 10), (5, 24), (6, 40), (7, 18), (8, 20)):
        sheet.set_row_pixels(row, height)
    sheet.write_string("B2", SHEET, styles["title"])
    sheet.write_formula("B3", "=" + _PERIOD.format(**totals), styles["subtitle"])
    sheet.merge_range("J2:L2", "", styles["badge"])
    sheet.write_formula("J2", f"={BADGE}", styles["badge"])
    lay_badge(sheet, styles, "J2:L2")
    sheet.merge_range("B4:L4", "", styles["strip"])
    sheet.write_formula("B4", "=" + _COVERAGE.format(**totals), styles["strip"])
    lay_strip(sheet, styles, "B4:L4")


def _write_card(sheet: Worksheet, styles: Styles, column: int, card: Card, totals: Mapping[str, str]) -> None:
    sheet.write_string(_CARDS_AT, column, card.label, styles["card.label"])
    sheet.write_formula(_CARDS_AT + 1, column, f"={totals[card.total]}", styles[card.style])
    caption = card.caption.format(**totals)
    sheet.write_formula(_CARDS_AT + 2, column, f"={caption}", styles["card.caption"])
    place = _CARDS_AT + 3, column
    if not card.week:
        sheet.write_blank(*place, None, styles["card.caption"])
        return
    sheet.write_formula(*place, f"={card.week.format(**totals)}", styles["card.caption"])
    sheet.data_validation(*place, *place, _ABOUT_WEEKS)


def _lay_cards(sheet: Worksheet, styles: Styles, totals: Mapping[str, str]) -> None:
    faint = {"type": "formula", "criteria": f"={totals['judged']}<30", "format": styles["card.faint"]}
    alarm = {"type": "formula", "criteria": f"={totals['stuck']}>0", "format": styles["card.alarm"]}
    sheet.conditional_format(_CARDS_AT + 1, 7, _CARDS_AT + 1, 7, faint)
    sheet.conditional_format(_CARDS_AT + 1, 11, _CARDS_AT + 1, 11, alarm)


def _insert_charts(workbook: Workbook, sheet: Worksheet, styles: Styles, figures: Figures) -> None:
    names = "received, and the share rejected"
    reasons = f"Why leads were rejected: errors by reason, digits as {MASK}"
    places = (
        Place(_DAYS_AT, (1, 7), 250, "Leads per day", day_chart(workbook, figures.days)),
        Place(_DAYS_AT, (9, 11), 250, "From received to contactable", _stages(workbook, figures.stages)),
        Place(_NAMES_AT, _LEFT, 310, f"By source: {names}", bar_chart(workbook, figures.sources)),
        Place(_NAMES_AT, _RIGHT, 310, f"By branch: {names}", bar_chart(workbook, figures.branches)),
        Place(_REASONS_AT, _WIDE, 250, reasons, count_chart(workbook, figures.reasons, "Errors", REJECTED)),
        Place(
            _CROSSED_AT,
            _LEFT,
            310,
            "By model: vehicle lines, and their years",
            crossing_chart(workbook, figures.models),
        ),
        Place(
            _CROSSED_AT,
            _RIGHT,
            310,
            "By purchase plan: accepted leads, and their priority",
            crossing_chart(workbook, figures.plans),
        ),
    )
    for place in places:
        _insert(sheet, styles, place)
    days = figures.totals["days"]
    cut = f'IF({days}>{DAYS_SHOWN},", the last {DAYS_SHOWN} of "&{days}&" days","")'
    sheet.write_formula(_DAYS_AT, 1, f'="{places[0].title}"&{cut}', styles["heading"])


def _stages(workbook: Workbook, stages: Block) -> Chart:
    return count_chart(workbook, stages, "Leads", ACCENT, shown="")


def _insert(sheet: Worksheet, styles: Styles, place: Place) -> None:
    sheet.set_row_pixels(place.row, 26)
    columns = range(place.columns[0], place.columns[1] + 1)
    for column in columns:
        sheet.write(place.row, column, place.title if column == columns[0] else None, styles["heading"])
    cards = (len(columns) + 1) // 2
    place.chart.set_size({"width": cards * _CARD_WIDTH + (cards - 1) * _GAP, "height": place.height})
    sheet.insert_chart(place.row + 1, columns[0], place.chart, {"description": place.title, "y_offset": 4})
