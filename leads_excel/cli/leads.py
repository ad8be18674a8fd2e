"""The commands `fetch`, `export` and `report`: leads for other tools and for people who read mail."""

from __future__ import annotations

import os
import time
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leads_excel.cli.running.braking import Yes, braked
from leads_excel.cli.running.options import From, Language, LeadId, Reload, Source, SubSource, To
from leads_excel.cli.running.summary import summarize
from leads_excel.exceptions import ArgumentError, WorkbookError
from leads_excel.schema.counts import counted
from leads_excel.terminal.streams import deliver

if TYPE_CHECKING:
    from leads_excel.tables.lead_tables import LeadTables

Place = Annotated[str, typer.Argument(metavar="TARGET", help="A folder, or a URL such as s3://bucket/leads.")]


class Format(StrEnum):
    """Formats of a folder of tables."""

    csv = "csv"
    parquet = "parquet"


def fetch(
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="PATH", help="A .xlsx or .json file, a folder (see --format), or - for JSON here."
        ),
    ],
    from_: From = "",
    to: To = None,
    lead_id: LeadId = None,
    source: Source = None,
    sub_source: SubSource = None,
    bulk_id: Annotated[int | None, typer.Option("--id", metavar="N", help="One bulk by its number, no dates.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="How a folder is written.")] = Format.csv,
    reload: Reload = False,
    yes: Yes = False,
) -> None:
    """Fetch leads and write them to a workbook, a JSON file or a folder of tables."""
    from leads_excel.fetching import fetch as fetcher
    from leads_excel.settings.model import Settings

    started = time.perf_counter()
    settings = Settings()
    filters = {"lead_id": lead_id, "source": source, "sub_source": sub_source}
    if bulk_id is not None and (from_ or to or any(number is not None for number in filters.values())):
        raise ArgumentError("--id comes alone: leave out the dates and filters, or leave out --id.")
    as_json = str(out) == "-" or out.suffix.lower() == ".json"
    if out.suffix and not as_json and out.suffix.lower() != ".xlsx" and not os.path.isdir(out):  # noqa: PTH112 - as there
        raise ArgumentError(f"--out {out.name}: write to a .xlsx or .json file, or to a folder.")
    question = bulk_id if bulk_id is not None else fetcher.asked(from_, to, settings=settings, **filters)
    if as_json:
        with braked(yes=yes):
            content = fetcher.received(question, settings=settings, progress=True)
        _write_json(out, content)
    else:
        with braked(yes=yes):
            tables = fetcher.tables_for(question, settings=settings, progress=True, reload=reload)
        summarize(tables, _write(tables, out, format_), started)


def _write(tables: LeadTables, out: Path, format_: Format) -> Path:
    if out.suffix.lower() == ".xlsx":
        return tables.to_excel(out)
    if format_ is Format.parquet:
        tables.to_parquet(out)
    else:
        tables.to_csv(out)
    return out


def _write_json(out: Path, content: bytes) -> None:
    if str(out) == "-":
        try:
            deliver(content)
        except OSError as error:
            raise WorkbookError(f"Standard output cannot be written: {error.strerror}.") from error
        return
    from leads_excel.excel.file.disk import replacing

    with replacing(out) as file:
        file.write(content)
    typer.echo(f"{len(content):,} bytes  {out}")


def export(
    target: Place,
    from_: From,
    to: To = None,
    lead_id: LeadId = None,
    source: Source = None,
    sub_source: SubSource = None,
    yes: Yes = False,
) -> None:
    """Write whole months to Parquet, a folder per month, for DuckDB, Spark, Power BI and pandas."""
    from leads_excel.exports.partitions import export as export_months

    started = time.perf_counter()
    with braked(yes=yes):
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
    language: Language = None,
    yes: Yes = False,
) -> None:
    """Write one page that can be mailed: key figures with their change, charts, what the numbers cover."""
    from leads_excel.reports.report import report as write
    from leads_excel.settings.model import Settings, in_language

    settings = in_language(Settings(), language)
    asked = partial(write, lead_id=lead_id, source=source, sub_source=sub_source, settings=settings)
    with braked(yes=yes):
        typer.echo(asked(out, from_, to, progress=True))
