"""A bounded memory: what was used longest ago is forgotten first. Pure."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values by key, as many as fit; thread-safe. The value put in last is always there, whatever its size.

    Args:
        room: How much it holds, in whatever `put` counts sizes in.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._taken = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """Return the value of a key, or None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Keep a value, in place of an earlier one of that key.

        Args:
            key: Its key.
            value: The value.
            size: How much room it takes.
        """
        with self._lock:
            self._taken += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (value, size)
            while self._taken > self._room and len(self._kept) > 1:
                self._taken -= self._kept.popitem(last=False)[1][1]

    def values(self) -> list[Value]:
        """List what is kept."""
        with self._lock:
            return [value for value, _ in self._kept.values()]
