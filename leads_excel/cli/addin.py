"""The command `addin`: the ribbon tab and the formulas, into Excel or out of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Action(StrEnum):
    """What can be done with the add-in."""

    install = "install"
    remove = "remove"


def addin(action: Annotated[Action, typer.Argument(help="install or remove.")]) -> None:
    """Put the ribbon tab Leads and the formulas into Excel on this computer, or take them out."""
    from leads_excel.excel.addin import installing as ribbon

    if action is Action.install:
        typer.echo(ribbon.install_addin())
        typer.echo("Start Excel again: the tab Leads is there.", err=True)
    else:
        typer.echo("The add-in is removed." if ribbon.remove_addin() else "There was no add-in.")
