"""Two states of leads are told apart, change by change."""

from __future__ import annotations

import hypothesis.strategies as st
import pandas as pd
import pytest
from change_oracle import expected, told
from few_leads import bulk, lead
from hypothesis import given, settings

from leads_excel import schema
from leads_excel.tables.comparison import COLUMNS, KINDS, compare
from leads_excel.tables.lead_tables import build

DAY = "2026-08-03"
CAR = {"leadVehiclesId": 11, "modelFamily": "RIO", "modelYear": 2025, "totalQty": 1}
REASON = {"code": "E1", "field": "phoneNumber", "message": "Phone is not valid"}


def state(*leads, day=DAY):
    """Make the state in which these leads are all there is."""
    return build([bulk(day, *leads)])


def changes_of(before, after):
    """List what is told of each change."""
    rows = compare(state(*before), state(*after))[["leadExternalId", *COLUMNS]]
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in rows.itertuples(index=False)]


def test_nothing_changed():
    """Equal states have no differences, whatever they hold, and the columns are all there."""
    leads = (lead(1, leadId=5, vehicles=[CAR]), lead(2, isError=1, errorList=[REASON]), lead("none", email=""))
    rows = compare(state(*leads), state(*leads))

    assert len(rows) == 0
    assert list(rows) == [*COLUMNS, *(column.name for column in schema.LEADS)]
    assert rows.dtypes[["change", "field", "leadId"]].tolist() == ["string", "string", "Int64"]


def test_new_and_gone_leads_have_one_row():
    """With the lead beside it, as it stands or as it last stood."""
    before, after = state(lead(1, source="Web"), lead(2, source="Walk in")), state(lead(1, source="Web"), lead(3))
    rows = compare(before, after)

    assert rows["change"].tolist() == ["new", "gone"]
    assert rows["leadExternalId"].tolist() == [3, 2]
    assert rows["source"].isna().tolist() == [True, False]
    assert rows[["field", "before", "after"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("before", "after", "change", "states"),
    [
        ({}, {"leadId": 9}, "settled", ("in progress", "created")),
        ({}, {"isError": 1, "errorList": [REASON]}, "settled", ("in progress", "rejected")),
        ({"isError": 1, "errorList": [REASON]}, {"leadId": 9}, "recovered", ("rejected", "created")),
        ({"isError": 1, "errorList": [REASON]}, {}, "changed", ("rejected", "in progress")),
        ({"leadId": 9}, {"isError": 1}, "changed", ("created", "rejected")),
    ],
)
def test_a_change_of_the_state_is_told_once(before, after, change, states):
    """Not as its number, its flag and its errors too."""
    assert changes_of([lead(1, **before)], [lead(1, **after)]) == [(1, change, "state", *states)]


def test_other_fields_are_told_beside_the_state():
    """A corrected record says what was corrected."""
    before = [lead(1, isError=1, phoneNumber="5", branch="Riyadh")]
    after = [lead(1, leadId=9, phoneNumber="500000001", branch="Riyadh")]

    assert changes_of(before, after) == [
        (1, "recovered", "state", "rejected", "created"),
        (1, "changed", "phoneNumber", "5", "500000001"),
    ]


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("branch", None, "Riyadh"),
        ("branch", "Riyadh", None),
        ("leadNote", "call", "call back"),
        ("testDriveRequired", None, False),
        ("testDriveRequired", True, False),
    ],
)
def test_each_field_is_told_with_its_values(field, before, after):
    """From nothing and to nothing too."""
    assert changes_of([lead(1, **{field: before})], [lead(1, **{field: after})]) == [
        (1, "changed", field, before, after)
    ]


def test_dates_are_told_as_dates():
    """A cell can sort them."""
    rows = compare(state(lead(1, leadDate="2026-08-01")), state(lead(1, leadDate="2026-08-02")))

    assert rows["after"].tolist() == [pd.Timestamp("2026-08-02")]


def test_a_new_number_without_a_new_state_is_a_change():
    """The DMS made another lead of the same record."""
    assert changes_of([lead(1, leadId=5)], [lead(1, leadId=6)]) == [(1, "changed", "leadId", 5, 6)]


def test_a_lead_sent_again_shows_the_new_bulk():
    """Its later bulk is what it stands in."""
    rows = compare(state(lead(1)), state(lead(1), day="2026-08-05"))

    assert rows[["change", "field"]].to_numpy().tolist() == [["changed", "bulkCreatedDate"]]


def test_vehicles_are_compared_by_their_place():
    """A changed one, a new one and one that is gone, each with what it says."""
    other = {**CAR, "leadVehiclesId": 12, "modelFamily": "K5"}
    newer = {**CAR, "modelYear": 2026}
    rio = "leadVehiclesId 11, modelFamily RIO, modelYear 2025, totalQty 1"
    k5 = "leadVehiclesId 12, modelFamily K5, modelYear 2025, totalQty 1"

    assert changes_of(
        [lead(1, vehicles=[CAR]), lead(2), lead(3, vehicles=[CAR, other]), lead(4, vehicles=[CAR])],
        [lead(1, vehicles=[newer]), lead(2, vehicles=[CAR]), lead(3, vehicles=[CAR]), lead(5, vehicles=[CAR])],
    ) == [
        (5, "new", None, None, None),
        (1, "changed", "vehicle 1", rio, rio.replace("2025", "2026")),
        (2, "changed", "vehicle 1", None, rio),
        (3, "changed", "vehicle 2", k5, None),
        (4, "gone", None, None, None),
    ]


def test_errors_are_compared_while_a_lead_stays_rejected():
    """Another reason is a change."""
    before, after = (
        [lead(1, isError=1, errorList=[{**REASON, "message": text}])] for text in ("Too short", "Too long")
    )
    text = "code E1, field phoneNumber, message Too "

    assert changes_of(before, after) == [(1, "changed", "error 1", f"{text}short", f"{text}long")]


def test_keys_that_the_api_page_does_not_name_count_too():
    """Also where only one of the states has them."""
    before, after = [lead(1, score=4), lead(2)], [lead(1, score=5, tier="A"), lead(2)]

    assert changes_of(before, after) == [(1, "changed", "score", 4, 5), (1, "changed", "tier", None, "A")]


def test_a_stray_value_elsewhere_is_no_change():
    """A column that holds a text among its dates is compared by what it says."""
    before = [lead(1, leadDate="2026-08-01", leadId=5, score=4), lead(2, leadDate="2026-08-01")]
    after = [lead(1, leadDate="2026-08-01", leadId=5, score=4), lead(2, leadDate="soon", leadId="x", score="high")]

    assert {row[:3] for row in changes_of(before, after)} == {
        (2, "changed", "leadDate"),
        (2, "changed", "leadId"),
        (2, "changed", "score"),
    }


def test_a_lead_without_a_number_is_its_whole_row():
    """There is nothing else to know it by, so that an edited one is another one."""
    before = [lead("none", firstName="A"), lead("none", firstName="B"), lead(0, firstName="C")]
    after = [lead("none", firstName="A"), lead("none", firstName="X"), lead(0, firstName="C")]
    rows = compare(state(*before), state(*after))

    assert rows[["change", "firstName"]].to_numpy().tolist() == [["new", "X"], ["gone", "B"]]


@pytest.mark.slow
def test_a_lead_without_a_number_may_come_in_a_later_bulk_or_twice():
    """Its bulk is not part of the row, and rows that are equal but for their vehicles are as many leads."""
    other = {**CAR, "modelYear": 2026}
    twice = [lead("none", vehicles=[CAR]), lead("none", vehicles=[other])]

    assert compare(state(lead("none")), state(lead("none"), day="2026-08-05"))["field"].tolist() == ["bulkCreatedDate"]
    assert compare(state(*twice), state(*twice[:1]))["change"].tolist() == ["gone"]
    assert len(compare(state(*twice), state(*twice))) == 0


def test_rows_stand_by_kind_then_as_the_leads_do():
    """What is new comes first, what is gone last."""
    before = [lead(1), lead(2, branch="A"), lead(3), lead(4, isError=1), lead(6), lead(7, branch="A", source="A")]
    after = [
        lead(7, branch="B", source="B"),
        lead(2, branch="B"),
        lead(3, leadId=1),
        lead(4, leadId=2),
        lead(8),
        lead(6),
    ]
    rows = compare(state(*before), state(*after))

    assert list(dict.fromkeys(rows["change"])) == list(KINDS)
    assert rows["leadExternalId"].tolist() == [8, 3, 4, 7, 7, 2, 1]
    assert rows["field"].fillna("").tolist() == ["", "state", "state", "branch", "source", "branch", ""]


KEYS = st.fixed_dictionaries(
    {"leadId": st.sampled_from([0, 5, 6]), "branch": st.sampled_from([None, "", "A", "B"]), "source": st.just("Web")},
    optional={"score": st.sampled_from([1, 2]), "leadDate": st.sampled_from(["2026-08-01", "2026-08-02", "soon"])},
)
LINES = {
    "vehicles": st.lists(st.sampled_from([CAR, {**CAR, "modelYear": 2026}, {**CAR, "vin": "A"}]), max_size=3),
    "errorList": st.none() | st.lists(st.sampled_from([REASON, {**REASON, "code": "E2"}]), min_size=1, max_size=2),
}
LEADS = st.builds(
    lambda keys, lines: {**keys, **lines, "isError": int(bool(lines["errorList"]))}, KEYS, st.fixed_dictionaries(LINES)
)
STATES = st.dictionaries(st.integers(1, 5), LEADS, max_size=5).map(
    lambda leads: {number: lead(number, **keys) for number, keys in leads.items()}
)


@pytest.mark.slow
@given(STATES, STATES)
@settings(max_examples=100, deadline=None)
def test_any_two_states_are_told_apart(before, after):
    """Nothing is left out and nothing is made up, whatever the leads hold."""
    assert told(compare(state(*before.values()), state(*after.values()))) == expected(before, after)


def test_from_nothing_everything_is_new():
    """And to nothing everything is gone."""
    everything, nothing = state(lead(1), lead(2, vehicles=[CAR])), build([])

    assert compare(nothing, everything)["change"].tolist() == ["new", "new"]
    assert compare(everything, nothing)["change"].tolist() == ["gone", "gone"]
    assert len(compare(nothing, nothing)) == 0
