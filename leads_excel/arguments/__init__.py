"""Fields, filters and options as people write them -> checked values, applied to a table.

In: text of a cell or a line of Python. Out: conditions, columns and rows. Knows no source and no key figure.
May import: dates, exceptions, schema, settings.
"""

from leads_excel.arguments.typed_arguments import (
    Filter,
    Options,
    as_text,
    column,
    filters,
    is_blank,
    nearest,
    options,
    plain,
    words,
)

__all__ = [
    "Filter",
    "Options",
    "as_text",
    "column",
    "filters",
    "is_blank",
    "nearest",
    "options",
    "plain",
    "words",
]
