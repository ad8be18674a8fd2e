"""Filters of a table: which rows they hide. Excel does not apply them again when it opens a file. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from leads_excel.excel.cells.values import from_serial, unescape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree import ElementTree as ET

    from leads_excel.excel.cells.values import Cell

_GROUPING = dict.fromkeys(map(ord, ", \xa0\u202f'"))
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PARTS = ("year", "month", "day", "hour", "minute", "second")


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """A filter on one column of a table (18.3.2.7).

    Args:
        column: The column, counted from 0.
        values: The texts it lets through, case ignored; None for a filter of another kind, which is not evaluated.
        blank: Whether it lets empty cells through.
        dates: The years, months, days or times it lets through, each as (year, month, ...).
        numbers: Those of the texts that are numbers, whatever their format groups digits with.
    """

    column: int
    values: frozenset[str] | None
    blank: bool = False
    dates: frozenset[tuple[int, ...]] = frozenset()
    numbers: frozenset[float] = frozenset()

    @classmethod
    def read(cls, element: ET.Element) -> ColumnFilter | None:
        """Read a `filterColumn`; None where it only hides the column's button and lets every row through."""
        column = int(element.get("colId", "0"))
        children = {child.tag.rpartition("}")[2]: child for child in element}
        if not children:
            return None
        if list(children) != ["filters"] or children["filters"].get("calendarType", "none") not in (
            "none",
            "gregorian",
        ):
            return cls(column, None)
        items = [(child.tag.rpartition("}")[2], child) for child in children["filters"]]
        values = frozenset(unescape(child.get("val", "")).casefold() for name, child in items if name == "filter")
        dates = frozenset(_moment(child) for name, child in items if name == "dateGroupItem")
        return cls(column, values, children["filters"].get("blank") in ("1", "true"), dates, _numbers(values))

    def hidden(self, cells: Sequence[Cell], *, date1904: bool = False) -> list[bool]:
        """Say for each cell of the column whether the filter hides its row."""
        known = {cell: not self._shows(cell, date1904=date1904) for cell in set(cells)}
        return [known[cell] for cell in cells]

    def _shows(self, cell: Cell, *, date1904: bool) -> bool:
        if cell is None or cell == "":
            return self.blank
        if isinstance(cell, bool | str):
            return str(cell).casefold() in (self.values or ())
        if isinstance(cell, date):
            moment = _fields(cell)
        elif self.dates:
            moment = _fields(from_serial(cell, date1904=date1904))
        else:
            return cell in self.numbers
        return any(moment[: len(group)] == group for group in self.dates)


def _numbers(texts: frozenset[str]) -> frozenset[float]:
    plain = (text.translate(_GROUPING) for text in texts)
    return frozenset(float(text) for text in plain if _NUMBER.fullmatch(text))


def _moment(element: ET.Element) -> tuple[int, ...]:
    return tuple(
        int(element.get(part, "0")) for part in _PARTS[: _PARTS.index(element.get("dateTimeGrouping", "day")) + 1]
    )


def _fields(cell: date) -> tuple[int, ...]:
    if not isinstance(cell, datetime):
        return cell.year, cell.month, cell.day, 0, 0, 0
    cell = cell + timedelta(milliseconds=500)  # as Excel shows it: to the nearest second
    return cell.year, cell.month, cell.day, cell.hour, cell.minute, cell.second
