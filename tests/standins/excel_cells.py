"""Sheets and ranges of the stand-in Excel."""

# ruff: noqa: D101, D102 - members and signatures are those of xlwings.base_classes

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from excel_calls import note
from excel_tables import Names, Tables
from excel_typing import stored
from openpyxl.styles import Font as CellFont
from openpyxl.styles import PatternFill
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel
from xlwings import base_classes, utils

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_CURRENCY = re.compile(r"\[\$[^-\]]|(?<!\[)[$€£¥﷼]")  # COM gives a number with such a format as a Decimal
_KINDS = {"number": "n", "text": "s", "flag": "b", "date": "d", "error": "e", "formula": "f", "empty": "n"}


class CellError(str):
    """An error such as `#N/A` in a cell, which is not a text."""

    __slots__ = ()


class Sheet(base_classes.Sheet):
    def __init__(self, book, sheet):
        self.parent, self.sheet = book, sheet

    api = property(lambda self: self.sheet)
    book = property(lambda self: self.parent)
    index = property(lambda self: self.book.workbook.worksheets.index(self.sheet) + 1)
    names = property(lambda self: Names(self.book, self.sheet.defined_names))
    tables = property(Tables)
    cells = property(lambda self: Range(self, (1, 1), (MAX_ROWS, MAX_COLUMNS)))
    used_range = property(lambda self: Range(self, (1, 1), (self.sheet.max_row, self.sheet.max_column)))
    name = property(lambda self: self.sheet.title, lambda self, value: setattr(self.sheet, "title", value))
    visible = property(
        lambda self: self.sheet.sheet_state == "visible",
        lambda self, value: setattr(self.sheet, "sheet_state", "visible" if value else "hidden"),
    )

    def range(self, first, last=None):
        corners = [self._corners(corner) for corner in (first, last) if corner is not None]
        rows = [row for corner in corners for row, _ in corner]
        columns = [column for corner in corners for _, column in corner]
        return Range(self, (min(rows), min(columns)), (max(rows), max(columns)))

    def _corners(self, cells):
        if isinstance(cells, Range):
            return cells.a, cells.b
        if isinstance(cells, tuple):
            row, column, *size = cells
            height, width = size or (1, 1)
            if row < 1 or column < 1:
                raise IndexError("Excel counts rows and columns from 1.")
            return (row, column), (row + height - 1, column + width - 1)
        try:
            first, last = utils.a1_to_tuples(cells.replace("$", ""))
        except (AttributeError, TypeError, ValueError):
            first = last = None
        if first is None:
            named = self.names if self.names.contains(cells) else self.book.names
            return self._corners(named(cells).refers_to_range)
        return first, last or first

    def activate(self):
        self.book.workbook.active = self.sheet
        note("sheet.activate", sheet=self.name)

    def select(self):
        self.activate()

    def clear(self):
        self.used_range.clear()

    def clear_contents(self):
        self.used_range.clear_contents()

    def clear_formats(self):
        self.used_range.clear_formats()

    def autofit(self, axis=None):
        note("sheet.autofit", sheet=self.name, axis=axis)

    def delete(self):
        note("sheet.delete", sheet=self.name)
        self.book.workbook.remove(self.sheet)


class Font(base_classes.Font):
    def __init__(self, cells):
        self.cells = cells

    def _get(self, attribute):
        return getattr(next(self.cells.rows())[0].font, attribute)

    def _set(self, **attributes):
        for row in self.cells.rows():
            for cell in row:
                kept = {name: getattr(cell.font, name) for name in ("b", "i", "sz", "name", "color")}
                cell.font = CellFont(**kept | attributes)

    bold = property(lambda self: self._get("b"), lambda self, value: self._set(b=value))
    italic = property(lambda self: self._get("i"), lambda self, value: self._set(i=value))
    size = property(lambda self: self._get("sz"), lambda self, value: self._set(sz=value))
    name = property(lambda self: self._get("name"), lambda self, value: self._set(name=value))


class Range(base_classes.Range):
    """A rectangle of cells, `a` its first corner and `b` its last, as row and column from 1."""

    options = sheet = None
    max_cells_per_write = None
    has_array = False

    def __init__(self, sheet, a, b):
        self.sheet, self.a, self.b = sheet, tuple(map(int, a)), tuple(map(int, b))

    api = property(lambda self: self)
    row = property(lambda self: self.a[0])
    column = property(lambda self: self.a[1])
    shape = property(lambda self: (self.b[0] - self.a[0] + 1, self.b[1] - self.a[1] + 1))
    coords = property(lambda self: (self.sheet.name, *self.a, *self.shape))
    address = property(lambda self: self.get_address(True, True, False))
    table = property(lambda self: next((table for table in self.sheet.tables if self.within(table.range)), None))
    font = property(Font)

    def __len__(self):
        return self.shape[0] * self.shape[1]

    def __call__(self, row, column=None):
        if column is None:
            row, column = (part + 1 for part in divmod(row - 1, self.shape[1]))
        cell = (self.row + row - 1, self.column + column - 1)
        return Range(self.sheet, cell, cell)

    def get_address(self, row_absolute, column_absolute, external):
        def corner(row, column):
            return f"{'$' * column_absolute}{get_column_letter(column)}{'$' * row_absolute}{row}"

        address = corner(*self.a) if self.a == self.b else f"{corner(*self.a)}:{corner(*self.b)}"
        return f"[{self.sheet.book.name}]{self.sheet.name}!{address}" if external else address

    def within(self, other):
        """Say whether every cell belongs to another range of the same sheet."""
        begins_inside = other.a[0] <= self.a[0] and other.a[1] <= self.a[1]
        return begins_inside and self.b[0] <= other.b[0] and self.b[1] <= other.b[1]

    def overlaps(self, other):
        """Say whether some cell belongs to another range of the same sheet."""
        beside = self.b[1] < other.a[1] or other.b[1] < self.a[1]
        return not (beside or self.b[0] < other.a[0] or other.b[0] < self.a[0])

    def rows(self, *, used=False):
        """Give the cells row by row; of whole columns only the used ones, for the others are all alike."""
        sheet, last_row, last_column = self.sheet.sheet, *self.b
        if used:
            last_row, last_column = min(last_row, sheet.max_row), min(last_column, sheet.max_column)
        return sheet.iter_rows(self.a[0], last_row, self.a[1], last_column)

    @property
    def raw_value(self):
        return self._block(self._value)

    @raw_value.setter
    def raw_value(self, data):
        note("range.write", sheet=self.sheet.name, address=self.address, cells=len(self))
        one = not isinstance(data, (list, tuple))
        for index, row in enumerate(self.rows()):
            for place, cell in enumerate(row):
                self._store(cell, data if one else data[index][place])
        for table in self.sheet.tables:
            if self.overlaps(table.header_row_range):
                table.name_columns()

    @property
    def formula(self):
        return self._block(lambda cell: "" if cell.value is None else getattr(cell.value, "text", cell.value))

    @formula.setter
    def formula(self, data):
        self.raw_value = data

    formula2 = formula

    def _block(self, read):
        rows = tuple(tuple(read(cell) for cell in row) for row in self.rows())
        return rows[0][0] if self.a == self.b else rows

    def _value(self, cell):
        value = cell.value
        if cell.data_type == "f":
            value = self.sheet.book.results.get((self.sheet.name, cell.coordinate))
        if cell.data_type == "e":
            return CellError(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number_format = self._format(cell)
            if is_date_format(number_format):
                return from_excel(value)
            return round(Decimal(value), 4).normalize() if _CURRENCY.search(number_format) else float(value)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return dt.datetime.combine(value, dt.time())
        return value

    def _format(self, cell):
        column = self.sheet.sheet.column_dimensions.get(cell.column_letter)
        return column.number_format if cell.number_format == "General" and column else cell.number_format

    def _store(self, cell, value):
        number_format = self._format(cell)
        kind, kept = stored(value, number_format)
        self.sheet.book.results.pop((self.sheet.name, cell.coordinate), None)
        cell._value, cell.data_type = kept, _KINDS[kind]  # the setter would read formulas into texts
        if kind == "date" and number_format == "General":
            number_format = "m/d/yyyy" if kept.time() == dt.time() else "m/d/yyyy h:mm"
        cell.number_format = number_format

    @property
    def number_format(self):
        formats = {self._format(cell) for row in self.rows(used=True) for cell in row}
        return formats.pop() if len(formats) == 1 else None

    @number_format.setter
    def number_format(self, value):
        note("range.number_format", sheet=self.sheet.name, address=self.address, value=value)
        whole_columns = self.shape[0] == MAX_ROWS
        for column in range(self.a[1], self.b[1] + 1) if whole_columns else ():
            self.sheet.sheet.column_dimensions[get_column_letter(column)].number_format = value
        for cell in self._cells(used=whole_columns):
            cell.number_format = value

    def _cells(self, *, used=True):
        return (cell for row in self.rows(used=used) for cell in row)

    def clear_contents(self):
        note("range.clear_contents", sheet=self.sheet.name, address=self.address)
        for cell in self._cells():
            self.sheet.book.results.pop((self.sheet.name, cell.coordinate), None)
            cell.value = None
        for table in self.sheet.tables:
            table.name_columns()

    def clear_formats(self):
        note("range.clear_formats", sheet=self.sheet.name, address=self.address)
        for cell in self._cells():
            cell.style = "Normal"

    def clear(self):
        self.clear_contents()
        self.clear_formats()

    def autofit(self, axis=None):
        note("range.autofit", sheet=self.sheet.name, address=self.address, axis=axis)

    def select(self):
        note("range.select", sheet=self.sheet.name, address=self.address)

    def end(self, direction):
        """Go to the end of a block of filled cells, else to the next filled cell or the edge of the sheet."""
        down, step = direction[0] in "du", 1 if direction[0] in "dr" else -1
        sheet, here = self.sheet.sheet, self.a[0 if down else 1]
        used = (sheet.max_row if down else sheet.max_column) if step > 0 else 1

        def cell(place):
            return (place, self.a[1]) if down else (self.a[0], place)

        ahead = range(here + step, used + step, step)
        filled = [sheet.cell(*cell(place)).value is not None for place in (here, *ahead)]
        if filled[:2] == [True, True]:
            stop = ahead[filled.index(False) - 2] if False in filled else ahead[-1]
        else:
            edge = (MAX_ROWS if down else MAX_COLUMNS) if step > 0 else 1
            stop = next((place for place, is_filled in zip(ahead, filled[1:], strict=True) if is_filled), edge)
        return Range(self.sheet, cell(stop), cell(stop))

    @property
    def name(self):
        return next((name for name in self.sheet.book.names if name.is_of(self)), None)

    @name.setter
    def name(self, value):
        self.sheet.book.names.add(value, f"='{self.sheet.name}'!{self.address}")

    @property
    def color(self):
        fill = next(self.rows())[0].fill
        return utils.hex_to_rgb(f"#{fill.fgColor.rgb[-6:]}") if fill.fill_type else None

    @color.setter
    def color(self, value):
        shade = value.lstrip("#") if isinstance(value, str) else "".join(f"{part:02X}" for part in value or ())
        for cell in self._cells(used=False):
            cell.fill = PatternFill("solid", fgColor=shade) if shade else PatternFill()

    @property
    def column_width(self):
        return self.sheet.sheet.column_dimensions[get_column_letter(self.column)].width

    @column_width.setter
    def column_width(self, value):
        for column in range(self.a[1], self.b[1] + 1):
            self.sheet.sheet.column_dimensions[get_column_letter(column)].width = value
