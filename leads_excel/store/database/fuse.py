"""Something that may fail without stopping anybody: after a failure it is left alone for a while."""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from leads_excel.store.database.troubles import TROUBLES, ClosedStoreError, reason, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from leads_excel.exceptions import LeadsError

Result = TypeVar("Result")
Otherwise = TypeVar("Otherwise")

REST = 60.0
"""Seconds for which a store is left alone after a failure: a full disk must not cost every window a wait."""

_LOG = logging.getLogger(__name__)


class Fuse:
    """What protects a fetch from its store; thread-safe.

    `reason` says in a few words why the store is left out, `refusal` is the error of a door that cannot do without it;
    both are None while it works.

    Args:
        name: What to call the store in a message.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._until = self._failed = float("-inf")
        self.reason: str | None = None
        self.refusal: LeadsError | None = None

    def run(self, action: Callable[[], Result], otherwise: Otherwise) -> Result | Otherwise:
        """Run something, unless it failed a moment ago.

        Args:
            action: What to run.
            otherwise: What to return where it fails or is left alone.
        """
        began = time.monotonic()
        if began < self._until:
            return otherwise
        try:
            result = action()
        except TROUBLES as error:
            self._fail(error)
            return otherwise
        with self._lock:
            if began > self._failed:  # what began before a failure says nothing about it
                self.reason = self.refusal = None
        return result

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            known, self.reason, self.refusal = self.reason, reason(error), refusal(error)
            self._failed = time.monotonic()
            self._until = self._failed + REST
            if self.reason != known and not isinstance(error, ClosedStoreError):
                _LOG.warning("The store %s is left out: %s.", self._name, self.reason)
