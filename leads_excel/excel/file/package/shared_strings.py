"""The table of texts that cells share (ECMA-376 part 1, 18.4), read as a stream, never held as a whole.

A workbook saved by Excel keeps every text of the leads there. Rows are compared by hashes of their texts, eight
bytes each; the few texts that are needed as such are looked up in a second reading.
"""

from __future__ import annotations

import re
from array import array
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from leads_excel.excel.cells.values import unescape
from leads_excel.excel.cells.xml import SharedIndex, rich_text, xml_text
from leads_excel.excel.file.package.start_tags import start_tag, with_attributes
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from leads_excel.excel.cells.values import Cell

_ITEM = re.compile(rb"<((?:\w+:)?)si(?:\s[^>]*?)?(?:/>|>(.*?)</\1si\s*>)", re.DOTALL)
_PLAIN = re.compile(rb'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')


def _read_plain(found: Sequence[bytes]) -> list[str]:
    """Read texts at once, and again one by one those that are written with escapes."""
    joined = b"\0".join(found)
    if joined.count(b"\0") >= len(found):
        return [unescape(xml_text(text)) for text in found]
    texts = joined.decode("utf-8", "replace").split("\0")
    if any(mark in joined for mark in (b"&", b"\r", b"_x")):
        for place, text in enumerate(texts):
            if "&" in text or "\r" in text or "_x" in text:
                texts[place] = unescape(xml_text(found[place]))
    return texts


class SharedStrings:
    """The shared texts of a workbook.

    Args:
        chunks: Gives the part's content, each time anew.
    """

    def __init__(self, chunks: Callable[[], Iterator[bytes]]) -> None:
        self._chunks = chunks
        self._rich = set[int]()

    def _items(self) -> Iterator[str]:
        return (text for texts, _ in self._batches() for text in texts)

    def _batches(self) -> Iterator[tuple[list[str], bool]]:
        """Read the texts, many at a time, and say whether they are of one look and without hints on pronunciation."""
        rest = b""
        for chunk in self._chunks():
            rest += chunk
            end = rest.rfind(b"</si>") + len(b"</si>")
            found = _PLAIN.findall(rest, 0, end)
            if found and len(found) == rest.count(b"<si", 0, end):
                yield _read_plain(found), True
            else:
                end = 0
                for item in _ITEM.finditer(rest):
                    end, content = item.end(), item[2] or b""
                    yield [rich_text(content)], _PLAIN.fullmatch(b"<si>%s</si>" % content) is not None
            rest = rest[end:]

    @cached_property
    def _hashes(self) -> array[int]:
        hashes = array("q")
        for texts, plain_ones in self._batches():
            if not plain_ones:
                self._rich.update(range(len(hashes), len(hashes) + len(texts)))
            hashes.extend(hash(text or None) for text in texts)
        return hashes

    @cached_property
    def _ordered(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The hashes of the texts in order, and the number of each one's text; -1 for a rich one."""
        hashes = np.array(self._hashes, dtype=np.int64)
        order = np.argsort(hashes, kind="stable").astype(np.int32)
        hashes = hashes[order]
        order[np.isin(order, list(self._rich))] = -1
        return hashes, order

    def __len__(self) -> int:
        return len(self._hashes)

    def numbers(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """Look up the numbers of texts of one look; -1 where there is none."""
        hashes, order = self._ordered
        if not len(hashes):
            return np.full(len(texts), -1, dtype=np.int32)
        wanted = np.array(list(map(hash, texts)), dtype=np.int64)
        places = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
        return np.where(hashes[places] == wanted, order[places], np.int32(-1))

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

    def without_unused(self, used: Collection[int]) -> Callable[[], Iterator[bytes]] | None:
        """Plan the part without the texts that no cell shows: those of a lead that left are gone from the file.

        Args:
            used: The numbers of the texts that cells show.

        Returns:
            What writes the part: every text has its old number, those that are gone are empty or cut off at the end.
            None where it stays as it is: all texts are shown, or it cannot be told which one has which number.
        """
        return partial(self._emptied, used) if self.can_tell(used) and len(used) < (self._count or 0) else None

    def can_tell(self, used: Collection[int]) -> bool:
        """Say whether it can be told which text has which number, and there is one for each that cells show."""
        return self._count is not None and max(used, default=-1) < self._count

    @cached_property
    def _count(self) -> int | None:
        count, rest, marks = 0, b"", list[bytes]()
        for chunk in self._chunks():
            rest += chunk
            cut = max(rest.rfind(b"<"), 0)
            whole, rest = rest[:cut], rest[cut:]
            if not marks and (root := start_tag("sst").search(whole)):
                marks, whole = [b"<%ssi%s" % (root[1], end) for end in (b">", b"/>", b" ")], whole[root.end() :]
            if marks and b"<!" in whole:  # remarks and CDATA could hide tags
                return None
            count += sum(map(whole.count, marks))
        return count

    def _emptied(self, used: Collection[int]) -> Iterator[bytes]:
        counts = {"count": None, "uniqueCount": str(max(used, default=-1) + 1)}
        index, waiting, rest = 0, 0, b""
        for chunk in self._chunks():
            rest += chunk
            kept, end, first = [], 0, index == 0
            for found in _ITEM.finditer(rest):
                kept.append(rest[end : found.start()])
                end, waiting = found.end(), waiting + 1
                if index in used:
                    kept += [b"<%ssi><%st/></%ssi>" % (found[1], found[1], found[1]) * (waiting - 1), found[0]]
                    waiting = 0
                index += 1
            if first and kept:
                kept[0] = start_tag("sst").sub(lambda root: with_attributes(root[0], **counts), kept[0], count=1)
            yield b"".join(kept)
            rest = rest[end:]
        yield rest
