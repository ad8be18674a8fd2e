"""Something that may fail without stopping anybody: after a failure it is left alone for a while."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, TypeVar

from leads_excel.store.database.troubles import TROUBLES, ClosedStoreError, reason

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

REST = 60.0
"""Seconds for which a store is left alone after a failure: a full disk must not cost every window a wait."""

_LOG = logging.getLogger(__name__)


class Fuse:
    """What protects a fetch from its store.

    Args:
        name: What to call the store in a message.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._until = 0.0
        self.reason: str | None = None

    def run(self, action: Callable[[], Result], otherwise: Result) -> Result:
        """Run something, unless it failed a moment ago.

        Args:
            action: What to run.
            otherwise: What to return where it fails or is left alone.
        """
        if time.monotonic() < self._until:
            return otherwise
        try:
            result = action()
        except TROUBLES as error:
            self._until, known, self.reason = time.monotonic() + REST, self.reason, reason(error)
            if self.reason != known and not isinstance(error, ClosedStoreError):
                _LOG.warning("The store %s is left out: %s.", self._name, self.reason)
            return otherwise
        self.reason = None
        return result
