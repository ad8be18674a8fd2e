"""The cells that a formula draws on, told without calculating: a pivot's source may be any formula that has a name.

Names, tables and ranges are followed to their cells (ECMA-376 part 1, 18.17.2). Where only Excel knows how far OFFSET
or INDIRECT reach, they reach as far as they can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.excel.cells.references import Area
from leads_excel.excel.cells.sheet_names import unquoted
from leads_excel.excel.cells.values import MAX_COLUMNS, MAX_ROWS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from leads_excel.excel.file.package.workbook import Workbook

_TERM = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?:(?P<sheet>'(?:[^']|'')+'|[^\s'\"!(),;:+\-*/&=<>^%{}]+)!)?"
    r"(?:(?P<area>\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|\$?\d+:\$?\d+)(?![\w.(\[])"
    r"|(?P<word>[^\W\d][\w.\\?]*)(?P<open>\s*\()?)"
    r"|(?P<other>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]|.)",
    re.IGNORECASE | re.DOTALL,
)
_CORNERS = re.compile(r"\$?([A-Z]{0,3})\$?(\d*):\$?([A-Z]{0,3})\$?(\d*)")
_JOINED = re.compile(r"\)\s*:|:\s*[A-Za-z_.]+\(")
_DEEPEST = 20
_MISSING = "missing"
_EVERYTHING = Area(1, 1, MAX_COLUMNS, MAX_ROWS)


@dataclass(frozen=True, slots=True)
class Span:
    """Cells of one sheet; None for the sheet stands for any."""

    sheet: str | None
    area: Area

    def overlaps(self, others: Collection[Span]) -> bool:
        """Say whether a cell of it is one of others."""
        return any(
            other.area.overlaps(self.area) and (other.sheet == self.sheet or None in {other.sheet, self.sheet})
            for other in others
        )


class Sources:
    """Follows formulas of one workbook to the cells they draw on.

    Args:
        workbook: The workbook.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._sheets = workbook.sheet_names
        self._tables = {name: Span(table.sheet, table.area) for name, table in workbook.tables.items()}
        self._names = workbook.scoped_names()

    def span(self, sheet: str | None, ref: str) -> Span | None:
        """Read a range as a pivot's source or a formula names it, whole columns and rows too; None for anything else.

        Args:
            sheet: Its sheet as it is written, None where none is said.
            ref: The range.
        """
        text = ref.upper().strip()
        area = Area.parse(text)
        if area is None and (found := _CORNERS.fullmatch(text)) and (found[1] or found[2]):
            first = f"{found[1] or 'A'}{found[2] or 1}"
            last = f"{found[3] or 'XFD'}{found[4] or MAX_ROWS}"
            area = Area.parse(f"{first}:{last}")
        return Span(self._tab(sheet), area) if area else None

    def _tab(self, written: str | None) -> str | None:
        """Give a sheet the name that its tab has; one that is not there keeps its own."""
        if written is None:
            return None
        tabs = self._sheets.named(written)
        return tabs[0] if len(tabs) == 1 else unquoted(written)

    def spans(self, formula: str, sheet: str | None = None) -> list[Span]:
        """List the cells that a formula draws on.

        Args:
            formula: The formula in file form, or a name.
            sheet: The sheet it belongs to, for names and ranges that are said without one.

        Returns:
            The cells; for what only Excel can tell, all that it may be.
        """
        return list(self._spans(formula, self._tab(sheet), 0))

    def _spans(self, formula: str, sheet: str | None, depth: int) -> Iterator[Span]:
        found: list[Span] = []
        place = 0
        while depth < _DEEPEST and (term := _TERM.match(formula, place)):
            place = term.end()
            here = self._tab(term["sheet"]) if term["sheet"] else sheet
            if term["sheet"] and "[" in term["sheet"]:  # another workbook
                continue
            if term["area"] and (one := self.span(here, term["area"])):
                found.append(one)
            elif term["open"] and term["word"].upper() in {"OFFSET", "INDIRECT"}:
                arguments, place = _arguments(formula, place)
                reach = self._offset if term["word"].upper() == "OFFSET" else self._indirect
                found += reach(arguments, here, depth + 1)
            elif term["word"] and not term["open"]:
                found += self._named(term["word"].casefold(), here, depth + 1)
        yield from _joined(found) if _JOINED.search(formula) else found

    def _named(self, name: str, sheet: str | None, depth: int) -> Iterator[Span]:
        if name in self._tables:
            yield self._tables[name]
            return
        for scope in (sheet or "", ""):
            if (scope, name) in self._names:
                yield from self._spans(self._names[scope, name], sheet, depth)
                return

    def _offset(self, arguments: Sequence[str], sheet: str | None, depth: int) -> Iterator[Span]:
        for argument in arguments[1:]:  # the size of what is shown depends on them
            yield from self._spans(argument, sheet, depth)
        numbers = [_whole(argument) for argument in arguments[1:]]
        down, right, height, width = (*numbers, *[_MISSING] * (4 - len(numbers)))[:4]
        for base in self._spans(arguments[0], sheet, depth) if arguments else ():
            area = base.area
            left, last = _along(area.left, area.right, right, width, MAX_COLUMNS)
            top, bottom = _along(area.top, area.bottom, down, height, MAX_ROWS)
            yield Span(base.sheet, Area(left, top, last, bottom))

    def _indirect(self, arguments: Sequence[str], sheet: str | None, depth: int) -> Iterator[Span]:
        text = arguments[0].strip() if arguments else ""
        if len(arguments) == 1 and len(text) > 1 and text[0] == text[-1] == '"':
            yield from self._spans(text[1:-1].replace('""', '"'), sheet, depth)
        else:
            yield Span(None, _EVERYTHING)


def _along(first: int, last: int, by: int | str | None, size: int | str | None, end: int) -> tuple[int, int]:
    """Shift and size one side of a range; None is a number that only Excel can tell."""
    if by is None:
        return 1, end
    start = first + (by if isinstance(by, int) else 0)
    if size is None:
        return max(start, 1), end
    count = size if isinstance(size, int) and size else last - first + 1
    return max(min(start, start + count + 1), 1), min(max(start, start + count - 1), end)


def _whole(argument: str) -> int | str | None:
    text = argument.replace(" ", "")
    if not text:
        return _MISSING
    return int(text) if re.fullmatch(r"[+-]?\d{1,7}", text) else None


def _arguments(formula: str, start: int) -> tuple[list[str], int]:
    """Part the arguments of a call that opens before `start`; also where it ends."""
    arguments, depth, place = [""], 0, start
    for found in re.finditer(r""""(?:[^"]|"")*"|'(?:[^']|'')*'|\[[^\]]*\]|.""", formula[start:], re.DOTALL):
        place = start + found.end()
        if found[0] == ")" and not depth:
            break
        depth += (found[0] == "(") - (found[0] == ")")
        if found[0] == "," and not depth:
            arguments.append("")
        else:
            arguments[-1] += found[0]
    return arguments, place


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    """Widen ranges whose corners are worked out, such as `A1:INDEX(Z:Z,9)`, to all between the corners."""
    for sheet in dict.fromkeys(one.sheet for one in spans):
        yield Span(sheet, Area.around([one.area for one in spans if one.sheet == sheet]))
