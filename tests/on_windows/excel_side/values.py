"""Values as Excel types them, into the memory of COM and back: VARIANTs of 64-bit Windows.

What a cell or an argument holds is written as Python has it: None is an empty cell, every number a float, a text, a
truth value, a datetime, a list of rows the values of a range. What Python has no type for is `Typed`: an error, money,
what was left out. Read back, every value is `Typed`, so that a day which arrives as a text is seen.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import struct
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from comtypes import COMObject, IUnknown
from comtypes.automation import VARIANT, IDispatch
from excel_errors import ERRORS

from excel_side import arrays
from excel_side.vba_expressions import VbaSyntaxError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZE = ctypes.sizeof(VARIANT)


@dataclass(frozen=True, slots=True)
class Typed:
    """A value with the type that COM gives it.

    Args:
        kind: One of `KINDS`.
        value: The value as Python has it.
    """

    kind: str
    value: Any = None


class Constants(list[Any]):
    """A row of constants in a formula, `{1,2,3}`: an array of one dimension that begins with 1."""


KINDS = {
    "empty": 0,
    "short": 2,
    "whole": 3,
    "number": 5,
    "money": 6,
    "time": 7,
    "text": 8,
    "object": 9,
    "error": 10,
    "flag": 11,
    "unknown object": 13,
    "long": 20,
    "array": arrays.ARRAY | arrays.VARIANTS,
}
"""The types of VARIANTs (VARENUM) by their names here."""

MISSING = Typed("error", -2147352572)
"""An argument that was left out (DISP_E_PARAMNOTFOUND)."""

_NAMES = {code: name for name, code in KINDS.items()}
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no zones
_DAY = dt.timedelta(days=1)
_KIND_OF: tuple[tuple[Any, str], ...] = (
    (type(None), "empty"),
    (bool, "flag"),
    ((int, float), "number"),
    (str, "text"),
    (dt.datetime, "time"),
    (COMObject, "object"),
    ((list, tuple), "array"),
)

_oleaut = ctypes.windll.oleaut32
_oleaut.SysAllocStringLen.restype = ctypes.c_void_p
_oleaut.SysAllocStringLen.argtypes = [ctypes.c_wchar_p, ctypes.c_uint]
_oleaut.SysStringLen.argtypes = [ctypes.c_void_p]


def error(name: str) -> Typed:
    """Give the error of a cell by its name, such as `#N/A`."""
    return Typed("error", ERRORS[name])


def money(amount: float) -> Typed:
    """Give a number as a cell that is formatted as currency has it."""
    return Typed("money", Decimal(str(amount)))


def write(address: int, value: object) -> None:
    """Write a value over a VARIANT that holds nothing. Whoever clears that one gives free what belongs to it.

    Args:
        address: Where the VARIANT is in memory.
        value: The value.

    Raises:
        TypeError: Excel has no such value.
    """
    typed = value if isinstance(value, Typed) else _typed(value)
    header = struct.pack("<H6x", KINDS[typed.kind])
    ctypes.memmove(address, (header + _PACKED[typed.kind](typed.value)).ljust(SIZE, b"\0"), SIZE)


def _typed(value: object) -> Typed:
    for types, kind in _KIND_OF:
        if isinstance(value, types):
            return Typed(kind, float(value) if kind == "number" else value)
    raise TypeError(f"Excel has no {type(value).__name__}")


def _allocated(text: str) -> int:
    return int(_oleaut.SysAllocStringLen(text, len(text.encode("utf-16-le")) // 2) or 0)


def _reference(value: COMObject, interface: type) -> int:
    pointer = value.QueryInterface(interface)
    pointer.AddRef()  # for the VARIANT; the pointer lets go of its own
    return int(ctypes.cast(pointer, ctypes.c_void_p).value or 0)


def _array(values: Sequence[Any]) -> int:
    """Make the array of a range's rows, of constants, or of VBA's `Array(...)`, which counts from 0."""
    rows = bool(values) and isinstance(values[0], list | tuple) and not isinstance(values, Constants)
    sizes = (len(values), len(values[0])) if rows else (len(values),)
    array = arrays.create(sizes, first=1 if rows or isinstance(values, Constants) else 0)
    with arrays.elements(array) as start:
        for row, cells in enumerate(values):
            for column, cell in enumerate(cells if rows else [cells]):
                if cell is not None:  # all are empty to begin with, a million of them in a whole column
                    write(start + SIZE * (row + column * len(values)), cell)
    return array


def read(address: int) -> Typed:
    """Read a VARIANT.

    Args:
        address: Where it is in memory.

    Returns:
        Its value; of an array the rows, one row of one with a single dimension.
    """
    (code,) = struct.unpack("<H", ctypes.string_at(address, 2))
    content = ctypes.string_at(address + 8, 8)
    kind = _NAMES.get(code, f"type {code}")
    form, meaning = _UNPACKED.get(kind, ("8s", bytes))
    return Typed(kind, meaning(struct.unpack(f"<{form}", content)[0]))


def _text(start: int) -> str:
    return ctypes.wstring_at(start, _oleaut.SysStringLen(start)) if start else ""


def _time(days: float) -> dt.datetime:
    return _EPOCH + dt.timedelta(milliseconds=round(days * 86_400_000))


def _rows(array: int) -> list[list[Typed]]:
    sizes = arrays.sizes(array)
    if len(sizes) > 2:
        raise VbaSyntaxError(f"an array of {len(sizes)} dimensions")
    height, width = sizes if len(sizes) == 2 else (1, sizes[0])
    with arrays.elements(array) as start:
        return [[read(start + SIZE * (row + column * height)) for column in range(width)] for row in range(height)]


def _pack(form: str, meaning: Callable[[Any], object] = lambda value: value) -> Callable[[Any], bytes]:
    return lambda value: struct.pack(f"<{form}", meaning(value))


_PACKED: dict[str, Callable[[Any], bytes]] = {
    "empty": lambda _: bytes(8),
    "flag": _pack("h6x", lambda value: -1 if value else 0),
    "short": _pack("h6x"),
    "whole": _pack("i4x"),
    "error": _pack("i4x"),
    "number": _pack("d"),
    "money": _pack("q", lambda value: round(value * 10_000)),
    "time": _pack("d", lambda value: (value - _EPOCH) / _DAY),
    "text": _pack("Q", _allocated),
    "object": _pack("Q", lambda value: _reference(value, IDispatch)),
    "unknown object": _pack("Q", lambda value: _reference(value, IUnknown)),
    "array": _pack("Q", _array),
}
"""What writes the eight bytes of a value."""

_UNPACKED: dict[str, tuple[str, Callable[[Any], object]]] = {
    "empty": ("8s", lambda _: None),
    "flag": ("h6x", bool),
    "short": ("h6x", int),
    "whole": ("i4x", int),
    "error": ("i4x", int),
    "long": ("q", int),
    "number": ("d", float),
    "money": ("q", lambda value: Decimal(value) / 10_000),
    "time": ("d", _time),
    "text": ("Q", _text),
    "object": ("Q", int),
    "array": ("Q", _rows),
}
"""What the eight bytes of a value are, and what they mean."""
