"""What a refresh works out for the Dashboard, since Excel cannot: columns of the leads table, and a day. Pure.

Each column is filled where the table has it, and may be deleted. A column of the user's that happens to have the name
of the verdicts and holds something else stays the user's.

Key figures are loaded when leads have arrived: whoever has pressed a button waits for the first request.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

import pandas as pd

from leads_excel.tables.verdicts import ACCEPTED, PROVISIONAL, REJECTED, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pandas.api.extensions import ExtensionArray

    from leads_excel.excel.cells.values import Cell
    from leads_excel.tables.lead_tables import LeadTables

CONTACTABLE = "contactable"
"""Whether the lead's phone or e-mail address is a valid one."""

VERDICT = "verdict"
"""What the DMS has said of the lead so far: accepted, rejected or provisional."""

_VERDICTS = {ACCEPTED, REJECTED, PROVISIONAL}


def holds_verdicts(cells: Iterable[Cell]) -> bool:
    """Tell whether a column is ours: empty, or filled by a refresh.

    Args:
        cells: What stands in it.
    """
    return {cell for cell in cells if cell not in (None, "")} <= _VERDICTS


def with_columns(tables: LeadTables, names: Iterable[str]) -> pd.DataFrame:
    """Put columns beside the leads.

    Args:
        tables: The leads.
        names: Which, of `CONTACTABLE` and `VERDICT`.
    """
    columns = {name: _worked_out(tables, name) for name in names}
    return tables.leads.assign(**columns)


def until(tables: LeadTables) -> datetime | None:
    """Tell the last day of a range that counts: formulas divide by the same days as key figures, see `dates.elapsed`.

    Args:
        tables: The leads of the range.

    Returns:
        That day, as a cell holds one; None where nobody knows what was asked for.
    """
    from leads_excel.kpis.facts.facts import days_of, facts_of  # noqa: PLC0415 - see above

    days = days_of(facts_of(tables)) if tables.days else None
    return datetime.combine(days.last, time()) if days else None


def _worked_out(tables: LeadTables, name: str) -> ExtensionArray:
    if name == VERDICT:
        return pd.array(verdicts(tables), dtype="string")
    from leads_excel.kpis.facts.customers import is_contactable  # noqa: PLC0415 - see above
    from leads_excel.kpis.facts.facts import facts_of  # noqa: PLC0415 - see above

    return pd.array(is_contactable(facts_of(tables)), dtype="boolean")
