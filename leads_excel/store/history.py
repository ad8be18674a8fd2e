"""What changed between two moments, out of the versions that a store keeps."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.dates.days import Days
from leads_excel.exceptions import ApiUnavailableError
from leads_excel.store.archive import Archive
from leads_excel.store.database.connection import Database
from leads_excel.store.entries.entry import Asked
from leads_excel.store.entries.knowledge import comparable, stretches
from leads_excel.tables.comparison import compare
from leads_excel.tables.lead_tables import join
from leads_excel.windows.questions import Question
from leads_excel.windows.week_grid import GRID, WEEK, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from leads_excel.bulks.flattening import Part
    from leads_excel.settings.model import Settings
    from leads_excel.store.entries.entry import Version
    from leads_excel.store.entries.knowledge import Comparable
    from leads_excel.tables.lead_tables import LeadTables

_ALWAYS = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class History:
    """Everything that a store knows of an API without filters, at any moment.

    Args:
        database: The store.
        settings: The settings in force.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._archive = Archive(database, timedelta(days=settings.settle_days))
        self._api, self._zone = settings.url, settings.zone
        self._scope = Asked(self._api, Window(GRID, GRID + WEEK)).scope
        self._parts: dict[int, Part] = {}

    def changes(self, since: datetime, until: datetime) -> pd.DataFrame:
        """Tell what changed from what was known at one moment to what was known at another.

        Args:
            since: The earlier moment, in UTC.
            until: The later one.

        Returns:
            As `comparison.compare`; `attrs["days"]` names the days that could be compared.

        Raises:
            SettingsError: The store cannot be used.
            ApiUnavailableError: It knew nothing at the earlier moment, or learned nothing since, so that nobody can say
                what changed.
        """
        chosen = self._comparable(since, until)
        changed = {version.number for version in chosen.before} ^ {version.number for version in chosen.after}
        keys = self._keys(version for version in (*chosen.before, *chosen.after) if version.number in changed)
        # Of windows that stand as they stood, only those count whose leads came again in another one.
        before, after = (
            self._state(version for version in group if np.isin(self._part(version).lead_key, keys).any())
            for group in (chosen.before, chosen.after)
        )
        told = compare(before, after)
        if len(chosen.covered) < len(chosen.before):
            keys = self._keys(chosen.covered)
            known = pd.to_numeric(told["leadExternalId"], errors="coerce").isin(keys[keys > 0])
            told = told[told["change"].ne("gone") | known].reset_index(drop=True)
        days = stretches(version.window for version in chosen.after)
        told.attrs = {"days": ", ".join(window.label(self._zone) for window in days)}
        return told

    def _comparable(self, since: datetime, until: datetime) -> Comparable:
        stood, stands = (self._archive.known(self._scope, at, *_ALWAYS) for at in (since, until))
        if self._archive.refusal:
            raise self._archive.refusal
        if not stood:
            raise ApiUnavailableError(self._unknown(since))
        chosen = comparable(stood, stands, since)
        reached = min(since, max(version.window.end for version in stood))
        if not any(version.last_seen > since and version.window.end >= reached for version in chosen.after):
            raise ApiUnavailableError(f"Nobody asked for the leads again since {self._named(since)}: refresh first.")
        return chosen

    def _unknown(self, since: datetime) -> str:
        first = self._archive.first_seen(self._scope)
        if first is None:
            return "The store is empty: fetch some days, then ask later what changed."
        return (
            f"The store knew nothing on {self._named(since)}, or does not keep it any more: "
            f"ask for a moment after {self._named(first)}."
        )

    def _named(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def _keys(self, versions: Iterable[Version]) -> NDArray[np.int64]:
        return np.concatenate([np.empty(0, np.int64), *(self._part(version).lead_key for version in versions)])

    def _state(self, versions: Iterable[Version]) -> LeadTables:
        return join([self._part(version).copy() for version in versions], zone=self._zone)

    def _part(self, version: Version) -> Part:
        if version.number not in self._parts:
            window = version.window
            ends = (window.start, window.end - timedelta.resolution)
            question = Question(Days(*(end.astimezone(self._zone).date() for end in ends)), self._zone)
            answer = self._archive.answer(Asked(self._api, window), question, [version])
            if answer is None or answer.part is None:
                days = window.label(self._zone)
                raise ApiUnavailableError(f"What the store keeps of {days} cannot be read: fetch these days again.")
            self._parts[version.number] = answer.part
        return self._parts[version.number]


@contextmanager
def open_history(settings: Settings) -> Iterator[History]:
    """Open the store that the settings name.

    Args:
        settings: The settings in force; they name a store.

    Yields:
        What it knows; leaving the context closes its connections.

    Raises:
        SettingsError: The address of the store cannot be used.
    """
    with closing(Database(settings.store or "")) as database:
        yield History(database, settings)
