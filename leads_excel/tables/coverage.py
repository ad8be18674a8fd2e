"""What an answer covers: window by window, and whether the bulks in it add up. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from leads_excel.tables.whole_numbers import whole_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

COVERAGE = {
    "from": "datetime64[us, {zone}]",
    "to": "datetime64[us, {zone}]",
    "state": "string",
    "final": "boolean",
    "bulks": "Int64",
    "leads": "Int64",
    "rejected": "Int64",
    "totalRecords": "Int64",
    "errorRecords": "Int64",
    "attempts": "Int64",
    "fetchedAt": "datetime64[us, {zone}]",
    "age": "Int64",
    "addsUp": "boolean",
}
"""The columns of the coverage table: one row per window of the request. `leads` and `rejected` are the rows received,
`totalRecords` and `errorRecords` what the DMS counted in the same bulks, `age` minutes. `addsUp` is empty
under a filter of the API, which leaves leads out and the counts as they are."""

_COMPLETED = 4  # isProcessed, see schema.STATES
_NAMED = 10
_COUNTS = (("totalRecords", "leadCount", "leads"), ("errorRecords", "errorLeadCount", "rejected leads"))


def coverage(records: Iterable[dict[str, Any]], zone: ZoneInfo) -> pd.DataFrame:
    """Make the coverage table.

    Args:
        records: One per window, keys as in `COVERAGE`; what is missing stays empty.
        zone: The business zone.
    """
    rows = list(records)
    types = {name: kind.format(zone=zone.key) for name, kind in COVERAGE.items()}
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=kind) for name, kind in types.items()})


def aged(covered: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Tell how old the answers of a coverage table are at another moment.

    Args:
        covered: The table.
        now: The moment.
    """
    return covered.assign(age=((now - covered["fetchedAt"]).dt.total_seconds() // 60).astype("Int64"))


def disagreements(bulks: pd.DataFrame) -> tuple[str, ...]:
    """Compare what the DMS counted with the rows received, in completed bulks; it still counts in others.

    Args:
        bulks: The bulks, each with all of its leads: a filter of the API leaves leads out and the counts as they are.

    Returns:
        A line that names the bulks for each of the counts that differs; nothing where all is well.
    """
    return tuple(line for names in _COUNTS if (line := _disagreement(bulks, *names)))


def _disagreement(bulks: pd.DataFrame, counted: str, received: str, what: str) -> str | None:
    told = whole_numbers(bulks[counted])
    differs = told.ne(bulks[received]) & bulks["isProcessed"].eq(_COMPLETED)
    wrong = bulks.assign(told=told)[differs.fillna(value=False).to_numpy(bool)]
    if wrong.empty:
        return None
    names = [
        f"{_named(bulk.createdDate, bulk.createdBy)} ({bulk.told} counted, {getattr(bulk, received)} received)"
        for bulk in wrong.head(_NAMED).itertuples()
    ]
    rest = f" and {len(wrong) - _NAMED:,} more" if len(wrong) > _NAMED else ""
    which = "1 bulk does" if len(wrong) == 1 else f"{len(wrong):,} bulks do"
    return f"bulks.{counted}: {which} not hold the {what} counted: {', '.join(names)}{rest}."


def _named(created: Any, sender: Any) -> str:  # noqa: ANN401 - cells
    moment = f"{created:%Y-%m-%d %H:%M}" if isinstance(created, pd.Timestamp) else "no date"
    return f"{moment} by {'nobody' if pd.isna(sender) else sender}"
