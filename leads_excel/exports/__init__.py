"""`LeadTables` -> files of other programs, on a disk or in a cloud.

May import: dates, excel.cells, excel.file, exceptions, fetching, schema, settings, tables, windows.
"""
