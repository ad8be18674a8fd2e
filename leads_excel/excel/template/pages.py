"""The template's sheets, put together in order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from leads_excel.excel.template.dashboard.page import COVERAGE, write_dashboard
from leads_excel.excel.template.sheets.catalogue import write_catalogue
from leads_excel.excel.template.sheets.formats import Styles
from leads_excel.excel.template.sheets.home import write_home
from leads_excel.excel.template.sheets.listings import LISTINGS, write_listing

if TYPE_CHECKING:
    from pathlib import Path

_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed date, so that a build can be repeated; a file's dates have no zone


def write_pages(target: Path) -> None:
    """Write a workbook with every sheet of the template: Home, Dashboard, the tables, Log, Formulas.

    Args:
        target: Where to write it.
    """
    with Workbook(target, {"in_memory": True}) as workbook:  # its files would have the line ends of the system
        styles = Styles(workbook)
        workbook.set_properties({"title": "Leads", "created": _MADE})
        write_home(workbook, styles, COVERAGE)
        write_dashboard(workbook, styles)
        for listing in LISTINGS:
            write_listing(workbook, styles, listing)
        write_catalogue(workbook, styles)
