"""Why a number is what it is: for each card of the Dashboard its definition, and the formula that tells the rest.

The formula stands there as a text. As a formula it would ask the DMS whenever the workbook is opened or calculated, and
show `#NAME?` to whoever has no add-in: on a Mac, on a phone, in a mail. The same line, but for its `=` and capitals, is
a line of Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.excel.template.sheets.phrases import literal, written
from leads_excel.kpis import KPIS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from leads_excel.excel.template.sheets.formats import Styles

FIGURES = (
    "leads", "accepted", "rejected", "rejection_rate", "duplicates", "hot_uncontactable", "vehicles", "stuck_bulks",
)  # fmt: skip
"""The key figures that the Dashboard's cards show."""

PICKED = ("brand", "branch", "source")
"""What can be chosen on the Dashboard, and is a filter of the formula."""

_OF_RANGE = ("stuck_bulks",)
"""Figures of bulks, which belong to no brand, branch or source."""
_LABEL, _ABOUT, _LAST_ABOUT, _FORMULA, _LAST = 1, 2, 3, 5, 6  # columns, from 0
_FIRST = "LEFT(out_range,10)"
_LAST_DAY = f'IF(MID(out_range,11,4)=" to ",MID(out_range,15,10),{_FIRST})'


def place_name(figure: str) -> str:
    """Name the cell that explains a key figure; links lead to the name, wherever a user moves the cell."""
    return f"why_{figure}"


def write_explanations(workbook: Workbook, sheet: Worksheet, styles: Styles, texts: Mapping[str, str], row: int) -> int:
    """Write a row for each figure: what it is, and what to type to see what it rests on.

    Args:
        workbook: The workbook of the sheet.
        sheet: Home.
        styles: The formats of the workbook.
        texts: What the sheet says.
        row: The first row, from 0; the heading stands above it.

    Returns:
        The first row below.
    """
    sheet.write_string(row, _LABEL, texts["why.chosen"], styles["hint.wrapped"])
    sheet.merge_range(row, _ABOUT, row, _LAST_ABOUT, "", styles["value.text"])
    sheet.write_formula(row, _ABOUT, f"={_chosen(texts)}", styles["value.text"])
    workbook.define_name("why_chosen", f"={sheet.get_name()}!$C${row + 1}")
    sheet.merge_range(row, _FORMULA, row, _LAST, texts["why.type"], styles["hint.wrapped"])
    sheet.set_row_pixels(row, 36)
    for below, figure in enumerate(FIGURES, start=row + 1):
        sheet.set_row_pixels(below, 36)
        sheet.write_string(below, _LABEL, KPIS[figure].label, styles["wrapped.strong"])
        workbook.define_name(place_name(figure), f"={sheet.get_name()}!$B${below + 1}")
        sheet.merge_range(below, _ABOUT, below, _LAST_ABOUT, KPIS[figure].about, styles["wrapped.middle"])
        sheet.merge_range(below, _FORMULA, below, _LAST, "", styles["code"])
        sheet.write_formula(below, _FORMULA, f"={_formula(figure, texts)}", styles["code"])
    return row + 1 + len(FIGURES)


def _chosen(texts: Mapping[str, str]) -> str:
    """Write the filters that the Dashboard's choice amounts to; nothing where everything is chosen."""
    every = literal(texts["pick.all"])
    parts = "&".join(f'IF(OR(pick_{field}="",pick_{field}={every}),"","; {field}="&pick_{field})' for field in PICKED)
    asked = "&".join(
        f'IF({name}="","","; {field}="&{name})'
        for name, field in (("in_source", "source"), ("in_sub_source", "subSource"), ("in_lead_id", "leadId"))
    )
    chosen = f"{parts}&{asked}"
    return f'IF({chosen}="",{every},MID({chosen},3,500))'


def _formula(figure: str, texts: Mapping[str, str]) -> str:
    quote = '""""'
    doubled = f"SUBSTITUTE(why_chosen,{quote},{quote}&{quote})"
    chosen = f'IF(why_chosen={literal(texts["pick.all"])},"",","&{quote}&{doubled}&{quote})'
    days = f'{quote}&{_FIRST}&{quote}&","&{quote}&{_LAST_DAY}&{quote}'
    typed = f'"=LEADS_WHY"&"("&{quote}&"{figure}"&{quote}&","&{days}'
    typed = f'{typed}&")"' if figure in _OF_RANGE else f'{typed}&{chosen}&")"'
    return f'IF(out_refreshed_at="",{written(texts["why.nothing"])},{typed})'
