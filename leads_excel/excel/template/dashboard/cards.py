"""The Dashboard's cards: a total in large print, what it should be read beside, a target, and a link to why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlsxwriter.utility import xl_rowcol_to_cell

from leads_excel.excel.template.dashboard.captions import CAPTIONS, MINUS, count, phrase
from leads_excel.excel.template.dashboard.totals import NO_VALUE
from leads_excel.excel.template.sheets.explaining import place_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.sheets.formats import Styles

ACROSS = 4
"""How many cards stand beside each other; each has a wide column, a narrow one and a gap."""
LINES, TARGET_LINES = 4, 2
"""How many rows a card has, and how many more one with a target."""
_HEIGHTS = (24, 40, 18, 18, 24, 20)
_MONTH = 30


class Card(NamedTuple):
    """What a card shows.

    Args:
        name: Its entry in the captions.
        total: Its total, by name.
        kpi: The key figure that it is, by name.
        caption: A formula over the totals.
        second: Another one, below it: for the last seven days and how they differ, as a rule.
        style: Its format.
        pace: A formula for what came on whole days, to be held against a target; empty for none.
        is_week: Whether the second formula is about the last seven days.
    """

    name: str
    total: str
    kpi: str
    caption: str
    second: str = '""'
    style: str = "card.count"
    pace: str = ""
    is_week: bool = False


def _week(of_week: str, before: str) -> str:
    change = f"ROUND(100*({of_week})/({before})-100,0)"
    changed = phrase("week.change", change=_signed(change, f"ABS({change})"), before="{before_label}")
    changed = f'IF(({before})=0,"",{changed})'
    return f'IF({{week_start}}="","",{phrase("week", week="{week_label}", count=count(of_week), change=changed)})'


def _signed(value: str, shown: str) -> str:
    return f'IF({value}<0,"{MINUS}",IF({value}>0,"+","±"))&{shown}'


_JUDGED, _JUDGED_BEFORE = "({week}-{week_provisional})", "({week_before}-{week_before_provisional})"
_RATE = f"{{week_rejected}}/{_JUDGED}"
_POINTS = f"ROUND(100*({_RATE}-{{week_before_rejected}}/{_JUDGED_BEFORE}),1)"
_WEEK_OF_RATE = phrase(
    "week.rate",
    week="{week_label}",
    rate=f"FIXED(100*{_RATE},1)",
    points=_signed(_POINTS, f"FIXED(ABS({_POINTS}),1)"),
    before="{before_label}",
)
_BY_DAY = "FIXED({whole_received}/{whole_days},1)"
_MEAN, _WHOLE_MEAN = (phrase(name, mean=_BY_DAY) for name in ("received.a_day", "received.a_whole_day"))
_OF_JUDGED = phrase("accepted.share", share="ROUND(100*{accepted}/{judged},0)")
_UNDECIDED = phrase("accepted.provisional", count=count("{provisional}"))
_RATE_OF = (
    f'IF({{judged}}=0,"",IF({{judged}}<30,{phrase("rate.few")},'
    f"IF({{provisional}}>0,{phrase('rate.judged')},{phrase('rate.all')})))"
)
_OF_ACCEPTED = phrase("duplicates.share", share="FIXED(100*{duplicates}/{accepted},1)")

CARDS = (
    Card(
        "received",
        "received",
        "leads",
        f'IF({{days}}=0,"",IF({{whole_days}}=0,{phrase("received.today")},IF({{today}}="",{_MEAN},{_WHOLE_MEAN})))',
        _week("{week}", "{week_before}"),
        pace="{whole_received}",
        is_week=True,
    ),
    Card(
        "accepted",
        "accepted",
        "accepted",
        f'IF({{judged}}=0,"",{_OF_JUDGED})&IF({{provisional}}=0,"",IF({{judged}}=0,"",", ")&{_UNDECIDED})',
        _week(
            "{week}-{week_rejected}-{week_provisional}",
            "{week_before}-{week_before_rejected}-{week_before_provisional}",
        ),
        pace="({whole_received}-{whole_rejected}-{whole_provisional})",
        is_week=True,
    ),
    Card(
        "rejected",
        "rejected",
        "rejected",
        phrase("rejected.errors", count=count("{errors}")),
        _week("{week_rejected}", "{week_before_rejected}"),
        pace="{whole_rejected}",
        is_week=True,
    ),
    Card(
        "rate",
        "rate",
        "rejection_rate",
        _RATE_OF,
        f'IF({{week_start}}="","",IF(OR({_JUDGED}=0,{_JUDGED_BEFORE}=0),"",{_WEEK_OF_RATE}))',
        style="card.rate",
        pace="{rate}",
        is_week=True,
    ),
    Card(
        "duplicates",
        "duplicates",
        "duplicates",
        f'IF({{duplicates}}="{NO_VALUE}",{phrase("duplicates.unknown")},IF({{accepted}}=0,"",{_OF_ACCEPTED}))',
        phrase("duplicates.about"),
    ),
    Card("hot", "unreachable", "hot_uncontactable", phrase("hot.share", count=count("{hot}")), phrase("hot.about")),
    Card("vehicles", "vehicles", "vehicles", phrase("vehicles.units", count=count("{units}"))),
    Card(
        "stuck",
        "stuck",
        "stuck_bulks",
        phrase("stuck.open", open=count("{open}"), cancelled=count("{cancelled}")),
        f'IF(AND({{every_brand}},{{every_branch}},{{every_source}}),"",{phrase("stuck.all")})',
    ),
)
"""The cards, row by row."""


def write_cards(workbook: Workbook, sheet: Worksheet, styles: Styles, totals: Mapping[str, str], top: int) -> int:
    """Write the cards.

    Args:
        workbook: The workbook of the sheet.
        sheet: The Dashboard.
        styles: The formats of the workbook.
        totals: The cells of the totals.
        top: The first row, from 0.

    Returns:
        The first row below them.
    """
    for first in range(0, len(CARDS), ACROSS):
        cards = CARDS[first : first + ACROSS]
        lines = LINES + TARGET_LINES * any(card.pace for card in cards)
        for line in range(lines):
            sheet.set_row_pixels(top + line, _HEIGHTS[line])
        for nth, card in enumerate(cards):
            _write(sheet, styles, card, (top, 1 + 3 * nth), totals)
            if card.pace:
                _write_target(workbook, sheet, styles, card, (top + LINES, 1 + 3 * nth), totals)
        sheet.set_row_pixels(top + lines, 10)
        top += lines + 1
    return top


def _write(sheet: Worksheet, styles: Styles, card: Card, place: tuple[int, int], totals: Mapping[str, str]) -> None:
    row, column = place
    for line in range(1, LINES):
        sheet.write_blank(row + line, column + 1, None, styles["card.side"])
    sheet.write_string(row, column, CAPTIONS[f"card.{card.name}"], styles["card.label"])
    sheet.write_url(row, column + 1, f"internal:{place_name(card.kpi)}", styles["card.link"], CAPTIONS["why"])
    sheet.write_formula(row + 1, column, f"={totals[card.total]}", styles[card.style])
    for line, formula in enumerate((card.caption, card.second), start=2):
        sheet.write_formula(row + line, column, f"={formula.format(**totals)}", styles["card.caption"])
    if card.is_week:
        about = {"input_title": CAPTIONS["week.title"], "input_message": CAPTIONS["week.message"]}
        sheet.data_validation(row + 3, column, row + 3, column, {"validate": "any", **about})
    alarm = {"type": "formula", "criteria": f"=N({totals[card.total]})>0", "format": styles["card.alarm"]}
    faint = {"type": "formula", "criteria": f"={totals['judged']}<30", "format": styles["card.faint"]}
    if condition := {"rate": faint, "stuck": alarm, "hot": alarm}.get(card.name):
        sheet.conditional_format(row + 1, column, row + 1, column, condition)


def _write_target(
    workbook: Workbook,
    sheet: Worksheet,
    styles: Styles,
    card: Card,
    place: tuple[int, int],
    totals: Mapping[str, str],
) -> None:
    """Write where a target is typed, and what holds the actual number against it; nothing where there is none."""
    row, column = place
    is_rate = card.style == "card.rate"
    sheet.write_string(row, column, CAPTIONS["target.rate" if is_rate else "target"], styles["card.target"])
    sheet.write_blank(row, column + 1, None, styles["input.rate" if is_rate else "input.count"])
    cell = xl_rowcol_to_cell(row, column + 1, row_abs=True, col_abs=True)
    workbook.define_name(f"target_{card.kpi}", f"=Dashboard!{cell}")
    rule = {
        "validate": "decimal",
        "criteria": ">=",
        "value": 0,
        "input_title": CAPTIONS["target.title"],
        "input_message": CAPTIONS["target.rate.message" if is_rate else "target.message"],
        "error_title": CAPTIONS["target.title"],
        "error_message": CAPTIONS["target.error"],
    }
    sheet.data_validation(row, column + 1, row, column + 1, rule)
    held = (_points if is_rate else _pace)(cell, card.pace).format(**totals)
    sheet.write_formula(row + 1, column, f'=IF(N({cell})=0,"",{held})', styles["card.caption"])
    sheet.write_blank(row + 1, column + 1, None, styles["card.side"])


def _pace(target: str, whole: str) -> str:
    """Hold what came on whole days, as if it went on for a month, against a month's target."""
    pace = f"{whole}/{{whole_days}}*{_MONTH}"
    held = phrase("target.pace", share=f"ROUND(100*{pace}/{target},0)", pace=count(pace))
    return f"IF({{whole_days}}=0,{phrase('target.early')},{held})"


def _points(target: str, rate: str) -> str:
    """Hold a share against the one that was aimed at."""
    points = f"ROUND(100*({rate}-{target}),1)"
    above, below = (phrase(f"target.points.{side}", points=f"FIXED(ABS({points}),1)") for side in ("above", "below"))
    held = f"IF({points}>0,{above},IF({points}<0,{below},{phrase('target.points.on')}))"
    return f'IF(COUNT({rate})=0,"",{held})'
