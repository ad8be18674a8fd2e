"""How key figures add up: over all leads of a range, or over the leads of each group. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Groups:
    """Which leads belong to which value of a dimension.

    Args:
        name: The dimension.
        rows: Row numbers of leads; a lead stands once for each of its values.
        keys: The value each of these belongs to. Its categories are all values, those without a lead too.
        in_order: Whether the values have an order of their own, like days.
    """

    name: str
    rows: NDArray[np.int64]
    keys: pd.Categorical
    in_order: bool = False


class Measure(Protocol):
    """A key figure over the leads of a range."""

    def total(self) -> int | float | None:
        """Work it out over all leads; None where it does not exist."""

    def by(self, groups: Groups) -> pd.Series[Any]:
        """Work it out for each value of a dimension, in the order of the categories."""


@dataclass(frozen=True)
class Count:
    """A sum over leads.

    Args:
        values: One whole number per row of the leads table.
    """

    values: pd.Series[Any]

    def total(self) -> int:
        """Add up over all leads."""
        return int(self.values.sum())

    def by(self, groups: Groups) -> pd.Series[Any]:
        """Add up for each value of a dimension; 0 where it has no lead."""
        return _sums(self.values, groups).astype("Int64")


@dataclass(frozen=True)
class Share:
    """A share of leads.

    Args:
        part: 1 for each lead that is counted, else 0.
        whole: 1 for each lead that it is a share of, else 0.
    """

    part: pd.Series[Any]
    whole: pd.Series[Any]

    def total(self) -> float | None:
        """Divide over all leads; None for a share of nothing."""
        whole = int(self.whole.sum())
        return int(self.part.sum()) / whole if whole else None

    def by(self, groups: Groups) -> pd.Series[Any]:
        """Divide for each value of a dimension; missing for a share of nothing."""
        whole = _sums(self.whole, groups)
        return (_sums(self.part, groups) / whole.where(whole != 0)).astype("Float64")


def _sums(values: pd.Series[Any], groups: Groups) -> pd.Series[Any]:
    values_by = np.bincount(groups.keys.codes, values.to_numpy()[groups.rows], len(groups.keys.categories))
    return pd.Series(values_by.astype("int64"), groups.keys.categories)
