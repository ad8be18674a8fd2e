"""Days and filters -> `LeadTables`, complete or not at all; or the bulks as the API sent them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from leads_excel.arguments.typed_arguments import is_blank
from leads_excel.bulks.flattening import flatten
from leads_excel.bulks.verbatim import as_received
from leads_excel.client.api_source import Api
from leads_excel.client.leads_client import LeadsClient
from leads_excel.dates.elapsed import elapsed
from leads_excel.dates.moments import to_moment
from leads_excel.dates.typed_dates import to_days, today
from leads_excel.exceptions import ApiError, ApiReplyError, ApiUnavailableError, ArgumentError, SettingsError
from leads_excel.fetching.asking import answers
from leads_excel.fetching.progress import watched
from leads_excel.fetching.surroundings import Surroundings
from leads_excel.settings.model import Settings
from leads_excel.tables.coverage import disagreements
from leads_excel.tables.lead_tables import LeadTables, join
from leads_excel.windows.questions import Question
from leads_excel.windows.week_grid import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leads_excel.client.leads_client import Reply
    from leads_excel.fetching.progress import Progress
    from leads_excel.windows.answers import Answer, Source


def fetch(  # noqa: PLR0913 - all but two are keywords, each of which people ask for
    from_date: object,
    to_date: object = None,
    *,
    lead_id: int | None = None,
    source: int | None = None,
    sub_source: int | None = None,
    settings: Settings | None = None,
    progress: Progress | bool | None = None,
    reload: bool = False,
    offline: bool = False,
    as_of: object = None,
) -> LeadTables:
    """Fetch the leads submitted in a range of days.

    Args:
        from_date: First business day, or a token such as `-30D`, `LM` or `2026-08` (see `dates.to_days`).
        to_date: Last business day, included; left out, `from_date` decides.
        lead_id: Only the lead with this number in the DMS.
        source: Only this source number.
        sub_source: Only this sub-source number.
        settings: Settings to use instead of those in force.
        progress: True shows a bar; a function is called with the windows done and all windows.
        reload: Ask the API for every window, also for those the store has.
        offline: Ask the API for nothing; what the store has counts, whatever its age.
        as_of: Answer from the store as it stood then: a moment such as `2026-08-03 09:00`, or a day, as it ended.
            Tokens such as `-30D` count from that day.

    Returns:
        The tables of the range; `coverage` has a row for every window. A key figure that looks back or ahead, such as
        duplicates, fetches the days around the range when it is first asked for.

    Raises:
        DateError: The range cannot be read, or all of it is still to come.
        ArgumentError: A filter is not a positive whole number.
        SettingsError: A setting is missing or wrong.
        ApiError: Some windows are missing. The message names them, `missing` and `causes` list them, and `tables`
            holds what did arrive: an incomplete answer is never returned as if it were complete.
    """
    settings = settings or Settings()
    filters = {"lead_id": lead_id, "source": source, "sub_source": sub_source}
    question = asked(from_date, to_date, **filters, as_of=as_of, settings=settings)
    return tables_for(question, settings=settings, progress=progress, reload=reload, offline=offline)


def fetch_bulk(id: int, *, settings: Settings | None = None) -> LeadTables:  # noqa: A002 - the API's own name
    """Fetch one bulk by its number.

    Args:
        id: Number of the bulk.
        settings: Settings to use instead of those in force.

    Returns:
        The tables of that bulk; `coverage` is empty, since a bulk is no range of days.

    Raises:
        ArgumentError: The number is not a positive whole number.
        SettingsError: A setting is missing or wrong.
        ApiError: There is no answer that can be used.
    """
    return tables_for(id, settings=settings or Settings())


def asked(
    from_date: object,
    to_date: object = None,
    *,
    lead_id: int | None = None,
    source: int | None = None,
    sub_source: int | None = None,
    as_of: object = None,
    settings: Settings,
) -> Question:
    """Read a range and filters as a person gives them.

    Args:
        from_date: As for `fetch`.
        to_date: As for `fetch`.
        lead_id: As for `fetch`.
        source: As for `fetch`.
        sub_source: As for `fetch`.
        as_of: As for `fetch`; blank is now.
        settings: The settings in force.

    Raises:
        DateError: The range or the moment cannot be read.
    """
    zone, week_start = settings.zone, settings.week_start
    then = None if is_blank(as_of) else to_moment(as_of, "last", zone=zone, week_start=week_start)
    day = then.astimezone(zone).date() if then else None
    days = to_days(from_date, to_date, zone=zone, week_start=week_start, today=day)
    return Question(days, zone, lead_id, source, sub_source, then)


def tables_for(
    question: Question | int,
    *,
    settings: Settings,
    progress: Progress | bool | None = None,
    reload: bool = False,
    offline: bool = False,
) -> LeadTables:
    """Answer a question with tables, from the store where it knows and from the API otherwise.

    Args:
        question: A range with filters, or the number of a bulk.
        settings: The settings in force.
        progress: As for `fetch`.
        reload: As for `fetch`.
        offline: As for `fetch`.

    Raises:
        LeadsError: As for `fetch`.
    """
    if isinstance(question, Question):
        with opened(settings, reload=reload, offline=offline, as_of=question.as_of) as source:
            tables = tables_from(question, source, settings, progress)
        around = _remembered(question, settings, tables.fetched_at, reload=reload, offline=offline)
        return replace(tables, around=around)
    with LeadsClient(settings) as client:
        part = flatten(client.bulk(question).bulks, settings.zone)
    tables = join([part], zone=settings.zone, title=f"bulk {question}", environment=settings.environment)
    return replace(tables, warnings=(*tables.warnings, *disagreements(tables.bulks)))


def _remembered(question: Question, settings: Settings, at: datetime, *, reload: bool, offline: bool) -> Surroundings:
    # Tables stand for a moment: what lies around them is asked for once.
    answer = cache(partial(tables_for, settings=settings, reload=reload, offline=offline))
    return Surroundings(question, answer, lambda: at, cache(partial(is_stored, settings=settings)), at_hand=offline)


def is_stored(question: Question, *, settings: Settings) -> bool:
    """Tell whether the store can answer a question without asking the API.

    Args:
        question: A range with filters.
        settings: The settings in force.
    """
    if settings.store is None or settings.simulated:
        return False
    from leads_excel.store import Stored, open_source  # noqa: PLC0415 - SQLAlchemy is loaded only for a store

    with open_source(settings, offline=True) as source:
        return isinstance(source, Stored) and not source.stale(question.windows, question)


@contextmanager
def opened(
    settings: Settings,
    *,
    reload: bool = False,
    offline: bool = False,
    fallback: bool = False,
    as_of: datetime | None = None,
) -> Iterator[Source]:
    """Open the source that the settings name: the API behind the store, or the API alone.

    The demo in process needs no store: it is quicker, the same tomorrow, and knows how it stood at any moment.

    Args:
        settings: The settings in force.
        reload: Ask the API for every window.
        offline: Ask the API for nothing.
        fallback: Answer from the store, whatever the age, while the API is out of reach.
        as_of: Answer from the store as it stood at this moment.

    Yields:
        The source, until the context ends.

    Raises:
        SettingsError: The settings name no store to work offline with, or cannot be used.
        ArgumentError: The past is to be reloaded.
    """
    if as_of and reload:
        raise ArgumentError("The API cannot be asked how it stood then: leave out reload, or as_of.")
    if settings.store is not None and not settings.simulated:
        from leads_excel.store import open_past, open_source  # noqa: PLC0415 - SQLAlchemy is loaded only for a store

        options = {"reload": reload, "offline": offline, "fallback": fallback}
        with open_past(settings, as_of) if as_of else open_source(settings, **options) as source:
            yield source
        return
    if offline:
        raise SettingsError("Without a store there is nothing to work offline with: set LEADS_EXCEL_STORE.")
    if as_of and not settings.simulated:
        raise SettingsError("Without a store nobody knows how it stood then: set LEADS_EXCEL_STORE.")
    with LeadsClient(settings, now=(lambda: as_of) if as_of else None) as client:
        yield Api(client, settings.settle_days)


def tables_from(
    question: Question, source: Source, settings: Settings, progress: Progress | bool | None = None
) -> LeadTables:
    """Answer a question from a source.

    Args:
        question: A range with filters.
        source: Whom to ask.
        settings: The settings in force.
        progress: As for `fetch`.

    Raises:
        LeadsError: As for `fetch`.
    """
    _refuse_days_to_come(question)
    arriving = answers(question, source, settings)
    with watched(progress, len(question.windows)) as watch:
        found = _gathered(arriving, question, watch)
    in_order = [found[window] for window in question.windows]
    tables = join(
        [answer.part for answer in in_order if answer.part is not None],
        zone=settings.zone,
        coverage=[_covered(answer, question, question.as_of or datetime.now(UTC)) for answer in in_order],
        title=question.title,
        environment=settings.environment,
        asked={"from": question.days.first, "to": question.days.last, **question.filters},
    )
    tables = replace(tables, as_of=question.as_of)
    if question.is_whole:  # else a bulk shows only some of its leads
        tables = replace(tables, warnings=(*tables.warnings, *disagreements(tables.bulks)))
    _refuse_gaps(in_order, question, tables)
    return tables


def received(question: Question | int, *, settings: Settings, progress: Progress | bool | None = None) -> bytes:
    """Answer a question with the bulks as the API sent them.

    Args:
        question: A range with filters, or the number of a bulk.
        settings: The settings in force.
        progress: As for `fetch`.

    Returns:
        One JSON array of bulks, in time order.

    Raises:
        LeadsError: As for `fetch`.
    """
    if isinstance(question, Question):
        _refuse_days_to_come(question)
    with LeadsClient(settings) as client:
        if not isinstance(question, Question):
            return as_received([client.bulk(question).content])
        source = _Letters(client, settings.settle_days)
        arriving = answers(question, source, settings)
        with watched(progress, len(question.windows)) as watch:
            found = _gathered(arriving, question, watch)
    _refuse_gaps([found[window] for window in question.windows], question, None)
    return as_received(source.contents[window] for window in question.windows)


class _Letters(Api):
    """The API as a source that also keeps what it said, to the letter."""

    def __init__(self, client: LeadsClient, settle_days: int) -> None:
        super().__init__(client, settle_days)
        self.contents: dict[Window, bytes] = {}

    def ask(self, window: Window, question: Question) -> Reply:
        reply = super().ask(window, question)
        self.contents[window] = reply.content
        return reply


def _refuse_days_to_come(question: Question) -> None:
    """Ask back where all days of a question are still to come, below every door: no leads would look like an answer."""
    elapsed(question.days, question.as_of.astimezone(question.zone).date() if question.as_of else today(question.zone))


def _gathered(arriving: Iterable[Answer], question: Question, progress: Progress | None) -> dict[Window, Answer]:
    found: dict[Window, Answer] = {}
    for answer in arriving:
        found[answer.window] = answer
        if progress:
            progress(len(found), len(question.windows))
    return found


def _covered(answer: Answer, question: Question, now: datetime) -> dict[str, Any]:
    covered: dict[str, Any] = {
        "from": answer.window.start,
        "to": answer.window.end,
        "state": answer.state,
        "final": answer.final,
        "attempts": answer.attempts,
    }
    if answer.part is None:
        return covered
    return {
        **covered,
        "bulks": answer.part.bulks.count,
        "leads": answer.part.leads.count,
        "rejected": answer.sum_of("errorLeadCount"),
        "totalRecords": answer.sum_of("totalRecords"),
        "errorRecords": answer.sum_of("errorRecords"),
        "fetchedAt": answer.at,
        "age": int((now - answer.at).total_seconds() // 60),
        "addsUp": answer.adds_up if question.is_whole else None,
    }


def _refuse_gaps(in_order: Iterable[Answer], question: Question, tables: LeadTables | None) -> None:
    causes = {answer.window: answer.error for answer in in_order if answer.error}
    if not causes:
        return
    listed = list(causes.values())
    reply = next((error for error in listed if isinstance(error, ApiReplyError)), None)
    kind: type[ApiError] = ApiReplyError if reply else ApiUnavailableError
    names = ", ".join(gap.label(question.zone) for gap in _gaps(causes))
    raise kind(
        f"{len(causes)} of {len(question.windows)} windows are missing: {names}. {reply or listed[0]}",
        window=next(iter(causes)),
        attempts=sum(error.attempts for error in listed),
        missing=tuple(causes),
        causes=listed,
        tables=tables,
    )


def _gaps(missing: Iterable[Window]) -> Iterator[Window]:
    """Yield stretches of missing time: windows that touch are named as one."""
    gap: Window | None = None
    for window in missing:
        if gap and gap.end == window.start:
            gap = Window(gap.start, window.end)
            continue
        if gap:
            yield gap
        gap = window
    if gap:
        yield gap
