"""The tables of the store, and the steps by which an older store becomes a newer one.

A window has versions, one for each answer of the API that differed from the one before. A version has bulks, in the
order received. A bulk is kept once, under the digest of its bytes, however many windows and versions hold it: windows
that overlap share their bulks, and a window that is asked for all day long costs only what changed.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    func,
    inspect,
    select,
    text,
    true,
)

from leads_excel.store.entries.entry import Seen

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Dialect


class Instant(TypeDecorator[datetime]):
    """An aware instant; SQLite, which knows no zones, keeps it as text in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What it is in Python."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Make an instant what the database takes."""
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Read what the database gives; None is what cannot be read, since SQLite keeps whatever a cell was made."""
        process = super().result_processor(dialect, coltype)

        def read(value: object) -> object:
            try:
                return process(value) if process else value
            except (ValueError, TypeError, OverflowError):
                return None

        return read

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - a fixed signature
        """Make an instant of what the database gives."""
        if not isinstance(value, datetime):
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Bytes(TypeDecorator[bytes]):
    """Bytes; whatever else SQLite was made to keep in their place reads as none, which no digest is of."""

    impl = LargeBinary
    cache_ok = True

    @property
    def python_type(self) -> type[bytes]:
        """What it is in Python."""
        return bytes

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - a fixed signature
        """Give bytes as they are."""
        return value

    def process_result_value(self, value: object, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - a fixed signature
        """Take bytes as they are."""
        return None if value is None else value if isinstance(value, bytes) else b""


_LOCK = 5_323_797  # any number that nobody else is likely to lock
_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only what it calls INTEGER
_tables = MetaData()

store = Table("lead_store", _tables, Column("version", Integer, nullable=False))

windows = Table(
    "lead_windows",
    _tables,
    Column("key", Bytes, primary_key=True),  # a digest of everything below
    Column("scope", Bytes, nullable=False),  # a digest of the API and the filters
    Column("api", Text, nullable=False),
    Column("lead_id", BigInteger),
    Column("source", BigInteger),
    Column("sub_source", BigInteger),
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    Index("lead_windows_in_time", "scope", "start", "end"),
)

versions = Table(
    "lead_versions",
    _tables,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("window", ForeignKey(windows.c.key, ondelete="CASCADE"), nullable=False),
    Column("digest", Bytes, nullable=False),  # of the digests of its bulks
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("latest", Boolean, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("total_records", BigInteger, nullable=False),
    Column("error_records", BigInteger, nullable=False),
    Column("asked_days", Integer, nullable=False, server_default="1"),  # on how many different days it was the answer
    Column("seal", Bytes),  # a digest of all of the above but the number
    Index("lead_versions_in_time", "window", "first_seen"),
)
_SEEN = tuple(versions.c[field.name] for field in fields(Seen))
Index(
    "lead_versions_latest",
    versions.c.window,
    unique=True,
    sqlite_where=versions.c.latest == true(),
    postgresql_where=versions.c.latest == true(),
)

bulks = Table(
    "lead_bulks",
    _tables,
    Column("digest", Bytes, primary_key=True),  # of the bytes as received
    Column("body", Bytes, nullable=False),  # those bytes, compressed: a Zstandard frame
    Column("size", BigInteger, nullable=False),  # how many they are
)

contents = Table(
    "lead_contents",
    _tables,
    Column("version", ForeignKey(versions.c.id, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("bulk", ForeignKey(bulks.c.digest), nullable=False, index=True),
    sqlite_with_rowid=False,
)

flattened = Table(  # what can be made anew from the bulks at any time, for speed
    "lead_flattened",
    _tables,
    Column("version", ForeignKey(versions.c.id, ondelete="CASCADE"), primary_key=True),
    Column("zone", String(64), primary_key=True),
    Column("made_by", Bytes, nullable=False),  # a digest of the code that flattens
    Column("body", Bytes, nullable=False),  # compressed likewise
    Column("size", BigInteger, nullable=False),
    Column("checksum", BigInteger, nullable=False),  # CRC-32 of all of the above
)

leases = Table(
    "lead_leases",
    _tables,
    Column("window", Bytes, primary_key=True),  # perhaps never stored yet
    Column("holder", String(32), nullable=False),
    Column("beats", BigInteger, nullable=False),
    Column("failure", Text),
)


def _count_days(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE lead_versions ADD COLUMN asked_days INTEGER DEFAULT 1 NOT NULL"))


def _doubt_single_bulks(connection: Connection) -> None:
    """Ask again for days that came as one bulk: it may be several in one object, which earlier releases took over."""
    single = select(contents.c.version).group_by(contents.c.version).having(func.count() == 1)
    found = connection.execute(
        select(versions.c.id, windows.c.start, windows.c.end)
        .join(windows, windows.c.key == versions.c.window)
        .where(versions.c.final == true(), versions.c.id.in_(single))
    ).all()
    numbers = [number for number, start, end in found if end - start > timedelta(days=1)]
    for some in range(0, len(numbers), 500):  # a statement takes only so many values
        doubted = versions.c.id.in_(numbers[some : some + 500])
        connection.execute(versions.update().where(doubted).values(final=False))


def _seal_rows(connection: Connection) -> None:
    """Give each version a digest of its values, so that damage inside a row is noticed from now on."""
    kind = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    if versions.c.seal.name not in {column["name"] for column in inspect(connection).get_columns(versions.name)}:
        connection.execute(text(f"ALTER TABLE lead_versions ADD COLUMN seal {kind}"))
    connection.execute(text("DELETE FROM lead_flattened"))  # made anew when needed, with checksums of whole rows
    sealed = [
        {"number": row.id, "seal": seen_of(row).seal} for row in connection.execute(select(*_SEEN, versions.c.id)).all()
    ]
    if sealed:
        found = versions.c.id == bindparam("number")
        connection.execute(versions.update().where(found).values(seal=bindparam("seal")), sealed)


UPGRADES: list[Callable[[Connection], None]] = [_count_days, _doubt_single_bulks, _seal_rows]
"""Step n makes a store of version n + 1 one of version n + 2; a step is never changed once it was released."""


class NewerStoreError(Exception):
    """A later release of this package made the store."""


class ForeignStoreError(Exception):
    """The file is not a store: it belongs to another program, or to a person."""


class BrokenStoreError(Exception):
    """The tables of the store are not those of its version, or say no version."""


def seen_of(row: Any) -> Seen:  # noqa: ANN401 - a row
    """Read what a row says of a version.

    Args:
        row: It has the columns of `versions`.
    """
    return Seen(*(getattr(row, column.name) for column in _SEEN))


def is_sealed(row: Any) -> bool:  # noqa: ANN401 - a row
    """Tell whether a row of `versions` says what it said when it was written."""
    return bool(row.seal == seen_of(row).seal)


def upgrade(connection: Connection) -> None:
    """Bring a store up to date, and an empty database too.

    Args:
        connection: To the store, in a transaction.

    Raises:
        NewerStoreError: It is newer than this code.
        ForeignStoreError: It is a file of another program.
        BrokenStoreError: It says no version that can be true.
    """
    if connection.dialect.name == "postgresql":  # SQLite lets one transaction write at a time anyway
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    found, newest = version_of(connection), len(UPGRADES) + 1
    if found > newest:
        raise NewerStoreError
    if not found:
        _tables.create_all(connection)
        connection.execute(store.insert().values(version=newest))
    elif found < newest:
        for step in UPGRADES[found - 1 :]:
            step(connection)
        connection.execute(store.update().values(version=newest))
    elif _lacking(connection):
        raise BrokenStoreError


def version_of(connection: Connection) -> int:
    """Look up the version of a store; 0 is an empty database.

    Raises:
        ForeignStoreError: Its tables are those of another program; a server may hold both.
        BrokenStoreError: It says no version that can be true.
    """
    names = set(inspect(connection).get_table_names())
    if store.name not in names:
        if is_ours(names):
            raise BrokenStoreError
        if names and connection.dialect.name == "sqlite":
            raise ForeignStoreError
        return 0
    rows = connection.execute(select(store.c.version)).scalars().all()
    if len(rows) != 1 or not isinstance(rows[0], int) or rows[0] < 1:
        raise BrokenStoreError
    return rows[0]


def is_ours(names: AbstractSet[str]) -> bool:
    """Tell whether some tables are those of a store.

    Args:
        names: The names of all tables there.
    """
    return not names.isdisjoint(_tables.tables)


def _lacking(connection: Connection) -> bool:
    """Tell whether a file lacks columns of ours: a name in its schema is damaged. A server looks after its own."""
    if connection.dialect.name != "sqlite":
        return False
    found = connection.exec_driver_sql(
        "SELECT m.name, p.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table'"
    )
    expected = {(table.name, column.name) for table in _tables.tables.values() for column in table.columns}
    return not expected <= {(table, column) for table, column in found}
