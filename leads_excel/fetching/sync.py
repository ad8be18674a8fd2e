"""Fill the store ahead of everybody who reads from it: day by day, and again what may have changed.

Days instead of weeks: whatever range a reader asks for later, days fill it exactly (see `store.tiling`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from leads_excel.dates.days import Days
from leads_excel.dates.elapsed import elapsed
from leads_excel.dates.typed_dates import today
from leads_excel.exceptions import ApiError, ApiReplyError, ApiUnavailableError, SettingsError
from leads_excel.fetching.asking import answers
from leads_excel.fetching.progress import watched
from leads_excel.store import Stored, open_source
from leads_excel.windows.questions import Question
from leads_excel.windows.week_grid import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from leads_excel.fetching.progress import Progress
    from leads_excel.settings.model import Settings
    from leads_excel.windows.answers import Answer
    from leads_excel.windows.week_grid import Window


_ROUNDS = 3


@dataclass(slots=True)
class Synced:
    """What a sync did.

    Args:
        days: The days it was about.
        known: Windows that were in the store, fresh enough.
        fetched: Windows that were fetched, or that another process fetched meanwhile.
        settled: How many of those will not change any more.
        leads: Leads in them, each counted once.
        requests: Requests made, retries included.
        failures: The windows that are missing, and why.
    """

    days: Days
    known: int = 0
    fetched: int = 0
    settled: int = 0
    leads: int = 0
    requests: int = 0
    failures: dict[Window, ApiError] = field(default_factory=dict)

    def __str__(self) -> str:
        missing = f", {len(self.failures):,} missing" if self.failures else ""
        return (
            f"{self.days}: {self.fetched:,} windows fetched with {self.leads:,} leads, "
            f"{self.fetched - self.settled:,} of them may still change, {self.known:,} were there{missing}"
        )

    def error(self, zone: ZoneInfo) -> ApiError | None:
        """Make one error of the windows that are missing, or None where there are none.

        Args:
            zone: The business zone, whose days name the windows.
        """
        if not self.failures:
            return None
        causes = [cause for _, cause in sorted(self.failures.items())]
        telling = next((cause for cause in causes if isinstance(cause, ApiReplyError)), causes[0])
        kind: type[ApiError] = ApiReplyError if isinstance(telling, ApiReplyError) else ApiUnavailableError
        missing = tuple(sorted(self.failures))
        names = ", ".join(window.label(zone) for window in missing)
        return kind(
            f"{'1 window is' if len(missing) == 1 else f'{len(missing):,} windows are'} missing: {names}. {telling}",
            window=missing[0],
            attempts=sum(cause.attempts for cause in causes),
            missing=missing,
            causes=causes,
        )


@dataclass(frozen=True, slots=True)
class _Chosen(Question):
    """A question about chosen windows only."""

    chosen: tuple[Window, ...] = ()

    @property
    def windows(self) -> tuple[Window, ...]:
        return self.chosen


def sync(days: Days, *, settings: Settings, progress: Progress | bool | None = None, reload: bool = False) -> Synced:
    """Fetch the days that the store does not have, or has with bulks that may still change, in earlier days too.

    Each day goes into the store as it arrives: a sync that was interrupted goes on where it stopped.

    Args:
        days: The days to have; those to come are left out.
        settings: The settings in force.
        progress: As for `fetch`.
        reload: Ask the API for every day, also for those the store has.

    Returns:
        What was done. Windows that are missing are in it, and no error.

    Raises:
        DateError: All of the days are to come.
        SettingsError: There is no store, it cannot be used, or it does not hold all that was fetched.
        ApiAccessError: The API refused the sign-in.
    """
    days = elapsed(days, today(settings.zone))
    with open_source(settings, reload=reload) as source:
        if not isinstance(source, Stored):
            raise SettingsError("There is no store to fill: set LEADS_EXCEL_STORE to the path of a file.")
        question = Question(days, settings.zone)
        wanted = [*_unsettled(source, question), *_by_day(question)]
        _refuse_trouble(source)  # before anything else succeeds: what may still change must not be missed
        lacking = source.lacking(wanted, question)
        _refuse_trouble(source)
        synced = Synced(days, known=len(wanted) - len(lacking))
        keys = [np.empty(0, np.int64)]
        for _ in range(_ROUNDS):
            chosen = _Chosen(days, settings.zone, chosen=tuple(lacking))
            arriving = answers(chosen, source, settings)
            with watched(progress, len(lacking)) as watch:
                for done, answer in enumerate(arriving, 1):
                    _count(synced, answer)
                    keys += [answer.part.lead_key] if answer.part else []
                    if watch:
                        watch(done, len(lacking))
                    if source.unkept:  # nor would it keep any other one for a while
                        break
            lacking = _lost(source, [window for window in wanted if window not in synced.failures], question)
            if not lacking:
                break
        synced.leads = len(np.unique(np.concatenate(keys)))
    _refuse_loss(lacking, question)
    return synced


def _count(synced: Synced, answer: Answer) -> None:
    synced.requests += answer.attempts
    if answer.error:
        synced.failures[answer.window] = answer.error
    else:
        synced.fetched += 1
        synced.settled += answer.final


def _by_day(question: Question) -> Iterator[Window]:
    for day in question.days:
        yield from split(Days(day, day), question.zone)


def _unsettled(source: Stored, question: Question) -> Iterator[Window]:
    """List the earlier days in the store that may still change."""
    for window in source.unsettled(question):
        day = window.start.astimezone(question.zone).date()
        if window in split(Days(day, day), question.zone):
            yield window


def _refuse_trouble(source: Stored) -> None:
    if source.refusal:
        raise source.refusal


def _lost(source: Stored, wanted: Sequence[Window], question: Question) -> list[Window]:
    """Look into the store for all that it should hold now: what each step said of itself is no proof.

    A file that turned out to be damaged on the way was set aside, and what had gone into it before is to be fetched
    again.
    """
    for refusal in source.unkept.values():
        raise refusal
    lost = source.unknown(wanted, question)
    _refuse_trouble(source)
    return lost


def _refuse_loss(lost: Sequence[Window], question: Question) -> None:
    if lost:
        names = ", ".join(window.label(question.zone) for window in sorted(lost))
        raise SettingsError(
            f"The store does not hold what was fetched of {names}: run this again, then 'leads-excel store verify'."
        )
