"""Leads that are not judged yet: they add up with the others everywhere, and no rate of verdicts counts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from kpi_tables import thirteen_leads

from leads_excel import kpis
from leads_excel.arguments.typed_arguments import Options
from leads_excel.bulks.decoding import decode
from leads_excel.dates.days import Days
from leads_excel.kpis import KPIS
from leads_excel.kpis.facts.grouping import OF_CHILDREN, PERIODS, by_group, by_period, by_value
from leads_excel.sandbox import Sandbox
from leads_excel.tables.children import narrowed
from leads_excel.tables.lead_tables import build
from leads_excel.tables.verdicts import are_provisional

NOW = datetime(2026, 8, 20, 15, tzinfo=UTC)
DAYS = Days(date(2026, 8, 16), date(2026, 8, 20))
VERDICTS = ("leads", "accepted", "rejected", "provisional")


@pytest.fixture(scope="module")
def tables():
    """Draw five days of the simulated DMS as they stand on the last one."""
    sandbox = Sandbox(leads_per_day=300, now=lambda: NOW)
    start = datetime(2026, 8, 15, 21, tzinfo=UTC)
    days = "&".join(
        f"{name}Date={day:%Y-%m-%dT%H:%M:%S.000Z}" for name, day in (("from", start), ("to", start + timedelta(days=5)))
    )
    drawn = build(decode(sandbox.answer("GET", f"/gs/v1/leads/bulks?{days}", {}).body))
    return replace(drawn, asked={"from": DAYS.first, "to": DAYS.last}, fetched_at=NOW)


def of_children(tables):
    return [by_value(name, tables) for name in OF_CHILDREN]


def of_leads(tables):
    names = ("source", "subSource", "branch", "brand", "priority", "purchasePlan", "customerCity", "isError")
    periods = [by_period(name, tables, days=DAYS, week_start="sunday") for name in PERIODS]
    return [*(by_value(name, tables) for name in names), *periods]


@pytest.mark.slow
def test_verdicts_add_up_by_every_dimension(tables):
    """In each line accepted + rejected + provisional = leads, and the lines add up to the whole."""
    whole = [KPIS[name](tables).value for name in VERDICTS]
    assert whole[0] == sum(whole[1:])
    assert min(whole) > 0

    for groups in (*of_leads(tables), *of_children(tables)):
        frame = by_group(groups, tables, [KPIS[name] for name in VERDICTS], Options())
        assert (frame[[*VERDICTS[1:]]].sum(axis="columns") == frame["leads"]).all(), groups.name
        if groups.name not in OF_CHILDREN:
            assert frame[[*VERDICTS]].sum().tolist() == whole, groups.name


def test_rates_are_of_those_judged(tables):
    """Day by day: the newest one no longer looks best because nobody has looked at it."""
    groups = by_period("day", tables, days=DAYS, week_start="sunday")
    rates = by_group(
        groups, tables, [KPIS[name] for name in ("accepted", "rejected", "rejection_rate")], Options(n=True)
    )

    judged = rates["accepted"] + rates["rejected"]
    assert rates["rejection_rate_n"].tolist() == judged.tolist()
    assert rates["rejection_rate"].tolist() == pytest.approx((rates["rejected"] / judged).tolist())
    assert kpis.first_time_right_rate(tables).denominator == judged.sum()
    assert kpis.provisional_share(tables).denominator == len(tables.leads)


RECEIVED = {
    "leads", "provisional", "provisional_share", "unjudged", "leads_per_day", "week_mean", "month_pace", "errors",
    "vehicles", "units", "intake_minutes", "intake_minutes_p90", "prompt_rate", "intake_days", "same_day_rate",
    "clock_errors", "out_of_hours_rate", "change", "change_rate",
}  # fmt: skip
"""Figures of all leads received, whatever becomes of them."""
SAID = {"marketable_customers", "marketable_rate", "consent_conflicts"}
"""Figures in which an answer counts, whatever becomes of the lead it stands in."""


@pytest.mark.parametrize("name", [name for name in KPIS if name not in RECEIVED | SAID])
def test_a_figure_of_verdicts_is_the_same_without_the_leads_that_have_none(tables, name):
    """Whether they are there or not: they are in no numerator and in no denominator."""
    judged = narrowed(tables, ~are_provisional(tables))

    assert len(judged.leads) < len(tables.leads)
    assert KPIS[name](judged) == pytest.approx(KPIS[name](tables))


def test_a_no_counts_before_it_is_judged():
    """Lead 10 takes back what 8 said under the same address, though its own bulk is still in progress."""
    tables = thirteen_leads()
    leads = tables.leads.assign(leadId=tables.leads["leadId"].mask(tables.leads["leadExternalId"].eq(10), 0))
    undecided = replace(tables, leads=leads)

    assert kpis.provisional(undecided).value == kpis.provisional(tables).value + 1
    assert kpis.marketable_customers(undecided).value == kpis.marketable_customers(tables).value == 1


def test_tables_beside_the_figures_leave_them_out(tables):
    """Mixes, crossings, funnels and what is told of sources count accepted leads, which they are not."""
    accepted = kpis.accepted(tables).value

    assert kpis.mix(tables)["leads"].sum() == accepted
    assert kpis.cross(tables).set_index("priority").to_numpy().sum() == accepted
    assert kpis.consent_by_source(tables)["leads"].sum() == accepted
    assert kpis.funnel(tables).set_index("stage").loc["accepted", "leads"] == accepted
    sources = kpis.source_quality(tables)
    assert sources["provisional"].sum() == kpis.provisional(tables).value
    assert sources["accepted"].sum() == accepted
    assert kpis.overlap(tables).set_index("earlier").to_numpy().sum() == kpis.duplicates(tables).value


def test_of_nothing_but_provisional_leads_there_is_no_rate(tables):
    """A share of nothing does not exist; the counts do."""
    waiting = narrowed(tables, are_provisional(tables))

    assert kpis.rejection_rate(waiting).value is None
    assert kpis.first_time_right_rate(waiting).value is None
    assert kpis.provisional_share(waiting).value == 1
    assert (kpis.accepted(waiting).value, kpis.rejected(waiting).value) == (0, 0)
    assert np.isnan(kpis.mix(waiting)["share"]).all()
