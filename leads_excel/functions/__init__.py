"""What formulas and notebooks both call: `=LEADS(...)` in a cell is `leads(...)` here.

In: arguments as people write them. Out: frames and numbers, good for a cell and for pandas.
May import: arguments, consents, dates, exceptions, fetching, functions.explaining, kpis, kpis.around, kpis.facts,
kpis.sql, log, persons, rejected, schema, settings, store, tables, windows.
"""
