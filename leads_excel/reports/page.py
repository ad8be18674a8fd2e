"""What stands on the page, whatever it is written as: cards with their change, a coverage line, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from leads_excel import kpis
from leads_excel.charts import pictures as charts
from leads_excel.reports.listings import Listing, Place, listings
from leads_excel.tables.coverage import disagreements

if TYPE_CHECKING:
    from leads_excel.dates.typed_dates import Weekday
    from leads_excel.kpis import Figure
    from leads_excel.tables.lead_tables import LeadTables

Mood = Literal["good", "bad", ""]

_FEW = 30  # leads below which a share says little


@dataclass(frozen=True, slots=True)
class Card:
    """A key figure in large print.

    Args:
        label: What it is.
        value: What it comes to.
        caption: What it is a part of.
        change: How it differs from the range before.
        mood: Whether that is good or bad news, or neither.
        about: Its definition.
    """

    label: str
    value: str
    caption: str
    change: str
    mood: Mood
    about: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its heading.

    Args:
        heading: What it shows.
        svg: The chart.
        place: Where on the page it stands.
    """

    heading: str
    svg: str
    place: Place


@dataclass(frozen=True, slots=True)
class Page:
    """A report.

    Args:
        range: The days and filters.
        fetched: When the DMS was asked, in business time.
        compared: What changes are told against.
        demo: Whether the leads are made up.
        complete: Whether the coverage line holds no warning.
        coverage: What was read, and what of it may still change.
        cards: The key figures.
        pictures: The charts.
        listings: Their numbers as tables, where charts cannot be drawn.
        remark: What to do to have charts, else nothing.
    """

    range: str
    fetched: str
    compared: str
    demo: bool
    complete: bool
    coverage: str
    cards: tuple[Card, ...]
    pictures: tuple[Picture, ...]
    listings: tuple[Listing, ...] = ()
    remark: str = ""


class Shown(NamedTuple):
    """Which key figure a card shows, and whether more of it is better (1), worse (-1) or neither (0)."""

    kpi: str
    better: int = 0


CARDS = (
    Shown("leads"),
    Shown("accepted", 1),
    Shown("rejection_rate", -1),
    Shown("contactable_rate", 1),
    Shown("duplicate_rate", -1),
    Shown("test_drive_rate"),
)
"""The cards, in this order."""


def compose(tables: LeadTables, before: LeadTables, week_start: Weekday = "sunday") -> Page:
    """Put a report together.

    Args:
        tables: The leads of a range.
        before: The leads of as many days before as have come of the range.
        week_start: The first day of a week, as formulas have it.

    Returns:
        The page; without the extra `charts`, with tables in place of its pictures.
    """
    complete, coverage = _coverage(tables)
    return Page(
        range=tables.title,
        fetched=f"{tables.fetched_at.astimezone(tables.zone):%Y-%m-%d %H:%M}, {tables.zone.key}",
        compared=_compared(tables, before),
        demo=tables.environment == "demo",
        complete=complete,
        coverage=coverage,
        cards=tuple(_card(shown, tables, before) for shown in CARDS),
        pictures=_pictures(tables, week_start) if charts.CAN_DRAW else (),
        listings=() if charts.CAN_DRAW else listings(tables, week_start),
        remark="" if charts.CAN_DRAW else f"Tables stand in place of pictures; {charts.INSTALL} brings those.",
    )


def _compared(tables: LeadTables, before: LeadTables) -> str:
    told = f"Changes are against {before.title} ({len(before.leads):,} leads)"
    is_under_way = tables.days is not None and tables.days.last >= tables.today
    return f"{told}; {tables.today} is not over yet" if is_under_way else told


# --- cards ---------------------------------------------------------------------------------------------------------


def _card(shown: Shown, tables: LeadTables, before: LeadTables) -> Card:
    kpi = _kpi(shown)
    now, then = kpi(tables), kpi(before)
    change, mood = _change(now, then, shown.better)
    caption = _caption(shown.kpi, now, tables) if now.complete else _cut(now)
    if shown.kpi == "accepted" and _provisional(tables) and mood:
        change, mood = f"{change} so far", ""  # fewer are accepted while some are not judged: no bad news yet
    return Card(kpi.label, _value(now), caption, change, mood, kpi.about)


def _provisional(tables: LeadTables) -> int:
    return int(kpis.KPIS["provisional"](tables).value or 0)


def _value(figure: Figure) -> str:
    if figure.value is None:
        return "\N{EN DASH}"
    return f"{figure.value:.1%}" if figure.unit == "share" else f"{figure.value:,.0f}"


def _caption(name: str, figure: Figure, tables: LeadTables) -> str:
    if figure.unit == "share":
        few = ", few leads" if (figure.denominator or 0) < _FEW else ""
        return f"{figure.numerator or 0:,.0f} of {figure.denominator or 0:,.0f}{few}"
    if name == "leads":
        per_day = kpis.KPIS["leads_per_day"](tables).value
        return "" if per_day is None else ", ".join(filter(None, (f"{per_day:,.1f} a day", tables.so_far)))
    provisional = _provisional(tables)
    judged = len(tables.leads) - provisional
    told = [f"{(figure.value or 0) / judged:.0%} of judged" if judged else ""]
    told += [f"{provisional:,} provisional"] if provisional else []
    return ", ".join(filter(None, told))


def _cut(figure: Figure) -> str:
    return "days around are missing" if _is_lost(figure) else "within these leads only"


def _change(now: Figure, then: Figure, better: int) -> tuple[str, Mood]:
    is_share = now.unit == "share"
    is_told = now.complete and then.complete  # a figure that looks back less far is no comparison
    if not is_told or now.value is None or then.value is None or not (is_share or then.value):
        return "no comparison", ""
    difference = now.value - then.value
    told = f"{abs(difference) * 100:.1f} points" if is_share else f"{abs(difference) / then.value:.1%}"
    if told in ("0.0 points", "0.0%"):
        return "= unchanged", ""
    telling = better and min(now.denominator or _FEW, then.denominator or _FEW) >= _FEW
    mood: Mood = "" if not telling else "good" if difference * better > 0 else "bad"
    return f"{'▲' if difference > 0 else '▼'} {told}", mood


# --- coverage ------------------------------------------------------------------------------------------------------


def _coverage(tables: LeadTables) -> tuple[bool, str]:
    """Tell whether the numbers can be relied on: a range with a missing window never gets this far."""
    differing = 0 if _is_filtered(tables) else int(kpis.KPIS["unreconciled_bulks"](tables).value or 0)
    still_open = int(kpis.KPIS["open_bulks"](tables).value or 0)
    others = len(set(tables.warnings) - set(disagreements(tables.bulks)))
    remarks = (
        (differing, "bulk does not hold what the DMS counted", "bulks do not hold what the DMS counted"),
        (still_open, "bulk is still open: its leads may change", "bulks are still open: their leads may change"),
        (_provisional(tables), "lead is provisional: in no rate yet", "leads are provisional: in no rate yet"),
        (others, "other remark stands in the workbook's Log", "other remarks stand in the workbook's Log"),
    )
    told = [f"{count:,} {one if count == 1 else several}." for count, one, several in remarks if count]
    lost = [kpi.label for kpi in map(_kpi, CARDS) if _is_lost(kpi(tables))]
    told += [f"{label} is missing, for want of the days around." for label in lost]
    read = f"Every day so far was read, {tables.so_far}." if tables.so_far else "Every day of the range was read."
    return not told, " ".join([read, *told])


def _is_lost(figure: Figure) -> bool:
    return figure.value is None and not figure.complete


def _kpi(shown: Shown) -> kpis.Kpi:
    return kpis.KPIS[shown.kpi]


def _is_filtered(tables: LeadTables) -> bool:
    """Tell whether a filter was set: then bulks hold fewer leads than the DMS counts."""
    return any(tables.asked.get(name) is not None for name in ("lead_id", "source", "sub_source"))


# --- pictures ------------------------------------------------------------------------------------------------------


def _pictures(tables: LeadTables, week_start: Weekday) -> tuple[Picture, ...]:
    wide, narrow = 703, 342  # pixels: the page between its margins, and a column
    drawn: tuple[tuple[Place, str, str], ...] = (
        ("top", "Leads received", charts.svg(charts.per_day(tables, week_start=week_start), wide)),
        (
            "left",
            "By source: received, and share rejected",
            charts.svg(charts.leads_by(tables, "source", most=8), narrow),
        ),
        ("left", "From submission to a customer to call", charts.svg(charts.funnel(tables), narrow)),
        ("right", "By branch: received, and share rejected", charts.svg(charts.leads_by(tables, "branch"), narrow)),
        (
            "bottom",
            "Why leads were rejected: leads, and share of those rejected",
            charts.svg(charts.reasons(tables, most=7), wide),
        ),
    )
    return tuple(Picture(heading, svg, place) for place, heading, svg in drawn)
