"""What was asked of the stand-in Excel, in order."""

from __future__ import annotations

from typing import Any, NamedTuple


class Call(NamedTuple):
    """One thing that was asked for.

    Args:
        name: What: `range.write`, `table.resize`, `app.status_bar` and so on.
        details: With what.
    """

    name: str
    details: dict[str, Any]


calls: list[Call] = []
"""Everything since `excel_double.running` began."""


def note(name: str, /, **details: Any) -> None:
    """Add a call."""
    calls.append(Call(name, details))


def called(name: str) -> list[dict[str, Any]]:
    """Pick the details of the calls of one name, in order."""
    return [call.details for call in calls if call.name == name]
