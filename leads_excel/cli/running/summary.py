"""What `demo` and `fetch` say when a file is written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer

from leads_excel.cli.running.exit_codes import complain
from leads_excel.schema.counts import counted

if TYPE_CHECKING:
    from pathlib import Path

    from leads_excel.tables.lead_tables import LeadTables


def summarize(tables: LeadTables, path: Path, started: float) -> None:
    """Print what was fetched, how long it took and where it was written; warnings go to standard error.

    Args:
        tables: What was fetched.
        path: Where it was written.
        started: When, as `time.perf_counter` tells it.
    """
    for line in tables.warnings:
        complain(line)
    counts = (len(tables.leads), len(tables.vehicles), len(tables.errors), len(tables.coverage))
    named = map(counted, counts, ("leads", "vehicles", "errors", "windows"))
    days = ", ".join(filter(None, (tables.title, tables.so_far)))
    typer.echo(f"{days}: {', '.join(named)}, {time.perf_counter() - started:.1f} seconds")
    typer.echo(path)
