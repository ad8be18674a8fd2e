"""The command line `leads-excel`: one module a group of commands.

In: words of a command line. Out: results on standard output, messages on standard error, an exit code.
"""

from leads_excel.cli.app import main

__all__ = ["main"]
