"""Arrays of VARIANTs in the memory of COM (SAFEARRAY): making them, and getting at what is in them."""

from __future__ import annotations

import ctypes
import struct
from contextlib import contextmanager
from ctypes import POINTER, c_long, c_uint, c_ushort, c_void_p
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VARIANTS, ARRAY = 12, 0x2000
"""The types VT_VARIANT and VT_ARRAY of COM."""

_oleaut = ctypes.windll.oleaut32
_oleaut.SafeArrayCreate.restype = c_void_p
_oleaut.SafeArrayCreate.argtypes = [c_ushort, c_uint, c_void_p]
_oleaut.SafeArrayGetDim.argtypes = [c_void_p]
for _bound in (_oleaut.SafeArrayGetLBound, _oleaut.SafeArrayGetUBound):
    _bound.argtypes = [c_void_p, c_uint, POINTER(c_long)]
_oleaut.SafeArrayAccessData.argtypes = [c_void_p, POINTER(c_void_p)]
_oleaut.SafeArrayUnaccessData.argtypes = [c_void_p]
_oleaut.SafeArrayGetVartype.argtypes = [c_void_p, POINTER(c_ushort)]


def create(sizes: Sequence[int], first: int) -> int:
    """Make an array of empty VARIANTs.

    Args:
        sizes: How many there are in each dimension, rows first.
        first: The number of the first one in each dimension.

    Returns:
        Where it is in memory.
    """
    bounds = b"".join(struct.pack("<Ii", size, first) for size in sizes)
    return int(_oleaut.SafeArrayCreate(VARIANTS, len(sizes), bounds))


def sizes(array: int) -> tuple[int, ...]:
    """Count what is in each dimension of an array, rows first.

    Args:
        array: Where it is in memory.

    Returns:
        The counts.

    Raises:
        TypeError: It is not an array of VARIANTs.
    """
    kind = c_ushort()
    _oleaut.SafeArrayGetVartype(array, ctypes.byref(kind))
    if kind.value != VARIANTS:
        raise TypeError(f"an array of type {kind.value}")
    return tuple(_size(array, dimension) for dimension in range(1, _oleaut.SafeArrayGetDim(array) + 1))


def _size(array: int, dimension: int) -> int:
    first, last = c_long(), c_long()
    _oleaut.SafeArrayGetLBound(array, dimension, ctypes.byref(first))
    _oleaut.SafeArrayGetUBound(array, dimension, ctypes.byref(last))
    return last.value - first.value + 1


@contextmanager
def elements(array: int) -> Iterator[int]:
    """Hold an array still.

    Args:
        array: Where it is in memory.

    Yields:
        Where its first VARIANT is; the others follow, column by column.
    """
    start = c_void_p()
    _oleaut.SafeArrayAccessData(array, ctypes.byref(start))
    try:
        yield start.value or 0
    finally:
        _oleaut.SafeArrayUnaccessData(array)
