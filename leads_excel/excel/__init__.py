"""Workbooks: the doors that Excel opens, and the rooms behind them.

In: a formula, a button, a workbook's path. Out: cells. `udfs` are formulas, `macros` buttons, `workbooks` a refresh.
May import: captions, client, client.network, dates, excel.addin, excel.book, excel.cells, excel.file, excel.filling,
excel.live, excel.template, excel.template.sheets, exceptions, fetching, functions, log, settings, tables, windows.
"""
