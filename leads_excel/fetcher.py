"""Days and filters -> `LeadTables`: every window asked for in parallel, put together in time order, or an error."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from leads_excel.client import LeadsClient, Reply
from leads_excel.dates import Days, Window, bounds, split, to_days
from leads_excel.exceptions import ApiAccessError, ApiError, ApiReplyError, ApiUnavailableError
from leads_excel.flatten import flatten
from leads_excel.progress import watched
from leads_excel.received import as_received
from leads_excel.settings import Settings
from leads_excel.tables import LeadTables, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from leads_excel.flatten import Part
    from leads_excel.progress import Progress


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the API: a range of days and the filters it offers.

    Args:
        days: Business days, the last included.
        zone: The business zone.
        lead_id: Only this lead, or None.
        source: Only this source number, or None.
        sub_source: Only this sub-source number, or None.
    """

    days: Days
    zone: ZoneInfo
    lead_id: int | None = None
    source: int | None = None
    sub_source: int | None = None

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows that cover the days, in time order."""
        return split(self.days, self.zone)

    @property
    def filters(self) -> dict[str, int | None]:
        """The filters, as the client takes them."""
        return {"lead_id": self.lead_id, "source": self.source, "sub_source": self.sub_source}

    @property
    def title(self) -> str:
        """The range and the filters in words."""
        named = {"lead": self.lead_id, "source": self.source, "sub-source": self.sub_source}
        return ", ".join(
            [str(self.days), *(f"{name} {number}" for name, number in named.items() if number is not None)]
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one window.

    Args:
        window: The window.
        reply: The reply, or None when the window is missing.
        error: Why it is missing, or None.
        at: When the answer was there, in UTC.
    """

    window: Window
    reply: Reply | None
    error: ApiError | None
    at: datetime


def fetch(
    from_date: object,
    to_date: object = None,
    *,
    lead_id: int | None = None,
    source: int | None = None,
    sub_source: int | None = None,
    settings: Settings | None = None,
    progress: Progress | bool | None = None,
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

    Returns:
        The tables of the range; `coverage` has a row for every window.

    Raises:
        DateError: The range cannot be read.
        ArgumentError: A filter is not a positive whole number.
        SettingsError: A setting is missing or wrong.
        ApiError: Some windows are missing. The message names them, `missing` and `causes` list them, and `tables`
            holds what did arrive: an incomplete answer is never returned as if it were complete.
    """
    settings = settings or Settings()
    question = asked(from_date, to_date, lead_id=lead_id, source=source, sub_source=sub_source, settings=settings)
    return tables_for(question, settings=settings, progress=progress)


def asked(
    from_date: object,
    to_date: object = None,
    *,
    lead_id: int | None = None,
    source: int | None = None,
    sub_source: int | None = None,
    settings: Settings,
) -> Question:
    """Read a range and filters as a person gives them.

    Args:
        from_date: As for `fetch`.
        to_date: As for `fetch`.
        lead_id: As for `fetch`.
        source: As for `fetch`.
        sub_source: As for `fetch`.
        settings: The settings in force.

    Raises:
        DateError: The range cannot be read.
    """
    days = to_days(from_date, to_date, zone=settings.zone, week_start=settings.week_start)
    return Question(days, settings.zone, lead_id, source, sub_source)


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


def tables_for(question: Question | int, *, settings: Settings, progress: Progress | bool | None = None) -> LeadTables:
    """Answer a question with tables.

    Args:
        question: A range with filters, or the number of a bulk.
        settings: The settings in force.
        progress: As for `fetch`.

    Raises:
        LeadsError: As for `fetch`.
    """
    with LeadsClient(settings) as client:
        if isinstance(question, Question):
            with watched(progress, len(question.windows)) as watch:
                return _tables(question, answers(question, client, settings.concurrency), settings, watch)
        part = flatten(client.bulk(question).bulks, settings.zone)
    return join([part], zone=settings.zone, title=f"bulk {question}", environment=settings.environment)


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
    with LeadsClient(settings) as client:
        if not isinstance(question, Question):
            return as_received([client.bulk(question).content])
        with watched(progress, len(question.windows)) as watch:
            found = {}
            for answer in answers(question, client, settings.concurrency):
                found[answer.window] = answer
                if watch:
                    watch(len(found), len(question.windows))
    causes = {window: answer.error for window, answer in found.items() if answer.error}
    if causes:
        raise _incomplete(causes, None, question)
    return as_received(answer.reply.content for window in question.windows if (answer := found[window]).reply)


def answers(question: Question, client: LeadsClient, workers: int) -> Iterator[Answer]:
    """Ask for every window, several at a time, and yield each answer as it arrives.

    A refused sign-in ends the asking at once: no other window would fare better. Leaving the iteration early, by
    Ctrl-C for instance, cancels what is under way.

    Args:
        question: What to ask.
        client: Whom to ask.
        workers: How many windows to ask for at a time.
    """
    waiting: queue.SimpleQueue[Window] = queue.SimpleQueue()
    arrived: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()
    windows = question.windows
    for window in windows:
        waiting.put(window)

    def work() -> None:
        try:
            while True:
                arrived.put(_ask(waiting.get_nowait(), question, client))
        except queue.Empty:
            return
        except BaseException as error:  # noqa: BLE001 - raised again by whoever reads the answers
            arrived.put(error)

    # Daemon threads: a request under way must not keep a cancelled program alive.
    for _ in range(min(workers, len(windows))):
        threading.Thread(target=work, name="leads-window", daemon=True).start()
    try:
        for _ in windows:
            yield _next(arrived)
    finally:
        client.cancel()


def _ask(window: Window, question: Question, client: LeadsClient) -> Answer:
    try:
        reply = client.bulks_in(window, **question.filters)
    except ApiAccessError:
        raise
    except ApiError as error:
        return Answer(window, None, error, datetime.now(UTC))
    return Answer(window, reply, None, datetime.now(UTC))


def _next(arrived: queue.SimpleQueue[Answer | BaseException]) -> Answer:
    while True:
        try:
            answer = arrived.get(timeout=0.2)  # on Windows only a wait with a limit can be interrupted
        except queue.Empty:
            continue
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _tables(
    question: Question, arriving: Iterator[Answer], settings: Settings, progress: Progress | None
) -> LeadTables:
    # Each reply is flattened as it arrives and then dropped, so that memory holds a year's columns, not its JSON.
    parts: dict[Window, Part] = {}
    coverage: dict[Window, dict[str, Any]] = {}
    causes: dict[Window, ApiError] = {}
    windows = question.windows
    for done, answer in enumerate(arriving, 1):
        if answer.error:
            causes[answer.window] = answer.error
        elif answer.reply:
            parts[answer.window] = flatten(_within(answer.reply.bulks, question), settings.zone)
        coverage[answer.window] = _covered(answer, parts.get(answer.window))
        if progress:
            progress(done, len(windows))
    tables = join(
        [parts[window] for window in windows if window in parts],
        zone=settings.zone,
        coverage=[coverage[window] for window in windows],
        title=question.title,
        environment=settings.environment,
    )
    if causes:
        raise _incomplete(causes, tables, question)
    return tables


def _within(bulks: Sequence[Any], question: Question) -> Sequence[Any]:
    # Reading of the API page: a bulk created at the very end of the range belongs to the next day, so that a day means
    # the same whether the API counts the end of a range in or out.
    end = bounds(question.days, question.zone)[1]
    return [bulk for bulk in bulks if _created(bulk.createdDate) != end]


def _created(stamp: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(stamp))
    except ValueError:
        return None


def _covered(answer: Answer, part: Part | None) -> dict[str, Any]:
    covered: dict[str, Any] = {"from": answer.window.start, "to": answer.window.end, "fetchedAt": answer.at}
    if answer.reply is None or part is None:
        attempts = answer.error.attempts if answer.error else None
        return {**covered, "state": "missing", "attempts": attempts, "fetchedAt": None}
    counts = {name: _sum(answer.reply.bulks, name) for name in ("totalRecords", "errorRecords")}
    return {
        **covered,
        **counts,
        "state": "fetched now",
        "bulks": part.bulks.count,
        "leads": part.leads.count,
        "attempts": answer.reply.attempts,
    }


def _sum(bulks: Sequence[Any], name: str) -> int:
    numbers = [getattr(bulk, name) for bulk in bulks]
    return sum(number for number in numbers if type(number) is int)


def _incomplete(causes: dict[Window, ApiError], tables: LeadTables | None, question: Question) -> ApiError:
    missing = [window for window in question.windows if window in causes]
    listed = [causes[window] for window in missing]
    reply = next((error for error in listed if isinstance(error, ApiReplyError)), None)
    kind = ApiReplyError if reply else ApiUnavailableError
    names = ", ".join(window.label(question.zone) for window in missing)
    return kind(
        f"{len(missing)} of {len(question.windows)} windows are missing: {names}. {reply or listed[0]}",
        window=missing[0],
        attempts=sum(error.attempts for error in listed),
        missing=missing,
        causes=listed,
        tables=tables,
    )
