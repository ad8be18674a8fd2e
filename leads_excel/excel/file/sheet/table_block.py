"""What one table is to hold, written as cells: our values, the user's cells beside them, calculated columns."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from leads_excel.excel.book.protocol import Attached
from leads_excel.excel.cells.moves import Moves, carried_formula, move_formula
from leads_excel.excel.cells.references import column_letters, row_pattern, shift_formula
from leads_excel.excel.cells.sheet_names import SheetNames
from leads_excel.excel.cells.values import MAX_ROWS, distinct, escape, to_column
from leads_excel.excel.cells.xml import TailWriter, read_cell, restyle
from leads_excel.excel.file.sheet.formulas import formula_of, with_formula
from leads_excel.excel.file.sheet.row_attributes import placeless
from leads_excel.excel.file.sheet.user_cells import is_formula
from leads_excel.exceptions import WorkbookLayoutError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leads_excel.excel.book.protocol import Fill, TypedFormula
    from leads_excel.excel.cells.moves import Move
    from leads_excel.excel.cells.values import Cell
    from leads_excel.excel.file.package.filters import ColumnFilter
    from leads_excel.excel.file.package.shared_strings import SharedStrings
    from leads_excel.excel.file.package.table_part import TableColumn
    from leads_excel.excel.file.sheet.table_rows import TableRows


class TableBlock:
    """The cells of one table to be. Its rows are counted from 0, the totals row comes last.

    Args:
        rows: The table as it stands.
        fill: What it is to hold.
        kept: All cells of the standing rows that are kept as they are, as tails: by row, then left to right.
        strings: The texts that cells share.
        date1904: True when the workbook counts days from 1904.
    """

    def __init__(
        self,
        rows: TableRows,
        fill: Fill,
        kept: Mapping[int, Sequence[bytes]],
        strings: SharedStrings,
        *,
        date1904: bool,
    ) -> None:
        self.rows, self.fill, self._kept, self._strings = rows, fill, kept, strings
        self.move: Move = rows.table.move(len(fill.rows), fill.carried or [-1])
        self.letters = [column_letters(rows.table.area.left + k).encode() for k in range(len(rows.table.columns))]
        self.moves = Moves((self.move,), SheetNames([self.move.sheet]))
        """All tables of the workbook that move: formulas beside the leads may name them."""
        self._writers = [TailWriter(rows.prefix, style, date1904=date1904) for style in rows.styles]
        self._date1904 = date1904
        self._ours = {
            k: fill.frame[column.header] for k, column in enumerate(rows.table.columns) if column.header in fill.frame
        }
        self._sources = fill.rows or [-1]
        self._carried = fill.carried or [-1]
        self._span = slice(0)
        returned = {header for formulas in fill.formulas.values() for header in formulas}
        self._anchored = {k for k, column in enumerate(rows.table.columns) if column.header in returned}
        self._anchored |= {k for k, tails in rows.tails.items() if any(map(is_formula, tails.values()))}

    @property
    def last(self) -> int:
        """The row of the sheet the block ends on."""
        return self.move.new_area.bottom

    @property
    def stays(self) -> bool:
        """Whether all cells would be written as they stand."""
        rows, fill = self.rows, self.fill
        places = {column.header: k for k, column in enumerate(rows.table.columns)}
        formulas = [column.formula for column in rows.table.columns if column.formula is not None]
        return (
            fill.alike
            and rows.is_canonical
            and not self.move.shift
            and not rows.table.filters  # they are applied anew
            and not fill.formulas
            and not fill.attached
            and all(
                value in (None, "") and row not in rows.tails[places[header]]
                for row, note in fill.notes.items()
                for header, value in note.items()
            )
            and all(self._moved(k, t, row, row) == t for k in self._anchored for row, t in rows.tails[k].items())
            and all(move_formula(text, self.moves, self.move.sheet, filled=True) == text for text in formulas)
            and (not rows.table.totals or all(map(self._total_stays, range(len(self.letters)))))
        )

    def _total_stays(self, k: int) -> bool:
        absent = k not in self.rows.totals and self.rows.styles[k] == self.rows.absent[k]
        return absent or self._total(k) == self.rows.totals.get(k)

    @cached_property
    def filters(self) -> bool:
        """Whether the table's filters can be applied to the new rows; otherwise they are to be cleared."""
        return all(item.values is not None and self._evaluable(item) for item in self.rows.table.filters)

    def _evaluable(self, item: ColumnFilter) -> bool:
        if item.column >= len(self.letters):
            return False
        if item.column in self._ours:
            return True
        typed = self.rows.table.columns[item.column].formula is None and item.column not in self._anchored
        rounded = not item.dates and any(isinstance(cell, float) for cell in self._typed(item.column).values())
        return typed and not rounded  # the filter knows a number as it is shown, and its format is not known here

    def _typed(self, column: int) -> dict[int, Cell]:
        tails = self.rows.tails[column]
        cells = self._strings.look_up([read_cell(*_parts(tail)) for tail in tails.values()])
        return dict(zip(tails, cells, strict=True))

    def tails(self, start: int, stop: int) -> tuple[list[list[bytes]], list[bool]]:
        """Write some rows.

        Args:
            start: The first row.
            stop: The row after the last.

        Returns:
            The tails column by column, and for each row whether a filter hides it.
        """
        end = min(stop, len(self._sources))
        self._span = self._new_rows(start, end)
        columns = [self._column(k, start, end) for k in range(len(self.letters))]
        self._keep_styles(columns, start, end)
        hidden = self._hidden(start, end)
        if stop > end:  # the totals row
            for k, column in enumerate(columns):
                column.append(self._total(k))
            hidden.append(False)
        return columns, hidden

    def attributes(self, start: int, stop: int) -> list[bytes | None]:
        """Look up the attributes of some rows, which come along with them; None for a row that is new."""
        known = self.rows.attributes
        found = [known.of(old) if old >= 0 else None for old in self._carried[start:stop]]
        return found if len(found) == stop - start else [*found, placeless(self.rows.totals_attributes)]

    def attached(self) -> dict[tuple[int, int], Attached]:
        """List what comes back to cells of the table, by row and column of the sheet."""
        left, headers = self.rows.table.area.left, self.rows.table.headers
        return {
            (self.move.first + row, left + headers.index(header)): Attached(
                {header: one.comments[header]} if header in one.comments else {},
                {header: one.links[header]} if header in one.links else {},
            )
            for row, one in self.fill.attached.items()
            for header in {*one.comments, *one.links}
        }

    def standing(self, start: int, stop: int) -> list[int]:
        """List the columns in which some rows may hold cells that stood there before, the totals row among them."""
        end = min(stop, len(self._sources))
        whole = stop > end or (end - start > self._span.stop - self._span.start if self._span.stop else end > start)
        return [k for k in range(len(self.letters)) if whole or k not in self._ours]

    def _column(self, k: int, start: int, end: int) -> list[bytes]:
        if k not in self._ours:
            return self._own(k, start, end)
        values = self._ours[k].iloc[self._span]
        parted, writer = distinct(values), self._writers[k]
        tails = writer.repeated(*parted) if parted else writer.tails(to_column(values, date1904=self._date1904))
        if len(tails) == end - start:
            return tails
        new, rows = iter(tails), zip(self._sources[start:end], self._carried[start:end], strict=True)
        return [next(new) if source >= 0 else self._standing(k, old) for source, old in rows]

    def _new_rows(self, start: int, end: int) -> slice:
        rows = [source for source in self._sources[start:end] if source >= 0]
        return slice(rows[0], rows[-1] + 1) if rows else slice(0)

    def _cells(self, k: int) -> list[Cell]:
        return to_column(self._ours[k].iloc[self._span], date1904=self._date1904)

    def _standing(self, k: int, old: int) -> bytes:
        return self._kept[old][k] if old >= 0 else self._writers[k].blank

    # --- the user's own columns ------------------------------------------------------------------------------------

    def _own(self, k: int, start: int, end: int) -> list[bytes]:
        standing = self.rows.tails[k]
        tails = self._filled_down(k, self.rows.table.columns[k], start, end)
        if standing:
            for place, old in enumerate(self._carried[start:end]):
                if old in standing:
                    tails[place] = self._moved(k, standing[old], old, start + place)
        header = self.rows.table.columns[k].header
        for row in range(start, end) if self.fill.notes else ():
            cells = self.fill.notes.get(row, {})
            if header in cells:
                tails[row - start] = self._writers[k].tails([cells[header]])[0]
        for row in range(start, end) if self.fill.formulas else ():
            if formula := self.fill.formulas.get(row, {}).get(header):
                tails[row - start] = self._with_formula(k, formula, self.move.first + row)
        return tails

    def _with_formula(self, k: int, formula: TypedFormula, number: int) -> bytes:
        text = escape(shift_formula(formula.text, number - formula.row)).encode()
        name, blank = self.rows.prefix, self._writers[k].blank.removesuffix(b"/>")
        return blank + b"><%sf>%s</%sf></%sc>" % (name, text, name, name)

    def _filled_down(self, k: int, column: TableColumn, start: int, end: int) -> list[bytes]:
        if column.formula is None:
            return [self._writers[k].blank] * (end - start)
        formula = move_formula(column.formula, self.moves, self.move.sheet, filled=True)
        pattern, numbers = row_pattern(formula)
        name, blank = self.rows.prefix, self._writers[k].blank.removesuffix(b"/>")
        area = b' t="array" ref="%s%%d"' % self.letters[k] if column.array else b""
        tail = blank + b"><%sf%s>%s</%sf></%sc>" % (name, area, escape(pattern).encode(), name, name)
        counts = [self.move.first, *numbers] if column.array else numbers
        if max(counts, default=0) + end > MAX_ROWS:
            raise WorkbookLayoutError(
                f"{self.move.sheet}: {column.header} would name cells below the end of the sheet."
            )
        return [tail % tuple([count + row for count in counts]) for row in range(start, end)]

    def _moved(self, k: int, tail: bytes, old: int, new: int) -> bytes:
        formula = formula_of(tail) if k in self._anchored else None
        if formula is None:
            return tail
        formula = carried_formula(formula, self.moves, self.move.sheet, new - old)
        return with_formula(tail, shift_formula(formula, new - old), self.move.first + new)

    def _total(self, k: int) -> bytes:
        tail = self.rows.totals.get(k, self._writers[k].blank)
        formula = formula_of(tail)
        if formula is None:
            return tail
        formula = move_formula(formula, self.moves, self.move.sheet, row=self.move.area.bottom)
        return with_formula(tail, formula, self.last)

    # --- how rows look ---------------------------------------------------------------------------------------------

    def _keep_styles(self, columns: list[list[bytes]], start: int, end: int) -> None:
        for place, old in enumerate(self._carried[start:end]):
            if old >= 0:
                for k, style in self.rows.own_styles(old).items():
                    columns[k][place] = restyle(columns[k][place], style)

    def _hidden(self, start: int, end: int) -> list[bool]:
        back = self.fill.attached
        hidden = [row in back and back[row].hidden for row in range(start, end)] if back else [False] * (end - start)
        for item in self.rows.table.filters if self.filters else ():
            cells = self._filtered(item.column, start, end)
            hides = item.hidden(cells, date1904=self._date1904)
            hidden = [a or b for a, b in zip(hidden, hides, strict=True)]
        return hidden

    def _filtered(self, k: int, start: int, end: int) -> list[Cell]:
        olds = self._carried[start:end]
        if k not in self._ours:
            typed, header = self._typed(k), self.rows.table.columns[k].header
            notes = {row: cells[header] for row, cells in self.fill.notes.items() if header in cells}
            return [notes.get(start + place, typed.get(old)) for place, old in enumerate(olds)]
        cells = iter(self._cells(k))
        sources = self._sources[start:end]
        standing = {old for source, old in zip(sources, olds, strict=True) if source < 0 <= old}
        kept = self._strings.look_up([read_cell(*_parts(self._kept[old][k])) for old in sorted(standing)])
        known = dict(zip(sorted(standing), kept, strict=True))
        return [next(cells) if source >= 0 else known.get(old) for source, old in zip(sources, olds, strict=True)]


def _parts(tail: bytes) -> tuple[bytes, bytes]:
    attributes, _, content = tail[1:].partition(b">")
    return attributes, content
