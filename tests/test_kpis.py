"""Key figures against answers counted by hand, and vehicles and errors beside their lead."""

from __future__ import annotations

import json

import numpy as np
import pytest
from few_leads import FOUR, bulk, four_leads, lead

from leads_excel.exceptions import ArgumentError
from leads_excel.families import beside_leads, narrowed, owners
from leads_excel.kpis import KPIS, named_kpi
from leads_excel.sandbox import Sandbox
from leads_excel.tables import build

BY_HAND = {
    "leads": 4,
    "accepted": 3,
    "rejected": 1,
    "rejection_rate": 1 / 4,
    "vehicles": 3,
    "units": 8,
    "errors": 1,
    "test_drive_rate": 1 / 3,
    "no_vehicle_rate": 1 / 3,
}


COUNTED = {"leads", "vehicles", "errors", "bulks", "records", "customers", "sources"}
UNKNOWN = {"change", "month_pace"}  # without days there is nothing to count from


@pytest.mark.parametrize("name", BY_HAND)
def test_a_figure_is_what_one_counts_by_hand(name):
    """Each key figure over the four leads."""
    assert KPIS[name].measure(four_leads()).total() == pytest.approx(BY_HAND[name])


@pytest.mark.parametrize("name", KPIS)
def test_nothing_is_nothing(name):
    """Over no leads a count is 0 and a share does not exist."""
    assert KPIS[name].measure(build([])).total() == (0 if KPIS[name].unit in COUNTED and name not in UNKNOWN else None)


def test_unknown_and_odd_values_are_not_yes():
    """A flag that the API left out, or sent as something else, counts as no."""
    odd = (lead(n, testDriveRequired=value, isError=value) for n, value in enumerate((None, "perhaps", "", 1), 1))
    tables = build([bulk("2026-08-03", *odd)])

    assert named_kpi("rejected").measure(tables).total() == 1
    assert named_kpi("test_drive_rate").measure(tables).total() == 0


def test_a_quantity_that_is_no_number_counts_nothing():
    """One odd quantity does not spoil the others."""
    vehicles = [{"totalQty": "many"}, {"totalQty": None}, {"totalQty": 3}]
    tables = build([bulk("2026-08-03", lead(1, vehicles=vehicles))])

    assert named_kpi("units").measure(tables).total() == 3


@pytest.mark.parametrize("name", ["rejection_rate", "Rejection rate", "REJECTIONRATE", "rejection-rate"])
def test_a_figure_is_found_by_name_or_label(name):
    """Case, blanks and underscores do not matter."""
    assert named_kpi(name).name == "rejection_rate"


def test_a_figure_has_to_exist():
    """The nearest one is suggested."""
    with pytest.raises(ArgumentError, match="There is no key figure 'rejection': did you mean rejection_rate"):
        named_kpi("rejection")


def test_figures_are_described():
    """Names are unique, labels too, and each definition is one sentence."""
    assert len({kpi.label for kpi in KPIS.values()}) == len(KPIS)
    assert all(kpi.about.endswith(".") and kpi.label for kpi in KPIS.values())


def test_a_vehicle_belongs_to_the_lead_it_came_with():
    """Also where the number of the lead cannot be read."""
    beside = beside_leads(four_leads(), "vehicles")

    assert beside["firstName"].tolist() == ["Sara", "Sara", "X"]
    assert beside["modelFamily"].tolist() == ["RIO", "K5", "RIO"]
    assert beside.columns.is_unique


def test_vehicles_and_errors_go_with_their_lead():
    """Leaving leads out leaves theirs out."""
    kept = narrowed(four_leads(), np.array([False, True, False, True]))

    assert kept.vehicles["leadVehiclesId"].tolist() == [13]
    assert kept.errors["code"].tolist() == ["E1"]
    assert len(kept.leads) == 2


def test_owners_agree_with_the_numbers_where_there_are_any():
    """In a week of the simulated DMS, with leads sent again, each vehicle and error has the number of its lead."""
    answer = Sandbox(leads_per_day=60).answer(
        "GET", "/gs/v1/leads/bulks?fromDate=2025-08-02T21:00:00.000Z&toDate=2025-08-09T21:00:00.000Z", {}
    )
    tables = build([*json.loads(answer.body), *FOUR])

    for child in ("vehicles", "errors"):
        rows, of_lead = getattr(tables, child), owners(tables, child)
        assert len(of_lead) == len(rows) > 0
        ids = tables.leads["leadExternalId"].to_numpy(object)[of_lead]
        assert list(rows["leadExternalId"].to_numpy(object)) == list(ids)
