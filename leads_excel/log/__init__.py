"""What happened, for whoever looks after the computer: a line an event, and how each kind of run ended last.

In: events with their facts, from every door. Out: a file a day in the user's state folder, answers for `status`.
May import: exceptions, schema, settings.
"""
