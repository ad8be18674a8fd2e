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
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from leads_excel import kpis
from leads_excel.charts.frames import per_period, per_value
from leads_excel.charts.labels import with_labels
from leads_excel.exceptions import SettingsError
from leads_excel.schema.colours import ACCENT, INK, LINE, MUTED, PANEL, PROVISIONAL, REJECTED, WHITE
from leads_excel.schema.legible import one_line

if TYPE_CHECKING:
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

Drawn = TypeVar("Drawn", "alt.Chart", "alt.LayerChart", "alt.VConcatChart")

_VERDICTS = {"accepted": ACCENT, "rejected": REJECTED, "provisional": PROVISIONAL}

WIDTH = 640
"""The width of a chart's plot in pixels; `chart.properties(width=...)` changes it."""

_FONT = "Calibri, Carlito, 'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif"
_ARABIC = "'Segoe UI', 'Geeza Pro', 'DejaVu Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif"
_DARKEST = "#7398B2"  # of a heat map: dark text on it still has a contrast of 4.5 : 1
_TICKS = 16  # days named on an axis, at most
_AXIS = 50  # pixels beside the days: the numbers, and half a day's name
_BAR = 21  # pixels per bar, its gap included


def per_day(tables: LeadTables, *, week_start: Weekday = "sunday") -> alt.VConcatChart:
    """Draw leads per day by verdict, and below them the share rejected; of a long range, per week.

    Leads that are provisional stand on top in grey where there are any: such a day may still turn out another way, and
    they are no part of the share.

    Args:
        tables: The leads of a range.
        week_start: The first day of a week.

    Returns:
        The chart. The share is that of the seven days, or four weeks, up to each, of leads that are judged.
    """
    frame, period, span, title = per_period(tables, week_start)
    half = pd.Timedelta(days=1 if period == "day" else 7) / 2
    top, below = _period_bars(frame, period, half), _share_line(frame, f"Share rejected over {span} {period}s", half)
    return _finished(alt.vconcat(top, below, spacing=14), title, tables)


def leads_by(tables: LeadTables, dimension: str, *, most: int = 12) -> alt.LayerChart:
    """Draw leads by source, branch or another field, by verdict, with the share rejected of those judged.

    Args:
        tables: The leads of a range.
        dimension: As for `lx.leads_by`: a field of leads, `modelFamily` or `modelYear`.
        most: At most so many values; the others are one bar.

    Returns:
        The chart, the largest value on top.
    """
    frame, name = per_value(tables, dimension, most)
    rates = ["" if pd.isna(rate) else f" · {rate:.0%}" for rate in frame["rejection_rate"]]
    frame["label"] = [f"{n:,}{rate}" for n, rate in zip(frame["leads"], rates, strict=True)]
    bars = _chart(_long(frame, ["value"])).mark_bar(height={"band": 0.72}).encode(
        x=_counts(frame),
        y=_names("value"),
        color=_verdict_colour(frame),
        order="order:Q",
        tooltip=["value:N", "verdict:N", "leads:Q"],
    )  # fmt: skip
    labels = _labels(frame, x=_counts(frame), y=_names("value"), text="label:N")
    title = f"Leads by {_spoken(name)}: received, and the share rejected"
    return _finished(_bars(bars + labels, len(frame)), title, tables)


def reasons(tables: LeadTables, *, most: int = 10) -> alt.LayerChart:
    """Draw why leads were rejected, as `kpis.top_reasons` counts it.

    Args:
        tables: The leads of a range.
        most: At most so many reasons.

    Returns:
        The chart, the most frequent reason on top.
    """
    chart = _shares(kpis.top_reasons(tables, most), "reason", REJECTED)
    return _finished(chart, "Why leads were rejected: leads per reason, and their share of rejected leads", tables)


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
    return _finished(_heat(wide), f"Accepted leads by {_spoken(rows)} and {_spoken(columns)}", tables)


def overlap(tables: LeadTables, field: str = "source") -> alt.LayerChart:
    """Draw where duplicates come from, and where the customer had come from before, as `kpis.overlap` counts it.

    Args:
        tables: The leads of a range.
        field: A text field of leads.

    Returns:
        The chart: a row per value of the earlier lead, a column per value of the duplicate.
    """
    name = _spoken(field)
    sides = {"down": f"{name.capitalize()} of the earlier lead", "across": f"{name.capitalize()} of the duplicate"}
    crossed = kpis.overlap(tables, field)
    cut = ", within these leads only" if crossed.attrs["note"] else ""
    return _finished(
        _heat(crossed, **sides), f"Duplicates by {name}, and the {name} that had the customer first{cut}", tables
    )


def funnel(tables: LeadTables) -> alt.LayerChart:
    """Draw how many leads are left from submission to somebody who can be called, as `kpis.funnel` counts it.

    Args:
        tables: The leads of a range.

    Returns:
        The chart: received, accepted, contactable.
    """
    frame = kpis.funnel(tables)
    frame["stage"] = frame["stage"].str.capitalize()
    chart = _shares(frame, "stage", ACCENT)
    return _finished(chart, "From submission to somebody who can be called", tables)


def svg(chart: alt.Chart | alt.LayerChart | alt.VConcatChart, width: int) -> str:
    """Write a chart for a page that has headings of its own: without its title, exactly as wide as asked for.

    Args:
        chart: A chart of this module.
        width: Its width in pixels, labels included.

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
    drawn: str = vl_convert.vegalite_to_svg(spec)
    return drawn


def _chart(frame: pd.DataFrame, **properties: Any) -> alt.Chart:  # noqa: ANN401 - whatever a chart is given
    """Begin a chart; every text of its data is one that a renderer can hold, for what it cannot ends the process."""
    return alt.Chart(with_labels(frame), **properties)


# --- parts of charts -----------------------------------------------------------------------------------------------


def _period_bars(frame: pd.DataFrame, period: str, half: pd.Timedelta) -> alt.Chart:
    edges = {"left": frame["at"] - half * 0.76, "right": frame["at"] + half * 0.76}
    high = frame[[*_VERDICTS]].cumsum(axis="columns")
    stacked = [
        frame.assign(**edges, verdict=verdict, leads=frame[name], low=high[name] - frame[name], high=high[name])
        for name, verdict in _drawn_verdicts(frame).items()
    ]
    columns = ["at", *edges, "verdict", "leads", "low", "high"]
    bars: alt.Chart = _chart(pd.concat(stacked)[columns]).mark_bar().encode(
        x=_time("left", frame, half),
        x2="right:T",
        y=alt.Y("low:Q", title=None, axis=alt.Axis(tickCount=5, format=",d", tickMinStep=1)),
        y2="high:Q",
        color=_verdict_colour(frame),
        tooltip=[alt.Tooltip("at:T", title=period, format="%Y-%m-%d"), "verdict:N", "leads:Q"],
    ).properties(width=_breadth(frame), height=150)  # fmt: skip
    return bars


def _share_line(frame: pd.DataFrame, title: str, half: pd.Timedelta) -> alt.Chart:
    heading = alt.Title(title, fontSize=11, color=INK, anchor="start", offset=6)
    base = _chart(frame[["at", "share"]].dropna(), title=heading).mark_line(
        color=REJECTED, strokeWidth=2, point={"size": 14, "color": REJECTED}
    )
    line: alt.Chart = base.encode(
        x=_time("at", frame, half, labels=False),
        y=alt.Y("share:Q", title=None, axis=alt.Axis(tickCount=3, format=".0%"), scale=alt.Scale(zero=True)),
        tooltip=[alt.Tooltip("at:T", title="up to", format="%Y-%m-%d"), alt.Tooltip("share:Q", format=".1%")],
    ).properties(width=_breadth(frame), height=54)  # fmt: skip
    return line


def _breadth(frame: pd.DataFrame) -> int:
    return min(WIDTH, 120 + 40 * len(frame))


def _time(name: str, frame: pd.DataFrame, half: pd.Timedelta, *, labels: bool = True) -> alt.X:
    ends = [f"{end:%Y-%m-%dT%H:%M:%S}" for end in (frame["at"].min() - half, frame["at"].max() + half)]
    told = [f"{at:%Y-%m-%dT%H:%M:%S}" for at in frame["at"][:: -(-len(frame) // _TICKS)]]
    axis = alt.Axis(format="%-d %b", grid=False, values=told, labelOverlap=True, labels=labels, ticks=labels)
    return alt.X(f"{name}:T", title=None, scale=alt.Scale(domain=ends), axis=axis)


def _long(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    drawn = _drawn_verdicts(frame)
    long = frame[[*keys, *drawn]].rename(columns=drawn).melt(keys, [*drawn.values()], "verdict", "leads")
    return long.assign(order=long["verdict"].map({verdict: at for at, verdict in enumerate(drawn.values())}))


def _drawn_verdicts(frame: pd.DataFrame) -> dict[str, str]:
    """Name the verdicts that a chart shows, from the bottom of its bars; provisional where there are any."""
    return {name: name.capitalize() for name in _VERDICTS if name != "provisional" or frame[name].sum()}


def _verdict_colour(frame: pd.DataFrame) -> alt.Color:
    drawn = _drawn_verdicts(frame)
    scale = alt.Scale(domain=[*drawn.values()], range=[_VERDICTS[name] for name in drawn])
    return alt.Color("verdict:N", scale=scale, legend=alt.Legend(orient="top", title=None))


def _names(name: str, *, limit: int = 220, title: str | None = None) -> alt.Y:
    # A font that has Arabic letters and Latin ones: where only some letters are borrowed, the weight can differ.
    is_arabic = r"test(/[\u0600-\u06ff]/, datum.value)"
    axis = alt.Axis(
        labelLimit=limit,
        labelPadding=8,
        labelColor=INK,
        labelFont=alt.condition(is_arabic, alt.value(_ARABIC), alt.value(_FONT)),
        labelFontSize=alt.condition(is_arabic, alt.value(10), alt.value(11)),
        ticks=False,
        domain=False,
    )
    return alt.Y(f"{name}:N", sort=None, title=title, axis=axis)


def _counts(frame: pd.DataFrame) -> alt.X:
    room = float(frame["leads"].max() * 1.3) if len(frame) else 1.0  # for the label of the longest bar
    return alt.X("leads:Q", stack="zero", axis=None, scale=alt.Scale(domain=[0, room]))


def _labels(frame: pd.DataFrame, **channels: Any) -> alt.Chart:  # noqa: ANN401 - whatever a chart encodes
    labels: alt.Chart = _chart(frame).mark_text(align="left", dx=5, color=MUTED, fontSize=11).encode(**channels)
    return labels


def _bars(chart: alt.LayerChart, count: int) -> alt.LayerChart:
    return chart.properties(width=WIDTH - 120, height=_BAR * max(count, 1))


def _shares(frame: pd.DataFrame, name: str, colour: str) -> alt.LayerChart:
    share = frame["share"].fillna(0)
    frame = frame.assign(label=[f"{n:,} · {part:.0%}" for n, part in zip(frame["leads"], share, strict=True)])
    bars = _chart(frame).mark_bar(color=colour, height={"band": 0.72}).encode(
        x=_counts(frame),
        y=_names(name, limit=380),
        tooltip=[f"{name}:N", "leads:Q", alt.Tooltip("share:Q", format=".1%")],
    )  # fmt: skip
    labels = _labels(frame, x=_counts(frame), y=_names(name, limit=380), text="label:N")
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


def _spoken(name: str) -> str:
    """Write subSource as sub source."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


def _finished(chart: Drawn, title: str, tables: LeadTables) -> Drawn:
    demo = " · made-up leads" if tables.environment == "demo" else ""
    days = ", ".join(filter(None, (tables.title or "all leads", tables.so_far)))
    told = f"{days} · {len(tables.leads):,} leads{demo}"
    heading = alt.Title(one_line(title), subtitle=one_line(told), anchor="start")
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
