"""`LeadTables` -> files of other programs, on a disk or in a cloud.

In: tables, or a range to fetch. Out: CSV and Parquet, whole files or none.
May import: dates, excel.cells, excel.file, exceptions, fetching, schema, settings, tables, windows.
"""
