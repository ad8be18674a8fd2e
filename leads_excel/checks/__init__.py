"""Checks of the numbers: what would be wrong, in a line that anybody can write, and whether it is.

In: rules such as `rejection_rate > 0.15` and days. Out: a verdict for each, and a message to whoever is to know.
May import: client.messages, dates, exceptions, fetching, functions, kpis, log, settings.
"""
