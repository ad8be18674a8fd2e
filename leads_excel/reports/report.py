"""One page on a range of days that a manager can be mailed: a web page, a PDF, or the workbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from leads_excel.dates.elapsed import elapsed
from leads_excel.dates.typed_dates import today
from leads_excel.excel.file.disk import replacing
from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.fetch import asked, tables_for
from leads_excel.fetching.in_turn import tables_in_turn
from leads_excel.reports.html import html
from leads_excel.reports.page import compose
from leads_excel.reports.pdf import pdf
from leads_excel.settings.model import Settings, in_language

if TYPE_CHECKING:
    from leads_excel.captions.languages import Language
    from leads_excel.fetching.progress import Progress


def report(  # noqa: PLR0913 - as for fetch, whose arguments these are
    path: str | Path,
    from_date: object,
    to_date: object = None,
    *,
    lead_id: int | None = None,
    source: int | None = None,
    sub_source: int | None = None,
    settings: Settings | None = None,
    progress: Progress | bool | None = None,
    language: Language | None = None,
) -> Path:
    """Write a report on a range of days, compared with as many days before.

    Args:
        path: A `.html` that needs nothing else, a `.pdf` (extra `report`), or the workbook as `.xlsx`. A file that
            stands there is replaced.
        from_date: As for `fetch`.
        to_date: As for `fetch`.
        lead_id: As for `fetch`.
        source: As for `fetch`.
        sub_source: As for `fetch`.
        settings: As for `fetch`.
        progress: As for `fetch`.
        language: The language of its words, `en` or `ar`; by default what the settings say.

    Returns:
        The path.

    Raises:
        ArgumentError: The path has another ending.
        LeadsError: As for `fetch`; or an extra is not installed, or the file cannot be written.
    """
    target = Path(path or "")
    ending = target.suffix.lower()
    if ending not in (".html", ".pdf", ".xlsx"):
        raise ArgumentError(f"{target.name or 'That'} is no report: end its name in .html, .pdf or .xlsx.")
    settings = in_language(settings or Settings(), language)
    question = asked(from_date, to_date, lead_id=lead_id, source=source, sub_source=sub_source, settings=settings)
    if ending == ".xlsx":
        tables = tables_for(question, settings=settings, progress=progress)
        return tables.to_excel(target, language=settings.language)
    # As many days as have come of the range: a month that is under way is compared with as much of the past.
    earlier = replace(question, days=elapsed(question.days, today(settings.zone)).previous())
    before, tables = tables_in_turn([earlier, question], settings=settings, progress=progress)
    page = compose(tables, before, settings.week_start, settings.language)
    content = pdf(page) if ending == ".pdf" else html(page).encode()
    with replacing(target) as file:
        file.write(content)
    return target
