"""Two fields crossed: how often each value of one meets each value of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leads_excel.schema import BLANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leads_excel.kpis.facts.groups import Numbers


def named(codes: Numbers, values: Sequence[str]) -> pd.Series[str]:
    """Write numbers of texts as these texts; -1 is `(blank)`."""
    return pd.Series(np.array([*values, BLANK], object)[codes])


def by_size(texts: pd.Series[str]) -> pd.Index[str]:
    """List texts, the most frequent first, those equally frequent in alphabetical order."""
    counts = texts.value_counts().sort_index()
    return counts.sort_values(ascending=False, kind="stable").index


def crossed(rows: pd.Series[str], columns: pd.Series[str], name: str) -> pd.DataFrame:
    """Count how often texts meet.

    Args:
        rows: Texts that become rows, the most frequent first.
        columns: Texts beside them that become columns, the most frequent first.
        name: The heading of the texts in rows.
    """
    return laid(pd.crosstab(rows, columns), by_size(rows), by_size(columns), name)


def laid(table: pd.DataFrame, rows: pd.Index[str], columns: pd.Index[str], name: str) -> pd.DataFrame:
    """Put the rows and columns of a cross table in order, its row names in a column of their own."""
    table = table.reindex(index=rows, columns=columns, fill_value=0)
    return table.rename_axis(name).rename_axis(None, axis="columns").reset_index()
