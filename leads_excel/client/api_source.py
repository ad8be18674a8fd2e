"""The API itself as a source of answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from leads_excel.windows.answers import answer_of

if TYPE_CHECKING:
    from leads_excel.client.leads_client import LeadsClient, Reply
    from leads_excel.windows.answers import Answer
    from leads_excel.windows.questions import Question
    from leads_excel.windows.week_grid import Window


class Api:
    """The API itself as a source.

    Args:
        client: The connection to it.
        settle_days: A window is final when it ended so many days before it was asked for and all its bulks are done.
    """

    def __init__(self, client: LeadsClient, settle_days: int) -> None:
        self._client = client
        self._settle = timedelta(days=settle_days)

    def answer(self, window: Window, question: Question) -> Answer:
        """Ask the API for one window and flatten its reply."""
        reply = self.ask(window, question)
        return answer_of(window, reply.bulks, question, settle=self._settle, attempts=reply.attempts)

    def ask(self, window: Window, question: Question) -> Reply:
        """Ask the API for one window."""
        return self._client.bulks_in(window, **question.filters)

    def cancel(self) -> None:
        """Give up the requests under way."""
        self._client.cancel()
