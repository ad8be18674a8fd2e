"""The table of rejected leads to work through: what `lx.rejections` lists, beside what a user notes of each.

A book has it where the cells of its headings have the names that the template gave them, such as
`rejections_reason`: a table of a user's own that is called the same has none, and an older template had no such table.
Whoever deletes the sheet does without.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.excel.filling.lead_fields import heading_name, leads_of
from leads_excel.tables.children import owners

if TYPE_CHECKING:
    from leads_excel.excel.book.protocol import Book
    from leads_excel.kpis.facts.groups import Numbers
    from leads_excel.tables.lead_tables import LeadTables

TABLE = "rejections"

KEY = ("leadExternalId", "code", "reason", "field")
"""What identifies a row: the lead, and why it was rejected. A reason is one of wording, so its own place may change."""

OWN = ("owner", "state", "note", "fixed value")
"""The columns that the template has for the user, and that no refresh fills."""


def is_in(book: Book) -> bool:
    """Tell whether a book has the table.

    Args:
        book: The book.
    """
    return bool(book.named([heading_name(TABLE, column) for column in KEY]))


def listed(tables: LeadTables) -> tuple[pd.DataFrame, str]:
    """List the rejected leads as `lx.rejections` does by default, once for the same tables.

    Args:
        tables: The leads of a range. The days after it are fetched where it knows whom to ask.

    Returns:
        One row per rejected lead and reason, columns `workbench.SHOWN`, personal data masked; and why it is not known
        of some whether they were recovered since, nothing where it is.
    """
    from leads_excel.kpis.facts.facts import facts_of  # noqa: PLC0415 - loaded when leads have arrived

    known = facts_of(tables).known
    if (listed,) not in known:
        known[listed,] = _listed(tables)
    found: tuple[pd.DataFrame, str] = known[listed,]
    return found


def _listed(tables: LeadTables) -> tuple[pd.DataFrame, str]:
    from leads_excel.rejected.workbench import SHOWN, UNKNOWN, hidden, workbench  # noqa: PLC0415 - see above

    rows = workbench(_counted(tables))
    is_open = bool(rows["recovered"].eq(UNKNOWN).any())
    note = f"{TABLE}: recovered: {rows.attrs['note']}" if is_open and rows.attrs["note"] else ""
    return hidden(rows)[list(SHOWN)], note


def _counted(tables: LeadTables) -> LeadTables:
    """Have leads count their vehicles and errors in order, as fetched ones do and those that somebody cut may not."""
    of_vehicles, of_errors = leads_of(tables, "vehicles"), leads_of(tables, "errors")
    if np.array_equal(of_vehicles, owners(tables, "vehicles")) and np.array_equal(of_errors, owners(tables, "errors")):
        return tables
    vehicles, errors = _in_order(of_vehicles), _in_order(of_errors)
    count = len(tables.leads)
    leads = tables.leads.assign(
        vehicleCount=pd.Series(np.bincount(of_vehicles[vehicles], minlength=count), tables.leads.index, "Int64"),
        errorCount=pd.Series(np.bincount(of_errors[errors], minlength=count), tables.leads.index, "Int64"),
    )
    return replace(tables, leads=leads, vehicles=tables.vehicles.iloc[vehicles], errors=tables.errors.iloc[errors])


def _in_order(leads: Numbers) -> Numbers:
    """List the rows that are some lead's, in the order of the leads."""
    return np.argsort(leads, kind="stable")[np.count_nonzero(leads < 0) :]
