"""The database behind a store: one SQLite file, or a PostgreSQL server; opened when it is first needed."""

from __future__ import annotations

import glob
import logging
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from leads_excel.exceptions import SettingsError
from leads_excel.store.database.layout import BrokenStoreError, ForeignStoreError, is_ours, upgrade
from leads_excel.store.database.second_look import is_damaged, may_be_store, table_names
from leads_excel.store.database.troubles import ClosedStoreError, is_busy, is_collision, is_damage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Row, Select, Table
    from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

Result = TypeVar("Result")

_ATTEMPTS = 4
_BUSY = 15  # seconds to wait for another process that writes; its transactions take milliseconds
_ANSWER = 5  # seconds to wait for a server
_ENGINE: dict[str, Any] = {"max_overflow": -1, "hide_parameters": True}
_LOG = logging.getLogger(__name__)


class Database:
    """A database, opened on first use and again after its file was set aside; thread-safe.

    Only a damaged file is set aside, after a second look at it. A store of a newer release and a file of somebody else
    stay as they are.

    Args:
        address: The path of a SQLite file, or an SQLAlchemy URL of one or of a PostgreSQL database.
        patience: Seconds after which a process that asks for a window, but shows no sign of life, counts as dead.
        replaces: Whether a damaged file is set aside and a new one made in its place; else damage is an error.

    Raises:
        SettingsError: It is the address of nothing a store can be in, or the driver for it is not installed.
    """

    def __init__(self, address: str, patience: float = 8.0, *, replaces: bool = True) -> None:
        self.patience = patience
        self._replaces = replaces
        self._url = _url(address)
        self.path = Path(self._url.database or "") if self._url.get_backend_name() == "sqlite" else None
        self._lock = Lock()
        self._engine: Engine | None = None
        self._file = 0
        self._closed = False
        _require_driver(self._url)

    @property
    def name(self) -> str:
        """What to call it: the name of its file, or of its server and database; never a user or a password."""
        return self.path.name if self.path else f"{self._url.database} on {self._url.host or 'this computer'}"

    @property
    def size(self) -> int | None:
        """Bytes of the file with its log; None on a server, and before there is one."""
        files = [self.path, self.path.with_name(f"{self.path.name}-wal")] if self.path else []
        sizes = [file.stat().st_size for file in files if file.exists()]
        return sum(sizes) if sizes else None

    @property
    def set_aside(self) -> tuple[str, ...]:
        """Names of the damaged files that lie beside this one, and of newer ones that earlier releases moved."""
        asides = [file for why in ("damaged", "newer") for file in self._beside(f".{why}-*Z")]
        return tuple(sorted(file.name for file in asides))

    def _beside(self, pattern: str) -> list[Path]:
        return [*self.path.parent.glob(glob.escape(self.path.name) + pattern)] if self.path else []

    def read(self, action: Callable[[Connection], Result]) -> Result:
        """Run queries that see the store as it is at one moment.

        Args:
            action: Gets a connection; may be called again after a failure.
        """
        return self._run(action, writes=False)

    def rows(self, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """Run one query, which needs no transaction to see one moment.

        Args:
            statement: The query, made once.
            values: Its parameters.
        """
        return self._run(lambda connection: connection.execute(statement, values).all(), bare=True)

    def write(self, action: Callable[[Connection], Result]) -> Result:
        """Run statements that are done all or not at all.

        Args:
            action: Gets a connection; may be called again after a failure.
        """
        return self._run(action, writes=True)

    def insert(self, table: Table) -> SqliteInsert | PostgresqlInsert:
        """Begin an INSERT that may say what to do about rows that are there already."""
        if self.path:
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - as long to load as half of the rest, and rarely used

        return postgresql.insert(table)

    def engine(self) -> Engine:
        """Open the database if it is not open yet."""
        with self._lock:
            if self._closed:
                raise ClosedStoreError
            if self._engine is None:
                self._engine = self._opened()
            return self._engine

    def compact(self) -> None:
        """Give back the space of what was removed, so that nothing of it stays readable in the file."""
        # Neither database vacuums within a transaction.
        options: dict[str, Any] = {"bare": True} if self.path else {"isolation_level": "AUTOCOMMIT"}
        with self.engine().connect().execution_options(**options) as connection:
            connection.exec_driver_sql("VACUUM")
            if self.path:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection; it cannot be used any more."""
        with self._lock:
            self._closed = True
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    def _run(self, action: Callable[[Connection], Result], **options: bool) -> Result:
        for attempt in range(1, _ATTEMPTS + 1):
            engine = self.engine()
            try:
                with engine.connect().execution_options(**options) as connection, connection.begin():
                    return action(connection)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or not self._is_worth_another(error, engine):
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _is_worth_another(self, error: DBAPIError, engine: Engine) -> bool:
        if is_damage(error):
            return self._set_aside(engine)
        return is_collision(error)

    def _opened(self) -> Engine:
        if self.path is None:
            # What PostgreSQL cut off, by a restart for instance, is noticed before it is used.
            options = {"connect_timeout": _ANSWER, "application_name": "leads-excel"}
            return _upgraded(create_engine(self._url, connect_args=options, pool_pre_ping=True, **_ENGINE))
        try:
            return self._opened_file(self.path)
        except (DBAPIError, BrokenStoreError) as error:
            if not is_damage(error) or not self._replaces:
                raise
            if not isinstance(error, BrokenStoreError) and not is_damaged(self.path):
                raise
            if not may_be_store(self.path):
                raise ForeignStoreError from None
            _rename(self.path)
        return self._opened_file(self.path)

    def _opened_file(self, path: Path) -> Engine:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):  # SQLite itself would let others read it
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        names = table_names(path)  # before anything is written: even the kind of its log is another program's own
        if names and not is_ours(names):
            raise ForeignStoreError
        engine = create_engine(self._url, connect_args={"timeout": _BUSY}, **_ENGINE)
        event.listen(engine, "connect", _connected)
        event.listen(engine, "begin", _begun)
        try:
            _upgraded(engine)
        except UnicodeDecodeError:  # Python cannot even say what SQLite says of the schema
            raise BrokenStoreError from None
        self._file = path.stat().st_ino
        return engine

    def set_damage_aside(self) -> None:
        """Set the file aside, if a second look finds it damaged, too; a new one is made when it is next needed."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None
            if self.path and self.path.exists() and self._is_beyond_use(self.path):
                _rename(self.path)

    def _is_beyond_use(self, path: Path) -> bool:
        if is_damaged(path):
            return may_be_store(path)
        try:
            self._opened_file(path).dispose()
        except BrokenStoreError:
            return True
        return False

    def _set_aside(self, engine: Engine) -> bool:
        with self._lock:
            if self._engine is not engine or self.path is None:
                return self.path is not None  # another thread did it
            if not self._replaces:
                return False
            engine.dispose()
            self._engine = None
            # Another process may have put a sound file in its place already.
            if self.path.exists() and self.path.stat().st_ino == self._file and is_damaged(self.path):
                _rename(self.path)
            return True


def _url(address: str) -> URL:
    if "://" not in address:
        return URL.create("sqlite", database=str(Path(address.strip()).expanduser()))
    try:
        url = make_url(address.strip())
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError):
        backend = ""
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database not in {None, "", ":memory:"}:
        return url.set(drivername="sqlite")
    raise SettingsError(
        "The setting 'store' cannot be used: put the path of a file, postgresql://user@server/database, or none."
    )


def _require_driver(url: URL) -> None:
    try:
        url.get_dialect().import_dbapi()
    except ImportError:
        raise SettingsError(
            "The setting 'store' names a PostgreSQL database, which needs: pip install \"leads-excel[postgres]\"."
        ) from None


def _connected(connection: Any, _record: object) -> None:  # noqa: ANN401 - of sqlite3, behind SQLAlchemy
    connection.isolation_level = None  # SQLAlchemy says when a transaction begins, not sqlite3
    connection.text_factory = _text
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")  # the file remembers it
    connection.execute("PRAGMA synchronous = NORMAL")  # safe with a write-ahead log (sqlite.org/wal.html)


def _text(content: bytes) -> str:
    return content.decode(errors="replace")  # damaged text is no end: what it stands in is found to be damaged


def _begun(connection: Connection) -> None:
    # A transaction that reads first and writes later could find that another one wrote in between.
    options = connection.get_execution_options()
    if not options.get("bare"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", True) else "BEGIN")


def _upgraded(engine: Engine) -> Engine:
    # SQLite does not wait for its turn when several processes start the write-ahead log of a new file at once.
    until = time.monotonic() + _BUSY
    try:
        while True:
            try:
                with engine.begin() as connection:
                    upgrade(connection)
            except OperationalError as error:
                if not is_busy(error) or time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return engine
    except BaseException:
        engine.dispose()
        raise


def _rename(path: Path) -> None:
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    with suppress(FileNotFoundError):
        path.replace(aside)
        for ending in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + ending).replace(aside.with_name(aside.name + ending))
        _LOG.warning("The store was damaged and is now called %s; a new one is filled in its place.", aside.name)
