"""How much one caller, or one that is none, may ask for in a while. Pure, but for the clock."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_KNOWN = 10_000  # callers that are remembered: whoever comes from ever new addresses must not fill the memory


class Rate:
    """So many in a minute, all at once or one by one, for each who asks.

    Args:
        per_minute: How many.
        now: The clock, in seconds.
    """

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._now = per_minute, now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, who: str, count: int = 1) -> int:
        """Take some, if they are left.

        Args:
            who: Who asks.
            count: How many. More than there can ever be left counts as all of them.

        Returns:
            0 where they were left; else after how many seconds to ask again, and none is taken.
        """
        now = self._now()
        left, at = self._left.pop(who, (float(self._per_minute), now))
        left = min(left + (now - at) * self._per_minute / 60, self._per_minute)
        wanted = min(count, self._per_minute)
        enough = left >= wanted
        self._left[who] = (left - wanted if enough else left), now
        while len(self._left) > _KNOWN:
            self._left.popitem(last=False)
        return 0 if enough else math.ceil((wanted - left) * 60 / self._per_minute)
