"""Rejected leads one by one: why, which field is at fault, what it should have said where the data tells, who is next.

A suggestion is given where its rule is sure enough and stays empty otherwise. Rules learn from the accepted leads of
the same range what models, branches, cities, years and e-mail domains there are.

In: `LeadTables`. Out: a frame with one row per rejected lead and reason, and files for the partners who sent the leads.
May import: arguments, excel.cells, excel.file, exceptions, kpis, kpis.around, kpis.facts, schema, tables.
"""
