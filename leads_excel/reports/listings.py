"""What a report lists where its pictures cannot be drawn: the same numbers, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from leads_excel import kpis
from leads_excel.captions.languages import told
from leads_excel.charts.frames import VERDICTS, per_period, per_value

if TYPE_CHECKING:
    from leads_excel.captions.languages import Language
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


def listings(tables: LeadTables, week_start: Weekday, language: Language = "en") -> tuple[Listing, ...]:
    """List what the pictures of a report show.

    Args:
        tables: The leads of a range.
        week_start: The first day of a week.
        language: The language of headings and headers.

    Returns:
        One table for each picture, in the order of the page.
    """
    return (
        _received(tables, week_start, language),
        _by(tables, "source", "left", language, most=8),
        _shares(_stages(tables, language), "stage", "From submission to a customer to call", "left", language),
        _by(tables, "branch", "right", language, most=12),
        _shares(kpis.top_reasons(tables, 7), "reason", "Why leads were rejected", "bottom", language),
    )


def _stages(tables: LeadTables, language: Language) -> pd.DataFrame:
    frame = kpis.funnel(tables)
    if language == "en":
        return frame
    return frame.assign(stage=[told(stage.capitalize(), language) for stage in frame["stage"]])


def _received(tables: LeadTables, week_start: Weekday, language: Language) -> Listing:
    frame, period, _, title = per_period(tables, week_start, language)
    received = frame[[*VERDICTS]].sum(axis="columns")
    cells = zip(frame["at"].dt.strftime("%Y-%m-%d"), received, *(frame[name] for name in VERDICTS), strict=True)
    rows = tuple((at, *map(_number, counts)) for at, *counts in cells)
    columns = tuple(told(name.capitalize(), language) for name in (period, "received", *VERDICTS))
    return Listing(title, columns, rows, _lengths(received), "top")


def _by(tables: LeadTables, dimension: str, place: Place, language: Language, *, most: int) -> Listing:
    frame, _ = per_value(tables, dimension, most, language)
    cells = zip(frame["value"], frame["leads"], frame["rejection_rate"], strict=True)
    rows = tuple((value, _number(leads), _share(rate)) for value, leads, rate in cells)
    columns = tuple(told(name, language) for name in (dimension.capitalize(), "Received", "Rejection rate"))
    heading = told(f"By {dimension}: received, and share rejected", language)
    return Listing(heading, columns, rows, _lengths(frame["leads"]), place)


def _shares(frame: pd.DataFrame, name: str, heading: str, place: Place, language: Language) -> Listing:
    rows = tuple(
        (str(value), _number(leads), _share(share))
        for value, leads, share in zip(frame[name], frame["leads"], frame["share"], strict=True)
    )
    columns = tuple(told(head, language) for head in (name.capitalize(), "Leads", "Share"))
    return Listing(told(heading, language), columns, rows, _lengths(frame["leads"]), place)


def _number(count: float) -> str:
    return f"{count:,.0f}"


def _share(share: float) -> str:
    return "\N{EN DASH}" if pd.isna(share) else f"{share:.1%}"  # a share of nothing


def _lengths(counts: pd.Series[int]) -> tuple[float, ...]:
    longest = max(counts.max(), 1) if len(counts) else 1
    return tuple(round(float(count / longest), 3) for count in counts)
