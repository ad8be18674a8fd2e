"""Certificates of a company's own, which no computer trusts before it was told to, for servers on loopback."""

from __future__ import annotations

import ssl
from functools import cache

import trustme

HOST = "dms.company.test"
"""The name that the certificate is for; no network knows it."""


@cache
def authority():
    """Make the root; of a process there is one, for keys take time."""
    return trustme.CA()


@cache
def server_context(*names):
    """Make the TLS context of a server.

    Args:
        names: Its names and addresses; by default `HOST` and that of loopback.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(*(names or (HOST, "127.0.0.1"))).configure_cert(context)
    return context


def write_root(path):
    """Write the root as a file, and return its path."""
    authority().cert_pem.write_to_path(str(path))
    return path
