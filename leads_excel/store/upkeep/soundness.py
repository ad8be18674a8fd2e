"""Whether a store is sound, to the last value of each row, and how it becomes so again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import false, func, or_, select, true
from sqlalchemy.exc import DBAPIError

from leads_excel.bulks.decoding import NotJsonError, decode
from leads_excel.exceptions import ApiReplyError
from leads_excel.store.database.layout import BrokenStoreError, bulks, contents, flattened, is_sealed, versions, windows
from leads_excel.store.database.troubles import TROUBLES, is_damage, reason
from leads_excel.store.database.windows import about_part, is_window_of, mend_window
from leads_excel.store.entries.entry import DamagedError, Making, Packed, decompressed, digest, scope_of
from leads_excel.store.upkeep.inspection import remove_orphans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Table

    from leads_excel.store.database.connection import Database


_KINDS = {bytes: "blob", int: "integer", bool: "integer", str: "text", datetime: "text"}
"""What SQLite calls what it keeps (sqlite.org/datatype3.html), by what we keep."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a store that is not what was put in.

    Args:
        what: One line.
        version: The number of the version that cannot be believed because of it, if it is one.
        window: The key of the window, likewise.
        bulk: The digest of the bulk, likewise.
        part: The number of the version whose flattened part it is, likewise.
    """

    what: str
    version: int | None = None
    window: bytes | None = None
    bulk: bytes | None = None
    part: int | None = None


def verify(database: Database) -> list[str]:
    """Check everything in a store against its digests, and the tables against each other; nothing is changed.

    Args:
        database: The store.

    Returns:
        One line for each fault; nothing where the store is sound.
    """
    try:
        return database.read(lambda connection: [fault.what for fault in _faults(connection)])
    except TROUBLES as error:
        if not is_damage(error):
            raise
        return [f"file: {reason(error)}"]


def repair(database: Database) -> list[str]:
    """Remove what is damaged, so that it is asked for again; a file that cannot be read is set aside as a whole.

    Args:
        database: The store.

    Returns:
        One line for each fault that was found; nothing where the store was sound.
    """
    found = verify(database)
    if found and not _is_mended(database):
        database.set_damage_aside()
    return found


def _is_mended(database: Database) -> bool:
    try:
        if database.path:
            database.write(lambda connection: connection.exec_driver_sql("REINDEX"))
        database.write(_mend)
    except (DBAPIError, BrokenStoreError):
        return False
    return not verify(database)


def _mend(connection: Connection) -> None:
    """Remove everything that has a fault, and whatever cannot be believed without it."""
    for fault in [*_faults_of_rows(connection)]:
        if fault.part is not None:
            connection.execute(flattened.delete().where(flattened.c.version == fault.part))
        if fault.bulk is not None:
            holding = select(contents.c.version).where(contents.c.bulk == fault.bulk)
            connection.execute(versions.delete().where(versions.c.id.in_(holding)))
            connection.execute(contents.delete().where(contents.c.bulk == fault.bulk))
            connection.execute(bulks.delete().where(bulks.c.digest == fault.bulk))
        if fault.version is not None:
            connection.execute(versions.delete().where(versions.c.id == fault.version))
        if fault.window is not None:
            connection.execute(windows.delete().where(windows.c.key == fault.window))
    for table, is_wrong in _wrong_kinds(connection):
        connection.execute(table.delete().where(is_wrong))
    _remove_strays(connection)
    for key in connection.execute(select(windows.c.key)).scalars().all():
        mend_window(connection, key)
    held = select(versions.c.id).where(versions.c.window == windows.c.key)
    connection.execute(windows.delete().where(~held.exists()))
    remove_orphans(connection)


def _remove_strays(connection: Connection) -> None:
    """Remove rows whose owner is gone: where no damage was, the database itself sees to it."""
    for table, owner in (
        (versions, select(windows.c.key).where(windows.c.key == versions.c.window)),
        (contents, select(versions.c.id).where(versions.c.id == contents.c.version)),
        (flattened, select(versions.c.id).where(versions.c.id == flattened.c.version)),
    ):
        connection.execute(table.delete().where(~owner.exists()))


def _faults(connection: Connection) -> Iterator[Fault]:
    if connection.dialect.name == "sqlite":
        for row in connection.exec_driver_sql("PRAGMA integrity_check"):
            if row[0] != "ok":
                yield Fault(f"file: {row[0]}")
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield Fault(f"row of {row[0]} without its {row[2]}")
    yield from _faults_of_rows(connection)


def _faults_of_rows(connection: Connection) -> Iterator[Fault]:
    for table, is_wrong in _wrong_kinds(connection):
        count = connection.execute(select(func.count()).select_from(table).where(is_wrong)).scalar_one()
        if count:
            yield Fault(f"{table.name}: {count} rows hold a value of a wrong kind")
    yield from _faults_of_content(connection)
    for row in connection.execute(select(versions).order_by(versions.c.window, versions.c.id)).all():
        yield from _faults_of_version(connection, row)
    for row in connection.execute(select(windows)):
        if not _is_whole(row):
            yield Fault(f"window {_name(row.key)}: its values are damaged", window=row.key)
    for key in connection.execute(_without_one_latest()).scalars():
        yield Fault(f"window {_name(key)}: no latest version, or several")


def _faults_of_content(connection: Connection) -> Iterator[Fault]:
    for key in connection.execute(select(bulks.c.digest)).scalars().all():
        row = connection.execute(select(bulks).where(bulks.c.digest == key)).first()
        if row is None or not _is_readable(row.body, row.size, key):
            yield Fault(f"bulk {_name(key)}: damaged", bulk=key)
    for row in connection.execute(select(flattened)):
        making = Making(row.zone, row.made_by)
        if not Packed(row.body, row.size, row.checksum, about_part(row.version, making)).is_sound:
            yield Fault(f"rows of version {row.version}: damaged", part=row.version)


def _is_readable(body: bytes, size: int, key: bytes) -> bool:
    try:
        return len(decode(decompressed(body, size, key).to_pybytes())) == 1
    except (DamagedError, NotJsonError, ApiReplyError):
        return False


def _is_whole(row: Any) -> bool:  # noqa: ANN401 - a row
    """Tell whether a row of `windows` says what it said when it was written: its key is a digest of it."""
    scope = scope_of(row.api, row.lead_id, row.source, row.sub_source)
    return bool(row.scope == scope and is_window_of(scope, row.key, row))


def _faults_of_version(connection: Connection, row: Any) -> Iterator[Fault]:  # noqa: ANN401 - a row
    if not is_sealed(row):
        yield Fault(f"version {row.id}: its values are damaged", version=row.id)
    listed = (
        select(contents.c.position, contents.c.bulk).where(contents.c.version == row.id).order_by(contents.c.position)
    )
    held = connection.execute(listed).all()
    lost = select(contents.c.bulk).where(
        contents.c.version == row.id, ~select(bulks.c.size).where(bulks.c.digest == contents.c.bulk).exists()
    )
    is_short = connection.execute(lost).first() is not None
    if is_short or [at for at, _ in held] != list(range(len(held))) or _digest_of(held) != row.digest:
        yield Fault(f"version {row.id}: bulks are missing", version=row.id)
    if None in (row.first_seen, row.last_seen):
        return
    later = versions.alias()
    overlapping = select(later.c.id).where(
        later.c.window == row.window,
        later.c.id > row.id,
        or_(later.c.first_seen < row.last_seen, true() if row.latest else false()),
    )
    if row.first_seen > row.last_seen or connection.execute(overlapping).first():
        yield Fault(f"version {row.id}: its times overlap those of another one")


def _digest_of(held: Any) -> bytes:  # noqa: ANN401 - rows
    return digest(key or b"" for _, key in held)


def _name(key: bytes | None) -> str:
    return (key or b"").hex() or "without a key"


def _wrong_kinds(connection: Connection) -> Iterator[tuple[Table, Any]]:
    """Yield each table with what is true of its rows that hold a value of another kind than their column.

    SQLite keeps any kind of value in any column. A server does not.
    """
    if connection.dialect.name != "sqlite":
        return
    for table in (windows, versions, bulks, contents, flattened):
        for column in table.columns:
            kinds = [_KINDS[column.type.python_type], *(["null"] if column.nullable else [])]
            yield table, func.typeof(column).not_in(kinds)


def _without_one_latest() -> Any:  # noqa: ANN401 - a statement
    latest = func.count().filter(versions.c.latest == true())
    return select(windows.c.key).outerjoin_from(windows, versions).group_by(windows.c.key).having(latest != 1)
