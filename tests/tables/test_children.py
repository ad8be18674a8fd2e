"""Vehicles and errors beside the lead they belong to."""

from __future__ import annotations

import json

import numpy as np
from few_leads import FOUR, four_leads

from leads_excel.sandbox import Sandbox
from leads_excel.tables.children import beside_leads, narrowed, owners
from leads_excel.tables.lead_tables import build


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


def test_leads_are_joined_with_their_own_vehicles_and_errors():
    """By their rows: numbers repeat, and a lead without any stays, once."""
    vehicles = [[], [{"modelFamily": "RIO"}, {"modelFamily": "K5"}], [], [{"modelFamily": "SPORTAGE"}]]
    errors = [[{"message": "a"}], [], [{"message": "b"}, {"message": "c"}], []]
    tables = build([
        {"leads": [{"leadExternalId": None if row % 2 else row, "leadId": 0, "isError": int(bool(errors[row])),
                    "firstName": f"n{row}", "vehicles": vehicles[row], "errorList": errors[row]} for row in range(4)],
         "createdDate": "2026-08-03T09:00:00.000Z", "isProcessed": 4}
    ])  # fmt: skip

    cars, reasons = tables.with_vehicles(), tables.with_errors()

    assert cars[["firstName", "modelFamily"]].fillna("none").to_numpy().tolist() == [
        ["n0", "none"], ["n1", "RIO"], ["n1", "K5"], ["n2", "none"], ["n3", "SPORTAGE"],
    ]  # fmt: skip
    assert reasons[["firstName", "message"]].fillna("none").to_numpy().tolist() == [
        ["n0", "a"], ["n1", "none"], ["n2", "b"], ["n2", "c"], ["n3", "none"],
    ]  # fmt: skip
    assert not cars.columns.duplicated().any()
    assert cars["leadId"].dtype == tables.leads["leadId"].dtype
    assert cars["modelFamily"].dtype == tables.vehicles["modelFamily"].dtype
