"""The store as a source: what it knows needs no request, anything else is asked for once and kept."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from leads_excel.client.api_source import Api
from leads_excel.client.leads_client import LeadsClient
from leads_excel.dates.days import bounds
from leads_excel.exceptions import ApiUnavailableError, SettingsError, StoreLayoutError
from leads_excel.store.archive import Archive
from leads_excel.store.database.connection import Database
from leads_excel.store.database.leases import Leases, Watch
from leads_excel.store.entries.entry import Asked
from leads_excel.store.entries.tiling import tiled
from leads_excel.windows.week_grid import WEEK, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from leads_excel.exceptions import LeadsError
    from leads_excel.settings.model import Settings
    from leads_excel.store.entries.entry import Version
    from leads_excel.windows.answers import Answer, Source
    from leads_excel.windows.questions import Question

OUTAGE = 60.0
"""Seconds for which an API that was out of reach is not tried again, where the store may answer in its place."""

_FIRST_LOOK, _LAST_LOOK = 0.02, 0.25  # seconds between looks at what another process is fetching


class Stored:
    """A source that asks the API only for what the store does not know, or not well enough.

    A final window is not asked for again, an open one only when its answer is older than the time to live. Of all the
    processes that share a store one asks for a window, and the others wait for what it gets. Nothing that goes wrong
    with the store stops a fetch; `trouble` says what did.

    Args:
        source: The API; None where nothing is to be asked.
        database: The store.
        settings: The settings in force.
        reload: Ask for every window anew, final ones too.
        offline: Ask for nothing, and answer from the store whatever the age.
        fallback: Answer from the store, whatever the age, while the API is out of reach.
        now: The clock, in UTC.
    """

    def __init__(
        self,
        source: Api | None,
        database: Database,
        settings: Settings,
        *,
        reload: bool = False,
        offline: bool = False,
        fallback: bool = False,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._source = None if offline else source
        self._api = settings.url
        self._ttl = timedelta(seconds=settings.ttl)
        self._reload = reload and self._source is not None
        self._whatever_age = fallback or self._source is None
        self._now = now or (lambda: datetime.now(UTC))
        self._archive = Archive(database, timedelta(days=settings.settle_days), recount_days=settings.recount_days)
        self._leases = Leases(database)
        self._cancelled = Event()
        self._out_until = 0.0

    @property
    def trouble(self) -> str | None:
        """Why the store is left out, in a few words; None while it works."""
        return self._archive.trouble

    def answer(self, window: Window, question: Question) -> Answer:
        """Answer for one window, from the store where it is fresh.

        Raises:
            ApiError: The API gave no usable answer; or it is not asked, and the store has none.
        """
        asked = Asked(self._api, window, **question.filters)
        found = self._archive.inside(asked, question)
        answer = self._archive.answer(asked, question, tiled(window, filter(self._is_fresh, found)))
        if answer:
            return answer
        try:
            return self._asked(asked, question, found)
        except ApiUnavailableError:
            answer = self._archive.answer(asked, question, tiled(window, found)) if self._whatever_age else None
            if not answer:
                raise
            return answer

    @property
    def refusal(self) -> LeadsError | None:
        """The error of a door that cannot do without the store; None while it works."""
        return self._archive.refusal

    @property
    def unkept(self) -> Mapping[Window, LeadsError]:
        """Windows whose answers did not go into the store, and why."""
        return self._archive.unkept

    def lacking(self, windows: Iterable[Window], question: Question) -> list[Window]:
        """Tell which windows the API would be asked for.

        Args:
            windows: Windows, in any order.
            question: Its filters count.
        """
        return self.stale(windows, question) if self._source else []

    def stale(self, windows: Iterable[Window], question: Question) -> list[Window]:
        """Tell which windows the store has no answer for that is good.

        Args:
            windows: Windows, in any order.
            question: Its filters count.
        """
        return self._untiled(windows, question, self._is_fresh)

    def unknown(self, windows: Iterable[Window], question: Question) -> list[Window]:
        """Tell which windows the store has no answer for, however old.

        Args:
            windows: Windows, in any order.
            question: Its filters count.
        """
        return self._untiled(windows, question, lambda _version: True)

    def _untiled(
        self, windows: Iterable[Window], question: Question, is_good: Callable[[Version], bool]
    ) -> list[Window]:
        def is_lacking(window: Window) -> bool:
            found = self._archive.inside(Asked(self._api, window, **question.filters), question)
            return not tiled(window, filter(is_good, found))

        return [window for window in windows if is_lacking(window)]

    def unsettled(self, question: Question) -> list[Window]:
        """List the windows in the store that end before a question's range, under its filters, and may still change."""
        start = bounds(question.days, question.zone)[0]
        return self._archive.open_before(Asked(self._api, Window(start - WEEK, start), **question.filters))

    def cancel(self) -> None:
        """Give up whatever is under way."""
        self._cancelled.set()
        if self._source:
            self._source.cancel()

    def close(self) -> None:
        """Let other processes ask for what this one has not got yet."""
        self._leases.close()

    def _is_fresh(self, version: Version) -> bool:
        # The clock of another machine may be ahead: its answers are not good for longer because of that.
        return not self._reload and (version.final or abs(self._now() - version.last_seen) < self._ttl)

    def _asked(self, asked: Asked, question: Question, found: Sequence[Version]) -> Answer:
        if self._source is None:
            if isinstance(self.refusal, StoreLayoutError):
                raise StoreLayoutError(str(self.refusal))
            raise ApiUnavailableError(self._nowhere(), window=asked.window)
        if time.monotonic() < self._out_until:
            raise ApiUnavailableError("The API was out of reach a moment ago: try again later.", window=asked.window)
        try:
            return self._in_turn(self._source, asked, question, found)
        except ApiUnavailableError:
            if self._whatever_age:
                self._out_until = time.monotonic() + OUTAGE
            raise

    def _nowhere(self) -> str:
        if self.trouble:
            return f"The store cannot be used: {self.trouble}. Ask the API instead of working offline."
        return "The store does not have these days: fetch them once while the API is in reach."

    def _in_turn(self, source: Api, asked: Asked, question: Question, found: Sequence[Version]) -> Answer:
        before = next((version.last_seen for version in found if version.window == asked.window), None)
        watch, pause = Watch(self._leases.patience), _FIRST_LOOK
        while not self._archive.writes.run(partial(self._leases.claim, asked.key, watch), otherwise=True):
            if watch.beat and watch.beat.failure:
                raise ApiUnavailableError(watch.beat.failure, window=asked.window)
            if self._cancelled.wait(pause):
                return source.answer(asked.window, question)  # raises: it is cancelled too
            pause = min(pause * 1.5, _LAST_LOOK)
            if answer := self._newer(asked, question, before):
                return answer
        failure = None
        try:
            # Another process may have been faster between the look at the store and the claim.
            return self._newer(asked, question, before) or self._fetched(source, asked, question)
        except ApiUnavailableError as error:
            failure = None if self._cancelled.is_set() else str(error)
            raise
        finally:
            self._archive.writes.run(partial(self._leases.release, asked.key, failure), otherwise=None)

    def _newer(self, asked: Asked, question: Question, before: datetime | None) -> Answer | None:
        def is_good(version: Version) -> bool:
            came_meanwhile = version.window == asked.window and (before is None or version.last_seen > before)
            return came_meanwhile or self._is_fresh(version)

        found = self._archive.inside(asked, question)
        return self._archive.answer(asked, question, tiled(asked.window, filter(is_good, found)))

    def _fetched(self, source: Api, asked: Asked, question: Question) -> Answer:
        at = self._now()
        return self._archive.fetched(asked, question, source.ask(asked.window, question), at)


@contextmanager
def open_source(
    settings: Settings, *, reload: bool = False, offline: bool = False, fallback: bool = False
) -> Iterator[Source]:
    """Open the source that the settings name: the API behind the store, or the API alone where the store is `none`.

    Args:
        settings: The settings in force.
        reload: As for `Stored`.
        offline: As for `Stored`.
        fallback: As for `Stored`.

    Yields:
        The source; leaving the context closes its connections.

    Raises:
        SettingsError: The sign-in is incomplete, or the address of the store cannot be used.
    """
    with ExitStack() as stack:
        api = None if offline else Api(stack.enter_context(LeadsClient(settings)), settings.settle_days)
        if settings.store is not None:
            database = stack.enter_context(closing(Database(settings.store)))
            stored = Stored(api, database, settings, reload=reload, fallback=fallback)
            yield stack.enter_context(closing(stored))
        elif api is not None:
            yield api
        else:
            raise SettingsError("Without a store there is nothing to work offline with: set LEADS_EXCEL_STORE.")
