"""Customers of a range as formulas and notebooks ask for them."""

from __future__ import annotations

import pandas as pd
import pytest
from few_leads import Desk, bulk, lead, session

import leads_excel as lx
from leads_excel.exceptions import ArgumentError
from leads_excel.fetching.session import use
from leads_excel.functions.customers import customers, leads_customers
from leads_excel.kpis.facts.persons import person_keys
from leads_excel.persons.columns import COLUMNS

PRIVACY = {"acceptPrivatePolicy": True}
NO, YES = {"acceptMarketing": False}, {"acceptMarketing": True}


def sara(number, **keys):
    """Write a lead of one customer, accepted unless told otherwise."""
    known = {"leadId": 500 + number, "firstName": "Sara", "lastName": "Ali", "phoneNumber": "500000001"}
    return lead(number, **known | keys)


BULKS = (
    bulk(
        "2026-08-03",
        sara(1, source="Website", branch="Riyadh", brand="KIA", email="old@example.com", **PRIVACY, **NO),
        sara(2, firstName="Omar", lastName="Saleh", source="Event", branch="Riyadh"),
    ),
    bulk(
        "2026-08-10",
        sara(3, leadId=0, isError=1, source="Walk in", branch="Abha", brand="KIA", email="new@example.com", **YES),
        lead(4, leadId=504, firstName="Nobody", source="Event"),
    ),
    bulk(
        "2026-08-20",
        sara(5, source="Website", branch="Jeddah", brand="MG", email="NEW@example.com", lastName="Al Ali"),
    ),
    bulk("2026-08-21", sara(6, leadId=0, email="new@example.com", firstName="", lastName=""), isProcessed=1),
)  # fmt: skip


@pytest.fixture(autouse=True)
def desk():
    """Answer from six leads: four of Sara's, one of who shares her phone, one of nobody knows whom."""
    desk = Desk(*BULKS)
    use(session(desk))
    yield desk
    use(None)


def test_a_customer_is_one_row():
    """All that the leads tell, over sources and branches, from the first to the last."""
    frame = leads_customers("2026-08", options="pii=reveal")
    row = frame.iloc[0].to_dict()

    assert list(frame) == [item.name for item in COLUMNS]
    assert len(frame) == 2
    assert (row.pop("firstTouch"), row.pop("lastTouch")) == (
        pd.Timestamp("2026-08-03 12:00", tz="Asia/Riyadh"),
        pd.Timestamp("2026-08-21 12:00", tz="Asia/Riyadh"),
    )
    assert len(row.pop("customer")) == 12
    assert row == {
        "leads": 4, "accepted": 2, "rejected": 1, "provisional": 1, "spanDays": 18, "sources": "Website > Walk in",
        "branches": "Riyadh > Abha > Jeddah", "competingBranches": 2, "brands": "KIA > MG", "firstName": "Sara",
        "lastName": "Al Ali", "phone": "+966500000001", "email": "new@example.com", "marketing": "yes",
        "privacy": "yes", "lastLead": 6,
    }  # fmt: skip


def test_who_is_nobodys_is_counted_beside():
    """Customers and anonymous leads add up to the leads of the range."""
    frame = leads_customers("2026-08", None, "leads, accepted, rejected, provisional")

    assert frame.attrs["anonymous"] == {"leads": 1, "accepted": 1, "rejected": 0, "provisional": 0}
    for kpi, total in frame.sum().items():
        assert lx.leads_kpi(kpi, "2026-08") == total + frame.attrs["anonymous"][kpi]


def test_personal_data_is_masked():
    """Unless somebody asks for it, or for its columns not to be there."""
    masked = leads_customers("2026-08", None, "firstName,lastName,phone,email", options="limit=1")

    assert masked.iloc[0].tolist() == ["S•••", "A•••", "•••001", "n•••@example.com"]
    assert list(leads_customers("2026-08", None, "leads,phone,email", options="pii=none")) == ["leads"]


@pytest.mark.parametrize(
    ("filters", "options", "last"),
    [
        (None, None, [6, 2]),
        (None, "sort=leads", [2, 6]),
        (None, "sort=-lastTouch; limit=1", [6]),
        ("leads>=2", None, [6]),
        ("sources=*Event*", None, [2]),
        ("marketing=yes", None, [6]),
        ("firstName=Omar; leads=1", None, [2]),
        ("Competing branches<2", None, [2]),
        ("phone=+966500000001", None, [6, 2]),
        ("branches=Tabuk", "missing=0", []),
    ],
)
def test_customers_can_be_chosen_and_sorted(filters, options, last):
    """By any column, shown or not; a filter does not take customers apart."""
    frame = leads_customers("2026-08", None, "lastLead,leads", filters, options)

    assert frame["lastLead"].tolist() == last
    assert set(frame["leads"]) <= {4, 1}


def test_headings_and_empty_cells_are_as_everywhere():
    """Labels in both languages, no headings, what stands for nothing; options of other functions are refused."""
    arabic = leads_customers("2026-08", None, "leads,sources", None, "labels=ar; headers=0; empty=-")

    assert list(arabic) == ["السجلات", "المصادر"]
    assert (arabic.attrs["headers"], arabic.attrs["empty"]) == (False, "-")
    assert list(leads_customers("2026-08", None, "Span in days", None, "labels=en")) == ["Span in days"]
    with pytest.raises(ArgumentError, match="There is no option"):
        leads_customers("2026-08", options="strict=1")
    with pytest.raises(ArgumentError, match="limit is an option"):
        leads_customers("2026-08", None, None, "limit=5")
    with pytest.raises(ArgumentError, match="missing=0"):
        leads_customers("2026-08", None, None, "branches=Tabuk")
    with pytest.raises(ArgumentError, match="long=1"):
        leads_customers("2010-01-01", "2026-08-31")


def test_keys_are_those_of_other_lists_and_tell_customers_apart():
    """Where nobody shares a phone its key is that of `leads_dupes`; two at one phone have a key each, in any range."""
    keys = leads_customers("2026-08", None, "customer")["customer"].tolist()

    assert len(set(keys)) == 2
    assert leads_customers("2026-08-03", None, "customer,leads")["customer"].tolist() == keys
    assert leads_customers("2026-08-20", None, "customer")["customer"].tolist() == person_keys(["+966500000001"])


@pytest.mark.parametrize(
    ("answers", "stands"),
    [
        ((YES, NO), "no"),
        ((NO, YES), "yes"),
        (({}, {}), "unknown"),
        ((YES, {}), "yes"),
        ((NO, {}), "no"),
    ],
)
def test_the_last_answer_stands(desk, answers, stands):
    """Unknown is no answer."""
    first, last = answers
    desk.bulks = (bulk("2026-08-03", sara(1, **first)), bulk("2026-08-04", sara(2, **last)))

    assert leads_customers("2026-08", None, "marketing")["marketing"].tolist() == [stands]


def test_a_no_counts_at_an_address_whoever_gave_it(desk):
    """Who shares a phone with somebody who refused later is not sent anything either; at one moment no is the later."""
    omar = {"firstName": "Omar", "lastName": "Saleh"}
    desk.bulks = (bulk("2026-08-03", sara(1, **YES)), bulk("2026-08-04", sara(2, **omar, **NO)))
    assert leads_customers("2026-08", None, "marketing")["marketing"].tolist() == ["no", "no"]

    desk.bulks = (bulk("2026-08-03", sara(1, **YES), sara(2, **NO)),)
    use(session(desk))
    assert leads_customers("2026-08", None, "marketing")["marketing"].tolist() == ["no"]


def test_the_best_phone_is_ones_own_and_the_one_given_most_often(desk):
    """Before one that others have too, and before one given once; of equals the latest."""
    own, other, shared = "500000002", "500000003", "500000001"
    mail = {"email": "s.a@example.com"}
    desk.bulks = (
        bulk("2026-08-03", sara(1, phoneNumber=shared, **mail), sara(2, phoneNumber=shared, **mail)),
        bulk("2026-08-04", sara(3, phoneNumber=own, **mail), sara(4, phoneNumber=own, **mail)),
        bulk("2026-08-05", sara(5, phoneNumber=other, **mail), sara(6, phoneNumber=shared, firstName="Omar")),
    )
    frame = leads_customers("2026-08", None, "leads,phone", "leads>1", "pii=reveal")
    assert frame.to_dict("list") == {"leads": [5], "phone": ["+966500000002"]}

    desk.bulks = (
        bulk("2026-08-03", sara(1, phoneNumber=own, **mail)),
        bulk("2026-08-04", sara(2, phoneNumber=other, **mail)),
    )
    use(session(desk))
    assert leads_customers("2026-08", None, "phone", None, "pii=reveal")["phone"].tolist() == ["+966500000003"]


def test_no_customers_are_a_table_without_rows():
    """With the same columns and types."""
    none, some = leads_customers("2026-06"), leads_customers("2026-08")

    assert len(none) == 0 < len(some)
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


def test_the_short_name_is_the_same_function():
    """`lx.customers`; the key figure of that name is `lx.kpis.customers`."""
    assert lx.customers is lx.leads_customers is customers is leads_customers
    assert lx.kpis.customers.name == "customers"
