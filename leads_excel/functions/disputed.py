"""Numbers over windows that lack leads which the DMS counts: refused, unless a person asks for what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leads_excel.exceptions import ApiReplyError
from leads_excel.schema.counts import counted
from leads_excel.windows.week_grid import Window

if TYPE_CHECKING:
    import pandas as pd

    from leads_excel.tables.lead_tables import LeadTables

_NAMED = 3


def disputed(tables: LeadTables) -> pd.DataFrame:
    """List the windows whose bulks do not hold the leads they count, for as long as they are asked again.

    Args:
        tables: The tables of a range.

    Returns:
        Their rows of the coverage.
    """
    covered = tables.coverage
    return covered[covered["addsUp"].eq(other=False).fillna(value=False) & ~covered["final"].fillna(value=False)]


def counts_that_differ(tables: LeadTables) -> str:
    """Name some of these windows, with both counts; nothing where there are none.

    Args:
        tables: The tables of a range.
    """
    windows = disputed(tables)
    named = [
        f"{Window(row['from'].tz_convert('UTC'), row['to'].tz_convert('UTC')).label(tables.zone)}"
        f" ({counted(row['totalRecords'], 'leads')} counted, {row['leads']:,} received)"
        for _, row in windows.head(_NAMED).iterrows()
    ]
    return f"{', '.join(named)}{f' and {len(windows) - _NAMED:,} more' if len(windows) > _NAMED else ''}"


def refuse_disputed(tables: LeadTables) -> None:
    """Refuse to work with windows whose bulks do not hold the leads they count, for as long as they are asked again.

    Args:
        tables: The tables of a range.

    Raises:
        ApiReplyError: There are such windows; the message names some of them, with both counts.
    """
    if named := counts_that_differ(tables):
        raise ApiReplyError(
            f"The API's counts and leads differ in {named}: reload later, or write the option partial=1."
        )
