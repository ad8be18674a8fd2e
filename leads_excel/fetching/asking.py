"""Every window of a question gets an answer, several at a time."""

from __future__ import annotations

import queue
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from leads_excel.exceptions import ApiAccessError, ApiError
from leads_excel.windows.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leads_excel.windows.answers import Source
    from leads_excel.windows.questions import Question
    from leads_excel.windows.week_grid import Window


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
