"""One column of a table read off its cells, many at a time: most columns repeat themselves, the rest are all alike."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from leads_excel.excel.cells.values import plain, unescape
from leads_excel.excel.cells.xml import SharedIndex, read_cell, read_style, xml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.file.package.shared_strings import SharedStrings

_REMEMBERED = 4_000
_SAMPLE = 100


class CellGrammar:
    """How the cells of one sheet are written, seen from behind their address.

    Args:
        prefix: The prefix of the sheet's main namespace, with its colon.
    """

    def __init__(self, prefix: bytes) -> None:
        self._cell = re.compile(rb"([^>]*?)(?:/>|>(.*?)</%sc>)" % re.escape(prefix), re.DOTALL)
        text = b' t="inlineStr"><%sis><%st>' % (prefix, prefix)
        self._forms = (
            (text, b"</%st></%sis></%sc>" % (prefix, prefix, prefix), _texts),
            (b' t="s"><%sv>' % prefix, b"</%sv></%sc>" % (prefix, prefix), _indexes),
            (b"><%sv>" % prefix, b"</%sv></%sc>" % (prefix, prefix), _numbers),
        )
        self._style = re.compile(rb'(?: s="\d+")?')

    def parts(self, rest: bytes) -> tuple[bytes, bytes]:
        """Part what follows a cell's address into attributes and content."""
        found = self._cell.match(rest)
        return (found[1], found[2] or b"") if found else (b"", b"")

    def alike(self, rests: Sequence[bytes]) -> list[Cell] | list[SharedIndex] | None:
        """Read cells that differ in nothing but their value, in one step; None where they do not."""
        style = self._style.match(rests[0])
        for mark, closing, read in self._forms:
            opening = (style[0] if style else b"") + mark
            if not rests[0].startswith(opening):
                continue
            joined = b"\0".join(rests).replace(closing + b"\0" + opening, b"\0")
            values = joined.removeprefix(opening).removesuffix(closing)
            whole = len(joined) - len(values) == len(opening) + len(closing)
            cells = read(values) if whole and b"<" not in values and values.count(b"\0") == len(rests) - 1 else None
            return cells if cells and len(cells) == len(rests) else None
        return None


def _texts(values: bytes) -> list[Cell]:
    texts = unescape(xml_text(values)).split("\0")
    return [text or None for text in texts]


def _indexes(values: bytes) -> list[SharedIndex] | None:
    return [SharedIndex(value) for value in values.split(b"\0")] if values.replace(b"\0", b"").isdigit() else None


def _numbers(values: bytes) -> list[Cell] | None:
    try:
        numbers = map(float, values.split(b"\0"))
        return list(numbers) if values.replace(b"\0", b"").isdigit() else [round(number, 8) for number in numbers]
    except ValueError:
        return None


class ColumnReader:
    """Reads one column, batch after batch.

    Args:
        grammar: How its cells are written.
        strings: The texts that cells share.
        absent: The style of cells that are not there.
        date1904: True when the workbook counts days from 1904.
    """

    def __init__(self, grammar: CellGrammar, strings: SharedStrings, absent: int, *, date1904: bool) -> None:
        self._grammar, self._strings, self._absent, self._date1904 = grammar, strings, absent, date1904
        self._known: dict[bytes, int] = {}
        self._odd: dict[bytes, int] = {}
        self.usual = absent
        """The style of most of the first cells."""

    def learn(self, rests: Sequence[bytes]) -> None:
        """See the first cells of the column, before any is read."""
        self.usual = Counter(map(self._style, rests[:_SAMPLE])).most_common(1)[0][0]

    def styles(self, rests: Sequence[bytes]) -> dict[int, int]:
        """Find the cells that do not have the usual style, without reading any: by place, their style."""
        suspects = set(self._suspects(list(set(rests))))
        odd = {rest: style for rest in suspects if (style := self._style(rest)) != self.usual}
        return {place: odd[rest] for place, rest in enumerate(rests) if rest in odd} if odd else {}

    def read(self, rests: Sequence[bytes]) -> list[int]:
        """Read a batch of cells.

        Args:
            rests: What follows the address of each cell; empty for an absent one.

        Returns:
            For each cell the hash of its `cells.plain`.
        """
        if len(self._known) > _REMEMBERED:
            self._known, self._odd = {}, {}
        fresh = list(set(rests).difference(self._known))
        if fresh:
            self._known.update(zip(fresh, self._hashes(self.cells(fresh)), strict=True))
            self._odd.update(
                (rest, style) for rest in self._suspects(fresh) if (style := self._style(rest)) != self.usual
            )
        return list(map(self._known.__getitem__, rests))

    def _suspects(self, rests: Sequence[bytes]) -> Sequence[bytes]:
        if self.usual:
            mark = b' s="%d"' % self.usual
            return [rest for rest in rests if not rest.startswith(mark)]
        return [rest for rest in rests if b" s=" in rest or not rest]

    def odd(self, rests: Sequence[bytes]) -> dict[int, int]:
        """Find the cells of the batch just read that do not have the usual style: by place, their style."""
        return {place: self._odd[rest] for place, rest in enumerate(rests) if rest in self._odd} if self._odd else {}

    def cells(self, rests: Sequence[bytes]) -> list[Cell | SharedIndex]:
        """Read the values of cells, each `cells.plain`; shared texts are left to be looked up."""
        filled = [rest for rest in rests if not rest.endswith(b"/>")]
        alike: Sequence[Cell | SharedIndex] | None = self._grammar.alike(filled) if filled else None
        cells = list(map(self._cell, filled)) if alike is None else alike
        if len(cells) == len(rests):
            return list(cells)
        values = iter(cells)
        return [None if rest.endswith(b"/>") else next(values) for rest in rests]

    def _cell(self, rest: bytes) -> Cell | SharedIndex:
        if not rest:
            return None
        cell = read_cell(*self._grammar.parts(rest))
        return cell if isinstance(cell, SharedIndex) else plain(cell, date1904=self._date1904)

    def _hashes(self, cells: Sequence[Cell | SharedIndex]) -> Iterable[int]:
        if SharedIndex in set(map(type, cells)):
            return (self._strings.hash_of(c) if isinstance(c, SharedIndex) else hash(c) for c in cells)
        return map(hash, cells)

    def _style(self, rest: bytes) -> int:
        return read_style(self._grammar.parts(rest)[0]) if rest else self._absent
