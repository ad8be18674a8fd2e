"""How a person's lead is removed from everything a store holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from leads_excel.bulks.json_values import LARGEST, whole
from leads_excel.exceptions import ArgumentError
from leads_excel.store.database.layout import bulks, contents, flattened, versions, windows
from leads_excel.store.entries.entry import compressed, decompressed, digest
from leads_excel.store.upkeep.inspection import remove_orphans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from leads_excel.store.database.connection import Database

_OBJECT: msgspec.json.Decoder[dict[str, msgspec.Raw]] = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST: msgspec.json.Decoder[list[msgspec.Raw] | None] = msgspec.json.Decoder(list[msgspec.Raw] | None)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed from a store.

    Args:
        leads: How many copies of the lead, over all versions of all bulks.
        windows: How many windows had been asked for about this lead alone; they are gone as a whole.
    """

    leads: int
    windows: int


def erase(database: Database, lead: int) -> Erased:
    """Remove a lead from every bulk of every version, and from what was made of them, all or nothing.

    What the API said about a bulk as a whole, such as `totalRecords`, stays. A later answer of the API may bring the
    lead back for as long as the DMS has it. Files that were set aside cannot be searched; see `upkeep.info`.

    Args:
        database: The store.
        lead: Its `leadId`, from 1: the number that the DMS gave it. Copies from before it had one are found by the
            `leadExternalId` they share with it.

    Returns:
        What went; nothing where the store did not know the lead.

    Raises:
        ArgumentError: The number cannot be one of a lead.
    """
    if not 1 <= lead <= LARGEST:
        raise ArgumentError(f"lead must be a whole number from 1 to {LARGEST}: the leadId of the person's lead.")

    def remove(connection: Connection) -> Erased:
        external = {number for _, body in _mentioning(connection, {lead}) for number in _external_ids(body, lead)}
        copies = sum(
            _erase_from(connection, key, body, lead, external)
            for key, body in [*_mentioning(connection, {lead, *external})]
        )
        about = connection.execute(windows.delete().where(windows.c.lead_id == lead)).rowcount
        remove_orphans(connection)
        return Erased(copies, about)

    erased = database.write(remove)
    database.compact()
    return erased


def copies_of(database: Database, lead: int) -> int:
    """Count the copies of a lead in a store, to see that it was erased.

    Args:
        database: The store.
        lead: Its `leadId`.
    """

    def count(connection: Connection) -> int:
        found = (_opened(body)[1] for _, body in _mentioning(connection, {lead}))
        return sum(_numbers(item)[0] == lead for leads in found for item in leads)

    return database.read(count)


def _mentioning(connection: Connection, numbers: set[int]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the digest and the bytes of each bulk that may hold a lead with one of these numbers."""
    wanted = [str(number).encode() for number in numbers]
    for key in connection.execute(select(bulks.c.digest)).scalars().all():
        row = connection.execute(select(bulks).where(bulks.c.digest == key)).one()
        body = decompressed(row.body, row.size).to_pybytes()
        if any(number in body for number in wanted):
            yield key, body


def _external_ids(body: bytes, lead: int) -> set[int]:
    found = map(_numbers, _opened(body)[1])
    return {external for number, external in found if number == lead and external > 0}


def _erase_from(connection: Connection, key: bytes, body: bytes, lead: int, external: set[int]) -> int:
    others, leads = _opened(body)
    kept = [item for item in leads if not _is_one(item, lead, external)]
    if len(kept) == len(leads):
        return 0
    new = _closed(others, kept)
    row = {"digest": digest([new]), "body": compressed(new), "size": len(new)}
    if not connection.execute(select(bulks.c.size).where(bulks.c.digest == row["digest"])).first():
        connection.execute(bulks.insert(), row)
    affected = connection.execute(select(contents.c.version).where(contents.c.bulk == key).distinct()).scalars().all()
    connection.execute(contents.update().where(contents.c.bulk == key).values(bulk=row["digest"]))
    for version in affected:
        connection.execute(flattened.delete().where(flattened.c.version == version))
        held = select(contents.c.bulk).where(contents.c.version == version).order_by(contents.c.position)
        order = digest(connection.execute(held).scalars())
        connection.execute(versions.update().where(versions.c.id == version).values(digest=order))
    return len(leads) - len(kept)


def _is_one(item: bytes, lead: int, external: set[int]) -> bool:
    number, external_number = _numbers(item)
    return number == lead or external_number in external


def _numbers(item: bytes) -> tuple[int, int]:
    """Read `leadId` and `leadExternalId` of a lead; 0 where there is none."""
    record = json.loads(item)
    return _number(record.get("leadId")), _number(record.get("leadExternalId"))


def _number(value: object) -> int:
    try:
        return whole(value) or 0
    except (ValueError, TypeError, OverflowError):
        return 0


def _opened(body: bytes) -> tuple[dict[str, bytes], list[bytes]]:
    """Take a bulk apart: each key with its JSON, and the JSON of each lead."""
    try:
        parts = {key: bytes(value) for key, value in _OBJECT.decode(body).items()}
        return parts, [bytes(item) for item in _LIST.decode(parts.get("leads", b"null")) or ()]
    except (msgspec.MsgspecError, UnicodeDecodeError):  # JSON that only a lenient reader takes
        record = json.loads(body)
        return {key: _json(value) for key, value in record.items()}, [*map(_json, record.get("leads") or ())]


def _closed(parts: dict[str, bytes], leads: list[bytes]) -> bytes:
    parts = parts | {"leads": b"[%b]" % b",".join(leads)}
    return b"{%b}" % b",".join(b"%b:%b" % (_json(key), value) for key, value in parts.items())


def _json(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON holds
    return json.dumps(value, separators=(",", ":")).encode()
