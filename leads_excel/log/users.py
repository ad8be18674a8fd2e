"""Who works on this computer, or asks it from another one."""

from __future__ import annotations

import getpass
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_acting: ContextVar[str | None] = ContextVar("acting", default=None)


@contextmanager
def acting_for(user: str) -> Iterator[None]:
    """Have what is done count as done by a user of a server, and not by who runs it.

    Args:
        user: Their name.
    """
    token = _acting.set(user)
    try:
        yield
    finally:
        _acting.reset(token)


def acting_user() -> str | None:
    """Tell for which user of a server something is done; None where this computer's own user does it."""
    return _acting.get()


def user_name() -> str:
    """Look up who does what is being done: the user of a server, else who is signed in to this machine."""
    if acting := _acting.get():
        return acting
    try:
        return getpass.getuser()
    except (OSError, ImportError, KeyError):  # no such user, as in some containers
        return "unknown"
