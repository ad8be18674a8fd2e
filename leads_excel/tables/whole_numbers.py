"""Columns of counts as numbers: what the API sent that is no count stands among them as text, and counts nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def whole_numbers(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Take the whole numbers of a column; text such as `1e30` or `1.5` is none, however much it looks like one.

    Args:
        cells: A column of a frame, with or without strays.

    Returns:
        The same rows as `Int64`, missing where there is no whole number.
    """
    if pd.api.types.is_integer_dtype(cells):
        return cells.astype("Int64")
    found = [cell if isinstance(cell, int | np.integer) and not isinstance(cell, bool) else pd.NA for cell in cells]
    return pd.Series(found, index=cells.index, dtype="Int64")
