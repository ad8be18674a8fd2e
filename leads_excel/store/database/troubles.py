"""What went wrong with a store, in words for people: no address, no query, no value."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from leads_excel.exceptions import SettingsError, StoreLayoutError
from leads_excel.store.database.layout import BrokenStoreError, ForeignStoreError, NewerStoreError


class ClosedStoreError(Exception):
    """Somebody was late: the store is closed."""


TROUBLES = (SQLAlchemyError, OSError, NewerStoreError, ForeignStoreError, BrokenStoreError, ClosedStoreError)
"""Whatever a store can fail with. None of it may stop a fetch."""

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")

_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (NewerStoreError, "a newer release of leads-excel made it: update this one"),
    (ForeignStoreError, "its file is no store of leads-excel, and stays as it is"),
    (BrokenStoreError, "its tables are damaged"),
    (ClosedStoreError, "it is closed"),
    (NoConnectionError, "too many programs use it at once"),
)

_SQLITE = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "its file or folder cannot be written",
    "SQLITE_CANTOPEN": "its file cannot be opened",
    "SQLITE_PERM": "its file cannot be opened",
    "SQLITE_BUSY": "another program keeps it locked",
    "SQLITE_LOCKED": "another program keeps it locked",
    "SQLITE_IOERR": "the disk does not read or write",
    **dict.fromkeys(_DAMAGED, "its file is damaged"),
}


def reason(error: BaseException) -> str:
    """Say why a store cannot be used.

    Args:
        error: One of `TROUBLES`.

    Returns:
        A few words, without a full stop.
    """
    for kind, words in _KINDS:
        if isinstance(error, kind):
            return words
    if isinstance(error, OSError):
        return f"its file cannot be used: {error.strerror or type(error).__name__}"
    code = _code(error)
    known = next((words for start, words in _SQLITE.items() if code.startswith(start)), None)
    return known or ("its file cannot be used" if code else _server(error))


def refusal(error: BaseException) -> SettingsError | StoreLayoutError:
    """Make the error that a door shows for a store it cannot do without.

    Args:
        error: One of `TROUBLES`.

    Returns:
        One line: why the store cannot be used, and what to do.
    """
    why = f"The store cannot be used: {reason(error)}."
    elsewhere = "ut the store elsewhere with LEADS_EXCEL_STORE."
    if isinstance(error, NewerStoreError):
        return StoreLayoutError(f"{why[:-1]} (pip install -U leads-excel), or p{elsewhere}")
    if isinstance(error, ForeignStoreError):
        return StoreLayoutError(f"{why} P{elsewhere}")
    if is_damage(error):
        return SettingsError(f"{why} Run 'leads-excel store verify --repair', or p{elsewhere}")
    return SettingsError(f"{why} Put it elsewhere with LEADS_EXCEL_STORE.")


def is_damage(error: BaseException) -> bool:
    """Tell whether an error says that the file of a store is damaged, or is none."""
    return isinstance(error, BrokenStoreError) or _code(error).startswith(_DAMAGED)


def is_busy(error: BaseException) -> bool:
    """Tell whether another process was using the file of a store."""
    return _code(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def is_collision(error: BaseException) -> bool:
    """Tell whether two transactions were in each other's way, so that another attempt may succeed."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    # PostgreSQL: class 40 is a rolled back transaction, 23503 a row that went away, 23505 one that came (appendix A).
    return isinstance(state, str) and (state.startswith("40") or state in {"23503", "23505"})


def _code(error: BaseException) -> str:
    return str(getattr(getattr(error, "orig", None), "sqlite_errorname", ""))


def _server(error: BaseException) -> str:
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if isinstance(error, DBAPIError) and state is None:
        return "its server does not answer, or refuses the sign-in"
    return f"its server refused a request ({state})" if state else f"unexpected {type(error).__name__}"
