"""Every window of a question gets an answer, several at a time."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from leads_excel.exceptions import ApiAccessError, ApiError
from leads_excel.fetching.brakes import refuse_long
from leads_excel.log.events import tell
from leads_excel.windows.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leads_excel.log.events import Fact
    from leads_excel.settings.model import Settings
    from leads_excel.windows.answers import Source
    from leads_excel.windows.questions import Question
    from leads_excel.windows.week_grid import Window


def answers(question: Question, source: Source, settings: Settings) -> Iterator[Answer]:
    """Ask for every window, several at a time, and yield each answer as it arrives.

    A window without an answer yields one that says so. A refused sign-in ends the asking at once: no other window
    would fare better. Leaving the iteration early, by Ctrl-C for instance, cancels what is under way. What came of it
    is logged.

    Args:
        question: What to ask.
        source: Whom to ask.
        settings: The settings in force: how many windows to ask for at a time, and how many days at most.

    Raises:
        ArgumentError: It takes more requests than anybody means; none was made.
    """
    refuse_long([question], source, settings)
    return _arriving(question, source, settings.concurrency)


def _arriving(question: Question, source: Source, workers: int) -> Iterator[Answer]:
    waiting: queue.SimpleQueue[Window] = queue.SimpleQueue()
    arrived: queue.SimpleQueue[Answer | BaseException] = queue.SimpleQueue()
    windows = question.windows
    for window in windows:
        waiting.put(window)

    def work() -> None:
        try:
            while True:
                arrived.put(_ask(waiting.get_nowait(), question, source))
        except queue.Empty:
            return
        except BaseException as error:  # noqa: BLE001 - raised again by whoever reads the answers
            arrived.put(error)

    # Daemon threads: a request under way must not keep a cancelled program alive.
    for _ in range(min(workers, len(windows))):
        threading.Thread(target=work, name="leads-window", daemon=True).start()
    told = _Told(question)
    try:
        for _ in windows:
            answer = _next(arrived)
            told.count(answer)
            yield answer
        told.complete = True
    finally:
        if not told.complete:
            source.cancel()
        told.tell()


def _ask(window: Window, question: Question, source: Source) -> Answer:
    try:
        return source.answer(window, question)
    except ApiAccessError:
        raise
    except ApiError as error:
        return Answer(window, None, datetime.now(UTC), "missing", error.attempts, error=error)


def _next(arrived: queue.SimpleQueue[Answer | BaseException]) -> Answer:
    while True:
        try:
            answer = arrived.get(timeout=0.2)  # on Windows only a wait with a limit can be interrupted
        except queue.Empty:
            continue
        if isinstance(answer, BaseException):
            raise answer
        return answer


class _Told:
    """What the log says of a question: where its answers came from, what they took, which are missing and why.

    Args:
        question: The question.
    """

    def __init__(self, question: Question) -> None:
        self.complete = False
        self._question = question
        self._started = time.perf_counter()
        self._states: Counter[str] = Counter()
        self._requests = self._leads = 0
        self._missing: list[Answer] = []

    def count(self, answer: Answer) -> None:
        """Take an answer into account."""
        self._states[answer.state] += 1
        self._requests += answer.attempts
        self._leads += answer.part.leads.count if answer.part else 0
        if answer.error:
            self._missing.append(answer)

    def tell(self) -> None:
        """Log it; what took no request and lacks nothing is nothing new."""
        question, states = self._question, self._states
        for answer in sorted(self._missing, key=lambda answer: answer.window):
            why: dict[str, Fact] = {"window": answer.window.label(question.zone), "reason": str(answer.error)}
            tell("missing", why, level=logging.WARNING)
        facts: dict[str, Fact] = {
            "days": str(question.days),
            "filters": [name for name, number in question.filters.items() if number is not None] or None,
            "windows": len(question.windows),
            "from_api": states["fetched now"],
            "from_store": states["stored final"] + states["stored open"],
            "missing": states["missing"],
            "requests": self._requests,
            "leads": self._leads,
            "seconds": round(time.perf_counter() - self._started, 3),
            "complete": self.complete,
        }
        is_news = self._requests or self._missing or not self.complete
        tell("fetched", facts, level=logging.INFO if is_news else logging.DEBUG)
