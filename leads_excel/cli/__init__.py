"""The command line `leads-excel`: one module a group of commands.

In: words of a command line. Out: results on standard output, messages on standard error, an exit code.
May import: checks, cli.running, dates, doctor, excel, excel.addin, excel.file, excel.upgrading, exceptions, exports,
fetching, log, reports, sandbox, schema, serving, serving.people, settings, store.database, store.upkeep, tables,
terminal.
"""

from leads_excel.cli.app import main

__all__ = ["main"]
