"""Who asks the API for a window: one process at a time, the others wait for what it gets.

Whoever asks counts up its beats in the store as long as it is alive. Whoever waits watches them, by its own clock: a
holder whose beats stand still for too long was killed, and the next one takes its place. No clock is compared with
another machine's.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import select

from leads_excel.store.database.layout import leases
from leads_excel.store.database.troubles import TROUBLES

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from leads_excel.store.database.connection import Database

_BEATS = 8  # within the patience of whoever waits


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life of whoever asks for a window.

    Args:
        holder: Who asks.
        count: How many beats it made.
        failure: Why it got no answer, or None while it waits for one.
    """

    holder: str
    count: int
    failure: str | None


class Watch:
    """The beats of others, and since when they stand still.

    Args:
        patience: Seconds after which a silent holder counts as dead.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.beat: Beat | None = None
        self._since = 0.0

    def see(self, beat: Beat | None) -> None:
        """Take note of the latest beat."""
        if beat != self.beat:
            self.beat, self._since = beat, time.monotonic()

    @property
    def is_silent(self) -> bool:
        """Whether the holder counts as dead."""
        return self.beat is not None and time.monotonic() - self._since > self._patience


class Leases:
    """The leases of this process.

    Args:
        database: The store.
    """

    def __init__(self, database: Database) -> None:
        self.patience = database.patience
        self._database = database
        self._me = uuid4().hex
        self._held: set[bytes] = set()
        self._beating = False
        self._lock = Lock()
        self._closed = Event()

    def claim(self, key: bytes, watch: Watch) -> bool:
        """Try to become the one who asks for a window.

        Args:
            key: The window.
            watch: What is known of whoever asks for it; brought up to date.

        Returns:
            Whether it is ours now. If not, `watch.beat` is the sign of life of whoever has it; its failure, if it has
            one, is as good as one of ours.
        """
        seen = self._database.read(lambda connection: _beat(connection, key))
        if seen and not _is_free(seen, watch):
            watch.see(seen)
            if not watch.is_silent:
                return False
        if not self._database.write(lambda connection: self._take(connection, key, seen)):
            return False
        with self._lock:
            self._held.add(key)
            if not self._beating:
                self._beating = True
                Thread(target=self._live, name="leads-store-beats", daemon=True).start()
        return True

    def release(self, key: bytes, failure: str | None = None) -> None:
        """Let go of a window.

        Args:
            key: The window.
            failure: Why there is no answer, for those who wait for it; or None.
        """
        with self._lock:
            self._held.discard(key)
        mine = leases.c.window == key, leases.c.holder == self._me
        ending = leases.update().values(failure=failure) if failure else leases.delete()
        self._database.write(lambda connection: connection.execute(ending.where(*mine)))

    def close(self) -> None:
        """Let go of everything."""
        self._closed.set()
        with self._lock:
            held, self._held = self._held, set()
        for key in held:
            with suppress(*TROUBLES):
                self.release(key)

    def _take(self, connection: Connection, key: bytes, seen: Beat | None) -> bool:
        if seen is None:
            insert = self._database.insert(leases).values(window=key, holder=self._me, beats=0)
            once = insert.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
            return connection.execute(once).rowcount == 1
        unchanged = leases.c.window == key, leases.c.holder == seen.holder, leases.c.beats == seen.count
        take = leases.update().where(*unchanged).values(holder=self._me, beats=0, failure=None)
        return connection.execute(take).rowcount == 1

    def _live(self) -> None:
        beat = leases.update().where(leases.c.holder == self._me).values(beats=leases.c.beats + 1)
        while not self._closed.wait(self.patience / _BEATS):
            with self._lock:
                if not self._held:
                    self._beating = False
                    return
            with suppress(*TROUBLES):
                self._database.write(lambda connection: connection.execute(beat))


def _is_free(seen: Beat, watch: Watch) -> bool:
    # A failure is for those who waited for it; whoever comes later tries again.
    return seen.failure is not None and (watch.beat is None or watch.beat.holder != seen.holder)


def _beat(connection: Connection, key: bytes) -> Beat | None:
    found = select(leases.c.holder, leases.c.beats, leases.c.failure).where(leases.c.window == key)
    row = connection.execute(found).one_or_none()
    return Beat(*row) if row else None
