"""The commands `leads-excel export` and `leads-excel report`: leads for other tools and for people who read mail."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from leads_excel.cli.options import From, LeadId, Source, SubSource, To
from leads_excel.schema.counts import counted

Place = Annotated[str, typer.Argument(metavar="TARGET", help="A folder, or a URL such as s3://bucket/leads.")]


def export(
    target: Place,
    from_: From,
    to: To = None,
    lead_id: LeadId = None,
    source: Source = None,
    sub_source: SubSource = None,
) -> None:
    """Write whole months to Parquet, a folder per month, for DuckDB, Spark, Power BI and pandas."""
    from leads_excel.exports.partitions import export as export_months

    started = time.perf_counter()
    months = export_months(target, from_, to, lead_id=lead_id, source=source, sub_source=sub_source, progress=True)
    for month in months.itertuples():
        counts = ", ".join(counted(getattr(month, name), name) for name in ("leads", "vehicles", "errors", "bulks"))
        typer.echo(f"{month.month}: {counts}")
    typer.echo(f"{counted(len(months), 'months')}, {time.perf_counter() - started:.1f} seconds")


def report(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A .html, .pdf or .xlsx file.")],
    from_: From,
    to: To = None,
    lead_id: LeadId = None,
    source: Source = None,
    sub_source: SubSource = None,
) -> None:
    """Write one page that can be mailed: key figures with their change, charts, what the numbers cover."""
    from leads_excel.reports.report import report as write

    typer.echo(write(out, from_, to, lead_id=lead_id, source=source, sub_source=sub_source, progress=True))
