"""Leads sorted by the values of a dimension: which lead belongs to which value. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Decimals = NDArray[np.float64]
    Flags = NDArray[np.bool_]

EVERYTHING = ""
"""The name of the dimension that has one value, to which every lead belongs."""


@dataclass(frozen=True)
class Lines:
    """Which group each vehicle or error belongs to, so that these are added up by their own value.

    Args:
        child: Whose rows they are, `vehicles` or `errors`.
        places: For each row of that table its place among the rows of `Groups`.
    """

    child: str
    places: Numbers


@dataclass(frozen=True)
class Groups:
    """Which leads belong to which value of a dimension.

    Args:
        name: The dimension.
        rows: Row numbers of leads; a lead stands once for each of its values.
        keys: The value each of these belongs to. Its categories are all values, those without a lead too.
        in_order: Whether the values have an order of their own, like days.
        lines: Where the dimension is one of vehicles or errors, the value of each of them.
    """

    name: str
    rows: Numbers
    keys: pd.Categorical
    in_order: bool = False
    lines: Lines | None = None

    @property
    def count(self) -> int:
        """How many values there are."""
        return len(self.keys.categories)

    def among(self, rows: Numbers) -> Groups:
        """Keep some leads, and the values that these have.

        Args:
            rows: Their row numbers, each once.
        """
        kept = np.isin(self.rows, rows)
        lines = self.lines
        if lines:
            places = np.where(kept, np.cumsum(kept) - 1, -1)
            lines = replace(lines, places=np.where(lines.places < 0, -1, places[lines.places]))
        return replace(self, rows=self.rows[kept], keys=self.keys[kept].remove_unused_categories(), lines=lines)

    def merged(self, keys: pd.Categorical) -> Groups:
        """Put values together: a lead that had several of them stands once in what they become.

        Args:
            keys: What the value of each place becomes.
        """
        pairs = self.rows * len(keys.categories) + keys.codes
        _, first, place = np.unique(pairs, return_index=True, return_inverse=True)
        lines = self.lines
        if lines:
            lines = replace(lines, places=np.where(lines.places < 0, -1, place[lines.places]))
        return replace(self, rows=self.rows[first], keys=keys[first], lines=lines)


def everything(rows: Numbers) -> Groups:
    """Put leads into one group.

    Args:
        rows: Their row numbers.
    """
    return Groups(
        EVERYTHING, rows, pd.Categorical.from_codes(np.zeros(len(rows), "int8"), pd.Index(["all"], dtype=object))
    )
