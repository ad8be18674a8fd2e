"""One page on a range of days that a manager can be mailed.

In: tables of a range and of the one before. Out: HTML, PDF or the filled workbook.
May import: captions, charts, dates, excel.file, exceptions, fetching, kpis, schema, settings, tables.
"""
