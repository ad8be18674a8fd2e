"""Key figures against answers counted by hand, and what they promise."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from few_leads import FOUR, RIYADH, bulk, four_leads, lead
from kpi_tables import thirteen_leads

import leads_excel as lx
from leads_excel.exceptions import ArgumentError
from leads_excel.kpis import KPIS, RULES, Figure, Rules, named_kpi
from leads_excel.kpis.facts.facts import facts_of
from leads_excel.kpis.facts.grouping import by_value
from leads_excel.tables.lead_tables import build

# Counted by hand in data/kpi_bulks.json: 13 leads, of which the DMS rejected 2 and 7 and has not judged 12.
# Numerator and denominator, or the figure itself and what it comes from; None for a figure that is not divided.
BY_HAND = {
    "leads": (13, None),
    "accepted": (10, None),  # all but 2, 7 and 12; 8 has no number, but its bulk is completed; 10 and 11 have one
    "rejected": (2, None),
    "provisional": (1, None),  # 12: no number, and the bulk of 20 August is created
    "provisional_share": (1, 13),
    "unjudged": (1, None),  # 12
    "leads_per_day": (13, 42),  # 10 July to 20 August
    "week_mean": (5, 7),  # 8 to 12
    "month_pace": (12, 20),  # all but 13, which came in July; times 31
    "change": (None, None),
    "change_rate": (None, None),
    "rejection_rate": (2, 12),  # all but 12
    "first_time_right_rate": (10, 12),
    "errors": (3, None),
    "unexplained": (1, None),  # 7
    "bulk_error_rate": (3, 13),  # without the 5 records of the two open bulks
    "reconciliation_gap": (1, None),  # the bulk of 3 August: 5 told, 4 there
    "error_gap": (1, None),  # the bulk of 7 August: 2 told, 1 there
    "unreconciled_bulks": (2, None),
    "open_bulks": (2, None),  # 18 and 20 August
    "stuck_bulks": (1, None),
    "oldest_open_hours": (51, None),
    "cancelled_bulks": (1, None),
    "customers": (6, None),  # 1+3+6, 5, 8, 9, 10, 11+13
    "anonymous": (1, None),  # 4
    "duplicates": (3, None),  # 3 of 1, 6 of 3, 10 of 8
    "duplicate_rate": (3, 10),
    "strict_duplicate_rate": (1, 10),  # 6 of 1: both KIA
    "email_duplicates": (1, None),  # 10
    "same_source_duplicate_rate": (1, 3),  # 10 and 8: Facebook
    "cross_branch_duplicate_rate": (2, 3),  # 3 and 6
    "returning": (1, None),  # 11 after 13
    "returning_rate": (1, 10),
    "recovered_rate": (1, 2),  # 2 by 5, by e-mail
    "recovery_days": (4.125, 1),
    "contactable_rate": (9, 10),  # all but 4
    "valid_phone_rate": (8, 10),  # 1, 3, 6, 8, 9, 10, 11, 13
    "invalid_phone_rate": (1, 10),  # 4
    "no_phone_rate": (1, 10),  # 5
    "valid_email_rate": (5, 10),  # 1, 5, 6, 8, 10
    "invalid_email_rate": (2, 10),  # 4 and 9
    "broken_channel_rate": (3, 8),  # 3, 4, 5; 11 wants a pigeon, 13 does not say
    "completeness": (715, 10),  # 1: 100, 3: 65, 4: 15, 5: 70, 6: 95, 8: 100, 9: 85, 10: 95, 11: 55, 13: 35
    "intake_minutes": (10, 3),  # 1: 10, 9: 30, 11: 5
    "intake_minutes_p90": (26, 3),  # four fifths of the way from 10 to 30
    "prompt_rate": (2, 3),
    "intake_days": (0, 11),  # seven times 0, then 1, 1, 2, 6
    "same_day_rate": (7, 11),  # 1, 3, 6, 9, 10, 11, 13
    "clock_errors": (1, None),  # 5
    "out_of_hours_rate": (5, 13),  # 5, 6, 7 on a Friday at 13:00, 8 and 9 at 21:30
    "accepted_share": (10, 10),
    "concentration": (9, 10),  # Website 4, Facebook 4, Walk in or Event 1
    "no_branch_rate": (1, 10),  # 4
    "vehicles": (10, None),
    "units": (14, None),
    "no_vehicle_rate": (2, 10),  # 4 and 13
    "fleet_rate": (2, 10),  # 5: six vehicles, 9: a company
    "cross_shopping_rate": (2, 7),  # 1 and 8
    "current_year_rate": (5, 7),  # all but 3 and 5
    "test_drive_rate": (4, 10),  # 1, 5, 6, 10
    "test_drive_unknown_rate": (4, 10),  # 4, 8, 11, 13
    "hot_rate": (4, 10),  # 1, 4, 5, 10
    "warm_rate": (4, 10),  # 3, 6, 9, 13
    "cold_rate": (2, 10),  # 8 and 11
    "near_term_rate": (5, 10),  # 1, 3, 6, 9, 10
    "cash_rate": (4, 10),  # 1, 6, 9, 10
    "credit_rate": (2, 10),  # 3 and 8
    "lease_rate": (1, 10),  # 5
    "income_known_rate": (7, 10),  # all but 4, 11, 13
    "median_income": (7500, 7),  # 2,500, four times 7,500, 12,500, 20,000
    "hot_uncontactable": (1, None),  # 4
    "privacy_rate": (6, 10),  # 1, 3, 5, 6, 8, 9
    "marketing_rate": (4, 10),  # 1, 5, 8, 10
    "newsletter_rate": (4, 10),  # 1, 5, 8, 10
    "privacy_unknown_rate": (3, 10),  # 4, 11, 13
    "marketing_unknown_rate": (4, 10),  # 3, 4, 11, 13
    "newsletter_unknown_rate": (4, 10),  # 4, 6, 11, 13
    "marketable_customers": (1, None),  # 5: 6 takes back what 1 said, 10 what 8 said under the same address
    "marketable_rate": (1, 6),
    "consent_conflicts": (1, None),  # 1 and 6 on marketing
    "suspected_sources": (0, None),  # nobody has thirty answers
}
QUANTILES = {"recovery_days", "intake_minutes", "intake_minutes_p90", "intake_days", "median_income"}
COUNTED = {"leads", "vehicles", "errors", "bulks", "records", "customers", "sources"}


def test_every_figure_was_counted_by_hand():
    """A new one has to be counted too."""
    assert set(BY_HAND) == set(KPIS), "count it in BY_HAND of tests/kpis/test_kpis.py, run: pytest tests/kpis"


@pytest.mark.slow
@pytest.mark.parametrize("name", KPIS)
def test_a_figure_is_what_one_counts_by_hand(name):
    """Value, numerator and denominator, over the thirteen leads."""
    numerator, denominator = BY_HAND[name]
    value = numerator if denominator is None or name in QUANTILES else numerator / denominator
    if name == "month_pace":
        value *= 31

    figure = KPIS[name](thirteen_leads())

    assert figure == Figure(
        None if value is None else pytest.approx(value),
        None if numerator is None else pytest.approx(numerator),
        denominator,
        KPIS[name].unit,
    )
    assert {type(figure.value), type(figure.numerator), type(figure.denominator)} <= {int, float, type(None)}


def test_a_change_is_counted_from_the_equal_range_before():
    """Thirteen after four leads is nine more, two and a quarter times as many again; after none there is no rate."""
    now = thirteen_leads()

    assert lx.kpis.change(now, before=four_leads()).value == 9
    assert lx.kpis.change_rate(now, before=four_leads()) == Figure(2.25, 9, 4, "share")
    assert lx.kpis.change_rate(now, before=build([])) == Figure(None, 13, 0, "share")


@pytest.mark.parametrize("name", KPIS)
def test_nothing_is_nothing(name):
    """Over no leads a count is 0, and what is divided or compared does not exist."""
    is_count = KPIS[name].unit in COUNTED and name not in ("change", "month_pace")

    assert KPIS[name](build([])).value == (0 if is_count else None)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, kpi in KPIS.items() if kpi.of == "leads"])
def test_a_figure_of_some_leads_is_the_figure_of_their_group(name):
    """By whatever way one comes to the leads of a source, its figure is the same, duplicates of other sources too."""
    tables = thirteen_leads()
    website = tables.leads["source"].eq("Website").fillna(value=False).to_numpy(bool)

    chosen = KPIS[name](tables, rows=np.flatnonzero(website)).value
    by_source = lx.kpis.named_kpi(name).measure(tables).by(by_value("source", tables))["Website"]

    assert chosen == (None if pd.isna(by_source) else pytest.approx(by_source))


@pytest.mark.parametrize("name", [name for name, kpi in KPIS.items() if kpi.of != "leads"])
def test_a_figure_of_the_whole_range_has_no_parts(name):
    """Asking for it by source is refused, not answered with the whole."""
    with pytest.raises(ArgumentError, match="of the whole range has no value by source"):
        KPIS[name].measure(thirteen_leads()).by(by_value("source", thirteen_leads()))


RULED = {
    "duplicates": (Rules(days=3), 2),  # 6 came four days after 3
    "stuck_bulks": (Rules(stuck_hours=5), 2),
    "out_of_hours_rate": (Rules(business_hours=((0, 24),) * 7), 0),
    "prompt_rate": (Rules(prompt_minutes=5), 1 / 3),
    "near_term_rate": (Rules(near_days=7), 2 / 10),
    "fleet_rate": (Rules(fleet_units=3), 3 / 10),
    "median_income": (Rules(few=8), None),
    "suspected_sources": (Rules(many=3), 1),  # Facebook
    "completeness": (Rules(weights=(("phone", 10),)), 8),
}


@pytest.mark.parametrize("name", RULED)
def test_a_rule_can_be_another(name):
    """What a figure takes for granted is an argument, and changes it."""
    rules, value = RULED[name]
    tables = thirteen_leads()
    usual = KPIS[name](tables).value

    assert KPIS[name](tables, rules).value == (None if value is None else pytest.approx(value))
    assert KPIS[name](tables, rules).value != usual == KPIS[name](tables, RULES).value


def test_a_figure_of_the_past_counts_no_later_days():
    """As it stood on 10 August: 32 days had passed, not 42, and the bulk of the 18th was not there to be stuck."""
    then = replace(thirteen_leads(), as_of=datetime(2026, 8, 10, 12, tzinfo=UTC))

    assert lx.kpis.leads_per_day(then).denominator == 32
    assert lx.kpis.stuck_bulks(then).value == 0


def test_without_a_range_the_leads_tell_the_days():
    """Of bulks that were read from a file: from the first lead to the last, 3 to 10 August."""
    assert lx.kpis.leads_per_day(four_leads()) == Figure(0.5, 4, 8, "leads a day")


@pytest.mark.parametrize("odd", ["0001-01-01T00:00:00.000Z", "9999-12-31T12:00:00.000Z"])
def test_the_empty_date_of_a_program_is_no_day_of_the_range(odd):
    """Neither the year 1 nor the end of the calendar is a first or a last day."""
    tables = build([*FOUR, bulk("", lead(9), createdDate=odd)], zone=RIYADH)

    assert lx.kpis.leads_per_day(tables).denominator == 8


def test_unknown_and_odd_values_are_not_yes():
    """A flag that the API left out, or sent as something else, counts as no."""
    odd = (lead(n, testDriveRequired=value, isError=value) for n, value in enumerate((None, "perhaps", "", 1), 1))
    tables = build([bulk("2026-08-03", *odd)])

    assert lx.kpis.rejected(tables).value == 1
    assert lx.kpis.test_drive_rate(tables).value == 0


def test_a_quantity_that_is_no_number_counts_nothing():
    """One odd quantity does not spoil the others."""
    vehicles = [{"totalQty": "many"}, {"totalQty": None}, {"totalQty": 3}]
    tables = build([bulk("2026-08-03", lead(1, vehicles=vehicles))])

    assert lx.kpis.units(tables).value == 3


def yes(number, **keys):
    """Write a lead of somebody who agrees to marketing."""
    return lead(number, phoneNumber="500000001", acceptMarketing=True, acceptPrivatePolicy=True, **keys)


def no(number, **keys):
    """Write a lead of the same person who does not."""
    return yes(number, **keys) | {"acceptMarketing": False}


@pytest.mark.parametrize(
    ("bulks", "marketable"),
    [
        ([("2026-08-03", yes(1))], 1),
        ([("2026-08-03", no(1)), ("2026-08-04", yes(2))], 1),
        ([("2026-08-03", yes(1)), ("2026-08-04", no(2))], 0),
        ([("2026-08-04", yes(1)), ("2026-08-03", no(2))], 1),
        ([("2026-08-03", no(1), yes(2))], 0),
        ([("2026-08-03", yes(1)), ("2026-08-04", no(2, isError=1))], 0),
        ([("2026-08-03", yes(1, isError=1))], 0),
        ([("2026-08-03", yes(1)), ("2026-08-04", yes(2) | {"acceptMarketing": None})], 1),
        ([("2026-08-03", yes(1) | {"acceptPrivatePolicy": None})], 0),
        ([("2026-08-03", yes(1) | {"phoneNumber": "500"})], 0),
        ([("2026-08-03", yes(1, email="a.b@c.de")), ("2026-08-04", no(2, email="A.B@C.de") | {"phoneNumber": ""})], 0),
    ],
    ids=["yes", "no, then yes", "yes, then no", "in the order of submission", "no wins at the same moment",
         "a rejected no", "only a rejected yes", "no answer takes nothing back", "privacy is not known",
         "out of reach", "no under the same address"],
)  # fmt: skip
def test_a_later_no_wins(bulks, marketable):
    """Whom to send marketing: only who agreed, can be reached, and did not say no since."""
    tables = build([bulk(*item) for item in bulks])

    assert lx.kpis.marketable_customers(tables).value == marketable


def test_a_no_of_unknown_time_wins():
    """It may be the last word; a yes of unknown time may not."""
    undated = {"createdDate": None}

    assert lx.kpis.marketable_customers(build([bulk("", no(1), **undated), bulk("2026-08-03", yes(2))])).value == 0
    assert lx.kpis.marketable_customers(build([bulk("", yes(1), **undated), bulk("2026-08-03", no(2))])).value == 0
    assert lx.kpis.marketable_customers(build([bulk("", yes(1), **undated)])).value == 1


@pytest.mark.parametrize(("day", "duplicates"), [("2026-09-02", 1), ("2026-09-03", 0)])
def test_thirty_days_are_thirty_days(day, duplicates):
    """To the minute 30 days later is a duplicate, or recovers what was rejected; later is a return, or too late."""
    again = bulk(day, lead(2, phoneNumber="500000001"), lead(4, phoneNumber="500000003"))
    tables = build(
        [bulk("2026-08-03", lead(1, phoneNumber="500000001"), lead(3, phoneNumber="500000003", isError=1)), again]
    )

    assert lx.kpis.duplicates(tables).value == duplicates
    assert lx.kpis.returning(tables).value == 1 - duplicates
    assert lx.kpis.recovered_rate(tables).value == duplicates


def test_a_customer_may_have_an_address_only():
    """Also the first address of all."""
    assert lx.kpis.customers(build([bulk("2026-08-03", lead(1, email="a.b@c.de"), lead(2))])).value == 1


def test_what_is_empty_is_neither_the_same_nor_another():
    """Of leads that name no source, branch or brand, nobody knows whether they repeat each other there."""
    tables = build([bulk("2026-08-03", *(lead(n, phoneNumber="500000001") for n in (1, 2)))])
    named = build([bulk("2026-08-03", *(lead(n, phoneNumber="500000001", branch=b) for n, b in ((1, "A"), (2, ""))))])

    assert lx.kpis.duplicates(tables).value == 1
    assert lx.kpis.strict_duplicate_rate(tables).value == 0
    assert lx.kpis.same_source_duplicate_rate(tables).value == 0
    assert lx.kpis.cross_branch_duplicate_rate(tables).value == 0
    assert lx.kpis.cross_branch_duplicate_rate(named).value == 0


@pytest.mark.parametrize(
    "name", ["duplicates", "email_duplicates", "returning", "recovery_days", "marketable_customers"]
)
def test_rows_may_stand_in_any_order(name):
    """What came first is told by the time of submission, not by the place in the table."""
    tables = thirteen_leads()
    upside_down = replace(tables, leads=tables.leads.iloc[::-1].reset_index(drop=True))

    assert KPIS[name](upside_down).value == KPIS[name](tables).value > 0


def test_a_lead_of_unknown_time_repeats_nothing():
    """And nothing repeats it: nobody knows which came first."""
    tables = build([
        bulk("2026-08-03", lead(1, phoneNumber="500000001")),
        bulk("2026-08-03", lead(2, phoneNumber="500000001"), createdDate=None),
    ])  # fmt: skip

    assert lx.kpis.duplicates(tables).value == 0
    assert lx.kpis.customers(tables).value == 1


def test_an_income_of_few_would_be_somebody_s():
    """Of fewer than five leads there is no median."""
    tables = thirteen_leads()

    assert lx.kpis.median_income(tables, rows=np.arange(3)).value is None


@pytest.mark.parametrize("name", ["rejection_rate", "Rejection rate", "REJECTIONRATE", "rejection-rate", "نسبة الرفض"])
def test_a_figure_is_found_by_name_or_label(name):
    """Case, blanks and underscores do not matter."""
    assert named_kpi(name).name == "rejection_rate"


def test_a_figure_has_to_exist():
    """The nearest one is suggested."""
    with pytest.raises(ArgumentError, match="There is no key figure 'rejection': did you mean rejection_rate"):
        named_kpi("rejection")
    with pytest.raises(AttributeError, match="no key figure 'rejections'"):
        _ = lx.kpis.rejections


def test_figures_are_described():
    """Names and labels are unique; each definition is one sentence, and perhaps one on what its words mean."""
    for label in ("label", "arabic", "about"):
        assert len({getattr(kpi, label) for kpi in KPIS.values()}) == len(KPIS)
    assert all(kpi.about.endswith(".") and kpi.about.count(". ") < 2 and len(kpi.about) <= 255 for kpi in KPIS.values())
    assert set(KPIS) <= set(dir(lx.kpis))


def test_columns_are_worked_out_once_for_the_same_tables():
    """And kept no longer than the tables."""
    tables = thirteen_leads()
    lx.kpis.customers(tables)

    known = facts_of(tables).known
    lx.kpis.duplicates(tables)
    assert facts_of(tables).known is known
    assert facts_of(replace(tables)).known is not known

    remembered = weakref.ref(facts_of(tables).tables)
    del tables, known
    gc.collect()
    assert remembered() is None


# --- tables beside the figures -------------------------------------------------------------------------------------


def rows(frame):
    """Give the rows of a frame as tuples."""
    return list(frame.itertuples(index=False, name=None))


def test_reasons_are_counted_by_lead():
    """Two phones that are wrong are one reason of one lead."""
    assert rows(lx.kpis.top_reasons(thirteen_leads())) == [
        ("Name is missing", 1, 0.5),
        ("Phone ••• is not valid", 1, 0.5),
    ]
    assert len(lx.kpis.top_reasons(thirteen_leads(), 1)) == 1
    assert list(lx.kpis.top_reasons(build([]))) == ["reason", "leads", "share"]


def test_sources_overlap():
    """Rows are the earlier leads, columns those that repeat them."""
    overlap = lx.kpis.overlap(thirteen_leads()).set_index("earlier")

    assert overlap.loc["Website", "Walk in"] == 1
    assert overlap.loc["Walk in", "Website"] == 1
    assert overlap.loc["Facebook", "Facebook"] == 1
    assert overlap.to_numpy().sum() == 3
    assert len(lx.kpis.overlap(build([]))) == 0


def test_a_mix_shifts():
    """In percentage points, against an earlier range; what has gone stands there with nothing."""
    tables = thirteen_leads()
    mix = lx.kpis.mix(tables).set_index("source")
    shifted = lx.kpis.mix(tables, before=four_leads()).set_index("source")

    assert mix["leads"].to_dict() == {"Facebook": 4, "Website": 4, "Event": 1, "Walk in": 1}
    assert mix["share"].sum() == pytest.approx(1)
    assert shifted.loc["Website", "shift"] == pytest.approx((4 / 10 - 1 / 3) * 100)
    assert shifted.loc["walk IN", ["leads", "share"]].tolist() == [0, 0]
    assert shifted["shift"].sum() == pytest.approx(0)
    assert len(lx.kpis.mix(build([]), before=build([]))) == 0


def test_sources_stand_side_by_side():
    """The line of a source holds its figures."""
    line = lx.kpis.source_quality(thirteen_leads()).set_index("source").loc["Website"]

    assert line.to_dict() == pytest.approx({
        "leads": 5, "accepted": 4, "rejection_rate": 1 / 5, "duplicate_rate": 1 / 4, "contactable_rate": 3 / 4,
        "test_drive_rate": 2 / 4, "marketing_rate": 1 / 4, "provisional": 0,
    })  # fmt: skip


def test_models_are_crossed_with_years():
    """A lead counts once in a cell."""
    years = lx.kpis.model_years(thirteen_leads()).set_index("modelFamily")

    assert years.index[0] == "RIO"
    assert list(years.columns) == [2024, 2025, 2026]
    assert years.loc["RIO"].tolist() == [0, 1, 2]
    assert years.to_numpy().sum() == 9
    assert len(lx.kpis.model_years(build([]))) == 0


def test_two_fields_are_crossed():
    """Accepted leads only, an empty field as one of the values."""
    cross = lx.kpis.cross(thirteen_leads()).set_index("priority")

    assert cross.loc["Hot", "Within 7 Days"] == 2
    assert "(blank)" not in cross.index  # 12 names neither, and is not judged yet
    assert cross.to_numpy().sum() == 10
    assert len(lx.kpis.cross(build([]))) == 0


def test_a_funnel_narrows():
    """From all that came to whom one can reach."""
    funnel = lx.kpis.funnel(thirteen_leads())

    assert funnel["leads"].tolist() == [13, 10, 9]
    assert funnel["share"].tolist() == pytest.approx([1, 10 / 13, 9 / 13])
    assert lx.kpis.funnel(build([]))["share"].isna().all()


def test_completeness_is_the_sum_of_its_parts():
    """The weights are there to see, 100 in all."""
    parts = lx.kpis.completeness_parts(thirteen_leads()).set_index("part")

    assert parts["weight"].sum() == 100
    assert (parts["weight"] * parts["share"]).sum() == pytest.approx(715 / 10)
    assert parts.loc["consent", "share"] == pytest.approx(5 / 10)  # 1, 5, 8, 9, 10


def test_consent_is_listed_by_source():
    """A source where nobody ever says no is suspected, once there are enough answers."""
    sources = lx.kpis.consent_by_source(thirteen_leads()).set_index("source")
    many = build([bulk("2026-08-03", *(yes(n, source="Form") for n in range(1, 31)), no(31, source="Desk"))])

    assert sources.loc["Website", ["leads", "yes", "no", "unknown"]].tolist() == [4, 1, 1, 2]
    assert not sources["suspected"].any()
    assert lx.kpis.consent_by_source(many).set_index("source")["suspected"].to_dict() == {"Form": True, "Desk": False}
    assert lx.kpis.suspected_sources(many).value == 1
    assert lx.kpis.consent_by_source(many, "privacy")["yes"].sum() == 31
