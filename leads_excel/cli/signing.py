"""The commands `login` and `logout`: as whom requests sign in."""

from __future__ import annotations

import locale
import sys
from enum import StrEnum
from typing import Annotated

import typer

from leads_excel.exceptions import ArgumentError


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
        asked["username"] = _typed("User name")
    name = way.value.replace("-", "_")
    asked[name] = _typed(name.replace("_", " ").capitalize(), secret=True)
    settings.login(environment, **asked)
    typer.echo(f"The keychain holds the sign-in for {environment}.")


def _typed(what: str, *, secret: bool = False) -> str:
    """Ask for a line, or take the next one of what was piped in; a terminal beside it is not asked then."""
    if sys.stdin is not None and sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=secret, err=True))
    line = sys.stdin.buffer.readline() if sys.stdin is not None else b""
    try:
        text = line.decode("utf-8-sig")  # PowerShell begins what it pipes with a mark
    except UnicodeDecodeError:
        text = line.decode(locale.getpreferredencoding(do_setlocale=False), "replace")
    if not text.strip():
        raise ArgumentError(f"{what} is missing: type it, or pipe a line with it into this command.")
    return text.strip()


def logout(environment: Annotated[str, typer.Argument(help="test or prod.")]) -> None:
    """Remove a sign-in from the keychain."""
    from leads_excel import settings

    removed = settings.logout(environment)
    typer.echo(f"The keychain {'no longer holds' if removed else 'held no'} sign-in for {environment}.")
