"""The store as it stood at a moment, as a source. Nothing is asked of the API: it knows only today."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from leads_excel.bulks.flattening import flatten
from leads_excel.exceptions import ApiUnavailableError, StoreLayoutError
from leads_excel.store.archive import Archive
from leads_excel.store.database.connection import Database
from leads_excel.store.entries.entry import Asked
from leads_excel.store.entries.tiling import tiled
from leads_excel.windows.answers import Answer
from leads_excel.windows.week_grid import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from leads_excel.settings.model import Settings
    from leads_excel.store.entries.entry import Version
    from leads_excel.windows.questions import Question


class Past:
    """A source that answers with what the store knew.

    A window stood as the last answer that had been seen by then says. What nobody asked for in time is missing, and so
    is what was pruned since: another version never stands in for it. What had not begun then holds nothing.

    Args:
        database: The store.
        settings: The settings in force.
        at: The moment, in UTC.
    """

    def __init__(self, database: Database, settings: Settings, at: datetime) -> None:
        self._archive = Archive(database, timedelta(days=settings.settle_days), at)
        self._settings = settings
        self._at = at

    def answer(self, window: Window, question: Question) -> Answer:
        """Answer for one window.

        Raises:
            ApiUnavailableError: The store did not have it, or cannot be used.
            StoreLayoutError: It is not one of this release.
        """
        if window.start >= self._at:
            return Answer(window, flatten([], question.zone), self._at, "stored open")
        asked = Asked(self._settings.url, window, **question.filters)
        found = self._archive.inside(asked, question)
        answer = self._archive.answer(asked, question, self._tiles(window, found))
        if answer is None:
            if isinstance(self._archive.refusal, StoreLayoutError):
                raise StoreLayoutError(str(self._archive.refusal))
            raise ApiUnavailableError(self._why(), window=window)
        return answer

    def lacking(self, windows: Iterable[Window], question: Question) -> list[Window]:  # noqa: ARG002 - of the protocol
        """Tell which windows the API would be asked for: none."""
        return []

    def cancel(self) -> None:
        """Nothing is ever under way."""

    def _tiles(self, window: Window, found: Sequence[Version]) -> Sequence[Version]:
        ends = {window.end, *(version.window.end for version in found if version.window.end >= self._at)}
        for begun in (Window(window.start, end) for end in sorted(ends, reverse=True)):
            if tiles := tiled(begun, filter(self._was_fresh, found)) or tiled(begun, found):
                return tiles
        return ()

    def _was_fresh(self, version: Version) -> bool:
        return version.final or self._at - version.last_seen < timedelta(seconds=self._settings.ttl)

    def _why(self) -> str:
        if self._archive.trouble:
            return f"The store cannot be used: {self._archive.trouble}."
        then = f"{self._at.astimezone(self._settings.zone):%Y-%m-%d %H:%M}"
        return f"The store did not have these days on {then}, or does not keep them any more: choose another moment."


@contextmanager
def open_past(settings: Settings, at: datetime) -> Iterator[Past]:
    """Open the store that the settings name, as it stood at a moment.

    Args:
        settings: The settings in force; they name a store.
        at: The moment, in UTC.

    Yields:
        The source; leaving the context closes its connections.

    Raises:
        SettingsError: The address of the store cannot be used.
    """
    with closing(Database(settings.store or "")) as database:
        yield Past(database, settings, at)
