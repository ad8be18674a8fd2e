"""What xlwings alone needs: functions that take a range as a formula does, and do nothing."""

from __future__ import annotations

import xlwings as xw

LEADS = 3


@xw.func
@xw.arg("ids", ndim=2, err_to_str=True)
def LOOKED_UP(ids):  # noqa: N802 - a worksheet function
    """Take a range as `=LEAD(A:A)` does, and give as many cells."""
    return [[1.0, "Website"]] * min(len(ids), LEADS)


@xw.func
@xw.arg("filters", ndim=2, err_to_str=True)
def LISTED(filters):  # noqa: N802 - a worksheet function
    """Take a range as the filters of `=LEADS(...)` do, and give as many cells as one lead has."""
    return [["leadId", "source"], [1.0, len(filters)]]
