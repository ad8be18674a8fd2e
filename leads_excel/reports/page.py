"""What stands on the page, whatever it is written as: cards with their change, a coverage line, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from leads_excel import kpis
from leads_excel.captions.languages import range_in, so_far_in, told
from leads_excel.charts import pictures as charts
from leads_excel.reports.listings import Listing, Place, listings
from leads_excel.tables.coverage import disagreements

if TYPE_CHECKING:
    from leads_excel.captions.languages import Language
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
        language: The language of its words.
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
    language: Language = "en"


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


def compose(tables: LeadTables, before: LeadTables, week_start: Weekday = "sunday", language: Language = "en") -> Page:
    """Put a report together.

    Args:
        tables: The leads of a range.
        before: The leads of as many days before as have come of the range.
        week_start: The first day of a week, as formulas have it.
        language: The language of its words; what the DMS says stays as it is.

    Returns:
        The page; without the extra `charts`, with tables in place of its pictures.
    """
    complete, coverage = _coverage(tables, language)
    remark = told("Tables stand in place of pictures; {command} brings those.", language, command=charts.INSTALL)
    return Page(
        range=range_in(tables.title, language),
        fetched=f"{tables.fetched_at.astimezone(tables.zone):%Y-%m-%d %H:%M}, {tables.zone.key}",
        compared=_compared(tables, before, language),
        demo=tables.environment == "demo",
        complete=complete,
        coverage=coverage,
        cards=tuple(_card(shown, tables, before, language) for shown in CARDS),
        pictures=_pictures(tables, week_start, language) if charts.CAN_DRAW else (),
        listings=() if charts.CAN_DRAW else listings(tables, week_start, language),
        remark="" if charts.CAN_DRAW else remark,
        language=language,
    )


def _compared(tables: LeadTables, before: LeadTables, language: Language) -> str:
    days, leads = range_in(before.title, language), f"{len(before.leads):,}"
    against = told("Changes are against {range} ({leads} leads)", language, range=days, leads=leads)
    is_under_way = tables.days is not None and tables.days.last >= tables.today
    today = [told("{day} is not over yet", language, day=tables.today)] if is_under_way else []
    return told("; ", language).join([against, *today])


# --- cards ---------------------------------------------------------------------------------------------------------


def _card(shown: Shown, tables: LeadTables, before: LeadTables, language: Language) -> Card:
    kpi = _kpi(shown)
    now, then = kpi(tables), kpi(before)
    change, mood = _change(now, then, shown.better, language)
    caption = _caption(shown.kpi, now, tables, language) if now.complete else told(_cut(now), language)
    if shown.kpi == "accepted" and _provisional(tables) and mood:
        # fewer are accepted while some are not judged: no bad news yet
        change, mood = told("{change} so far", language, change=change), ""
    return Card(_label(kpi, language), _value(now), caption, change, mood, told(kpi.about, language))


def _label(kpi: kpis.Kpi, language: Language) -> str:
    return kpi.label if language == "en" else kpi.arabic


def _provisional(tables: LeadTables) -> int:
    return int(kpis.KPIS["provisional"](tables).value or 0)


def _value(figure: Figure) -> str:
    if figure.value is None:
        return "\N{EN DASH}"
    return f"{figure.value:.1%}" if figure.unit == "share" else f"{figure.value:,.0f}"


def _caption(name: str, figure: Figure, tables: LeadTables, language: Language) -> str:
    comma = told(", ", language)
    if figure.unit == "share":
        parts = {"count": f"{figure.numerator or 0:,.0f}", "all": f"{figure.denominator or 0:,.0f}"}
        few = [told("few leads", language)] if (figure.denominator or 0) < _FEW else []
        return comma.join([told("{count} of {all}", language, **parts), *few])
    if name == "leads":
        per_day = kpis.KPIS["leads_per_day"](tables).value
        if per_day is None:
            return ""
        rate = told("{rate} a day", language, rate=f"{per_day:,.1f}")
        return comma.join(filter(None, (rate, so_far_in(tables.so_far, language))))
    provisional = _provisional(tables)
    judged = len(tables.leads) - provisional
    parts = {"share": f"{(figure.value or 0) / judged:.0%}"} if judged else {}
    shown = [told("{share} of judged", language, **parts)] if judged else []
    shown += [told("{count} provisional", language, count=f"{provisional:,}")] if provisional else []
    return comma.join(shown)


def _cut(figure: Figure) -> str:
    return "days around are missing" if _is_lost(figure) else "within these leads only"


def _change(now: Figure, then: Figure, better: int, language: Language) -> tuple[str, Mood]:
    is_share = now.unit == "share"
    is_told = now.complete and then.complete  # a figure that looks back less far is no comparison
    if not is_told or now.value is None or then.value is None or not (is_share or then.value):
        return told("no comparison", language), ""
    difference = now.value - then.value
    size = f"{abs(difference) * 100:.1f}" if is_share else f"{abs(difference) / then.value:.1%}"
    if size in ("0.0", "0.0%"):
        return told("= unchanged", language), ""
    telling = better and min(now.denominator or _FEW, then.denominator or _FEW) >= _FEW
    mood: Mood = "" if not telling else "good" if difference * better > 0 else "bad"
    points = told("{points} points", language, points=size) if is_share else size
    return f"{'▲' if difference > 0 else '▼'} {points}", mood


# --- coverage ------------------------------------------------------------------------------------------------------


def _coverage(tables: LeadTables, language: Language) -> tuple[bool, str]:
    """Tell whether the numbers can be relied on: a range with a missing window never gets this far."""
    differing = 0 if _is_filtered(tables) else int(kpis.KPIS["unreconciled_bulks"](tables).value or 0)
    still_open = int(kpis.KPIS["open_bulks"](tables).value or 0)
    others = len(set(tables.warnings) - set(disagreements(tables.bulks)))
    remarks = (
        (differing, "{count} bulk does not hold what the DMS counted.",
         "{count} bulks do not hold what the DMS counted."),
        (still_open, "{count} bulk is still open: its leads may change.",
         "{count} bulks are still open: their leads may change."),
        (_provisional(tables), "{count} lead is provisional: in no rate yet.",
         "{count} leads are provisional: in no rate yet."),
        (others, "{count} other remark stands in the workbook's Log.",
         "{count} other remarks stand in the workbook's Log."),
    )  # fmt: skip
    warned = [
        told(one if count == 1 else several, language, count=f"{count:,}") for count, one, several in remarks if count
    ]
    lost = [_label(kpi, language) for kpi in map(_kpi, CARDS) if _is_lost(kpi(tables))]
    warned += [told("{figure} is missing, for want of the days around.", language, figure=label) for label in lost]
    days = so_far_in(tables.so_far, language)
    all_days = told("Every day of the range was read.", language)
    read = told("Every day so far was read, {days}.", language, days=days) if days else all_days
    return not warned, " ".join([read, *warned])


def _is_lost(figure: Figure) -> bool:
    return figure.value is None and not figure.complete


def _kpi(shown: Shown) -> kpis.Kpi:
    return kpis.KPIS[shown.kpi]


def _is_filtered(tables: LeadTables) -> bool:
    """Tell whether a filter was set: then bulks hold fewer leads than the DMS counts."""
    return any(tables.asked.get(name) is not None for name in ("lead_id", "source", "sub_source"))


# --- pictures ------------------------------------------------------------------------------------------------------


def _pictures(tables: LeadTables, week_start: Weekday, language: Language) -> tuple[Picture, ...]:
    wide, narrow = 703, 342  # pixels: the page between its margins, and a column
    per_day = charts.per_day(tables, week_start=week_start, language=language)
    sources = charts.leads_by(tables, "source", most=8, language=language)
    branches = charts.leads_by(tables, "branch", language=language)
    drawn: tuple[tuple[Place, str, charts.Drawing, int], ...] = (
        ("top", "Leads received", per_day, wide),
        ("left", "By source: received, and share rejected", sources, narrow),
        ("left", "From submission to a customer to call", charts.funnel(tables, language=language), narrow),
        ("right", "By branch: received, and share rejected", branches, narrow),
        (
            "bottom",
            "Why leads were rejected: leads, and share of those rejected",
            charts.reasons(tables, most=7, language=language),
            wide,
        ),
    )
    return tuple(
        Picture(told(heading, language), charts.svg(chart, width, language=language), place)
        for place, heading, chart, width in drawn
    )
