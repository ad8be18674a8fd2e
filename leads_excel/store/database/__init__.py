"""The store's database: one SQLite file or a PostgreSQL server. SQL only; decides nothing.

In: entries. Out: entries, leases, and what went wrong in words without values.
May import: exceptions, store.entries, windows.
"""
