"""Records of one table -> its columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from leads_excel import schema
from leads_excel.bulks.typed_columns import Collected, Column, Unexpected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    import pyarrow as pa

KINDS = {name: {column.name: column.kind for column in columns} for name, columns in schema.TABLES.items()}
"""The kind of each column of each table."""


@dataclass(frozen=True, slots=True)
class Received:
    """The rows of one table in one reply.

    Args:
        count: How many there are.
        columns: The columns of the schema; they are taken out one by one when replies are put together.
        unexpected: The keys that the API page does not name.
        copied: Columns that repeat what another table says.
    """

    count: int
    columns: dict[str, Column]
    unexpected: dict[str, Unexpected]
    copied: Sequence[str]

    def copy(self) -> Received:
        """Return the same rows with a dictionary of columns of its own."""
        return replace(self, columns=dict(self.columns))


class Rows:
    """The rows of one table while they are collected.

    Args:
        table: Which table.
        fields: What its records hold, in order. `extra` are the unknown keys; a field without a column is passed over.
        zone: The business zone.
    """

    def __init__(self, table: schema.TableName, fields: Sequence[str], zone: ZoneInfo) -> None:
        self.count = 0
        self._fields = fields
        self._columns = {name: Collected(KINDS[table][name], zone) for name in fields if name in KINDS[table]}
        self._unexpected: dict[str, Unexpected] = {}

    def add(self, records: Sequence[tuple[Any, ...]]) -> dict[str, pa.Array]:
        """Append rows, and return the columns they add."""
        added: dict[str, pa.Array] = {}
        for name, values in zip(self._fields, zip(*records, strict=True), strict=bool(records)):
            if name in self._columns:
                added[name] = self._columns[name].add(values)
            elif name == "extra" and any(values):
                self._add_unexpected(values)
        self.count += len(records)
        return added

    def _add_unexpected(self, extra: Sequence[Mapping[str, Any] | None]) -> None:
        for row, keys in enumerate(extra, self.count):
            for key, value in (keys or {}).items():
                self._unexpected.setdefault(key, Unexpected()).add(row, value)

    def received(self, **copied: Column) -> Received:
        """Return what was collected.

        Args:
            **copied: Columns that its records do not hold.
        """
        columns = {name: collected.column() for name, collected in self._columns.items()}
        return Received(self.count, columns | copied, self._unexpected, tuple(copied))
