"""What a refresh works out for the Dashboard, since Excel cannot: columns of the leads table, and a day. Pure.

Each column is filled where the table has it, and may be deleted. A column of the user's that happens to have the name
of the verdicts or of the duplicates and holds something else stays the user's.

Key figures are loaded when leads have arrived: whoever has pressed a button waits for the first request.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

import pandas as pd

from leads_excel.exceptions import ApiError, ArgumentError
from leads_excel.tables.verdicts import ACCEPTED, PROVISIONAL, REJECTED, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pandas.api.extensions import ExtensionArray

    from leads_excel.excel.cells.values import Cell
    from leads_excel.tables.lead_tables import LeadTables

CONTACTABLE = "contactable"
"""Whether the lead's phone or e-mail address is a valid one."""

DUPLICATE = "duplicate"
"""Whether the lead repeats an earlier one of the same customer; empty where the days before the range are missing."""

VERDICT = "verdict"
"""What the DMS has said of the lead so far: accepted, rejected or provisional."""

_VERDICTS = {ACCEPTED, REJECTED, PROVISIONAL}


def holds_verdicts(cells: Iterable[Cell]) -> bool:
    """Tell whether a column is ours: empty, or filled by a refresh.

    Args:
        cells: What stands in it.
    """
    return {cell for cell in cells if cell not in (None, "")} <= _VERDICTS


def holds_flags(cells: Iterable[Cell]) -> bool:
    """Tell whether a column is ours: empty, or yes and no as a refresh writes them.

    Args:
        cells: What stands in it.
    """
    return all(cell in (None, "") or isinstance(cell, bool) for cell in cells)


def with_columns(tables: LeadTables, names: Iterable[str]) -> pd.DataFrame:
    """Put columns beside the leads.

    Args:
        tables: The leads.
        names: Which, of `CONTACTABLE`, `DUPLICATE` and `VERDICT`.
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


def look_back(tables: LeadTables) -> str:
    """Fetch what lies before the range, from memory or the store as a rule: a duplicate repeats what came there.

    Args:
        tables: The leads of the range.

    Returns:
        Why that could not be had, in one line; nothing where it could.
    """
    from leads_excel.kpis.around.history import history_of  # noqa: PLC0415 - see above
    from leads_excel.kpis.around.margin import reach  # noqa: PLC0415 - see above
    from leads_excel.kpis.facts.facts import facts_of  # noqa: PLC0415 - see above

    facts = facts_of(tables)
    try:
        history_of(facts, reach(facts.rules, "days"))
    except (ApiError, ArgumentError) as error:  # not answered, or more days than anybody allowed
        return f"duplicates are not known: {error}"
    return ""


def _worked_out(tables: LeadTables, name: str) -> ExtensionArray:
    if name == VERDICT:
        return pd.array(verdicts(tables), dtype="string")
    if name == DUPLICATE:
        return _duplicates(tables)
    from leads_excel.kpis.facts.customers import is_contactable  # noqa: PLC0415 - see above
    from leads_excel.kpis.facts.facts import facts_of  # noqa: PLC0415 - see above

    return pd.array(is_contactable(facts_of(tables)), dtype="boolean")


def _duplicates(tables: LeadTables) -> ExtensionArray:
    from leads_excel.kpis.around.history import history_of  # noqa: PLC0415 - see above
    from leads_excel.kpis.around.margin import reach  # noqa: PLC0415 - see above
    from leads_excel.kpis.around.repeated import repeats  # noqa: PLC0415 - see above
    from leads_excel.kpis.facts.facts import facts_of  # noqa: PLC0415 - see above

    facts = facts_of(tables)
    try:
        history = history_of(facts, reach(facts.rules, "days"))
    except (ApiError, ArgumentError):
        return pd.array([pd.NA] * len(tables.leads), dtype="boolean")
    return pd.array(repeats(history)[history.own], dtype="boolean")
