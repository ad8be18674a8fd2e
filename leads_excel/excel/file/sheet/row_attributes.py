"""What a row of a table looks like as a whole: its height, whether it is hidden or grouped (18.3.1.73)."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leads_excel.excel.file.sheet.sheet_data import Row

_PLACE = re.compile(rb"""\s+(?:r|spans)\s*=\s*["'][^"']*["']""")
_HIDDEN = re.compile(rb"""\s+hidden\s*=\s*["']([^"']*)["']""")
_NO = (b"0", b"false")


class RowAttributes:
    """The attributes of the rows of one table, which go with each row.

    Args:
        filtered: True when filters hide rows of it: then nobody knows which rows the user has hidden by hand.
    """

    def __init__(self, *, filtered: bool) -> None:
        self._filtered = filtered
        self._texts: dict[bytes, int] = {b"": 0}
        self._cleaned = [b""]
        self._of = array("l")

    def keep(self, place: int, row: Row) -> None:
        """Keep the attributes of a row, counted from 0; rows come in order."""
        text = row.attributes.replace(b' r="%d"' % row.number, b"")
        number = self._texts.setdefault(text, len(self._cleaned))
        if number == len(self._cleaned):
            self._cleaned.append(shown(text) if self._filtered else placeless(text))
        self._of.extend([0] * (place - len(self._of)))
        self._of.append(number)

    def of(self, row: int) -> bytes:
        """Look up the attributes of a row, without its place."""
        return self._cleaned[self._of[row]] if row < len(self._of) else b""

    def usual(self, rows: int) -> bytes:
        """Tell what all rows of the table share, for new ones; nothing where they differ, or one stands alone."""
        distinct = {shown(self._cleaned[number]) for number in set(self._of)}
        return distinct.pop() if len(distinct) == 1 and len(self._of) == rows > 1 else b""

    def hidden(self) -> list[int]:
        """List the rows that the user has hidden."""
        numbers = {number for number, text in enumerate(self._cleaned) if is_hidden(text)}
        return [row for row, number in enumerate(self._of) if number in numbers] if numbers else []


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
