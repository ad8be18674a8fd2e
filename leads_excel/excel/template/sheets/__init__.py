"""The sheets of the template but the Dashboard: Home, one for each table, the Log, the Formulas; and how cells look.

In: the schema and the names of input cells. Out: sheets written, their formats by name.
May import: captions, excel.filling, kpis, rejected, schema.
"""
