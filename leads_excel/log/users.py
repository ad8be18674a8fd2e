"""Who works on this computer."""

from __future__ import annotations

import getpass


def user_name() -> str:
    """Look up who is signed in to this machine."""
    try:
        return getpass.getuser()
    except (OSError, ImportError, KeyError):  # no such user, as in some containers
        return "unknown"
