"""Texts by the million: which of them match a pattern. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]


def texts_of(cells: pd.Series[Any]) -> pa.Array:
    """Take the texts of a column; what is no text is written as one, what is missing stays so."""
    return pa.array(cells.astype("string"), pa.large_string())


def typed(cells: pd.Series[Any]) -> pa.Array:
    """Take what was typed into a column; what is missing is an empty text."""
    return pc.fill_null(texts_of(cells), "")


def matches(texts: pa.Array, pattern: str) -> Flags:
    """Tell which texts have a match; a missing one has none.

    Args:
        texts: The texts.
        pattern: An expression of RE2, which knows no look-around; `^` and `$` are the ends of the text.
    """
    found: Flags = pc.match_substring_regex(texts, pattern).fill_null(fill_value=False).to_numpy(zero_copy_only=False)
    return found


def distinct_matches(texts: pa.Array, pattern: str) -> Flags:
    """Do as `matches`, looking once at each of many equal texts.

    Args:
        texts: The texts.
        pattern: An expression of RE2.
    """
    distinct = texts.dictionary_encode()
    found = np.append(matches(distinct.dictionary, pattern), values=False)
    each: Flags = found[distinct.indices.fill_null(len(found) - 1).to_numpy()]
    return each
