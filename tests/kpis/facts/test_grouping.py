"""Key figures for each value of a dimension."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from few_leads import FOUR, bulk, four_leads, lead

from leads_excel.arguments.typed_arguments import Options
from leads_excel.dates.days import Days
from leads_excel.exceptions import ArgumentError
from leads_excel.kpis import named_kpi
from leads_excel.kpis.facts.grouping import OF_CHILDREN, PERIODS, by_group, by_period, by_value
from leads_excel.tables.lead_tables import build

DAYS = Days(date(2026, 8, 1), date(2026, 8, 16))


def counts(groups, tables=None, kpis=("leads",), **options):
    """Compute key figures and give the rows as tuples."""
    tables = tables or four_leads()
    frame = by_group(groups, tables, [named_kpi(name) for name in kpis], Options(**options))
    return list(frame.itertuples(index=False, name=None))


def periods(name, tables=None, **more):
    """Count the leads of the first half of August by a period."""
    tables = tables or four_leads()
    groups = by_period(name, tables, days=DAYS, week_start=more.pop("week_start", "sunday"), **more)
    return [(str(start)[:10].strip(), count) for start, count in counts(groups, tables)]


def test_a_field_has_a_row_for_each_of_its_values():
    """The value with the most leads comes first."""
    assert counts(by_value("source", four_leads())) == [("Website", 2), ("Walk in", 1), ("walk IN", 1)]


def test_an_empty_field_is_a_value_too():
    """Missing and empty are one group, so that the rows add up."""
    assert counts(by_value("Branch", four_leads())) == [("(blank)", 2), ("Jeddah", 1), ("Riyadh", 1)]


def test_flags_and_numbers_keep_their_kind():
    """TRUE and FALSE stay truth values, years numbers."""
    flags = by_group(by_value("isError", four_leads()), four_leads(), [named_kpi("leads")], Options())
    years = by_group(by_value("modelYear", four_leads()), four_leads(), [named_kpi("leads")], Options())

    assert flags["isError"].tolist() == [False, True]
    assert years["modelYear"].tolist() == ["(blank)", 2025, 2026]


@pytest.mark.parametrize(
    ("dimension", "rows"),
    [
        ("modelFamily", [("(blank)", 2), ("RIO", 2), ("K5", 1)]),
        ("Model year", [("(blank)", 2), (2025, 1), (2026, 1)]),
        ("reason", [("Phone ••• is not valid", 1)]),
    ],
)
def test_a_lead_counts_once_in_each_of_its_values(dimension, rows):
    """A lead with two vehicles of one year counts once there; one without vehicles is blank."""
    assert counts(by_value(dimension, four_leads())) == rows


@pytest.mark.parametrize("dimension", ["firstName", "phoneNumber", "leadNote", "newKey"])
def test_personal_data_is_no_dimension(dimension):
    """A list of names with counts would be a list of names; a key nobody knows may be one."""
    tables = build([bulk("2026-08-03", lead(1, newKey="x"))])
    with pytest.raises(ArgumentError, match="personal data"):
        by_value(dimension, tables)


def test_a_dimension_has_to_exist():
    """A misspelt one is refused with the nearest field."""
    with pytest.raises(ArgumentError, match="did you mean source"):
        by_value("sorce", four_leads())


def test_each_day_of_the_range_has_a_row():
    """Days without leads stand there with 0."""
    rows = periods("day")

    assert len(rows) == 16
    assert [row for row in rows if row[1]] == [("2026-08-03", 2), ("2026-08-10", 2)]


@pytest.mark.parametrize(
    ("week_start", "rows"),
    [
        ("sunday", [("2026-07-26", 0), ("2026-08-02", 2), ("2026-08-09", 2), ("2026-08-16", 0)]),
        ("monday", [("2026-07-27", 0), ("2026-08-03", 2), ("2026-08-10", 2)]),
        ("saturday", [("2026-08-01", 2), ("2026-08-08", 2), ("2026-08-15", 0)]),
    ],
)
def test_weeks_begin_on_the_day_of_the_settings(week_start, rows):
    """A week is named by its first day."""
    assert periods("week", week_start=week_start) == rows


@pytest.mark.parametrize(
    ("name", "start"), [("month", "2026-08-01"), ("quarter", "2026-07-01"), ("year", "2026-01-01")]
)
def test_longer_periods_are_named_by_their_first_day(name, start):
    """A part of a month counts as that month."""
    assert periods(name) == [(start, 4)]


def test_periods_can_go_by_the_date_of_the_lead():
    """Then days outside the range have rows too, and a lead whose date cannot be read has one of its own."""
    tables = build([*FOUR, bulk("2026-08-05", lead(9, leadDate="2026-07-30"))])

    rows = [row for row in periods("day", tables, date="leadDate") if row[1]]

    assert rows == [("2026-07-30", 1), ("2026-08-01", 1), ("2026-08-02", 1), ("2026-08-10", 1), ("(no date)", 1)]


@pytest.mark.parametrize("name", PERIODS)
def test_a_range_without_leads_has_its_periods(name):
    """Nothing submitted is 0 for each period, not an empty table."""
    assert {count for _, count in periods(name, build([]))} == {0}


@pytest.mark.parametrize("dimension", ["source", "isError", *OF_CHILDREN])
def test_no_leads_have_no_values(dimension):
    """Columns stand, rows do not."""
    frame = by_group(by_value(dimension, build([])), build([]), [named_kpi("leads")], Options())

    assert list(frame) == [dimension, "leads"]
    assert len(frame) == 0


def test_several_figures_stand_side_by_side():
    """A share of nothing is missing, a count of nothing 0."""
    rows = counts(by_value("source", four_leads()), kpis=("leads", "rejected", "no_vehicle_rate"))

    assert rows[0] == ("Website", 2, 1, 0.0)
    branch = counts(by_value("branch", four_leads()), kpis=("accepted", "no_vehicle_rate"))
    assert branch[-1][:2] == ("Jeddah", 0)
    assert branch[-1][2] is pd.NA


def test_the_rest_beyond_the_top_is_one_row():
    """Its leads are added up, and it comes last however large it is."""
    assert counts(by_value("branch", four_leads()), top=1) == [("(blank)", 2), ("Other", 2)]
    assert counts(by_value("branch", four_leads()), top=5) == counts(by_value("branch", four_leads()))


def test_rows_can_be_sorted_and_cut():
    """Any column sorts; a limit drops rows."""
    groups = by_value("branch", four_leads())

    assert [row[0] for row in counts(groups, sort=("branch",))] == ["(blank)", "Jeddah", "Riyadh"]
    assert [row[0] for row in counts(groups, sort=("-Branch",), limit=1)] == ["Riyadh"]


def test_groups_add_up_to_the_whole():
    """Of a field that each lead has once, the counts of all groups are the count of all leads."""
    tables = four_leads()

    for kpi in ("leads", "accepted", "units", "errors"):
        whole = named_kpi(kpi).measure(tables).total()
        assert sum(row[1] for row in counts(by_value("source", tables), kpis=(kpi,))) == whole
