"""The template's sheets, put together in order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from leads_excel.captions.languages import caption, is_from_right
from leads_excel.excel.template.dashboard.page import COVERAGE, write_dashboard
from leads_excel.excel.template.editions import Edition
from leads_excel.excel.template.sheets.catalogue import write_catalogue
from leads_excel.excel.template.sheets.formats import Styles
from leads_excel.excel.template.sheets.home import write_home
from leads_excel.excel.template.sheets.listings import LISTINGS, write_listing

if TYPE_CHECKING:
    from pathlib import Path

    from leads_excel.captions.languages import Language

_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed date, so that a build can be repeated; a file's dates have no zone


def write_pages(target: Path, language: Language = "en") -> None:
    """Write a workbook with every sheet of the template: Home, Dashboard, the tables, Log, Formulas.

    Args:
        target: Where to write it.
        language: The language of its captions; formulas, tables and names are the same in each.
    """
    options = {"in_memory": True}  # its files would have the line ends of the system
    with Workbook(target, options) if language == "en" else Edition(target, options, language) as workbook:
        styles = Styles(workbook, from_right=is_from_right(language))
        workbook.set_properties({"title": caption("Leads", language), "created": _MADE})
        write_home(workbook, styles, COVERAGE)
        write_dashboard(workbook, styles)
        for listing in LISTINGS:
            write_listing(workbook, styles, listing, language)
        write_catalogue(workbook, styles)
