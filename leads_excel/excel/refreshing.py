"""The steps of a refresh, the same for a file and for a workbook open in Excel: read Home, fetch, fill.

Loads nothing that only files need: a button starts a new Python, and somebody waits for it.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from leads_excel.excel.filling import sheets
from leads_excel.excel.filling.inputs import read_inputs
from leads_excel.excel.filling.sheets import Run
from leads_excel.excel.unexpected import told
from leads_excel.exceptions import LeadsError, WorkbookError
from leads_excel.log.events import tell
from leads_excel.windows.questions import Question

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from leads_excel.excel.book.protocol import Book
    from leads_excel.excel.filling.sheets import Gone, Summary
    from leads_excel.settings.model import Settings
    from leads_excel.tables.lead_tables import LeadTables

    Answering = Callable[[Question, Settings], LeadTables]


def refresh_book(
    book: Book, days: tuple[object, object], settings: Settings, answering: Answering, *, gone: Gone = "remove"
) -> Summary:
    """Refresh a book that stays open: the same steps as for a file.

    Args:
        book: The book.
        days: First and last day instead of what Home says; None for what it says.
        settings: The settings in force.
        answering: What fetches.
        gone: As for `refresh`.

    Returns:
        What was done.

    Raises:
        LeadsError: Nothing was refreshed; the Log and the status say why.
    """
    run = run_now(settings.zone, settings.environment, "")
    try:
        question, chosen, run = read_question(book, days, settings)
        tables = answering(question, chosen)
    except WorkbookError:  # tables or names of ours are missing: there is nowhere to tell it
        raise
    except LeadsError as error:
        sheets.fail(book, str(error), run)
        raise
    return sheets.fill(book, tables, run, gone=gone)


def logged(workbook: str, refresh: Callable[[], Summary]) -> Summary:
    """Refresh a workbook, and log how that ended.

    Args:
        workbook: The name of its file.
        refresh: What refreshes it.

    Returns:
        What was done.
    """
    try:
        summary = refresh()
    except Exception as error:
        tell("not refreshed", {"workbook": workbook, "reason": told(error)}, level=logging.ERROR)
        raise
    counts = {name: getattr(summary, name) for name in ("leads", "vehicles", "errors", "new", "changed", "gone")}
    tell("refreshed", {"workbook": workbook, **counts, "seconds": summary.seconds, "remarks": len(summary.remarks)})
    return summary


def read_question(book: Book, days: tuple[object, object], settings: Settings) -> tuple[Question, Settings, Run]:
    """Read what a book asks for, after making sure that it can be refreshed.

    Args:
        book: The book.
        days: First and last day instead of what Home says; None for what it says.
        settings: The settings in force.

    Returns:
        The question, the settings with the environment that Home names, and the refresh as the Log tells of it.

    Raises:
        LeadsError: A table of ours is missing, or an input cannot be understood: which.
    """
    sheets.check(book)
    asked = read_inputs(book, zone=settings.zone, week_start=settings.week_start, from_date=days[0], to_date=days[1])
    if asked.environment and asked.environment != settings.environment:
        settings = settings.replace(environment=asked.environment)
    question = Question(asked.days, settings.zone, asked.lead_id, asked.source, asked.sub_source)
    return question, settings, run_now(settings.zone, settings.environment, question.title)


def run_now(zone: ZoneInfo, environment: str, title: str) -> Run:
    """Describe a refresh that begins now.

    Args:
        zone: The business zone.
        environment: Where the leads come from.
        title: The days and filters, in words.
    """
    return Run(datetime.now(zone).replace(tzinfo=None, microsecond=0), environment, title)
