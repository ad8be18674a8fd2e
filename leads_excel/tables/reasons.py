"""Why leads were rejected, as the DMS words it: without numbers, addresses, quotes and the names of the customer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from leads_excel.schema.masking import MASK, wording
from leads_excel.tables.children import owners

if TYPE_CHECKING:
    from leads_excel.tables.lead_tables import LeadTables

_NAMES = ("firstName", "middleName", "lastName", "contactName", "companyName")
_SHORTEST = 3  # letters; a shorter name hides nothing and would stand in too many words
_MASKS = rf"{MASK}(?:[\s,]+{MASK})+"


def reasons(tables: LeadTables) -> pd.Series[Any]:
    """Reduce each error to its wording, so that thousands of messages become a dozen reasons.

    Args:
        tables: The tables.

    Returns:
        For each row of the errors table its message, `•••` in place of numbers, addresses, whatever stands in quotes,
        and the lead's own names, which nothing else tells from the wording.
    """
    messages = tables.errors["message"].astype("string").reset_index(drop=True)
    texts, lower = messages.to_list(), messages.fillna("").str.lower().to_list()
    names = tables.leads[[*_NAMES]].take(owners(tables, "errors")).astype("string")
    for column in _NAMES:
        for row, name in enumerate(names[column].fillna("").str.strip().str.lower().to_list()):
            if len(name) >= _SHORTEST and name in lower[row]:
                texts[row] = _without(texts[row], name)
    return wording(pd.Series(texts, dtype="string")).str.replace(_MASKS, MASK, regex=True)


def _without(text: str, name: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", MASK, text, flags=re.IGNORECASE)
