"""What formulas and notebooks both call: `=LEADS(...)` in a cell is `leads(...)` here.

In: arguments as people write them. Out: frames and numbers, good for a cell and for pandas.
May import: arguments, dates, exceptions, fetching, kpis, kpis.around, kpis.facts, rejected, schema, settings,
store, tables, windows.
"""
