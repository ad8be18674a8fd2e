"""Millions of leads are linked by columns of numbers: the same as lead by lead."""

from __future__ import annotations

import numpy as np
from few_leads import bulk, lead
from hypothesis import example, given, settings
from hypothesis import strategies as st
from person_oracle import Record, people

from leads_excel.kpis.facts.facts import facts_of
from leads_excel.persons.linking import linked
from leads_excel.persons.names import NONE
from leads_excel.persons.touches import Touches
from leads_excel.tables.lead_tables import build

FIRST = (None, "", "Sara", "S.", "Hassan", "Hussain", "حسن", "سارة", "Omar", "Omar Ali", "Noura", "Reem", "Turki", "K")
LAST = (None, "-", "Ali", "علي", "A", "Saleh", "Salih", "Al Harbi", "Fahad Nasser")
PHONES = (None, "500000001", "500000002", "500000003")
EMAILS = (None, "x.y@example.com", "y.z@example.com", "z.x@example.com")
JOINED = [
    Record(None, "Ali", PHONES[2], None),
    Record("Hussain", None, None, EMAILS[2]),
    Record("Hussain", "Saleh", PHONES[2], EMAILS[2]),
]
OFFICE = [Record(name, "Ali", PHONES[1], None) for name in ("Sara", "Omar", "Hassan", "Reem", "Turki", "Noura", "Sara")]

records = st.lists(
    st.builds(Record, *(st.sampled_from(values) for values in (FIRST, LAST, PHONES, EMAILS))), max_size=24
)


def partition(numbers):
    """Tell which places belong together."""
    groups = {}
    for place, number in enumerate(numbers):
        if number is not None:
            groups.setdefault(number, []).append(place)
    return sorted(groups.values())


@settings(max_examples=400, deadline=None)
@given(records)
@example(OFFICE)
@example(OFFICE[1:])
@example(JOINED)
def test_customers_are_those_that_are_found_lead_by_lead(rows):
    """Whatever names and addresses they have in common."""
    leads = [
        lead(number, firstName=row.first_name, lastName=row.last_name, phoneNumber=row.phone, email=row.email)
        for number, row in enumerate(rows, start=1)
    ]
    customer = linked(facts_of(build([bulk("2026-08-03", *leads)]))).customer

    assert partition([None if number == NONE else number for number in customer.tolist()]) == partition(people(rows))


@given(st.lists(st.lists(st.integers(-1, 3), min_size=1, max_size=7), max_size=6), st.randoms(use_true_random=False))
def test_values_and_order_of_customers_are_those_of_plain_lists(of_each, random):
    """The different values of each customer in the order of first touch, also after customers were numbered anew."""
    codes = np.array([code for values in of_each for code in values], "int64")
    sizes = np.array([len(values) for values in of_each], "int64")
    touches = Touches(np.arange(len(codes)), np.repeat(np.arange(len(sizes)), sizes), np.cumsum(sizes) - sizes)
    order = list(range(len(of_each)))
    random.shuffle(order)

    for seen, lists in (
        (touches, of_each),
        (touches.reordered(np.array(order, "int64")), [of_each[each] for each in order]),
    ):
        who, value = seen.distinct(codes)
        plain = [(at, code) for at, values in enumerate(lists) for code in dict.fromkeys(values) if code != NONE]
        assert list(zip(who.tolist(), value.tolist(), strict=True)) == plain
