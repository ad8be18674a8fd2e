"""The command `sandbox`: the simulated DMS over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from leads_excel.exceptions import ArgumentError
from leads_excel.terminal.rounds import end_with_the_terminal


def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port on this machine; 0 takes a free one.")] = 8321,
    leads_per_day: Annotated[int, typer.Option(min=0, help="Leads a day, on average.")] = 120,
    seed: Annotated[int, typer.Option(help="Another seed is another dealership.")] = 1,
) -> None:
    """Serve the simulated DMS over HTTP on this machine until Ctrl-C."""
    from leads_excel.sandbox import Sandbox, SandboxServer

    end_with_the_terminal()
    try:
        with SandboxServer(Sandbox(seed=seed, leads_per_day=leads_per_day), port=port) as server:
            typer.echo(server.url)
            typer.echo("Set LEADS_EXCEL_BASE_URL to this address. Ctrl-C stops.", err=True)
            server.wait()
    except OSError as error:
        raise ArgumentError(
            f"Port {port} cannot be used: {error.strerror}. Name another; 0 takes a free one."
        ) from error
