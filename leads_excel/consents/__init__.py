"""Who may be contacted for a purpose: one row per customer who agreed, and why the others are left out.

In: `LeadTables`, a purpose, a file of people who are not to be contacted. Out: frames. Whether a customer agrees is
told by `kpis.consent`, for the key figures and for this list alike.
May import: exceptions, kpis, kpis.facts, schema, tables.
"""
