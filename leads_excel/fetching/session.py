"""What one Python process knows: tables and finished results, good until one of their windows may have changed."""

from __future__ import annotations

import threading
from collections import deque
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeVar, cast

import pandas as pd

from leads_excel.exceptions import ApiError
from leads_excel.fetching.background import NotAtHandError, may_fetch
from leads_excel.fetching.fetch import is_stored, opened, tables_from
from leads_excel.fetching.lru_cache import Recent
from leads_excel.fetching.memory import FOREVER, ROOM, Memory
from leads_excel.fetching.surroundings import Surroundings
from leads_excel.log.runs import KINDS, last_run
from leads_excel.log.users import acting_user
from leads_excel.settings.model import Settings
from leads_excel.settings.renewal import give_sign, last_sign
from leads_excel.tables.coverage import aged, coverage

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from contextlib import AbstractContextManager

    from leads_excel.exceptions import ArrivedTables
    from leads_excel.tables.lead_tables import LeadTables
    from leads_excel.windows.answers import Source
    from leads_excel.windows.questions import Question

Result = TypeVar("Result")

WINDOWS = 10_000
"""Windows whose coverage is kept."""

CELLS = 3_000_000
"""Cells of finished results that are kept: at most some 300 MB."""

FAILURES = 50
"""Reasons why there was no number that are kept."""

_drawn_on: ContextVar[list[datetime] | None] = ContextVar("drawn_on", default=None)
_noted: ContextVar[list[str] | None] = ContextVar("noted", default=None)


def _in_force(settings: Settings) -> AbstractContextManager[Source]:
    # Formulas show an older answer, and LEADS_STATUS says so, rather than none.
    return opened(settings, fallback=True)


class Session:
    """The settings in force and everything this process has fetched under them.

    Args:
        settings: The settings; those in force by default, read again with each `forget`.
        connect: Opens whom to ask; the store and the API by default.
        now: The clock, in UTC.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        connect: Callable[[Settings], AbstractContextManager[Source]] = _in_force,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._given = settings
        self._connect = connect
        self._now = now or (lambda: datetime.now(UTC))
        self._heeded = last_sign()
        self._heeding = threading.Lock()
        self.epoch = 0
        """How often this session was told to ask anew: what was begun before that counts no longer."""
        self.forget()

    def forget(self) -> None:
        """Ask the API anew from now on, with the settings and the sign-in then in force.

        Raises:
            SettingsError: A setting is missing or wrong; then everything stays as it was.
        """
        settings = self._given or Settings()
        self.epoch += 1
        self.settings = settings
        self._memory = Memory(lambda: self._connect(settings), timedelta(seconds=settings.ttl), self._now)
        self._tables: Recent[tuple[LeadTables, datetime]] = Recent(ROOM)
        self._results: Recent[tuple[object, datetime, tuple[str, ...]]] = Recent(CELLS)
        self._coverage: Recent[tuple[str, pd.DataFrame]] = Recent(WINDOWS)
        self._failures: deque[tuple[datetime, str | None, str]] = deque(maxlen=FAILURES)

    def forget_everywhere(self) -> None:
        """Have every process of this user ask anew: a button and the formulas run in processes of their own."""
        give_sign()
        self._heeded = last_sign()
        self.forget()

    def heed(self) -> None:
        """Forget if another process asked for it: by a button, with another sign-in or without one, by other settings.

        Raises:
            SettingsError: As for `forget`, until it is put right.
        """
        with self._heeding:
            sign = last_sign()
            if sign != self._heeded:
                self.forget()
                self._heeded = sign

    def tables(self, question: Question) -> LeadTables:
        """Answer a question, from memory where all its windows are fresh.

        Args:
            question: A range with filters.

        Returns:
            The tables; they are shared, so copy a frame before changing it.

        Raises:
            ApiError: Some windows are missing.
            NotAtHandError: Some have to be asked for, where that is not to be waited for.
        """
        kept = self._tables
        known = kept.get(question)
        if not known or self._now() >= known[1]:
            if not (may_fetch() or question.as_of or self._memory.at_hand(question)):
                raise NotAtHandError
            known = self._then(question) if question.as_of else self._lately(question)
            tables = replace(known[0], around=Surroundings(question, self.tables, self._now, self._has))
            known = tables, known[1]
            rows = len(tables.leads) + len(tables.vehicles) + len(tables.errors) + len(tables.bulks)
            kept.put(question, known, rows + 1)  # not in what came after a `forget` meanwhile
        drawn_on = _drawn_on.get()
        if drawn_on is not None:
            drawn_on.append(known[1])
        return known[0]

    def _has(self, question: Question) -> bool:
        return self._memory.knows(question) or is_stored(question, settings=self.settings)

    def _lately(self, question: Question) -> tuple[LeadTables, datetime]:
        try:
            tables = tables_from(question, self._memory, self.settings)
        except ApiError as error:
            self._cover(question, error.tables)
            raise
        self._cover(question, tables)
        return tables, self._memory.good_until(question)

    def _cover(self, question: Question, tables: ArrivedTables | None) -> None:
        if tables is not None:
            asked = ", ".join(f"{name}={number}" for name, number in question.filters.items() if number is not None)
            self._coverage.put(question, (asked, tables.coverage), len(tables.coverage))

    def coverage(self) -> pd.DataFrame:
        """Tell of each window that this process asked for where its answer came from, how old it is, what it holds.

        Returns:
            Columns `coverage.COVERAGE` and `asked`, the filters of the API; one row per window, its last answer.
        """
        known = [covered.assign(asked=asked) for asked, covered in self._coverage.values()]
        rows = pd.concat([coverage((), self.settings.zone).assign(asked=""), *known])
        rows = rows.drop_duplicates(["from", "to", "asked"], keep="last")
        return aged(rows.sort_values(["asked", "from", "to"], ignore_index=True), self._now())

    def _then(self, question: Question) -> tuple[LeadTables, datetime]:
        # The past changes too: a lead may be erased from it.
        with opened(self.settings, as_of=question.as_of) as source:
            return tables_from(question, source, self.settings), self._now() + timedelta(seconds=self.settings.ttl)

    def good_for_now(self) -> None:
        """Note that what is being computed draws on what changes, such as the store, and not on `tables` alone."""
        drawn_on = _drawn_on.get()
        if drawn_on is not None:
            drawn_on.append(self._now() + timedelta(seconds=self.settings.ttl))

    def good_for_once(self) -> None:
        """Note that what is being computed is not to be shown again: worked out anew, it is checked and logged anew."""
        drawn_on = _drawn_on.get()
        if drawn_on is not None:
            drawn_on.append(self._now())

    def result(self, key: Hashable, compute: Callable[[], Result], size: Callable[[Result], int]) -> Result:
        """Compute something once for as long as all tables that it draws on are good.

        Args:
            key: What is computed, from what, and on which day, where dates are counted from it.
            compute: Computes it, with `tables` of this session.
            size: How many cells it takes.
        """
        kept = self._results
        known = kept.get(key)
        if known and self._now() < known[1]:
            for what in known[2]:  # a result is as good as new, and so is the reason why there is none
                self.failed(what)
            return cast("Result", known[0])
        drawn_on: list[datetime] = []
        noted: list[str] = []
        tokens = _drawn_on.set(drawn_on), _noted.set(noted)
        try:
            value = compute()
        finally:
            _drawn_on.reset(tokens[0])
            _noted.reset(tokens[1])
        kept.put(key, (value, min(drawn_on, default=FOREVER), tuple(noted)), size(value))
        return value

    def failed(self, what: str) -> None:
        """Remember for `status` why there is no number, or none that is complete.

        Whatever leaves a cell at #N/A or empty says so here: an error, a rate of nothing, an answer that contradicts
        itself. While a result is kept, its reasons are kept with it and told again each time it is shown.

        Args:
            what: One line, such as `rejection_rate of 2026-11-20: no leads received`; nothing in it secret.
        """
        self._failures.appendleft((self._now(), acting_user(), what))
        noted = _noted.get()
        if noted is not None:
            noted.append(what)

    def failures(self) -> pd.DataFrame:
        """List why there was no number, the newest reason first, each once; of a server's user only their own.

        Returns:
            Columns `at`, in business time, and `failure`.
        """
        newest: dict[str, datetime] = {}
        for at, what in self._own_failures():
            newest.setdefault(what, at)
        times = [at.astimezone(self.settings.zone).replace(tzinfo=None, microsecond=0) for at in newest.values()]
        return pd.DataFrame({
            "at": pd.Series(times, dtype="datetime64[us]"),
            "failure": pd.Series(list(newest), dtype="string"),
        })  # fmt: skip

    def status(self) -> dict[str, object]:
        """Tell what this process knows, in words and numbers, none of them secret."""
        answers = self._memory.known()
        newest = max((answer.at for answer in answers), default=None)
        oldest = min((answer.at for answer in answers if not answer.final), default=newest)
        settings = self.settings
        return {
            "environment": settings.environment,
            "api": "in process" if settings.simulated else settings.url,
            "timezone": settings.timezone,
            "version": version("leads-excel"),
            "windows": len(answers),
            "final": sum(answer.final for answer in answers),
            "refreshed": newest.astimezone(settings.zone).replace(tzinfo=None) if newest else None,
            "age": round((self._now() - oldest).total_seconds() / 60) if oldest else None,
            "failure": self._newest_failure(),
            **{f"last_{kind}": self._last(kind) for kind in KINDS},
        }

    def _last(self, kind: str) -> str:
        run = last_run(kind)
        return run.in_words(self.settings.zone, self._now()) if run else "none yet"

    def _own_failures(self) -> list[tuple[datetime, str]]:
        user = acting_user()
        return [(at, what) for at, who, what in list(self._failures) if who == user]

    def _newest_failure(self) -> str | None:
        failures = self._own_failures()
        if not failures:
            return None
        at, what = failures[0]
        return f"{at.astimezone(self.settings.zone):%Y-%m-%d %H:%M} {what}"


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
        session = _current[0]
    session.heed()
    return session


def use(session: Session | None) -> None:
    """Make a session the one of this process.

    Args:
        session: The session; None has a new one opened on the next use, with the settings then in force.
    """
    with _current_lock:
        _current[:] = [session] if session else []
