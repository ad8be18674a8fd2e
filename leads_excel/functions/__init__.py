"""What formulas and notebooks both call: `=LEADS(...)` in a cell is `leads(...)` here.

In: arguments as people write them. Out: frames and numbers, good for a cell and for pandas.
May import: arguments, consents, dates, exceptions, fetching, kpis, kpis.around, kpis.facts, log, persons, schema, settings,
store, tables, windows.
"""
