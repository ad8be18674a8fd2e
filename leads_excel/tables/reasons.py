"""Why leads were rejected, as the DMS words it: without numbers, addresses, quotes and the names of the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leads_excel.schema.masking import wording
from leads_excel.schema.own_words import is_personal
from leads_excel.tables.children import owners

if TYPE_CHECKING:
    import pandas as pd

    from leads_excel.tables.lead_tables import LeadTables


def reasons(tables: LeadTables) -> pd.Series[Any]:
    """Reduce each error to its wording, so that thousands of messages become a dozen reasons.

    Args:
        tables: The tables.

    Returns:
        For each row of the errors table its message, `•••` in place of numbers, addresses, whatever stands in quotes,
        and the words of the lead's own personal fields, which nothing else tells from the wording.
    """
    messages = tables.errors["message"].reset_index(drop=True)
    personal = [name for name in tables.leads if is_personal(str(name))]
    return wording(messages, tables.leads[personal].take(owners(tables, "errors")).reset_index(drop=True))
