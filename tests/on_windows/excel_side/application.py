"""Excel's object model for other processes: the stand-in Excel of the tests, with the names that COM knows it by.

What a button's Python gets hold of is an object of this process, over COM, as Excel's own are. What cells keep and what
Excel refuses is decided by `excel_double`; a member that neither has is unknown, as one that Excel lacks. Calls name no
arguments, since these objects are described to nobody.
"""

# ruff: noqa: D101, D102, N802 - members are those of Excel

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import excel_double
import pythoncom
import pywintypes
import win32timezone
import winerror
from excel_attached import ComObject, ComRange, ComSheet, Items
from excel_cells import CellError, Range, Sheet
from excel_errors import ERRORS
from excel_tables import Name, Table
from win32com.server.exception import COMException
from win32com.server.policy import BasicWrapPolicy
from win32com.server.util import NewEnum, unwrap, wrap

_VALUE, _ENUMERATION = 0, -4  # DISPID_VALUE, DISPID_NEWENUM
_CALCULATION = {"automatic": -4105, "manual": -4135, "semiautomatic": 2}
_DIRECTIONS = {-4121: "down", -4162: "up", -4159: "left", -4161: "right"}
_PASTES = {-4144: "comments"}
_PLAIN = (type(None), str, bool, int, float, Decimal)


class _Policy(BasicWrapPolicy):
    """Finds members by name: what begins with a capital is Excel's, a function of a class is a method."""

    def _getdispid_(self, name: str, _flags: int) -> int:
        if not name[:1].isupper() or not hasattr(type(self._obj_), name):
            raise COMException(scode=winerror.DISP_E_UNKNOWNNAME)
        return _numbers.setdefault(name, len(_numbers) + 1)

    def _invokeex_(self, number: int, _language: int, flags: int, given: Any, _named: Any, _service: Any) -> Any:
        try:
            return self._invoked(number, flags, list(map(_taken, given)))
        except COMException:
            raise
        except Exception as error:
            raise COMException(f"{type(error).__name__}: {error}", winerror.DISP_E_EXCEPTION) from error

    def _invoked(self, number: int, flags: int, given: list[Any]) -> Any:
        one = self._obj_
        if number == _VALUE:
            return given_out(one(*given))
        if number == _ENUMERATION:
            return NewEnum(list(map(given_out, one)))
        name = next(name for name, known in _numbers.items() if known == number)
        if callable(getattr(type(one), name)):
            if not flags & pythoncom.DISPATCH_METHOD:
                raise COMException(scode=winerror.DISP_E_MEMBERNOTFOUND)
            return given_out(getattr(one, name)(*given))
        if flags & (pythoncom.DISPATCH_PROPERTYPUT | pythoncom.DISPATCH_PROPERTYPUTREF):
            setattr(one, name, given[-1])
            return None
        value = getattr(one, name)
        return given_out(value(*given) if given else value)


_numbers: dict[str, int] = {}


def given_out(value: Any) -> Any:
    """Make of a value of the stand-in what COM carries.

    Args:
        value: What a member gives.

    Returns:
        Plain values as they are, objects as other processes can use them.
    """
    if isinstance(value, CellError):
        return ERRORS[str(value)]
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=win32timezone.TimeZoneInfo.utc())
    if isinstance(value, tuple):
        return list(map(given_out, value))  # of a tuple pywin32 would give the first part as the result
    if isinstance(value, ComRange) and not isinstance(value, RangeObject):
        value = value.impl
    return wrap(_OBJECTS.get(type(value), lambda one: one)(value), usePolicy=_Policy)


def _taken(value: Any) -> Any:
    """Make of what another process passes a value of the stand-in."""
    if isinstance(value, (tuple, list)):
        return [_taken(part) for part in value]
    if isinstance(value, pywintypes.TimeType):
        return dt.datetime(*value.timetuple()[:6], value.microsecond)  # noqa: DTZ001 - Excel knows no zones
    if type(value) is _OBJECT:
        return unwrap(value)
    return value


_OBJECT = pythoncom.TypeIIDs[pythoncom.IID_IDispatch]


def _same(name: str) -> property:
    """Give what the stand-in has under xlwings' name."""
    return property(lambda self: getattr(self.impl, name), lambda self, value: setattr(self.impl, name, value))


class ApplicationObject(ComObject):
    """Excel itself; so is the object of its window, of which only `Application` is asked."""

    Name, Version, Path = "Microsoft Excel", "16.0", r"C:\Program Files\Microsoft Office\root\Office16"
    Hwnd = 0
    ScreenUpdating, EnableEvents, DisplayAlerts = map(_same, ("screen_updating", "enable_events", "display_alerts"))
    StatusBar, CutCopyMode = map(_same, ("status_bar", "cut_copy_mode"))

    def __init__(self, app: Any) -> None:
        self.__dict__["impl"] = app
        self.__dict__["Hwnd"] = app.hwnd

    Application = property(lambda self: self.impl)
    Workbooks = property(lambda self: WorkbooksObject(self.impl.books))
    ActiveWorkbook = property(lambda self: self.impl.books.active)
    Calculation = property(
        lambda self: _CALCULATION[self.impl.calculation],
        lambda self, value: setattr(self.impl, "calculation", {v: k for k, v in _CALCULATION.items()}[value]),
    )


class _Collection(ComObject):
    """A collection of the stand-in: `Count`, one by name or number, all in order."""

    def __init__(self, impl: Any) -> None:
        self.impl = impl

    Count = property(lambda self: len(self.impl))

    def __iter__(self) -> Any:
        return iter(self.impl)

    def __call__(self, key: Any) -> Any:
        return self.impl(int(key) if isinstance(key, float) else key)

    def Item(self, key: Any) -> Any:
        return self(key)


class WorkbooksObject(_Collection):
    Application = property(lambda self: self.impl.app)

    def Add(self) -> Any:
        return self.impl.add()

    def Open(self, path: str, *_options: Any) -> Any:
        return self.impl.open(path)


class WorkbookObject(ComObject):
    Date1904 = False

    def __init__(self, book: Any) -> None:
        self.impl = book

    Name, FullName, Application = map(_same, ("name", "fullname", "app"))
    Worksheets = Sheets = property(lambda self: _Collection(self.impl.sheets))
    Names = property(lambda self: _Collection(self.impl.names))


class SheetObject(ComSheet):
    def __init__(self, sheet: Any) -> None:
        super().__init__(sheet)
        self.fonts = sheet.api.fonts

    Parent, UsedRange, Index = (
        property(lambda self, n=n: getattr(self.impl, n)) for n in ("book", "used_range", "index")
    )
    ListObjects = property(lambda self: _Collection(self.impl.tables))

    def Range(self, first: Any, last: Any = None) -> Any:
        corners = [one.impl if isinstance(one, ComRange) else one for one in (first, last) if one is not None]
        return self.impl.range(*corners)

    def Cells(self, row: float, column: float) -> Any:
        return self.impl.range((int(row), int(column)))


class RangeObject(ComRange):
    """Cells, and what they hold."""

    def __init__(self, cells: Any, *, lines: int | None = None) -> None:
        super().__init__(cells)
        self.lines = lines

    Value, Formula, NumberFormat = map(_same, ("raw_value", "formula", "number_format"))
    RowHeight, Height, Top = map(_same, ("row_height", "height", "top"))
    Count = property(lambda self: len(self.impl) if self.lines is None else self.lines)
    HasArray = False
    Rows = property(lambda self: RangeObject(self.impl, lines=self.impl.shape[0]))
    Columns = property(lambda self: RangeObject(self.impl, lines=self.impl.shape[1]))
    EntireRow = property(lambda self: self)
    Hidden = property(None, lambda self, value: setattr(self.impl, "row_hidden", value))
    Worksheet = property(lambda self: self.impl.sheet)
    Comment = property(lambda self: _com(self.impl.note))
    CommentThreaded = property(lambda self: _com(self.impl.comment))

    def __call__(self, row: float, column: float | None = None) -> Any:
        return self.impl(int(row), None if column is None else int(column))

    def End(self, direction: int) -> Any:
        return self.impl.end(_DIRECTIONS[direction])

    def ClearContents(self) -> None:
        self.impl.clear_contents()

    def GetAddress(self, row: bool, column: bool, _style: int, external: bool) -> str:
        """Give the address; the name is the one that a described object has for the property with arguments."""
        return self.impl.get_address(row, column, external)

    def AddComment(self, text: str) -> Any:
        return _com(self.impl.add_note(text))

    def AutoFit(self) -> None:
        self.impl.autofit("r")


def _com(one: Any) -> Any:
    return one.api if one is not None else None


class TableObject(ComObject):
    Name, DisplayName, ShowTotals, ShowHeaders = map(_same, ("name", "name", "show_totals", "show_headers"))
    Range, HeaderRowRange, DataBodyRange, TotalsRowRange = (
        property(lambda self, n=n: getattr(self.impl, n))
        for n in ("range", "header_row_range", "data_body_range", "totals_row_range")
    )
    AutoFilter = None
    Sort = property(lambda _: _Sort())

    def __init__(self, table: Any) -> None:
        self.impl = table

    def Resize(self, cells: RangeObject) -> None:
        self.impl.resize(cells)


class _Sort(ComObject):
    """The order of a table by which it was never sorted."""

    SortFields = property(lambda _: Items([]))


class NameObject(ComObject):
    def __init__(self, name: Any) -> None:
        self.impl = name

    Name, RefersTo = map(_same, ("name", "refers_to"))
    RefersToRange = property(lambda self: self.impl.refers_to_range)


_OBJECTS: dict[type, Any] = {
    excel_double.App: ApplicationObject,
    excel_double.Book: WorkbookObject,
    Sheet: SheetObject,
    Range: RangeObject,
    Table: TableObject,
    Name: NameObject,
}
