"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

DATE_HELP = "a date such as 2026-08-01, or a token: TODAY, -30D, MTD, LM, 2026-08, 2026-Q3"

From = Annotated[str, typer.Option("--from", metavar="DATE", help=f"First day: {DATE_HELP}.")]
To = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included; else --from decides.")]
LeadId = Annotated[int | None, typer.Option("--lead-id", metavar="N", help="Only this lead (its number in the DMS).")]
Source = Annotated[int | None, typer.Option("--source", metavar="N", help="Only this source number.")]
Reload = Annotated[bool, typer.Option("--reload", help="Ask the API for everything, also for what the store has.")]
SubSource = Annotated[int | None, typer.Option("--sub-source", metavar="N", help="Only this sub-source number.")]
