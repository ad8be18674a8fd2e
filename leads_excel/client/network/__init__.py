"""The network between this computer and a server: proxies and exceptions from them, certificates, open connections.

In: an address, the variables and settings of this computer. Out: through what it is reached, and whom to trust.
May import: exceptions, settings.
"""
