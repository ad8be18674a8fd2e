"""Tables and defined names of the stand-in Excel."""

# ruff: noqa: ARG002, D101, D102, PLR0917 - members and signatures are those of xlwings.base_classes

from __future__ import annotations

import itertools
from numbers import Integral

from excel_attached import grow_rules
from excel_calls import note
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table as SheetTable
from openpyxl.worksheet.table import TableColumn, TableStyleInfo
from xlwings import base_classes


def found(items, key):
    """Find by name, whatever the case, as Excel does."""
    for item in items:
        if item.name.lower() == key.lower():
            return item
    raise KeyError(key)


class Names(base_classes.Names):
    def __init__(self, book, names):
        self.book, self.names = book, names

    api = property(lambda self: self.names)

    def __call__(self, key):
        return list(self)[key - 1] if isinstance(key, Integral) else found(self, key)

    def __len__(self):
        return len(self.names)

    def __iter__(self):
        return (Name(self, name) for name in list(self.names))

    def contains(self, key):
        return any(name.lower() == key.lower() for name in self.names)

    def add(self, name, refers_to):
        self.names[name] = DefinedName(name, attr_text=refers_to.lstrip("="))
        note("names.add", name=name, refers_to=refers_to)
        return Name(self, name)


class Name(base_classes.Name):
    name = ""

    def __init__(self, names, name):
        self.names, self.name = names, name

    api = property(lambda self: self.names.api[self.name])
    refers_to = property(
        lambda self: f"={self.api.attr_text}", lambda self, value: setattr(self.api, "attr_text", value.lstrip("="))
    )

    @property
    def refers_to_range(self):
        sheet, address = next(iter(self.api.destinations))
        return self.names.book.sheets(sheet).range(address)

    def is_of(self, cells):
        """Say whether this is the name of a range."""
        return (cells.sheet.name, cells.address) in self.api.destinations

    def delete(self):
        del self.names.api[self.name]


class Tables(base_classes.Tables, base_classes.Collection):
    def __init__(self, sheet):
        self.sheet = sheet

    api = property(lambda self: self.sheet.sheet.tables)
    parent = property(lambda self: self.sheet)

    def __call__(self, key):
        return list(self)[key - 1] if isinstance(key, Integral) else found(self, key)

    def __len__(self):
        return len(self.api)

    def __iter__(self):
        return (Table(self.sheet, table) for table in list(self.api.values()))

    def __contains__(self, key):
        return any(table.name.lower() == key.lower() for table in self)

    def add(
        self, source_type=None, source=None, link_source=None, has_headers=None, destination=None,
        table_style_name=None, name=None,
    ):  # fmt: skip
        cells = source.impl
        if cells.shape[0] == 1:  # Excel adds the row that a table must have
            cells = self.sheet.range((*cells.a, 2, cells.shape[1]))
        number = sum(len(sheet.tables) for sheet in self.sheet.book.sheets) + 1
        table = SheetTable(displayName=name or f"Table{number}", ref=cells.get_address(False, False, False))
        table.tableStyleInfo = TableStyleInfo(name=table_style_name, showRowStripes=True)
        table.autoFilter = AutoFilter(ref=table.ref)
        added = Table(self.sheet, table)
        added.check(cells)
        self.sheet.sheet.add_table(table)
        added.name_columns()
        note("tables.add", sheet=self.sheet.name, name=added.name, address=cells.address)
        return added


class Filter(base_classes.AutoFilter):
    """A table's filter, as xlwings tells of it: what each column is filtered by."""

    def __init__(self, table):
        self.table = table

    @property
    def criteria(self):
        note("com", member="AutoFilter.Filters")
        hides = getattr(getattr(self.table.table, "AutoFilter", None), "FilterMode", False)
        return [{"field": 1, "type": "values" if hides else "none"}]


class Table(base_classes.Table):
    show_headers = True
    insert_row_range = None

    def __init__(self, sheet, table):
        self.sheet, self.table = sheet, table

    api = property(lambda self: self.table)
    parent = property(lambda self: self.sheet)
    range = property(lambda self: self.sheet.range(self.table.ref))
    header_row_range = property(lambda self: self.sheet.range((*self.range.a, 1, self.range.shape[1])))
    autofilter = property(Filter)
    show_autofilter = property(lambda self: self.table.autoFilter is not None)
    table_style = property(
        lambda self: self.table.tableStyleInfo.name,
        lambda self, value: setattr(self.table.tableStyleInfo, "name", value),
    )

    @property
    def data_body_range(self):
        (row, column), (height, width) = self.range.a, self.range.shape
        return self.sheet.range((row + 1, column, height - 1 - self.show_totals, width))

    @property
    def totals_row_range(self):
        (row, column), (_, width) = self.range.b, self.range.shape
        return self.sheet.range((row, column - width + 1, 1, width)) if self.show_totals else None

    @property
    def show_totals(self):
        """Whether it has a totals row. What stands at that row's cells is taken to be gone while it has none."""
        return bool(self.table.totalsRowCount)

    @show_totals.setter
    def show_totals(self, value):
        note("table.show_totals", name=self.name, value=value)
        (row, column), (height, width) = self.range.a, self.range.shape
        if not value:
            totals = self.totals_row_range
            totals.clear_contents()
            for place in totals.places():
                self.sheet.beside.comments.pop(place, None)
                self.sheet.beside.links.pop(place, None)
        self.table.totalsRowCount = int(value)
        self.table.ref = self.sheet.range((row, column, height + (1 if value else -1), width)).get_address(
            *(False, False, False)
        )

    @property
    def name(self):
        return self.table.displayName

    @name.setter
    def name(self, value):
        tables = self.sheet.sheet.tables
        del tables[self.table.name]
        self.table.displayName = self.table.name = value
        tables[value] = self.table

    display_name = name

    def resize(self, cells):
        cells, before = cells.impl, self.range
        self.check(cells)
        if cells.row != before.row or not cells.overlaps(before):
            raise ValueError("Excel: the header has to stay in its row, and the new table has to overlap the old one.")
        self.table.ref = cells.get_address(False, False, False)
        if self.table.autoFilter:
            self.table.autoFilter.ref = self.table.ref
        self.name_columns()
        self._fill_down(before.b[0])
        grow_rules(self.sheet.sheet, (before.a[0] + 1, before.b[0]), (before.a[0] + 1, cells.b[0]))
        note("table.resize", name=self.name, address=cells.address)

    def check(self, cells):
        """Refuse a place that Excel refuses for a table."""
        if cells.shape[0] == 1:
            raise ValueError("Excel: a table has a header and at least one row.")
        for other in self.sheet.tables:
            if other.table is not self.table and other.range.overlaps(cells):
                raise ValueError(f"Excel: a table cannot overlap the table {other.name}.")

    def name_columns(self):
        """Keep the headings as Excel does: each a text, none empty, no two alike."""
        known, taken = {column.name: column for column in self.table.tableColumns}, {}
        for index, cell in enumerate(next(self.header_row_range.rows()), 1):
            heading = name = f"Column{index}" if cell.value is None else str(cell.value)
            for number in itertools.count(2):
                if name.lower() not in taken:
                    break
                name = f"{heading}{number}"
            cell._value, cell.data_type = name, "s"
            column = known.get(name) or TableColumn(id=index, name=name)
            column.id = index
            taken[name.lower()] = column
        self.table.tableColumns = list(taken.values())

    def _fill_down(self, last):
        """Give the rows below `last` the formulas of calculated columns."""
        for offset, column in enumerate(self.table.tableColumns):
            formula = column.calculatedColumnFormula
            for row in range(last + 1, self.range.b[0] + 1) if formula else ():
                self.sheet.sheet.cell(row, self.range.a[1] + offset).value = f"={formula.attr_text}"
