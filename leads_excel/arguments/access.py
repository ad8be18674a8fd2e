"""What whoever asks may do: at their own computer everything, as the caller of a server what that allows. Pure."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leads_excel.exceptions import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leads_excel.schema.columns import Column


@dataclass(slots=True)
class Access:
    """What a call may do, and what it did.

    Args:
        reveals: Whether personal data may be shown (PDPL article 1).
        reads_files: Whether files of this computer may be named in an option.
        revealed: Whether personal data was asked for.
    """

    reveals: bool = True
    reads_files: bool = True
    revealed: bool = False


_access: ContextVar[Access | None] = ContextVar("access", default=None)


@contextmanager
def limited_to(access: Access) -> Iterator[Access]:
    """Have calls do no more than they may.

    Args:
        access: What they may; what they did is noted in it.
    """
    token = _access.set(access)
    try:
        yield access
    finally:
        _access.reset(token)


def may_reveal() -> bool:
    """Tell whether personal data may be shown; whoever asks so shows it."""
    access = _access.get()
    if access is None:
        return True
    access.revealed = access.reveals
    return access.reveals


def check_reveal() -> None:
    """Refuse to show personal data to whoever may not see it.

    Raises:
        ArgumentError: They may not.
    """
    if not may_reveal():
        raise ArgumentError("Your access shows personal data masked: leave pii=reveal out, or ask for another access.")


def check_use(item: Column) -> None:
    """Refuse to filter or sort by personal data for whoever may not see it: the answer would tell it.

    Args:
        item: The field.

    Raises:
        ArgumentError: It is personal data, and they may not see that.
    """
    access = _access.get()
    if item.sensitive and access is not None and not access.reveals:
        raise ArgumentError(f"The field {item.name} is personal data, which your access does not show: leave it out.")


def check_file() -> None:
    """Refuse to read a file of this computer for whoever sits at another one.

    Raises:
        ArgumentError: They may not.
    """
    access = _access.get()
    if access is not None and not access.reads_files:
        raise ArgumentError("The option suppress names a file, which only a notebook or Excel with Python can read.")
