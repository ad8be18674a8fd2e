"""Results that have to be fetched, worked out by a thread of its own while whoever wants them goes on."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

AT_ONCE = 1.0
"""Seconds. Who asks again within so many still waits for the same thing, such as one recalculation of a sheet."""

KEPT = 20.0
"""Seconds for which an outcome is given again, an error too: cells that wait for the same one do not ask anew."""

FORGOTTEN = 3600.0
"""Seconds after which an outcome is dropped that nobody came for."""

_from_memory: ContextVar[bool] = ContextVar("from_memory", default=False)


class NotAtHandError(Exception):
    """An answer has to be fetched, where nothing is to be fetched."""


class StillLoadingError(Exception):
    """A result takes longer than somebody waits for it.

    Args:
        outcome: What it will be.
    """

    def __init__(self, outcome: Future[Any]) -> None:
        super().__init__()
        self._outcome = outcome

    def then(self, call: Callable[[], object]) -> None:
        """Have something done when the result, or why there is none, has arrived.

        Args:
            call: What is done, in the thread that worked it out.
        """
        self._outcome.add_done_callback(lambda _: call())


def may_fetch() -> bool:
    """Tell whether what is being worked out here may ask the API, and wait for it."""
    return not _from_memory.get()


@contextmanager
def nothing_fetched() -> Iterator[None]:
    """Have what is worked out here raise `NotAtHandError` where it would have to ask the API."""
    token = _from_memory.set(True)
    try:
        yield
    finally:
        _from_memory.reset(token)


class _Job:
    """A result on its way.

    Args:
        compute: Works it out.
    """

    def __init__(self, compute: Callable[[], Any]) -> None:
        self.outcome: Future[Any] = Future()
        self._compute = compute
        self._until = float("inf")

    def run(self) -> None:
        try:
            result = self._compute()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever wants the result
            self._until = time.monotonic() + FORGOTTEN
            self.outcome.set_exception(error)
        else:
            self._until = time.monotonic() + FORGOTTEN
            self.outcome.set_result(result)

    def within(self, seconds: float) -> Any:  # noqa: ANN401 - whatever is computed
        if not wait([self.outcome], seconds).done:
            raise StillLoadingError(self.outcome)
        self._until = min(self._until, time.monotonic() + KEPT)
        return self.outcome.result()

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._until


class Background:
    """Works out in the background what has to be fetched, one thing after the other; the rest at once."""

    def __init__(self) -> None:
        self._jobs: dict[Hashable, _Job] = {}
        self._waiting: SimpleQueue[_Job] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._left, self._last = 0.0, float("-inf")

    def result(self, key: Hashable, compute: Callable[[], Any], patience: float) -> Any:  # noqa: ANN401 - as computed
        """Give a result, if it is at hand or arrives soon.

        Called by one thread only.

        Args:
            key: What is computed, and from what.
            compute: Computes it.
            patience: How many seconds to wait, all calls together that follow one another without a pause.

        Returns:
            The result.

        Raises:
            StillLoadingError: It takes longer.
            Exception: What `compute` raises.
        """
        began = time.monotonic()
        self._jobs = {known: job for known, job in self._jobs.items() if not job.is_over}
        if began - self._last > AT_ONCE:
            self._left = patience
        try:
            return self._result(key, compute)
        finally:
            self._last = time.monotonic()

    def _result(self, key: Hashable, compute: Callable[[], Any]) -> Any:  # noqa: ANN401 - as computed
        job = self._jobs.get(key)
        if job is None:
            try:
                with nothing_fetched():
                    return compute()
            except NotAtHandError:
                job = _Job(compute)
                self._jobs = {**self._jobs, key: job}  # another thread looks at them
                self._waiting.put(job)
                self._start()
        began = time.monotonic()
        try:
            return job.within(max(self._left, 0))
        finally:
            self._left -= time.monotonic() - began

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return all(job.outcome.done() for job in self._jobs.values())

    def _start(self) -> None:
        if self._thread is None:
            # A daemon: a fetch under way must not keep a program alive that ends.
            self._thread = threading.Thread(target=self._work, name="leads-background", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while True:
            self._waiting.get().run()
