"""Every window of a question gets an answer, several at a time."""

from __future__ import annotations

import queue
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol

import pyarrow.compute as pc

from leads_excel.bulks.flattening import Part, flatten
from leads_excel.dates.days import bounds
from leads_excel.exceptions import ApiAccessError, ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leads_excel.windows.questions import Question
    from leads_excel.windows.week_grid import Window


State = Literal["fetched now", "stored final", "stored open", "missing"]

_SETTLED = {3, 4}
"""Values of `isProcessed` after which a bulk does not change: cancelled, completed (API page, Notes)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one window.

    Args:
        window: The window.
        part: Its rows, or None when the window is missing.
        at: When the API gave them, in UTC.
        state: Where they come from.
        attempts: Requests made for them just now.
        final: Whether the API will give the same rows at any later time.
        error: Why the window is missing, or None.
    """

    window: Window
    part: Part | None = field(repr=False)
    at: datetime
    state: State = "fetched now"
    attempts: int = 0
    final: bool = False
    error: ApiError | None = None

    def sum_of(self, column: str) -> int:
        """Add up a count of its bulks; 0 when the window is missing."""
        return pc.sum(self.part.bulks.columns[column].values).as_py() or 0 if self.part else 0


class Source(Protocol):
    """Whoever can answer for a window."""

    def answer(self, window: Window, question: Question) -> Answer:
        """Answer for one window, or raise an `ApiError`."""

    def cancel(self) -> None:
        """Give up whatever is under way."""


def answer_of(
    window: Window,
    bulks: Sequence[Any],
    question: Question,
    *,
    settle: timedelta,
    attempts: int = 0,
    at: datetime | None = None,
) -> Answer:
    """Flatten the bulks of one window into its answer.

    Args:
        window: The window.
        bulks: Its bulks, as `bulks.decode` gives them.
        question: What was asked.
        settle: How long after its end a window may still change.
        attempts: Requests made for it.
        at: When the API gave them, in UTC; now by default.
    """
    at = at or datetime.now(UTC)
    done = all(type(bulk.isProcessed) is int and bulk.isProcessed in _SETTLED for bulk in bulks)
    return Answer(
        window=window,
        part=flatten(_within(bulks, question), question.zone),
        at=at,
        attempts=attempts,
        final=done and window.end + settle <= at,
    )


def _within(bulks: Sequence[Any], question: Question) -> Sequence[Any]:
    # Reading of the API page: a bulk created at the very end of the range belongs to the next day, so that a day means
    # the same whether the API counts the end of a range in or out.
    end = bounds(question.days, question.zone)[1]
    return [bulk for bulk in bulks if _created(bulk.createdDate) != end]


def _created(stamp: object) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(str(stamp))
    return None


def answers(question: Question, source: Source, workers: int) -> Iterator[Answer]:
    """Ask for every window, several at a time, and yield each answer as it arrives.

    A window without an answer yields one that says so. A refused sign-in ends the asking at once: no other window
    would fare better. Leaving the iteration early, by Ctrl-C for instance, cancels what is under way.

    Args:
        question: What to ask.
        source: Whom to ask.
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
                arrived.put(_ask(waiting.get_nowait(), question, source))
        except queue.Empty:
            return
        except BaseException as error:  # noqa: BLE001 - raised again by whoever reads the answers
            arrived.put(error)

    # Daemon threads: a request under way must not keep a cancelled program alive.
    for _ in range(min(workers, len(windows))):
        threading.Thread(target=work, name="leads-window", daemon=True).start()
    complete = False
    try:
        for _ in windows:
            yield _next(arrived)
        complete = True
    finally:
        if not complete:
            source.cancel()


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
