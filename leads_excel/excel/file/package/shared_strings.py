"""The table of texts that cells share (ECMA-376 part 1, 18.4), read as a stream, never held as a whole.

A workbook saved by Excel keeps every text of the leads there. Rows are compared by hashes of their texts, eight
bytes each; the few texts that are needed as such are looked up in a second reading.
"""

from __future__ import annotations

import re
from array import array
from functools import cached_property
from typing import TYPE_CHECKING

from leads_excel.excel.cells.values import plain
from leads_excel.excel.cells.xml import SharedIndex, rich_text
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leads_excel.excel.cells.values import Cell

_ITEM = re.compile(rb"<((?:\w+:)?)si(?:\s[^>]*?)?(?:/>|>(.*?)</\1si\s*>)", re.DOTALL)


class SharedStrings:
    """The shared texts of a workbook.

    Args:
        chunks: Gives the part's content, each time anew.
    """

    def __init__(self, chunks: Callable[[], Iterator[bytes]]) -> None:
        self._chunks = chunks

    def _items(self) -> Iterator[str]:
        rest = b""
        for chunk in self._chunks():
            rest += chunk
            end = 0
            for found in _ITEM.finditer(rest):
                yield rich_text(found[2] or b"")
                end = found.end()
            rest = rest[end:]

    @cached_property
    def _hashes(self) -> array[int]:
        return array("q", (hash(plain(text)) for text in self._items()))

    def hash_of(self, index: SharedIndex) -> int:
        """Look up the hash of a text, as `cells.plain` sees it."""
        if index >= len(self._hashes):
            raise WorkbookError("A cell names a text the workbook does not hold: open it in Excel and save it again.")
        return self._hashes[index]

    def look_up(self, cells: Sequence[Cell | SharedIndex]) -> list[Cell]:
        """Put texts in the place of their indexes.

        Raises:
            WorkbookError: There is no such text.
        """
        wanted = {cell for cell in cells if isinstance(cell, SharedIndex)}
        if not wanted:
            return list(cells)
        texts = {index: text for index, text in enumerate(self._items()) if index in wanted}
        if len(texts) < len(wanted):
            raise WorkbookError("A cell names a text the workbook does not hold: open it in Excel and save it again.")
        return [texts[cell] if isinstance(cell, SharedIndex) else cell for cell in cells]
