"""The API itself as a source of answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from leads_excel.bulks.decoding import decode
from leads_excel.bulks.verbatim import as_received
from leads_excel.client.habits import Habit
from leads_excel.client.leads_client import Reply
from leads_excel.dates.days import day_start
from leads_excel.windows.answers import answer_of
from leads_excel.windows.week_grid import Window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from leads_excel.client.leads_client import LeadsClient
    from leads_excel.windows.answers import Answer
    from leads_excel.windows.questions import Question

_TICK = timedelta(milliseconds=1)
"""The smallest step of the API's times: what ends so much before midnight cannot hold a bulk of the next day."""


class Api:
    """The API itself as a source.

    Args:
        client: The connection to it.
        settle_days: A window is final when it ended so many days before it was asked for and all its bulks are done.
    """

    def __init__(self, client: LeadsClient, settle_days: int) -> None:
        self._client = client
        self._settle = timedelta(days=settle_days)

    @cached_property
    def _habit(self) -> Habit:
        return Habit(self._client.url)

    def answer(self, window: Window, question: Question) -> Answer:
        """Ask the API for one window and flatten its reply."""
        reply = self.ask(window, question)
        return answer_of(window, reply.bulks, question, settle=self._settle, attempts=reply.attempts)

    def ask(self, window: Window, question: Question) -> Reply:
        """Ask the API for one window: day by day where it may put the bulks of all days into one object.

        The page's sample is one object, with one `createdDate` (reading of the API page: one object for several days).
        A window that is answered so is asked again by its days. Unless the API is known to list its bulks, a day is
        asked for without the midnight that ends it, whose bulk would be in its object where the end of a range counts
        in. So a day holds the same leads however it was asked for.

        Args:
            window: The window.
            question: Its filters count, and its zone, whose days these are.

        Returns:
            The reply, or one made of those for its days: their bulks as received, in one array.

        Raises:
            ApiError: There is no usable answer to the window or to one of its days.
        """
        days = _by_day(window, question.zone)
        if len(days) == 1 and not self._habit.is_listing:
            return self._ask(days[0], question)
        if self._habit.is_merging:
            return _joined([self._ask(day, question) for day in days])
        whole = self._ask(window, question)
        if not self._habit.may_merge(whole):
            return whole
        replies = [self._ask(day, question) for day in days]
        self._habit.compare(whole, replies)
        joined = _joined(replies)
        attempts, seconds = whole.attempts + joined.attempts, whole.seconds + joined.seconds
        return replace(joined, attempts=attempts, seconds=seconds)

    def _ask(self, window: Window, question: Question) -> Reply:
        reply = self._client.bulks_in(window, **question.filters)
        self._habit.hear(reply)
        return reply

    def cancel(self) -> None:
        """Give up the requests under way."""
        self._client.cancel()


def _by_day(window: Window, zone: ZoneInfo) -> list[Window]:
    """Cut a window at the midnights of the zone; each piece ends before the next begins."""
    first, last = (edge.astimezone(zone).date() for edge in (window.start, window.end))
    midnights = (day_start(first + timedelta(days=n), zone) for n in range((last - first).days + 1))
    edges = [window.start, *(each for each in midnights if window.start < each < window.end), window.end]
    return [Window(start, max(end - _TICK, start + _TICK)) for start, end in pairwise(edges) if start < end]


def _joined(replies: Sequence[Reply]) -> Reply:
    """Make one reply of several."""
    content = as_received(reply.content for reply in replies)
    return Reply(
        decode(content),
        content,
        sum(reply.attempts for reply in replies),
        sum(reply.seconds for reply in replies),
    )
