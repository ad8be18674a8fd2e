"""What a row of a table looks like as a whole: its height, whether it is hidden or grouped (18.3.1.73)."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACE = re.compile(rb"""(?<!\s)\s++(?:r|spans)\s*=\s*["'][^"']*["']""")
_HIDDEN = re.compile(rb"""(?<!\s)\s++hidden\s*=\s*["']([^"']*)["']""")
_NO = (b"0", b"false")


class RowAttributes:
    """The attributes of the rows of one table, which go with each row.

    Args:
        texts: The attributes that rows have.
        rows: For each row, which of them.
        filtered: True when filters hide rows of it: then nobody knows which rows the user has hidden by hand.
    """

    def __init__(self, texts: Sequence[bytes], rows: Sequence[int], *, filtered: bool) -> None:
        self._texts, self._rows = [shown(text) if filtered else placeless(text) for text in texts], rows

    def of(self, row: int) -> bytes:
        """Look up the attributes of a row, without its place."""
        return self._texts[self._rows[row]]

    @cached_property
    def usual(self) -> bytes:
        """What all rows of the table share, for new ones; nothing where they differ, or one stands alone."""
        distinct = {shown(self._texts[number]) for number in set(self._rows)}
        return distinct.pop() if len(distinct) == 1 and len(self._rows) > 1 else b""

    def hidden(self) -> list[int]:
        """List the rows that the user has hidden."""
        numbers = {number for number, text in enumerate(self._texts) if is_hidden(text)}
        return [row for row, number in enumerate(self._rows) if number in numbers] if numbers else []


def placeless(attributes: bytes) -> bytes:
    """Leave out where a row stands."""
    return _PLACE.sub(b"", attributes)


def shown(attributes: bytes) -> bytes:
    """Leave out where a row stands, and that it is hidden."""
    return _HIDDEN.sub(b"", placeless(attributes))


def is_hidden(attributes: bytes) -> bool:
    """Say whether attributes hide their row."""
    found = _HIDDEN.search(attributes)
    return found is not None and found[1] not in _NO
