"""Several questions one after another, under one count of windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.fetching.brakes import refuse_long
from leads_excel.fetching.fetch import opened, tables_for
from leads_excel.fetching.progress import watched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leads_excel.fetching.progress import Progress
    from leads_excel.settings.model import Settings
    from leads_excel.tables.lead_tables import LeadTables
    from leads_excel.windows.questions import Question


def tables_in_turn(
    questions: Sequence[Question], *, settings: Settings, progress: Progress | bool | None = None
) -> Iterator[LeadTables]:
    """Answer questions in their order.

    Args:
        questions: Ranges with filters.
        settings: The settings in force.
        progress: As for `fetch`; counts the windows of all questions.

    Yields:
        The tables of each.

    Raises:
        LeadsError: As for `fetch`.
    """
    with opened(settings) as source:
        refuse_long(questions, source, settings)
    total, done = sum(len(question.windows) for question in questions), 0
    with watched(progress, total) as watch:
        for question in questions:
            yield tables_for(question, settings=settings, progress=_counting_from(done, total, watch))
            done += len(question.windows)


def _counting_from(done: int, total: int, watch: Progress | None) -> Progress | None:
    return watch and (lambda count, _all: watch(done + count, total))
