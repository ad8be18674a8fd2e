"""Small LeadTables for the tests of workbooks, and a refresh of a file in one call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import cycle
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd
from sample_tables import columns_of, rows_of

from leads_excel.excel.file.file_book import FileBook
from leads_excel.excel.filling import sheets
from leads_excel.schema.columns import DTYPES, TABLES
from leads_excel.tables.coverage import coverage
from leads_excel.tables.lead_tables import LeadTables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from multiprocessing.synchronize import Event
    from pathlib import Path

    from leads_excel.excel.filling.sheets import Gone, Summary

ZONE = "Asia/Riyadh"
RUN_AT = datetime(2025, 9, 1, 10, 30)  # noqa: DTZ001 - cells hold wall clocks


def frame_of(table: str, records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Make the frame of a table: its schema's columns and types, whatever the records hold of them."""
    kinds = {column.name: DTYPES[column.kind].format(zone=ZONE) for column in TABLES[table]}
    frame = pd.DataFrame(list(records), columns=list(kinds), dtype=object)
    return frame.assign(**{name: _typed(frame[name], kind) for name, kind in kinds.items()})


def _typed(values: pd.Series, kind: str) -> pd.Series:
    if ZONE in kind:
        return values.astype("datetime64[us]").dt.tz_localize(ZONE)
    return values.astype(kind)


def tables(warnings: tuple[str, ...] = (), **records: Iterable[Mapping[str, Any]]) -> LeadTables:
    """Make LeadTables out of a few records a table; tables that are not named are empty."""
    frames = {table: frame_of(table, records.get(table, ())) for table in TABLES}
    return LeadTables(**frames, coverage=coverage([], ZoneInfo(ZONE)), warnings=warnings)


def leads(*ids: int, **values: Any) -> LeadTables:
    """Make LeadTables with a lead for each id, all with the same other values."""
    return tables(leads=[{"leadExternalId": number, "source": "Website", **values} for number in ids])


def records(table: str, count: int) -> list[dict[str, Any]]:
    """List the rows of the tests' sample workbooks, as dictionaries."""
    return [dict(zip(columns_of(table), row, strict=True)) for row in rows_of(table, count)]


def sample(count: int) -> LeadTables:
    """Make the LeadTables that the tests' sample workbooks hold."""
    return tables(**{table: records(table, count) for table in TABLES})


def run(environment: str = "demo", title: str = "August 2025") -> sheets.Run:
    """Describe a refresh that was made at a fixed time."""
    return sheets.Run(RUN_AT, environment, title, who="a.user")


def refresh(
    path: Path, fetched: LeadTables, to: Path | None = None, *, environment: str = "demo", gone: Gone = "remove"
) -> Summary:
    """Refresh a workbook file, in place or to another file."""
    with FileBook(path) as book:
        summary = sheets.fill(book, fetched, run(environment), gone=gone)
        told = book.save(to)
    return replace(summary, remarks=(*summary.remarks, *told))


def refresh_for_ever(path: Path, in_turn: Sequence[LeadTables], started: Event) -> None:
    """Refresh a workbook with one after another, again and again, for a test that kills the process."""
    for fetched in cycle(in_turn):
        refresh(path, fetched)
        started.set()
