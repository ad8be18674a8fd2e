"""Whole numbers of a column, and of no other kind of cell."""

import pandas as pd
import pytest

from leads_excel.tables.whole_numbers import whole_numbers


@pytest.mark.parametrize("cells", [[3, "1e30", True, 1.5, None, 0], [3, "7", False, "", pd.NA, 0]])
def test_only_whole_numbers_count_beside_strays(cells):
    """Text, a flag and a fraction are none, however much they look like one."""
    found = whole_numbers(pd.Series(cells, index=[*"abcdef"], dtype=object))

    assert found.dropna().to_dict() == {"a": 3, "f": 0}
    assert found.dtype == "Int64"
