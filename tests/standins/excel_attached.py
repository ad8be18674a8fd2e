"""What stands at cells of the stand-in Excel by their address: notes, threads, links, shapes, heights, rules.

As Excel for Windows has them (learn.microsoft.com/office/vba/api), every question to its object model noted as a call
`com`. What its pages say, and what is taken for the worse where they do not:

* `excel.range.rowheight`: of rows that differ it "might return the height of the first row or might return Null": here
  that of the first one, unless its neighbour differs. A hidden row has 0, and giving a height shows it.
* `excel.range.clearhyperlinks`: "Only hyperlinks will be removed; all other cell content ... will be unaffected."
* `excel.hyperlinks.add`: underlines the cell; an empty one shows the address from then on.
* `excel.xlpastetype`: `xlPasteComments`, "Comments are pasted": notes and threads; a cell without any brings none.
* `excel.commentthreaded`: `Author` and `Date` can be read only, so `AddCommentThreaded` writes as the user at work.
* `excel.shape.lockaspectratio`: "retains its original proportions when you resize it".
* `excel.xlplacement`: shapes move with cells, move and size with them, or float. Values written into cells move none.
* `excel.range.specialcells`: raises where there are no such cells.
* `excel.range.autofit`: "The Range object must be a row or a range of rows": anything else raises.

`Odd` switches on what Excel may do, too.
"""

# ruff: noqa: D101, D102, N802, N803 - members are those of Excel and of xlwings.base_classes

from __future__ import annotations

from dataclasses import dataclass, field

from excel_calls import note
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.cell_range import MultiCellRange

USER = "At Work"
"""Who uses this Excel."""

STANDARD = 15.0
"""The height of a row that nobody made higher, in points."""


@dataclass
class Odd:
    """What Excel may do, too.

    Args:
        loses_writers: A pasted thread is the user's.
        refuses_pasting: Another program has the clipboard.
        empties_links: Emptying a cell takes its link off.
        holds_shapes: No shape can be moved.
    """

    loses_writers: bool = False
    refuses_pasting: bool = False
    empties_links: bool = False
    holds_shapes: bool = False


@dataclass
class Written:
    """A note or a thread: who wrote what, and how high its box is."""

    entries: list[tuple[str, str]]
    thread: bool = False
    box: float = 60.0


@dataclass
class Beside:
    """What stands on one sheet."""

    comments: dict[tuple[int, int], Written] = field(default_factory=dict)
    links: dict[tuple[int, int], tuple[str, str, str]] = field(default_factory=dict)
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)  # of links over several cells
    shapes: list[Drawing] = field(default_factory=list)
    odd: Odd = field(default_factory=Odd)

    def link_range(self, sheet, place):
        """Give the cells of the link that begins at a cell."""
        return sheet.range((*place, *self.spans.get(place, (1, 1))))

    def unlink(self, cells):
        """Take off each link that has one of some cells, all of it."""
        for place in [place for place in self.links if cells.overlaps(self.link_range(cells.sheet, place))]:
            del self.links[place]
            self.spans.pop(place, None)


class ExcelError(Exception):
    """Excel's own refusal, `com_error` on Windows."""

    hresult = -2147352567  # DISP_E_EXCEPTION


class UnknownMemberError(ExcelError):
    """Excel has no such member: for Windows xlwings lets COM's error through, and raises no AttributeError."""

    hresult = -2147352570  # DISP_E_UNKNOWNNAME


class ComObject:
    """An object of Excel: each member that is asked or set is a call."""

    def __getattribute__(self, name):
        if name[0].isupper():
            note("com", member=f"{type(self).__name__}.{name}")
        return super().__getattribute__(name)

    def __getattr__(self, name):
        raise (AttributeError if name.startswith("_") else UnknownMemberError)(name)

    def __setattr__(self, name, value):
        if name[0].isupper():
            note("com", member=f"{type(self).__name__}.{name}=")
        super().__setattr__(name, value)


class ComBook(ComObject):
    """A workbook."""

    Date1904 = False


class MacBook:
    """A workbook of Excel for macOS."""

    @property
    def date_1904(self):
        return self

    def get(self):
        return False


class Items(ComObject):
    """A collection: `Count`, one by its number, all in order."""

    def __init__(self, items, **methods):
        self.items = list(items)
        self.__dict__.update(methods)

    Count = property(lambda self: len(self.items))

    def __iter__(self):
        for item in self.items:
            note("com", member="Items.Next")
            yield item

    def __call__(self, number):
        note("com", member="Items.Item")
        return self.items[number - 1]


class Font(ComObject):
    Underline, ColorIndex = -4142, -4105


class ComSheet(ComObject):
    """A worksheet; in lower case the members of openpyxl's, for tests to look at cells."""

    ProtectContents = False

    def __init__(self, sheet):
        self.impl, self.fonts = sheet, {}

    Name = property(lambda self: self.impl.name)
    Comments = property(lambda self: Items(c for c in self.written() if not c.one.thread))
    CommentsThreaded = property(lambda self: Items(c for c in self.written() if c.one.thread))
    Shapes = property(lambda self: Items([*self.beside.shapes, *(NoteBox() for c in self.written())]))

    @property
    def beside(self):
        return self.impl.beside

    def written(self):
        return [ComComment(self.impl, place, one) for place, one in sorted(self.beside.comments.items())]

    @property
    def Hyperlinks(self):
        return Items((Hyperlink(self.impl, place) for place in sorted(self.beside.links)), Add=self.add_link)

    def add_link(self, Anchor, Address, SubAddress="", ScreenTip=""):
        if not Address and not SubAddress:
            raise ExcelError("a link leads somewhere")
        cells = Anchor.impl
        self.beside.unlink(cells)
        self.beside.links[cells.a] = (Address, SubAddress, ScreenTip)
        self.beside.spans |= {cells.a: cells.shape} if len(cells) > 1 else {}
        for cell in cells.cells():
            self.font((cell.row, cell.column)).Underline = 2
        first = next(iter(cells.cells()))
        if first.value is None:
            first.value = Address or SubAddress

    def font(self, place):
        return self.fonts.setdefault(place, Font())

    def Cells(self, row, column):
        return ComRange(self.impl.range((row, column)))

    def __getattr__(self, name):
        return getattr(self.impl.sheet, name) if name[0].islower() else super().__getattr__(name)


class MacSheet:
    """A worksheet of Excel for macOS: none of the names above."""

    def __init__(self, sheet):
        self.impl = sheet

    @property
    def hyperlinks(self):
        note("com", member="hyperlinks")
        return self

    def get(self):
        return list(self.impl.beside.links)

    def __getattr__(self, name):
        return getattr(self.impl.sheet, name)


class Hyperlink(ComObject):
    Type = 0

    def __init__(self, sheet, place):
        self.sheet, self.place = sheet, place

    Range = property(lambda self: ComRange(self.sheet.beside.link_range(self.sheet, self.place)))
    Address = property(lambda self: self.sheet.beside.links[self.place][0])
    SubAddress = property(lambda self: self.sheet.beside.links[self.place][1])
    ScreenTip = property(lambda self: self.sheet.beside.links[self.place][2])


class Author(ComObject):
    def __init__(self, name):
        self.named = name

    Name = property(lambda self: self.named)


class Entry(ComObject):
    """One entry of a thread."""

    def __init__(self, entry):
        self.entry = entry

    Author = property(lambda self: Author(self.entry[0]))

    def Text(self):
        return self.entry[1]


class ComComment(Entry):
    """A note or a thread."""

    def __init__(self, sheet, place, one):
        self.sheet, self.place, self.one = sheet, place, one
        super().__init__(one.entries[0])

    Parent = property(lambda self: self.sheet.range(self.place))
    Replies = property(lambda self: Items(map(Entry, self.one.entries[1:])))

    def Delete(self):
        del self.sheet.beside.comments[self.place]


class Comment:
    """A note or a thread, as xlwings has them."""

    def __init__(self, com):
        self.api = com

    text = property(lambda self: self.api.Text())
    author = property(lambda self: self.api.Author.Name)
    location = property(lambda self: self.api.Parent)

    def delete(self):
        self.api.Delete()


class NoteBox(ComObject):
    """The box of a note, which is a shape."""

    Type = 4


class Control(ComObject):
    def __init__(self, link):
        self.LinkedCell = link


class Drawing(ComObject):
    """A picture, a shape or a control, held by the cells it begins and ends in.

    Args:
        sheet: Its sheet.
        name: Its name.
        kind: `MsoShapeType`: 13 a picture, 8 a form control, 12 an ActiveX control, 1 a shape.
        placement: `XlPlacement`.
        first: The cell it begins in, and how far below the top of that.
        last: The cell it ends in, likewise.
        link: The cell a control is linked to.
    """

    FormControlType = 1
    LockAspectRatio = -1
    Width = 40.0

    def __init__(self, sheet, name, kind, placement, first, last, link=""):  # noqa: PLR0917
        self.sheet, self.named, self.Type, self.Placement = sheet, name, kind, placement
        self.first, self.last, self.control = first, last, Control(link)
        self.tall = self._y(last) - self._y(first)

    Name = property(lambda self: self.named)
    ControlFormat = property(lambda self: self.control)
    TopLeftCell = property(lambda self: ComRange(self.sheet.range(self.first[0])))
    BottomRightCell = property(lambda self: ComRange(self.sheet.range(self._at(self.Top + self.Height)[0])))

    @property
    def Top(self):
        return self._y(self.first)

    @Top.setter
    def Top(self, value):
        if self.sheet.beside.odd.holds_shapes:
            raise ExcelError("the item cannot be moved")
        tall = self.Height
        self.first, self.last, self.tall = self._at(value), self._at(value + tall), tall

    @property
    def Height(self):
        return self._y(self.last) - self._y(self.first) if self.Placement == 1 else self.tall

    @Height.setter
    def Height(self, value):
        self.Width *= value / self.Height if self.LockAspectRatio and self.Height else 1
        self.tall, self.last = value, self._at(self.Top + value)

    def _y(self, anchor):
        (row, _), below = anchor
        return top_of(self.sheet, row) + min(below, height_of(self.sheet, row))

    def _at(self, y):
        row = 1
        while y >= height_of(self.sheet, row) or not height_of(self.sheet, row):
            y -= height_of(self.sheet, row)
            row += 1
        return (row, self.first[0][1]), y


def height_of(sheet, row):
    look = sheet.sheet.row_dimensions.get(row)
    return 0.0 if look is not None and look.hidden else float((look.height if look is not None else 0) or STANDARD)


def top_of(sheet, row):
    rows = [n for n, look in sheet.sheet.row_dimensions.items() if n < row and (look.hidden or look.height)]
    return STANDARD * (row - 1 - len(rows)) + sum(height_of(sheet, n) for n in rows)


class ComRange(ComObject):
    """Cells; what they hold is asked of xlwings' range."""

    def __init__(self, cells):
        self.impl = cells

    Row = property(lambda self: self.impl.row)
    Column = property(lambda self: self.impl.column)
    Rows = property(lambda self: Items(range(self.impl.shape[0])))
    Columns = property(lambda self: Items(range(self.impl.shape[1])))
    Worksheet = property(lambda self: self.impl.sheet.api)
    Areas = property(lambda self: Items([self]))
    Font = property(lambda self: self.impl.sheet.api.font(self.impl.a))
    Hyperlinks = property(lambda self: Items(p for p in self.impl.places() if p in self.impl.sheet.beside.links))

    def ClearHyperlinks(self):
        self.impl.sheet.beside.unlink(self.impl)

    @property
    def FormatConditions(self):
        rules = self.impl.sheet.sheet.conditional_formatting
        return Items(Rule(self.impl.sheet, str(rule.sqref)) for rule in rules)

    def SpecialCells(self, kind):
        rules = self.impl.sheet.sheet.data_validations.dataValidation
        found = [str(rule.sqref).split() for rule in rules]
        if kind == -4175:
            here = self.impl
            found = [refs for refs in found if any(here.overlaps(here.sheet.range(ref)) for ref in refs)]
        else:
            found = [[ref] for ref in _together([ref for refs in found for ref in refs])]
        cells = [ref for refs in found for ref in refs]
        if kind != -4175:
            cells = [ref for ref in cells if self.impl.overlaps(self.impl.sheet.range(ref))]
        if not cells:
            raise ExcelError("no cells were found")
        return Union(self.impl.sheet, cells)


def _together(refs):
    """Join what touches from above and below, as areas of Excel do."""
    areas = sorted(range_boundaries(ref) for ref in refs)
    joined = []
    for left, top, right, bottom in areas:
        if joined and joined[-1][0::2] == [left, right] and joined[-1][3] == top - 1:
            joined[-1][3] = bottom
        else:
            joined.append([left, top, right, bottom])
    return [f"{get_column_letter(a)}{b}:{get_column_letter(c)}{d}" for a, b, c, d in joined]


def grow_rules(sheet, before, after):
    """Let rules over all rows of a table go on over its new rows, as Excel does when a table grows.

    Args:
        sheet: The sheet, as openpyxl has it.
        before: The table's data rows, the first and the last one.
        after: Its data rows now.
    """

    def grown(refs):
        for left, top, right, bottom in map(range_boundaries, str(refs).split()):
            last = after[1] if top <= before[0] and bottom == before[1] else bottom
            yield f"{get_column_letter(left)}{top}:{get_column_letter(right)}{max(last, bottom)}"

    rules = ConditionalFormattingList()
    for ranges in sheet.conditional_formatting:
        for rule in ranges.rules:
            rules.add(" ".join(grown(ranges.sqref)), rule)
    sheet.conditional_formatting = rules
    for rule in sheet.data_validations.dataValidation:
        rule.sqref = MultiCellRange(" ".join(grown(rule.sqref)))


class Union(ComObject):
    """Cells here and there."""

    def __init__(self, sheet, refs):
        self.sheet, self.refs = sheet, refs

    Areas = property(lambda self: Items(ComRange(self.sheet.range(ref)) for ref in self.refs))


class Rule(ComObject):
    """A conditional format."""

    def __init__(self, sheet, refs):
        self.cells = Union(sheet, refs.split())

    AppliesTo = property(lambda self: self.cells)
