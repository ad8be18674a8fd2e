"""The commands `leads-excel sync` and `leads-excel store`: fill the store, and look after it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated

import typer

from leads_excel.cli.exit_codes import complain
from leads_excel.cli.options import Reload
from leads_excel.exceptions import SettingsError
from leads_excel.terminal.rounds import rounds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leads_excel.exceptions import ApiError
    from leads_excel.settings.model import Settings
    from leads_excel.store.database.connection import Database

store = typer.Typer(help="Look after the windows that were fetched already.", no_args_is_help=True)


def sync(
    since: Annotated[str, typer.Option(metavar="DATE", help="First day or a token; up to today.")] = "-90D",
    watch: Annotated[float | None, typer.Option(metavar="MINUTES", min=0.05, help="Do so again and again.")] = None,
    reload: Reload = False,
) -> None:
    """Fill the store, window by window: what is final is never asked for again, what may still change always is."""
    error = None
    for _ in rounds(watch):
        error = _sync_once(since, reload=reload)
        if error and watch:  # the next time may bring what is missing
            complain(str(error))
    if error:
        raise error


def _sync_once(since: str, *, reload: bool) -> ApiError | None:
    from leads_excel.dates.typed_dates import to_days, today
    from leads_excel.exceptions import DateError
    from leads_excel.fetching.sync import sync as fill
    from leads_excel.settings.model import Settings

    settings = Settings()
    first = to_days(since, zone=settings.zone, week_start=settings.week_start).first
    if first > today(settings.zone):
        raise DateError(f"--since {first} is a day to come, without leads yet: name one up to today.")
    days = to_days(since, "TODAY", zone=settings.zone, week_start=settings.week_start)
    synced = fill(days, settings=settings, progress=True, reload=reload)
    typer.echo(synced)
    return synced.error(settings.zone)


@store.command()
def info() -> None:
    """Tell what the store holds and how much room it takes."""
    from leads_excel.store.upkeep import inspection as upkeep

    with _database() as (database, _):
        found = upkeep.info(database)
    for item in fields(found):
        typer.echo(f"{item.name.replace('_', ' '):<14} {_shown(getattr(found, item.name))}")


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "-"
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


@store.command()
def verify() -> None:
    """Check everything in the store; exit code 1 when something is damaged."""
    from leads_excel.store.upkeep import inspection as upkeep

    with _database() as (database, _):
        faults = upkeep.verify(database)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
    typer.echo("The store is sound.")


@store.command()
def prune(
    older_than: Annotated[str, typer.Option("--older-than", metavar="DATE", help="Days before this one go.")],
) -> None:
    """Remove windows that ended before a day, and earlier answers that were last seen before it."""
    from leads_excel.dates.days import bounds
    from leads_excel.dates.typed_dates import to_days
    from leads_excel.store.upkeep import inspection as upkeep

    with _database() as (database, settings):
        days = to_days(older_than, zone=settings.zone, week_start=settings.week_start)
        gone = upkeep.prune(database, bounds(days, settings.zone)[0])
    typer.echo(f"Removed {gone.windows:,} windows, {gone.versions:,} earlier answers and {gone.bulks:,} bulks.")


@store.command()
def erase(
    lead: Annotated[int, typer.Option(metavar="N", help="The leadId of the person's lead.")],
) -> None:
    """Remove a person's lead from every answer the store ever kept, and check that it is gone."""
    from leads_excel.store.upkeep import erasure

    with _database() as (database, _):
        erased = erasure.erase(database, lead)
        left = erasure.copies_of(database, lead)
    typer.echo(f"Removed {erased.leads:,} copies of lead {lead}, and {erased.windows:,} windows about it alone.")
    if left:  # another process fetched it meanwhile
        typer.echo(f"Another {left:,} copies arrived meanwhile: run this again.", err=True)
        raise typer.Exit(1)


@contextmanager
def _database() -> Iterator[tuple[Database, Settings]]:
    from leads_excel.settings.model import Settings
    from leads_excel.store.database.connection import Database
    from leads_excel.store.database.troubles import TROUBLES, reason

    settings = Settings()
    if settings.store is None:
        raise SettingsError("There is no store: set LEADS_EXCEL_STORE to the path of a file.")
    database = Database(settings.store)
    try:
        yield database, settings
    except TROUBLES as error:
        raise SettingsError(
            f"The store cannot be used: {reason(error)}. Put it elsewhere with LEADS_EXCEL_STORE."
        ) from error
    finally:
        database.close()
