"""Who may ask a server, how much, and what is kept of what they were given.

In: the headers of a request. Out: a name and whether personal data is shown to it, or a refusal; lines of an audit.
May import: exceptions, log.
"""
