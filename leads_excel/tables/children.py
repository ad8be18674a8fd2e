"""Vehicles and errors beside the lead they belong to. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

Child = Literal["vehicles", "errors"]

_COUNTS: dict[Child, str] = {"vehicles": "vehicleCount", "errors": "errorCount"}


class Parents(Protocol):
    """Leads with what belongs to them: `LeadTables` are."""

    @property
    def leads(self) -> pd.DataFrame:
        """The leads, which count their vehicles and errors."""

    @property
    def vehicles(self) -> pd.DataFrame:
        """Their vehicles, in the order of leads."""

    @property
    def errors(self) -> pd.DataFrame:
        """Their errors, likewise."""


Narrowed = TypeVar("Narrowed", bound=Parents)


def owners(tables: Parents, child: Child) -> NDArray[np.int64]:
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


def beside_leads(tables: Parents, child: Child) -> pd.DataFrame:
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


def joined(tables: Parents, child: Child) -> pd.DataFrame:
    """Join each lead with its vehicles or errors.

    Args:
        tables: The tables.
        child: Which table.

    Returns:
        The columns of leads, then those of the other table that leads do not have: a row for each vehicle or error, and
        one for each lead without any, in the order of leads.
    """
    rows: pd.DataFrame = getattr(tables, child).reset_index(drop=True)
    counts = tables.leads[_COUNTS[child]].to_numpy(dtype="int64", na_value=0)
    lead = np.repeat(np.arange(len(counts)), np.maximum(counts, 1))
    own = np.full(len(lead), -1)
    own[counts[lead] > 0] = np.arange(len(rows))
    beside = rows[[name for name in rows if name not in tables.leads]].reindex(own).reset_index(drop=True)
    return pd.concat([tables.leads.take(lead).reset_index(drop=True), beside], axis="columns")


def narrowed(tables: Narrowed, kept: NDArray[np.bool_]) -> Narrowed:
    """Keep some leads, with their vehicles and errors.

    Args:
        tables: The tables.
        kept: For each lead, whether it stays.
    """
    return replace(  # type: ignore[type-var]  # `LeadTables` is a dataclass
        tables,
        leads=tables.leads[kept],
        vehicles=tables.vehicles[kept[owners(tables, "vehicles")]],
        errors=tables.errors[kept[owners(tables, "errors")]],
    )
