"""Key figures as one statement of SQL over the Parquet files that an export writes, for DuckDB.

In: the name of a key figure, a range, filters and the tables these came to. Out: the statement, or why there is none.
May import: arguments, dates, kpis.facts, schema, settings.
"""
