"""Pictures: their numbers are those of the key figures, nobody can be recognised in them, everybody can read them."""

import json
import re
from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest
import vl_convert
from programs import printed_by

import leads_excel as lx
from leads_excel import kpis
from leads_excel.charts import pictures as charts
from leads_excel.schema import colours
from leads_excel.schema.columns import LEADS
from leads_excel.tables.lead_tables import build

DRAWN = {
    "per_day": charts.per_day,
    "by_source": lambda tables: charts.leads_by(tables, "source"),
    "reasons": charts.reasons,
    "model_years": charts.model_years,
    "cross": charts.cross,
    "overlap": charts.overlap,
    "funnel": charts.funnel,
}


@pytest.fixture(scope="module")
def tables():
    """A fortnight of the simulated DMS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LEADS_EXCEL_ENVIRONMENT", raising=False)
        return lx.fetch("2026-10-01", "2026-10-14", settings=lx.Settings(environment="demo", store="none"))


def data_of(chart):
    """Put the data sets of a chart together, largest first."""
    sets = chart.to_dict()["datasets"].values()
    return [pd.DataFrame(rows) for rows in sorted(sets, key=len, reverse=True)]


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_drawn_without_a_browser(name, tables, tmp_path):
    """As PNG and as SVG without scripts and references, with the range in its title."""
    chart = DRAWN[name](tables)

    chart.save(tmp_path / "chart.png")
    chart.save(tmp_path / "chart.svg")

    svg = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert "2026-10-01 to 2026-10-14" in svg
    assert re.findall(r"<script|<image|https?://(?!www\.w3\.org/)", svg) == []


@pytest.mark.slow
@pytest.mark.parametrize("chosen", ["default", "json"])
def test_a_notebook_shows_a_chart_offline_unless_told_otherwise(chosen):
    """Altair's own default would load scripts from the internet; whoever chose another way to show charts keeps it."""
    code = (
        f"import altair, leads_excel as lx; altair.renderers.enable({chosen!r})\n"
        "print(list(lx.charts.funnel(lx.fetch('-1D'))._repr_mimebundle_()))"
    )
    shown = printed_by(code)

    assert ("image/svg+xml" in shown) == (chosen == "default")


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_of_nothing_is_drawn(name, tmp_path):
    """A range without leads, and tables of which nobody knows the range."""
    empty = lx.fetch("2019-01", settings=lx.Settings(environment="demo", store="none"))

    for number, tables in enumerate((empty, build([]))):
        DRAWN[name](tables).save(tmp_path / f"{number}.svg")

    assert "0 leads" in (tmp_path / "0.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DRAWN)
def test_nobody_is_in_the_data_of_a_chart(name, tables):
    """No field of a person, and no text of one: a chart is often sent on with its data."""
    chart = DRAWN[name](tables)

    written = json.dumps(chart.to_dict(), ensure_ascii=False)
    sensitive = [item.name for item in LEADS if item.sensitive and item.name != "message"]
    names = {text for column in ("phoneNumber", "email", "lastName") for text in tables.leads[column].dropna() if text}
    assert [name for name in sensitive if f'"{name}"' in written] == []
    assert [text for text in names if f'"{text}"' in written] == []
    assert len(names) > 100


def test_days_add_up_to_the_key_figures(tables):
    """Every day of the range has its bars, and together they are all leads."""
    bars, line = data_of(charts.per_day(tables))

    totals = bars.groupby("verdict")["leads"].sum()
    verdicts = {"Accepted": kpis.accepted, "Rejected": kpis.rejected, "Provisional": kpis.provisional}
    assert dict(totals) == {name: figure(tables).value for name, figure in verdicts.items() if figure(tables).value}
    assert totals.sum() == len(tables.leads)
    assert len(line) == 14
    last_week = lx.fetch("2026-10-08", "2026-10-14", settings=lx.Settings(environment="demo", store="none"))
    assert line["share"].iloc[-1] == pytest.approx(kpis.rejection_rate(last_week).value)


@pytest.fixture
def undecided():
    """Two days, on the second of which two leads of four are provisional, and a source that has only such."""
    leads = [{"leadExternalId": n, "leadId": 9 * (n < 3), "isError": n == 3, "source": "Web"} for n in (1, 2, 3, 4)]
    leads.append({"leadExternalId": 5, "leadId": 0, "isError": 0, "source": "Fair"})
    bulks = [(leads[:1], 3, 4), (leads[1:], 4, 2)]
    return build([
        {"leads": some, "createdDate": f"2026-08-0{day}T09:00:00.000Z", "isProcessed": state}
        for some, day, state in bulks
    ])  # fmt: skip


def test_days_with_provisional_leads_are_marked(undecided, tables):
    """They stand on top in grey, with a name in the legend, and are no part of the share; else nothing is said."""
    bars, line = data_of(charts.per_day(undecided))
    day = bars[bars["at"] == "2026-08-04T00:00:00"].set_index("verdict")

    assert day["leads"].to_dict() == {"Accepted": 1, "Rejected": 1, "Provisional": 2}
    assert day.loc["Provisional", ["low", "high"]].tolist() == [2, 4]
    assert bars[bars["at"] == "2026-08-03T00:00:00"].set_index("verdict").loc["Provisional", "leads"] == 0
    assert line["share"].tolist() == pytest.approx([0, 1 / 3])
    assert colours.PROVISIONAL in json.dumps(charts.per_day(undecided).to_dict())
    assert "Provisional" not in json.dumps(charts.per_day(tables).to_dict())


def test_a_value_of_which_nothing_is_judged_has_no_share(undecided):
    """Its bar is there, in grey, and its label holds the count alone."""
    bars, labels = data_of(charts.leads_by(undecided, "source"))

    assert labels.set_index("value")["label"].to_dict() == {"Web": "4 · 33%", "Fair": "1"}
    assert bars.groupby("verdict")["leads"].sum().to_dict() == {"Accepted": 2, "Provisional": 2, "Rejected": 1}
    assert bars.sort_values("order")["verdict"].unique().tolist() == ["Accepted", "Rejected", "Provisional"]


def test_a_bar_ends_where_the_next_begins(tables):
    """Rejected leads stand on accepted ones."""
    bars, _ = data_of(charts.per_day(tables))
    day = bars[bars["at"] == "2026-10-05T00:00:00"].set_index("verdict")

    assert day.loc["Accepted", "low"] == 0
    assert day.loc["Accepted", "high"] == day.loc["Rejected", "low"] == day.loc["Accepted", "leads"]
    assert day.loc["Rejected", "high"] == day["leads"].sum()


@pytest.mark.slow
def test_a_long_range_is_drawn_by_weeks_as_they_begin_here():
    """More than a hundred days would be a comb."""
    tables = lx.fetch("2026-01-01", "2026-06-30", settings=lx.Settings(environment="demo", store="none"))

    for first_day, name in (("sunday", "Sunday"), ("monday", "Monday")):
        chart = charts.per_day(tables, week_start=first_day)
        bars, _ = data_of(chart)
        assert set(pd.to_datetime(bars["at"]).dt.day_name()) == {name}
        assert chart.to_dict()["title"]["text"] == "Leads per week"
        assert bars["leads"].sum() == len(tables.leads)


def test_the_date_that_programs_write_for_none_does_not_stretch_the_days(tables):
    """A lead of the year 1 is in no day of the range; the title counts it."""
    submitted = tables.leads["bulkCreatedDate"].copy()
    submitted.iloc[[0, 1]] = pd.Timestamp(1, 1, 1, tz="UTC").as_unit("us").tz_convert(tables.zone)
    odd = replace(tables, leads=tables.leads.assign(bulkCreatedDate=submitted))

    chart = charts.per_day(odd)

    drawn = pd.concat(data for data in data_of(chart) if "leads" in data)
    assert drawn["at"].nunique() == 14
    assert drawn["leads"].sum() == len(tables.leads) - 2
    assert "Leads per day, 2 of other days left out" in json.dumps(chart.to_dict())


def test_a_value_has_its_leads_and_its_share(tables):
    """The numbers of `leads_by`, the largest first, the others together."""
    bars, labels = data_of(charts.leads_by(tables, "branch", most=3))

    assert len(labels) == 4
    assert labels["value"].iloc[-1] == "Other"
    assert labels["leads"].sum() == bars["leads"].sum() == len(tables.leads)
    first = tables.leads[tables.leads["branch"] == labels["value"].iloc[0]]
    assert labels["label"].iloc[0] == f"{len(first):,} · {first['isError'].eq(True).mean():.0%}"


def test_reasons_are_those_of_the_key_figures(tables):
    """At most so many as asked for."""
    (data,) = data_of(charts.reasons(tables, most=4))

    pd.testing.assert_frame_equal(data[["reason", "leads", "share"]], kpis.top_reasons(tables, 4), check_dtype=False)


def test_models_are_those_of_the_key_figures(tables):
    """A cell per family and year, at most so many families as asked for."""
    (data,) = data_of(charts.model_years(tables, most=5))

    table = kpis.model_years(tables).head(5).set_index("modelFamily")
    assert data["leads"].sum() == table.to_numpy().sum()
    assert list(data["row"].unique()) == list(table.index)


def test_plans_stand_in_the_order_of_time(tables):
    """As far as they name a number; the cells are those of the key figures."""
    (data,) = data_of(charts.cross(tables))

    plans = ["Within 7 Days", "Within 30 Days", "Within 90 Days", "More Than 90 Days"]
    assert list(data["column"].unique())[:4] == plans
    hot = kpis.cross(tables).set_index("priority").loc["Hot"]
    assert dict(data[data["row"] == "Hot"].set_index("column")["leads"]) == dict(hot)


def test_duplicates_are_those_of_the_key_figures(tables):
    """All of them, each in the cell of the two branches it came through."""
    (data,) = data_of(charts.overlap(tables, "branch"))

    assert data["leads"].sum() == kpis.duplicates(tables).value > 0
    assert "Branch of the duplicate" in json.dumps(charts.overlap(tables, "branch").to_dict())


def test_the_funnel_is_that_of_the_key_figures(tables):
    """Three bars, each no longer than the one above."""
    (data,) = data_of(charts.funnel(tables))

    assert list(data["leads"]) == list(kpis.funnel(tables)["leads"])
    assert data["leads"].is_monotonic_decreasing


def test_a_chart_for_a_page_is_as_wide_as_asked_for(tables):
    """Without its title, since the page has headings."""
    drawn = charts.svg(charts.leads_by(tables, "source"), 342)

    assert re.search(r'<svg[^>]* width="342"', drawn)
    assert "Leads by source" not in drawn
    assert "Website" in drawn


def test_arabic_is_drawn_with_letters_joined():
    """A label with Arabic letters has a font of its own, so that none of its letters is borrowed from a bold one."""
    lead = {"leadExternalId": 1, "isError": 1, "errorList": ["الاسم الأخير مطلوب"]}
    tables = build([{"leads": [lead], "createdDate": "2026-08-03T09:00:00.000Z"}])

    svg = vl_convert.vegalite_to_svg(charts.reasons(tables).to_dict())

    (label,) = re.findall(r"<text[^>]*>الاسم الأخير مطلوب</text>", svg)
    assert "Segoe UI" in re.search(r'font-family="([^"]+)"', label)[1].split(",")[0]


def luminance(colour):
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


BARS = (colours.ACCENT, colours.REJECTED, colours.PROVISIONAL)


def test_colours_have_contrast():
    """Text 4.5 : 1 and bars 3 : 1 against what they stand on, as WCAG 2.2 asks, and bars differ in lightness."""
    assert min(contrast(text, colours.WHITE) for text in (colours.INK, colours.MUTED, colours.ACCENT)) >= 4.5
    assert min(contrast(bar, colours.WHITE) for bar in BARS) >= 3
    assert contrast(colours.INK, charts._DARKEST) >= 4.5
    assert min(contrast(one, other) for one, other in combinations(BARS, 2)) >= 1.4


@pytest.mark.slow
def test_without_altair_a_chart_names_the_extra():
    """Everything else works, `from leads_excel import *` too; the error is one line."""
    code = (
        "import sys; sys.modules['altair'] = None\n"
        "from leads_excel import *\n"
        "try:\n    charts.per_day(fetch('-1D'))\n"
        "except LeadsError as error:\n    print(error)"
    )
    said = printed_by(code)

    assert said == 'Charts need the extra charts: pip install "leads-excel[charts]".\n'
