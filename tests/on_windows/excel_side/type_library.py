"""The little of Excel's type library that xlwings looks at: names, numbers and identities as in Excel's own.

By its identity Python tells a range from other objects, and by the numbers it asks for properties.
"""

from __future__ import annotations

import ctypes
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from comtypes import GUID, typeinfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comtypes.typeinfo import ITypeInfo


class Interface(NamedTuple):
    """What an object of Excel is known by.

    Args:
        identity: Its interface id.
        properties: The number of each property.
        methods: The number of each method.
    """

    identity: str
    properties: Mapping[str, int]
    methods: Mapping[str, int] = MappingProxyType({})

    @property
    def members(self) -> dict[str, int]:
        """The number of each property and method."""
        return {**self.properties, **self.methods}


INTERFACES = {
    "Range": Interface(
        "{00020846-0000-0000-C000-000000000046}",
        {
            "Value": 6,
            "Row": 257,
            "Column": 240,
            "Rows": 258,
            "Columns": 241,
            "Count": 118,
            "Worksheet": 348,
            "Address": 236,
            "Application": 148,
        },
        {"Dirty": 2014},
    ),
    "Worksheet": Interface("{000208D8-0000-0000-C000-000000000046}", {"Name": 110, "Parent": 150}),
    "Workbook": Interface(
        "{000208DA-0000-0000-C000-000000000046}", {"Name": 110, "FullName": 289, "Worksheets": 494, "Application": 148}
    ),
    "Collection": Interface("{000208D7-0000-0000-C000-000000000046}", {"Count": 118, "_NewEnum": -4}),
    "Application": Interface(
        "{000208D5-0000-0000-C000-000000000046}", {"Hwnd": 1950, "Name": 110, "Version": 392}, {"Union": 779}
    ),
}
"""By the names of the classes in `objects`."""

_EXCEL = GUID("{00020813-0000-0000-C000-000000000046}")
_STANDARD = GUID("{00020430-0000-0000-C000-000000000046}")
_DISPATCH = GUID("{00020400-0000-0000-C000-000000000046}")
_WIN64, _METHOD, _PROPERTY_GET, _STDCALL, _VARIANT = 3, 1, 2, 4, 12


@cache
def type_info(name: str) -> ITypeInfo:
    """Describe one of the interfaces as COM wants it described.

    Args:
        name: A name in `INTERFACES`.

    Returns:
        The description, made in memory.
    """
    interface = INTERFACES[name]
    info = _library().CreateTypeInfo(name, typeinfo.TKIND_DISPATCH)
    info.SetGuid(ctypes.byref(GUID(interface.identity)))
    base = typeinfo.LoadRegTypeLib(_STANDARD, 2, 0, 0).GetTypeInfoOfGuid(_DISPATCH)
    info.AddImplType(0, info.AddRefTypeInfo(base))
    for place, (title, number) in enumerate(interface.members.items()):
        described = typeinfo.FUNCDESC()
        described.memid, described.invkind = number, _METHOD if title in interface.methods else _PROPERTY_GET
        described.funckind, described.callconv = typeinfo.FUNC_DISPATCH, _STDCALL
        described.elemdescFunc.tdesc.vt = _VARIANT
        info.AddFuncDesc(place, ctypes.byref(described))
        info.SetFuncAndParamNames(place, title)
    info.LayOut()
    return info.QueryInterface(typeinfo.ITypeInfo)


@cache
def _library() -> typeinfo.ICreateTypeLib2:
    library = typeinfo.CreateTypeLib("excel_side.tlb", _WIN64)  # written to this file only if asked to be saved
    library.SetGuid(ctypes.byref(_EXCEL))
    library.SetName("Excel")
    return library
