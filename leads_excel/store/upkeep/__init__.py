"""Looking after a store: what it holds, whether it is sound, what is old, whom to forget.

In: a database. Out: findings and counts.
May import: bulks, exceptions, kpis.facts, store.database, store.entries.
"""
