"""Messages to people: a channel by its webhook, a person by mail.

In: an address and lines. Out: one request or one letter, or an error that says why not.
May import: client.network, exceptions, settings.
"""
