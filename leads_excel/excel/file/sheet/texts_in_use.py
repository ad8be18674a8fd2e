"""Which of the shared texts of a workbook its cells show (ECMA-376 part 1, 18.3.1.4, cells of type `s`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.file.package.start_tags import whole_element
from leads_excel.exceptions import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterable

WITH_CELLS = ("worksheet+xml", "macrosheet+xml", "dialogsheet+xml", "revisionlog+xml")
"""Parts whose cells may show shared texts, by the end of their content type in lower case."""

_USUAL = re.compile(rb't="s"><(?:\w+:)?v>(\d+)</')
_CELL = whole_element("c", "nc", "oc")
_SHARED = re.compile(rb"""\st\s*=\s*(?:"s"|'s')""")
_MARKED = re.compile(rb"""<[^<>]*\st\s*=\s*(?:"s"|'s')[^<>]*>""")
_VALUE = re.compile(rb"<(?:[^\s<>/:]+:)?v(?:\s[^<>]*)?>([^<]*)<")
_MARK = re.compile(rb"""t\s*=\s*(?:"s"|'s')""")
_ROW_END = b"row>"
_DATA_END = re.compile(rb"</(?:[^\s<>/:]+:)?sheetData\s*>")


class TextsInUse:
    """Meets the cells of a workbook and keeps the numbers of the shared texts they show."""

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        """The numbers met so far."""
        self.certain = True
        """False once a cell was met that is written in an unusual way: it may show any text."""

    def add(self, other: TextsInUse) -> None:
        """Add what another one met."""
        self.numbers |= other.numbers
        self.certain = self.certain and other.certain

    def read(self, chunks: Iterable[bytes]) -> None:
        """Meet the cells of a part as it stands, which may be cut anywhere."""
        rest = b""
        try:
            for chunk in chunks:
                rest += chunk
                cut = rest.rfind(_ROW_END) + len(_ROW_END)  # no cell with a shared text holds this text
                if cut >= len(_ROW_END):
                    self.meet(rest[:cut])
                    rest = rest[cut:]
                    if _DATA_END.search(rest):
                        break
        except WorkbookError:
            self.certain = False  # a part that is copied unread is no reason to refuse the book
        self.meet(rest)

    def meet(self, piece: bytes) -> None:
        """Meet cells of a sheet: a piece that cuts none."""
        marks = piece.count(b'"s"') + piece.count(b"'s'")
        if not marks:
            return
        usual = _USUAL.findall(piece)
        self.numbers.update(map(int, usual))
        if len(usual) != marks and len(usual) != len(_MARK.findall(piece)):  # a text may look like a mark
            self._meet_each(piece)

    def _meet_each(self, piece: bytes) -> None:
        shared = [found for found in _CELL.finditer(piece) if _SHARED.search(found[2])]
        values = [_VALUE.search(found[3] or b"") for found in shared]
        numbers = [value[1].strip() if value else b"" for value in values]
        self.numbers.update(int(number) for number in numbers if number.isdigit())
        strange = any(value and not number.isdigit() for value, number in zip(values, numbers, strict=True))
        if strange or b"<!" in piece or len(shared) != len(_MARKED.findall(piece)):  # a remark could hide a tag
            self.certain = False
