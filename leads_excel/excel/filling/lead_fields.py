"""Fields of its lead beside each vehicle and each error, so that a pivot over those needs no lookup.

They are called as the dimensions of `leads_by` and hold what it counts by, so both add up to the same. A heading is
filled where its cell has the defined name that the template gave it, such as `errors_branch`: names follow their cells
wherever a user moves a column, and go with one that is deleted. A column of the user's that is called the same, typed
or looked up before there were ours, has no such name and stays theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leads_excel.tables.children import owners

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from leads_excel.excel.book.protocol import Book
    from leads_excel.tables.children import Child
    from leads_excel.tables.lead_tables import LeadTables

DAY = "day"
"""The day on which the lead was submitted: that of its bulk, in the business zone."""

LEAD_FIELDS = ("source", "branch", "brand", DAY)
"""The fields, all of the lead: what a vehicle or an error may have itself under such a name is not meant."""

CHILDREN: tuple[Child, ...] = ("vehicles", "errors")
"""The tables that have them."""


def heading_name(table: str, field: str) -> str:
    """Tell the name that the heading of a column of ours bears in a workbook: `errors_branch`.

    Args:
        table: The table.
        field: The column; Excel knows no capitals in names, other programs might.
    """
    return f"{table}_{field}".casefold()


def fields_of(book: Book, table: str) -> tuple[str, ...]:
    """List the fields of the lead that a table of a book has columns for.

    Args:
        book: The book.
        table: One of `CHILDREN`.
    """
    headings = {heading.casefold() for heading in book.headers(table)}
    cells = book.named([heading_name(table, field) for field in LEAD_FIELDS if field in headings])
    named = {name: str(cell.value).casefold() for name, cell in cells.items()}
    return tuple(field for field in LEAD_FIELDS if named.get(heading_name(table, field)) == field)


def beside_rows(tables: LeadTables, child: Child, fields: Iterable[str]) -> pd.DataFrame:
    """Put fields of the lead beside each vehicle or error.

    Args:
        tables: The leads.
        child: Which table.
        fields: Which of `LEAD_FIELDS`; empty for a row whose lead cannot be told.

    Returns:
        The table with these columns.
    """
    rows: pd.DataFrame = getattr(tables, child)
    columns = {field: _of_leads(tables, field) for field in fields}
    if not columns:
        return rows
    found = leads_of(tables, child)
    return rows.assign(**{field: values.reindex(found).array for field, values in columns.items()})


def _of_leads(tables: LeadTables, field: str) -> pd.Series[Any]:
    if field == DAY:
        from leads_excel.kpis.facts.facts import facts_of, submitted  # noqa: PLC0415 - loaded when leads have arrived

        return pd.Series(submitted(facts_of(tables)).astype("datetime64[us]")).dt.normalize()
    return tables.leads[field].reset_index(drop=True)


def leads_of(tables: LeadTables, child: Child) -> NDArray[np.int64]:
    """Find the lead of each row: by its place, as `owners` says, else by its number.

    Args:
        tables: The leads.
        child: Which table. Places no longer tell the lead in tables that somebody sorted or cut.

    Returns:
        The place of the lead; -1 where the number is not that of one lead.
    """
    numbers, found = getattr(tables, child)["leadExternalId"], owners(tables, child)
    leads = _plain(tables.leads["leadExternalId"])
    if len(found) == len(numbers) and _plain(numbers).tolist() == leads.take(found).tolist():
        return found
    places = pd.Series(np.arange(len(leads)), index=pd.Index(leads))
    known = places[~places.index.duplicated(keep=False) & (places.index != "")]
    return _plain(numbers).map(known).fillna(-1).to_numpy("int64")


def _plain(numbers: pd.Series[Any]) -> pd.Series[Any]:
    return numbers.astype("string").fillna("").astype(object).reset_index(drop=True)
