"""Days and filters -> complete tables, or an error that names what is missing.

In: what a person asks. Out: `LeadTables` through store and client, remembered by the process; a store filled ahead.
May import: arguments, bulks, client, dates, exceptions, log, settings, store, tables, terminal, windows.
"""
