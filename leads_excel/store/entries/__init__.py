"""What a store keeps, before any database: windows, their versions and their bulks as bytes.

In: answers. Out: entries to be written, and answers put together from entries.
May import: bulks, schema, windows.
"""
