"""The command line `leads-excel`: results to standard output, progress and messages to standard error.

Each group of commands has a module beside this one; `exit_codes` tells what a command ends with.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from leads_excel.cli import (
    addin,
    check,
    help,  # noqa: A004 - named for its command
    leads,
    sandbox,
    serving,
    signing,
    standing,
    store,
    workbooks,
)
from leads_excel.cli.running.exit_codes import UNEXPECTED, code_of, complain
from leads_excel.cli.running.logged_commands import LoggedCommands
from leads_excel.exceptions import LeadsError
from leads_excel.terminal.rounds import outlive_the_terminal
from leads_excel.terminal.streams import secure

app = LoggedCommands(
    name="leads-excel",
    help="Sales leads from the DMS lead API, in Excel, files and notebooks.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they print local variables, secrets among them
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(workbooks.demo)
app.command()(workbooks.new)
app.command()(workbooks.refresh)
app.command()(workbooks.upgrade)
app.command()(leads.fetch)
app.command()(leads.report)
app.command()(leads.export)
app.command()(store.sync)
app.add_typer(store.store, name="store")
app.command()(check.check)
app.command()(signing.login)
app.command()(signing.logout)
app.command()(standing.status)
app.command()(standing.doctor)
app.command()(addin.addin)
app.command()(serving.serve)
app.add_typer(serving.token, name="token")
app.command()(sandbox.sandbox)
app.command(name="help")(help.show)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"leads-excel {version('leads-excel')}")
        raise typer.Exit


@app.callback()
def _whole(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Tell the version and end.")
    ] = False,
) -> None:
    """Sales leads from the DMS lead API, in Excel, files and notebooks."""


def main() -> None:
    """Run the command line; every error becomes one line and an exit code."""
    secure()
    outlive_the_terminal()
    try:
        app()
    except LeadsError as error:
        complain(str(error))
        sys.exit(code_of(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - a trace ends in whatever data the error is about
        from leads_excel.excel.unexpected import told

        complain(told(error))
        sys.exit(UNEXPECTED)
