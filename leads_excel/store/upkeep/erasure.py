"""How a person's leads are removed from everything a store holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from leads_excel.exceptions import SettingsError
from leads_excel.store.database.layout import bulks, contents, flattened, versions, windows
from leads_excel.store.database.windows import reseal
from leads_excel.store.entries.entry import DamagedError, compressed, decompressed, digest
from leads_excel.store.upkeep.inspection import remove_orphans
from leads_excel.store.upkeep.lead_bulks import closed, opened
from leads_excel.store.upkeep.persons import Contacts, Who, contact_of, read_record

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from leads_excel.store.database.connection import Database
    from leads_excel.store.upkeep.persons import Record


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed from a store.

    Args:
        leads: How many copies of the person's leads, over all versions of all bulks.
        windows: How many windows had been asked for about these leads alone; they are gone as a whole.
        records: How many different leads, by their `leadExternalId`.
        sharing: How many other leads are still there that share a phone number or an e-mail address with them.
    """

    leads: int
    windows: int
    records: int = 0
    sharing: int = 0


def erase(
    database: Database,
    lead: int | None = None,
    *,
    record: int | None = None,
    phone: str | None = None,
    email: str | None = None,
) -> Erased:
    """Remove a person's leads from every bulk of every version, and from what was made of them, all or nothing.

    What the API said about a bulk as a whole, such as `totalRecords`, stays. A later answer of the API may bring the
    leads back for as long as the DMS has them. Files that were set aside cannot be searched; see `upkeep.info`.

    Args:
        database: The store.
        lead: A `leadId`, from 1: the number that the DMS gave the lead; or
        record: a `leadExternalId`, which a rejected lead has, too; or
        phone: a phone number, however it is written; or
        email: an e-mail address. One of the four. Whichever it is, all copies of a lead that is found go, those from
            before it had its number or its phone included: they share its `leadExternalId`.

    Returns:
        What went; nothing where the store did not know the person.

    Raises:
        ArgumentError: Not one of the four was given, or it cannot be one of a single person.
        SettingsError: A part of the store is damaged and cannot be searched.
    """
    who = Who.of(lead=lead, record=record, phone=phone, email=email)

    def remove(connection: Connection) -> Erased:
        found = [item for _, items in _bulks(connection) for item in items if who.is_in(item)]
        whole = replace(who, records=who.records | {item.record for item in found if item.record})
        gone = [item for key, items in _bulks(connection) for item in _taken(connection, key, items, whole)]
        about = {item.lead for item in gone if item.lead} | who.leads
        asked = connection.execute(windows.delete().where(windows.c.lead_id.in_(about))).rowcount if about else 0
        remove_orphans(connection)
        return Erased(len(gone), asked, len({item.record for item in gone}), _sharing(connection, gone))

    erased = database.write(remove)
    database.compact()
    return erased


def copies_of(
    database: Database,
    lead: int | None = None,
    *,
    record: int | None = None,
    phone: str | None = None,
    email: str | None = None,
) -> int:
    """Count the copies of a person's leads in a store, to see that they were erased.

    Args:
        database: The store.
        lead: As for `erase`.
        record: As for `erase`.
        phone: As for `erase`.
        email: As for `erase`.
    """
    who = Who.of(lead=lead, record=record, phone=phone, email=email)
    return database.read(lambda connection: sum(who.is_in(item) for _, items in _bulks(connection) for item in items))


def _bulks(connection: Connection) -> Iterator[tuple[bytes, list[Record]]]:
    """Yield the digest and the leads of each bulk."""
    for key in connection.execute(select(bulks.c.digest)).scalars().all():
        leads = opened(_body(connection, key))[1]
        yield key, [read_record(lead, place) for place, lead in enumerate(leads)]


def _body(connection: Connection, key: bytes) -> bytes:
    row = connection.execute(select(bulks).where(bulks.c.digest == key)).one()
    try:
        body: bytes = decompressed(row.body, row.size, key).to_pybytes()
    except DamagedError:
        raise SettingsError(
            "The store is damaged and cannot be searched as a whole: run 'leads-excel store verify --repair' first."
        ) from None
    return body


def _sharing(connection: Connection, gone: Iterable[Record]) -> int:
    """Count the leads that have the same phone number or e-mail address as some that went."""
    contacts = Contacts()
    for item in gone:
        contacts.add(contact_of(item))
    left = ((key, item) for key, items in _bulks(connection) for item in items)
    return len({item.record or (key, item.place) for key, item in left if contacts.share(contact_of(item))})


def _taken(connection: Connection, key: bytes, items: Sequence[Record], who: Who) -> list[Record]:
    """Put a bulk without a person's leads in its place, and return what went."""
    gone = [item for item in items if who.is_in(item)]
    if gone:
        _put_without(connection, key, {item.place for item in gone})
    return gone


def _put_without(connection: Connection, key: bytes, gone: Container[int]) -> None:
    others, leads = opened(_body(connection, key))
    new = closed(others, [lead for place, lead in enumerate(leads) if place not in gone])
    row = {"digest": digest([new]), "body": compressed(new), "size": len(new)}
    if not connection.execute(select(bulks.c.size).where(bulks.c.digest == row["digest"])).first():
        connection.execute(bulks.insert(), row)
    affected = connection.execute(select(contents.c.version).where(contents.c.bulk == key).distinct()).scalars().all()
    connection.execute(contents.update().where(contents.c.bulk == key).values(bulk=row["digest"]))
    for number in affected:
        connection.execute(flattened.delete().where(flattened.c.version == number))
        held = select(contents.c.bulk).where(contents.c.version == number).order_by(contents.c.position)
        order = digest(connection.execute(held).scalars())
        version = connection.execute(select(versions).where(versions.c.id == number)).one()
        reseal(connection, version, {"digest": order})
