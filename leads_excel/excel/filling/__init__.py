"""What goes where in a book, whichever kind of book it is: our tables, the Log, what Home asks for and tells.

In: `LeadTables` and an open book. Out: rows by key with the user's columns beside them, notes kept, results on Home.
May import: captions, dates, excel.book, excel.cells, exceptions, kpis.around, kpis.facts, log, rejected, schema,
tables.
"""
