"""What may be asked of the API, and how it is written; everything else is refused before anything is sent. Pure."""

from __future__ import annotations

import operator
from datetime import timedelta
from typing import TYPE_CHECKING, SupportsIndex

from leads_excel.exceptions import ArgumentError, DateError
from leads_excel.windows.week_grid import Window

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_WINDOW = timedelta(days=7)
LARGEST_LONG = 2**63 - 1
LARGEST_INTEGER = 2**31 - 1


def by_id(number: SupportsIndex) -> Mapping[str, str]:
    """Ask for one bulk.

    Args:
        number: Its number, from 1.

    Returns:
        The query, value by parameter.

    Raises:
        ArgumentError: It is not a number a bulk can have.
    """
    return {"id": _whole("id", number, 1, LARGEST_LONG)}


def by_window(
    window: Window,
    lead_id: SupportsIndex | None = None,
    source: SupportsIndex | None = None,
    sub_source: SupportsIndex | None = None,
) -> Mapping[str, str]:
    """Ask for the bulks of a window.

    Args:
        window: At most seven days (API page, Note).
        lead_id: Only this lead: its number in the DMS, from 1.
        source: Only this source: its number, from 0.
        sub_source: Only this sub-source: its number, from 0.

    Returns:
        The query, value by parameter.

    Raises:
        DateError: The window is longer than seven days.
        ArgumentError: Another argument cannot be sent.
    """
    if not isinstance(window, Window):
        raise ArgumentError("window must be a Window: cut a range of days with leads_excel.windows.split.")
    if window.end - window.start > LONGEST_WINDOW:
        raise DateError("A request may span at most 7 days: cut the range with leads_excel.windows.split.")
    query = {"fromDate": window.from_stamp, "toDate": window.to_stamp}
    if lead_id is not None:
        query["leadId"] = _whole("lead_id", lead_id, 1, LARGEST_LONG)
    if source is not None:
        query["source"] = _whole("source", source, 0, LARGEST_INTEGER)
    if sub_source is not None:
        query["subSource"] = _whole("sub_source", sub_source, 0, LARGEST_INTEGER)
    return query


def _whole(name: str, value: SupportsIndex, lowest: int, highest: int) -> str:
    try:
        number = -1 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = -1
    if not lowest <= number <= highest:
        raise ArgumentError(f"{name} must be a whole number from {lowest} to {highest}.")
    return str(number)
