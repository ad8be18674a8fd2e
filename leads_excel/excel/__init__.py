"""Workbooks: the doors that Excel opens, and the rooms behind them.

In: a formula, a button, a workbook's path. Out: cells. `udfs` are formulas, `macros` buttons, `workbooks` a refresh.
"""
