"""What goes where in a book, whichever kind of book it is.

In: tables, and what stands in the book. Out: rows by key with the user's columns beside them, Log and status.
"""
