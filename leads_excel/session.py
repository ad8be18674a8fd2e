"""What one Python process knows: windows asked for lately, each asked for once however many formulas want it."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING

from leads_excel.answers import Api
from leads_excel.client import LeadsClient
from leads_excel.fetcher import tables_from
from leads_excel.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from leads_excel.answers import Answer, Question, Source
    from leads_excel.dates import Window
    from leads_excel.tables import LeadTables

    Key = tuple[Window, tuple[int | None, ...]]


class Memory:
    """A source that asks another one for a window only when it has to.

    A final window is asked for once, an open one again when its answer is older than the time to live. While a window
    is being asked for, whoever else wants it waits for the same answer. An error is not kept: the next one asks again.

    Args:
        source: Whom to ask.
        ttl: How long the answer of an open window is good for.
        now: The clock, in UTC.
    """

    def __init__(self, source: Source, ttl: timedelta, now: Callable[[], datetime] | None = None) -> None:
        self._source = source
        self._ttl = ttl
        self._now = now or (lambda: datetime.now(UTC))
        self._lock = threading.Lock()
        self._known: dict[Key, Answer] = {}
        self._asked: dict[Key, Future[Answer]] = {}

    def answer(self, window: Window, question: Question) -> Answer:
        """Answer for one window, from memory where it is fresh."""
        key = (window, tuple(question.filters.values()))
        with self._lock:
            known = self._known.get(key)
            if known and self.fresh(known):
                return _to_use_up(known)
            under_way = self._asked.get(key)
            if not under_way:
                mine: Future[Answer] = Future()
                self._asked[key] = mine
        if under_way:
            return _to_use_up(under_way.result())
        try:
            answer = self._source.answer(window, question)
        except BaseException as error:
            self._settle(key, mine, error)
            raise
        self._settle(key, mine, answer)
        return _to_use_up(answer)

    def _settle(self, key: Key, future: Future[Answer], outcome: Answer | BaseException) -> None:
        with self._lock:
            if self._asked.get(key) is future:
                del self._asked[key]
                if not isinstance(outcome, BaseException):
                    self._known[key] = outcome
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    def fresh(self, answer: Answer) -> bool:
        """Tell whether an answer can be given again."""
        return answer.final or self._now() - answer.at < self._ttl

    def known(self) -> list[Answer]:
        """List the answers in memory."""
        with self._lock:
            return list(self._known.values())

    def forget(self) -> None:
        """Ask anew for every window from now on; what is under way is not kept when it arrives."""
        with self._lock:
            self._known.clear()
            self._asked.clear()

    def cancel(self) -> None:
        """Give up whatever is under way."""
        self._source.cancel()


def _to_use_up(answer: Answer) -> Answer:
    # Putting parts together takes them apart; the columns themselves are shared.
    return replace(answer, part=answer.part.copy()) if answer.part else answer


class Session:
    """The settings in force and everything this process has fetched under them.

    Args:
        settings: The settings; those in force by default.
        source: Whom to ask; the API by default.
        now: The clock, in UTC.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        source: Source | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self._now = now or (lambda: datetime.now(UTC))
        ttl = timedelta(seconds=self.settings.ttl)
        source = source or Api(LeadsClient(self.settings), self.settings.settle_days)
        self._memory = Memory(source, ttl, self._now)
        self._ttl = ttl
        self._lock = threading.Lock()
        self._tables: dict[Question, tuple[LeadTables, datetime]] = {}

    def tables(self, question: Question) -> LeadTables:
        """Answer a question, from memory where all its windows are fresh.

        Args:
            question: A range with filters.

        Returns:
            The tables; they are shared, so copy a frame before changing it.

        Raises:
            ApiError: Some windows are missing.
        """
        with self._lock:
            known = self._tables.get(question)
        if known and self._now() < known[1]:
            return known[0]
        tables = tables_from(question, self._memory, self.settings)
        with self._lock:
            self._tables[question] = (tables, self._good_until(tables))
            while len(self._tables) > _KEPT:
                del self._tables[next(iter(self._tables))]
        return tables

    def _good_until(self, tables: LeadTables) -> datetime:
        open_windows = tables.coverage[~tables.coverage["final"]]
        if open_windows.empty:
            return datetime.max.replace(tzinfo=UTC)
        oldest: datetime = open_windows["fetchedAt"].min().to_pydatetime()
        return oldest + self._ttl

    def status(self) -> dict[str, object]:
        """Tell what this process knows, in words and numbers, none of them secret."""
        answers = self._memory.known()
        newest = max((answer.at for answer in answers), default=None)
        settings = self.settings
        return {
            "environment": settings.environment,
            "api": "in process" if settings.simulated else settings.url,
            "timezone": settings.timezone,
            "version": version("leads-excel"),
            "windows": len(answers),
            "final": sum(answer.final for answer in answers),
            "refreshed": newest.astimezone(settings.zone).replace(tzinfo=None) if newest else None,
            "age": round((self._now() - newest).total_seconds() / 60) if newest else None,
        }

    def forget(self) -> None:
        """Ask the API anew from now on."""
        self._memory.forget()
        with self._lock:
            self._tables.clear()


_KEPT = 256
_current: list[Session] = []
_current_lock = threading.Lock()


def current() -> Session:
    """Return the session of this process, opened on first use.

    Raises:
        SettingsError: A setting is missing or wrong.
    """
    with _current_lock:
        if not _current:
            _current.append(Session())
        return _current[0]


def use(session: Session | None) -> None:
    """Make a session the one of this process.

    Args:
        session: The session; None has a new one opened on the next use, with the settings then in force.
    """
    with _current_lock:
        _current[:] = [session] if session else []
