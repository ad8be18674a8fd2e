"""What a number rests on, as a table of one row for each thing to know, and the calls that give it again.

In: a key figure worked out, with its tables, filters and options. Out: rows, and lines of Python and of a formula.
May import: arguments, dates, exceptions, schema, settings.
"""
