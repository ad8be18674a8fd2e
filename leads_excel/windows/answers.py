"""What is known of a window, and who can tell."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import pyarrow.compute as pc

from leads_excel.bulks.flattening import Part, flatten
from leads_excel.bulks.json_values import STRAY, moment
from leads_excel.dates.days import bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leads_excel.exceptions import ApiError
    from leads_excel.windows.questions import Question
    from leads_excel.windows.week_grid import Window


State = Literal["fetched now", "stored final", "stored open", "missing"]

_COMPLETED = 4
_SETTLED = {3, _COMPLETED}
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

    @property
    def adds_up(self) -> bool:
        """Whether its completed bulks hold as many leads as they count; those of a filter hold fewer by nature."""
        return self.part is None or not _miscounted(self.part)

    def sum_of(self, column: str) -> int:
        """Add up a count of its bulks; 0 when the window is missing."""
        return pc.sum(self.part.bulks.columns[column].values).as_py() or 0 if self.part else 0


class Source(Protocol):
    """Whoever can answer for a window."""

    def answer(self, window: Window, question: Question) -> Answer:
        """Answer for one window, or raise an `ApiError`."""

    def cancel(self) -> None:
        """Give up whatever is under way."""


@runtime_checkable
class Keeping(Protocol):
    """A source that keeps answers, and knows which it has."""

    def lacking(self, windows: Iterable[Window], question: Question) -> list[Window]:
        """Tell which windows would be asked for elsewhere."""


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
    part = flatten(_within(bulks, question), question.zone)
    return Answer(
        window=window,
        part=part,
        at=at,
        attempts=attempts,
        final=is_done(part) and window.end <= at - settle and not (question.is_whole and _miscounted(part)),
    )


def is_done(part: Part) -> bool:
    """Tell whether the DMS is through with all bulks of a window (API page, Notes: 3 cancelled, 4 completed)."""
    states = part.bulks.columns["isProcessed"].values.to_pylist()
    return all(state in _SETTLED for state in states)


def _miscounted(part: Part) -> bool:
    """Tell whether a completed bulk holds another number of leads than its `totalRecords`; null counts nothing."""
    counted, held, state = (part.bulks.columns[name].values for name in ("totalRecords", "leadCount", "isProcessed"))
    differs = pc.and_(pc.not_equal(counted, held), pc.equal(state, _COMPLETED))
    return bool(pc.any(differs).as_py())


def _within(bulks: Sequence[Any], question: Question) -> Sequence[Any]:
    # Reading of the API page: a bulk created at the very end of the range belongs to the next day, so that a day means
    # the same whether the API counts the end of a range in or out.
    end = bounds(question.days, question.zone)[1]
    return [bulk for bulk in bulks if _created(bulk.createdDate) != end]


def _created(stamp: object) -> datetime | None:
    with suppress(*STRAY):
        created = moment(stamp)
        return created if created.tzinfo else created.replace(tzinfo=UTC)
    return None
