"""The commands `status` and `doctor`: what is in force, how the last runs went, and whether all is well."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from leads_excel.cli.running.options import Json, as_json

if TYPE_CHECKING:
    from leads_excel.settings.model import Settings


def status(json: Json = False) -> None:
    """Tell which API answers, how requests sign in, whose days a date means, and how the last runs went."""
    from leads_excel.log.runs import KINDS, last_run
    from leads_excel.settings.model import Settings

    settings, now = Settings(), datetime.now(UTC)
    runs = {kind: last_run(kind) for kind in KINDS}
    if json:
        told = {f"last_{kind}": run and run.facts(settings.zone, now) for kind, run in runs.items()}
        typer.echo(as_json(_in_force(settings) | told))
        return
    simulated = "  (made-up leads)" if settings.simulated else ""
    typer.echo(f"environment   {settings.environment}{simulated}")
    typer.echo(f"API           {'in process' if settings.simulated else settings.url}")
    typer.echo(f"sign-in       {settings.sign_in}")
    typer.echo(f"time zone     {settings.timezone}, weeks start on {settings.week_start}")
    for kind, run in runs.items():
        typer.echo(f"last {kind:<8} {run.in_words(settings.zone, now) if run else 'none yet'}")
    typer.echo(f"log           {settings.log or 'none'}")


def doctor(json: Json = False) -> None:
    """Check settings, clock, keychain, API and versions; nothing secret is shown, so the report can be sent on."""
    from leads_excel.doctor.checks import examine

    findings = []
    for finding in examine():
        findings.append(finding)
        if not json:
            typer.echo(f"{'ok ' if finding.well else 'NOT'} {finding.subject:<16} {finding.text}")
    if json:
        typer.echo(as_json([{"subject": each.subject, "well": each.well, "text": each.text} for each in findings]))
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


def _in_force(settings: Settings) -> dict[str, Any]:
    return {
        "environment": settings.environment,
        "simulated": settings.simulated,
        "api": None if settings.simulated else settings.url,
        "sign_in": settings.sign_in,
        "timezone": settings.timezone,
        "week_start": settings.week_start,
        "log": settings.log,
    }
