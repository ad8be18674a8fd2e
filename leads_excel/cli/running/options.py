"""Options that several commands share."""

from __future__ import annotations

import json
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DATE_HELP = "a date such as 2026-08-01, or a token: TODAY, -30D, MTD, LM, 2026-08, 2026-Q3"

From = Annotated[str, typer.Option("--from", metavar="DATE", help=f"First day: {DATE_HELP}.")]
To = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, included; else --from decides.")]
LeadId = Annotated[int | None, typer.Option("--lead-id", metavar="N", help="Only this lead (its number in the DMS).")]
Source = Annotated[int | None, typer.Option("--source", metavar="N", help="Only this source number.")]
Reload = Annotated[bool, typer.Option("--reload", help="Ask the API for everything, also for what the store has.")]
SubSource = Annotated[int | None, typer.Option("--sub-source", metavar="N", help="Only this sub-source number.")]
Language = Annotated[
    str | None,
    typer.Option("--language", metavar="LANGUAGE", help="en or ar (from right to left); else the setting language."),
]
Json = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


def as_json(value: object, zone: ZoneInfo | None = None) -> str:
    """Write what `--json` asks for.

    Args:
        value: Plain values, moments, dataclasses of them.
        zone: The business zone, in which moments are told.

    Returns:
        JSON, indented.
    """

    def plain(item: object) -> object:
        if is_dataclass(item) and not isinstance(item, type):
            return asdict(item)
        return item.astimezone(zone).isoformat() if isinstance(item, datetime) else str(item)

    return json.dumps(value, ensure_ascii=False, indent=2, default=plain)
