"""Sheets and ranges of the stand-in Excel."""

# ruff: noqa: D101, D102 - members and signatures are those of xlwings.base_classes

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from excel_attached import USER, ComComment, Comment, ComRange, ExcelError, Written, height_of, top_of
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

    api = property(lambda self: self.book.api_of(self))
    beside = property(lambda self: self.book.beside_of(self))
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
        if re.fullmatch(r"\d+:\d+", cells):
            first, last = map(int, cells.split(":"))
            return (first, 1), (last, MAX_COLUMNS)
        try:
            first, last = utils.a1_to_tuples(cells.replace("$", ""))
        except (AttributeError, TypeError, ValueError):
            first = last = None
        if first is None:
            named = self.names if self.names.contains(cells) else self.book.names
            return self._corners(named(cells).refers_to_range)
        return first, last or first

    @property
    def notes(self):
        note("com", member="Sheet.notes")
        if self.book.on_mac:  # a thread is seen by the note that stands for it, where none is known
            return [Comment(one) for one in self._written()]
        return [Comment(one) for one in self._written() if not one.one.thread]

    @property
    def comments(self):
        if self.book.on_mac:
            raise NotImplementedError("Threaded comments are not available through Excel for Mac AppleScript")
        note("com", member="Sheet.comments")
        return [Comment(one) for one in self._written() if one.one.thread]

    def _written(self):
        return [self.range(place).written() for place in sorted(self.beside.comments)]

    @property
    def shapes(self):
        return Shapes(self)

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
        for name in self.book.workbook.defined_names.values():  # Excel keeps them, and they lead nowhere
            if self.name in [sheet for sheet, _ in name.destinations]:
                name.attr_text = f"#REF!{name.attr_text.rpartition('!')[2]}"
        self.book.workbook.remove(self.sheet)


class Shapes(list):
    """The shapes of a sheet, as xlwings counts them: those of notes too."""

    def __init__(self, sheet):
        note("com", member="Sheet.shapes")
        kinds = {13: "picture", 8: "form_control", 12: "ole_control_object", 1: "auto_shape"}
        boxes = ["comment"] * len(sheet.beside.comments)
        super().__init__(Shape(kind) for kind in [*(kinds[one.Type] for one in sheet.beside.shapes), *boxes])


class Shape(base_classes.Shape):
    type = None

    def __init__(self, kind):
        self.type = kind


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

    @property
    def api(self):
        return self if self.sheet.book.on_mac else ComRange(self)

    def places(self):
        """List the cells, as row and column."""
        return [(row, column) for row in range(self.a[0], self.b[0] + 1) for column in range(self.a[1], self.b[1] + 1)]

    def cells(self):
        """Give openpyxl's cells."""
        return self._cells(used=False)

    # --- what stands at a cell --------------------------------------------------------------------------------------

    def written(self):
        """Give the note or thread of the cell; for macOS a note stands for a thread."""
        one = self.sheet.beside.comments[self.a]
        if self.sheet.book.on_mac and one.thread:
            one = Written([("", f"[Threaded comment]\n{one.entries[0][1]}")])
        return ComComment(self.sheet, self.a, one)

    def _comment(self, *, thread):
        note("com", member="Range.Comment")
        one = self.sheet.beside.comments.get(self.a)
        is_thread = one is not None and one.thread and not self.sheet.book.on_mac
        return Comment(self.written()) if one is not None and is_thread is thread else None

    note = property(lambda self: self._comment(thread=False))
    comment = property(lambda self: self._comment(thread=True))

    def add_note(self, text):
        note("com", member="Range.AddComment")
        if self.a in self.sheet.beside.comments:
            raise ExcelError("the cell has a comment")
        self.sheet.beside.comments[self.a] = Written([(USER, text)])
        return Comment(self.written())

    def copy(self, destination=None):
        note("com", member="Range.Copy")
        if destination is not None:
            raise NotImplementedError
        self.sheet.book.app.clipboard = self

    def paste(self, paste, operation, skip_blanks, transpose):
        note("com", member="Range.PasteSpecial")
        copied, odd = self.sheet.book.app.clipboard, self.sheet.beside.odd
        if paste != "comments" or operation or skip_blanks or transpose:
            raise NotImplementedError
        if copied is None or odd.refuses_pasting:
            raise ExcelError("PasteSpecial method of Range class failed")
        if one := copied.sheet.beside.comments.get(copied.a):
            entries = [(USER, text) for _, text in one.entries] if odd.loses_writers and one.thread else one.entries
            self.sheet.beside.comments[self.a] = Written(list(entries), one.thread, one.box)

    @property
    def row_height(self):
        note("com", member="Range.RowHeight")
        heights = [height_of(self.sheet, row) for row in range(self.a[0], min(self.b[0], self.a[0] + 1) + 1)]
        return heights[0] if len(set(heights)) == 1 else None

    @row_height.setter
    def row_height(self, value):
        note("com", member="Range.RowHeight=")
        for look in self._looks():
            look.height, look.hidden = (value, False) if value else (look.height, True)

    @property
    def height(self):
        note("com", member="Range.Height")
        return top_of(self.sheet, self.b[0] + 1) - top_of(self.sheet, self.a[0])

    @property
    def top(self):
        note("com", member="Range.Top")
        return top_of(self.sheet, self.a[0])

    def _set_hidden(self, value):
        note("com", member="Range.Hidden=")
        for look in self._looks():
            look.hidden = value

    row_hidden = property(None, _set_hidden)

    def _looks(self):
        return (self.sheet.sheet.row_dimensions[row] for row in range(self.a[0], self.b[0] + 1))

    # --- cells ------------------------------------------------------------------------------------------------------

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
        if kept is None and self.sheet.beside.odd.empties_links:
            self.sheet.beside.links.pop((cell.row, cell.column), None)
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
        if axis == "r":
            if self.shape[1] != MAX_COLUMNS:
                raise ExcelError("AutoFit takes whole rows")
            for look in self._looks():
                look.height = None

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
