"""One at a time: a lock by name among all processes of a user, let go of when its process ends, however it ends."""

from __future__ import annotations

import hashlib
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def turn(name: str) -> Iterator[bool]:
    """Try to be the only one.

    Args:
        name: What there can be one of.

    Yields:
        Whether nobody else is at it; if so, it is this one's turn until the context ends.
    """
    folder = platformdirs.user_data_path("leads-excel", appauthor=False) / "locks"
    path = folder / hashlib.blake2b(name.encode(), digest_size=16).hexdigest()
    with ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = held.enter_context(path.open("ab"))
        except OSError:  # a folder that cannot be written must not keep anybody from working
            yield True
            return
        try:
            _lock(file.fileno())
        except OSError:
            yield False
        else:
            yield True
