"""Windows one process knows: each is asked for once, however many formulas want it at the same time."""

from __future__ import annotations

import copy
import threading
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from weakref import finalize

from leads_excel.exceptions import ApiAccessError, ApiUnavailableError, LeadsError
from leads_excel.fetching.lru_cache import Recent
from leads_excel.windows.answers import Keeping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from leads_excel.exceptions import ApiError
    from leads_excel.windows.answers import Answer, Source
    from leads_excel.windows.questions import Question
    from leads_excel.windows.week_grid import Window

    Key: TypeAlias = "tuple[Window, tuple[int | None, ...]]"

ROOM = 600_000
"""Rows of all tables that are kept: about 350 MB."""

PAUSE = timedelta(seconds=20)
"""For how long an API that is out of reach or refused the sign-in is left alone. A recalculation of hundreds of
formulas would otherwise wait for every retry of each of them, and lock the account of a wrong password."""

FOREVER = datetime.max.replace(tzinfo=UTC)


class _Known(NamedTuple):
    answer: Answer
    until: datetime


class _Opened(NamedTuple):
    source: Source
    context: ExitStack


class Memory:
    """A source that asks another one for a window only when it has to.

    A final window is asked for once, an open one again when its answer is older than the time to live. While a window
    is being asked for, whoever else wants it waits for the same answer. An API out of reach is not asked again at once.

    Args:
        connect: Opens the source to ask; called when first needed, and again after a question was given up.
        ttl: How long the answer of an open window is good for.
        now: The clock, in UTC.
        room: How many rows are kept.
    """

    def __init__(
        self,
        connect: Callable[[], AbstractContextManager[Source]],
        ttl: timedelta,
        now: Callable[[], datetime] | None = None,
        room: int = ROOM,
    ) -> None:
        self._connect = connect
        self._ttl = ttl
        self._now = now or (lambda: datetime.now(UTC))
        self._lock = threading.Lock()
        self._known: Recent[_Known] = Recent(room)
        self._asked: dict[Key, Future[Answer]] = {}
        self._opened: _Opened | None = None
        self._refusal: tuple[ApiError, datetime] | None = None

    def answer(self, window: Window, question: Question) -> Answer:
        """Answer for one window, from memory where it is good.

        Raises:
            ApiError: There is no usable answer, or the API is being left alone after such an error.
            SettingsError: The sign-in is incomplete.
        """
        key = _key(window, question)
        with self._lock:
            known = self._known.get(key)
            if known and self._now() < known.until:
                return _to_use_up(known.answer)
            under_way = self._asked.get(key)
            if not under_way:
                opened = self._reachable()
                mine = self._asked[key] = Future()
        if under_way:
            return _to_use_up(under_way.result())
        try:
            answer = opened.source.answer(window, question)
        except BaseException as error:
            self._failed(key, mine, error, opened)
            raise
        self._arrived(key, mine, answer)
        return _to_use_up(answer)

    def _reachable(self) -> _Opened:
        if self._refusal:
            error, until = self._refusal
            if self._now() < until:
                raise copy.copy(error)  # a new one: an exception raised twice drags its old traces along
            self._refusal = None
        if self._opened is None:
            context = ExitStack()
            finalize(self, context.close)  # when it is forgotten, and nobody waits for an answer any more
            self._opened = _Opened(context.enter_context(self._connect()), context)
        return self._opened

    def _arrived(self, key: Key, future: Future[Answer], answer: Answer) -> None:
        part = answer.part
        rows = sum(table.count for table in (part.leads, part.vehicles, part.errors, part.bulks)) if part else 0
        with self._lock:
            del self._asked[key]
            self._known.put(key, _Known(answer, self._until(answer)), rows + 1)
        future.set_result(answer)

    def _until(self, answer: Answer) -> datetime:
        if answer.final:
            return FOREVER
        if answer.state == "stored open":  # which may be old, and is then the best there is for the moment
            return max(answer.at + self._ttl, self._now() + PAUSE)
        return answer.at + self._ttl

    def _failed(self, key: Key, future: Future[Answer], error: BaseException, opened: _Opened) -> None:
        with self._lock:
            del self._asked[key]
            # What a source says after it was given up is about that, not about the API.
            if isinstance(error, ApiUnavailableError | ApiAccessError) and opened is self._opened:
                self._refusal = self._refusal or (error, self._now() + PAUSE)
        future.set_exception(error)

    def good_until(self, question: Question) -> datetime:
        """Tell until when the answers to a question can be given again."""
        known = [self._known.get(_key(window, question)) for window in question.windows]
        return min((item.until for item in known if item), default=FOREVER)

    def knows(self, question: Question) -> bool:
        """Tell whether all windows of a question are in memory and good."""
        now = self._now()
        known = [self._known.get(_key(window, question)) for window in question.windows]
        return all(item is not None and now < item.until for item in known)

    def at_hand(self, question: Question) -> bool:
        """Tell whether a question is answered, or refused, without asking the API."""
        unknown = self._unknown(question.windows, question)
        if not unknown:
            return True
        try:
            with self._lock:
                source = self._reachable().source
        except LeadsError:
            return True
        # One by one: as a rule the first that is lacking is the first of all.
        return isinstance(source, Keeping) and not any(source.lacking([window], question) for window in unknown)

    def lacking(self, windows: Iterable[Window], question: Question) -> list[Window]:
        """Tell which windows the API would be asked for.

        Args:
            windows: Windows, in any order.
            question: Its filters count.
        """
        unknown = self._unknown(windows, question)
        try:
            with self._lock:
                source = self._reachable().source
        except LeadsError:
            return []
        return source.lacking(unknown, question) if isinstance(source, Keeping) else unknown

    def _unknown(self, windows: Iterable[Window], question: Question) -> list[Window]:
        now = self._now()
        known = {window: self._known.get(_key(window, question)) for window in windows}
        return [window for window, item in known.items() if item is None or now >= item.until]

    def known(self) -> list[Answer]:
        """List the answers in memory."""
        return [item.answer for item in self._known.values()]

    def cancel(self) -> None:
        """Give up whatever is under way; the next question opens the source anew, and looks up the sign-in anew."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened:
            opened.source.cancel()
            opened.context.close()


def _key(window: Window, question: Question) -> Key:
    return window, tuple(question.filters.values())


def _to_use_up(answer: Answer) -> Answer:
    # Putting parts together takes them apart; the columns themselves are shared.
    return replace(answer, part=answer.part.copy()) if answer.part else answer
