"""What is in a store, and how it gets smaller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import false, func, select, true

from leads_excel.store.database.layout import bulks, contents, flattened, leases, version_of, versions, windows

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from leads_excel.store.database.connection import Database


@dataclass(frozen=True, slots=True)
class Info:
    """What is in a store.

    Args:
        name: The name of its file, or of its database and server.
        version: The version of its tables.
        apis: The base URLs whose answers it keeps.
        windows: How many windows, under whatever filters.
        open_windows: How many of them may still change.
        versions: How many answers, earlier ones of the same windows included.
        bulks: How many bulks, each counted once.
        first: Where the earliest window starts, in UTC; None in an empty store.
        last: Where the latest window ends.
        received: Bytes of the bulks as received.
        compressed: Bytes they take.
        flattened: Bytes of the rows made of them, for speed.
        size: Bytes of the file on disk; None on a server.
        set_aside: Names of damaged or newer files beside it. They hold leads, too.
    """

    name: str
    version: int
    apis: tuple[str, ...]
    windows: int
    open_windows: int
    versions: int
    bulks: int
    first: datetime | None
    last: datetime | None
    received: int
    compressed: int
    flattened: int
    size: int | None
    set_aside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed from a store: windows, earlier answers of other windows, and bulks that no answer holds now."""

    windows: int
    versions: int
    bulks: int


def info(database: Database) -> Info:
    """Describe a store.

    Args:
        database: The store.
    """

    def look(connection: Connection) -> dict[str, Any]:
        def one(statement: Any) -> Any:  # noqa: ANN401 - whatever was selected
            return connection.execute(statement).scalar_one()

        count = func.count()
        return {
            "version": version_of(connection),
            "apis": tuple(connection.execute(select(windows.c.api).distinct().order_by(windows.c.api)).scalars()),
            "windows": one(select(count).select_from(windows)),
            "open_windows": one(select(count).where(versions.c.latest == true(), versions.c.final == false())),
            "versions": one(select(count).select_from(versions)),
            "bulks": one(select(count).select_from(bulks)),
            "first": one(select(func.min(windows.c.start))),
            "last": one(select(func.max(windows.c.end))),
            "received": int(one(select(func.coalesce(func.sum(bulks.c.size), 0)))),
            "compressed": int(one(select(func.coalesce(func.sum(func.length(bulks.c.body)), 0)))),
            "flattened": int(one(select(func.coalesce(func.sum(func.length(flattened.c.body)), 0)))),
        }

    found = database.read(look)
    return Info(name=database.name, size=database.size, set_aside=database.set_aside, **found)


def prune(database: Database, before: datetime) -> Pruned:
    """Remove what is old, and give the space back.

    Args:
        database: The store.
        before: Windows that end by then go, and so do earlier answers of other windows that were last seen before.

    Returns:
        How much went.
    """
    old = versions.c.latest == false(), versions.c.last_seen < before

    def remove(connection: Connection) -> Pruned:
        connection.execute(leases.delete().where(leases.c.failure.is_not(None)))
        return Pruned(
            windows=connection.execute(windows.delete().where(windows.c.end <= before)).rowcount,
            versions=connection.execute(versions.delete().where(*old)).rowcount,
            bulks=remove_orphans(connection),
        )

    pruned = database.write(remove)
    database.compact()
    return pruned


def remove_orphans(connection: Connection) -> int:
    """Remove bulks that no answer holds, and return how many."""
    held = select(contents.c.bulk).where(contents.c.bulk == bulks.c.digest)
    return connection.execute(bulks.delete().where(~held.exists())).rowcount
