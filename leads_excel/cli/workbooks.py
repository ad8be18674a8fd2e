"""The commands `demo`, `new` and `refresh`: workbooks, filled without Excel."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from leads_excel.cli.running.braking import Yes, braked
from leads_excel.cli.running.exit_codes import code_of, complain, say
from leads_excel.cli.running.options import DATE_HELP, Language, Reload, To
from leads_excel.cli.running.summary import summarize
from leads_excel.cli.running.watching import watched
from leads_excel.exceptions import ArgumentError, LeadsError
from leads_excel.schema.counts import counted


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
        path = tables.to_excel(out)  # which looks before the range for duplicates
    summarize(tables, path, started)


def new(
    workbook: Annotated[Path, typer.Argument(metavar="WORKBOOK", help="A .xlsx, or a .xlsm with buttons.")],
    language: Language = None,
) -> None:
    """Make an empty workbook to be refreshed."""
    from leads_excel.excel import workbooks
    from leads_excel.excel.addin.installing import set_interpreter
    from leads_excel.settings.model import Settings, in_language

    path = workbooks.new(workbook, language=in_language(Settings(), language).language)
    if path.suffix.lower() == ".xlsm" and sys.platform in ("win32", "darwin"):
        set_interpreter()
    typer.echo(path)


def upgrade(
    workbook: Annotated[Path, typer.Argument(metavar="WORKBOOK", help="A workbook of an older template.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be added.")] = False,
) -> None:
    """Add to a workbook what the template has by now: sheets, columns, rows of Home; everything in it stays."""
    from leads_excel.excel.upgrading.upgrade import upgrade as add_what_is_new

    upgraded = add_what_is_new(workbook, dry_run=dry_run)
    for line in upgraded.added:
        typer.echo(f"{'Would add' if dry_run else 'Added'} {line}.")
    for line in upgraded.left:
        complain(f"{workbook}: {line}")
    if upgraded.left:
        raise typer.Exit(1)
    if not upgraded.added:
        typer.echo(f"{workbook} has everything that the template has.")
    elif not dry_run:
        typer.echo(f"The next refresh fills what is new: leads-excel refresh {workbook}")


def refresh(
    workbooks: Annotated[list[Path], typer.Argument(metavar="WORKBOOK...", help="The workbooks to refresh.")],
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=f"Instead of Home's: {DATE_HELP}.")
    ] = None,
    to: To = None,
    keep_gone: Annotated[bool, typer.Option("--keep-gone", help="Keep rows that are no longer in the range.")] = False,
    watch: Annotated[float | None, typer.Option(metavar="MINUTES", min=0.05, help="Do so again and again.")] = None,
    reload: Reload = False,
    yes: Yes = False,
) -> None:
    """Refresh workbooks: fetch what each Home sheet asks for, and keep everything that is not ours."""
    days = from_, to
    with braked(yes=yes):
        code = watched(watch, lambda: _refresh_once(workbooks, days, keep_gone=keep_gone, reload=reload))
    raise typer.Exit(code)


def _refresh_once(paths: list[Path], days: tuple[str | None, str | None], *, keep_gone: bool, reload: bool) -> int:
    from leads_excel.dates.typed_dates import to_days
    from leads_excel.excel.workbooks import refresh_files
    from leads_excel.log.runs import note_result
    from leads_excel.settings.model import Settings

    if days[1] and not days[0]:
        raise ArgumentError("--to comes with --from: name both, or leave the range to the workbook.")
    settings = Settings()
    if days[0]:  # a slip of the command line is no failure of the workbooks
        to_days(*days, zone=settings.zone, week_start=settings.week_start)
    code, done = 0, []
    files = refresh_files(paths, days, settings, progress=True, gone="keep" if keep_gone else "remove", reload=reload)
    for path, outcome in files:
        if isinstance(outcome, LeadsError):
            complain(f"{path}: {outcome}")
            code = code or code_of(outcome)
            done.append(f"{path.name}: {outcome}")
            continue
        for remark in outcome.remarks:
            complain(f"{path}: {remark}")
        counts = ((outcome.leads, "leads"), (outcome.vehicles, "vehicles"), (outcome.errors, "errors"),
                  (outcome.new, "new"), (outcome.changed, "changed"), (outcome.gone, "gone"))  # fmt: skip
        say(f"{path}: {', '.join(counted(*each) for each in counts)}, {outcome.seconds} seconds")
    failed = f", {len(done)} not. {done[0]}" if done else ""
    note_result(f"{counted(len(paths) - len(done), 'workbooks')} refreshed{failed}")
    return code
