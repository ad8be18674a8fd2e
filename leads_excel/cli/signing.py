"""The commands `login`, `logout`, `status` and `doctor`: which API answers, as whom, and whether all is well."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Way(StrEnum):
    """Ways to sign in."""

    token = "token"  # noqa: S105 - the name of a way, not a secret
    password = "password"  # noqa: S105 - the name of a way, not a secret
    api_key = "api-key"


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


def logout(environment: Annotated[str, typer.Argument(help="test or prod.")]) -> None:
    """Remove a sign-in from the keychain."""
    from leads_excel import settings

    removed = settings.logout(environment)
    typer.echo(f"The keychain {'no longer holds' if removed else 'held no'} sign-in for {environment}.")


def status() -> None:
    """Tell which API answers, how requests sign in, and whose days a date means."""
    from leads_excel.settings.model import Settings

    settings = Settings()
    simulated = "  (made-up leads)" if settings.simulated else ""
    typer.echo(f"environment  {settings.environment}{simulated}")
    typer.echo(f"API          {'in process' if settings.simulated else settings.url}")
    typer.echo(f"sign-in      {settings.sign_in}")
    typer.echo(f"time zone    {settings.timezone}, weeks start on {settings.week_start}")


def doctor() -> None:
    """Check settings, clock, keychain, API and versions; nothing secret is shown, so the report can be sent on."""
    from leads_excel.doctor.checks import examine

    well = True
    for finding in examine():
        well = well and finding.well
        typer.echo(f"{'ok ' if finding.well else 'NOT'} {finding.subject:<16} {finding.text}")
    if not well:
        raise typer.Exit(1)
