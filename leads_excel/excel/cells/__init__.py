"""Values as a cell can hold them, cells as a file writes them, and addresses of cells.

In: values of pandas. Out: numbers, texts, naive dates; the one place that knows Excel's limits.
May import: exceptions.
"""
