"""Changes to a sheet's rows as they pass by: named cells written, shared formulas written out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leads_excel.excel.cells.xml import TailWriter, read_style
from leads_excel.excel.file.sheet.sheet_data import Row, cells_of, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.file.sheet.formulas import SharedFormulas
    from leads_excel.excel.file.sheet.sheet_data import RawCell

_SPANS = re.compile(rb"""\sspans\s*=\s*["'][^"']*["']""")


def with_cells(
    rows: Iterable[Row], cells: Mapping[tuple[int, int], Cell], prefix: bytes, *, date1904: bool
) -> Iterator[Row]:
    """Write some cells, keeping their style; rows that are missing are added.

    Args:
        rows: The rows, in order.
        cells: The new values, by row and column.
        prefix: The prefix of the sheet's main namespace, with its colon.
        date1904: True when the workbook counts days from 1904.

    Yields:
        The rows, in order.
    """
    waiting: dict[int, dict[int, Cell]] = {}
    for (number, column), value in sorted(cells.items(), key=lambda item: item[0]):
        waiting.setdefault(number, {})[column] = value

    def changed(row: Row) -> Row:
        given = waiting.pop(row.number)
        standing = {cell[0]: cell for cell in cells_of(row, prefix)}
        for column, value in given.items():
            style = read_style(standing[column][1]) if column in standing else 0
            standing[column] = _cell(column, TailWriter(prefix, style, date1904=date1904).tails([value])[0], prefix)
        cells = written([standing[column] for column in sorted(standing)], row.number, prefix)
        return Row(row.number, _SPANS.sub(b"", row.attributes), cells)

    for row in rows:
        for number in [number for number in waiting if number < row.number]:
            yield changed(Row(number, b' r="%d"' % number, b""))
        yield changed(row) if row.number in waiting else row
    for number in list(waiting):
        yield changed(Row(number, b' r="%d"' % number, b""))


def _cell(column: int, tail: bytes, prefix: bytes) -> RawCell:
    attributes, _, content = tail[1:].partition(b">")
    return (
        column,
        attributes.removesuffix(b"/") if not content else attributes,
        content.removesuffix(b"</%sc>" % prefix),
    )


def with_own_formulas(rows: Iterable[Row], shared: SharedFormulas, prefix: bytes) -> Iterator[Row]:
    """Write out the formulas whose master moves away."""
    for row in rows:
        if b"shared" not in row.cells:
            yield row
            continue
        cells = [
            (column, attributes, shared.written_out(row.number, column, content, shared.torn))
            for column, attributes, content in cells_of(row, prefix)
        ]
        yield row._replace(cells=written(cells, row.number, prefix))
