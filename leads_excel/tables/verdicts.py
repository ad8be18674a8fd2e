"""What the DMS has said of each lead so far: accepted, rejected, or nothing yet while its bulk is under way. Pure.

Reading of the API page: a lead with `isError` is rejected. Any other is accepted once it has a number in the DMS, a
positive `leadId`, or its bulk is completed or cancelled. While its bulk is created or in progress and it has no number,
as in the page's sample, it is provisional: it may still be rejected, so it is neither. Every lead is one of the three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

ACCEPTED, REJECTED, PROVISIONAL = "accepted", "rejected", "provisional"

_OPEN = (1, 2)  # isProcessed, see schema.STATES


class Submitted(Protocol):
    """What a verdict is told by: `LeadTables` hold it."""

    @property
    def leads(self) -> pd.DataFrame:
        """The leads."""

    @property
    def bulks(self) -> pd.DataFrame:
        """The bulks they stand in."""

    @property
    def lead_bulk(self) -> pd.Series[int] | None:
        """Which stands in which, by the labels of both."""


def verdicts(tables: Submitted) -> NDArray[Any]:
    """Tell the verdict on each lead: `ACCEPTED`, `REJECTED` or `PROVISIONAL`.

    Args:
        tables: The leads, with their bulks.
    """
    return np.select([are_rejected(tables), are_provisional(tables)], [REJECTED, PROVISIONAL], ACCEPTED)


def are_rejected(tables: Submitted) -> Flags:
    """Tell which leads the DMS rejected; where it does not say, it did not.

    Args:
        tables: The leads.
    """
    rejected: Flags = tables.leads["isError"].eq(True).fillna(value=False).to_numpy("bool")
    return rejected


def are_provisional(tables: Submitted) -> Flags:
    """Tell which leads have no verdict yet: not rejected, without a number in the DMS, in a bulk that is under way.

    Args:
        tables: The leads, with their bulks.
    """
    is_open = pd.to_numeric(tables.bulks["isProcessed"], errors="coerce").isin(_OPEN)
    if not is_open.any():  # nearly always, of days in the past
        return np.zeros(len(tables.leads), "bool")
    numbers = pd.to_numeric(tables.leads["leadId"], errors="coerce")
    has_number: Flags = numbers.gt(0).fillna(value=False).to_numpy("bool")
    return _in_open_bulks(tables, is_open) & ~has_number & ~are_rejected(tables)


def _in_open_bulks(tables: Submitted, is_open: pd.Series[bool]) -> Flags:
    """Tell which leads stand in one of the open bulks.

    A lead knows its bulk by `lead_bulk`: two bulks may be created at the same moment, and one may have no date. Only
    where somebody numbered the rows anew, so that its date is not the bulk's, does the date decide.
    """
    created, submitted = tables.bulks["createdDate"], tables.leads["bulkCreatedDate"]
    by_date: Flags = submitted.isin(created[is_open].dropna()).to_numpy("bool")
    if created[is_open].isna().any():
        by_date = by_date | submitted.isna().to_numpy("bool")
    if tables.lead_bulk is None:
        return by_date
    bulk = tables.lead_bulk.reindex(submitted.index)
    dates, own = (cells.reset_index(drop=True) for cells in (created.reindex(bulk), submitted))
    both_lack_one = dates.isna().to_numpy("bool") & own.isna().to_numpy("bool") & bulk.notna().to_numpy("bool")
    stands = dates.eq(own).fillna(value=False).to_numpy("bool") | both_lack_one
    told = is_open.reindex(bulk, fill_value=False).to_numpy("bool")
    return np.where(stands, told, by_date)
