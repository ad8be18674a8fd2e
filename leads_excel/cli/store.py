"""The commands `leads-excel sync` and `leads-excel store`: fill the store, and look after it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from leads_excel.cli.running.braking import Yes, braked
from leads_excel.cli.running.exit_codes import code_of, complain, say
from leads_excel.cli.running.logged_commands import LoggedCommands
from leads_excel.cli.running.options import Json, Reload, as_json
from leads_excel.cli.running.watching import watched
from leads_excel.exceptions import SettingsError
from leads_excel.schema.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from leads_excel.settings.model import Settings
    from leads_excel.store.database.connection import Database

store = LoggedCommands(group="store", help="Look after the windows that were fetched already.", no_args_is_help=True)


def sync(
    since: Annotated[str, typer.Option(metavar="DATE", help="First day or a token; up to today.")] = "-90D",
    watch: Annotated[float | None, typer.Option(metavar="MINUTES", min=0.05, help="Do so again and again.")] = None,
    reload: Reload = False,
    yes: Yes = False,
) -> None:
    """Fill the store, window by window: what is final is never asked for again, what may still change always is."""
    with braked(yes=yes):
        code = watched(watch, lambda: _sync_once(since, reload=reload))
    raise typer.Exit(code)


def _sync_once(since: str, *, reload: bool) -> int:
    from leads_excel.dates.typed_dates import to_days, today
    from leads_excel.exceptions import DateError
    from leads_excel.fetching.sync import sync as fill
    from leads_excel.log.runs import note_result
    from leads_excel.settings.model import Settings

    settings = Settings()
    first = to_days(since, zone=settings.zone, week_start=settings.week_start).first
    if first > today(settings.zone):
        raise DateError(f"--since {first} is a day to come, without leads yet: name one up to today.")
    days = to_days(since, "TODAY", zone=settings.zone, week_start=settings.week_start)
    synced = fill(days, settings=settings, progress=True, reload=reload)
    say(str(synced))
    error = synced.error(settings.zone)
    if error:  # what came is in the store all the same, and another round may bring what is missing
        complain(str(error))
    note_result(f"{synced}. {error}" if error else str(synced))
    return code_of(error) if error else 0


@store.command()
def info(json: Json = False) -> None:
    """Tell what the store holds and how much room it takes."""
    from leads_excel.store.upkeep import inspection as upkeep

    with _database() as (database, settings):
        found = upkeep.info(database)
    if json:
        typer.echo(as_json(found, settings.zone))
        return
    for item in fields(found):
        typer.echo(f"{item.name.replace('_', ' '):<14} {_shown(getattr(found, item.name), settings.zone)}")


def _shown(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, tuple):
        return ", ".join(value) or "-"
    return "-" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


@store.command()
def verify(
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove what is damaged, so that it is asked for again.")
    ] = False,
) -> None:
    """Check everything in the store, to the last value; exit code 1 when something is damaged."""
    from leads_excel.store.upkeep import soundness

    with _database() as (database, _):
        faults = soundness.repair(database) if repair else soundness.verify(database)
        left = soundness.verify(database) if faults and repair else faults
    for fault in faults:
        typer.echo(fault)
    if left:
        complain("The store is damaged: run 'leads-excel store verify --repair', then 'leads-excel sync'.")
        raise typer.Exit(1)
    typer.echo(
        "The store is sound again: what was removed is asked for next time." if faults else "The store is sound."
    )


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
    lead: Annotated[int | None, typer.Option(metavar="N", help="The leadId of the person's lead; or")] = None,
    record: Annotated[
        int | None, typer.Option(metavar="N", help="its leadExternalId, which a rejected lead has, too; or")
    ] = None,
    phone: Annotated[
        str | None, typer.Option(metavar="PHONE", help="the person's phone number, - to be asked for it; or")
    ] = None,
    email: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="the person's e-mail address, - to be asked for it.")
    ] = None,
) -> None:
    """Remove a person's leads from every answer the store ever kept, and check that they are gone."""
    from leads_excel.store.upkeep import erasure

    phone, email = _asked_for("Phone number", phone), _asked_for("E-mail address", email)
    with _database() as (database, _):
        erased = erasure.erase(database, lead, record=record, phone=phone, email=email)
        left = erasure.copies_of(database, lead, record=record, phone=phone, email=email)
        aside = database.set_aside
    name = f"lead {lead}" if lead is not None else f"record {record}" if record is not None else "that person"
    typer.echo(f"Removed {erased.leads:,} copies of {name}, and {erased.windows:,} windows about it alone.")
    if erased.sharing:
        typer.echo(
            f"Another {counted(erased.sharing, 'leads')} have the same phone number or e-mail address: "
            "erase them with --phone or --email."
        )
    typer.echo(_BEYOND)
    if aside:
        typer.echo(f"Nor are files that were set aside: {', '.join(aside)}.")
    if left:  # another process fetched it meanwhile
        complain(f"Another {left:,} copies arrived meanwhile: run this again.")
        raise typer.Exit(1)
    if not erased.leads and not erased.windows:
        complain(f"The store holds nothing of {name}: check the number, or try --record, --phone or --email.")
        raise typer.Exit(1)


_BEYOND = (
    "Workbooks, reports, exports, backups and open Excel windows are not reached: remove the person there, too. "
    "As long as the DMS has the leads, a later refresh brings them back."
)


def _asked_for(name: str, given: str | None) -> str | None:
    # What stands in a command line, other users of the computer can read.
    return str(typer.prompt(name, err=True)) if given == "-" else given


@contextmanager
def _database() -> Iterator[tuple[Database, Settings]]:
    from leads_excel.settings.model import Settings
    from leads_excel.store.database.connection import Database
    from leads_excel.store.database.troubles import TROUBLES, refusal

    settings = Settings()
    if settings.store is None:
        raise SettingsError("There is no store: set LEADS_EXCEL_STORE to the path of a file.")
    database = Database(settings.store, replaces=False)  # whoever looks after a store wants this one, and no empty one
    try:
        yield database, settings
    except TROUBLES as error:
        raise refusal(error) from error
    finally:
        database.close()
