"""The tables of the manual's pages as the code would write them: what a page lacks is shown as the row to paste."""

from __future__ import annotations

from typer.main import get_command

import leads_excel as lx
from leads_excel.cli.app import app
from leads_excel.cli.running.logged_commands import COMMON
from leads_excel.excel.template.sheets.catalogue import ARGUMENTS, FUNCTIONS
from leads_excel.schema import columns
from leads_excel.settings.model import Settings

COMMANDS = get_command(app).commands


def row(*cells):
    return f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def of_settings():
    """List name, default and meaning of each setting; where store and log are depends on the machine."""
    places = {"store": "a file in your data folder", "log": "a folder in your state folder"}
    for name, field in Settings.model_fields.items():
        default = places.get(name, field.default)
        yield row(f"`{name.upper()}`", "" if default is None else default, field.description)


def of_formulas():
    for entry in FUNCTIONS:
        yield row(f"`{entry.formula}`", entry.gives, f"`{entry.example}`")
    for name, text in ARGUMENTS:
        yield row(f"`{name}`", text)


def of_columns():
    for table in ("LEADS", "VEHICLES", "ERRORS", "BULKS"):
        for column in getattr(columns, table):
            personal = "personal" if column.sensitive else ""
            yield row(f"`{column.name}`", column.label, column.kind, personal, column.about)


def of_kpis():
    for figure in lx.leads_fields("kpis").itertuples():
        yield row(f"`{figure.name}`", figure.label, figure.kind, figure.about)


def commands():
    """Name every command, those of a group with the group's name, such as `store info`."""
    for name, command in COMMANDS.items():
        if hasattr(command, "commands"):
            yield from ((f"{name} {inner}", item) for inner, item in command.commands.items())
        else:
            yield name, command


def of_command(command):
    """List the arguments and options of a command with their help."""
    for parameter in command.params:
        if parameter.name in COMMON:  # told once, above all commands
            continue
        is_option = parameter.param_type_name == "option"
        words = [parameter.opts[0]] if is_option else []
        words += [parameter.metavar] if parameter.metavar else [] if is_option else [parameter.name.upper()]
        yield row(f"`{' '.join(words)}`", parameter.help)
