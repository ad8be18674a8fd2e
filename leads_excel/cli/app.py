"""The command line `leads-excel`: results to standard output, progress and messages to standard error.

Exit codes: 0 done; 2 wrong arguments or settings; 3 sign-in refused; 4 API out of reach; 5 answer not understood;
6 workbook locked or not ours; 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leads_excel.cli import sharing as cli_export
from leads_excel.cli import store as cli_store
from leads_excel.cli.options import DATE_HELP, From, LeadId, Source, SubSource, To
from leads_excel.exceptions import (
    ApiAccessError,
    ApiReplyError,
    ApiUnavailableError,
    ArgumentError,
    LeadsError,
    WorkbookError,
)
from leads_excel.schema.counts import counted

if TYPE_CHECKING:
    from leads_excel.tables.lead_tables import LeadTables

app = typer.Typer(
    name="leads-excel",
    help="Sales leads from the DMS lead API, in Excel, files and notebooks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, secrets among them
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(cli_export.export)
app.command()(cli_export.report)
app.command()(cli_store.sync)
app.add_typer(cli_store.store, name="store")

_CODES: tuple[tuple[type[LeadsError], int], ...] = (
    (ApiAccessError, 3),
    (ApiUnavailableError, 4),
    (ApiReplyError, 5),
    (WorkbookError, 6),
    (LeadsError, 2),
)


class Format(StrEnum):
    """Formats of a folder of tables."""

    csv = "csv"
    parquet = "parquet"


class Action(StrEnum):
    """What can be done with the add-in."""

    install = "install"
    remove = "remove"


class Way(StrEnum):
    """Ways to sign in."""

    token = "token"  # noqa: S105 - the name of a way, not a secret
    password = "password"  # noqa: S105 - the name of a way, not a secret
    api_key = "api-key"


def main() -> None:
    """Run the command line; every error of ours becomes one line and an exit code."""
    try:
        app()
    except LeadsError as error:
        _complain(str(error))
        sys.exit(_code(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _complain(line: str) -> None:
    typer.echo(f"leads-excel: {line}", err=True)


def _code(error: LeadsError) -> int:
    return next(code for kind, code in _CODES if isinstance(error, kind))


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The workbook to write.")] = Path(
        "leads-demo.xlsx"
    ),
) -> None:
    """Fill a workbook with a quarter of made-up leads, fetched over HTTP from a simulated DMS on this machine."""
    from leads_excel.fetching.fetch import fetch as fetch_tables
    from leads_excel.sandbox import Sandbox, SandboxServer
    from leads_excel.settings.model import Settings

    started = time.perf_counter()
    with SandboxServer(Sandbox()) as server:
        settings = Settings(environment="demo", base_url=server.url, store="none")
        tables = fetch_tables("-3M", settings=settings, progress=True)
    _finish(tables, tables.to_excel(out), started)


@app.command()
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
    if out.suffix and not as_json and out.suffix.lower() != ".xlsx" and not out.is_dir():
        raise ArgumentError(f"--out {out.name}: write to a .xlsx or .json file, or to a folder.")
    question = bulk_id if bulk_id is not None else fetcher.asked(from_, to, settings=settings, **filters)
    if as_json:
        _write_json(out, fetcher.received(question, settings=settings, progress=True))
    else:
        tables = fetcher.tables_for(question, settings=settings, progress=True)
        _finish(tables, _write(tables, out, format_), started)


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
        sys.stdout.buffer.write(content)
        return
    from leads_excel.excel.file.disk import replacing

    with replacing(out) as file:
        file.write(content)
    typer.echo(f"{len(content):,} bytes  {out}")


def _finish(tables: LeadTables, path: Path, started: float) -> None:
    for line in tables.warnings:
        _complain(line)
    counts = (len(tables.leads), len(tables.vehicles), len(tables.errors), len(tables.coverage))
    named = map(counted, counts, ("leads", "vehicles", "errors", "windows"))
    days = ", ".join(filter(None, (tables.title, tables.so_far)))
    typer.echo(f"{days}: {', '.join(named)}, {time.perf_counter() - started:.1f} seconds")
    typer.echo(path)


@app.command()
def new(
    workbook: Annotated[Path, typer.Argument(metavar="WORKBOOK", help="A .xlsx, or a .xlsm with buttons.")],
) -> None:
    """Make an empty workbook to be refreshed."""
    from leads_excel.excel import workbooks
    from leads_excel.excel.addin.installing import set_interpreter

    path = workbooks.new(workbook)
    if path.suffix.lower() == ".xlsm" and sys.platform in ("win32", "darwin"):
        set_interpreter()
    typer.echo(path)


@app.command()
def refresh(
    workbooks: Annotated[list[Path], typer.Argument(metavar="WORKBOOK...", help="The workbooks to refresh.")],
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=f"Instead of Home's: {DATE_HELP}.")
    ] = None,
    to: To = None,
    keep_gone: Annotated[bool, typer.Option("--keep-gone", help="Keep rows that are no longer in the range.")] = False,
    watch: Annotated[float | None, typer.Option(metavar="MINUTES", min=0.05, help="Do so again and again.")] = None,
) -> None:
    """Refresh workbooks: fetch what each Home sheet asks for, and keep everything that is not ours."""
    code = _refresh_once(workbooks, from_, to, keep_gone=keep_gone)
    while watch:
        time.sleep(watch * 60)
        code = _refresh_once(workbooks, from_, to, keep_gone=keep_gone)
    raise typer.Exit(code)


def _refresh_once(paths: list[Path], from_: str | None, to: str | None, *, keep_gone: bool) -> int:
    from leads_excel.excel.workbooks import refresh_files
    from leads_excel.settings.model import Settings

    if to and not from_:
        raise ArgumentError("--to comes with --from: name both, or leave the range to the workbook.")
    code = 0
    files = refresh_files(paths, (from_, to), Settings(), progress=True, gone="keep" if keep_gone else "remove")
    for path, outcome in files:
        if isinstance(outcome, LeadsError):
            _complain(f"{path}: {outcome}")
            code = code or _code(outcome)
            continue
        for remark in outcome.remarks:
            _complain(f"{path}: {remark}")
        counts = ((outcome.leads, "leads"), (outcome.vehicles, "vehicles"), (outcome.errors, "errors"),
                  (outcome.new, "new"), (outcome.changed, "changed"), (outcome.gone, "gone"))  # fmt: skip
        typer.echo(f"{path}: {', '.join(counted(*each) for each in counts)}, {outcome.seconds} seconds")
    return code


@app.command()
def addin(action: Annotated[Action, typer.Argument(help="install or remove.")]) -> None:
    """Put the ribbon tab Leads and the formulas into Excel on this computer, or take them out."""
    from leads_excel.excel.addin import installing as ribbon

    if action is Action.install:
        typer.echo(ribbon.install_addin())
        typer.echo("Start Excel again: the tab Leads is there.", err=True)
    else:
        typer.echo("The add-in is removed." if ribbon.remove_addin() else "There was no add-in.")


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port on this machine; 0 takes a free one.")] = 8321,
    leads_per_day: Annotated[int, typer.Option(min=0, help="Leads a day, on average.")] = 120,
    seed: Annotated[int, typer.Option(help="Another seed is another dealership.")] = 1,
) -> None:
    """Serve the simulated DMS over HTTP on this machine until Ctrl-C."""
    from leads_excel.sandbox import Sandbox, SandboxServer

    try:
        with SandboxServer(Sandbox(seed=seed, leads_per_day=leads_per_day), port=port) as server:
            typer.echo(server.url)
            typer.echo("Set LEADS_EXCEL_BASE_URL to this address. Ctrl-C stops.", err=True)
            server.wait()
    except OSError as error:
        raise ArgumentError(
            f"Port {port} cannot be used: {error.strerror}. Name another; 0 takes a free one."
        ) from error


@app.command()
def login(
    environment: Annotated[str, typer.Argument(help="test or prod.")],
    way: Annotated[Way, typer.Option("--with", help="What the API wants.")] = Way.token,
) -> None:
    """Keep a sign-in in this computer's keychain; what is secret is asked for, never given on the command line."""
    from leads_excel import settings

    settings.Settings(environment=environment)  # a wrong name is refused before a secret is typed
    asked = {}
    if way is Way.password:
        asked["username"] = typer.prompt("User name", err=True)
    name = way.value.replace("-", "_")
    asked[name] = typer.prompt(name.replace("_", " ").capitalize(), hide_input=True, err=True)
    settings.login(environment, **asked)
    typer.echo(f"The keychain holds the sign-in for {environment}.")


@app.command()
def logout(environment: Annotated[str, typer.Argument(help="test or prod.")]) -> None:
    """Remove a sign-in from the keychain."""
    from leads_excel import settings

    removed = settings.logout(environment)
    typer.echo(f"The keychain {'no longer holds' if removed else 'held no'} sign-in for {environment}.")


@app.command()
def status() -> None:
    """Tell which API answers, how requests sign in, and whose days a date means."""
    from leads_excel.settings.model import Settings

    settings = Settings()
    simulated = "  (made-up leads)" if settings.simulated else ""
    typer.echo(f"environment  {settings.environment}{simulated}")
    typer.echo(f"API          {'in process' if settings.simulated else settings.url}")
    typer.echo(f"sign-in      {settings.sign_in}")
    typer.echo(f"time zone    {settings.timezone}, weeks start on {settings.week_start}")


@app.command()
def doctor() -> None:
    """Check settings, clock, keychain, API and versions; nothing secret is shown, so the report can be sent on."""
    from leads_excel.doctor.checks import examine

    well = True
    for finding in examine():
        well = well and finding.well
        typer.echo(f"{'ok ' if finding.well else 'NOT'} {finding.subject:<16} {finding.text}")
    if not well:
        raise typer.Exit(1)
