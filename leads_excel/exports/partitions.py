"""Months of leads -> Parquet in one folder per month, on a disk or in a cloud, for DuckDB, Spark, Power BI and pandas.

`leads/month=2026-08/part-0.parquet`, likewise `vehicles`, `errors` and `bulks`: what Hive calls partitions. A file
depends on nothing but its month, so an export that is repeated replaces files and leaves none behind.
"""

from __future__ import annotations

import io
import json
from calendar import monthrange
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from leads_excel.dates.days import Days
from leads_excel.dates.elapsed import elapsed
from leads_excel.dates.typed_dates import today
from leads_excel.exceptions import ArgumentError
from leads_excel.exports import targets
from leads_excel.fetching.fetch import asked
from leads_excel.fetching.in_turn import tables_in_turn
from leads_excel.schema.columns import DTYPES, TABLES
from leads_excel.settings.model import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from leads_excel.fetching.progress import Progress
    from leads_excel.schema.columns import Column, Kind
    from leads_excel.tables.lead_tables import LeadTables
    from leads_excel.windows.questions import Question

OTHER = "otherFields"
"""The last column of each table, JSON: keys that the API page does not name, and values not of their column's kind."""

_FILE = "part-0.parquet"
_ORIGIN = b"leads_excel"  # the key in a file's metadata under which it says what it is an answer to
_TYPES: dict[Kind, pa.DataType] = {
    "id": pa.int64(),
    "count": pa.int64(),
    "text": pa.string(),
    "date": pa.timestamp("us"),
    "flag": pa.bool_(),
}


def export(  # noqa: PLR0913 - as for fetch, whose arguments these are
    target: object,
    from_date: object,
    to_date: object = None,
    *,
    lead_id: int | None = None,
    source: int | None = None,
    sub_source: int | None = None,
    settings: Settings | None = None,
    progress: Progress | bool | None = None,
) -> pd.DataFrame:
    """Fetch the months that a range of days touches, and write each to Parquet in a folder of its own.

    Months are fetched and written one after another, each whole: what an earlier export wrote about a month is
    replaced, what it wrote about others stays. Who stops an export keeps the months that are done.

    Args:
        target: A folder, or the URL of one, such as `s3://bucket/leads`, which needs the extra `cloud`.
        from_date: As for `fetch`; the range begins with the month this day lies in.
        to_date: As for `fetch`; the range ends with the month this day lies in, or today.
        lead_id: As for `fetch`. An export under a filter needs a target of its own.
        source: As for `fetch`.
        sub_source: As for `fetch`.
        settings: As for `fetch`.
        progress: As for `fetch`.

    Returns:
        One row per month: `month` and the rows written of `leads`, `vehicles`, `errors` and `bulks`.

    Raises:
        ArgumentError: The target cannot be used, or holds leads of another environment, in another time zone or
            under other filters.
        LeadsError: As for `fetch`.
    """
    settings = settings or Settings()
    question = asked(from_date, to_date, lead_id=lead_id, source=source, sub_source=sub_source, settings=settings)
    elapsed(question.days, today(settings.zone))  # raises where all of them are to come
    place = targets.opened(target)
    origin = _origin(question, settings)
    _refuse_mixture(place, origin)
    months = [replace(question, days=days) for days in _months(question.days, settings.zone)]
    answers = tables_in_turn(months, settings=settings, progress=progress)
    rows = (_write(tables, month, place, origin) for month, tables in zip(months, answers, strict=True))
    return pd.DataFrame(rows, columns=["month", *TABLES])


def _months(days: Days, zone: ZoneInfo) -> Iterator[Days]:
    now = today(zone)  # days to come hold no leads yet, and a month is not done before it is over
    for (year, month), _ in groupby(days, key=lambda day: (day.year, day.month)):
        first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        if first <= now:
            yield Days(first, min(last, now))


def _origin(question: Question, settings: Settings) -> str:
    filters = {name: number for name, number in question.filters.items() if number is not None}
    whose = f"{settings.environment} in {settings.zone.key}"  # a month is other hours in another zone
    return ", ".join([whose, *(f"{name} {number}" for name, number in filters.items())])


def _refuse_mixture(place: targets.Target, origin: str) -> None:
    content = place.any_of(f"leads/month=*/{_FILE}")
    if content is None:
        return
    found = (pq.read_schema(pa.BufferReader(content)).metadata or {}).get(_ORIGIN, b"something else").decode()
    if found != origin:
        raise ArgumentError(f"The target holds leads of {found}, and these are of {origin}: choose another target.")


def _write(tables: LeadTables, question: Question, place: targets.Target, origin: str) -> dict[str, object]:
    month = f"{question.days.first:%Y-%m}"
    arrow = {name: plain(getattr(tables, name), columns, tables.zone) for name, columns in TABLES.items()}
    files = {f"{name}/month={month}/{_FILE}": _parquet(table, origin) for name, table in arrow.items()}
    place.write(files)
    return {"month": month, **{name: table.num_rows for name, table in arrow.items()}}


def _parquet(table: pa.Table, origin: str) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({**table.schema.metadata, _ORIGIN: origin.encode()}), buffer)
    return buffer.getvalue()


def plain(frame: pd.DataFrame, columns: Sequence[Column], zone: ZoneInfo) -> pa.Table:
    """Bring a table into the one schema that all its months share.

    Args:
        frame: A table of leads, vehicles, errors or bulks.
        columns: The columns that the API page names.
        zone: The business zone.

    Returns:
        Those columns in plain types, and `OTHER` with what does not fit in.
    """
    good: dict[str, pd.Series[Any]] = {}
    odd: dict[str, pd.Series[Any]] = {str(name): frame[name] for name in frame.columns[len(columns) :]}
    for item in columns:
        cells = frame[item.name]
        if cells.dtype == object:  # some are strays, which are text
            stray = cells.map(lambda cell: isinstance(cell, str)).astype(bool)
            odd[item.name] = cells.where(stray)
            kind: Any = DTYPES[item.kind].format(zone=zone.key)
            cells = cells.mask(stray).astype(kind)
        good[item.name] = cells
    good[OTHER] = _as_json(pd.DataFrame(odd, index=frame.index))
    types = [(item.name, _TYPES.get(item.kind, pa.timestamp("us", zone.key))) for item in columns]
    schema = pa.schema([*types, (OTHER, pa.string())])
    return pa.Table.from_pandas(pd.DataFrame(good), schema=schema, preserve_index=False)


def _as_json(odd: pd.DataFrame) -> pd.Series[Any]:
    some = odd.dropna(how="all")
    texts = [json.dumps(row.dropna().to_dict(), ensure_ascii=False, default=str) for _, row in some.iterrows()]
    return pd.Series(texts, some.index, dtype="string").reindex(odd.index)
