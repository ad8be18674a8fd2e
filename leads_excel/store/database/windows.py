"""Windows in the store: which are there, what they hold, and how a new answer goes in. SQL only; decides nothing."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, true

from leads_excel.store.database.layout import bulks, contents, flattened, is_sealed, seen_of, versions, windows
from leads_excel.store.entries.entry import (
    DamagedError,
    Packed,
    Seen,
    Version,
    compressed,
    decompressed,
    digest,
    key_of,
)
from leads_excel.windows.week_grid import Window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import pyarrow as pa
    from sqlalchemy import Connection, Row

    from leads_excel.store.database.connection import Database
    from leads_excel.store.entries.entry import Asked, Making, Received

LATEST = versions.c.latest == true()
_later = versions.alias()

# Queries are made once: putting one together takes longer than running it.
_MAKING = flattened.c.zone == bindparam("zone"), flattened.c.made_by == bindparam("made_by")
_PACKED = flattened.c.body, flattened.c.size, flattened.c.checksum
_FLAT = select(*_PACKED).where(flattened.c.version == bindparam("version"), *_MAKING)
_LATEST = (
    select(windows.c.start, windows.c.end, versions)
    .join_from(windows, versions)
    .where(LATEST, windows.c.scope == bindparam("scope"), windows.c.end <= bindparam("end"))
)
_INSIDE = (
    _LATEST.add_columns(*_PACKED)
    .outerjoin(flattened, and_(flattened.c.version == versions.c.id, windows.c.key == bindparam("key"), *_MAKING))
    .where(windows.c.start >= bindparam("start"))
)
_KNOWN = (
    select(windows.c.start, windows.c.end, versions)
    .join_from(windows, versions)
    .where(windows.c.scope == bindparam("scope"), versions.c.first_seen <= bindparam("at"))
    .where(windows.c.start >= bindparam("start"), windows.c.end <= bindparam("end"))
    .where(
        ~exists().where(
            _later.c.window == versions.c.window, _later.c.id > versions.c.id, _later.c.first_seen <= bindparam("at")
        )
    )
)
_FIRST_SEEN = select(func.min(versions.c.first_seen)).join_from(windows, versions)


class Windows:
    """The windows of a store; `damaged` counts the answers that were found damaged at once, at most.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.damaged = 0

    def inside(self, asked: Asked, making: Making) -> list[Version]:
        """List what is there for the window asked for and for windows inside it, under the same filters.

        Whatever is damaged is left out, here as elsewhere.

        Args:
            asked: What was asked. If it is there, its flattened part comes along.
            making: How that part must have been made.
        """
        values = {
            "scope": asked.scope,
            "key": asked.key,
            "start": asked.window.start,
            "end": asked.window.end,
            "zone": making.zone,
            "made_by": making.made_by,
        }
        found = self._sound(asked.scope, self._database.rows(_INSIDE, values))
        return [_version(row, _packed(row.id, making, row) if row.body else None) for row in found]

    def open_before(self, asked: Asked) -> list[Window]:
        """List the windows that end when the one asked for ends, or before, and may still change or are damaged."""
        rows = self._database.rows(_LATEST, {"scope": asked.scope, "end": asked.window.end})
        sound = {row.id for row in self._sound(asked.scope, rows) if row.final}
        return [
            Window(row.start, row.end)
            for row in rows
            if row.id not in sound and is_window_of(asked.scope, row.window, row)
        ]

    def _sound(self, scope: bytes, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
        found = [row for row in rows if is_sealed(row) and is_window_of(scope, row.window, row)]
        self.damaged = max(self.damaged, len(rows) - len(found))
        return found

    def known(self, scope: bytes, at: datetime, start: datetime, end: datetime) -> list[Version]:
        """List the windows between two instants as they stood at a moment.

        Args:
            scope: A digest of the API and the filters.
            at: The moment. What was seen later only shows that a window stood the same until then.
            start: Where windows start at the earliest.
            end: Where they end at the latest.
        """
        values = {"scope": scope, "at": at, "start": start, "end": end}
        found = [_version(row) for row in self._sound(scope, self._database.rows(_KNOWN, values))]
        return [replace(version, last_seen=min(version.last_seen, at)) for version in found]

    def first_seen(self, scope: bytes) -> datetime | None:
        """Tell since when anything is known, under the same filters."""
        statement = _FIRST_SEEN.where(windows.c.scope == scope)
        found: datetime | None = self._database.read(lambda connection: connection.execute(statement).scalar_one())
        return found

    def bodies(self, version: int) -> list[pa.Buffer]:
        """Read the bulks of a version, in the order received.

        Raises:
            DamagedError: They are gone, or not what was put in.
        """
        return self._database.read(lambda connection: bodies(connection, version))

    def flat(self, version: int, making: Making) -> Packed | None:
        """Read the flattened part of a version, if there is one that was made in this way."""
        values = {"version": version, "zone": making.zone, "made_by": making.made_by}
        return next((_packed(version, making, row) for row in self._database.rows(_FLAT, values)), None)

    def put(self, asked: Asked, received: Received, *, anew: bool = False) -> int | None:
        """Put an answer in: all of it or nothing, and never over a later one.

        Args:
            asked: What was asked.
            received: The answer.
            anew: Write everything once more, because what is there is damaged.

        Returns:
            The number of its version where it is a new one; None where the answer is the same as before, or older.
        """
        order = [digest([body]) for body in received.bodies]
        whole = digest(order)
        # Sorted, so that writers of windows that share bulks wait for each other in the same order.
        rows = [
            {"digest": key, "body": compressed(body), "size": len(body)}
            for key, body in sorted(dict(zip(order, received.bodies, strict=True)).items())
        ]

        def put(connection: Connection) -> int | None:
            before = self._latest_of(connection, asked)
            if before is None or not is_sealed(before):
                mend_window(connection, asked.key)
                before = self._latest_of(connection, asked)
            if before and before.last_seen > received.at:
                return None
            if rows and (anew or not before or before.digest != whole):
                self._put_bulks(connection, rows, anew=anew)
            if before and before.digest == whole and not anew:
                reseal(connection, before, _seen(before, received))
                return None
            if before:
                reseal(connection, before, {"latest": False})
                connection.execute(flattened.delete().where(flattened.c.version == before.id))
            number = _put_version(connection, asked, whole, received)
            listed = [{"version": number, "position": at, "bulk": key} for at, key in enumerate(order)]
            if listed:
                connection.execute(contents.insert(), listed)
            return number

        return self._database.write(put)

    def put_flat(self, version: int, making: Making, flat: Packed) -> None:
        """Keep the flattened part of a version for as long as that is the latest one, in place of an earlier part."""
        values = {"made_by": making.made_by, "body": flat.body, "size": flat.size, "checksum": flat.checksum}
        insert = self._database.insert(flattened).values(version=version, zone=making.zone, **values)
        statement = insert.on_conflict_do_update(index_elements=["version", "zone"], set_=values)

        def put(connection: Connection) -> None:
            version_is_latest = select(versions.c.id).where(versions.c.id == version, LATEST).with_for_update()
            if connection.execute(version_is_latest).first():
                connection.execute(statement)

        self._database.write(put)

    def _latest_of(self, connection: Connection, asked: Asked) -> Row[Any] | None:
        values = {
            "key": asked.key,
            "scope": asked.scope,
            "api": asked.api,
            "lead_id": asked.lead_id,
            "source": asked.source,
            "sub_source": asked.sub_source,
            "start": asked.window.start,
            "end": asked.window.end,
        }
        insert = self._database.insert(windows)
        right = {name: insert.excluded[name] for name in values if name != "key"}
        differs = or_(*(windows.c[name].is_distinct_from(value) for name, value in right.items()))
        mended = insert.on_conflict_do_update(index_elements=["key"], set_=right, where=differs)
        connection.execute(mended, values)
        # On PostgreSQL writers of one window take turns from here on; on SQLite all writers do anyway.
        connection.execute(select(windows.c.key).where(windows.c.key == asked.key).with_for_update())
        latest = select(versions).where(versions.c.window == asked.key, LATEST)
        return connection.execute(latest).one_or_none()

    def _put_bulks(self, connection: Connection, rows: Sequence[dict[str, Any]], *, anew: bool) -> None:
        insert = self._database.insert(bulks)
        fresh = {"body": insert.excluded.body, "size": insert.excluded.size}
        statement = (
            insert.on_conflict_do_update(index_elements=["digest"], set_=fresh)
            if anew
            else insert.on_conflict_do_nothing()
        )
        connection.execute(statement, rows)


def bodies(connection: Connection, version: int) -> list[pa.Buffer]:
    """Read the bulks of a version, in the order received.

    Args:
        connection: To the store.
        version: Its number.

    Raises:
        DamagedError: They are gone, or not what was put in.
    """
    found = (
        select(bulks.c.digest, bulks.c.body, bulks.c.size)
        .select_from(contents.join(bulks))
        .where(contents.c.version == version)
        .order_by(contents.c.position)
    )
    expected = connection.execute(select(versions.c.digest).where(versions.c.id == version)).scalar_one_or_none()
    rows = connection.execute(found).all()
    if expected is None or digest(row.digest or b"" for row in rows) != expected:
        raise DamagedError
    return [decompressed(row.body, row.size, row.digest) for row in rows]


def reseal(connection: Connection, row: Row[Any], changes: Mapping[str, Any]) -> None:
    """Change what the store says of a version.

    Args:
        connection: To the store, in a transaction.
        row: The version as it stands.
        changes: New values by column.
    """
    seal = replace(seen_of(row), **changes).seal
    connection.execute(versions.update().where(versions.c.id == row.id).values(**changes, seal=seal))


def mend_window(connection: Connection, key: bytes) -> int:
    """Remove the damaged versions of a window, so that the newest sound one is the latest, to be asked for again.

    Args:
        connection: To the store, in a transaction.
        key: The window.

    Returns:
        How many versions went.
    """
    rows = connection.execute(select(versions).where(versions.c.window == key).order_by(versions.c.id)).all()
    damaged = [row.id for row in rows if not is_sealed(row)]
    for number in damaged:
        connection.execute(versions.delete().where(versions.c.id == number))
    sound = [row for row in rows if is_sealed(row)]
    for row in sound[:-1]:
        if row.latest:
            reseal(connection, row, {"latest": False})
    if sound and not sound[-1].latest:
        reseal(connection, sound[-1], {"latest": True, "final": False})
    return len(damaged)


def is_window_of(scope: bytes, key: bytes, row: Row[Any]) -> bool:
    """Tell whether a row says of its window what it said when it was written: the key is a digest of it.

    Args:
        scope: The scope of the window.
        key: Its key.
        row: A row with its `start` and its `end`.
    """
    if row.start is None or row.end is None or row.start >= row.end or row.start.microsecond % 1000:
        return False  # the API knows milliseconds, and so does the key
    return bool(key == key_of(scope, Window(row.start, row.end)))


def _packed(version: int, making: Making, row: Row[Any]) -> Packed:
    return Packed(row.body, row.size, row.checksum, about_part(version, making))


def about_part(version: int, making: Making) -> tuple[object, ...]:
    """Tell what a flattened part belongs to.

    Args:
        version: The number of its version.
        making: How it was made.
    """
    return version, making.zone, making.made_by


def _version(row: Row[Any], flat: Packed | None = None) -> Version:
    return Version(row.id, Window(row.start, row.end), row.last_seen, row.final, flat)


def _seen(before: Row[Any], received: Received) -> dict[str, Any]:
    days = before.asked_days + (before.last_seen.date() != received.at.date())
    return {"last_seen": received.at, "asked_days": days, "final": received.final_after(days)}


def _put_version(connection: Connection, asked: Asked, whole: bytes, received: Received) -> int:
    total, errors = received.records
    seen = Seen(
        window=asked.key,
        digest=whole,
        first_seen=received.at,
        last_seen=received.at,
        latest=True,
        final=received.final_after(1),
        total_records=total,
        error_records=errors,
        asked_days=1,
    )
    insert = versions.insert().values(**asdict(seen), seal=seen.seal)
    (number,) = connection.execute(insert).inserted_primary_key or (0,)
    return int(number)
