"""What Excel itself gives, which no type describes: the objects of its own model, behind `.api`."""

from __future__ import annotations

from typing import Any, TypeAlias

Native: TypeAlias = Any
"""An object of Excel for Windows, with the members that Microsoft's pages of the Excel object model name."""
