"""Flattened replies -> the four frames, column by column. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from leads_excel import schema
from leads_excel.bulks.decoding import NOT_VEHICLES
from leads_excel.bulks.json_values import as_text
from leads_excel.bulks.typed_columns import Unexpected, joined
from leads_excel.tables.identity import two_persons
from leads_excel.tables.selection import select

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from leads_excel.bulks.flattening import Part
    from leads_excel.bulks.records import Received
    from leads_excel.bulks.typed_columns import Column
    from leads_excel.tables.selection import Numbers

_WORDS = {
    "id": "a whole number",
    "count": "a whole number from 0 to 1,000,000,000",
    "date": "a date",
    "time": "a time",
    "flag": "true or false",
}
_UNCOUNTED = {"count": ", left out of sums"}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")


class Assembled(NamedTuple):
    """What the parts come to.

    Args:
        frames: The frames by table name.
        earlier: Earlier versions of leads that came again in a later bulk, with the columns of leads.
        lead_bulk: For each lead the row of its bulk.
        warnings: One line for each way in which the replies differ from the API page.
    """

    frames: dict[schema.TableName, pd.DataFrame]
    earlier: pd.DataFrame
    lead_bulk: pd.Series[int]
    warnings: tuple[str, ...]


def assemble(parts: list[Part], zone: ZoneInfo) -> Assembled:
    """Put parts together, each bulk and each lead once (see `selection.select`).

    Args:
        parts: At least one, in time order. They are taken apart on the way, so that memory holds each column once.
        zone: The business zone.
    """
    frames: dict[schema.TableName, pd.DataFrame] = {}
    warnings: list[str] = []
    selection = select(parts)
    earlier = pd.DataFrame()
    for name, kept in selection.kept.items():
        again = selection.earlier if name == "leads" else selection.earlier[:0]
        table = _Table(name, [getattr(part, name) for part in parts], kept, again, zone)
        frames[name] = table.frame()
        warnings += table.warnings
        if name == "leads":
            earlier = table.earlier()
            warnings += two_persons(frames[name], earlier)
    return Assembled(frames, earlier, pd.Series(selection.lead_bulk, dtype="int64"), tuple(warnings))


class _Table:
    """One table while its columns are joined.

    Args:
        name: Which table.
        parts: Its rows in each reply; their columns are taken out.
        kept: The rows that stay, in order.
        earlier: Rows to take apart, in order: earlier versions of rows that stay.
        zone: The business zone.
    """

    def __init__(
        self, name: schema.TableName, parts: Sequence[Received], kept: Numbers, earlier: Numbers, zone: ZoneInfo
    ) -> None:
        self.warnings: list[str] = []
        self._name = name
        self._parts = parts
        self._rows = sum(part.count for part in parts)
        # Nearly always all rows stay, in the order received: then nothing is copied.
        self._kept = None if np.array_equal(kept, np.arange(self._rows)) else kept
        self._rows_earlier = earlier
        self._earlier: list[pd.Series[Any]] = []
        self._zone = zone

    def frame(self) -> pd.DataFrame:
        """Join the columns of the schema, in its order, then those that the API page does not know."""
        known = {column.name: self._known(column.name) for column in schema.TABLES[self._name]}
        self._names = [*known]
        unexpected = self._unexpected(known)
        self._names += unexpected
        return pd.DataFrame({**known, **unexpected}, copy=False)

    def earlier(self) -> pd.DataFrame:
        """Return the rows taken apart, once the frame is joined; without columns where there are none."""
        return pd.DataFrame(dict(zip(self._names, self._earlier, strict=bool(self._earlier))), copy=False)

    def _known(self, name: str) -> pd.Series[Any]:
        column = joined([part.columns.pop(name) for part in self._parts])
        if column.strays and name not in self._parts[0].copied:
            left_out = _UNCOUNTED.get(column.kind, "")
            self._warn(name, f"{len(column.strays):,} value(s) are not {_WORDS[column.kind]}; kept as text{left_out}")
        return self._series(column)

    def _unexpected(self, known: Iterable[str]) -> dict[str, pd.Series[Any]]:
        found: dict[str, Unexpected] = {}
        start = 0
        for part in self._parts:
            for key, values in part.unexpected.items():
                found.setdefault(key, Unexpected()).update(values, start)
            start += part.count
        for key, values in found.items():
            self._warn_of_unexpected(key, len(values))
        return {
            heading: self._series(values.column(self._rows))
            for heading, values in zip(_headings(found, known), found.values(), strict=True)
        }

    def _series(self, column: Column) -> pd.Series[Any]:
        if len(self._rows_earlier):
            self._earlier.append(column.taken(self._rows_earlier).series(self._zone))
        return (column if self._kept is None else column.taken(self._kept)).series(self._zone)

    def _warn_of_unexpected(self, key: str, rows: int) -> None:
        if self._name == "leads" and key == NOT_VEHICLES:
            self._warn(key, f"{rows:,} lead(s) hold something else there; kept in a column at the right")
        else:
            # Only what looks like a name is shown: a message must not hold personal data.
            name = key if _IDENTIFIER.fullmatch(key) else f"(a key of {len(key)} characters)"
            self._warn(name, f"not on the API page ({rows:,} row(s)); kept in a column at the right")

    def _warn(self, column: str, what: str) -> None:
        self.warnings.append(f"{self._name}.{column}: {what}.")


def _headings(keys: Iterable[str], known: Iterable[str]) -> list[str]:
    """Name a column for each unknown key: the key, marked where a column has that name, as Excel compares them."""
    taken = {name.casefold() for name in known}
    headings = []
    for key in keys:
        heading = (as_text(key) or "").strip() or "(no name)"
        while heading.casefold() in taken:
            heading += " (API)"
        taken.add(heading.casefold())
        headings.append(heading)
    return headings
