"""Workbooks from the template, and refreshed: read what Home asks for, fetch, fill, save, or leave all as it was."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leads_excel.excel.file.disk import replacing
from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling import rejections, sheets
from leads_excel.excel.refreshing import logged, read_question, refresh_book, run_now
from leads_excel.excel.template.building import template_path
from leads_excel.exceptions import ArgumentError, LeadsError, WorkbookError
from leads_excel.fetching.fetch import tables_for
from leads_excel.settings.model import Settings, in_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leads_excel.captions.languages import Language
    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.filling.sheets import Gone, Run, Summary
    from leads_excel.excel.refreshing import Answering
    from leads_excel.fetching.progress import Progress
    from leads_excel.tables.lead_tables import LeadTables
    from leads_excel.windows.questions import Question


def new(path: str | Path, *, language: Language | None = None) -> Path:
    """Make an empty workbook, ready to be refreshed.

    Args:
        path: The `.xlsx` or `.xlsm` to write; the latter has buttons.
        language: The language of its labels, `en` or `ar`; by default what the settings say.

    Returns:
        The path.

    Raises:
        WorkbookError: The file exists already, has another ending, or cannot be written.
    """
    target = Path(path)
    language = in_language(Settings(), language).language
    if os.path.lexists(target):
        raise WorkbookError(f"{target.name} exists already: choose another name, or refresh it.")
    if target.suffix.lower() == ".xlsm":
        from leads_excel.excel.addin.macro_book import macro_workbook  # noqa: PLC0415 - buttons need parts of xlwings

        with replacing(target) as file:
            file.write(macro_workbook(template_path(language).read_bytes(), language))
    elif target.suffix.lower() == ".xlsx":
        with replacing(target) as file, template_path(language).open("rb") as template:
            shutil.copyfileobj(template, file)
    else:
        raise WorkbookError(f"{target.name} is no workbook: end its name in .xlsx, or in .xlsm for buttons.")
    return target


def write(tables: LeadTables, path: str | Path, *, language: Language | None = None) -> Path:
    """Write tables to a new workbook made from the template.

    Args:
        tables: What to write.
        path: The `.xlsx`; a file that stands there is replaced.
        language: The language of its labels, `en` or `ar`; by default what the settings say.

    Returns:
        The path.

    Raises:
        WorkbookError: It has another ending, it cannot be written, or more rows than a sheet holds; nothing is
            written then.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":  # Excel opens no file whose name belies what is in it
        raise WorkbookError(f"{target} is no name for this workbook: end it in .xlsx.")
    with FileBook(template_path(in_language(Settings(), language).language), in_place=False) as book:
        sheets.fill(book, tables, run_now(tables.zone, tables.environment, tables.title))
        book.write_named(_asked(tables))
        book.save(target)
    return target


def refresh(
    book: Any,  # noqa: ANN401 - a path, or an xlwings Book without importing xlwings
    from_date: object = None,
    to_date: object = None,
    *,
    settings: Settings | None = None,
    progress: Progress | bool | None = None,
    gone: Gone = "remove",
    reload: bool = False,
) -> Summary:
    """Refresh a workbook: fetch what its Home sheet asks for and put it into its tables.

    Everything else in the workbook stays: the user's own columns, formulas, formats, charts, pivots and sheets. When
    the fetch fails, tables and figures keep what they had, and the Log and the status say why.

    Args:
        book: Path of an `.xlsx` or `.xlsm`, or an xlwings Book open in Excel.
        from_date: First day, or a token, instead of what Home says.
        to_date: Last day.
        settings: Settings to use instead of those in force; Home decides on the environment where it names one.
        progress: True shows a bar; a function is called with the windows done and all windows.
        gone: Whether rows that are no longer in the range are removed or kept below the others.
        reload: Ask the API for every window, also for those the store has.

    Returns:
        What was done: rows of each table, new, changed and gone leads, seconds, remarks.

    Raises:
        LeadsError: Nothing was refreshed: why, and what to do.
    """

    def answering(question: Question, chosen: Settings) -> LeadTables:
        return tables_for(question, settings=chosen, progress=progress, reload=reload)

    settings = settings or Settings()
    if isinstance(book, str | os.PathLike):
        return _refresh_file(Path(book), (from_date, to_date), settings, answering, gone)
    if not hasattr(book, "sheets"):
        raise ArgumentError("That is no workbook: give the path of an .xlsx or .xlsm, or an xlwings Book.")
    from leads_excel.excel.live.live_book import LiveBook  # noqa: PLC0415 - xlwings is loaded only for a live book

    days = (from_date, to_date)
    return logged(book.name, lambda: refresh_book(LiveBook(book), days, settings, answering, gone=gone))


def refresh_files(
    paths: Iterable[Path],
    days: tuple[object, object],
    settings: Settings,
    *,
    progress: Progress | bool | None = None,
    gone: Gone = "remove",
    reload: bool = False,
) -> Iterator[tuple[Path, Summary | LeadsError]]:
    """Refresh several workbooks; what several of them ask for is fetched once.

    Args:
        paths: The workbooks.
        days: First and last day instead of what each Home says; None for what it says.
        settings: The settings in force.
        progress: As for `refresh`.
        gone: As for `refresh`.
        reload: As for `refresh`.

    Yields:
        Each path with what was done, or with the error that kept it as it was.
    """
    known: dict[tuple[Question, str], LeadTables] = {}

    def answering(question: Question, chosen: Settings) -> LeadTables:
        key = (question, chosen.url)
        if key not in known:
            known[key] = tables_for(question, settings=chosen, progress=progress, reload=reload)
        return known[key]

    for path in paths:
        try:
            yield path, _refresh_file(path, days, settings, answering, gone)
        except LeadsError as error:
            yield path, error


def _refresh_file(
    path: Path, days: tuple[object, object], settings: Settings, answering: Answering, gone: Gone
) -> Summary:
    return logged(path.name, lambda: _refreshed(path, days, settings, answering, gone))


def _refreshed(
    path: Path, days: tuple[object, object], settings: Settings, answering: Answering, gone: Gone
) -> Summary:
    run = run_now(settings.zone, settings.environment, "")
    try:
        with FileBook(path) as book:
            question, chosen, run = read_question(book, days, settings)
            lists_rejections = rejections.is_in(book)
        tables = answering(question, chosen)
        if lists_rejections:  # which may ask for the days after the range: not while the file is held
            rejections.listed(tables)
    except WorkbookError:  # nothing can be told in a book that cannot be read
        raise
    except LeadsError as error:
        _log_failure(path, str(error), run)
        raise
    with FileBook(path) as book:  # opened anew: what was saved during the fetch counts
        summary = sheets.fill(book, tables, run, gone=gone)
        told = book.save()
    return replace(summary, remarks=(*summary.remarks, *told))


def _log_failure(path: Path, reason: str, run: Run) -> None:
    try:
        with FileBook(path) as book:
            sheets.fail(book, reason, run)
            book.save()
    except WorkbookError:
        pass  # the error of the fetch is the one to tell


def _asked(tables: LeadTables) -> dict[str, Cell]:
    # A refresh of the workbook asks for the same again. Days are text there, as tokens such as 2026-08 are.
    days = {name: str(value) for name, value in tables.asked.items() if isinstance(value, date)}
    return {f"in_{name}": value for name, value in {**tables.asked, **days}.items()}
