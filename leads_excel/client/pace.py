"""When a request may go out and when it may go again: slots, backoff, `Retry-After`, the deadline."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Condition
from typing import TYPE_CHECKING

import tenacity

from leads_excel.client.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from threading import Event

    from leads_excel.settings.model import Settings

LONGEST_BACKOFF = 30.0
LONGEST_ANNOUNCED = 31_536_000.0  # a year: more is a slip of the server's, and would not fit a date

_TICK = 0.1  # waits are cut into these seconds, because Windows does not let Ctrl-C end a wait


class Slots:
    """The requests to one base URL that are under way in this process, whichever clients sent them."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._taken = 0

    @contextmanager
    def turn(self, limit: int, cancelled: Event) -> Iterator[None]:
        """Wait for a turn and keep it while the context lasts.

        Args:
            limit: How many requests may be under way at once, this one included.
            cancelled: Ends the wait. Whoever was let through by it must not send anything.
        """
        with self._changed:
            while self._taken >= limit and not cancelled.is_set():
                self._changed.wait(_TICK)
            self._taken += 1
        try:
            yield
        finally:
            with self._changed:
                self._taken -= 1
                self._changed.notify_all()


SLOTS: defaultdict[str, Slots] = defaultdict(Slots)
"""The slots of each base URL; process-wide, so that several clients together keep to the limit."""


def retrying(settings: Settings, cancelled: Event) -> tenacity.Retrying:
    """Build the policy that repeats an attempt while its result is a `Failure` that may pass.

    The wait before a retry is random between nothing and a bound that doubles each time, unless the server announced
    one. No attempt begins after the deadline: a wait that would end later is not begun.

    Args:
        settings: `attempts`, `backoff` and `deadline`.
        cancelled: Ends a wait at once; the attempt that follows has to look at it.

    Returns:
        A callable that takes the attempt and its arguments, and returns the last result.
    """
    backoff = tenacity.wait_random_exponential(multiplier=settings.backoff, max=LONGEST_BACKOFF)
    politeness = tenacity.wait_random(0, settings.backoff)  # so that all do not come back in the same instant

    def wait(state: tenacity.RetryCallState) -> float:
        failure = _result(state)
        announced = failure.after if isinstance(failure, Failure) else None
        return backoff(state) if announced is None else announced + politeness(state)

    return tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda result: isinstance(result, Failure) and result.passing),
        wait=wait,
        stop=tenacity.stop_after_attempt(settings.attempts) | tenacity.stop_before_delay(settings.deadline),
        sleep=lambda seconds: _sleep(seconds, cancelled),
        retry_error_callback=_result,
    )


def announced_wait(headers: Mapping[str, str]) -> float | None:
    """Read how long the server asks to wait (RFC 9110, section 10.2.3).

    Args:
        headers: Of the reply. A date in `Retry-After` counts from the reply's own `Date`, so that a wrong clock of
            this computer does no harm.

    Returns:
        Seconds, or None where the server does not say.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_ANNOUNCED)
    until = _http_date(text)
    if until is None:
        return None
    now = _http_date(headers.get("Date", "")) or datetime.now(UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_ANNOUNCED)


def _result(state: tenacity.RetryCallState) -> object:
    return state.outcome.result() if state.outcome else None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sleep(seconds: float, cancelled: Event) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not cancelled.wait(min(left, _TICK)):
        pass
