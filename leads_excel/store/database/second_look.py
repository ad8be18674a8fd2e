"""A look at a file before it is used, and a second one before it is set aside: at what it is, by itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = b"SQLite format 3\x00"  # how a database begins (sqlite.org/fileformat.html, The Database Header)
_ENDINGS = {"", ".db", ".sqlite", ".sqlite3"}
_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB"}


def is_damaged(path: Path) -> bool:
    """Tell whether a file is a damaged database, or none at all.

    A disk that fails for a moment makes SQLite take a sound file for a damaged one: whatever else goes wrong with this
    look, the file counts as sound.

    Args:
        path: The file.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()
            return bool(found != ("ok",))
    except UnicodeDecodeError:  # what SQLite says of a damaged schema holds letters of it
        return True
    except sqlite3.Error as error:
        name = str(getattr(error, "sqlite_errorname", ""))
        return any(name.startswith(damaged) for damaged in _DAMAGED) and _can_be_read(path)


def table_names(path: Path) -> set[str]:
    """List the tables of a file, without writing to it; none where it cannot be read.

    Args:
        path: The file.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)) as connection:
            return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except (sqlite3.Error, UnicodeDecodeError):  # whoever uses it hears of it
        return set()


def may_be_store(path: Path) -> bool:
    """Tell whether a file that is no database may have been a store: its name or its beginning says so.

    Args:
        path: The file. A workbook that `LEADS_EXCEL_STORE` names by mistake is none.
    """
    with path.open("rb") as file:
        return path.suffix.lower() in _ENDINGS or file.read(len(_MAGIC)) == _MAGIC


def _can_be_read(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            while file.read(1 << 20):
                pass
    except OSError:
        return False
    return True
