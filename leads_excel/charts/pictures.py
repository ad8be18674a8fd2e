"""Pictures of `LeadTables`, one function each, for notebooks and the report; the numbers are those of `kpis`.

Each function gives an Altair chart. A notebook shows it as SVG, offline too, unless `altair.renderers.enable` chose
another way; `chart.save("name.png")`, or `.svg`, writes it without a browser. Colours differ in lightness too, so that
they stay apart for the colour-blind and on grey paper. The data of a chart are counts by day, source, reason and so on,
never a lead.

Altair rather than matplotlib or Plotly: its charts are data that renders to SVG without a browser and without scripts
in it, which is what a report in a mail needs, and Arabic labels come out joined and from right to left.
"""

from __future__ import annotations

import re
from math import inf
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import pandas as pd

from leads_excel import kpis
from leads_excel.captions.languages import range_in, so_far_in
from leads_excel.charts.frames import per_period, per_value
from leads_excel.charts.labels import with_labels
from leads_excel.charts.reading import Reading
from leads_excel.exceptions import SettingsError
from leads_excel.schema.colours import ACCENT, INK, LINE, MUTED, PANEL, PROVISIONAL, REJECTED, WHITE
from leads_excel.schema.legible import one_line

if TYPE_CHECKING:
    from leads_excel.captions.languages import Language
    from leads_excel.dates.typed_dates import Weekday
    from leads_excel.tables.lead_tables import LeadTables


INSTALL = 'pip install "leads-excel[charts]"'
"""What brings Altair; in double quotes, which cmd.exe, PowerShell and sh all take."""


class _Absent:
    """Stands in for Altair where the extra is not installed, so that only drawing fails."""

    def __getattr__(self, name: str) -> object:
        raise SettingsError(f"Charts need the extra charts: {INSTALL}.")


try:
    import altair as alt
    import vl_convert
except ImportError:
    alt = _Absent()  # type: ignore[assignment]  # whatever is asked of it is that error
    CAN_DRAW = False
else:
    CAN_DRAW = True
    if alt.renderers.active == "default":  # which loads scripts from the internet; who chose another one keeps it
        alt.renderers.enable("svg")

Drawing: TypeAlias = "alt.Chart | alt.LayerChart | alt.VConcatChart"
"""What the functions of this module give."""

Drawn = TypeVar("Drawn", "alt.Chart", "alt.LayerChart", "alt.VConcatChart")

_ENGLISH = Reading()
_VERDICTS = {"accepted": ACCENT, "rejected": REJECTED, "provisional": PROVISIONAL}

WIDTH = 640
"""The width of a chart's plot in pixels; `chart.properties(width=...)` changes it."""

_FONT = "Calibri, Carlito, 'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif"
_ARABIC = "'Segoe UI', 'Geeza Pro', 'DejaVu Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif"
_DARKEST = "#7398B2"  # of a heat map: dark text on it still has a contrast of 4.5 : 1
_DESCRIBED = re.compile(r' aria-(?:label|roledescription)="[^"]*"')  # which a renderer does in English
_TICKS = 16  # days named on an axis, at most
_AXIS = 50  # pixels beside the days: the numbers, and half a day's name
_BAR = 21  # pixels per bar, its gap included


def per_day(tables: LeadTables, *, week_start: Weekday = "sunday", language: Language = "en") -> alt.VConcatChart:
    """Draw leads per day by verdict, and below them the share rejected; of a long range, per week.

    Leads that are provisional stand on top in grey where there are any: such a day may still turn out another way, and
    they are no part of the share.

    Args:
        tables: The leads of a range.
        week_start: The first day of a week.
        language: The language of its words, `en` or `ar`.

    Returns:
        The chart. The share is that of the seven days, or four weeks, up to each, of leads that are judged.
    """
    read = Reading(language)
    frame, period, span, title = per_period(tables, week_start, language)
    half = pd.Timedelta(days=1 if period == "day" else 7) / 2
    share = read.told(f"Share rejected over {{span}} {period}s", span=span)
    top, below = _period_bars(frame, period, half, read), _share_line(frame, share, half, read)
    return _finished(alt.vconcat(top, below, spacing=14), title, tables, read)


def leads_by(tables: LeadTables, dimension: str, *, most: int = 12, language: Language = "en") -> alt.LayerChart:
    """Draw leads by source, branch or another field, by verdict, with the share rejected of those judged.

    Args:
        tables: The leads of a range.
        dimension: As for `lx.leads_by`: a field of leads, `modelFamily` or `modelYear`.
        most: At most so many values; the others are one bar.
        language: The language of its words, `en` or `ar`.

    Returns:
        The chart, the largest value on top.
    """
    read = Reading(language)
    frame, name = per_value(tables, dimension, most, language)
    rates = ["" if pd.isna(rate) else f" · {rate:.0%}" for rate in frame["rejection_rate"]]
    frame["label"] = [f"{n:,}{rate}" for n, rate in zip(frame["leads"], rates, strict=True)]
    bars = _chart(_long(frame, ["value"], read)).mark_bar(height={"band": 0.72}).encode(
        x=_counts(frame, read),
        y=_names("value", read=read),
        color=_verdict_colour(frame, read),
        order="order:Q",
        tooltip=["value:N", "verdict:N", "leads:Q"],
    )  # fmt: skip
    labels = _labels(frame, read, x=_counts(frame, read), y=_names("value", read=read), text="label:N")
    title = read.told("Leads by {field}: received, and the share rejected", field=read.field(name))
    return _finished(_bars(bars + labels, len(frame)), title, tables, read)


def reasons(tables: LeadTables, *, most: int = 10, language: Language = "en") -> alt.LayerChart:
    """Draw why leads were rejected, as `kpis.top_reasons` counts it.

    Args:
        tables: The leads of a range.
        most: At most so many reasons.
        language: The language of its words, `en` or `ar`.

    Returns:
        The chart, the most frequent reason on top.
    """
    read = Reading(language)
    chart = _shares(kpis.top_reasons(tables, most), "reason", REJECTED, read)
    title = read.told("Why leads were rejected: leads per reason, and their share of rejected leads")
    return _finished(chart, title, tables, read)


def model_years(tables: LeadTables, *, most: int = 15) -> alt.LayerChart:
    """Draw which models of which years accepted leads ask for, as `kpis.model_years` counts it.

    Args:
        tables: The leads of a range.
        most: At most so many model families.

    Returns:
        The chart: a row per family, a column per year.
    """
    heat = _heat(kpis.model_years(tables).head(most))
    return _finished(heat, "Accepted leads by model and model year", tables)


def cross(tables: LeadTables, rows: str = "priority", columns: str = "purchasePlan") -> alt.LayerChart:
    """Draw how two fields of accepted leads meet, such as priority and purchase horizon, as `kpis.cross` counts it.

    Args:
        tables: The leads of a range.
        rows: A text field of leads.
        columns: Another.

    Returns:
        The chart: rows by size, columns by the number in their name, where they have one, else by size.
    """
    wide = kpis.cross(tables, rows, columns)
    wide = wide[[rows, *sorted(wide.columns[1:], key=_reach)]]
    return _finished(_heat(wide), f"Accepted leads by {_ENGLISH.field(rows)} and {_ENGLISH.field(columns)}", tables)


def overlap(tables: LeadTables, field: str = "source") -> alt.LayerChart:
    """Draw where duplicates come from, and where the customer had come from before, as `kpis.overlap` counts it.

    Args:
        tables: The leads of a range.
        field: A text field of leads.

    Returns:
        The chart: a row per value of the earlier lead, a column per value of the duplicate.
    """
    name = _ENGLISH.field(field)
    sides = {"down": f"{name.capitalize()} of the earlier lead", "across": f"{name.capitalize()} of the duplicate"}
    crossed = kpis.overlap(tables, field)
    cut = ", within these leads only" if crossed.attrs["note"] else ""
    return _finished(
        _heat(crossed, **sides), f"Duplicates by {name}, and the {name} that had the customer first{cut}", tables
    )


def funnel(tables: LeadTables, *, language: Language = "en") -> alt.LayerChart:
    """Draw how many leads are left from submission to somebody who can be called, as `kpis.funnel` counts it.

    Args:
        tables: The leads of a range.
        language: The language of its words, `en` or `ar`.

    Returns:
        The chart: received, accepted, contactable.
    """
    read, frame = Reading(language), kpis.funnel(tables)
    frame["stage"] = [read.told(stage.capitalize()) for stage in frame["stage"]]
    chart = _shares(frame, "stage", ACCENT, read)
    return _finished(chart, read.told("From submission to somebody who can be called"), tables, read)


def svg(chart: Drawing, width: int, *, language: Language = "en") -> str:
    """Write a chart for a page that has headings of its own: without its title, exactly as wide as asked for.

    Args:
        chart: A chart of this module.
        width: Its width in pixels, labels included.
        language: Its language; in Arabic, what its colours mean stands at the right.

    Returns:
        SVG without scripts, references and ids.
    """
    spec = chart.to_dict()
    del spec["title"]
    spec["config"]["padding"] = {"left": 0, "top": 0, "right": 6, "bottom": 2}  # no letter is cut by another font
    if "vconcat" in spec:  # Vega-Lite fits single charts only
        for part in spec["vconcat"]:
            part["width"] = width - _AXIS
    else:
        spec |= {"width": width, "autosize": {"type": "fit", "contains": "padding"}}
    vega = vl_convert.vegalite_to_vega(spec)
    vega["config"]["legend"]["layout"] = {"top": {"anchor": Reading(language).anchor}}  # unknown to Vega-Lite
    drawn: str = vl_convert.vega_to_svg(vega)
    return drawn if language == "en" else _DESCRIBED.sub("", drawn)


def _chart(frame: pd.DataFrame, **properties: Any) -> alt.Chart:  # noqa: ANN401 - whatever a chart is given
    """Begin a chart; every text of its data is one that a renderer can hold, for what it cannot ends the process."""
    return alt.Chart(with_labels(frame), **properties)


# --- parts of charts -----------------------------------------------------------------------------------------------


def _period_bars(frame: pd.DataFrame, period: str, half: pd.Timedelta, read: Reading) -> alt.Chart:
    edges = {"left": frame["at"] - half * 0.76, "right": frame["at"] + half * 0.76}
    high = frame[[*_VERDICTS]].cumsum(axis="columns")
    stacked = [
        frame.assign(**edges, verdict=verdict, leads=frame[name], low=high[name] - frame[name], high=high[name])
        for name, verdict in _drawn_verdicts(frame, read).items()
    ]
    columns = ["at", *edges, "verdict", "leads", "low", "high"]
    bars: alt.Chart = _chart(pd.concat(stacked)[columns]).mark_bar().encode(
        x=_time("left", frame, half, read),
        x2="right:T",
        y=alt.Y("low:Q", title=None, axis=alt.Axis(tickCount=5, format=",d", tickMinStep=1)),
        y2="high:Q",
        color=_verdict_colour(frame, read),
        tooltip=[alt.Tooltip("at:T", title=period, format="%Y-%m-%d"), "verdict:N", "leads:Q"],
    ).properties(width=_breadth(frame), height=150)  # fmt: skip
    return bars


def _share_line(frame: pd.DataFrame, title: str, half: pd.Timedelta, read: Reading) -> alt.Chart:
    heading = alt.Title(title, fontSize=11, color=INK, anchor=read.anchor, offset=6)
    base = _chart(frame[["at", "share"]].dropna(), title=heading).mark_line(
        color=REJECTED, strokeWidth=2, point={"size": 14, "color": REJECTED}
    )
    line: alt.Chart = base.encode(
        x=_time("at", frame, half, read, labels=False),
        y=alt.Y("share:Q", title=None, axis=alt.Axis(tickCount=3, format=".0%"), scale=alt.Scale(zero=True)),
        tooltip=[alt.Tooltip("at:T", title="up to", format="%Y-%m-%d"), alt.Tooltip("share:Q", format=".1%")],
    ).properties(width=_breadth(frame), height=54)  # fmt: skip
    return line


def _breadth(frame: pd.DataFrame) -> int:
    return min(WIDTH, 120 + 40 * len(frame))


def _time(name: str, frame: pd.DataFrame, half: pd.Timedelta, read: Reading, *, labels: bool = True) -> alt.X:
    ends = [f"{end:%Y-%m-%dT%H:%M:%S}" for end in (frame["at"].min() - half, frame["at"].max() + half)]
    told = [f"{at:%Y-%m-%dT%H:%M:%S}" for at in frame["at"][:: -(-len(frame) // _TICKS)]]
    named = "%m-%d" if read.from_right else "%-d %b"  # months of a renderer are English
    axis = alt.Axis(format=named, grid=False, values=told, labelOverlap=True, labels=labels, ticks=labels)
    return alt.X(f"{name}:T", title=None, scale=alt.Scale(domain=ends), axis=axis)


def _long(frame: pd.DataFrame, keys: list[str], read: Reading) -> pd.DataFrame:
    drawn = _drawn_verdicts(frame, read)
    long = frame[[*keys, *drawn]].rename(columns=drawn).melt(keys, [*drawn.values()], "verdict", "leads")
    return long.assign(order=long["verdict"].map({verdict: at for at, verdict in enumerate(drawn.values())}))


def _drawn_verdicts(frame: pd.DataFrame, read: Reading) -> dict[str, str]:
    """Name the verdicts that a chart shows, from the bottom of its bars; provisional where there are any."""
    drawn = (name for name in _VERDICTS if name != "provisional" or frame[name].sum())
    return {name: read.told(name.capitalize()) for name in drawn}


def _verdict_colour(frame: pd.DataFrame, read: Reading) -> alt.Color:
    drawn = _drawn_verdicts(frame, read)
    scale = alt.Scale(domain=[*drawn.values()], range=[_VERDICTS[name] for name in drawn])
    shown = [*drawn.values()][:: -1 if read.from_right else 1]
    return alt.Color("verdict:N", scale=scale, legend=alt.Legend(orient="top", title=None, values=shown))


def _names(name: str, *, limit: int = 220, title: str | None = None, read: Reading = _ENGLISH) -> alt.Y:
    # A font that has Arabic letters and Latin ones: where only some letters are borrowed, the weight can differ.
    is_arabic = r"test(/[\u0600-\u06ff]/, datum.value)"
    axis = alt.Axis(
        orient=read.side,
        labelLimit=limit,
        labelPadding=8,
        labelColor=INK,
        labelFont=alt.condition(is_arabic, alt.value(_ARABIC), alt.value(_FONT)),
        labelFontSize=alt.condition(is_arabic, alt.value(10), alt.value(11)),
        ticks=False,
        domain=False,
    )
    return alt.Y(f"{name}:N", sort=None, title=title, axis=axis)


def _counts(frame: pd.DataFrame, read: Reading) -> alt.X:
    room = float(frame["leads"].max() * 1.3) if len(frame) else 1.0  # for the label of the longest bar
    return alt.X("leads:Q", stack="zero", axis=None, scale=alt.Scale(domain=[0, room], reverse=read.from_right))


def _labels(frame: pd.DataFrame, read: Reading, **channels: Any) -> alt.Chart:  # noqa: ANN401 - whatever a chart encodes
    gap = -5 if read.from_right else 5
    labels: alt.Chart = _chart(frame).mark_text(align=read.side, dx=gap, color=MUTED, fontSize=11).encode(**channels)
    return labels


def _bars(chart: alt.LayerChart, count: int) -> alt.LayerChart:
    return chart.properties(width=WIDTH - 120, height=_BAR * max(count, 1))


def _shares(frame: pd.DataFrame, name: str, colour: str, read: Reading) -> alt.LayerChart:
    share = frame["share"].fillna(0)
    frame = frame.assign(label=[f"{n:,} · {part:.0%}" for n, part in zip(frame["leads"], share, strict=True)])
    bars = _chart(frame).mark_bar(color=colour, height={"band": 0.72}).encode(
        x=_counts(frame, read),
        y=_names(name, limit=380, read=read),
        tooltip=[f"{name}:N", "leads:Q", alt.Tooltip("share:Q", format=".1%")],
    )  # fmt: skip
    labels = _labels(frame, read, x=_counts(frame, read), y=_names(name, limit=380, read=read), text="label:N")
    return _bars(bars + labels, len(frame))


def _heat(wide: pd.DataFrame, *, down: str | None = None, across: str | None = None) -> alt.LayerChart:
    """Draw a cross table: the names of its rows in the first column, the other columns numbers."""
    name = wide.columns[0]
    frame = wide.melt(name, var_name="column", value_name="leads").rename(columns={name: "row"})
    base = _chart(frame.astype({"row": str, "column": str})).encode(
        x=alt.X("column:N", sort=None, title=across, axis=alt.Axis(orient="top", labelAngle=0, ticks=False)),
        y=_names("row", title=down),
        tooltip=["row:N", "column:N", "leads:Q"],
    )
    scale = alt.Scale(range=[PANEL, _DARKEST], domainMin=0, interpolate="rgb")
    cells = base.mark_rect(stroke=WHITE, strokeWidth=2).encode(color=alt.Color("leads:Q", scale=scale, legend=None))
    texts = base.transform_filter("datum.leads > 0").mark_text(fontSize=11, color=INK)
    counts = texts.encode(text=alt.Text("leads:Q", format=",d"))
    size = {"width": min(WIDTH, 92 * (wide.shape[1] - 1)), "height": _BAR * max(len(wide), 1)}
    heat: alt.LayerChart = (cells + counts).properties(**size)
    return heat


def _reach(name: str) -> tuple[float, bool]:
    """Sort "Within 7 Days" before "Within 30 Days", and "More Than 30 Days" after both."""
    number = re.search(r"\d+", name)
    return (int(number[0]) if number else inf), "more" in name.casefold()


def _finished(chart: Drawn, title: str, tables: LeadTables, read: Reading = _ENGLISH) -> Drawn:
    asked = range_in(tables.title, read.language) if tables.title else read.told("all leads")
    days = read.told(", ").join(filter(None, (asked, so_far_in(tables.so_far, read.language))))
    demo: list[str] = [read.told("made-up leads")] if tables.environment == "demo" else []
    told = (days, read.told("{count} leads", count=f"{len(tables.leads):,}"), *demo)
    heading = alt.Title(one_line(title), subtitle=one_line(" · ".join(told)), anchor=read.anchor)
    finished: Drawn = chart.properties(title=heading).configure(**_LOOK)
    return finished


_LOOK: dict[str, Any] = {
    "background": WHITE,
    "font": _FONT,
    "padding": 14,
    "title": {
        "fontSize": 16, "color": ACCENT, "subtitleFontSize": 12, "subtitleColor": MUTED, "subtitlePadding": 4,
        "offset": 12, "frame": "bounds",
    },
    "axis": {
        "labelFontSize": 11, "labelColor": MUTED, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE,
        "titleColor": MUTED, "titleFontSize": 11, "titleFontWeight": "normal",
    },
    "legend": {"labelFontSize": 11, "labelColor": INK, "symbolType": "square", "offset": 6},
    "view": {"stroke": None},
}  # fmt: skip
