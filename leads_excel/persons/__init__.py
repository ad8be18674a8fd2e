"""One person, several leads: who is whom across sources, branches and time, and what is known of each.

In: `LeadTables`. Out: one row per customer of the range.
May import: arguments, kpis, kpis.facts, schema, tables.
"""
