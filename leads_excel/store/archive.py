"""Answers in and out of the store. Whatever goes wrong with the store, a caller finds nothing there, and no error."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from leads_excel.answers import Answer, answer_of
from leads_excel.bulks import decode
from leads_excel.dates import bounds
from leads_excel.store import bodies, parts
from leads_excel.store.entries import DamagedError, Flat, Received
from leads_excel.store.fuse import Fuse
from leads_excel.store.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from leads_excel.answers import Question
    from leads_excel.client import Reply
    from leads_excel.flatten import Part
    from leads_excel.store.database import Database
    from leads_excel.store.entries import Asked, Version


class Archive:
    """The answers in a store.

    Args:
        database: The store.
        settle: How long after its end a window may still change.
    """

    def __init__(self, database: Database, settle: timedelta) -> None:
        self.reads, self.writes = Fuse(database.name), Fuse(database.name)
        self._windows = Windows(database)
        self._settle = settle
        self._damaged: set[bytes] = set()

    @property
    def trouble(self) -> str | None:
        """Why the store is left out, in a few words; None while it works."""
        return self.writes.reason or self.reads.reason

    def inside(self, asked: Asked) -> list[Version]:
        """List what is there for the window asked for and for windows inside it, under the same filters."""
        return self.reads.run(partial(self._windows.inside, asked), [])

    def open_before(self, asked: Asked) -> list[Version]:
        """List what may still change of the windows that end when the one asked for ends, or before."""
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
            found = self.reads.run(lambda: [self._part(tile, question) for tile in tiles], found)
        except DamagedError:
            self._damaged.add(asked.key)
            return None
        if not found:
            return None
        final = all(tile.final for tile in tiles)
        return Answer(
            window=asked.window,
            part=parts.joined(found),
            at=min(tile.last_seen for tile in tiles),
            state="stored final" if final else "stored open",
            records=(sum(tile.records[0] for tile in tiles), sum(tile.records[1] for tile in tiles)),
            final=final,
        )

    def keep(self, asked: Asked, reply: Reply, answer: Answer, question: Question) -> None:
        """Put an answer in.

        Args:
            asked: What was asked.
            reply: What the API sent.
            answer: What was made of it.
            question: The question it is a part of.
        """
        received = Received(bodies.split(reply.content), answer.at, answer.final, answer.records)
        anew = asked.key in self._damaged
        number = self.writes.run(partial(self._windows.put, asked, received, anew=anew), None)
        if number is not None:
            self._damaged.discard(asked.key)
            self._keep_flat(number, answer, question, len(reply.bulks))

    def _part(self, tile: Version, question: Question) -> Part:
        flat = self._windows.flat(tile.number, question.zone.key, parts.made_by())
        part = parts.unpacked(flat) if flat else None
        if part and not _may_hold_edge(part, bounds(question.days, question.zone)[1]):
            return part
        listed = decode(bodies.whole(self._windows.bodies(tile.number)))
        answer = answer_of(tile.window, listed, question, settle=self._settle, at=tile.last_seen)
        self._keep_flat(tile.number, answer, question, len(listed))
        return _complete(answer)

    def _keep_flat(self, number: int, answer: Answer, question: Question, received: int) -> None:
        part = _complete(answer)
        # Bulks left out because this question ends where they begin belong into the answer to another one.
        if part.bulks.count == received:
            flat = Flat(question.zone.key, parts.made_by(), parts.packed(part))
            self.writes.run(partial(self._windows.put_flat, number, flat), None)


def _complete(answer: Answer) -> Part:
    if answer.part is None:
        raise ValueError("an answer of the API or the store has rows")
    return answer.part


def _may_hold_edge(part: Part, end: datetime) -> bool:
    # `answers.answer_of` leaves out bulks created at the very end of a range; a part is made for no range.
    created = part.bulks.columns["createdDate"]
    edge = np.datetime64(end.replace(tzinfo=None), "us")
    return bool(created.strays) or bool((created.values.to_numpy() == edge).any())
