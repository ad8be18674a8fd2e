"""Workbooks: what a cell can hold, what goes where, and the books it is written to."""
