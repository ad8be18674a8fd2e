"""What Excel itself gives, which no type describes: the objects of its own model, behind `.api`."""

from __future__ import annotations

from typing import Any, TypeAlias

_UNKNOWN_NAME = -2147352570  # DISP_E_UNKNOWNNAME

Native: TypeAlias = Any
"""An object of Excel for Windows, with the members that Microsoft's pages of the Excel object model name."""


def member(native: Native, name: str) -> Native | None:
    """Ask an object of Excel for a member that not every Excel has.

    For Windows xlwings raises COM's own error where there is none, which `getattr` and `hasattr` let through.

    Args:
        native: The object.
        name: The member's name.

    Returns:
        The member; None where there is none.
    """
    try:
        return getattr(native, name)
    except AttributeError:
        return None
    except Exception as error:
        if getattr(error, "hresult", None) != _UNKNOWN_NAME:
            raise
        return None


def is_for_windows(sheet: Native) -> bool:
    """Say whether a sheet is one of Excel for Windows, whose object model tells more than that for macOS."""
    return member(sheet, "Hyperlinks") is not None
