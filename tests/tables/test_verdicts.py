"""Each lead is accepted, rejected or provisional, by what the DMS says of it and of the bulk it stands in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from few_leads import RIYADH, bulk, lead

from leads_excel.bulks.decoding import as_bulks
from leads_excel.bulks.flattening import flatten
from leads_excel.store.entries.parts import packed, unpacked
from leads_excel.tables.children import narrowed
from leads_excel.tables.lead_tables import build, join
from leads_excel.tables.verdicts import are_provisional, verdicts

CREATED, IN_PROGRESS, CANCELLED, COMPLETED = 1, 2, 3, 4


def of(*bulks):
    """Tell the verdicts of leads by their number."""
    tables = build(list(bulks), zone=RIYADH)
    return dict(zip(tables.leads["leadExternalId"], verdicts(tables), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, None, -3, "", "n/a"])
@pytest.mark.parametrize("is_error", [0, None, "perhaps"])
@pytest.mark.parametrize(
    ("state", "verdict"),
    [(CREATED, "provisional"), (IN_PROGRESS, "provisional"), (CANCELLED, "accepted"), (COMPLETED, "accepted"),
     (None, "accepted"), (7, "accepted"), ("2", "provisional")],
)  # fmt: skip
def test_without_a_number_the_bulk_decides(number, is_error, state, verdict):
    """While it is created or in progress, nothing is decided; in any other state the lead was not rejected."""
    assert of(bulk("2026-08-03", lead(1, leadId=number, isError=is_error), isProcessed=state)) == {1: verdict}


@pytest.mark.parametrize("state", [CREATED, IN_PROGRESS, CANCELLED, COMPLETED, None])
def test_a_number_or_a_rejection_is_a_verdict(state):
    """Whatever the bulk is doing meanwhile."""
    leads = (lead(1, leadId=501), lead(2, isError=1), lead(3, isError=1, leadId=503), lead(4, leadId="504"))

    tables = build([bulk("2026-08-03", *leads, isProcessed=state)], zone=RIYADH)

    assert verdicts(tables).tolist() == ["accepted", "rejected", "rejected", "accepted"]
    assert not are_provisional(tables).any()


def test_two_bulks_of_one_moment_are_told_apart():
    """A lead knows its bulk, not only its date; nor does a missing date mix them up."""
    for created in ("2026-08-03T09:00:00.000Z", None, "soon"):
        pair = (
            bulk("", lead(1), createdDate=created, isProcessed=COMPLETED),
            bulk("", lead(2), createdDate=created, isProcessed=IN_PROGRESS),
        )
        assert of(*pair) == {1: "accepted", 2: "provisional"}
        assert of(*pair[::-1]) == {1: "accepted", 2: "provisional"}


def joined(*replies):
    """Join replies as they came one after another, each of one bulk, through the store's own form."""
    return join([unpacked(packed(flatten(as_bulks([reply]), RIYADH))) for reply in replies], zone=RIYADH)


def test_a_bulk_that_was_seen_twice_counts_as_it_was_seen_last():
    """On the boundary of two windows it may have been completed in between."""
    first, then = (bulk("2026-08-03", lead(1), isProcessed=state) for state in (IN_PROGRESS, COMPLETED))

    assert verdicts(joined(first, then)).tolist() == ["accepted"]
    assert verdicts(joined(then, first)).tolist() == ["provisional"]


@pytest.mark.parametrize(
    ("first", "then", "verdict"),
    [
        (({"isError": 1}, COMPLETED), ({}, IN_PROGRESS), "provisional"),
        (({}, IN_PROGRESS), ({"isError": 1}, COMPLETED), "rejected"),
        (({}, IN_PROGRESS), ({"leadId": 9}, IN_PROGRESS), "accepted"),
        (({"leadId": 9}, COMPLETED), ({}, CREATED), "provisional"),
        (({}, CREATED), ({}, COMPLETED), "accepted"),
    ],
)
def test_a_lead_in_two_bulks_takes_the_later_verdict(first, then, verdict):
    """With the state of the bulk it stands in, in whatever order they arrive."""
    bulks = [
        bulk(day, lead(1, **keys), isProcessed=state)
        for day, (keys, state) in (("2026-08-03", first), ("2026-08-05", then))
    ]

    assert verdicts(joined(*bulks)).tolist() == [verdict]
    assert verdicts(joined(*bulks[::-1])).tolist() == [verdict]


@pytest.fixture
def tables():
    """Six leads in three bulks, the second of each without a number; two are of one moment, the last is completed."""
    numbers = iter(range(1, 7))
    return build(
        [
            bulk(day, lead(next(numbers), leadId=9), lead(next(numbers)), isProcessed=state, createdBy=sender)
            for day, sender, state in (
                ("2026-08-03", 1, IN_PROGRESS),
                ("2026-08-03", 2, CREATED),
                ("2026-08-04", 1, COMPLETED),
            )
        ],
        zone=RIYADH,
    )


def test_rows_that_are_chosen_keep_their_bulks(tables):
    """By position, by condition, in another order, and numbered anew."""
    leads = tables.leads
    chosen = [
        leads.head(3),
        leads[leads["leadId"].eq(0)],
        leads.iloc[::-1],
        leads.iloc[::-1].reset_index(drop=True),
        leads.iloc[[5, 1]].reset_index(drop=True),
        narrowed(tables, np.array([False, True] * 3)).leads,
        leads.head(0),
    ]
    for frame in chosen:
        told = verdicts(replace(tables, leads=frame)).tolist()
        assert told == ["provisional" if number in (2, 4) else "accepted" for number in frame["leadExternalId"]]


def test_bulks_that_were_left_out_decide_nothing(tables):
    """Whoever keeps no bulks keeps no doubts; the others go on to decide."""
    told = verdicts(replace(tables, bulks=tables.bulks.iloc[1:])).tolist()

    assert told == ["accepted", "provisional", "accepted", "provisional", "accepted", "accepted"]
    assert set(verdicts(replace(tables, bulks=tables.bulks.head(0)))) == {"accepted"}


def test_tables_that_were_not_made_of_bulks_go_by_the_date(tables):
    """It is all they have; in doubt a lead is provisional."""
    unknown = replace(tables, lead_bulk=None)
    no_date = [True, True, False]
    leads = tables.leads.assign(bulkCreatedDate=tables.leads["bulkCreatedDate"].where([*no_date, *no_date]))
    bulks = tables.bulks.assign(createdDate=tables.bulks["createdDate"].where(no_date[::-1]))

    assert verdicts(unknown).tolist() == ["accepted", "provisional"] * 2 + ["accepted"] * 2
    assert verdicts(replace(unknown, leads=leads)).tolist() == ["accepted", "provisional"] * 2 + ["accepted"] * 2
    assert verdicts(replace(unknown, leads=leads, bulks=bulks))[5] == "provisional"


def test_a_summary_counts_what_is_provisional(tables):
    """In text and in a notebook, where there is any."""
    assert "6 leads, 0 rejected, 2 provisional, 0 vehicles" in repr(tables)
    assert "provisional" in tables._repr_html_()
    assert "provisional" not in repr(replace(tables, bulks=tables.bulks.assign(isProcessed=COMPLETED)))


def test_flags_stay_what_they_are(tables):
    """The columns of leads are the API's: a verdict is worked out beside them."""
    assert "verdict" not in tables.leads
    assert isinstance(tables.lead_bulk, pd.Series)
