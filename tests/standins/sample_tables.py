"""Rows for the tables of the workbook contract: made up, the same every time, with the values that break writers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from leads_excel.schema.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.schema.columns import Column

    Value = int | str | datetime | bool | None
    Rows = list[list[Value]]

SHEETS = {"leads": "Leads", "vehicles": "Vehicles", "errors": "Errors", "bulks": "Bulks", "refresh_log": "Log"}
"""The sheet of each table."""

INPUTS = ("in_environment", "in_from", "in_to", "in_lead_id", "in_source", "in_sub_source")
RESULTS = (
    "out_status",
    "out_refreshed_at",
    "out_range",
    "out_until",
    "out_leads",
    "out_vehicles",
    "out_errors",
    "out_environment",
)
"""The named cells on Home."""

LOG = ("when", "who", "environment", "range", "leads", "vehicles", "errors", "new", "changed", "seconds", "result")

NASTY = (
    "=cmd|' /C calc'!A0",
    "+966500000000",
    "@x",
    "00966",
    "1e5",
    "2025-08-12",
    "TRUE",
    "_x0041_",
    "😀 مرحبا",
    " blanks ",
    "two\nlines",
    "#N/A",
    "'quoted'",
    '<&">',
    "1234567890123456",
)
"""Texts that must stay texts."""

_SOURCES = ("Website", "Facebook", "Walk in", "Call centre")
_FIRST_DAY = datetime(2025, 8, 1)  # noqa: DTZ001 - cells hold naive business time


def columns_of(table: str) -> tuple[str, ...]:
    """Name the columns of a table of the contract."""
    return LOG if table == "refresh_log" else tuple(column.name for column in TABLES[table])


def rows_of(table: str, leads: int) -> Rows:
    """Make up the rows of a table.

    Args:
        table: A table of the contract.
        leads: How many leads there are: vehicles, errors and bulks follow from it.

    Returns:
        One list of values a row, in the order of `columns_of`.
    """
    if table == "refresh_log":
        return [_log_row(number, leads) for number in range(3)]
    keys = {"leads": leads, "vehicles": leads + leads // 3, "errors": leads // 5, "bulks": max(1, leads // 10)}
    return [_row(TABLES[table], number, leads) for number in range(keys[table])]


def _log_row(number: int, leads: int) -> list[Value]:
    when = _FIRST_DAY + timedelta(days=40 + number)
    return [when, "a.user", "demo", "August 2025", leads, leads, leads // 5, number, 0, 2, "done"]


def _row(columns: Sequence[Column], number: int, leads: int) -> list[Value]:
    return [_value(column, number, leads) for column in columns]


def _value(column: Column, number: int, leads: int) -> Value:
    if column.name in {"leadExternalId", "leadId"}:
        return (700_001 if column.name == "leadExternalId" else 9_001) + number % leads
    if column.name == "source":
        return _SOURCES[number % len(_SOURCES)]
    if column.kind == "text":
        return _text(column, number)
    if column.kind == "flag":
        return (True, False, None)[number % 3]
    if column.kind in {"date", "time"}:
        return _FIRST_DAY + timedelta(days=number % 60, hours=11 if column.kind == "time" else 0)
    return number % 4 + 1


def _text(column: Column, number: int) -> str | None:
    if number % 7 == 6:
        return None
    return NASTY[number % len(NASTY)] if column.name == "leadNote" else f"{column.label} {number % 9}"
