"""Commands ask before they ask the API thousands of times; without a person at the terminal they end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Yes = Annotated[bool, typer.Option("--yes", help="Ask the API as often as it takes, without asking back.")]


def braked(*, yes: bool) -> AbstractContextManager[None]:
    """Ask somebody, while a command runs, before it takes more requests than anybody means.

    Args:
        yes: Nobody has to be asked.
    """
    from leads_excel.fetching import brakes

    return brakes.braked("add --yes", brakes.agreed if yes else _confirmed)


def _confirmed(takes: str) -> bool:
    return bool(sys.stdin and sys.stdin.isatty()) and typer.confirm(f"{takes} Go on?", err=True)
