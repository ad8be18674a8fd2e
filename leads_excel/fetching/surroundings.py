"""The days around a range, fetched when a figure looks back or ahead: a duplicate repeats what came before."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from leads_excel.dates.days import FIRST_DAY, LAST_DAY, Days
from leads_excel.exceptions import ApiError
from leads_excel.windows.week_grid import whole_weeks

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from leads_excel.tables.lead_tables import LeadTables
    from leads_excel.windows.questions import Question


class Surroundings:
    """Answers for days around a range as the range itself was answered: under its filters, as it stood then.

    It asks for whole weeks, which the store has as a rule: what was fetched for one range serves the next. Where only
    the very days are there, these do. It asks for nothing before a figure needs it, and never for days to come.

    Args:
        question: The range.
        answer: Answers another question.
        now: The clock, in UTC.
        has: Tells whether a question can be answered without asking the API.
        at_hand: Whether only what is there counts, as in the past or offline.
    """

    def __init__(
        self,
        question: Question,
        answer: Callable[[Question], LeadTables],
        now: Callable[[], datetime],
        has: Callable[[Question], bool],
        *,
        at_hand: bool = False,
    ) -> None:
        self._question = question
        self._answer = answer
        self._now = now
        self._has = has
        self._at_hand = at_hand or question.as_of is not None

    def __call__(self, first: date, last: date) -> LeadTables | None:
        """Answer for some days.

        Args:
            first: The first of them.
            last: The last of them, included.

        Returns:
            Tables that hold these days, and perhaps others; None where all of them are to come.

        Raises:
            ApiError: Some of them are missing.
        """
        today = (self._question.as_of or self._now()).astimezone(self._question.zone).date()
        first, last = max(first, FIRST_DAY), min(last, today, LAST_DAY)
        if first > last:
            return None
        exactly = replace(self._question, days=Days(first, last))
        weeks = replace(exactly, days=whole_weeks(exactly.days, exactly.zone, today))
        if self._at_hand:
            with suppress(ApiError):
                return self._answer(weeks)
            return self._answer(exactly)
        return self._answer(exactly if not self._has(weeks) and self._has(exactly) else weeks)
