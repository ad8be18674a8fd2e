"""How far a question goes before somebody is asked: after a slip of a year it would take thousands of requests."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from leads_excel.exceptions import ArgumentError
from leads_excel.windows.answers import Keeping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leads_excel.settings.model import Settings
    from leads_excel.windows.answers import Source
    from leads_excel.windows.questions import Question
    from leads_excel.windows.week_grid import Window


class _Brake(NamedTuple):
    allow: str
    ask: Callable[[str], bool]


_in_force: ContextVar[_Brake | None] = ContextVar("brake", default=None)


def nobody(_takes: str) -> bool:
    """Say no, where nobody can be asked."""
    return False


def agreed(_takes: str) -> bool:
    """Say yes, for somebody who said so before anything was asked."""
    return True


@contextmanager
def braked(allow: str, ask: Callable[[str], bool] = nobody) -> Iterator[None]:
    """Have questions refused that take more of the API than the setting `max_days` lets pass.

    A brake that is in force already stays: whoever began knows best whom to ask.

    Args:
        allow: How to allow it, as a message ends: `add --yes`.
        ask: Asks somebody whether to go on, with what it takes in a line; by default nobody is asked, and it ends.
    """
    token = _in_force.set(_in_force.get() or _Brake(allow, ask))
    try:
        yield
    finally:
        _in_force.reset(token)


def refuse_long(questions: Sequence[Question], source: Source, settings: Settings) -> None:
    """Ask, or refuse, before the API is asked for more days than anybody means; what is kept costs nothing.

    Args:
        questions: What is to be asked, in time order.
        source: Whom to ask.
        settings: The settings in force.

    Raises:
        ArgumentError: Nobody said that it is meant. Nothing was asked of the API.
    """
    brake, limit = _in_force.get(), timedelta(days=settings.max_days)
    if brake is None or _length(window for question in questions for window in question.windows) <= limit:
        return
    lacking = [window for question in questions for window in _lacking(question, source)]
    if _length(lacking) <= limit:
        return
    takes = f"{questions[0].days.first} to {questions[-1].days.last} takes {len(lacking):,} requests to the API"
    if not brake.ask(f"{takes}."):
        raise ArgumentError(f"{takes}: name fewer days, or {brake.allow}.")


def _lacking(question: Question, source: Source) -> Sequence[Window]:
    return source.lacking(question.windows, question) if isinstance(source, Keeping) else question.windows


def _length(windows: Iterable[Window]) -> timedelta:
    return sum((window.end - window.start for window in windows), timedelta())
