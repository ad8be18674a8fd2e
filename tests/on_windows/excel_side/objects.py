"""What Excel hands out as objects: a range, its sheet, the workbook, the application."""

# comtypes takes a method for one of COM's own by its name and by its first argument, `this`.
# ruff: noqa: ARG002, N802, PLR0917

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_void_p
from typing import TYPE_CHECKING, Any

from comtypes import COMObject
from comtypes.automation import IDispatch, IEnumVARIANT

from excel_side.type_library import INTERFACES, type_info
from excel_side.values import SIZE, Typed, write

if TYPE_CHECKING:
    from collections.abc import Sequence

_OK, _FALSE = 0, 1
_NOT_IMPLEMENTED, _NO_SUCH_MEMBER, _NO_SUCH_NAME = -2147467263, -2147352573, -2147352570


class ExcelObject(COMObject):
    """An object of Excel: its class names the interface, its properties are read by name or by number.

    Args:
        properties: Their values by name.
    """

    _com_interfaces_ = [IDispatch]  # noqa: RUF012 - comtypes wants it so

    def __init__(self, **properties: Any) -> None:
        super().__init__()
        self.properties = properties
        self._kind = type(self).__name__
        self._numbers = {name.lower(): number for name, number in INTERFACES[self._kind].properties.items()}
        self._names = {number: name for name, number in INTERFACES[self._kind].properties.items()}
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
        """Read a property."""
        name = self._names.get(number)
        if name not in self.properties:
            return _NO_SUCH_MEMBER
        value = self.properties[name]
        if name == "_NewEnum":
            value = Typed("unknown object", _Members(value))
        if result:
            write(ctypes.addressof(result[0]), value)
        return _OK


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
    """A sheet."""


class Workbook(ExcelObject):
    """A workbook with one sheet.

    Args:
        path: Its full name; of one that was never saved just `Book1`.
    """

    def __init__(self, path: str) -> None:
        self.sheet = Worksheet(Name="Sheet1")
        application = Application(Hwnd=Typed("whole", 65_552), Name="Microsoft Excel", Version="16.0")
        super().__init__(
            Name=path.rpartition("\\")[2],
            FullName=path,
            Worksheets=Collection([self.sheet]),
            Application=application,
        )
        self.sheet.properties["Parent"] = self


class Range(ExcelObject):
    """Cells.

    Args:
        cells: Their values, row by row.
        workbook: Where they are.
    """

    def __init__(self, cells: Sequence[Sequence[object]], workbook: Workbook) -> None:
        height, width = len(cells), len(cells[0])
        super().__init__(
            Value=cells if height > 1 or width > 1 else cells[0][0],
            Row=Typed("whole", 1),
            Column=Typed("whole", 1),
            Count=Typed("whole", height * width),
            Rows=Collection(height),
            Columns=Collection(width),
            Worksheet=workbook.sheet,
        )
