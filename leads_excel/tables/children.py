"""Vehicles and errors beside the lead they belong to. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leads_excel.tables.lead_tables import LeadTables

Child = Literal["vehicles", "errors"]

_COUNTS: dict[Child, str] = {"vehicles": "vehicleCount", "errors": "errorCount"}


def owners(tables: LeadTables, child: Child) -> NDArray[np.int64]:
    """Find the lead of each vehicle or error.

    Their rows stand in the order of their leads, as many to a lead as it counts. Numbers would not do: a lead whose
    `leadExternalId` cannot be read has vehicles too.

    Args:
        tables: The tables.
        child: Which table.

    Returns:
        For each row of that table, the row of its lead.
    """
    counts = tables.leads[_COUNTS[child]].to_numpy(dtype="int64", na_value=0)
    return np.repeat(np.arange(len(counts)), counts)


def beside_leads(tables: LeadTables, child: Child) -> pd.DataFrame:
    """Put the fields of its lead beside each vehicle or error.

    Args:
        tables: The tables.
        child: Which table.

    Returns:
        The rows of that table; its own columns first, then those of the lead that it does not have itself.
    """
    rows: pd.DataFrame = getattr(tables, child).reset_index(drop=True)
    leads = tables.leads[[name for name in tables.leads if name not in rows]]
    return pd.concat([rows, leads.take(owners(tables, child)).reset_index(drop=True)], axis="columns")


def narrowed(tables: LeadTables, kept: NDArray[np.bool_]) -> LeadTables:
    """Keep some leads, with their vehicles and errors.

    Args:
        tables: The tables.
        kept: For each lead, whether it stays.
    """
    return replace(
        tables,
        leads=tables.leads[kept],
        vehicles=tables.vehicles[kept[owners(tables, "vehicles")]],
        errors=tables.errors[kept[owners(tables, "errors")]],
    )
