"""The first thing that a button's Python loads, so that it asks the DMS as soon as it can.

xlwings loads every library whose values it could convert, pandas first of all, and a button passes it none of theirs.
They are kept from it, and what our own code needs of pandas and Arrow is loaded while the DMS answers. Loaded by the
command line that the buttons' VBA builds, in a process that does nothing else.
"""

from __future__ import annotations

import sys

from leads_excel.excel.deferred import defer, load_without

_LOADED = ("xlwings", "httpx", "tenacity")

_KEPT_FROM_THEM = (
    *("numpy", "pandas", "polars", "matplotlib", "PIL", "plotly"),  # whose values xlwings converts
    "cryptography",  # for a licence of xlwings
    *("click", "rich", "pygments"),  # for a command line of httpx
    *("tornado", "trio"),  # in which tenacity could wait
)

_DEFERRED = ("numpy", "pandas", "pyarrow", "pyarrow.compute")

if not any(name in sys.modules for name in _LOADED):
    load_without(_KEPT_FROM_THEM, *_LOADED)
    defer(*_DEFERRED)
