"""What all commands have in common: options, the log from beginning to end, exit codes, what is said at the end.

In: the function of a command. Out: a command that is logged and ends with the right exit code.
May import: excel, exceptions, fetching, log, schema, settings, tables, terminal.
"""
