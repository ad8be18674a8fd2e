"""The command line `leads-excel`: results to standard output, progress and messages to standard error.

Each group of commands has a module beside this one; `exit_codes` tells what a command ends with.
"""

from __future__ import annotations

import io
import sys

import typer

from leads_excel.cli import addin, help, leads, sandbox, signing, store, workbooks  # noqa: A004 - named for its command
from leads_excel.cli.exit_codes import code_of, complain
from leads_excel.exceptions import LeadsError

app = typer.Typer(
    name="leads-excel",
    help="Sales leads from the DMS lead API, in Excel, files and notebooks.",
    no_args_is_help=True,
    add_completion=False,
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
app.command()(signing.login)
app.command()(signing.logout)
app.command()(signing.status)
app.command()(signing.doctor)
app.command()(addin.addin)
app.command()(sandbox.sandbox)
app.command(name="help")(help.show)


def main() -> None:
    """Run the command line; every error of ours becomes one line and an exit code."""
    _write_whatever_comes()
    try:
        app()
    except LeadsError as error:
        complain(str(error))
        sys.exit(code_of(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _write_whatever_comes() -> None:
    """Let no letter stop a command: output that is piped on Windows has the letters of one code page only."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")
