"""The tables of the store, and the steps by which an older store becomes a newer one.

A window has versions, one for each answer of the API that differed from the one before. A version has bulks, in the
order received. A bulk is kept once, under the digest of its bytes, however many windows and versions hold it: windows
that overlap share their bulks, and a window that is asked for all day long costs only what changed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

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
    func,
    inspect,
    select,
    text,
    true,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect


class Instant(TypeDecorator[datetime]):
    """An aware instant; SQLite, which knows no zones, keeps it as text in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Make an instant what the database takes."""
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - a fixed signature
        """Make an instant of what the database gives."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


_LOCK = 5_323_797  # any number that nobody else is likely to lock
_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only what it calls INTEGER
_tables = MetaData()

store = Table("lead_store", _tables, Column("version", Integer, nullable=False))

windows = Table(
    "lead_windows",
    _tables,
    Column("key", LargeBinary, primary_key=True),  # a digest of everything below
    Column("scope", LargeBinary, nullable=False),  # a digest of the API and the filters
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
    Column("digest", LargeBinary, nullable=False),  # of the digests of its bulks
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    Column("latest", Boolean, nullable=False),
    Column("final", Boolean, nullable=False),
    Column("total_records", BigInteger, nullable=False),
    Column("error_records", BigInteger, nullable=False),
    Column("asked_days", Integer, nullable=False, server_default="1"),  # on how many different days it was the answer
    Index("lead_versions_in_time", "window", "first_seen"),
)
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
    Column("digest", LargeBinary, primary_key=True),  # of the bytes as received
    Column("body", LargeBinary, nullable=False),  # those bytes, compressed: a Zstandard frame
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
    Column("made_by", LargeBinary, nullable=False),  # a digest of the code that flattens
    Column("body", LargeBinary, nullable=False),  # compressed likewise
    Column("size", BigInteger, nullable=False),
    Column("checksum", BigInteger, nullable=False),  # CRC-32 of the body as it stands there
)

leases = Table(
    "lead_leases",
    _tables,
    Column("window", LargeBinary, primary_key=True),  # perhaps never stored yet
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


UPGRADES: list[Callable[[Connection], None]] = [_count_days, _doubt_single_bulks]
"""Step n makes a store of version n + 1 one of version n + 2; a step is never changed once it was released."""


class NewerStoreError(Exception):
    """A later release of this package made the store."""


def upgrade(connection: Connection) -> None:
    """Bring a store up to date, and an empty database too.

    Args:
        connection: To the store, in a transaction.

    Raises:
        NewerStoreError: It is newer than this code.
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


def version_of(connection: Connection) -> int:
    """Look up the version of a store; 0 is an empty database."""
    if not inspect(connection).has_table(store.name):
        return 0
    version: int = connection.execute(select(store.c.version)).scalar_one()
    return version
