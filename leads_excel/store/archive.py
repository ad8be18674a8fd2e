"""Answers in and out of the store. Whatever goes wrong with the store, a caller finds nothing there, and no error."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from leads_excel.bulks.decoding import decode
from leads_excel.bulks.flattening import flatten
from leads_excel.dates.days import LAST_DAY, Days, bounds
from leads_excel.exceptions import ApiReplyError, SettingsError
from leads_excel.store.database.fuse import Fuse
from leads_excel.store.database.windows import Windows, about_part
from leads_excel.store.entries import bodies, parts
from leads_excel.store.entries.entry import DamagedError, Making, Packed, Received
from leads_excel.windows.answers import Answer, answer_of, is_done
from leads_excel.windows.week_grid import WEEK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from leads_excel.bulks.flattening import Part
    from leads_excel.client.leads_client import Reply
    from leads_excel.exceptions import LeadsError
    from leads_excel.store.database.connection import Database
    from leads_excel.store.entries.entry import Asked, Version
    from leads_excel.windows.questions import Question
    from leads_excel.windows.week_grid import Window

_LOG = logging.getLogger(__name__)


class _Unkept:
    """What stands for the number of a version that did not go in."""


_UNKEPT = _Unkept()


class Archive:
    """The answers in a store; `unkept` tells which answers of the API did not go in, and why.

    Args:
        database: The store.
        settle: How long after its end a window may still change.
        as_of: Answer as it stood at this moment, in UTC; None is now.
        recount_days: On how many days a window is asked for whose bulks lack leads they count.
    """

    def __init__(
        self, database: Database, settle: timedelta, as_of: datetime | None = None, recount_days: int = 1
    ) -> None:
        self.reads, self.writes = Fuse(database.name), Fuse(database.name)
        self._windows = Windows(database)
        self._settle = settle
        self._recount_days = recount_days
        self._as_of = as_of
        self._name = database.name
        self._damaged: set[bytes] = set()
        self._told = False
        self.unkept: dict[Window, LeadsError] = {}

    @property
    def trouble(self) -> str | None:
        """Why the store is left out, in a few words; None while it works."""
        return self.writes.reason or self.reads.reason

    @property
    def refusal(self) -> LeadsError | None:
        """The error of a door that cannot do without the store; None while it works."""
        return self.writes.refusal or self.reads.refusal

    def inside(self, asked: Asked, question: Question) -> list[Version]:
        """List what is there for the window asked for and for windows inside it, under the same filters."""
        if self._as_of:
            return self.known(asked.scope, self._as_of, asked.window.start, asked.window.end)
        found: list[Version] = self.reads.run(partial(self._windows.inside, asked, _making(question)), [])
        self._tell_damage()
        return found

    def known(self, scope: bytes, at: datetime, start: datetime, end: datetime) -> list[Version]:
        """List the windows between two instants as they stood at a moment, under the same filters."""
        found: list[Version] = []
        found = self.reads.run(partial(self._windows.known, scope, at, start, end), found)
        self._tell_damage()
        return [replace(version, final=version.final and self._was_settled(version)) for version in found]

    def first_seen(self, scope: bytes) -> datetime | None:
        """Tell since when anything is known, under the same filters."""
        return self.reads.run(partial(self._windows.first_seen, scope), None)

    def open_before(self, asked: Asked) -> list[Window]:
        """List the windows that end when the one asked for ends, or before, and may still change or are damaged."""
        return self.reads.run(partial(self._windows.open_before, asked), [])

    def answer(self, asked: Asked, question: Question, tiles: Sequence[Version]) -> Answer | None:
        """Answer with what is there.

        Args:
            asked: What was asked.
            question: The question it is a part of.
            tiles: The windows that fill the one asked for, in time order.

        Returns:
            The answer, or None where there are no tiles or they cannot be read.
        """
        found: list[Part] = []
        try:
            found = self.reads.run(lambda: [self._part(question, tile) for tile in tiles], found)
        except DamagedError:
            self._damaged.add(asked.key)
            self._windows.damaged += 1
            self._tell_damage()
            return None
        if not found:
            return None
        final = all(tile.final for tile in tiles)
        return Answer(
            window=asked.window,
            part=parts.joined(found),
            at=min(tile.last_seen for tile in tiles),
            state="stored final" if final else "stored open",
            final=final,
        )

    def fetched(self, asked: Asked, question: Question, reply: Reply, at: datetime) -> Answer:
        """Put what the API sent in, and answer with it.

        Args:
            asked: What was asked.
            question: The question it is a part of.
            reply: What the API sent.
            at: When it was asked, in UTC.
        """
        answer, part = self._flattened(asked.window, question, reply.bulks, at)
        records = answer.sum_of("totalRecords"), answer.sum_of("errorRecords")
        patience = None if answer.adds_up or not question.is_whole else self._patience(asked.window, part, at)
        received = Received(bodies.split(reply.content), at, answer.final, records, patience)
        anew = asked.key in self._damaged
        number = self.writes.run(partial(self._windows.put, asked, received, anew=anew), _UNKEPT)
        if isinstance(number, _Unkept):
            self.unkept[asked.window] = self.writes.refusal or SettingsError("The store does not keep this.")
        elif number is not None:
            self._damaged.discard(asked.key)
            self._keep(number, question, part)
        return replace(answer, attempts=reply.attempts)

    def _patience(self, window: Window, part: Part, at: datetime) -> int | None:
        """Tell how often a window that does not add up is asked for: only where nothing else of it may change."""
        return self._recount_days if is_done(part) and window.end <= at - self._settle else None

    def _was_settled(self, version: Version) -> bool:
        return version.window.end <= version.last_seen - self._settle

    def _part(self, question: Question, tile: Version) -> Part:
        flat = tile.flat or self._windows.flat(tile.number, _making(question))
        if flat:
            return parts.ending_before(parts.unpacked(flat.content()), bounds(question.days, question.zone)[1])
        try:
            listed = decode(bodies.whole(self._windows.bodies(tile.number)))
        except ApiReplyError:  # an error body that an earlier version took for a bulk: asked for again
            raise DamagedError from None
        answer, part = self._flattened(tile.window, question, listed, tile.last_seen)
        self._keep(tile.number, question, part)
        return answer.part or part

    def _flattened(self, window: Window, question: Question, listed: list[Any], at: datetime) -> tuple[Answer, Part]:
        """Return the answer to a question, and the part that goes into the store, whatever range it is asked for in."""
        days = Days(question.days.first, min(question.days.last + WEEK, LAST_DAY))
        answer = answer_of(window, listed, replace(question, days=days), settle=self._settle, at=at)
        part = answer.part or flatten([], question.zone)
        return replace(answer, part=parts.ending_before(part, bounds(question.days, question.zone)[1])), part

    def _keep(self, number: int, question: Question, part: Part) -> None:
        making = _making(question)
        flat = Packed.of(parts.packed(part), about_part(number, making))
        self.writes.run(partial(self._windows.put_flat, number, making, flat), None)

    def _tell_damage(self) -> None:
        if self._windows.damaged and not self._told:
            self._told = True
            _LOG.warning("The store %s holds damaged answers: they are left out, and asked for again.", self._name)


def _making(question: Question) -> Making:
    return Making(question.zone.key, parts.made_by())
