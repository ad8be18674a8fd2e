"""Flattened replies -> which of their rows stay, and in what order. Pure.

Windows touch, so a bulk created on a boundary may come twice, and a lead may be submitted again in a later bulk. Each
stays once, in its last version. What a lead was before is known too: it may have been rejected, and accepted later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from leads_excel.bulks.typed_columns import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from leads_excel.bulks.flattening import Part
    from leads_excel.schema.columns import TableName

Numbers: TypeAlias = "NDArray[np.int64]"
"""Row numbers of a table, counted over all parts."""

_NO_DATE = 2**63 - 1  # after every date


class Selection(NamedTuple):
    """Which rows are taken.

    Args:
        kept: The rows of each table that stay, in order.
        earlier: The rows of leads that stay in a later version, in order.
        lead_bulk: For each lead that stays, the place of its bulk among the bulks that stay.
    """

    kept: dict[TableName, Numbers]
    earlier: Numbers
    lead_bulk: Numbers


def select(parts: Sequence[Part]) -> Selection:
    """Choose the rows that stay.

    Of bulks that came twice the one in the last part stays. A lead that came in several bulks keeps the version of the
    bulk created last. Bulks stand in the order of their creation, those without a date at the end, and leads in the
    order of their bulks, whatever the order in which replies arrived.

    Args:
        parts: At least one, in time order.

    Returns:
        The rows of each table that stay, those of earlier versions of leads, in order, and which lead belongs to
        which bulk.
    """
    bulks = pd.DataFrame({"key": np.concatenate([part.bulk_key for part in parts]), "created": _created(parts)})
    bulks = bulks.drop_duplicates("key", keep="last").sort_values("created", kind="stable")
    lead_bulk = _owners([part.lead_bulk for part in parts], [part.bulks.count for part in parts], _rows(bulks))
    leads = pd.DataFrame({"key": np.concatenate([part.lead_key for part in parts]), "owner": lead_bulk})
    versions = _following(leads)
    leads = versions.drop_duplicates("key", keep="last")
    earlier = versions[versions.duplicated("key", keep="last")]
    counts = [part.leads.count for part in parts]
    vehicles = pd.DataFrame({"owner": _owners([part.vehicle_lead for part in parts], counts, _rows(leads))})
    errors = pd.DataFrame({"owner": _owners([part.error_lead for part in parts], counts, _rows(leads))})
    kept: dict[TableName, Numbers] = {
        "leads": _rows(leads),
        "vehicles": _rows(_following(vehicles)),
        "errors": _rows(_following(errors)),
        "bulks": _rows(bulks),
    }
    return Selection(kept, _rows(earlier), leads["owner"].to_numpy())


def _created(parts: Sequence[Part]) -> Numbers:
    dates = joined([part.bulks.columns["createdDate"] for part in parts])
    created: Numbers = dates.values.cast(pa.int64()).fill_null(_NO_DATE).to_numpy()
    return created


def _owners(owners: Sequence[Numbers], counts: Sequence[int], kept: Numbers) -> Numbers:
    """Return the place of each row's owner among the owners that stay, or -1.

    Args:
        owners: For each part, the owner of each row within that part.
        counts: How many owners each part has.
        kept: The owners that stay, in order.
    """
    places = np.full(sum(counts), -1)
    places[kept] = np.arange(len(kept))
    starts = np.cumsum([0, *counts[:-1]])
    owned: Numbers = places[np.concatenate([rows + start for rows, start in zip(owners, starts, strict=True)])]
    return owned


def _following(rows: pd.DataFrame) -> pd.DataFrame:
    # Rows whose owner goes, go with it; the others stand in the order of their owners.
    return rows[rows["owner"] >= 0].sort_values("owner", kind="stable")


def _rows(frame: pd.DataFrame) -> Numbers:
    rows: Numbers = frame.index.to_numpy()
    return rows
