"""What a report lists where its pictures cannot be drawn: the same numbers, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from leads_excel import kpis
from leads_excel.charts.frames import VERDICTS, per_period, per_value

if TYPE_CHECKING:
    from leads_excel.dates.typed_dates import Weekday
    from leads_excel.tables.lead_tables import LeadTables

Place = Literal["top", "left", "right", "bottom"]


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with its heading.

    Args:
        heading: What it shows.
        columns: The headers.
        rows: The cells, as text.
        lengths: Of each row, the length of its bar from 0 to 1.
        place: Where on the page it stands.
    """

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lengths: tuple[float, ...]
    place: Place


def listings(tables: LeadTables, week_start: Weekday) -> tuple[Listing, ...]:
    """List what the pictures of a report show.

    Args:
        tables: The leads of a range.
        week_start: The first day of a week.

    Returns:
        One table for each picture, in the order of the page.
    """
    return (
        _received(tables, week_start),
        _by(tables, "source", "left", most=8),
        _shares(kpis.funnel(tables), "stage", "From submission to a customer to call", "left"),
        _by(tables, "branch", "right", most=12),
        _shares(kpis.top_reasons(tables, 7), "reason", "Why leads were rejected", "bottom"),
    )


def _received(tables: LeadTables, week_start: Weekday) -> Listing:
    frame, period, _, title = per_period(tables, week_start)
    received = frame[[*VERDICTS]].sum(axis="columns")
    cells = zip(frame["at"].dt.strftime("%Y-%m-%d"), received, *(frame[name] for name in VERDICTS), strict=True)
    rows = tuple((at, *map(_number, counts)) for at, *counts in cells)
    columns = (period.capitalize(), "Received", *map(str.capitalize, VERDICTS))
    return Listing(title, columns, rows, _lengths(received), "top")


def _by(tables: LeadTables, dimension: str, place: Place, *, most: int) -> Listing:
    frame, _ = per_value(tables, dimension, most)
    cells = zip(frame["value"], frame["leads"], frame["rejection_rate"], strict=True)
    rows = tuple((value, _number(leads), _share(rate)) for value, leads, rate in cells)
    columns = (dimension.capitalize(), "Received", "Rejection rate")
    return Listing(f"By {dimension}: received, and share rejected", columns, rows, _lengths(frame["leads"]), place)


def _shares(frame: pd.DataFrame, name: str, heading: str, place: Place) -> Listing:
    rows = tuple(
        (str(value), _number(leads), _share(share))
        for value, leads, share in zip(frame[name], frame["leads"], frame["share"], strict=True)
    )
    return Listing(heading, (name.capitalize(), "Leads", "Share"), rows, _lengths(frame["leads"]), place)


def _number(count: float) -> str:
    return f"{count:,.0f}"


def _share(share: float) -> str:
    return "\N{EN DASH}" if pd.isna(share) else f"{share:.1%}"  # a share of nothing


def _lengths(counts: pd.Series[int]) -> tuple[float, ...]:
    longest = max(counts.max(), 1) if len(counts) else 1
    return tuple(round(float(count / longest), 3) for count in counts)
