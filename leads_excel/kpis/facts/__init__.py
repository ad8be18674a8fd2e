"""What key figures draw on: columns worked out once for a range, and how they add up.

In: `LeadTables`. Out: flags, moments, customers and groups as arrays, one value for each lead.
May import: arguments, dates, exceptions, schema, settings, tables.
"""
