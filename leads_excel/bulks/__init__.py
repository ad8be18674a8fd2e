"""A reply's bytes -> bulks -> typed columns of leads, vehicles, errors and bulks.

In: JSON as received. Out: one flattened part for each window. Nothing here knows network, files or Excel.
May import: exceptions, schema.
"""
