"""What Excel hands out as objects: a range, its sheet, the workbook, the application."""

# comtypes takes a method for one of COM's own by its name and by its first argument, `this`.
# ruff: noqa: ARG002, N802, PLR0917

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_void_p
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from comtypes import COMObject
from comtypes.automation import IDispatch, IEnumVARIANT

from excel_side.type_library import INTERFACES, type_info
from excel_side.values import SIZE, Typed, read, write

if TYPE_CHECKING:
    from collections.abc import Sequence

_OK, _FALSE = 0, 1
_NOT_IMPLEMENTED, _NO_SUCH_MEMBER, _NO_SUCH_NAME = -2147467263, -2147352573, -2147352570


class RefusedError(Exception):
    """Excel does not do what it was asked to.

    Args:
        code: What it answers (HRESULT).
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class ExcelObject(COMObject):
    """An object of Excel: its properties are read, and its methods called, by name or by number.

    Args:
        properties: Their values by name; of methods, and of properties with arguments, a function.
    """

    _com_interfaces_ = [IDispatch]  # noqa: RUF012 - comtypes wants it so

    interface: ClassVar[str] = ""
    """The name of the interface; that of the class by default."""

    def __init__(self, **properties: Any) -> None:
        super().__init__()
        self.properties = properties
        self._kind = self.interface or type(self).__name__
        self._numbers = {name.lower(): number for name, number in INTERFACES[self._kind].members.items()}
        self._names = {number: name for name, number in INTERFACES[self._kind].members.items()}
        self._held = self.QueryInterface(IDispatch)  # comtypes forgets an object when COM lets go of it

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["properties"][name]
        except KeyError:
            raise AttributeError(name) from None

    def IDispatch_GetTypeInfoCount(self, this: Any, count: Any) -> int:
        """Tell that the object is described."""
        count[0] = 1
        return _OK

    def IDispatch_GetTypeInfo(self, this: Any, index: int, language: int, out: Any) -> int:
        """Give its description."""
        info = type_info(self._kind)
        info.AddRef()
        ctypes.cast(out, POINTER(c_void_p))[0] = ctypes.cast(info, c_void_p).value
        return _OK

    def IDispatch_GetIDsOfNames(
        self, this: Any, reserved: Any, names: Any, count: int, language: int, numbers: Any
    ) -> int:
        """Give the number of a property."""
        numbers[0] = self._numbers.get(names[0].lower(), -1)
        return _OK if numbers[0] != -1 else _NO_SUCH_NAME

    def IDispatch_Invoke(
        self, this: Any, number: int, reserved: Any, language: int, flags: int, given: Any,
        result: Any, exception: Any, wrong: Any,
    ) -> int:  # fmt: skip
        """Read a property, or call a method."""
        name = self._names.get(number)
        if name not in self.properties:
            return _NO_SUCH_MEMBER
        value = self.properties[name]
        if callable(value):
            try:
                value = value(*_arguments(given[0]))
            except RefusedError as refused:
                return refused.code
        if name == "_NewEnum":
            value = Typed("unknown object", _Members(value))
        if result:
            write(ctypes.addressof(result[0]), value)
        return _OK

    @property
    def address(self) -> int:
        """Where the object is in memory."""
        return ctypes.cast(self._held, c_void_p).value or 0


def _arguments(given: Any) -> list[Typed]:
    first = ctypes.cast(given.rgvarg, c_void_p).value or 0
    return [read(first + place * SIZE) for place in reversed(range(given.cArgs))]


class _Members(COMObject):
    """The members of a collection one after the other, for `For Each`."""

    _com_interfaces_ = [IEnumVARIANT]  # noqa: RUF012 - comtypes wants it so

    def __init__(self, members: Sequence[ExcelObject]) -> None:
        super().__init__()
        self._left = list(members)

    def IEnumVARIANT_Next(self, this: Any, count: int, out: Any, fetched: Any) -> int:
        """Give the next ones."""
        given, self._left = self._left[:count], self._left[count:]
        for place, member in enumerate(given):
            write(ctypes.addressof(out[0]) + place * SIZE, member)
        if fetched:
            fetched[0] = len(given)
        return _OK if len(given) == count else _FALSE

    def IEnumVARIANT_Skip(self, this: Any, count: int) -> int:
        """Leave some out."""
        del self._left[:count]
        return _OK

    def IEnumVARIANT_Reset(self, this: Any) -> int:
        """Refuse to begin again, which nobody asks for."""
        return _NOT_IMPLEMENTED

    def IEnumVARIANT_Clone(self, this: Any, out: Any) -> int:
        """Refuse to be copied, which nobody asks for."""
        return _NOT_IMPLEMENTED


class Application(ExcelObject):
    """Excel itself."""


class Collection(ExcelObject):
    """Things that can be counted, and gone through where they are given.

    Args:
        members: The things, or how many there are.
    """

    def __init__(self, members: Sequence[ExcelObject] | int) -> None:
        if isinstance(members, int):
            super().__init__(Count=Typed("whole", members))
        else:
            super().__init__(Count=Typed("whole", len(members)), _NewEnum=members)


class Worksheet(ExcelObject):
    """A sheet.

    Args:
        workbook: The workbook.
        name: Its name.
        used: The first and last row and column in use.
    """

    def __init__(self, workbook: Workbook, name: str, used: tuple[int, int, int, int] = (1, 1, 1, 1)) -> None:
        super().__init__(Name=name, Parent=workbook)
        self.UsedRange = used

    def Range(self, first: Range, last: Range) -> Range:
        """Give the cells from one range to the end of another."""
        return first.whole.part(first.row, first.column, last.row + last.height - 1, last.column + last.width - 1)


class Workbook(ExcelObject):
    """A workbook with one sheet.

    Args:
        path: Its full name; of one that was never saved just `Book1`.
    """

    def __init__(self, path: str) -> None:
        application = Application(Hwnd=Typed("whole", 65_552), Name="Microsoft Excel", Version="16.0")
        self.sheet = Worksheet(self, "Sheet1")
        super().__init__(
            Name=path.rpartition("\\")[2],
            FullName=path,
            Worksheets=Collection([self.sheet]),
            Application=application,
        )


class Range(ExcelObject):
    """Cells.

    Args:
        cells: Their values, row by row.
        sheet: Where they are.
        row: Their first row.
        column: Their first column.
        whole: The range that they are part of.
        areas: Of how many areas they are the first.
    """

    interface = "Range"

    def __init__(
        self,
        cells: Sequence[Sequence[object]],
        sheet: Worksheet,
        row: int = 1,
        column: int = 1,
        whole: Range | None = None,
        areas: int = 1,
    ) -> None:
        self.cells, self.row, self.column = cells, row, column
        self.height, self.width = len(cells), len(cells[0])
        self.whole = whole or self
        super().__init__(
            Value=cells if self.height > 1 or self.width > 1 else cells[0][0],
            Row=Typed("whole", row),
            Column=Typed("whole", column),
            Count=Typed("whole", self.height * self.width),
            CountLarge=self.height * self.width,
            Rows=Collection(self.height),
            Columns=Collection(self.width),
            Areas=SimpleNamespace(Count=areas),
            Worksheet=sheet,
        )

    def Cells(self, row: int, column: int) -> Range:
        """Give one of the cells."""
        return self.whole.part(*[self.row + row - 1, self.column + column - 1] * 2)

    def part(self, top: int, left: int, bottom: int, right: int) -> Range:
        """Give the cells between two, by their rows and columns on the sheet."""
        rows = self.cells[top - self.row : bottom - self.row + 1]
        cells = [row[left - self.column : right - self.column + 1] for row in rows]
        return Range(cells, self.Worksheet, top, left, self)


def intersect(cells: Range, used: tuple[int, int, int, int]) -> Range | None:
    """Give the part of a range that is in use; None where none is."""
    top, left, bottom, right = used
    top, left = max(top, cells.row), max(left, cells.column)
    bottom, right = min(bottom, cells.row + cells.height - 1), min(right, cells.column + cells.width - 1)
    return cells.part(top, left, bottom, right) if top <= bottom and left <= right else None
