"""Checks of this installation, one line each.

In: the computer as it is. Out: findings: what is well, what is wrong, what to do.
May import: client, client.network, excel.addin, exceptions, settings, store.database, windows.
"""
