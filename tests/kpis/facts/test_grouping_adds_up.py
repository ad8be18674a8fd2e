"""Whatever leads are sorted by, none is lost and none is counted twice: the lines add up to the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from few_leads import bulk, lead
from hypothesis import given, settings
from hypothesis import strategies as st

from leads_excel.arguments.typed_arguments import Options
from leads_excel.dates.days import Days
from leads_excel.kpis import KPIS
from leads_excel.kpis.facts.grouping import OF_CHILDREN, PERIODS, by_group, by_period, by_value
from leads_excel.kpis.facts.groups import everything
from leads_excel.kpis.facts.measures import Count, Ratio
from leads_excel.schema import BLANK, LEADS, NO_DATE
from leads_excel.tables.children import narrowed
from leads_excel.tables.lead_tables import build

DAYS = Days(date(2026, 8, 1), date(2026, 8, 16))
VEHICLES = ("units", "vehicles")
FIELDS = [item.name for item in LEADS if not item.sensitive]

moments = st.sampled_from([
    *(None, "", "soon", [2026, 8, 2], {}, True, -5, 1e300, "2026-08-03T09:00:00.000Z", "2026-08-03T09:00:00.1234567Z"),
    *("2026-08-03", "2026-08-31T22:00:00+00:00", 1785661200000, 1785661200, "1785661200000", "0001-01-01T00:00:00Z"),
])  # fmt: skip
words = st.sampled_from([None, "", "Website", "Walk in", 7, ["x"]])
quantities = st.sampled_from([None, 0, 1, 3, "2", "many", 1e30, -4])
vehicles = st.fixed_dictionaries(
    {}, optional={"modelFamily": st.sampled_from([None, "", "RIO", "K5"]), "modelYear": words, "totalQty": quantities}
)
errors = st.fixed_dictionaries(
    {}, optional={"message": st.sampled_from([None, "", "Phone 5 is not valid", "No model"])}
)
leads = st.builds(
    lambda number, keys: lead(number, **keys),
    st.integers(1, 40),
    st.fixed_dictionaries(
        {
            "leadId": st.sampled_from([0, 501, None]),
            "isError": st.sampled_from([0, 1, None]),
            "vehicles": st.none() | st.lists(vehicles, max_size=3),
            "errorList": st.none() | st.lists(errors, max_size=3),
        },
        optional=dict.fromkeys(("source", "branch", "brand", "priority"), words) | {"leadDate": moments},
    ),
)
bulks = st.lists(
    st.builds(
        lambda rows, created, state: bulk("2026-08-03", *rows, createdDate=created, isProcessed=state),
        st.lists(leads, max_size=5),
        moments,
        st.sampled_from([1, 2, 3, 4, None]),
    ),
    min_size=1,
    max_size=4,
)


def sums_over_leads(tables):
    """Give the sums over leads that key figures are, or are one divided by the other."""
    for name, kpi in KPIS.items():
        if kpi.of == "leads":
            measure = kpi.measure(tables)
            tallies = (measure.part, measure.whole) if isinstance(measure, Ratio) else (measure,)
            yield from ((name, tally) for tally in tallies if isinstance(tally, Count))


def dimensions(tables):
    """Sort leads by each field, and by each period of both dates."""
    yield from (by_value(name, tables) for name in FIELDS)
    for column in ("bulkCreatedDate", "leadDate"):
        yield from (by_period(name, tables, days=DAYS, week_start="sunday", date=column) for name in PERIODS)


def total(tally):
    """Add up over all leads."""
    return tally.sums(everything(np.arange(tally.size))).sum()


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(bulks)
def test_every_figure_adds_up_by_every_dimension(drawn):
    """Both sides of a rate too; what has no date that can be read stands in a line of its own."""
    tables = replace(build(drawn), around=lambda *_: None)
    tallies = list(sums_over_leads(tables))
    assert len(tallies) > 80
    for groups in dimensions(tables):
        assert sorted(groups.rows) == list(range(len(tables.leads))), groups.name
        for name, tally in tallies:
            assert tally.sums(groups).sum() == total(tally), (groups.name, name)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(bulks, st.sampled_from([0, 1, 2]))
def test_vehicles_and_errors_add_up_by_what_they_have_themselves(drawn, top):
    """A lead with two models counts in both, its units are shared out; one without a model is blank."""
    tables = build(drawn)
    rejected = tables.leads["isError"].fillna(value=False).to_numpy("bool")
    for name, figures in (("modelFamily", VEHICLES), ("modelYear", VEHICLES), ("reason", ("errors",))):
        groups = by_value(name, tables)
        frame = by_group(groups, tables, [KPIS[figure] for figure in ("leads", *figures)], Options(top=top))
        for figure in figures:
            assert frame[figure].sum() == KPIS[figure](tables).value, (name, figure)
        assert frame["leads"].max() <= len(tables.leads) if len(frame) else not len(groups.rows)
        lost = set(range(len(tables.leads))) - set(groups.rows)
        assert lost == (
            set(np.flatnonzero(~rejected & tables.leads["errorCount"].eq(0))) if name == "reason" else set()
        )


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(bulks, st.data())
def test_a_filter_leaves_the_lines_of_its_leads(drawn, data):
    """As if the others had never come."""
    tables = build(drawn)
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(tables.leads), max_size=len(tables.leads))), "bool")
    figures = [KPIS[figure] for figure in ("leads", *VEHICLES, "errors")]
    for name in ("source", *OF_CHILDREN):
        chosen = by_group(by_value(name, tables).among(np.flatnonzero(kept)), tables, figures, Options())
        alone = narrowed(tables, kept)
        assert chosen.to_dict("records") == by_group(by_value(name, alone), alone, figures, Options()).to_dict(
            "records"
        )


@pytest.mark.parametrize("period", PERIODS)
def test_what_has_no_date_is_the_last_line(period):
    """However the lines are sorted or cut it is called by its name, and the days before it stay dates."""
    tables = build([bulk("2026-08-03", lead(1, leadDate="2026-08-02"), lead(2, leadDate="soon"), lead(3))])
    groups = by_period(period, tables, days=DAYS, week_start="sunday", date="leadDate")
    frame = by_group(groups, tables, [KPIS["leads"]], Options())

    assert frame[period].tolist()[-1] == NO_DATE
    assert frame["leads"].tolist()[-1] == 2
    assert frame["leads"].sum() == 3
    assert all(hasattr(start, "year") for start in frame[period][:-1])
    backwards = by_group(groups, tables, [KPIS["leads"]], Options(sort=(f"-{period}",)))
    assert backwards[period].tolist() == [NO_DATE, *reversed(frame[period].tolist()[:-1])]


def test_units_belong_to_the_model_they_were_asked_of():
    """Two RIO and one K5 in one lead are not three of each."""
    cars = [{"modelFamily": "RIO", "totalQty": 2}, {"modelFamily": "K5", "totalQty": 1}, {"totalQty": 4}]
    tables = build([bulk("2026-08-03", lead(1, vehicles=cars), lead(2))])
    frame = by_group(by_value("modelFamily", tables), tables, [KPIS["units"], KPIS["leads"]], Options())

    assert frame.values.tolist() == [[BLANK, 4, 2], ["RIO", 2, 1], ["K5", 1, 1]]


def test_units_of_leads_that_a_filter_leaves_out_are_in_no_line():
    """Nor in the rest beyond the top."""
    cars = [[{"modelFamily": family, "totalQty": units}] for family, units in (("K5", 1), ("RIO", 2), ("SELTOS", 4))]
    tables = build([bulk("2026-08-03", *(lead(number, vehicles=each) for number, each in enumerate(cars, 1)))])
    groups = by_value("modelFamily", tables).among(np.array([0, 1]))
    frame = by_group(groups, tables, [KPIS["units"], KPIS["leads"]], Options(top=1))

    assert frame.values.tolist() == [["K5", 1, 1], ["Other", 2, 1]]
