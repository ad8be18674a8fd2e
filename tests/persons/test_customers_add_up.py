"""Whatever leads hold, each is of one customer or of nobody, and the order of rows does not matter."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from few_leads import bulk, lead
from hypothesis import example, given
from hypothesis import strategies as st

from leads_excel.kpis import KPIS
from leads_excel.kpis.facts.facts import facts_of
from leads_excel.persons.customers import customers
from leads_excel.persons.linking import NONE, linked
from leads_excel.tables.lead_tables import build

COUNTS = ("leads", "accepted", "rejected", "provisional")
words = st.sampled_from([None, "", "Website", "Walk in", 7])
answers = st.sampled_from([None, True, False, "maybe"])
rows = st.lists(
    st.fixed_dictionaries(
        {
            "day": st.sampled_from(["2026-08-03", "2026-08-04", "2026-08-05"]),
            "isProcessed": st.sampled_from([1, 4]),
            "leadId": st.sampled_from([0, 501, None]),
            "isError": st.sampled_from([0, 1, None]),
            "firstName": st.sampled_from([None, "", "Sara", "S.", "Hassan", "Hussain", "حسن", "سارة", "Omar"]),
            "lastName": st.sampled_from([None, "-", "Ali", "علي", "A", "Saleh"]),
            "phoneNumber": st.sampled_from([None, "", "500000001", "0500000002", "500000003", "123"]),
            "email": st.sampled_from([None, "-", "x.y@example.com", "X.Y@example.com", "y.z@example.com"]),
            "source": words,
            "branch": words,
            "acceptMarketing": answers,
        }
    ),
    max_size=14,
)


def tables_of(leads, order):
    """Make tables of leads, a bulk each, sent in an order."""
    numbered = [(number, dict(keys)) for number, keys in enumerate(leads, start=1)]
    bulks = [
        bulk(keys.pop("day"), lead(numbered[at][0], **keys), isProcessed=keys.pop("isProcessed"))
        for at in order
        for keys in [dict(numbered[at][1])]
    ]
    return build(bulks, zone=ZoneInfo("Asia/Riyadh"))


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(leads, random):
    """The same leads make the same table, whichever comes first."""
    order = list(range(len(leads)))
    whole = customers(tables_of(leads, order))
    random.shuffle(order)
    other = customers(tables_of(leads, order))

    by = ["lastLead"]
    assert other.sort_values(by, ignore_index=True).equals(whole.sort_values(by, ignore_index=True))
    assert other.attrs == whole.attrs


@given(rows)
@example([])
def test_no_lead_is_lost_and_none_is_counted_twice(leads):
    """Customers and anonymous leads add up to the key figures, and so do the members of each cluster."""
    tables = tables_of(leads, range(len(leads)))
    frame, customer = customers(tables), linked(facts_of(tables)).customer

    for name in COUNTS:
        assert frame[name].sum() + frame.attrs["anonymous"][name] == KPIS[name](tables).value
    assert (frame[["accepted", "rejected", "provisional"]].sum(axis="columns") == frame["leads"]).all()
    assert sorted(frame["leads"]) == sorted((customer == each).sum() for each in set(customer.tolist()) - {NONE})
    assert frame["customer"].is_unique
    assert (frame["phone"].notna() | frame["email"].notna()).all()


def test_a_customer_without_a_date_has_no_span():
    """Unknown is not 0 days."""
    undated = bulk("2026-08-03", lead(1, firstName="Sara", phoneNumber="500000001"), createdDate=None)
    row = customers(build([undated])).iloc[0]

    assert row[["firstTouch", "lastTouch", "spanDays"]].isna().all()
    assert row["lastLead"] == 1
